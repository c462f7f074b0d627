"""What was promised to owners at meetings, and how it stood at the end of some days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from complaints.measures import State as MeasureState
from reports.owner_meeting_rows import OwnerPromise
from staff.models import Estate

State = OwnerPromise.State


def promises(estate: Estate, first: date, last: date, at: datetime) -> list[dict[str, Any]]:
    """Of signed meetings held until the last day: what was open when the days began, or was promised in them.

    `state`: kept, late (kept, but after its day), open, overdue, not_kept; `measure`: of the one that carries
    it out, whether it is still being done. What was written down after `at` is not known. One query.
    """
    until = min(last, at.astimezone(estate.zone).date())
    rows = OwnerPromise.objects.filter(
        meeting__estate=estate, meeting__held_on__lte=until, meeting__signed_at__lte=at
    )
    found = []
    for row in rows.select_related("meeting", "measure").order_by("meeting__held_on", "meeting", "place"):
        settled = row.settled_on if row.settled_on and row.settled_on <= until else None
        if settled and settled < first:
            continue
        found.append(
            {
                "held_on": f"{row.meeting.held_on}",
                "meeting": row.meeting.kind,
                "zh": row.what,
                "en": row.what_en,
                "due_on": f"{row.due_on}",
                "state": state_of(row, settled, until),
                "settled_on": f"{settled}" if settled else "",
                "note": row.note if settled else "",
                "measure": "" if row.measure is None else _measure(row.measure.state),
            }
        )
    return found


def state_of(row: OwnerPromise, settled: date | None, until: date) -> str:
    """How it stood on a day."""
    if settled is None:
        return "overdue" if row.due_on < until else "open"
    if row.state == State.NOT_DONE:
        return "not_kept"
    return "late" if settled > row.due_on else "kept"


def _measure(state: str) -> str:
    return "effective" if state == MeasureState.EFFECTIVE else "going_on"
