"""A month that is over does not move: random histories, and every figure against the slow truth."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction
from django.db.models import Max
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from complaints import actions
from complaints.models import Clock, Complaint, PolicyVersion
from complaints.policy import DEFAULTS
from complaints.policy_fields import with_values
from reports import rollups
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.shapes import Before, Monthly, Rate
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.histories import acts
from tests.random_months import APRIL, FEBRUARY, MARCH, history, swept
from tests.slow_month import EMPTY, Photo, of_report, photograph, told

pytestmark = pytest.mark.django_db


def check(figures: Monthly, before: Photo, photo: Photo, void: set[int]) -> None:
    truth, report = told(before, photo, void), of_report(figures)
    ways = truth["revisit"]
    kept = ways["on_time"] + ways["extended"]
    truth["revisit"] = Rate(kept, ways.total())
    assert report == truth
    stock = figures.stock
    assert stock.opening + stock.received + stock.reopened - stock.closed == stock.closing


def of_the_month_before(figures: Monthly) -> Before:
    """What the next report has to say of this one."""
    return Before(
        month=figures.month,
        on_time=figures.on_time,
        overruns=figures.overruns.total,
        revisit=figures.revisit,
        satisfaction=figures.satisfaction,
    )


def found_wrong(photo: Photo, month: Month, void: set[int]) -> int:
    """Entries that counted in the month when it ended, and are void since."""
    first, _end = month.bounds(SHANGHAI)
    counted = [case for pk, case in photo.cases.items() if pk in void and case.outcome != "void"]
    return sum(case.closed_at is None or case.closed_at >= first for case in counted)


def owe_important_cases_a_clear_answer() -> None:
    data = with_values(DEFAULTS, {"clocks.clear_answer.limits.important": "3 days"})
    PolicyVersion.objects.create(number=2, data=data, created_at=march(1) - 400 * DAY)


def test_a_case_that_owed_two_clear_answers_is_counted_once_by_the_first(case_in, office_of_jinxiu, jinxiu):
    people = office_of_jinxiu
    owe_important_cases_a_clear_answer()
    case, other = case_in("acting", at=march(2, 9)), case_in("acting", at=march(3, 9))
    words = {"method": "phone", "clear": True, "by": people.limin}
    actions.answer(case, note="明日更换水管", **words, at=march(2, 14))
    actions.regrade(case, severity="major", note="又漏了", by=people.chenfang, at=march(3, 9))
    actions.answer(case, note="后天换整段水管", **words, at=march(4, 9))
    actions.regrade(other, severity="major", note="又漏了", by=people.chenfang, at=march(3, 10))
    assert Clock.objects.filter(kind="clear_answer").values_list("complaint").distinct().count() == 2
    assert Clock.objects.filter(kind="clear_answer", complaint=case).count() == 2
    now = MARCH.bounds(SHANGHAI)[1]
    swept(now - MINUTE)
    photo, later = photograph(now), now + 2 * HOUR
    figures = monthly([jinxiu], MARCH, later)
    check(figures, EMPTY, photo, set())
    assert [(row.count, row.median) for row in figures.clear_answer] == [(0, None), (0, None), (1, 5.0)]
    rollups.fill(later)
    assert monthly([jinxiu], MARCH, later) == figures


@settings(
    max_examples=6, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.randoms(use_true_random=True))
def test_every_figure_of_a_past_month_is_the_one_counted_when_it_ended(house, jinxiu, dice) -> None:
    example = transaction.atomic()
    example._from_testcase = True  # what the sweep does for good ends with the example
    with example:
        house.cases.clear()
        done = acts(dice)
        if dice.randrange(2):
            owe_important_cases_a_clear_answer()
        photos, now = history(house, done, 9 * HOUR)
        void = set(Complaint.objects.filter(outcome="void").values_list("pk", flat=True))
        for month, before in ((FEBRUARY, EMPTY), (MARCH, photos[FEBRUARY])):
            figures = monthly([jinxiu], month, now)
            check(figures, before, photos[month], void)
            assert figures.voided == found_wrong(photos[month], month, void)
            assert [row.total for row in figures.heat.rows] == [row.total for row in figures.by_building]
        april = monthly([jinxiu], APRIL, now)
        assert april.before == of_the_month_before(figures)
        assert april.stock.opening == figures.stock.closing
        # Each month of the trend is told by every later report as by its own.
        assert replace(april.trend[-2], valid_last_year=0) == replace(figures.trend[-1], valid_last_year=0)
        # And by roll-ups as by its cases.
        counted = {month: monthly([jinxiu], month, now) for month in (FEBRUARY, MARCH, APRIL)}
        rollups.fill(now)
        assert list(rollups.differing(now)) == rollups.lacking(now) == []
        assert {month: monthly([jinxiu], month, now) for month in (FEBRUARY, MARCH, APRIL)} == counted
        newest = dict(Complaint.history.order_by().values_list("id").annotate(Max("history_date")))
        assert dict(Complaint.objects.values_list("pk", "changed_at")) == newest
        transaction.set_rollback(True)
