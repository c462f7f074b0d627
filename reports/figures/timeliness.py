"""How long it took, and whether that was in time (domain.md 4, 5 and 8)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from complaints.lifecycle import Outcome
from complaints.models import Clock, Complaint
from complaints.policy import ClockKind, Severity
from reports.figures.period import Period
from reports.figures.shapes import OnTime, Rate, Satisfaction, Spread

HOUR = timedelta(hours=1)
Who = tuple[int | None, int | None, int | None]  # department, first receiver, handler


def fell_due(period: Period, kind: ClockKind) -> QuerySet[Clock]:
    """Clocks whose deadline fell in the month.

    A missed deadline stays where it was missed, whatever was granted afterwards.
    """
    missed_then = period.during("breached_at")
    due_then = Q(breached_at__isnull=True) & period.during("due_at")
    # Nothing is missed after it was due, so the index on (kind, due_at) bounds both.
    begins = min(period.month.bounds(zone)[0] for zone in period.zones)
    clocks = Clock.objects.filter(missed_then | due_then, kind=kind, due_at__gte=begins)
    return clocks.exclude(complaint__outcome=Outcome.VOID)


def outcomes(period: Period) -> dict[str, Count]:
    """The four ways a deadline ends; one not due yet at `as_of` and still running is none of them."""
    done = Q(stopped_at__lt=period.as_of)
    missed = Q(breached_at__isnull=False) | Q(stopped_at__gt=F("due_at"))
    return {
        "on_time": Count("pk", filter=done & ~missed & Q(extended=False)),
        "extended": Count("pk", filter=done & ~missed & Q(extended=True)),
        "late_handled": Count("pk", filter=done & missed),
        "late_open": Count("pk", filter=~done & (missed | Q(due_at__lte=period.as_of))),
    }


def on_time(period: Period) -> dict[Who, OnTime]:
    """Of valid cases whose resolve deadline fell in the month, by who worked on them."""
    rows = (
        fell_due(period, ClockKind.RESOLVE)
        .filter(complaint__validity=Complaint.Validity.VALID)
        .values_list("complaint__department_id", "complaint__first_receiver_id", "complaint__handler_id")
        .annotate(**outcomes(period))
        .order_by()
    )
    return {tuple(row[:3]): OnTime(*row[3:]) for row in rows}


def revisits(period: Period) -> tuple[Rate, Satisfaction]:
    """Of all cases to be revisited in the month: those tried or revisited within the three days, and
    what was said at the revisits done by `as_of`."""
    said = {
        f"said_{score}": Count(
            "pk", filter=Q(cycle__revisit__satisfaction=score, cycle__revisit__at__lt=period.as_of)
        )
        for score in range(1, 6)
    }
    row = fell_due(period, ClockKind.REVISIT).aggregate(**outcomes(period), **said)
    counts = tuple(row.pop(name) for name in said)
    return OnTime(**row).rate, Satisfaction(counts)


def handled_spread(period: Period) -> tuple[Spread, ...]:
    """From the start of a cycle to handled, for the cases behind the on-time rate."""
    clocks = fell_due(period, ClockKind.RESOLVE).filter(stopped_at__lt=period.as_of)
    return spreads(clocks, F("stopped_at"))


def clear_answer_spread(period: Period) -> tuple[Spread, ...]:
    """From the start of a cycle to the first clear answer, for the same cases.

    The reply is the clear answer unless one was given before it.
    """
    clocks = fell_due(period, ClockKind.RESOLVE).annotate(
        clear=FilteredRelation("cycle__clocks", condition=Q(cycle__clocks__kind=ClockKind.CLEAR_ANSWER)),
        answered=Coalesce("clear__stopped_at", "cycle__replied_at"),
    )
    return spreads(clocks.filter(answered__lt=period.as_of), F("answered"))


def spreads(clocks: QuerySet[Clock], end: F) -> tuple[Spread, ...]:
    """Median and ninth decile by severity, by nearest rank, without fetching the rows between."""
    severity = "complaint__severity"
    ranked = (
        clocks.filter(complaint__validity=Complaint.Validity.VALID)
        .annotate(took=ExpressionWrapper(end - F("started_at"), DurationField()))
        .annotate(
            count=Window(Count("pk"), partition_by=severity),
            rank=Window(RowNumber(), partition_by=severity, order_by="took"),
        )
        .filter(Q(rank=(F("count") + 1) / 2) | Q(rank=(F("count") * 9 + 9) / 10))
        .values_list(severity, "count", "rank", "took")
    )
    counts, times = {}, {}
    for grade, of, rank, took in ranked:
        counts[grade], times[grade, rank] = of, took / HOUR
    return tuple(
        Spread(
            severity=str(grade.label),
            count=(of := counts.get(grade, 0)),
            median=times.get((grade, (of + 1) // 2)),
            p90=times.get((grade, (of * 9 + 9) // 10)),
        )
        for grade in Severity
    )
