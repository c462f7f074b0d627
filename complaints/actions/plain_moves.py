"""Moves that leave an entry and nothing else: what else they do stands in the tables (`moves`, `clocks`).

One of them may be written down later than it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction

from complaints.actions.arguments import done_earlier
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint
from complaints.moves import ENTRIES
from complaints.policy import ClockKind
from staff.models import User


@transaction.atomic
def leave_entry(verb: str, complaint: Complaint, *, note: str = "", by: User, at: datetime) -> Complaint:
    """Do what the tables say of the move; its entry stands in the timeline, for colleagues alone."""
    case = UnitOfWork(complaint, verb, by=by, at=at, note=note)
    case.record(ENTRIES[verb], note)
    return case.commit()


@transaction.atomic
def check_on_spot(
    complaint: Complaint, *, note: str = "", by: User, at: datetime, done_at: datetime | None = None
) -> Complaint:
    """Somebody looked at it on the spot: the same-day check is made (W8).

    It is judged by when he was there, `done_at`, though its level has rung before that was written down;
    both times are kept with the clock and the entry.
    """
    case = done_earlier(complaint, "check_on_spot", note=note, by=by, at=at, done_at=done_at)
    case.check_began("check_on_spot")
    _judge_by_moment(case)
    case.record("checked_on_spot", note)
    return case.commit()


def saw_the_spot(case: UnitOfWork) -> None:
    """Somebody who was sent was there at the act's moment: that is the same-day check (W8), where owed."""
    clock = case.running.get(ClockKind.SAME_DAY)
    if clock and case.at >= clock.started_at:
        _judge_by_moment(case)
        case.apply_clocks("check_on_spot")


def _judge_by_moment(case: UnitOfWork) -> None:
    """The check is kept where he was there in time, though its level has rung before that was entered."""
    clock = case.running.get(ClockKind.SAME_DAY)
    if clock and case.at <= clock.due_at == clock.breached_at:
        clock.breached_at = None


#: The moves that need no more of their own.
PLAIN: dict[str, Callable[..., Complaint]] = {verb: partial(leave_entry, verb) for verb in ENTRIES} | {
    "check_on_spot": check_on_spot
}
#: An internal note; the customer never sees it.
add_note = PLAIN["note"]
#: The manager has taken note of an urgent or major case: the urgent report's clock stops.
acknowledge = PLAIN["acknowledge"]
#: We accept the finding, with the reason.
waive_objection = PLAIN["waive_objection"]
