"""What several acts ask of what they are given."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint, Cycle
from config.framework.refusals import Refused
from staff.models import User


def check_method(method: str) -> None:
    if method not in Cycle.ReplyMethod.values:
        raise Refused(_("Say how the customer was told."), field="method")


def done_earlier(
    complaint: Complaint,
    verb: str,
    *,
    note: str,
    by: User,
    at: datetime,
    done_at: datetime | None,
    phrase_reason: str = "",
) -> UnitOfWork:
    """The unit of work of an act that may be written down later than it was done; refuses as both do."""
    moment = when_done(done_at, at, complaint)
    return UnitOfWork(
        complaint, verb, by=by, at=moment, note=note, recorded_at=at, phrase_reason=phrase_reason
    )


#: No matter of ours is older or lies further ahead: any other year is a slip of the pen.
FIRST_YEAR, LAST_YEAR = 1990, 2200


def check_year(when: datetime, field: str) -> None:
    """Raises Refused for a year that nobody means."""
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise Refused(_("Check the year."), field=field)


def when_done(done_at: datetime | None, at: datetime, complaint: Complaint) -> datetime:
    """The moment an act happened: now, or earlier when it is written down later."""
    if done_at is None:
        return at
    if done_at > at:
        raise Refused(_("What was done cannot lie in the future."), field="done_at")
    if done_at < complaint.received_at:
        raise Refused(_("That lies before the complaint was received."), field="done_at")
    return done_at
