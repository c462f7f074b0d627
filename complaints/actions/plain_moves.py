"""Moves that leave an entry and nothing else: what else they do stands in the tables (`moves`, `clocks`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction

from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint
from complaints.moves import ENTRIES
from staff.models import User


@transaction.atomic
def leave_entry(verb: str, complaint: Complaint, *, note: str = "", by: User, at: datetime) -> Complaint:
    """Do what the tables say of the move; its entry stands in the timeline, for colleagues alone."""
    case = UnitOfWork(complaint, verb, by=by, at=at, note=note)
    case.record(ENTRIES[verb], note)
    return case.commit()


#: The moves that need no more of their own.
PLAIN: dict[str, Callable[..., Complaint]] = {verb: partial(leave_entry, verb) for verb in ENTRIES}
#: An internal note; the customer never sees it.
add_note = PLAIN["note"]
#: The manager has taken note of an urgent or major case: the urgent report's clock stops.
acknowledge = PLAIN["acknowledge"]
#: Somebody looked at it on the spot: the same-day check is made.
check_on_spot = PLAIN["check_on_spot"]
#: We accept the finding, with the reason.
waive_objection = PLAIN["waive_objection"]
