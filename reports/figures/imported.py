"""Which months contain cases that were taken over from ledgers kept before: the one place that knows it.

A case taken over counts in the month of its own receipt, since it was written down then, if not here: so a
past month changes on the day of the taking over, and again when the whole ledger is voided. Whatever keeps
figures of past months asks here which are touched, and when they were last.

What is true of them: received, closed, category, channel, place, verdict as far as the ledger gave them. No
clock ran, so they are in no time limit, no time to an answer, no revisit and no amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max
from django.db.models.functions import Greatest, TruncMonth

from complaints.models import TakenOver
from reports.figures.month import Days, Month
from staff.models import Estate


@dataclass(frozen=True)
class Imported:
    """Cases of one month that were taken over and count, and when a ledger last came in or was voided."""

    count: int = 0
    changed_at: datetime | None = None


def imported_months(estates: Sequence[Estate]) -> dict[Month, Imported]:
    """The months of these estates that any ledger has touched; also those whose cases are void again (0)."""
    found: dict[Month, Imported] = {}
    for zone in {estate.zone for estate in estates}:
        keys = [estate.pk for estate in estates if estate.zone == zone]
        rows = (
            TakenOver.objects.filter(estate__in=keys)
            .annotate(month=TruncMonth("complaint__received_at", tzinfo=zone))
            .values("month", "is_void")
            .annotate(n=Count("pk"), at=Max(Greatest(F("load__loaded_at"), F("load__changed_at"))))
            .order_by("month", "is_void")
        )
        for row in rows:
            month = Month(row["month"].year, row["month"].month)
            before = found.get(month, Imported())
            count = before.count + (0 if row["is_void"] else row["n"])
            found[month] = Imported(count, max(filter(None, (before.changed_at, row["at"]))))
    return found


def imported_in(estates: Sequence[Estate], month: Month | Days) -> int:
    """How many cases of some days were taken over and count. A query for each zone, nearly always one."""
    count = 0
    for zone in {estate.zone for estate in estates}:
        start, end = month.bounds(zone)
        keys = [estate.pk for estate in estates if estate.zone == zone]
        count += TakenOver.objects.filter(
            is_void=False,
            complaint__estate__in=keys,
            complaint__received_at__gte=start,
            complaint__received_at__lt=end,
        ).count()
    return count
