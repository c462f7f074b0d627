"""The dashboard's figures: the monthly report's, for the days so far too, and the cases behind each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from complaints import actions
from complaints.models import Complaint
from reports.figures import dashboard, then
from reports.figures.cases import grouped
from reports.figures.month import Month
from reports.figures.period import Period
from reports.figures.shapes import OnTime
from reports.figures.trend import trend
from tests.cast import DAY, HOUR, march
from tests.figures import APRIL_2, MARCH, handled

pytestmark = pytest.mark.django_db


@pytest.fixture
def some_weeks(case_in, office_of_jinxiu):
    """Cases of every fate: closed, begun anew, late, at work, from the month before."""
    people = office_of_jinxiu
    case_in("closed", at=march(2) - 20 * DAY)
    closed = case_in("closed", at=march(3))
    handled(case_in("acting", at=march(2), severity="important"), people, march(16))
    case_in("acting", at=march(9), severity="minor")
    case_in("received", at=march(12))
    actions.reopen(closed, note="又漏水了", by=people.chenfang, at=march(31) + DAY)
    return closed


def span(jinxiu, **more) -> Period:
    return Period((jinxiu,), more.pop("month", MARCH), more.pop("now", APRIL_2), **more)


def test_every_number_is_the_monthly_reports(some_weeks, jinxiu, count):
    month, (flows,) = count(), dashboard.flows(span(jinxiu)).values()
    assert (flows.received, flows.closed) == (month.received, month.stock.closed)
    assert (flows.resolved, flows.said) == (month.on_time, month.satisfaction)
    assert (flows.revisits.rate, flows.overruns) == (month.revisit, month.overruns.total)
    assert flows.received == 4 and flows.closed >= 1 and flows.overruns >= 1 and flows.said.answers >= 1


def test_behind_every_number_stand_as_many_cases(some_weeks, jinxiu):
    cut = datetime(2026, 3, 14, 9)
    for period in (span(jinxiu), span(jinxiu, cut=cut), span(jinxiu, now=march(20))):
        (flows,) = dashboard.flows(period).values()
        for name, number in flows.numbers.items():
            assert len(dashboard.counted(period, name)) == number, name
        (now,) = dashboard.pressure(period).values()
        for name, number in now.numbers.items():
            assert len(dashboard.counted(period, name)) == number, name
    assert set(dashboard.NUMBERS) == {*flows.numbers, *now.numbers}


def test_the_days_so_far_end_at_the_same_time_of_day(case_in, jinxiu):
    case_in("received", at=march(9, 10))
    assert [
        dashboard.flows(span(jinxiu, cut=datetime(2026, 3, 9, hour)))[jinxiu.pk].received for hour in (10, 11)
    ] == [0, 1]


def test_a_month_is_cut_as_it_stood_then(case_in, jinxiu):
    case = case_in("closed", at=march(3))
    closed_at = Complaint.objects.get(pk=case.pk).closed_at.astimezone(jinxiu.zone).replace(tzinfo=None)
    before, after = (
        dashboard.flows(span(jinxiu, cut=closed_at + by))[jinxiu.pk] for by in (-HOUR, timedelta(minutes=1))
    )
    assert (before.closed, after.closed) == (0, 1)


def test_the_trend_tells_every_month_as_its_report_does(some_weeks, jinxiu):
    months = {flow.month: (flow.received, flow.closed) for flow in trend(span(jinxiu, month=Month(2026, 4)))}
    assert len(months) == 12
    for month in (Month(2026, 2), MARCH, Month(2026, 4)):
        (stock,) = grouped(span(jinxiu, month=month))["stock"]
        assert months[month] == (stock[1], stock[3]), month
    assert months[MARCH][1] >= 1  # begun anew only in April
    assert months[Month(2025, 5)] == (0, 0)


def test_a_department_counts_its_own_cases(some_weeks, jinxiu, office_of_jinxiu):
    department = Complaint.objects.exclude(department=None).values_list("department", flat=True).first()
    now = march(20)
    own, other = (span(jinxiu, now=now, departments=(pk,)) for pk in (department, department + 1000))
    (flows,), (nothing,) = dashboard.flows(own).values(), dashboard.flows(other).values()
    assert nothing == dashboard.Flows() and not dashboard.pressure(other)
    assert flows.received == 3 and flows.overruns >= 1  # one was never delivered
    assert sum(flow.received for flow in trend(own)) == 4 and not any(f.closed for f in trend(other))
    for name, number in (flows.numbers | dashboard.pressure(own)[jinxiu.pk].numbers).items():
        assert len(dashboard.counted(own, name)) == number, name
    past = span(jinxiu, departments=(department,))
    (then_,) = dashboard.flows(past).values()
    assert then_.received == 3 and then_.revisits != OnTime() and then_.overruns >= 1
    for name, number in then_.numbers.items():
        assert len(dashboard.counted(past, name)) == number, name


def test_an_empty_estate_has_figures_of_nothing(jinxiu):
    period = span(jinxiu, month=Month(2026, 1), now=march(20))
    (flows,) = dashboard.flows(period).values()
    assert flows == dashboard.Flows() and flows.rates["fell_due"].share is None
    assert dashboard.counted(period, "late") == [] and then.among(period, "x") == ""
