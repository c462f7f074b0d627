"""Promises to owners: what reports tell of them, who keeps them, how they are corrected and carried out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions.measures import Plan
from complaints.models import FollowUp, Measure, Notification
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import owner_meetings as acts
from reports import owner_papers, owner_promises_due
from reports import owner_reports as written_by
from reports.calendar_rules import Overtaken
from reports.figures.promises import earlier, promises
from reports.models import OwnerMeeting, OwnerPromise
from reports.owner_content import content_of
from reports.owner_meetings import Said
from reports.owner_words import fate
from tests.cast import DAY, HOUR, march
from tests.owner_meetings import AT, MARCH_25, SAID, promise, settle, sign
from tests.owner_reports import APRIL_8, Q1, issued

pytestmark = pytest.mark.django_db
JULY_9 = march(31) + 100 * DAY
Q2 = date(2026, 4, 1), date(2026, 6, 30)
OCTOBER_9 = JULY_9 + 92 * DAY


@pytest.fixture
def people(office_of_jinxiu) -> Any:
    return office_of_jinxiu


@pytest.fixture
def talk(jinxiu, people) -> OwnerMeeting:
    return acts.record(jinxiu, SAID, by=people.zhoujun, at=AT)


def told(estate, days, at) -> list[tuple[str, str]]:
    rows = promises(estate, *days, at, told=earlier(estate, "quarter", days[0]))
    return [(row["zh"], row["state"]) for row in rows]


# What a report tells ----------------------------------------------------------------------------------


def test_what_is_written_down_after_a_report_stands_in_the_next_one_and_only_there(jinxiu, talk, people):
    row = promise(talk, people, date(2026, 3, 20), "照明更换")
    other = promise(talk, people, date(2026, 3, 20), "南门夜班")
    settle(other, people, on=date(2026, 3, 18))
    sign(talk, people)
    first = issued(jinxiu, people)
    assert [one["state"] for one in first.content["promises"]] == ["overdue", "kept"]
    settle(row, people, on=date(2026, 3, 30), at=APRIL_8)
    assert told(jinxiu, Q2, JULY_9) == [("照明更换", "late")]
    draft = written_by.draft(jinxiu, "quarter", date(2026, 5, 1), by=people.zhoujun, at=JULY_9)
    assert [one["zh"] for one in content_of(draft)["promises"]] == ["照明更换"]
    written_by.drop(draft, note="另写", by=people.zhoujun, at=JULY_9)
    second = issued(jinxiu, people, day=date(2026, 8, 1), at=OCTOBER_9, opening=130)
    assert [one["zh"] for one in second.content["promises"]] == ["照明更换"]
    assert told(jinxiu, (date(2026, 10, 1), date(2026, 12, 31)), OCTOBER_9 + 92 * DAY) == []


def test_a_meeting_signed_after_its_quarters_report_is_told_in_the_next(jinxiu, talk, people):
    row = promise(talk, people)
    settle(row, people)
    issued(jinxiu, people)
    sign(talk, people, at=APRIL_8 + DAY)
    assert told(jinxiu, Q2, JULY_9) == [("地下车库照明全部更换", "kept")]


def test_the_first_report_goes_back_no_further_than_its_days(jinxiu, talk, people):
    settle(promise(talk, people), people)
    sign(talk, people)
    assert told(jinxiu, Q2, JULY_9) == []


@pytest.mark.parametrize(("at", "state"), [(march(31), "open"), (APRIL_8, "overdue")])
def test_due_on_the_last_day_it_is_overdue_once_that_day_is_over(jinxiu, talk, people, at, state):
    promise(talk, people, due_on=Q1[1])
    sign(talk, people)
    assert [one["state"] for one in promises(jinxiu, *Q1, at)] == [state]


# What carries it out -----------------------------------------------------------------------------------


def plan(people, engineering) -> Plan:
    return Plan("灯具老化", "全部改为感应灯", "equipment", people.wanggong, AT + 20 * DAY, engineering)


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [("open", "going_on", "going_on"), ("to_check", "going_on", "going_on"),
     ("effective", "going_on", "effective"), ("withdrawn", "going_on", "")],
)  # fmt: skip
def test_a_measure_is_told_as_it_stood_at_the_end(jinxiu, talk, people, engineering, state, before, after):
    row = promise(talk, people, due_on=date(2026, 9, 1))
    made = acts.set_measure_of(row, plan(people, engineering), by=people.zhoujun, at=AT, key="k")
    sign(talk, people)
    if state in ("effective", "withdrawn"):
        Measure.objects.filter(pk=made.pk).update(
            state=state, ended_at=APRIL_8, next_due_at=None, dropped_because="改由施工单位负责"
        )
    else:
        Measure.objects.filter(pk=made.pk).update(state=state)
    assert [one["measure"] for one in promises(jinxiu, *Q1, APRIL_8)] == [before]
    assert [one["measure"] for one in promises(jinxiu, *Q2, JULY_9)] == [after]


def test_a_follow_up_is_told_as_it_stood_at_the_end(jinxiu, talk, people, case_in):
    row = promise(talk, people, due_on=date(2026, 9, 1))
    acts.follow_up_of(row, case=case_in("closed", at=march(2)), by=people.zhoujun, at=march(5))
    sign(talk, people)
    FollowUp.objects.update(done_at=APRIL_8, done_by=people.limin, done="已更换")
    (one,) = promises(jinxiu, *Q1, APRIL_8)
    assert one["follow_up"] == "going_on" and "follow" in fate(one) or "跟进" in fate(one)
    assert [one["follow_up"] for one in promises(jinxiu, *Q2, JULY_9)] == ["done"]
    FollowUp.objects.update(done_at=None, done_by=None, done="", ended_at=APRIL_8, withdrawn_because="重复")
    assert [one["follow_up"] for one in promises(jinxiu, *Q2, JULY_9)] == [""]


def test_a_paper_is_english_only_where_its_promises_are(jinxiu, people, talk):
    content = {"greeting": {"zh": "", "en": ""}, "purpose": {"zh": "", "en": ""}, "blocks": []}
    content["closing"] = {"zh": "结语", "en": "End"}
    one = {"zh": "照明更换", "en": "", "note": ""}
    assert owner_papers.is_in_english(content | {"promises": []})
    assert not owner_papers.is_in_english(content | {"promises": [one]})
    assert owner_papers.is_in_english(content | {"promises": [one | {"en": "Lights", "note": "180"}]})
    assert not owner_papers.is_in_english(content | {"promises": [one | {"en": "Lights", "note": "已换"}]})


# Corrected, handed on, reported -----------------------------------------------------------------------


def change(row, people, at=AT, **said):
    said = {"what": row.what, "what_en": "", "due_on": row.due_on} | said
    return acts.change(row, **said, started_from=row.version, by=people.zhoujun, at=at)


def test_a_promise_is_corrected_until_the_record_is_signed(talk, people):
    row = promise(talk, people)
    row = change(row, people, what="地下车库照明更换一半", due_on=date(2026, 4, 20))
    assert (row.what, row.due_on, row.version) == ("地下车库照明更换一半", date(2026, 4, 20), 2)
    assert row.remind_at > march(20)
    for said, field in (({"due_on": date(2026, 3, 1)}, "due_on"), ({"what": "2-1-302业主的灯"}, "what")):
        with pytest.raises(Refused) as refused:
            change(row, people, **said)
        assert refused.value.field == field
    sign(talk, people)
    with pytest.raises(Refused, match="signed|签"):
        change(row, people, what="x")
    with pytest.raises(Refused, match="signed|签"):
        acts.drop(row, started_from=row.version, by=people.zhoujun, at=AT)


def test_a_promise_nobody_made_is_taken_out_with_its_history_kept(talk, people, engineering):
    row, other = promise(talk, people), promise(talk, people, what="南门夜班")
    with pytest.raises(WrongPerson):
        acts.drop(row, started_from=1, by=people.wanggong, at=AT)
    acts.set_measure_of(other, plan(people, engineering), by=people.zhoujun, at=AT, key="k")
    other.refresh_from_db()
    with pytest.raises(Refused):
        acts.drop(other, started_from=other.version, by=people.zhoujun, at=AT)
    acts.drop(row, started_from=1, by=people.zhoujun, at=AT)
    assert list(OwnerPromise.objects.all()) == [other]
    gone = OwnerPromise.history.filter(id=row.pk).latest("history_id")
    assert (gone.history_type, gone.history_user, gone.what) == ("-", people.zhoujun, row.what)
    with pytest.raises(Overtaken):
        settle(row, people)


def test_somebody_else_keeps_it_from_now_on_and_is_told(talk, people):
    row = promise(talk, people)
    sign(talk, people)
    row = acts.give(row, keeper=people.limin, started_from=1, by=people.zhoujun, at=march(5))
    assert owner_promises_due.remind(march(5)) == 1
    assert [one.user for one in Notification.objects.all()] == [people.limin]
    assert [one.keeper for one in row.history.order_by("history_id")] == [people.wanggong, people.limin]
    with pytest.raises(Refused):
        acts.give(row, keeper=people.limin, started_from=2, by=people.zhoujun, at=march(5))
    settle(row, people)
    with pytest.raises(Refused):
        acts.give(row, keeper=people.wanggong, started_from=3, by=people.zhoujun, at=MARCH_25)


def test_a_meeting_is_not_moved_past_what_was_settled(talk, people):
    settle(promise(talk, people), people, on=date(2026, 3, 2), at=AT)
    said = Said(**vars(SAID) | {"held_on": date(2026, 3, 3)})
    with pytest.raises(Refused) as refused:
        acts.correct(talk, said, started_from=1, by=people.zhoujun, at=AT)
    assert refused.value.field == "held_on"


def test_who_keeps_it_reports_it_and_the_manager_is_told(talk, people):
    row = promise(talk, people)
    said = {"on": date(2026, 3, 18), "note": "已更换 180 盏", "at": MARCH_25}
    with pytest.raises(WrongPerson):
        acts.report_kept(row, **said, started_from=1, by=people.limin)
    with pytest.raises(Refused):
        acts.report_kept(row, **said | {"note": "已致电13800001111"}, started_from=1, by=people.wanggong)
    with pytest.raises(Overtaken):
        acts.report_kept(row, **said, started_from=9, by=people.wanggong)
    row = acts.report_kept(row, **said, started_from=1, by=people.wanggong)
    assert (row.state, row.settled_on, row.remind_at) == ("done", date(2026, 3, 18), None)
    (line,) = Notification.objects.all()
    assert (line.user, line.kind) == (people.zhoujun, "promise_reported")
    assert settle(row, people, "open", None, "还有一层没换").state == "open"


def test_who_keeps_it_reads_the_meeting_and_reports_it_on_its_page(client, talk, people, monkeypatch):
    for place in ("reports.views.owner_meetings.clock", "reports.owner_meeting_api.now"):
        monkeypatch.setattr(place, lambda: MARCH_25)
    row = promise(talk, people, keeper=people.limin)
    client.force_login(people.wanggong)  # of the same estate, with no promise to keep
    where = reverse("reports:owner_promise_act", args=[row.pk, "report"])
    assert client.get(talk.get_absolute_url()).status_code == client.get(where).status_code == 403
    client.force_login(people.limin)
    page = client.get(talk.get_absolute_url())
    assert page.status_code == 200 and where in page.content.decode()
    assert reverse("reports:owner_minutes", args=[talk.pk]) not in page.content.decode()
    assert client.get(reverse("reports:owner_minutes", args=[talk.pk])).status_code == 403
    settle_it = reverse("reports:owner_promise_act", args=[row.pk, "settle"])
    assert settle_it not in page.content.decode() and client.get(settle_it).status_code == 404
    answer = client.get(f"/api/v1/reports/owner-meetings/{talk.pk}/").json()
    assert (answer["acts"], answer["promises"][0]["acts"]) == ([], ["report"])
    done = {"on": "2026-03-18", "note": "已更换", "started_from": 1}
    assert client.post(where, done | {"on": "2026-03-01"}).status_code == 422
    assert client.post(where, done).status_code == 302
    row.refresh_from_db()
    assert row.state == "done"


def test_who_keeps_one_of_another_meeting_does_not_read_this_one(client, jinxiu, talk, people):
    promise(talk, people)
    client.force_login(people.wanggong)
    assert client.get(talk.get_absolute_url()).status_code == 200
    another = acts.record(jinxiu, SAID, by=people.zhoujun, at=AT)
    assert client.get(another.get_absolute_url()).status_code == 404


def test_once_its_measure_is_effective_only_the_manager_is_told(talk, people, engineering):
    row = promise(talk, people)
    made = acts.set_measure_of(row, plan(people, engineering), by=people.zhoujun, at=AT, key="k")
    Measure.objects.filter(pk=made.pk).update(state="effective", ended_at=march(10), next_due_at=None)
    assert owner_promises_due.remind(march(29)) == 1
    lines = Notification.objects.filter(kind__startswith="promise")
    assert [(one.user, one.kind) for one in lines] == [(people.zhoujun, "promise_carried_out")]


# What carries it out is begun ---------------------------------------------------------------------------


@pytest.mark.parametrize("due_on", [date(2026, 3, 20), date(2028, 3, 20)])
def test_one_that_is_overdue_or_far_away_can_be_followed_up_too(talk, people, case_in, due_on):
    row = promise(talk, people, due_on=due_on)
    row = acts.follow_up_of(row, case=case_in("closed", at=march(2)), by=people.zhoujun, at=MARCH_25)
    assert row.follow_up.agreed_at is None and row.follow_up.due_at > MARCH_25


def test_what_is_settled_is_not_carried_out_any_more(talk, people, case_in, engineering):
    row = settle(promise(talk, people), people)
    with pytest.raises(Refused):
        acts.follow_up_of(row, case=case_in("closed", at=march(2)), by=people.zhoujun, at=MARCH_25)
    with pytest.raises(Refused):
        acts.set_measure_of(row, plan(people, engineering), by=people.zhoujun, at=MARCH_25, key="k")
    assert not FollowUp.objects.exists() and not Measure.objects.exists()


def test_a_measure_that_is_set_meanwhile_is_seen_by_who_started_before(talk, people, engineering):
    row = promise(talk, people)
    acts.set_measure_of(row, plan(people, engineering), by=people.zhoujun, at=AT, key="k")
    with pytest.raises(Overtaken):
        settle(row, people, version=1)
    acts.set_measure_of(row, plan(people, engineering), by=people.zhoujun, at=AT, key="k")
    row.refresh_from_db()
    assert row.version == 2


def test_programs_set_the_measure_of_a_promise(client, talk, people, engineering, monkeypatch):
    monkeypatch.setattr("reports.owner_meeting_api.now", lambda: AT + HOUR)
    row = promise(talk, people)
    client.force_login(people.zhoujun)
    said = {
        "what": "全部改为感应灯", "root_cause": "灯具老化", "kind": "equipment", "owner": "wanggong",
        "due_at": "2026-03-19T18:00:00+08:00", "cases": "",
    }  # fmt: skip
    where = f"/api/v1/reports/owner-promises/{row.pk}/measure/"
    answer = client.post(where, said, content_type="application/json", headers={"idempotency-key": "m1"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["promises"][0]["measure"] == Measure.objects.get().pk
    client.force_login(people.sungong)
    answer = client.post(where, said, content_type="application/json", headers={"idempotency-key": "m2"})
    assert answer.status_code == 403 and Measure.objects.count() == 1


def test_a_meeting_with_many_promises_costs_programs_no_more(client, talk, people, monkeypatch):
    monkeypatch.setattr("reports.owner_meeting_api.now", lambda: AT + HOUR)
    client.force_login(people.zhoujun)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/reports/owner-meetings/{talk.pk}/").status_code == 200
        return len(captured)

    promise(talk, people)
    asked()
    few = asked()
    for what in ("南门夜班", "绿化补种", "道闸更换"):
        promise(talk, people, what=what)
    assert asked() == few
