"""What a report covers: estates, a month or any days of theirs, and the moment it speaks of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from reports.figures.month import Days, Month
from staff.models import Estate

#: Which of some cases, by primary key, are counted and not listed one by one.
Unlisted = Callable[[Collection[int]], frozenset[int]]


def all_listed(cases: Collection[int]) -> frozenset[int]:
    return frozenset()


@dataclass(frozen=True)
class Period:
    """One month of some estates (at least one), or its first days, each in its own zone, as seen at `now`.

    `Period.of` covers any days instead; then `month` is the one its last day lies in.
    """

    estates: Sequence[Estate]
    month: Month
    now: datetime
    unlisted: Unlisted = all_listed
    #: Until when of the month it goes, on the wall clock of every estate; None: to the month's end.
    cut: datetime | None = None
    #: Only cases of these responsible departments; empty: all.
    departments: tuple[int, ...] = ()
    #: Covered instead of the month; see `of`.
    days: Days | None = None
    #: `now` is over: what is asked for now is told as it stood then, though the days may go on after it.
    reread: bool = False

    @classmethod
    def of(
        cls,
        estates: Sequence[Estate],
        first_day: date,
        last_day: date,
        now: datetime,
        unlisted: Unlisted = all_listed,
        departments: tuple[int, ...] = (),
    ) -> Period:
        """From a first to a last day, which is one of them: a day, half a month, a quarter, a year."""
        month = Month(last_day.year, last_day.month)
        days = Days(first_day, last_day)
        return cls(tuple(estates), month, now, unlisted, departments=departments, days=days)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first instant to the first that is not part of it."""
        start, end = (self.days or self.month).bounds(zone)
        if self.cut is None:
            return start, end
        return start, min(self.cut.replace(tzinfo=zone).astimezone(UTC), end)

    @cached_property
    def zones(self) -> dict[ZoneInfo, list[int]]:
        """The estates by zone: nearly always one."""
        zones: dict[ZoneInfo, list[int]] = defaultdict(list)
        for estate in self.estates:
            zones[estate.zone].append(estate.pk)
        return zones

    @cached_property
    def names(self) -> dict[int, str]:
        return {estate.pk: estate.name for estate in self.estates}

    @cached_property
    def as_of(self) -> datetime:
        """The moment that open, overdue and closed refer to: the month's end, or `now` within it."""
        return min(self.now, max(self.bounds(zone)[1] for zone in self.zones))

    def ended(self, zone: ZoneInfo) -> datetime:
        """`as_of` on the wall clock of one zone, whose month may end before another's."""
        return min(self.now, self.bounds(zone)[1])

    @cached_property
    def is_past(self) -> bool:
        """Whether the cases of an estate may have changed since its month ended, or since `now`."""
        return self.reread or any(self.bounds(zone)[1] <= self.now for zone in self.zones)

    def during(self, field: str) -> Q:
        """Rows about complaints of these estates whose `field` lies in the month."""
        found = Q()
        for zone, estates in self.zones.items():
            start, end = self.bounds(zone)
            found |= Q(**{"complaint__estate__in": estates, f"{field}__gte": start, f"{field}__lt": end})
        return found

    def by_then(self, field: str) -> Q:
        """Rows about complaints of these estates whose `field` lies before `as_of`, each estate's own."""
        found = Q()
        for zone, estates in self.zones.items():
            found |= Q(**{"complaint__estate__in": estates, f"{field}__lt": self.ended(zone)})
        return found

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the statements written in SQL bind: the estates, the month's bounds by zone, `as_of`."""
        stored = connection.ops.adapt_datetimefield_value
        values: dict[str, Any] = {f"e{estate.pk}": estate.pk for estate in self.estates}
        bounds = [self.bounds(zone) for zone in self.zones]
        for number, (start, end) in enumerate(bounds):
            values |= {f"start{number}": stored(start), f"end{number}": stored(end)}
            values[f"as_of{number}"] = stored(min(self.now, end))
        values["first"] = stored(min(start for start, _end in bounds))
        values["last"] = stored(max(end for _start, end in bounds))
        return values

    def waiting(self, begun: str, *ended: str) -> Q:
        """Rows about complaints of these estates begun before `as_of` and not ended by then in any way."""
        found = Q()
        for zone, estates in self.zones.items():
            as_of = self.ended(zone)
            still = Q(**{"complaint__estate__in": estates, f"{begun}__lt": as_of})
            for field in ended:
                still &= Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": as_of})
            found |= still
        return found


def rows(statement: str, period: Period) -> list[tuple[Any, ...]]:
    """What a statement finds. In one zone its moments are written out: the planner counts rows by them."""
    if len(period.zones) == 1:
        statement = re.sub(r"\bs\.(start|end|as_of)s?\b", r"%(\g<1>0)s", statement)
    with connection.cursor() as cursor:
        cursor.execute(statement, period.values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
