"""Measures 整改措施 of a month, by estate, as they stood at its end (domain.md 8, G12)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Count, F, Q

from complaints.models import Measure, MeasureRound
from reports.figures.period import Period
from reports.figures.shapes import MeasureLine


def of_measures(start: datetime, end: datetime) -> dict[str, Q]:
    """What a number counts of the measures taken up by the end."""
    return {
        "taken_up": Q(opened_at__gte=start),
        "open": Q(ended_at__isnull=True) | Q(ended_at__gte=end),
    }


def of_rounds(start: datetime, end: datetime) -> dict[str, Q]:
    """What a number counts of the rounds begun by the end."""
    going_on = Q(measure__ended_at__isnull=True) | Q(measure__ended_at__gte=end)
    undone = Q(done_at__isnull=True) | Q(done_at__gte=end)
    unchecked = Q(checked_at__isnull=True) | Q(checked_at__gte=end)
    checked = Q(checked_at__gte=start, checked_at__lt=end)
    return {
        "done": Q(done_at__gte=start, done_at__lt=end),
        "overdue": going_on
        & (undone & Q(due_at__lt=end) | Q(done_at__lt=end) & unchecked & Q(check_due_at__lt=end)),
        "effective": checked & Q(effective=True),
        "not_effective": checked & Q(effective=False),
    }


#: Every number that has a list.
NUMBERS = ("taken_up", "done", "effective", "not_effective", "open", "overdue")


def measures(period: Period) -> tuple[MeasureLine, ...]:
    """A line for each estate that had any. Two queries a time zone.

    A month that is over does not move: what is counted are moments that never change (taken up, done,
    checked, ended), and a day that has passed is never moved (`complaints.actions.measures`).
    """
    found: dict[int, Counter[str]] = {}
    for zone, estates in period.zones.items():
        start, end = period.bounds(zone)[0], period.ended(zone)
        rows = Measure.objects.filter(opened_at__lt=end, estate__in=estates).order_by().values("estate")
        rounds = MeasureRound.objects.filter(started_at__lt=end, measure__estate__in=estates).order_by()
        for line in (
            *rows.annotate(**_counts(of_measures(start, end))),
            *rounds.values(estate=F("measure__estate")).annotate(**_counts(of_rounds(start, end))),
        ):
            told = {name[2:]: n for name, n in line.items() if name.startswith("n_")}
            found.setdefault(line["estate"], Counter()).update(told)
    lines = (MeasureLine(period.names[estate], key=f"{estate}", **n) for estate, n in found.items())
    return tuple(sorted((line for line in lines if line.any), key=lambda line: line.estate))


def _counts(conditions: dict[str, Q]) -> dict[str, Count]:
    return {f"n_{name}": Count("pk", filter=holds) for name, holds in conditions.items()}


def counted(period: Period, number: str) -> list[int]:
    """The keys of the measures a number counts, the newest first; one once for each round counted."""
    found: list[int] = []
    for zone, estates in period.zones.items():
        start, end = period.bounds(zone)[0], period.ended(zone)
        if holds := of_measures(start, end).get(number):
            rows = Measure.objects.filter(holds, opened_at__lt=end, estate__in=estates)
            found += rows.values_list("pk", flat=True)
        else:
            rounds = MeasureRound.objects.filter(started_at__lt=end, measure__estate__in=estates)
            found += rounds.filter(of_rounds(start, end)[number]).values_list("measure", flat=True)
    return sorted(found, reverse=True)
