"""A month told later is told as it stood at its end: what came after belongs to the next report."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from complaints import actions
from reports import issue
from reports.figures.month import Month
from reports.figures.shapes import Rate
from reports.monthly.report import context
from reports.scopes import scopes_of
from staff.permissions import permissions_of
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.figures import handled
from tests.writers import of_month, quickly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

MIDNIGHT = march(31, 23, 59) + MINUTE
APRIL_10 = march(31) + 10 * DAY


def test_a_case_is_told_as_it_stood_at_the_months_end(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    grave = case_in("acting", at=march(20), facts={"lawsuit_threatened": True})
    again = case_in("acting", at=march(21), facts={"outside_help": True})
    calm = case_in("acting", at=march(22))
    then = count(now=MIDNIGHT)
    handled(grave, people, APRIL_10 - DAY)
    actions.edit(again, {"lawsuit_started": True}, version=again.version, by=people.limin, at=APRIL_10 - DAY)
    actions.edit(calm, {"media_exposed": True}, version=calm.version, by=people.limin, at=APRIL_10 - DAY)
    later = count(now=APRIL_10)
    assert (then.attention, then.notable) == (later.attention, later.notable)
    assert [(line.number, line.status) for line in later.attention.lines] == [(grave.number, "In progress")]
    assert [line.number for line in later.notable.lines] == [again.number]
    assert count(month=Month(2026, 4), now=APRIL_10).attention.total == 3


def test_what_was_written_down_after_the_month_is_of_that_month(walk_in, count):
    before = count(now=APRIL_10)
    taken = {
        "received_at": MIDNIGHT - DAY,
        "backdated_because": "停电",
        "facts": {"lawsuit_threatened": True},
    }
    late = walk_in(MIDNIGHT + DAY, **taken)
    assert count(now=APRIL_10) == before
    april = count(month=Month(2026, 4), now=APRIL_10)
    assert [line.number for line in april.attention.lines] == [late.number]
    assert (april.received, april.stock.received, april.trend[-1].received) == (1, 1, 1)
    # Its day had run out before anybody had written it down: the month that could know of it tells it.
    assert sum(row.total for row in april.by_category) == 1


def test_what_was_written_down_later_and_upheld_in_that_month_is_upheld_in_it(case_in, count):
    case_in("classified", at=march(1, 8), received_at=march(1) - DAY, backdated_because="停电")
    figures = count()
    assert [(point.received, point.valid) for point in figures.trend[-2:]] == [(0, 0), (1, 1)]
    assert [(line.received, line.valid) for line in figures.estates] == [(1, 1)]


def test_a_question_whether_it_is_upheld_waits_as_it_did_then(case_in, office_of_jinxiu, count):
    people, case = office_of_jinxiu, case_in("recorded", at=march(22))
    actions.propose_invalid(case, note="与物业无关", by=people.limin, at=march(25))
    assert [waiting.number for waiting in count(now=MIDNIGHT).decisions.lines] == [case.number]
    actions.reject_invalid(case, note="有效", by=people.chenfang, at=APRIL_10 - DAY)
    assert [waiting.number for waiting in count(now=APRIL_10).decisions.lines] == [case.number]


def test_a_reopening_and_a_hand_over_leave_the_month_before_as_it_was(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    closed = case_in("closed", at=march(6))
    late = case_in("acting", at=march(20), severity="minor")
    then = count(now=MIDNIGHT)
    assert (then.closure.part, then.first_time, then.on_time.late_open) == (1, Rate(1, 1), 1)
    actions.reopen(closed, note="又漏了", by=people.limin, at=APRIL_10 - DAY)
    actions.reassign(late, handler=people.sungong, by=people.chenfang, at=APRIL_10 - DAY)
    later = count(now=APRIL_10)
    assert later == then
    assert [line.handler for line in later.overruns.still_open.lines] == [str(people.wanggong)]
    april = count(month=Month(2026, 4), now=APRIL_10)
    assert astuple(april.stock) == (1, 0, 1, 0, 2)
    assert (april.second, [line.handler for line in april.overruns.still_open.lines]) == (
        1,
        [str(people.sungong)],
    )


def test_a_category_and_a_verdict_given_later_belong_to_their_own_month(
    case_in, categories, office_of_jinxiu, count
):
    people, case = office_of_jinxiu, case_in("acting", at=march(20))
    then = count(now=MIDNIGHT)
    parking = {"category": categories["parking"]}
    actions.edit(case, parking, version=case.version, by=people.limin, at=APRIL_10 - 2 * DAY)
    actions.propose_invalid(case, note="与物业无关", by=people.limin, at=APRIL_10 - DAY)
    actions.confirm_invalid(case, by=people.chenfang, at=APRIL_10 - HOUR)
    assert count(now=APRIL_10) == then
    assert then.valid == 1 and [row.label for row in then.by_category] == ["Repairs"]


def test_what_is_reported_as_done_after_the_month_was_not_done_when_it_ended(
    case_in, office_of_jinxiu, count
):
    people, case = office_of_jinxiu, case_in("acting", at=march(31, 10), severity="minor")
    waits = case_in("acting", at=march(20), severity="minor")
    then = count(now=MIDNIGHT)
    actions.handle(
        waits, note="已修", evidence="照片", by=people.wanggong, at=APRIL_10, done_at=MIDNIGHT - HOUR
    )
    assert count(now=APRIL_10) == then
    assert then.on_time.late_open == 1 and case.is_open


def test_more_time_granted_after_the_month_changes_nothing_in_it(case_in, office_of_jinxiu, count):
    people, case = office_of_jinxiu, case_in("acting", at=march(30), severity="important")
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
        new_due_at=march(31) + 5 * DAY,
        by=people.wanggong, at=march(31),
    )  # fmt: skip
    then = count(now=MIDNIGHT)
    assert (then.extensions.pending, then.decisions.total) == (1, 1)
    actions.approve_extension(request, by=people.wuzong, at=march(31) + DAY)
    assert count(now=APRIL_10) == then


def test_a_due_time_moved_once_after_the_month_stands_in_its_lists_as_it_was(case_in, extended, count):
    case = case_in("acting", at=march(30), facts={"lawsuit_threatened": True})
    (then,) = count(now=MIDNIGHT).attention.lines
    extended(case, asked_at=march(31) + DAY, until=march(31) + 5 * DAY)
    (later,) = count(now=APRIL_10).attention.lines
    assert (then.due_at, later.due_at) == (march(31) + 2 * DAY, march(31) + 2 * DAY)


def test_what_was_voided_since_is_taken_out_and_said(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    wrong = case_in("acting", at=march(20))
    case_in("acting", at=march(21))
    assert (count(now=MIDNIGHT).received, count(now=MIDNIGHT).voided) == (2, 0)
    actions.void(wrong, note="重复录入", by=people.chenfang, at=APRIL_10 - DAY)
    later = count(now=APRIL_10)
    assert (later.received, later.voided, astuple(later.stock)) == (1, 1, (0, 1, 0, 0, 1))
    with translation.override("zh-hans"):
        body = render_to_string("reports/monthly_body.html", context(later, SHANGHAI))
    assert "已扣除作废 1 件" in body and "上月遗留" in body and "月末未办结" in body
    # Voided within the month, an entry was none of the month's when it ended.
    assert count(month=Month(2026, 4), now=APRIL_10 + 30 * DAY).voided == 0


def test_an_older_case_that_was_closed_in_the_month_and_found_wrong_since_is_said_too(
    case_in, office_of_jinxiu, count
):
    people = office_of_jinxiu
    wrong = case_in("replied", at=march(1) - 5 * DAY)
    answers = actions.Answers(satisfaction=5)
    actions.revisit(wrong, answers=answers, method="phone", by=people.chenfang, at=march(3))
    actions.reopen(wrong, note="又来电", by=people.limin, at=APRIL_10 - 2 * DAY)
    actions.void(wrong, note="重复录入", by=people.chenfang, at=APRIL_10 - DAY)
    assert count(now=APRIL_10).voided == 1


def test_a_reissue_tells_the_same_figures(case_in, jinxiu, office_of_jinxiu, zhoujun, monkeypatch):
    quickly(monkeypatch)
    people, case = office_of_jinxiu, case_in("closed", at=march(6))
    scope = scopes_of(permissions_of(zhoujun, APRIL_10))[0]

    def issued(now):
        report = issue.ask(zhoujun, scope, *of_month(Month(2026, 3)), "zh-hans", now)
        issue.make_waiting(now)
        report.refresh_from_db()
        return issue.issue(report, zhoujun, now).figures

    first = issued(MIDNIGHT + HOUR)
    actions.reopen(case, note="又漏了", by=people.limin, at=APRIL_10 - DAY)
    case_in("classified", at=APRIL_10 - HOUR)
    assert issued(APRIL_10) == first


def test_the_ledger_of_days_that_are_over_does_not_move(client, case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("closed", at=march(6))
    page = "/reports/ledger/?from=2026-03-01&until=2026-03-31"
    client.force_login(people.zhoujun)
    before = client.get(page).content.decode()
    actions.reopen(case, note="又漏了", by=people.limin, at=APRIL_10 - DAY)
    after = client.get(page).content.decode()
    assert "2026-03-06 09:50" in before and "2026-03-06 09:50" in after
    april = client.get("/reports/ledger/?from=2026-03-01&until=2026-04-30").content.decode()
    assert "2026-03-06 09:50" not in april
