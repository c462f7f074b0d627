"""Clocks as rows: in whose time they run, when they fall due, and how they are written down."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from complaints.clocks import Timing, timing
from complaints.models import (
    Clock,
    ClockRevision,
    Complaint,
    Cycle,
    Deadline,
    Extension,
    PolicyVersion,
    calendar_from,
)
from complaints.policy import ClockKind, Facts, Policy
from complaints.worktime import Calendar
from config.framework.bulk_insert import Rows, write
from staff.models import CalendarDay, Estate, User

#: The columns of a level still to come.
LEVEL = ("clock", "revision", "level", "due_at", "state")


def calendar_of(estate: Estate, policy: Policy, *, holidays: bool = False) -> Calendar:
    """The estate's time; its holidays are read only where something counts by them."""
    days: list[tuple[date, bool]] = []
    if holidays or policy.counts_working_days or not estate.staffed_on_days_off:
        days = list(CalendarDay.objects.filter(estate=estate).values_list("date", "is_working"))
    return calendar_from(estate, days)


def when_due(
    kinds: Iterable[ClockKind], facts: Facts, start: datetime, policy: Policy, calendar: Calendar
) -> dict[ClockKind, Timing]:
    """The clocks that apply to the facts, with their times."""
    times = {kind: timing(kind, start, facts, policy, calendar) for kind in kinds}
    return {kind: when for kind, when in times.items() if when}


def clocks_for(
    complaint: Complaint,
    cycle: Cycle,
    times: dict[ClockKind, Timing],
    start: datetime,
    version: PolicyVersion,
    *,
    written_at: datetime | None = None,
) -> tuple[dict[ClockKind, Clock], Rows]:
    """Clocks and their levels, both still to be written, together."""
    clocks = {
        kind: Clock(
            complaint=complaint,
            cycle=cycle,
            kind=kind,
            policy=version,
            severity=complaint.effective_severity,
            limit=when.limit.text,
            started_at=start,
            first_due_at=when.due_at,
            due_at=when.due_at,
            recorded_at=written_at if written_at and written_at > start else None,
        )
        for kind, when in times.items()
    }
    levels = [
        (clocks[kind], 1, level, due_at, Deadline.State.PENDING)
        for kind, when in times.items()
        for level, due_at in when.levels
    ]
    return clocks, Rows(Deadline, LEVEL, levels)


def start_clocks(
    complaint: Complaint,
    cycle: Cycle,
    times: dict[ClockKind, Timing],
    start: datetime,
    version: PolicyVersion,
    *,
    written_at: datetime | None = None,
) -> dict[ClockKind, Clock]:
    """Write clocks with their levels; `written_at` may lie after the start."""
    clocks, levels = clocks_for(complaint, cycle, times, start, version, written_at=written_at)
    write(*clocks.values(), levels)
    return clocks


def stop_clocks(
    clocks: Collection[Clock], *, at: datetime, recorded_at: datetime, by: User | None
) -> list[Extension]:
    """Stop clocks at `at`, with the levels still to come; the requests for more time that lapse with them."""
    for clock in clocks:
        clock.stopped_at = max(at, clock.started_at)
        if clock.stopped_at > clock.due_at and clock.breached_at is None:
            clock.breached_at = clock.due_at
        if recorded_at > clock.stopped_at:
            clock.stop_recorded_at = recorded_at
        clock.save(update_fields=["stopped_at", "breached_at", "stop_recorded_at"])
    waiting = Deadline.objects.filter(clock__in=clocks, state=Deadline.State.PENDING)
    waiting.update(state=Deadline.State.CANCELLED)
    requests = Extension.objects.filter(clock__in=clocks, state=Extension.State.PENDING)
    lapsed = list(requests.select_related("clock", "requested_by"))
    for request in lapsed:
        request.state, request.withdrawn_at = Extension.State.WITHDRAWN, recorded_at
        request._history_user, request._history_date = by, recorded_at
        request.save(update_fields=["state", "withdrawn_at"])
    return lapsed


def revise_clock(clock: Clock, timing: Timing, *, recorded_at: datetime, **changes: Any) -> None:
    """A new due time with levels of its own; how it stood until now is kept beside it."""
    clock.deadlines.filter(state=Deadline.State.PENDING).update(state=Deadline.State.CANCELLED)
    before = ClockRevision(
        clock=clock,
        until=recorded_at,
        due_at=clock.due_at,
        extended=clock.extended,
        breached_at=clock.breached_at,
    )
    clock.revision += 1
    clock.due_at = timing.due_at
    for name, value in changes.items():
        setattr(clock, name, value)
    clock.save(update_fields=["revision", "due_at", *changes])
    rows = [
        (clock.pk, clock.revision, level, due_at, Deadline.State.PENDING) for level, due_at in timing.levels
    ]
    write(before, Rows(Deadline, LEVEL, rows))
