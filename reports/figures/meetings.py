"""The meetings on a scope's quarters, and how their decisions stood at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from reports.figures.wide_shapes import DecisionLine, Meeting
from reports.meeting_rows import MeetingDecision, QuarterMeeting

OPEN = MeetingDecision.State.OPEN


def meetings(scope: str, first: date, last: date, as_of: datetime | None = None) -> tuple[Meeting, ...]:
    """Those on quarters that begin from `first` to `last`. Two queries, three where they are told of then.

    The decisions as they stood at `as_of`; None: as they stand.
    """
    found = QuarterMeeting.objects.filter(scope=scope, starts_on__gte=first, starts_on__lte=last)
    held = list(found.order_by("starts_on"))
    told: dict[int, list[DecisionLine]] = {row.pk: [] for row in held}
    decided = list(
        MeetingDecision.objects.filter(meeting__in=held)
        .select_related("meeting")
        .order_by("meeting", "number")
    )
    for meeting, decision in lines(decided, as_of):
        told[meeting].append(decision)
    return tuple(
        Meeting(row.code, row.held_on, row.place, row.present, row.reported, tuple(told[row.pk]))
        for row in held
    )


def earlier(scope: str, quarter: date, begins: datetime, as_of: datetime) -> tuple[DecisionLine, ...]:
    """Decisions of meetings on quarters before, as of this one's end: open at its beginning, or made since.

    Made and settled count from when they were written down. Three queries.
    """
    found = MeetingDecision.objects.filter(
        meeting__scope=scope, meeting__starts_on__lt=quarter, recorded_at__lt=as_of
    )
    decided = list(found.select_related("meeting").order_by("meeting__starts_on", "number"))
    open_then = {row.pk for row in decided} - {
        pk for pk, row in _versions(decided, begins).items() if row.state != OPEN
    }
    return tuple(line for _meeting, line in lines([row for row in decided if row.pk in open_then], as_of))


def lines(decided: Sequence[MeetingDecision], as_of: datetime | None) -> Iterable[tuple[int, DecisionLine]]:
    """By meeting; one written down only after `as_of` was open then."""
    stood = _versions(decided, as_of) if as_of else {}
    for row in decided:
        one: Any = stood.get(row.pk, row)
        settled = as_of is None or row.pk in stood
        yield (
            row.meeting_id,
            DecisionLine(
                quarter=row.meeting.code,
                index=row.number,
                what=one.what,
                who=one.who,
                due_on=one.due_on,
                state=one.state if settled else OPEN.value,
                settled_on=one.settled_on if settled else None,
                note=one.note if settled else "",
            ),
        )


def _versions(decided: Sequence[MeetingDecision], at: datetime) -> dict[int, Any]:
    """The version of each before a moment; none of one that was written down later."""
    keys = [row.pk for row in decided]
    found = MeetingDecision.history.filter(id__in=keys, history_date__lt=at)
    return {version.id: version for version in found.order_by("history_date", "history_id")}
