"""Each way out against a real server that accepts, drops, stalls and refuses: none lost, none double."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from complaints import notifications
from complaints.channels import CHANNELS, mails, web, wecom
from complaints.models import OutboxMessage
from complaints.notifications import LEASE, Notice, send_due
from staff import actions as office
from tests import gateways
from tests.cast import DAY, MINUTE, march
from tests.gateways import MORNING, says
from tests.mailbox import mailbox

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture
def put(case_in, office_of_jinxiu, outside, jinxiu) -> Callable[..., OutboxMessage]:
    """One message about a case into the outbox, on one way only."""
    chenfang = office_of_jinxiu.chenfang
    case = case_in("acting", at=march(1, 9))
    OutboxMessage.objects.all().delete()

    def write(way: str, source: str = "x") -> OutboxMessage:
        ways = {"deadlines": [way], "news": [way]}
        office.edit(
            chenfang, {"channels": ways, "phone": "138 1234 5678", "wecom_id": "ChenFang"}, by=chenfang
        )
        jinxiu.robot_key = "robot-1" if way == "robot" else ""
        jinxiu.save(update_fields=["robot_key"])
        case.refresh_from_db()
        about = {"clock": "resolve", "due_at": case.next_due_at.isoformat()}
        letters = [Notice(reader, "level_over", case, about) for reader in (chenfang, None)]
        notifications.write(letters, at=MORNING, source=source)
        return OutboxMessage.objects.get(channel=way, key__contains=f":{source}:")

    return write


def drain(now) -> None:
    while send_due(now):
        pass


def sent_until_done(row: OutboxMessage) -> list[int]:
    """Send until it is done; the minutes it waited between its tries."""
    waits, at = [], MORNING
    for _try in range(15):
        drain(at)
        row.refresh_from_db()
        if row.state != State.QUEUED:
            return waits
        waits.append((row.not_before - at) // MINUTE)
        at = row.not_before
    raise AssertionError("It never ends.")


OVER_HTTP = pytest.mark.parametrize("way", ["sms", "wecom", "robot"])


@pytest.fixture(autouse=True)
def _no_token_is_left_over() -> None:
    CHANNELS["wecom"]._tokens.clear()


# What every gateway may do -----------------------------------------------------------------------------


@OVER_HTTP
def test_a_message_is_taken_once(way, put, outside):
    row = put(way)
    assert sent_until_done(row) == []
    drain(MORNING + DAY)
    assert (row.state, row.attempts, list(outside.copies.values())) == (State.SENT, 1, [1])


@OVER_HTTP
@pytest.mark.parametrize(
    "trouble", [gateways.drop, gateways.stall, gateways.dribble, says({}, 500), says({}, 408), says({}, 503)]
)
def test_trouble_that_passes_is_waited_out(way, trouble, put, outside):
    row = put(way)
    outside.script.extend([trouble, trouble])
    assert sent_until_done(row) == [1, 2]
    assert (row.state, row.attempts, row.error) == (State.SENT, 3, "")
    assert list(outside.copies.values()) == [1]


@OVER_HTTP
@pytest.mark.parametrize("status", [400, 401, 404, 422, 302])
def test_a_refusal_for_good_is_given_up_at_once(way, status, put, outside):
    row = put(way)
    outside.script.append(says({"reason": "unknown template, phone 13812345678"}, status, Location="/else"))
    assert sent_until_done(row) == []
    assert (row.state, row.attempts, len(outside.asked)) == (State.FAILED, 1, 1)
    assert f"HTTP {status}" in row.error and "unknown template" in row.error
    assert "13812345678" not in row.error


@OVER_HTTP
@pytest.mark.parametrize("status", [429, 503])
def test_a_gateway_says_itself_when_to_come_again_and_the_whole_channel_waits(way, status, put, outside):
    first, second = put(way, "a"), put(way, "b")
    outside.script.append(says({}, status, Retry_After="600"))
    drain(MORNING)
    assert len(outside.asked) == 1
    for row in (first, second):
        row.refresh_from_db()
        assert row.not_before == MORNING + 10 * MINUTE
    assert (first.attempts, second.attempts) == (1, 0)
    drain(MORNING + 10 * MINUTE)
    assert {OutboxMessage.objects.get(pk=row.pk).state for row in (first, second)} == {State.SENT}


@OVER_HTTP
def test_a_slow_or_talkative_answer_is_an_answer(way, put, outside):
    outside.script.extend([gateways.slowly])
    assert sent_until_done(put(way)) == []


def test_an_answer_without_end_is_not_read_to_its_end(put, outside):
    outside.script.append(gateways.flood)
    row = put("sms")
    assert (sent_until_done(row), row.state) == ([], State.SENT)


@pytest.mark.parametrize("way", ["sms", "wecom"])
def test_a_lost_answer_makes_no_second_message(way, put, outside):
    """Both know a message again: by its reference, or by its very words."""
    row = put(way)
    outside.script.append(gateways.take_and_drop)
    assert sent_until_done(row) == [1]
    assert (row.state, len(outside.asked), list(outside.copies.values())) == (State.SENT, 2, [1])


def test_ten_failures_are_the_end_until_somebody_tries_again(put, outside):
    row = put("sms")
    outside.script.extend([says({}, 500)] * 10)
    assert sent_until_done(row) == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (row.state, row.error) == (State.FAILED, "HTTP 500 {}")
    notifications.retry_failed(row, at=MORNING + DAY)
    drain(MORNING + DAY)
    row.refresh_from_db()
    assert (row.state, list(outside.copies.values())) == (State.SENT, [1])


def test_one_channel_that_is_down_holds_up_no_other(put, outside, mailoutbox):
    rows = [put("sms", f"s{n}") for n in range(12)] + [put("email", f"m{n}") for n in range(3)]
    outside.script.extend([gateways.stall, gateways.stall])
    began = time.monotonic()
    drain(MORNING)
    assert time.monotonic() - began < 10
    states = [OutboxMessage.objects.get(pk=row.pk).state for row in rows]
    assert states == [State.QUEUED] * 12 + [State.SENT] * 3
    assert (len(outside.asked), len(mailoutbox)) == (2, 3)
    for later in (LEASE, DAY):  # a busy machine may miss one answer, which is asked for again
        drain(MORNING + later)
    assert sum(outside.copies.values()) == 12


def test_a_lease_outlives_the_longest_sending():
    """It is renewed before each message; the longest is WeCom with a token asked for twice."""
    assert 4 * timedelta(seconds=web.TIMEOUT) < LEASE
    assert timedelta(seconds=mails.LONGEST) < LEASE


# Text messages ------------------------------------------------------------------------------------------


def test_a_text_message_names_template_values_and_reference(put, outside):
    row = put("sms")
    drain(MORNING)
    [(path, body, headers)] = outside.asked
    assert path == "/send"
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer secret", row.key)
    assert (body["phone"], body["template"], body["reference"]) == ("13812345678", "staff-zh-hans", row.key)
    assert body["params"]["number"] == row.complaint.number
    assert body["params"]["link"].endswith(f"/cases/{row.complaint.number}/")
    assert row.complaint.number in body["text"]


# WeCom --------------------------------------------------------------------------------------------------


def test_a_card_goes_to_the_person_with_one_token_for_many(put, outside):
    for n in range(3):
        put("wecom", f"s{n}")
    drain(MORNING)
    assert outside.tokens == 1
    path, body, _headers = outside.asked[0]
    assert path == "/cgi-bin/message/send?access_token=token-1"
    assert (body["touser"], body["agentid"], body["msgtype"]) == ("ChenFang", 7, "textcard")
    assert body["enable_duplicate_check"] == 1
    card = body["textcard"]
    assert len(card["title"].encode()) <= 128 and len(card["description"].encode()) <= 512
    assert "熊霞" not in str(body) and "13494795057" not in str(body)


@pytest.mark.parametrize("code", sorted(wecom.TOKEN_SPENT))
def test_a_spent_token_is_asked_for_anew_once(code, put, outside):
    row = put("wecom")
    outside.script.append(says({"errcode": code, "errmsg": "access_token expired"}))
    drain(MORNING)
    row.refresh_from_db()
    assert (row.state, row.attempts, outside.tokens) == (State.SENT, 1, 2)
    assert outside.asked[-1][0].endswith("access_token=token-2")
    outside.script.extend([says({"errcode": code, "errmsg": "again"})] * 2)
    other = put("wecom", "y")
    drain(MORNING)
    other.refresh_from_db()
    assert (other.state, other.attempts, len(outside.asked)) == (State.QUEUED, 1, 4)


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 81013, "errmsg": "user & party & tag all invalid"},
        {"errcode": 60111, "errmsg": "userid not found"},
        {"errcode": 0, "errmsg": "ok", "invaliduser": "someone|chenfang"},
        {"errcode": 0, "errmsg": "ok", "unlicenseduser": "chenfang"},
    ],
)
def test_a_person_wecom_does_not_know_is_a_failure_for_good(answer, put, outside):
    row = put("wecom")
    outside.script.append(says(answer))
    assert sent_until_done(row) == []
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert "WeCom" in row.error


@pytest.mark.parametrize("answer", [{"errcode": -1, "errmsg": "system busy"}, {"errcode": 60020}, ["odd"]])
def test_what_wecom_may_take_later_is_tried_later(answer, put, outside):
    row = put("wecom")
    outside.script.append(says(answer))
    assert sent_until_done(row) == [1]
    assert row.state == State.SENT


@pytest.mark.parametrize("way", ["wecom", "robot"])
def test_too_many_messages_make_the_channel_wait_a_minute(way, put, outside):
    rows = [put(way, f"s{n}") for n in range(3)]
    outside.script.append(says({"errcode": 45009, "errmsg": "api freq out of limit"}))
    drain(MORNING)
    assert len(outside.asked) == 1
    drain(MORNING + MINUTE)
    assert {OutboxMessage.objects.get(pk=row.pk).state for row in rows} == {State.SENT}


def test_secrets_stand_in_no_error(put, outside):
    row = put("wecom")
    outside.shutdown()
    outside.server_close()
    drain(MORNING)
    row.refresh_from_db()
    assert row.state == State.QUEUED and row.error
    assert "s3cret" not in row.error and "access_token" not in row.error


# The group robot ------------------------------------------------------------------------------------------


def test_the_robot_names_nobody(put, outside, office_of_jinxiu):
    row = put("robot")
    drain(MORNING)
    path, body, _headers = outside.asked[-1]
    assert path == "/cgi-bin/webhook/send?key=robot-1"
    words = body["text"]["content"]
    assert row.complaint.number in words and "重要" in words and "处理完毕" in words
    people = [person.name for person in vars(office_of_jinxiu).values()]
    assert not [name for name in [*people, "熊霞", "13494795057", "302"] if name in words]


def test_the_robot_says_it_once_however_many_are_told(put, office_of_jinxiu):
    row = put("robot")
    people = [None, office_of_jinxiu.limin, office_of_jinxiu.zhoujun, office_of_jinxiu.wuzong]
    letters = [Notice(person, "level_over", row.complaint, row.params) for person in people]
    notifications.write(letters, at=MORNING, source="many")
    assert OutboxMessage.objects.filter(channel="robot", key__contains=":many:").count() == 1


def test_the_robot_says_each_case_of_one_sweep(put, walk_in, office_of_jinxiu):
    row = put("robot")
    cases = [row.complaint, walk_in(MORNING)]
    letters = {
        f"d{n}": [Notice(person, "level_over", case, row.params) for person in (None, office_of_jinxiu.limin)]
        for n, case in enumerate(cases)
    }
    OutboxMessage.objects.all().delete()
    notifications.write_many(letters, at=MORNING)
    said = OutboxMessage.objects.filter(channel="robot").values_list("complaint", flat=True)
    assert sorted(said) == [case.pk for case in cases]


def test_the_robot_keeps_quiet_about_what_few_may_know(put, office_of_jinxiu):
    row = put("robot")
    row.complaint.restricted = True
    row.complaint.save(update_fields=["restricted"])
    notifications.write([Notice(None, "level_over", row.complaint, row.params)], at=MORNING, source="r")
    assert not OutboxMessage.objects.filter(channel="robot", key__contains=":r:").exists()
    drain(MORNING)
    row.refresh_from_db()
    assert row.state == State.MUTED


# E-mail ---------------------------------------------------------------------------------------------------


@pytest.fixture
def postbox(settings):
    with mailbox() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 1
        yield server


def test_a_mail_is_taken_once(put, postbox):
    row = put("email")
    assert sent_until_done(row) == []
    assert list(postbox.copies.values()) == [1]


@pytest.mark.parametrize("trouble", ["drop", "stall", "451 try later", "421 too many"])
def test_a_mail_server_in_trouble_is_waited_out(trouble, put, postbox):
    row = put("email")
    postbox.script.extend([trouble, trouble])
    assert sent_until_done(row) == [1, 2]
    assert (row.state, list(postbox.copies.values())) == (State.SENT, [1])


def test_a_mailbox_that_does_not_exist_is_a_failure_for_good(put, postbox):
    row = put("email")
    postbox.script.append("550 5.1.1 no such user")
    assert sent_until_done(row) == []
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert "no such user" in row.error


def test_a_mail_whose_answer_is_lost_comes_twice_under_one_id(put, postbox):
    """SMTP knows no better; the mailbox can tell by the Message-ID."""
    row = put("email")
    postbox.script.append("take and drop")
    assert sent_until_done(row) == [1]
    assert list(postbox.copies.values()) == [2]


def test_a_mail_server_that_dribbles_is_cut_off(put, postbox, monkeypatch):
    monkeypatch.setattr(mails, "LONGEST", 0.5)
    row = put("email")
    postbox.script.append("dribble")
    began = time.monotonic()
    drain(MORNING)
    assert time.monotonic() - began < 4
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.QUEUED, 1)
