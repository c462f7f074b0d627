"""Meetings with owners 恳谈会: the record, what was promised, what became of it in the next report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from complaints.actions.measures import Plan
from complaints.models import Measure, Notification
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import owner_meetings as acts
from reports import owner_promises_due
from reports.calendar_rules import Overtaken
from reports.figures.promises import promises
from reports.management.owners import tell_owners
from reports.models import OwnerMeeting, OwnerPromise, OwnerReport
from reports.owner_content import content_of
from reports.owner_meetings import Said
from reports.owner_words import promises_said, shown
from tests.cast import DAY, HOUR, march
from tests.owner_meetings import AT, SAID, promise, settle, sign
from tests.owner_reports import APRIL_8, Q1, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(office_of_jinxiu) -> Any:
    return office_of_jinxiu


@pytest.fixture
def talk(jinxiu, people) -> OwnerMeeting:
    return acts.record(jinxiu, SAID, by=people.zhoujun, at=AT)


# The record -------------------------------------------------------------------------------------------


def test_the_manager_keeps_it_and_nobody_below_or_elsewhere(jinxiu, talk, people, stranger, auditor):
    for nobody in (people.chenfang, people.limin, stranger, auditor):
        with pytest.raises(WrongPerson):
            acts.record(jinxiu, SAID, by=nobody, at=AT)
        with pytest.raises(WrongPerson):
            acts.sign(talk, started_from=1, by=nobody, at=AT)
    assert OwnerMeeting.objects.get() == talk


def test_sent_twice_it_is_written_once(jinxiu, people):
    made = [acts.record(jinxiu, SAID, by=people.zhoujun, at=AT, key="k") for _n in "ab"]
    assert made[0] == made[1] and OwnerMeeting.objects.count() == 1


def other(**said) -> Said:
    return Said(**vars(SAID) | said)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"held_on": date(2026, 3, 4)}, "held_on"),
        ({"asked": "2-1-302业主问停车"}, "asked"),
        ({"owners_as": "李女士等"}, "owners_as"),
        ({"answered": "已致电13800001111"}, "answered"),
    ],
)
def test_what_names_an_owner_or_is_still_to_come_is_refused(jinxiu, people, said, field):
    with pytest.raises(Refused) as refused:
        acts.record(jinxiu, other(**said), by=people.zhoujun, at=AT)
    assert refused.value.field == field
    assert not OwnerMeeting.objects.exists()


def test_it_is_corrected_until_it_is_signed_and_only_added_to_since(talk, people):
    by = {"by": people.zhoujun, "at": AT}
    with pytest.raises(Refused):
        acts.supplement(talk, words="补充", **by)
    row = acts.correct(talk, other(place="会所"), started_from=1, **by)
    with pytest.raises(Overtaken):
        acts.correct(talk, SAID, started_from=1, **by)
    assert [one.place for one in row.history.order_by("history_id")] == ["架空层活动室", "会所"]
    row = sign(row, people)
    for change in (
        lambda: acts.correct(row, SAID, started_from=row.version, **by),
        lambda: promise(row, people),
        lambda: sign(row, people),
    ):
        with pytest.raises(Refused, match="signed|签"):
            change()
    acts.supplement(row, words="业委会当日下午补充一条意见。", **by)
    assert row.supplements.get().by == people.zhoujun


# Promises ---------------------------------------------------------------------------------------------


def test_a_promise_is_due_after_its_meeting_and_settled_on_a_day(talk, people):
    with pytest.raises(Refused) as refused:
        promise(talk, people, date(2026, 3, 1))
    assert refused.value.field == "due_on"
    row = promise(talk, people)
    for state, on, note, field in (
        ("done", None, "", "on"), ("done", date(2026, 3, 1), "", "on"), ("done", date(2026, 3, 26), "", "on"),
        ("not_done", date(2026, 3, 18), " ", "note"), ("open", None, "", "state"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            settle(row, people, state, on, note)
        assert refused.value.field == field
    row = settle(row, people)
    assert (row.state, row.remind_at) == ("done", None)
    with pytest.raises(Overtaken):
        settle(row, people, "open", None, "返工", version=1)
    row = settle(row, people, "open", None, "返工")
    assert row.remind_at == march(25)


def test_who_keeps_it_is_reminded_and_it_climbs(talk, people):
    row = promise(talk, people, keeper=people.wanggong)

    def told(at) -> set[str]:
        before = Notification.objects.count()
        owner_promises_due.remind(at)
        rows = Notification.objects.order_by("pk")[before:]
        return {one.user.username for one in rows}

    assert told(march(10)) == set()
    assert told(march(17)) == {"wanggong"}
    assert told(march(17, 10)) == set()
    assert told(march(21)) == {"wanggong", "chenfang"}
    assert told(march(22, 1)) == {"wanggong", "chenfang", "zhoujun"}
    assert told(march(29)) == {"wanggong", "zhoujun", "wuzong"}
    line = Notification.objects.order_by("-pk").first()
    assert line.kind == "promise_due_over" and line.params["owner_meeting"] == talk.pk
    row.refresh_from_db()
    settle(row, people, at=march(30))
    assert owner_promises_due.remind(march(31) + 30 * DAY) == 0


def test_a_measure_carries_one_out_once(talk, people, engineering):
    row = promise(talk, people)
    plan = Plan("灯具老化", "全部改为感应灯", "equipment", people.wanggong, AT + 20 * DAY, engineering)
    made = acts.set_measure_of(row, plan, by=people.zhoujun, at=AT, key="k")
    assert acts.set_measure_of(row, plan, by=people.zhoujun, at=AT, key="k") == made
    assert (Measure.objects.get().origin, made.estate) == ("meeting", talk.estate)
    with pytest.raises(Refused):
        acts.set_measure_of(row, plan, by=people.zhoujun, at=AT, key="another")
    assert Measure.objects.count() == 1


def test_a_follow_up_of_a_case_carries_one_out(talk, people, case_in, cuihu):
    row, case = promise(talk, people), case_in("closed", at=march(2))
    row = acts.follow_up_of(row, case=case, by=people.zhoujun, at=march(5))
    assert row.follow_up.complaint == case and row.follow_up.agreed_at == row.due_at
    with pytest.raises(Refused):
        acts.follow_up_of(row, case=case, by=people.zhoujun, at=march(5))


# In the next report -------------------------------------------------------------------------------------


def test_the_report_says_of_each_promise_what_became_of_it(jinxiu, talk, people):
    kept, late, given_up, over, coming = (
        promise(talk, people, due, what)
        for what, due in (
            ("照明更换", date(2026, 3, 20)), ("南门夜班", date(2026, 3, 10)),
            ("健身房延时", date(2026, 3, 30)),
            ("绿化补种", date(2026, 3, 25)), ("道闸更换", date(2026, 6, 30)),
        )
    )  # fmt: skip
    settle(kept, people)
    settle(late, people, on=date(2026, 3, 15))
    settle(given_up, people, "not_done", date(2026, 3, 20), "业主意见不一")
    assert promises(jinxiu, *Q1, APRIL_8) == []  # the record is not signed
    sign(talk, people)
    told = promises(jinxiu, *Q1, APRIL_8)
    assert [(one["zh"], one["state"]) for one in told] == [
        ("照明更换", "kept"), ("南门夜班", "late"), ("健身房延时", "not_kept"), ("绿化补种", "overdue"),
        ("道闸更换", "open"),
    ]  # fmt: skip
    with translation.override("en"):
        assert promises_said(told) == (
            "5 promises: Kept 1, Kept after its day 1, Not due yet 1, Over its day 1, Not kept 1."
        )
    # Kept after the time is over, it was open when it ended; the next time tells of it.
    settle(over, people, on=date(2026, 4, 5), at=APRIL_8)
    assert [one["state"] for one in promises(jinxiu, *Q1, APRIL_8)] == [one["state"] for one in told]
    second = promises(jinxiu, date(2026, 4, 1), date(2026, 6, 30), APRIL_8 + 90 * DAY)
    assert [(one["zh"], one["state"]) for one in second] == [("绿化补种", "late"), ("道闸更换", "overdue")]
    row = written(jinxiu, people.zhoujun)
    (part,) = shown(content_of(row))["parts"]
    assert "南门夜班" in part["table"] and "业主意见不一" in part["table"]
    assert coming.state == "open"


# Pages and API ---------------------------------------------------------------------------------------


def test_it_is_kept_from_its_pages(client, jinxiu, people, monkeypatch):
    for place in ("reports.views.owner_meetings.clock", "reports.owner_meeting_api.now"):
        monkeypatch.setattr(place, lambda: AT + HOUR)
    client.force_login(people.zhoujun)
    new = reverse("reports:owner_meeting_new")
    typed = {name: str(value) for name, value in vars(SAID).items()}
    wrong = client.post(new, typed | {"asked": "2-1-302业主问停车"})
    assert wrong.status_code == 422 and "2-1-302业主问停车" in wrong.content.decode()
    assert client.post(new, typed).status_code == 302
    row = OwnerMeeting.objects.get()

    def act(verb, **said):
        return client.post(reverse("reports:owner_meeting_act", args=[row.pk, verb]), said)

    keeper = f"{people.wanggong.pk}-{people.wanggong.postings.get().department_id}"
    said = {"what": "照明更换", "due_on": "2026-03-20", "keeper": keeper}
    assert act("promise", **said | {"due_on": "2026-03-01"}).status_code == 422
    assert act("promise", **said).status_code == 302
    one = OwnerPromise.objects.get()
    assert act("correct", **typed | {"place": "会所", "started_from": 9}).status_code == 422
    assert act("sign", started_from=1).status_code == 302
    assert act("supplement", words="补充一条").status_code == 302
    where = reverse("reports:owner_promise_act", args=[one.pk, "settle"])
    done = {"state": "done", "on": "2026-03-03", "note": "已更换", "started_from": 1}
    assert client.post(where, done | {"on": ""}).status_code == 422
    assert client.post(where, done).status_code == 302
    page = client.get(row.get_absolute_url()).content.decode()
    assert all(words in page for words in ("照明更换", "补充一条", "已更换", "架空层活动室"))
    assert row.get_absolute_url() in client.get(reverse("reports:owner_meetings")).content.decode()
    answer = client.get(f"/api/v1/reports/owner-meetings/{row.pk}/").json()
    assert answer["promises"][0]["state"] == "done" and answer["acts"] == ["supplement"]
    for user, status in ((people.limin, 403), (people.sungong, 200)):
        client.force_login(user)
        assert client.get(row.get_absolute_url()).status_code == status
        assert client.post(where, done).status_code in (403, 404)
        assert client.get("/api/v1/reports/owner-meetings/").status_code == status


def test_programs_write_one_down(client, jinxiu, people, monkeypatch):
    monkeypatch.setattr("reports.owner_meeting_api.now", lambda: AT + HOUR)
    client.force_login(people.zhoujun)

    def send(path, status=200, **said):
        answer = client.post(f"/api/v1/reports/{path}", said, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    typed = {name: str(value) for name, value in vars(SAID).items()}
    row = send("owner-meetings/of/JX/", 201, **typed)
    send("owner-meetings/of/XX/", 404, **typed)
    told = send(
        f"owner-meetings/{row['id']}/promise/", what="照明更换", keeper="wanggong", due_on="2026-03-20"
    )
    (one,) = told["promises"]
    told = send(
        f"owner-promises/{one['id']}/settle/", state="done", on="2026-03-03", started_from=one["version"]
    )
    assert told["promises"][0]["state"] == "done"
    client.force_login(people.sungong)
    send(f"owner-promises/{one['id']}/settle/", 403, state="open", note="x", started_from=2)


def test_the_minutes_are_printed(client, jinxiu, talk, people, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(
        "reports.pdf.render", lambda template, context, *_a, **_w: told.append(template) or b"%PDF-x"
    )
    promise(talk, people)
    client.force_login(people.zhoujun)
    answer = client.get(reverse("reports:owner_minutes", args=[talk.pk]), follow=True)
    assert answer.content.startswith(b"%PDF") and told == ["reports/owner_minutes_pdf.html"]


# The demo ----------------------------------------------------------------------------------------------


def test_the_demo_tells_owners_twice_and_what_became_of_its_promises(jinxiu, people, monkeypatch):
    monkeypatch.setattr("reports.pdf.render", lambda *_args, **_words: b"%PDF-x")
    first, second = tell_owners(APRIL_8 + 30 * DAY)
    assert [(one.state, one.serial) for one in (first, second)] == [("posted", 1), ("posted", 2)]
    assert second.content["before"]["serial"] == 1
    assert [one["state"] for one in second.content["promises"]] == ["kept", "overdue", "open"]
    assert second.content["promises"][2]["measure"] == "going_on"
    assert all(OwnerReport.objects.values_list("pdf", flat=True))
