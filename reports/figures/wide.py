"""A quarter or a year, and the one before: every figure by the statements the monthly report goes by.

A case counts in the time it was received in, told as it stood at the end of that time. So a quarter's upheld
complaints need not be the sum of its months': a verdict given in the month after is known to the quarter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Category, Cause
from reports.figures import counts, lists, people, timeliness
from reports.figures.cases import Groups, cases, grouped
from reports.figures.departments import Own, by_department, department_lines
from reports.figures.imported import imported_in
from reports.figures.kept import holding
from reports.figures.month import Days, Month
from reports.figures.overrun_shapes import Overruns
from reports.figures.overruns import late
from reports.figures.period import Period, Unlisted, rows
from reports.figures.shapes import OnTime, Stock
from reports.figures.wide_shapes import Compared, PlaceLine, Totals
from staff.models import Estate

# Received and upheld of each estate.
PLACES = "SELECT estate_id, count(*), count(*) FILTER (WHERE valid) FROM cases WHERE came GROUP BY estate_id"


@dataclass(frozen=True)
class Counted:
    """One stretch of time, counted."""

    period: Period
    groups: Groups
    total: Totals
    departments: dict[int | None, Own]


def counted(period: Period, missed: int | None = None) -> Counted:
    """About twelve queries, whatever is in it; `missed`: the overruns, where they are known already."""
    groups = grouped(period)
    work, resolving = people.work(groups), timeliness.resolving(period)
    revisit, satisfaction = timeliness.revisits(period)
    second, _open = people.second_complaints(period)
    total = Totals(
        received=sum(row[2] for row in groups["category"]),
        valid=sum(row[3] for row in groups["category"]),
        closure=people.closure(work),
        first_time=people.first_time(work),
        second=second,
        on_time=sum(resolving.by.values(), OnTime()),
        overruns=len(late(period)) if missed is None else missed,
        revisit=revisit,
        satisfaction=satisfaction,
        compensation=lists.compensation(period),
    )
    return Counted(period, groups, total, by_department(period, work, resolving.by))


def wide(now: Counted, before: Counted, found: Overruns, scope: str) -> dict[str, Any]:
    """The fields of `wide_shapes.Wide`."""
    period, days = now.period, span(now.period)
    many = (days.last_day.year - days.first_day.year) * 12 + days.last_day.month - days.first_day.month + 1
    kept = holding(period.estates, [period.month.plus(-n) for n in range(many + 12)], period.now)
    trend = counts.trend(period, counts.by_month(period, kept, many + 12))[-many:]
    return {
        "scope": scope or "、".join(estate.name for estate in period.estates),
        "starts_on": days.first_day,
        "ends_on": days.last_day,
        "as_of": period.as_of,
        "total": now.total,
        "before": before.total,
        "stock": Stock(*now.groups["stock"][0]),
        "voided": now.groups["void"][0][0],
        "taken_over": imported_in(period.estates, days),
        "second_open": people.second_complaints(period)[1],
        "months": tuple(point for point in trend if begun(Month.parse(point.month), period)),
        "estates": places(period, before.period),
        "departments": department_lines(period, now.departments, before.departments, _("No department")),
        "categories": categories(now.groups, before.groups),
        "causes": causes(now.groups, before.groups),
        "overruns": found,
    }


def span(period: Period) -> Days:
    return period.days or Days(period.month.first_day, period.month.last_day)


def of(estates: Sequence[Estate], days: Days, at: datetime, unlisted: Unlisted) -> Period:
    return Period.of(estates, days.first_day, days.last_day, at, unlisted)


def begun(days: Days | Month, period: Period) -> bool:
    """Whether any of it lies before the moment the period is told of."""
    return any(days.bounds(zone)[0] < period.as_of for zone in period.zones)


def quarter_of(day: date) -> Days:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Days(first, months_later(first, 3) - date.resolution)


def months_later(first: date, months: int) -> date:
    """The first day of the month so many later; earlier when negative."""
    year, number = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, number + 1, 1)


def places(period: Period, before: Period) -> tuple[PlaceLine, ...]:
    """Every estate, the most upheld complaints per 1,000 households first. Two queries."""
    now, last = (
        {estate: (received, valid) for estate, received, valid in rows(cases(each) + PLACES, each)}
        for each in (period, before)
    )
    lines = [
        PlaceLine(estate.name, estate.households, *now.get(estate.pk, (0, 0)), last.get(estate.pk, (0, 0))[1])
        for estate in period.estates
    ]
    return tuple(sorted(lines, key=lambda line: (-(line.rate or 0), -line.valid, line.name)))


def categories(now: Groups, before: Groups) -> tuple[Compared, ...]:
    """The sub-categories, as the desk chooses them; the most upheld complaints first. One query."""
    words = Category.objects.in_bulk()
    received: Counter[int | None] = Counter()
    valid: Counter[int | None] = Counter()
    last: Counter[int | None] = Counter()
    for pk, _severity, came, upheld in now["category"]:
        received[pk] += came
        valid[pk] += upheld
    for pk, _severity, _came, upheld in before["category"]:
        last[pk] += upheld

    def name(pk: int | None) -> str:
        return str(words[pk]) if pk else _("No category")

    return compared(name, valid, last, received)


def causes(now: Groups, before: Groups) -> tuple[Compared, ...]:
    """Upheld complaints by cause; where no cause is named they are told as such. One query."""
    words = Cause.objects.in_bulk()
    valid: Counter[int | None] = Counter()
    last: Counter[int | None] = Counter()
    for groups, counter in ((now, valid), (before, last)):
        for _department, cause, _category, upheld in groups["cause"]:
            counter[cause] += upheld

    def name(pk: int | None) -> str:
        return str(words[pk]) if pk else _("No cause named")

    return compared(name, valid, last, Counter())


def compared(
    name: Callable[[int | None], str],
    valid: Counter[int | None],
    before: Counter[int | None],
    received: Counter[int | None],
) -> tuple[Compared, ...]:
    """Those with anything in either time."""
    keys = [
        pk for pk in valid.keys() | before.keys() | received.keys() if valid[pk] or before[pk] or received[pk]
    ]
    lines = [Compared(name(pk), valid[pk], before[pk], received[pk], pk is not None) for pk in keys]
    return tuple(
        sorted(lines, key=lambda line: (-line.valid, -line.received, -line.valid_before, line.label))
    )
