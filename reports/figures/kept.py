"""Which roll-ups hold today: the one place that knows it.

A month that is over does not move (domain.md 8), so what was counted of it once holds, but for three
things: a wrong entry taken out everywhere 作废, a past ledger taken over into it, and an estate moved to
another time zone. A row says how many wrong entries and ledgers it has seen, and which bounds its month
had; where that is not what is so now, the row is as good as none. So is one made by a clock that ran ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncMonth

from complaints.models import Complaint, LedgerLoad
from complaints.statuses import Outcome
from reports.figures.month import Month
from reports.figures.period import Period
from reports.figures.shapes import OnTime, Satisfaction
from reports.rollup_rows import FORM, MonthRollup
from staff.models import Estate

State = LedgerLoad.State


@dataclass(frozen=True)
class Kept:
    """A roll-up that holds, in the numbers a trend needs."""

    pk: int
    received: int
    valid: int
    closed: int


Holding = dict[Month, dict[int, Kept]]


@dataclass(frozen=True)
class Seen:
    """What changes a month that is over, estate by estate, as it is now."""

    voids: dict[int, list[tuple[Month, int]]]  # wrong entries by month of receipt, the earliest first
    loads: dict[int, int]  # past ledgers

    @classmethod
    def now(cls, zones: Mapping[int, ZoneInfo]) -> Seen:
        """Of estates by their zones. A query, and one for each zone, nearly always one."""
        voids: dict[int, list[tuple[Month, int]]] = defaultdict(list)
        for zone in set(zones.values()):
            keys = [pk for pk in zones if zones[pk] == zone]
            months = (
                Complaint.objects.filter(estate__in=keys, outcome=Outcome.VOID)
                .order_by()
                .values_list("estate", TruncMonth("received_at", tzinfo=zone))
                .annotate(n=Count("pk"))
            )
            for estate, first, n in sorted(months):
                voids[estate].append((Month(first.year, first.month), n))
        loads = LedgerLoad.objects.filter(estate__in=list(zones), state__in=[State.LOADED, State.VOID])
        return cls(voids, dict(loads.order_by().values_list("estate").annotate(n=Count("pk"))))

    def of(self, estate: int, month: Month) -> tuple[int, int]:
        """Wrong entries received before the month's end, and ledgers: `voids` and `loads` of a row."""
        voids = sum(n for received, n in self.voids.get(estate, ()) if received <= month)
        return voids, self.loads.get(estate, 0)


def holding(estates: Sequence[Estate], months: Sequence[Month], now: datetime) -> Holding:
    """The roll-ups that hold, of months that are over; only months of which every estate has one.

    Three queries, whatever their number.
    """
    zones = {estate.pk: estate.zone for estate in estates}
    seen, wanted = Seen.now(zones), {month.first_day: month for month in months}
    rows = MonthRollup.objects.filter(
        estate__in=zones, form=FORM, month__gte=min(wanted), month__lte=max(wanted), made_at__lte=now
    ).values_list("pk", "received", "valid", "closed", "estate", "month", "zone", "voids", "loads")
    found: Holding = defaultdict(dict)
    for pk, received, valid, closed, estate, first_day, zone, voids, loads in rows:
        month = wanted.get(first_day)
        if month and holds(month, zones[estate], seen.of(estate, month), now, zone, voids, loads):
            found[month][estate] = Kept(pk, received, valid, closed)
    return {month: kept for month, kept in found.items() if len(kept) == len(zones)}


def holds(
    month: Month, zone: ZoneInfo, seen: tuple[int, int], now: datetime, by: str, voids: int, loads: int
) -> bool:
    """Whether a row of an estate's month is what would be counted of it at `now`."""
    return by == zone.key and (voids, loads) == seen and _ends(month, zone) <= now


@lru_cache(1000)
def _ends(month: Month, zone: ZoneInfo) -> datetime:
    return month.bounds(zone)[1]


def of_estate(row: MonthRollup, zone: ZoneInfo, seen: Seen, now: datetime) -> bool:
    """The same of one row."""
    month = Month(row.month.year, row.month.month)
    told = row.zone, row.voids, row.loads
    return (
        row.form == FORM
        and row.made_at <= now
        and holds(month, zone, seen.of(row.estate_id, month), now, *told)
    )


def whole(period: Period) -> bool:
    """Whether the period is what roll-ups are made of: a whole month by every clock, all departments."""
    months = (period.bounds(zone) == period.month.bounds(zone) for zone in period.zones)
    return not period.departments and all(months)


def rows_of(kept: dict[int, Kept], *columns: str) -> list[MonthRollup]:
    """With these columns only."""
    keys = [one.pk for one in kept.values()]
    return list(MonthRollup.objects.filter(pk__in=keys).order_by("estate").only("estate", *columns))


@dataclass(frozen=True)
class Flow:
    """What a roll-up says of the deadlines and revisits of an estate's month, in fourteen numbers."""

    on_time: OnTime  # of valid cases
    overruns: int
    revisits: OnTime
    said: Satisfaction


def flow_of(row: MonthRollup) -> Flow:
    ways, n = row.flow, 4
    return Flow(
        OnTime(*ways[:n]), ways[n], OnTime(*ways[n + 1 : 2 * n + 1]), Satisfaction(tuple(ways[2 * n + 1 :]))
    )
