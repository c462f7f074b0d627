"""The month at its edges: what happens at midnight to the second, of two estates, and in which order."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from django.utils import translation

from complaints import actions
from complaints.models import Clock, Complaint
from complaints.sweep import sweep
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.period import Period
from reports.figures.shapes import OnTime, Rate
from reports.figures.trend import trend
from tests.cast import DAY, HOUR, MINUTE, march
from tests.figures import APRIL_2, MARCH, handled
from tests.list_pages import copies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

MIDNIGHT = march(31, 23, 59) + MINUTE
APRIL_10 = march(31) + 10 * DAY
APRIL = Month(2026, 4)


# Midnight ----------------------------------------------------------------------------------------------


def test_what_is_written_down_at_midnight_is_of_the_new_month_alone(walk_in, count):
    grave = {"lawsuit_threatened": True}
    walk_in(MIDNIGHT, received_at=MIDNIGHT - 10 * MINUTE, facts=grave)
    walk_in(MIDNIGHT, facts=grave)
    walk_in(MIDNIGHT + 10 * MINUTE, received_at=MIDNIGHT, facts=grave)
    before, after = count(now=APRIL_10), count(now=APRIL_10, month=APRIL)
    assert (before.received, before.attention.total, astuple(before.stock)) == (0, 0, (0, 0, 0, 0, 0))
    assert (after.received, after.attention.total, astuple(after.stock)) == (3, 3, (0, 3, 0, 0, 3))
    assert [point.received for point in after.trend[-2:]] == [0, 3]


def test_what_is_closed_at_midnight_was_open_when_the_month_ended(case_in, office_of_jinxiu, count):
    case = case_in("replied", at=march(25))
    people, good = office_of_jinxiu, actions.Answers(satisfaction=5)
    actions.revisit(case, answers=good, method="phone", by=people.chenfang, at=MIDNIGHT)
    before, after = count(now=APRIL_10), count(now=APRIL_10, month=APRIL)
    assert astuple(before.stock) == (0, 1, 0, 0, 1) and astuple(after.stock) == (1, 0, 0, 1, 0)
    assert (before.closure, before.first_time, after.first_time) == (Rate(0, 1), Rate(0, 0), Rate(1, 1))
    assert before.satisfaction.counts == (0, 0, 0, 0, 0)
    flow = trend(Period.of([case.estate], APRIL.first_day, APRIL.last_day, APRIL_10))
    assert [month.closed for month in flow[-2:]] == [0, 1]
    now = count(now=MIDNIGHT, month=APRIL)  # told at that very moment
    assert astuple(now.stock) == (1, 0, 0, 0, 1)


def test_who_took_over_at_midnight_had_not_when_the_month_ended(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    case = case_in("acting", at=march(20), severity="major", facts={"lawsuit_threatened": True})
    actions.reassign(case, handler=people.sungong, by=people.chenfang, at=MIDNIGHT)
    then = count(now=APRIL_10)
    assert [line.name for line in then.handlers] == [line.handler for line in then.attention.lines]
    assert [line.name for line in then.handlers] == ["王建军"]


def test_more_time_granted_at_midnight_had_not_been_when_the_month_ended(case_in, office_of_jinxiu, count):
    people, case = office_of_jinxiu, case_in("acting", at=march(28, 13))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
        new_due_at=MIDNIGHT + 3 * DAY, by=people.wanggong, at=march(31, 10),
    )  # fmt: skip
    actions.approve_extension(request, by=people.wuzong, at=MIDNIGHT)
    then = count(now=APRIL_10)
    assert then.on_time == OnTime(late_open=1)
    assert (then.extensions.pending, then.extensions.granted, then.decisions.total) == (1, 0, 1)
    assert (count(now=MIDNIGHT + MINUTE, month=APRIL).decisions.total) == 0


def test_more_time_asked_for_at_midnight_is_of_the_new_month(case_in, office_of_jinxiu, count):
    people, case = office_of_jinxiu, case_in("acting", at=march(30, 13))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
        new_due_at=MIDNIGHT + 5 * DAY, by=people.wanggong, at=MIDNIGHT,
    )  # fmt: skip
    actions.withdraw_extension(request, by=people.wanggong, at=MIDNIGHT + HOUR)
    asked = [count(now=now, month=month).extensions for now, month in (
        (APRIL_10, MARCH), (MIDNIGHT + HOUR, APRIL), (MIDNIGHT + 2 * HOUR, APRIL)
    )]  # fmt: skip
    assert [(one.asked, one.pending, one.withdrawn) for one in asked] == [(0, 0, 0), (1, 1, 0), (1, 0, 1)]


def test_a_due_time_missed_at_midnight_and_moved_since_is_missed_in_the_new_month(
    case_in, office_of_jinxiu, extended, count, monkeypatch
):
    monkeypatch.setattr("complaints.sweep.check_skew", lambda now: None)
    case = case_in("acting", at=march(29, 0, 0))  # due on 1 April at midnight
    while sweep(MIDNIGHT):
        pass
    extended(case, asked_at=MIDNIGHT + HOUR, until=MIDNIGHT + 7 * DAY)
    Clock.objects.filter(complaint=case, kind="resolve").update(due_at=MIDNIGHT + 35 * DAY)  # and again, …
    may_5 = MIDNIGHT + 34 * DAY
    assert count(now=may_5, month=APRIL).on_time == OnTime(late_open=1)
    assert count(now=may_5, month=MARCH).on_time == OnTime()


def test_at_the_very_moment_it_is_due_it_is_late_and_what_is_done_then_is_told_later(
    case_in, office_of_jinxiu, count
):
    done = case_in("acting", at=march(3))
    handled(done, office_of_jinxiu, march(4))
    assert count(now=march(4)).on_time == OnTime()
    assert count(now=march(4) + MINUTE).on_time == OnTime(on_time=1)
    case_in("acting", at=march(9), facts={"lawsuit_threatened": True})  # due on the 12th
    now = count(now=march(12))
    assert now.on_time == OnTime(on_time=1, late_open=1)
    assert [(line.due_at, line.overdue) for line in now.attention.lines] == [(march(12), None)]
    (line,) = count(now=march(12) + MINUTE).attention.lines
    assert line.overdue == MINUTE


# How it is counted -------------------------------------------------------------------------------------


def test_nine_times_have_their_ninth_decile_at_the_ninth(case_in, office_of_jinxiu, count):
    for day in range(2, 11):
        handled(case_in("acting", at=march(day)), office_of_jinxiu, march(day) + (day - 1) * HOUR)
    _minor, important, _major = count(now=march(11)).handled
    assert (important.count, important.median, important.p90) == (9, 5.0, 9.0)


def test_what_took_a_second_cycle_was_not_resolved_at_the_first_try(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    case_in("closed", at=march(2))
    again = actions.dispute(case_in("replied", at=march(3)), note="还在漏", by=None, at=march(4))
    actions.withdraw(again, note="算了", by=people.limin, at=march(5), confirmed_by="phone")
    third = actions.dispute(case_in("replied", at=march(6)), note="还在漏", by=None, at=march(7))
    actions.classify(
        third, severity="important", category=third.category, handler=people.wanggong,
        department=people.wanggong.postings.get().department, by=people.chenfang, at=march(7, 10),
    )  # fmt: skip
    actions.accept(third, note="再查一遍管道，明天更换。", by=people.wanggong, at=march(7, 11))
    handled(third, people, march(8))
    actions.reply(third, note="已更换", method="phone", by=people.limin, at=march(8, 10))
    good = actions.Answers(satisfaction=5)
    actions.revisit(third, answers=good, method="phone", by=people.chenfang, at=march(8, 11))
    figures = count()
    assert (figures.first_time, figures.closure, figures.second) == (Rate(1, 2), Rate(3, 3), 2)
    assert [(line.valid, line.closed, line.first_time) for line in figures.handlers] == [(2, 2, 1)]
    assert figures.second_open == 0


def test_the_trend_compares_its_oldest_month_with_the_year_before(case_in, count):
    case = case_in("classified", at=march(3))
    long_ago = march(3) - 730 * DAY
    Complaint.objects.filter(pk=case.pk).update(
        received_at=long_ago, registered_at=long_ago, changed_at=long_ago
    )
    assert (count().trend[0].month, count().trend[0].valid_last_year) == ("2025-03", 1)
    assert count().received == 0


def test_thirty_cases_are_told_one_by_one_and_the_others_counted(case_in, count):
    copies(case_in("acting", at=march(20), facts={"lawsuit_threatened": True}), 31)
    attention = count(now=march(25)).attention
    assert (attention.total, len(attention.lines)) == (32, 30)


def test_what_is_gravest_comes_first_and_then_what_came_first(case_in, count):
    hotline = case_in("acting", at=march(2), channel="hotline")
    hot = case_in("acting", at=march(4), facts={"lawsuit_threatened": True})
    hotter = case_in("acting", at=march(3), facts={"lawsuit_threatened": True})
    major = case_in("acting", at=march(5), facts={"lawsuit_started": True})
    told = [line.number for line in count(now=march(6)).attention.lines]
    assert told == [case.number for case in (major, hotter, hot, hotline)]


def test_a_question_that_was_answered_waits_no_longer(case_in, office_of_jinxiu, count):
    people, case = office_of_jinxiu, case_in("recorded", at=march(20))
    actions.propose_invalid(case, note="与物业无关", by=people.limin, at=march(25))
    assert count(now=march(26)).decisions.total == 1
    actions.reject_invalid(case, note="有效", by=people.chenfang, at=march(27))
    assert count(now=march(28)).decisions.total == 0


def test_whoever_was_asked_then_is_named_even_where_it_was_handed_on_since(case_in, office_of_jinxiu, count):
    people, case = office_of_jinxiu, case_in("acting", at=march(31, 10), severity="minor")
    actions.ask_extension(
        case, clock="resolve", reason="weather", note="下雨", not_told_because="电话未接",
        new_due_at=MIDNIGHT + 3 * DAY, by=people.wanggong, at=march(31, 11),
    )  # fmt: skip
    then = count(now=MIDNIGHT).decisions
    actions.regrade(case, severity="important", note="复核", by=people.chenfang, at=MIDNIGHT + HOUR)
    assert count(now=APRIL_10).decisions == then
    (now,) = count(now=APRIL_10, month=APRIL).decisions.lines
    assert now.approver != then.lines[0].approver
    with translation.override("zh-hans"):
        assert count(now=APRIL_10).decisions.lines[0].matter.endswith("天气原因")
        assert dict(count(now=APRIL_10).extensions.reasons) == {"天气原因": 1}


# Two estates -------------------------------------------------------------------------------------------


@pytest.fixture
def both(case_in, office_of_jinxiu, jinxiu, cuihu, engineering):
    """One case of 锦绣花园; three of 翠湖雅苑, a month of which begins seven hours later, by a contractor."""
    type(cuihu).objects.filter(pk=cuihu.pk).update(time_zone="Europe/Berlin")
    engineering.is_contractor = True
    engineering.save_without_historical_record(update_fields=["is_contractor"])
    case_in("classified", at=march(1, 0, 30))
    times = (march(1, 0, 30), march(9), march(10), march(11))
    theirs = [case_in("classified", at=at, unit=None, place="东门岗亭").pk for at in times]
    Complaint.objects.filter(pk__in=theirs).update(estate=cuihu)

    def count(month=MARCH):
        return monthly([jinxiu, type(cuihu).objects.get(pk=cuihu.pk)], month, APRIL_2)

    return count


def test_each_estate_has_its_own_month_and_the_one_with_most_for_its_homes_comes_first(both, jinxiu):
    figures = both()
    assert [(line.name, line.received) for line in figures.estates] == [("翠湖雅苑", 3), ("锦绣花园", 1)]
    assert (figures.received, both(Month(2026, 2)).received, figures.stock.received) == (4, 1, 4)


def test_where_there_are_several_a_place_is_named_with_its_estate(both):
    figures = both()
    assert [(line.place, line.count) for line in figures.repeats] == [("翠湖雅苑 东门岗亭", 3)]
    assert [line.label for line in figures.by_building] == ["Common areas and elsewhere", "锦绣花园 2号楼"]
    (cause,) = figures.causes
    assert (cause.department, cause.is_contractor, cause.valid) == ("锦绣花园 Engineering", True, 4)


def test_who_had_most_comes_first_and_among_equals_who_closed_most_then_the_name(
    case_in, categories, office_of_jinxiu, count
):
    people = office_of_jinxiu
    case_in("closed", at=march(2))
    for by in (people.chenfang, people.chenfang, people.zhoujun):
        case_in("classified", at=march(3), by=by)
    case_in("classified", at=march(9), category=categories["lifts"], channel="phone")
    figures = count()
    assert [(line.name, line.valid) for line in figures.receivers] == [("李敏", 2), ("陈芳", 2), ("周军", 1)]
    assert [(row.label, row.total) for row in figures.by_category] == [("Repairs", 4), ("Lifts", 1)]
    assert [row.total for row in figures.by_channel] == [4, 1]


def test_an_estate_of_no_homes_comes_last(both, jinxiu, cuihu):
    type(cuihu).objects.filter(pk=cuihu.pk).update(households=0)
    assert [line.name for line in both().estates] == ["锦绣花园", "翠湖雅苑"]


def test_a_second_complaint_of_the_months_first_instant_is_of_this_month(case_in, office_of_jinxiu, count):
    closed = case_in("closed", at=march(20))
    actions.reopen(closed, note="又漏了", by=office_of_jinxiu.limin, at=MIDNIGHT)
    assert (count(now=APRIL_10).second, count(now=APRIL_10, month=APRIL).second) == (0, 1)


def test_told_at_its_last_instant_a_month_is_past(jinxiu):
    assert Period.of([jinxiu], MARCH.first_day, MARCH.last_day, MIDNIGHT).is_past
    assert not Period.of([jinxiu], MARCH.first_day, MARCH.last_day, MIDNIGHT - MINUTE).is_past
