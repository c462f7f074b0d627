"""Measures 整改措施 of a month, by estate, as they stood at its end (domain.md 8, G12)."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, F, Q

from complaints.models import Measure, MeasureRound
from reports.figures.period import Period
from reports.figures.shapes import MeasureLine


def measures(period: Period) -> tuple[MeasureLine, ...]:
    """A line for each estate that had any. Two queries a time zone.

    A month that is over does not move: what is counted are moments that never change (taken up, done,
    checked, ended), and a day that has passed is never moved (`complaints.actions.measures`).
    """
    found: dict[int, Counter[str]] = {}
    for zone, estates in period.zones.items():
        start, end = period.bounds(zone)[0], period.ended(zone)
        opened = Q(opened_at__lt=end)
        rows = Measure.objects.filter(opened, estate__in=estates).order_by().values("estate")
        counted = rows.annotate(
            n_taken_up=Count("pk", filter=Q(opened_at__gte=start)),
            n_open=Count("pk", filter=Q(ended_at__isnull=True) | Q(ended_at__gte=end)),
        )
        going_on = Q(measure__ended_at__isnull=True) | Q(measure__ended_at__gte=end)
        undone = Q(done_at__isnull=True) | Q(done_at__gte=end)
        unchecked = Q(checked_at__isnull=True) | Q(checked_at__gte=end)
        late = going_on & (
            undone & Q(due_at__lt=end) | Q(done_at__lt=end) & unchecked & Q(check_due_at__lt=end)
        )
        checked = Q(checked_at__gte=start, checked_at__lt=end)
        rounds = MeasureRound.objects.filter(started_at__lt=end, measure__estate__in=estates).order_by()
        tried = rounds.values(estate=F("measure__estate")).annotate(
            n_done=Count("pk", filter=Q(done_at__gte=start, done_at__lt=end)),
            n_overdue=Count("pk", filter=late),
            n_effective=Count("pk", filter=checked & Q(effective=True)),
            n_not_effective=Count("pk", filter=checked & Q(effective=False)),
        )
        for line in (*counted, *tried):
            told = {name[2:]: n for name, n in line.items() if name.startswith("n_")}
            found.setdefault(line["estate"], Counter()).update(told)
    lines = (MeasureLine(period.names[estate], **counts) for estate, counts in found.items())
    return tuple(sorted((line for line in lines if line.any), key=lambda line: line.estate))
