"""Clocks as rows: in whose time they run, when they fall due, and how they are written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from complaints.clocks import Timing, timing
from complaints.models import Clock, Complaint, Cycle, Deadline, PolicyVersion, calendar_from
from complaints.models.writing import Rows, write
from complaints.policy import ClockKind, Facts, Policy
from complaints.worktime import Calendar
from staff.models import CalendarDay, Estate

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
