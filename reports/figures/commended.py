"""Commendations 通报表扬 of a month, as they stood at its end, and how many a person has (A5)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from complaints.models import Commendation
from reports.figures.month import Month
from reports.figures.period import Period
from reports.figures.shapes import Praise
from staff.models import Estate

#: Characters of the words that stand in a report; the page has all of them.
SHOWN = 160


def published(start: datetime, end: datetime, as_of: datetime) -> Q:
    """Published in between, and not withdrawn by `as_of`."""
    standing = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=as_of)
    return Q(published_at__gte=start, published_at__lt=min(end, as_of)) & standing


def of_period(period: Period) -> Q:
    """Those of its estates, each by its own clock; of its departments, where it is of some only."""
    found = Q(pk__in=[])
    for zone, estates in period.zones.items():
        found |= Q(estate__in=estates) & published(*period.bounds(zone), period.ended(zone))
    return found & Q(department__in=period.departments) if period.departments else found


def commended(period: Period) -> tuple[Praise, ...]:
    """A line for each, in the order in which they were published. One query.

    A month that is over does not move: what is withdrawn later was published then.
    """
    rows = Commendation.objects.filter(of_period(period)).select_related("estate", "person", "department")
    return tuple(
        Praise(
            label=row.number,
            estate=row.estate.name,
            person=str(row.person),
            department=str(row.department or ""),
            words=row.words if len(row.words) <= SHOWN else f"{row.words[: SHOWN - 1].rstrip()}…",
        )
        for row in rows.order_by("published_at", "pk")
    )


def per_person(
    estates: Sequence[Estate], first: Month, last: Month, now: datetime
) -> Counter[tuple[int, str]]:
    """How many commendations a person has, by his key and the month (2026-03) in which they were published.

    Of these estates, from the first to the last month, without those withdrawn by `now`: for the appraisal
    to come. It is a count and decides nothing. One query for each time zone.
    """
    zones: dict[ZoneInfo, list[int]] = defaultdict(list)
    for estate in estates:
        zones[estate.zone].append(estate.pk)
    found: Counter[tuple[int, str]] = Counter()
    for zone, keys in zones.items():
        start, end = first.bounds(zone)[0], last.bounds(zone)[1]
        rows = Commendation.objects.filter(published(start, end, now), estate__in=keys).order_by()
        months = rows.values_list("person", TruncMonth("published_at", tzinfo=zone))
        for person, month, n in months.annotate(n=Count("pk")):
            found[person, f"{month:%Y-%m}"] += n
    return found
