"""督办: whoever follows a case reminds whoever holds it. Of clocks the sweep reminds, here a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint
from complaints.statuses import AT_WORK
from complaints.time_texts import moment
from config.framework.refusals import Refused
from staff.models import User

#: Nobody works faster for being reminded more often.
AT_MOST_EVERY = timedelta(minutes=30)


@transaction.atomic
def remind(complaint: Complaint, *, note: str = "", by: User, at: datetime) -> Complaint:
    """The handler while he works on it, with his responsible head; else the first receiver.

    The customer reads nothing of it. Raises Refused where nobody else holds the case, or where it was
    reminded of a moment ago.
    """
    case = UnitOfWork(complaint, "remind", by=by, at=at, note=note)
    before = case.row.events.filter(kind="reminded", at__gt=at - AT_MOST_EVERY).order_by("-pk").first()
    if before:
        raise Refused(
            _("It was reminded of already: %(moment)s.") % {"moment": moment(before.at, case.row.estate.zone)}
        )
    row = case.row
    people = [row.handler, row.accountable] if row.status in AT_WORK else [row.first_receiver]
    told = case.notify(people, "reminded", from_person=by.pk)
    if not told:
        raise Refused(_("Nobody but you holds this case: there is nobody to remind."))
    case.record("reminded", note, told=[person.pk for person in told])
    return case.commit()
