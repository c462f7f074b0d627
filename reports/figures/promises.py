"""What was promised to owners at meetings, and how it stood at the end of some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from complaints.measures import State as MeasureState
from complaints.models import FollowUp, Measure
from reports.figures.month import Days
from reports.owner_meeting_rows import OwnerPromise
from reports.owner_rows import OwnerReport
from reports.owner_rules import State as ReportState
from staff.models import Estate

State = OwnerPromise.State


@dataclass(frozen=True)
class Earlier:
    """What earlier reports on as much time told: the first day of them, and what was told as settled."""

    since: date | None = None
    settled: frozenset[tuple[int, str]] = frozenset()


def earlier(estate: Estate, span: str, first: date) -> Earlier:
    """Of the reports that stand issued. One query."""
    rows = OwnerReport.objects.filter(
        estate=estate, span=span, starts_on__lt=first, state__in=[ReportState.ISSUED, ReportState.POSTED]
    )
    found = list(rows.values_list("starts_on", "content__promises"))
    told = (one for _day, promised in found for one in promised or ())
    return Earlier(
        min((day for day, _promised in found), default=None),
        frozenset((one["promise"], one["settled_on"]) for one in told if one["settled_on"]),
    )


def promises(
    estate: Estate, first: date, last: date, at: datetime, *, told: Earlier | None = None
) -> list[dict[str, Any]]:
    """Of signed meetings held until the last day: what was open when the days began, or was promised in them.

    Besides what was settled before them and no earlier report has told so, as it was written down too late.
    `state`: kept, late (kept, but after its day), open, overdue, not_kept; `measure` and `follow_up`: how
    what carries it out stood, empty where nothing does any longer. What was written down after `at` is not
    known. One query.
    """
    told = told or Earlier()
    until = min(last, at.astimezone(estate.zone).date())
    moment = min(at, Days(first, last).bounds(estate.zone)[1])
    rows = OwnerPromise.objects.filter(
        meeting__estate=estate, meeting__held_on__lte=until, meeting__signed_at__lte=at
    ).select_related("meeting", "measure", "follow_up")
    found = []
    for row in rows.order_by("meeting__held_on", "meeting", "place"):
        settled = row.settled_on if row.settled_on and row.settled_on <= until else None
        if settled and settled < (told.since or first):
            continue
        if settled and settled < first and (row.pk, f"{settled}") in told.settled:
            continue
        found.append(
            {
                "promise": row.pk,
                "held_on": f"{row.meeting.held_on}",
                "meeting": row.meeting.kind,
                "zh": row.what,
                "en": row.what_en,
                "due_on": f"{row.due_on}",
                "state": state_of(row, settled, moment),
                "settled_on": f"{settled}" if settled else "",
                "note": row.note if settled else "",
                "measure": _measure(row.measure, moment),
                "follow_up": _follow_up(row.follow_up, moment),
            }
        )
    return found


def state_of(row: OwnerPromise, settled: date | None, moment: datetime) -> str:
    """How it stood at a moment."""
    if settled is None:
        return "overdue" if row.due_at <= moment else "open"
    if row.state == State.NOT_DONE:
        return "not_kept"
    return "late" if settled > row.due_on else "kept"


def _measure(row: Measure | None, moment: datetime) -> str:
    """What has ended never begins again: its end says how it stood at any moment."""
    if row is None or row.opened_at is None or row.opened_at > moment:
        return ""
    if row.ended_at is None or row.ended_at > moment:
        return "going_on"
    return "effective" if row.state == MeasureState.EFFECTIVE else ""


def _follow_up(row: FollowUp | None, moment: datetime) -> str:
    if row is None or row.raised_at > moment:
        return ""
    if row.done_at and row.done_at <= moment:
        return "done"
    return "" if row.ended_at and row.ended_at <= moment else "going_on"
