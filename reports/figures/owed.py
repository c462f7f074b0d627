"""What was owed when some days ended: clocks that ran then, of any kind, by their due times of then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, DateTimeField, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from complaints.models import Clock, ClockRevision
from complaints.policy import ClockKind
from complaints.statuses import Outcome
from reports.figures.brief_shapes import Owed, OwedLine
from reports.figures.lists import as_then, status
from reports.figures.period import Period

#: More than this nobody reads one by one.
LISTED = 200


@dataclass(frozen=True)
class Running:
    case: int
    kind: ClockKind
    due_at: datetime


def running(
    period: Period,
    kinds: Collection[ClockKind],
    *,
    since: datetime | None = None,
    before: datetime | None = None,
) -> list[Running]:
    """Clocks known to run at `as_of`, due from `since` on and before `before`; the first due first."""
    found = []
    for zone, estates in period.zones.items():
        as_of = period.ended(zone)
        still = Q(stopped_at=None) | Q(stopped_at__gte=as_of) | Q(stop_recorded_at__gte=as_of)
        known = Q(recorded_at=None) | Q(recorded_at__lt=as_of)
        later = ClockRevision.objects.filter(clock=OuterRef("pk"), until__gte=as_of).order_by("pk")
        revised = When(revision__gt=1, then=Coalesce(Subquery(later.values("due_at")[:1]), F("due_at")))
        clocks = (
            Clock.objects.filter(
                still, known, kind__in=kinds, started_at__lt=as_of,
                complaint__estate__in=estates, complaint__registered_at__lt=as_of,
            )
            .exclude(complaint__outcome=Outcome.VOID)
            .annotate(stood=Case(revised, default=F("due_at"), output_field=DateTimeField()))
        )  # fmt: skip
        if since:
            clocks = clocks.filter(stood__gte=since)
        if before:
            clocks = clocks.filter(stood__lt=before)
        found += [
            Running(case, ClockKind(kind), due)
            for case, kind, due in clocks.order_by("stood", "pk").values_list("complaint", "kind", "stood")
        ]
    return sorted(found, key=lambda one: (one.due_at, one.case, one.kind))


def told(found: list[Running], period: Period) -> Owed:
    """With names, as they stood."""
    unlisted = period.unlisted({one.case for one in found})
    listed = [one for one in found if one.case not in unlisted][:LISTED]
    cases = as_then({one.case for one in listed}, period) if listed else {}
    lines = tuple(
        OwedLine(
            number=cases[one.case].number,
            estate=period.names[cases[one.case].estate_id],
            what=str(one.kind.label),
            due_at=one.due_at,
            status=status(cases[one.case], period.as_of),
            handler=str(cases[one.case].handler or ""),
            first_receiver=str(cases[one.case].first_receiver),
        )
        for one in listed
    )
    return Owed(len(found), lines, sum(one.case in unlisted for one in found))
