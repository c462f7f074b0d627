"""A yes by word of mouth 口头批准: it counts once whoever said it confirms it in 24 hours (domain.md 5)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.extensions import grant, locked, may_decide, time_to_grant, to_grant
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Extension
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import User


@transaction.atomic
def note_oral_approval(
    extension: Extension, *, said_by: User, said_at: datetime, by: User, at: datetime
) -> Extension:
    """An approver said yes to what was asked: to be confirmed by him within 24 hours, else it is none."""
    case = UnitOfWork(extension.complaint, "note_oral_approval", by=by, at=at)
    request = locked(extension)
    if said_at > at or said_at < request.requested_at:
        raise Refused(_("The approval lies between the request and now."), field="said_at")
    confirm_by = said_at + case.policy.oral_window
    if confirm_by <= at:
        raise Refused(_("The time for confirming it has passed; it counts as none."), field="said_at")
    if not (may_decide(request, said_by, said_at) and may_decide(request, said_by, at)):
        raise WrongPerson(_("%(name)s cannot approve this request.") % {"name": said_by}, field="said_by")
    request.oral_by, request.oral_at, request.confirm_by = said_by, said_at, confirm_by
    request._history_user = by
    request.save(update_fields=["oral_by", "oral_at", "confirm_by"])
    case.record(
        "oral_approval", clock=request.clock.kind, person=said_by.pk,
        said_at=said_at.isoformat(), confirm_by_at=confirm_by.isoformat(),
    )  # fmt: skip
    case.notify(
        [said_by], "oral_approval", even_absent=True, extension=request.pk,
        confirm_by_at=confirm_by.isoformat(),
    )  # fmt: skip
    case.commit()
    return request


@transaction.atomic
def confirm_oral_approval(
    extension: Extension,
    *,
    by: User,
    at: datetime,
    granted_due_at: datetime | None = None,
    comment: str = "",
) -> Extension:
    """The approver confirms what he said; it counts from the moment he said it.

    Where the time asked for has passed meanwhile he names another one: then the yes covered the time up
    to what was asked, which was missed, and not what lay before it.
    """
    request, case, clock = to_grant(extension, by, at)
    if request.oral_by != by or request.oral_at is None or request.confirm_by is None:
        raise WrongPerson(_("Only the one who said yes can confirm it."))
    if at > request.confirm_by:
        raise Refused(_("The time for confirming has passed; the oral approval counts as none. Decide anew."))
    until = time_to_grant(request, clock, granted_due_at, at)
    missed = request.asked_due_at if request.asked_due_at <= at else None
    grant(case, request, clock, until, comment, said_at=request.oral_at, missed=missed, oral=True)
    return request


def is_to_confirm(request: Extension, person: User, at: datetime) -> bool:
    """Whether a yes of this person waits for his confirmation at `at`."""
    return request.oral_by_id == person.pk and request.confirm_by is not None and at <= request.confirm_by
