"""How long it took, and whether that was in time (domain.md 4, 5 and 8)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from complaints.lifecycle import Outcome
from complaints.models import Clock, Complaint, Cycle, Revisit
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
    return Clock.objects.filter(missed_then | due_then, kind=kind).exclude(complaint__outcome=Outcome.VOID)


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


def revisit_rate(period: Period) -> Rate:
    """Of all cases to be revisited in the month, those tried or revisited within the three days."""
    row = fell_due(period, ClockKind.REVISIT).aggregate(**outcomes(period))
    return OnTime(**row).rate


def satisfaction(period: Period) -> Satisfaction:
    rows = (
        Revisit.objects.filter(period.during("at", case="cycle__complaint__"), exception="")
        .exclude(cycle__complaint__outcome=Outcome.VOID)
        .values_list("satisfaction")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts = Counter(dict(rows))
    return Satisfaction((counts[1], counts[2], counts[3], counts[4], counts[5]))


def handled_spread(period: Period) -> tuple[Spread, ...]:
    """From the start of a cycle to handled, for valid cases handled in the month."""
    return spreads(valid_cycles(period, "handled_at"), F("handled_at"))


def clear_answer_spread(period: Period) -> tuple[Spread, ...]:
    """From the start of a cycle to the first clear answer, for valid cases replied to in the month.

    The reply is the clear answer unless one was given before it.
    """
    clear = Clock.objects.filter(
        cycle=OuterRef("pk"), complaint=OuterRef("complaint"), kind=ClockKind.CLEAR_ANSWER
    ).values("stopped_at")[:1]
    return spreads(valid_cycles(period, "replied_at"), Coalesce(Subquery(clear), F("replied_at")))


def valid_cycles(period: Period, field: str) -> QuerySet[Cycle]:
    return Cycle.objects.filter(period.during(field), complaint__validity=Complaint.Validity.VALID).exclude(
        complaint__outcome=Outcome.VOID
    )


def spreads(cycles: QuerySet[Cycle], end: F | Coalesce) -> tuple[Spread, ...]:
    """Median and ninth decile by severity, by nearest rank, without fetching the rows between."""
    severity = "complaint__severity"
    count = Window(Count("pk"), partition_by=severity)
    ranked = (
        cycles.annotate(took=ExpressionWrapper(end - F("started_at"), DurationField()))
        .annotate(count=count, rank=Window(RowNumber(), partition_by=severity, order_by="took"))
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
