"""Any days of some estates: what a month's report counts, estate by estate, and beside it other days.

Nothing is defined here: the figures are those of the monthly report.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db.models import Min

from complaints.models import Category, Complaint
from complaints.statuses import Outcome
from owners.models import Building
from reports.figures import cases, counts, people, then, timeliness
from reports.figures.overruns import late
from reports.figures.period import Period, rows
from reports.figures.shapes import (
    CauseLine,
    HeatMap,
    OnTime,
    Rate,
    Received,
    RepeatLine,
    Satisfaction,
    WorkLine,
)

CASES = """
SELECT estate_id, count(*) FILTER (WHERE {received}), count(*) FILTER (WHERE {received} AND valid),
  count(*) FILTER (WHERE {closed}), count(*) FILTER (WHERE stays)
FROM cases GROUP BY estate_id
"""


@dataclass(frozen=True)
class Side:
    """One estate's days, or those of several together."""

    received: int = 0
    valid: int = 0
    closed: int = 0
    closing: int = 0
    resolved: OnTime = OnTime()
    overruns: int = 0
    second: int = 0
    revisits: OnTime = OnTime()
    said: Satisfaction = timeliness.NOTHING_SAID

    def __add__(self, other: Side) -> Side:
        return Side(
            self.received + other.received,
            self.valid + other.valid,
            self.closed + other.closed,
            self.closing + other.closing,
            self.resolved + other.resolved,
            self.overruns + other.overruns,
            self.second + other.second,
            self.revisits + other.revisits,
            self.said + other.said,
        )

    @property
    def numbers(self) -> dict[str, int]:
        """By the name under which `behind` finds their cases."""
        names = ("received", "valid", "closed", "closing", "overruns", "second")
        return {name: getattr(self, name) for name in names}

    @property
    def rates(self) -> dict[str, tuple[str, Rate]]:
        """By the name of the whole: the name of the part, and the share."""
        return {
            "fell_due": ("in_time", self.resolved.rate),
            "to_revisit": ("revisited", self.revisits.rate),
            "said": ("satisfied", self.said.satisfied),
        }


def sides(period: Period) -> dict[int, Side]:
    """Of each estate. Six queries in one zone."""
    statement = cases.cases(period) + CASES.format(received=cases.RECEIVED, closed=cases.CLOSED)
    counted = {estate: numbers for estate, *numbers in rows(statement, period)}
    resolved = timeliness.resolving_by_estate(period)
    revisits = timeliness.revisits_by_estate(period)
    overdue = Counter(line.estate for line in late(period))
    again = Counter(
        estate
        for (estate,) in rows(people.AGAIN.format(spans=then.spans(period), what="c.estate_id"), period)
    )

    def side(estate: int) -> Side:
        received, valid, closed, closing = counted.get(estate, (0, 0, 0, 0))
        revisited, said = revisits.get(estate, (OnTime(), timeliness.NOTHING_SAID))
        kept = resolved.get(estate, OnTime())
        return Side(received, valid, closed, closing, kept, overdue[estate], again[estate], revisited, said)

    return {estate.pk: side(estate.pk) for estate in period.estates}


def first_recorded(period: Period) -> dict[int, datetime]:
    """When the first case that counts was received, of each estate that has any. One query."""
    found = Complaint.objects.filter(estate__in=[estate.pk for estate in period.estates]).exclude(
        outcome=Outcome.VOID
    )
    return dict(found.order_by().values_list("estate").annotate(first=Min("received_at")))


def recorded_sides(period: Period, since: dict[int, datetime]) -> dict[int, Side | None]:
    """Of each estate; None for one without any case until the days had ended: nothing is made up."""
    found = sides(period)
    ends = {pk: period.bounds(zone)[1] for zone, estates in period.zones.items() for pk in estates}
    return {pk: side if pk in since and since[pk] < ends[pk] else None for pk, side in found.items()}


def other(period: Period, first: date, last: date) -> Period:
    """Other days of the same estates: as much of them as has passed of these, where they are not over."""
    days = Period.of(period.estates, first, last, period.now, period.unlisted)
    zone = period.estates[0].zone
    begins, ends = period.bounds(zone)
    if ends <= period.now:
        return days
    wall = period.now.astimezone(zone).replace(tzinfo=None) - begins.astimezone(zone).replace(tzinfo=None)
    return replace(days, cut=datetime.combine(first, time()) + wall)


@dataclass(frozen=True)
class Breakdown:
    """What came in, by what and where, and who worked on it."""

    by_category: tuple[Received, ...]
    by_channel: tuple[Received, ...]
    by_building: tuple[Received, ...]
    heat: HeatMap
    causes: tuple[CauseLine, ...]
    repeats: tuple[RepeatLine, ...]
    departments: tuple[WorkLine, ...]
    receivers: tuple[WorkLine, ...]
    handlers: tuple[WorkLine, ...]


def breakdown(period: Period) -> Breakdown:
    """Seven queries in one zone; words in the active language."""
    groups = cases.grouped(period)
    categories = Category.objects.in_bulk()
    buildings = Building.objects.filter(estate__in=[estate.pk for estate in period.estates]).in_bulk()
    work, by = people.work(groups), timeliness.resolving(period).by
    units = people.departments_of(work, by)
    departments, receivers, handlers = people.work_lines(period, work, by, units)
    return Breakdown(
        by_category=counts.by_category(groups, categories),
        by_channel=counts.by_channel(groups),
        by_building=counts.by_building(period, groups, buildings),
        heat=counts.heat(period, groups, categories, buildings),
        causes=counts.causes(period, groups, categories, units),
        repeats=counts.repeats(period, groups, categories, buildings),
        departments=departments,
        receivers=receivers,
        handlers=handlers,
    )
