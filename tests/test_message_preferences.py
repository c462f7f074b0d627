"""Who gets what over which way, and when: choices, quiet hours, and what needs no sending any more."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from complaints import actions, notifications
from complaints.actions.reminders import remind_due
from complaints.channels import preferences
from complaints.models import Extension, Notification, OutboxMessage
from complaints.notifications import Notice, send_due
from staff import actions as office
from staff.models import User
from tests.case_pages import ENGLISH, text
from tests.cast import SHANGHAI, march
from tests.looking import clock_of, ring, told

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
GATEWAY = {"url": "http://127.0.0.1:1", "header": "Authorization", "token": "t", "templates": {}}
NIGHT = march(2, 23)


@pytest.fixture
def chenfang(office_of_jinxiu, settings) -> User:
    """陈芳 can be reached every way, and sleeps from ten to half past seven."""
    settings.SMS = GATEWAY
    settings.WECOM = {"url": "http://127.0.0.1:1", "corp_id": "c", "agent_id": 1, "secret": "s"}
    chenfang = office_of_jinxiu.chenfang
    said = {
        "phone": "13812345678",
        "wecom_id": "chenfang",
        "quiet_from": time(22),
        "quiet_until": time(7, 30),
    }
    office.edit(chenfang, said, by=chenfang)
    return chenfang


def drain(now: datetime) -> None:
    while send_due(now):
        pass


def only_mail(user: User) -> None:
    office.edit(user, {"channels": {sort.value: ["email"] for sort in preferences.Sort}}, by=user)


# Ways -----------------------------------------------------------------------------------------------------


def test_mail_and_wecom_are_usual_and_texts_are_asked_for(chenfang):
    assert preferences.ways(chenfang, "level_over", is_grave=False) == ["email", "wecom"]
    office.edit(chenfang, {"channels": {"deadlines": ["sms"]}}, by=chenfang)
    assert preferences.ways(chenfang, "level_over", is_grave=False) == ["sms"]
    assert preferences.ways(chenfang, "chased", is_grave=False) == ["email", "wecom"]


@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        ("level_warning", "deadlines"), ("unreached", "deadlines"), ("extension_requested", "decisions"),
        ("extension_waits", "decisions"), ("oral_approval", "decisions"), ("invalid_proposed", "decisions"),
        ("referred", "decisions"), ("compensation_proposed", "decisions"), ("delivered", "news"),
        ("digest", "digest"),
    ],
)  # fmt: skip
def test_every_kind_of_message_has_a_sort(kind, sort):
    assert preferences.sort_of(kind) == sort


def test_a_way_without_an_address_or_a_gateway_is_none(chenfang, settings):
    office.edit(chenfang, {"channels": {"news": ["email", "wecom", "sms"]}, "wecom_id": ""}, by=chenfang)
    assert preferences.ways(chenfang, "chased", is_grave=False) == ["email", "sms"]
    settings.SMS = None
    assert preferences.ways(chenfang, "chased", is_grave=False) == ["email"]
    office.edit(chenfang, {"phone": "021-5555 0100"}, by=chenfang)
    settings.SMS = GATEWAY
    assert preferences.ways(chenfang, "chased", is_grave=False) == ["email"]


def test_the_grave_cannot_be_switched_off_entirely(chenfang, case_in):
    office.edit(chenfang, {"channels": {sort.value: [] for sort in preferences.Sort}}, by=chenfang)
    assert preferences.ways(chenfang, "level_over", is_grave=preferences.is_grave(case_in("acting"))) == []
    major = case_in("acting", severity="major")
    assert preferences.ways(chenfang, "level_over", is_grave=preferences.is_grave(major)) == [
        "email",
        "wecom",
        "sms",
    ]
    urgent = case_in("acting", facts={"urgent": True})
    assert preferences.ways(chenfang, "level_over", is_grave=preferences.is_grave(urgent)) == [
        "email",
        "wecom",
        "sms",
    ]
    notifications.write([Notice(chenfang, "chased", case_in("acting"))], at=march(3), source="x")
    assert Notification.objects.filter(user=chenfang, kind="chased").exists()  # the inbox always stays


# Quiet hours ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ((time(22), time(7, 30)), march(2, 23), march(3, 7, 30)),
        ((time(22), time(7, 30)), march(3, 6), march(3, 7, 30)),
        ((time(22), time(7, 30)), march(2, 22), march(3, 7, 30)),
        ((time(22), time(7, 30)), march(3, 7, 30), None),
        ((time(22), time(7, 30)), march(2, 21, 59), None),
        ((time(12), time(14)), march(2, 13), march(2, 14)),
        ((time(12), time(14)), march(2, 14), None),
        ((None, None), march(2, 3), None),
    ],
)
def test_quiet_hours_end_where_they_were_said_to_end(hours, at, until):
    user = User(quiet_from=hours[0], quiet_until=hours[1])
    assert preferences.quiet_until(user, at, SHANGHAI) == until


def test_quiet_hours_are_those_of_the_estate_and_know_summer_time():
    berlin = ZoneInfo("Europe/Berlin")
    user = User(quiet_from=time(22), quiet_until=time(7))
    eve = datetime(2026, 3, 28, 23, tzinfo=berlin)  # the clocks go forward that night
    assert preferences.quiet_until(user, eve, berlin) == datetime(2026, 3, 29, 7, tzinfo=berlin)
    assert preferences.quiet_until(user, eve, SHANGHAI) == datetime(2026, 3, 29, 7, tzinfo=SHANGHAI)


def test_a_quiet_message_waits_for_the_morning(chenfang, case_in):
    only_mail(chenfang)
    case = case_in("acting")
    notifications.write([Notice(chenfang, "chased", case)], at=NIGHT, source="x")
    drain(march(3, 7, 29))
    row = OutboxMessage.objects.get(user=chenfang, kind="chased")
    assert (row.state, row.not_before) == (State.QUEUED, march(3, 7, 30))
    drain(march(3, 7, 30))
    row.refresh_from_db()
    assert row.state == State.SENT


@pytest.mark.parametrize("facts", [{"severity": "major"}, {"facts": {"urgent": True}}])
def test_the_grave_knows_no_quiet_hours(facts, chenfang, case_in):
    notifications.write([Notice(chenfang, "chased", case_in("acting", **facts))], at=NIGHT, source="x")
    rows = OutboxMessage.objects.filter(user=chenfang, kind="chased")
    assert {row.not_before for row in rows} == {NIGHT}


def test_what_is_over_by_the_morning_is_not_sent(chenfang, office_of_jinxiu, case_in):
    """The clock ran out at night; the matter was handled before he woke up."""
    only_mail(chenfang)
    case = case_in("acting", severity="minor", at=march(1, 22, 40))
    ring(march(2, 22, 50))
    assert "chenfang" in told("level_over", case) | told("level_warning", case)
    waiting = OutboxMessage.objects.filter(user=chenfang, kind__startswith="level_", state=State.QUEUED)
    assert waiting.filter(not_before=march(3, 7, 30)).exists()
    actions.handle(case, note="已修好。", evidence="业主签字", by=office_of_jinxiu.wanggong, at=march(3, 6))
    drain(march(3, 7, 30))
    rows = OutboxMessage.objects.filter(user=chenfang, kind__startswith="level_", not_before__gt=march(2, 22))
    assert {row.state for row in rows} == {State.MUTED}
    assert all("stopped" in row.error for row in rows)


def test_of_two_levels_in_one_night_the_later_is_sent(chenfang, case_in):
    only_mail(chenfang)
    case = case_in("acting", severity="minor", at=march(1, 22, 40))
    about = {"clock": "resolve", "due_at": clock_of(case, "resolve").due_at.isoformat()}
    notifications.write([Notice(chenfang, "level_warning", case, about)], at=NIGHT, source="w")
    notifications.write([Notice(chenfang, "level_over", case, about)], at=march(3, 2), source="o")
    drain(march(3, 7, 30))
    states = OutboxMessage.objects.filter(user=chenfang, kind__startswith="level_").order_by("pk")
    assert list(states.values_list("kind", "state")) == [
        ("level_warning", State.MUTED),
        ("level_over", State.SENT),
    ]


def test_what_he_read_in_the_inbox_at_night_is_not_sent_too(chenfang, case_in):
    only_mail(chenfang)
    notifications.write([Notice(chenfang, "chased", case_in("acting"))], at=NIGHT, source="x")
    notifications.read_all(by=chenfang, at=march(3, 1))
    drain(march(3, 7, 30))
    assert OutboxMessage.objects.get(user=chenfang, kind="chased").state == State.MUTED


@pytest.mark.parametrize("reminded", [False, True])
def test_a_request_decided_at_night_is_not_sent_in_the_morning(reminded, chenfang, office_of_jinxiu, case_in):
    people = office_of_jinxiu
    quiet = {"quiet_from": time(22), "quiet_until": time(7, 30), "channels": {"news": []}}
    office.edit(people.wuzong, quiet, by=people.wuzong)
    case = case_in("acting")
    request = actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="缺货。",
        new_due_at=march(7),
        by=people.wanggong,
        at=NIGHT,
        not_told_because="电话未接通",
    )
    if reminded:
        Extension.objects.update(remind_at=march(3, 0))
        remind_due(march(3, 0))
    actions.approve_extension(request, by=people.wuzong, at=march(3, 1))
    drain(march(3, 7, 30))
    rows = OutboxMessage.objects.filter(user=people.wuzong, kind__startswith="extension_")
    assert [row.kind for row in rows] == ["extension_requested", "extension_waits"][: 1 + reminded]
    assert {row.state for row in rows} == {State.MUTED}


def test_what_waited_for_a_broken_server_is_sent_however_late(chenfang, office_of_jinxiu, case_in):
    """Only quiet hours let a message fall away: sent late is right."""
    office.edit(chenfang, {"quiet_from": None, "quiet_until": None}, by=chenfang)
    only_mail(chenfang)
    case = case_in("acting", severity="minor", at=march(1, 9))
    ring(march(2, 9, 1))
    actions.handle(case, note="已修好。", evidence="签字", by=office_of_jinxiu.wanggong, at=march(2, 10))
    drain(march(3, 9))
    rows = OutboxMessage.objects.filter(user=chenfang, kind="level_warning", complaint=case)
    assert {row.state for row in rows} == {State.SENT}


def test_whoever_lost_access_is_replaced_once_however_many_ways_he_had(
    chenfang, office_of_jinxiu, case_in, admin
):
    people = office_of_jinxiu
    case = case_in("acting")
    OutboxMessage.objects.all().delete()
    office.edit(people.limin, {"wecom_id": "limin"}, by=people.limin)
    notifications.write([Notice(people.limin, "chased", case)], at=march(3, 9), source="x")
    office.end_posting(people.limin.postings.get(), at=march(3, 9, 5), by=admin)
    drain(march(3, 9, 10))
    assert Notification.objects.filter(user=chenfang, kind="chased").count() == 1


# The profile page -----------------------------------------------------------------------------------------


@pytest.fixture
def profile(client: Client, chenfang):
    client.force_login(chenfang)

    def send(**said):
        return client.post("/profile/messages/", said, headers=ENGLISH)

    return send


def test_everybody_chooses_his_ways_and_hours(profile, chenfang, client):
    page = text(client.get("/profile/", headers=ENGLISH))
    assert "Requests to decide" in page and "WeCom" in page and "Text message" in page
    answer = profile(deadlines=["email", "sms"], decisions=["wecom"], quiet_from="21:00", quiet_until="06:00")
    assert answer.status_code == 302
    chenfang.refresh_from_db()
    assert chenfang.channels == {
        "deadlines": ["email", "sms"],
        "decisions": ["wecom"],
        "news": [],
        "digest": [],
    }
    assert (chenfang.quiet_from, chenfang.quiet_until) == (time(21), time(6))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"quiet_from": "21:00"}, "have a beginning and an end"),
        ({"quiet_from": "21:00", "quiet_until": "21:00"}, "must end at another time"),
        ({"news": ["pigeon"]}, "pigeon"),
        ({"quiet_from": "25:00", "quiet_until": "06:00"}, "valid time"),
    ],
)
def test_half_or_odd_wishes_are_said_back(said, sentence, profile, chenfang):
    answer = profile(**said)
    assert answer.status_code == 422
    assert sentence in text(answer)
    chenfang.refresh_from_db()
    assert (chenfang.quiet_from, chenfang.channels) == (time(22), {})


def test_a_way_that_is_closed_for_now_stays_chosen(profile, chenfang, settings):
    settings.WECOM = None
    assert profile(deadlines=["email"]).status_code == 302
    chenfang.refresh_from_db()
    assert chenfang.channels["deadlines"] == ["email", "wecom"]


def test_choices_are_written_into_no_history(profile, chenfang):
    profile(deadlines=["email"])
    assert not {"channels", "quiet_from", "wecom_id"} & {
        f.name for f in type(chenfang.history.first())._meta.fields
    }
