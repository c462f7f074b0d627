"""What a report covers: estates, a month of theirs, and the moment it speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from complaints.lifecycle import Outcome
from complaints.models import Complaint
from reports.figures.month import Month
from staff.models import Estate


@dataclass(frozen=True)
class Period:
    """One month of some estates (at least one), each in its own zone, as seen at `now`."""

    estates: Sequence[Estate]
    month: Month
    now: datetime

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
        return min(self.now, max(self.month.bounds(zone)[1] for zone in self.zones))

    def during(self, field: str, case: str = "complaint__", month: Month | None = None) -> Q:
        """Rows of these estates whose `field` lies in the month; `case` leads to the complaint."""
        found = Q()
        for zone, estates in self.zones.items():
            start, end = (month or self.month).bounds(zone)
            found |= Q(**{f"{case}estate__in": estates, f"{field}__gte": start, f"{field}__lt": end})
        return found

    def received(self, month: Month | None = None) -> QuerySet[Complaint]:
        """Complaints received in the month; void entries never count."""
        return not_void(Complaint.objects.filter(self.during("received_at", case="", month=month)))

    def open(self) -> QuerySet[Complaint]:
        """Complaints that were open at `as_of`."""
        still = Q(closed_at__isnull=True) | Q(closed_at__gte=self.as_of)
        mine = Q(estate__in=[estate.pk for estate in self.estates])
        return not_void(Complaint.objects.filter(mine & still, received_at__lt=self.as_of))


def not_void(cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return cases.exclude(outcome=Outcome.VOID)
