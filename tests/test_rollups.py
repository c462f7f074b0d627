"""Roll-ups of closed months: as good as counting, no longer than they are true, written one by one."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from complaints import actions
from complaints.models import Complaint, LedgerLoad
from reports import rollups
from reports.figures import dashboard, facts
from reports.figures.kept import holding
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.period import Period
from reports.figures.trend import trend
from reports.models import MonthRollup
from reports.rollup_rows import FORM
from staff.models import Estate
from tests.cast import DAY, HOUR, MINUTE, march
from tests.figures import APRIL_2, MARCH, handled
from tests.past_ledgers import messy, taken
from tests.racing import failures, race

pytestmark = pytest.mark.django_db
FEBRUARY = Month(2026, 2)


@pytest.fixture
def some_months(case_in, office_of_jinxiu, extended, cuihu):
    """Some of everything, in February and March; nothing in the other estate."""
    people = office_of_jinxiu
    case_in("closed", at=march(2) - 20 * DAY)
    old = case_in("closed", at=march(3))
    case_in("acting", at=march(4), facts={"lawsuit_threatened": True})
    late = case_in("acting", at=march(2), severity="minor")
    handled(late, people, march(16))
    extended(case_in("acting", at=march(9)), asked_at=march(10), until=march(18))
    for day in (5, 6, 7):
        case_in("classified", at=march(day), unit=None, place="东门岗亭")
    actions.propose_invalid(case_in("acting", at=march(28)), note="与物业无关", by=people.limin, at=march(29))
    actions.reopen(old, note="又漏水了", by=people.chenfang, at=march(31) + DAY)
    return old


def both(jinxiu, cuihu, now: datetime = APRIL_2) -> list[object]:
    """Whatever is told of months, for one estate and for two."""
    months = [month for n in range(3) if (month := Month(2026, 4).plus(-n))]
    scopes = [(jinxiu,), (cuihu,), (jinxiu, cuihu)]
    periods = [Period(scope, month, now) for scope in scopes for month in months]
    reports = [monthly(scope, month, now) for scope in scopes for month in months]
    return [*reports, *(dashboard.flows(period) for period in periods), *map(trend, periods)]


def hold(jinxiu, now: datetime = APRIL_2) -> bool:
    return MARCH in holding([jinxiu], [MARCH], now)


def test_every_page_says_the_same_with_and_without_them(some_months, jinxiu, cuihu, monkeypatch):
    counted = both(jinxiu, cuihu)
    assert rollups.fill(APRIL_2) == 50 and hold(jinxiu)
    assert both(jinxiu, cuihu) == counted
    monkeypatch.setattr(facts, "counted", lambda period: pytest.fail("counted"))
    for scope in ((jinxiu,), (cuihu,), (jinxiu, cuihu)):
        for month in (MARCH, FEBRUARY):
            monthly(scope, month, APRIL_2)
    assert counted[1].overruns.total and counted[1].repeats
    assert counted[1].extensions.granted and counted[1].attention.total and counted[1].on_time.on_time


def test_times_of_several_estates_are_put_together_before_the_median_is_told(
    case_in, walk_in, office_of_jinxiu, jinxiu, cuihu, admin
):
    people = office_of_jinxiu
    for n, hours in enumerate((5, 9, 30, 31, 50)):
        case = case_in("acting", at=march(2 + n), severity="important")
        handled(case, people, march(2 + n) + hours * HOUR)
    ours = list(Complaint.objects.order_by("pk").values_list("pk", flat=True))
    Complaint.objects.filter(pk__in=ours[::2]).update(estate=cuihu)
    Complaint.history.filter(id__in=ours[::2]).update(estate=cuihu)
    counted = monthly((jinxiu, cuihu), MARCH, APRIL_2)
    rollups.fill(APRIL_2)
    assert MARCH in holding((jinxiu, cuihu), [MARCH], APRIL_2)
    assert monthly((jinxiu, cuihu), MARCH, APRIL_2) == counted
    assert [line.count for line in counted.handled if line.count] == [5]


def test_a_wrong_entry_taken_out_is_seen_at_once_in_every_month_it_may_have_counted_in(
    some_months, jinxiu, cuihu, office_of_jinxiu
):
    rollups.fill(APRIL_2)
    actions.void(some_months, note="重复录入", by=office_of_jinxiu.chenfang, at=APRIL_2)
    assert not hold(jinxiu) and FEBRUARY in holding([jinxiu], [FEBRUARY], APRIL_2)
    now = APRIL_2 + HOUR
    without = both(jinxiu, cuihu, now)
    assert without[1].voided == 1
    assert rollups.fill(now) == 1 and hold(jinxiu, now)
    assert both(jinxiu, cuihu, now) == without


def test_a_wrong_entry_of_this_month_leaves_the_months_before_alone(case_in, jinxiu, office_of_jinxiu):
    case = case_in("acting", at=APRIL_2)
    rollups.fill(APRIL_2 + DAY)
    actions.void(case, note="重复录入", by=office_of_jinxiu.chenfang, at=APRIL_2 + DAY)
    assert hold(jinxiu, APRIL_2 + DAY) and rollups.fill(APRIL_2 + DAY) == 0


def test_a_past_ledger_taken_over_and_voided_is_seen_at_once(case_in, jinxiu, cuihu, office_of_jinxiu):
    case_in("acting", at=march(2))
    january = Month(2026, 1)
    rollups.fill(APRIL_2)
    assert monthly([jinxiu], january, APRIL_2).received == 0
    job = taken(jinxiu, office_of_jinxiu.chenfang, messy(), APRIL_2, skip_bad=True)
    assert job.state == LedgerLoad.State.LOADED
    counted = both(jinxiu, cuihu)
    assert (received := monthly([jinxiu], january, APRIL_2).received) >= 1
    assert rollups.fill(APRIL_2) == 25
    assert monthly([jinxiu], january, APRIL_2).received == received and both(jinxiu, cuihu) == counted


def test_an_estate_by_another_clock_has_other_months(some_months, jinxiu):
    rollups.fill(APRIL_2)
    Estate.objects.filter(pk=jinxiu.pk).update(time_zone="Europe/London")
    jinxiu = Estate.objects.get(pk=jinxiu.pk)
    assert not hold(jinxiu)
    counted = monthly([jinxiu], MARCH, APRIL_2)
    assert rollups.fill(APRIL_2) == 25 and hold(jinxiu)
    assert monthly([jinxiu], MARCH, APRIL_2) == counted


def test_a_month_is_kept_an_hour_after_its_end_and_read_by_nobody_who_looks_from_within_it(case_in, jinxiu):
    case_in("acting", at=march(2))
    end = MARCH.bounds(jinxiu.zone)[1]
    rollups.fill(end + timedelta(minutes=59))
    assert not hold(jinxiu) and MonthRollup.objects.exists()
    rollups.fill(end + HOUR)
    assert hold(jinxiu, end + HOUR) and not hold(jinxiu, end - HOUR)
    assert monthly([jinxiu], MARCH, end - HOUR).as_of == end - HOUR


def test_what_is_asked_of_departments_or_some_days_is_counted(some_months, jinxiu, engineering):
    rollups.fill(APRIL_2)
    MonthRollup.objects.update(received=99, closed=99)
    cut = Period((jinxiu,), MARCH, APRIL_2, cut=datetime(2026, 3, 5))
    theirs = Period((jinxiu,), MARCH, APRIL_2, departments=(engineering.pk,))
    for period in (cut, theirs):
        assert dashboard.flows(period)[jinxiu.pk].received < 99
        assert trend(period)[-1].received < 99
    assert dashboard.flows(Period((jinxiu,), MARCH, APRIL_2))[jinxiu.pk].received == 99


def test_where_one_estate_has_none_the_whole_month_is_counted(some_months, jinxiu, cuihu):
    counted = both(jinxiu, cuihu)
    rollups.fill(APRIL_2)
    MonthRollup.objects.filter(estate=cuihu).delete()
    assert both(jinxiu, cuihu) == counted
    assert holding([jinxiu, cuihu], [MARCH], APRIL_2) == {} and hold(jinxiu)


def test_rows_of_an_older_form_are_as_good_as_none(some_months, jinxiu):
    rollups.fill(APRIL_2)
    MonthRollup.objects.update(form=FORM - 1)
    assert not hold(jinxiu)
    assert rollups.fill(APRIL_2) == 50 and hold(jinxiu)


def test_no_word_of_anybody_stands_in_a_row(some_months):
    rollups.fill(APRIL_2)
    for row in MonthRollup.objects.all():
        assert not re.search(r"[^\x00-\x7f]", json.dumps([row.flow, row.facts], ensure_ascii=False))


@pytest.mark.parametrize("cases", [1, 7])
def test_a_kept_month_takes_the_same_few_queries(case_in, jinxiu, cases, django_assert_num_queries):
    for n in range(cases):
        case_in(("acting", "closed")[n % 2], at=march(2 + n))
    rollups.fill(APRIL_2)
    monthly([jinxiu], MARCH, APRIL_2)
    with django_assert_num_queries(21):
        monthly([jinxiu], MARCH, APRIL_2)


# Writing them -------------------------------------------------------------------------------------


def test_a_rebuild_that_is_cut_off_leaves_old_rows_and_new_ones_all_whole(
    some_months, jinxiu, cuihu, monkeypatch
):
    counted = both(jinxiu, cuihu)
    rollups.fill(APRIL_2)
    packed, begun = facts.packed, []

    def cut_off(period):
        begun.append(period)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return packed(period)

    monkeypatch.setattr(facts, "packed", cut_off)
    with pytest.raises(KeyboardInterrupt):
        rollups.rebuild(APRIL_2 + HOUR)
    assert MonthRollup.objects.count() == 50 and rollups.lacking(APRIL_2 + HOUR) == []
    assert len(set(MonthRollup.objects.values_list("made_at", flat=True))) == 2
    assert both(jinxiu, cuihu) == counted


def test_a_wrong_entry_taken_out_while_its_month_is_counted_leaves_no_row_that_holds(
    some_months, jinxiu, office_of_jinxiu, monkeypatch
):
    packed = facts.packed

    def between(period):
        told = packed(period)
        if period.month == MARCH:
            actions.void(some_months, note="重复录入", by=office_of_jinxiu.chenfang, at=APRIL_2)
        return told

    monkeypatch.setattr(facts, "packed", between)
    rollups.fill(APRIL_2)
    assert not hold(jinxiu)
    monkeypatch.undo()
    assert rollups.fill(APRIL_2) == 1 and hold(jinxiu)


def test_a_past_ledger_that_comes_while_months_are_counted_is_in_every_row_that_holds(
    case_in, jinxiu, office_of_jinxiu, monkeypatch
):
    case_in("acting", at=march(2))
    packed = facts.packed

    def between(period):
        if period.month == MARCH and not LedgerLoad.objects.exists():
            taken(jinxiu, office_of_jinxiu.chenfang, messy(), APRIL_2, skip_bad=True)
        return packed(period)

    monkeypatch.setattr(facts, "packed", between)
    rollups.fill(APRIL_2)
    monkeypatch.undo()
    assert list(rollups.differing(APRIL_2)) == []
    assert monthly([jinxiu], Month(2026, 1), APRIL_2).received >= 1


def test_what_a_clock_that_ran_ahead_has_made_does_not_hold(case_in, jinxiu):
    case_in("acting", at=march(2))
    rollups.fill(APRIL_2)
    assert hold(jinxiu, APRIL_2) and not hold(jinxiu, APRIL_2 - MINUTE)
    assert rollups.lacking(APRIL_2 - MINUTE)


def test_one_month_that_cannot_be_counted_keeps_no_other_from_being_made(case_in, jinxiu, monkeypatch):
    case_in("acting", at=march(2) - 20 * DAY)
    packed = facts.packed
    monkeypatch.setattr(facts, "packed", lambda period: 1 / 0 if period.month == MARCH else packed(period))
    with pytest.raises(ExceptionGroup):
        rollups.fill(APRIL_2)
    assert MonthRollup.objects.filter(estate=jinxiu, month=FEBRUARY.first_day).exists()
    assert not MonthRollup.objects.filter(estate=jinxiu, month=MARCH.first_day).exists()


def test_it_ends_when_it_is_told_to_and_when_more_is_wrong_than_one_month(case_in, jinxiu, monkeypatch):
    assert rollups.fill(APRIL_2, go_on=iter([True, True, False]).__next__) == 2
    assert MonthRollup.objects.count() == 2
    tried = []
    monkeypatch.setattr(rollups, "make", lambda place, now: tried.append(place) or 1 / 0)
    with pytest.raises(ExceptionGroup) as failed:
        rollups.fill(APRIL_2)
    assert len(tried) == len(failed.value.exceptions) == rollups.MOST_FAILURES


@pytest.mark.parametrize("wrong", [{"received": 9}, {"valid": 9}, {"closed": 9}, {"flow": [9] * 14}])
def test_the_sums_of_a_row_are_compared_too(wrong, case_in, jinxiu):
    case_in("acting", at=march(2))
    rollups.fill(APRIL_2)
    MonthRollup.objects.filter(estate=jinxiu, month=MARCH.first_day).update(**wrong)
    assert [place.month for place in rollups.differing(APRIL_2)] == [MARCH]


def test_the_command_makes_compares_and_makes_anew(case_in, jinxiu, capsys):
    case_in("closed", at=march(2))
    call_command("rollups")
    assert " month(s) made" in capsys.readouterr().out
    call_command("rollups", check=True)
    row = MonthRollup.objects.get(estate=jinxiu, month=MARCH.first_day)
    row.facts["second"] = [5, 5]
    row.save()
    with pytest.raises(CommandError, match="2026-03 锦绣花园"):
        call_command("rollups", check=True)
    call_command("rollups", rebuild=True)
    call_command("rollups", check=True)


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_same_at_once_leave_one_row_each(some_months, jinxiu):
    outcomes = race(*[lambda: rollups.fill(APRIL_2)] * 2)
    if connection.vendor == "sqlite":  # whose lock one of them may not get in time
        rollups.fill(APRIL_2)
    assert not failures(outcomes) or connection.vendor == "sqlite"
    assert MonthRollup.objects.count() == 50 and list(rollups.differing(APRIL_2)) == []
