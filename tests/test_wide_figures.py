"""A quarter and a year: every figure against the slow truth, on random histories that go on after its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from complaints.actions.unit_of_work import current_policy
from complaints.models import Cause, Complaint
from reports.figures.annual import annual
from reports.figures.month import Days
from reports.figures.quarterly import quarterly
from reports.figures.shapes import OnTime, Rate, Satisfaction
from reports.figures.wide_shapes import Annual, Quarterly, Totals, Wide
from staff.models import Department
from tests.cast import DAY, HOUR, SHANGHAI, march
from tests.slow_month import EMPTY, Photo, fallen, told, was_late
from tests.wide_history import House

pytestmark = pytest.mark.django_db

Q4, Q1 = Days(date(2025, 10, 1), date(2025, 12, 31)), Days(date(2026, 1, 1), date(2026, 3, 31))
ENDS = [days.bounds(SHANGHAI)[1] for days in (Q4, Q1)]


@pytest.fixture
def house(office_of_jinxiu, engineering, jinxiu, categories, walk_in):
    current_policy()
    Cause.objects.create(code="worn", zh="设施老化", en="Worn out")
    cleaning = Department.objects.create(
        estate=jinxiu, name="保洁公司", name_en="Cleaning", is_contractor=True
    )
    with translation.override("en"):
        yield House(office_of_jinxiu, (engineering, cleaning), categories, walk_in)


def quarter(estate, days: Days, at) -> Quarterly:
    return quarterly([estate], days.first_day, days.last_day, at, estate.name)


def year(estate, number: int, at) -> Annual:
    return annual([estate], date(number, 1, 1), date(number, 12, 31), at, estate.name)


def truth(before: Photo, photo: Photo, void: set[int]) -> dict[str, Any]:
    """The slow month's figures, of any stretch of time between two photographs."""
    slow = told(before, photo, void)
    slow["revisit"] = Rate(slow["revisit"]["on_time"] + slow["revisit"]["extended"], slow["revisit"].total())
    # A case that came back may be late more than once.
    slow["overruns"] = sum(
        clock.kind == "resolve"
        and clock.complaint_id in photo.cases.keys() - void
        and getattr(before.clocks.get(pk), "stopped_at", None) is None
        and was_late(before, photo, clock)
        for pk, clock in photo.clocks.items()
    )
    return slow


def check(total: Totals, slow: dict[str, Any]) -> None:
    assert (total.received, total.valid) == (slow["received"], slow["valid"])
    assert (total.closure, total.first_time) == (Rate(*slow["closure"]), Rate(*slow["first_time"]))
    assert total.second == slow["second"][0]
    assert total.on_time == OnTime(**slow["on_time"])
    assert total.overruns == slow["overruns"]
    assert total.revisit == slow["revisit"]
    assert total.satisfaction == Satisfaction(slow["satisfaction"])
    money = total.compensation
    assert (money.approved, money.approved_amount, money.waiting, money.waiting_amount) == slow["money"]


def check_lists(figures: Wide, before: Photo, photo: Photo, void: set[int]) -> None:
    """Departments, categories and causes, counted case by case."""
    cases = {pk: case for pk, case in photo.cases.items() if pk not in void}
    came = [case for pk, case in cases.items() if pk not in before.cases]
    upheld = [case for case in came if case.validity == "valid"]

    def unit(case: Complaint) -> str:
        return str(case.department or "No department")

    ways: dict[str, Counter[str]] = defaultdict(Counter)
    said: dict[str, Counter[int]] = defaultdict(Counter)
    revisits = {one.cycle_id: one for one in photo.revisits.values()}
    for pk, clock in photo.clocks.items():
        case = cases.get(clock.complaint_id)
        if case is None or not fallen(photo, pk) or fallen(before, pk):
            continue
        if clock.kind == "revisit" and (one := revisits.get(clock.cycle_id)) and one.satisfaction:
            said[unit(case)][one.satisfaction] += 1
        if clock.kind == "resolve" and case.validity == "valid":
            done = clock.stopped_at is not None
            missed = clock.breached_at is not None or done and clock.stopped_at > clock.due_at
            kept = "extended" if clock.extended else "on_time"
            ways[unit(case)]["late_open" if not done else "late_handled" if missed else kept] += 1
    again = Counter(
        unit(cases[cycle.complaint_id]) for pk, cycle in photo.cycles.items()
        if cycle.complaint_id in cases and cycle.number >= 2 and pk not in before.cycles and any(
            other.handled_at for other in photo.cycles.values()
            if other.complaint_id == cycle.complaint_id and other.number < cycle.number
        )
    )  # fmt: skip
    lines = {line.name: line for line in figures.departments}
    assert {name: line.valid for name, line in lines.items() if line.valid} == Counter(map(unit, upheld))
    assert {name: line.second for name, line in lines.items() if line.second} == again
    assert {name: line.on_time for name, line in lines.items() if line.on_time != OnTime()} == {
        name: OnTime(**own) for name, own in ways.items()
    }
    assert {name: line.said.counts for name, line in lines.items() if line.said.answers} == {
        name: tuple(own[score] for score in range(1, 6)) for name, own in said.items()
    }
    assert {one.label: one.received for one in figures.categories if one.received} == Counter(
        str(case.category) for case in came
    )
    assert {one.label: one.valid for one in figures.categories if one.valid} == Counter(
        str(case.category) for case in upheld
    )
    assert {one.label: one.valid for one in figures.causes if one.valid} == Counter(
        str(case.cause or "No cause named") for case in upheld
    )
    assert [(place.received, place.valid) for place in figures.estates] == [(len(came), len(upheld))]


def grave(before: Photo, photo: Photo, void: set[int]) -> set[str]:
    """Hot or major at the end, and open at any moment of it."""
    return {
        case.number for pk, case in photo.cases.items()
        if pk not in void and case.grade in ("hot", "major")
        and not (case.closed_at and case.closed_at < before.at)
    }  # fmt: skip


@settings(
    max_examples=2, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.randoms(use_true_random=True))
def test_every_figure_of_a_past_quarter_and_year_is_the_one_counted_when_it_ended(
    house, jinxiu, dice: Random
) -> None:
    example = transaction.atomic()
    example._from_testcase = True  # what the sweep does for good ends with the example
    with example:
        begin = march(1) - 100 * DAY  # 21 November: half a quarter, a whole one, and some days after it
        photos = house.live(dice, begin, ENDS, acts=120)
        void = set(Complaint.objects.filter(outcome="void").values_list("pk", flat=True))
        now = max(ENDS[1], Complaint.history.latest("history_date").history_date) + HOUR
        slow = [truth(EMPTY, photos[0], void), truth(photos[0], photos[1], void)]
        last, this = quarter(jinxiu, Q4, now), quarter(jinxiu, Q1, now)
        check(last.total, slow[0])
        check(this.total, slow[1])
        assert this.before == last.total
        check_lists(last, EMPTY, photos[0], void)
        check_lists(this, photos[0], photos[1], void)
        assert this.second_open == slow[1]["second"][1]
        assert {(line.number) for table in this.overruns.tables for line in table.lines} == {
            number for number, _who in slow[1]["overdue"]
        }
        assert {one.line.number for one in this.analysed.lines} == grave(photos[0], photos[1], void)
        assert sum(month.received for month in this.months) == this.total.received
        stock = this.stock
        assert stock.opening + stock.received + stock.reopened - stock.closed == stock.closing
        # A year is told as it stood at its own end, each of its quarters as by its own paper.
        over = year(jinxiu, 2025, now)
        check(over.total, slow[0])
        check_lists(over, EMPTY, photos[0], void)
        assert [(one.code, one.total) for one in over.quarters][3] == ("2025-Q4", last.total)
        assert sum(month.received for month in over.months) == over.total.received
        running = year(jinxiu, 2026, now)
        assert running.quarters[0].total == this.total
        assert running.before == over.total
        transaction.set_rollback(True)
