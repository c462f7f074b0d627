"""A yes by word of mouth 口头批准: it counts once whoever said it confirms it in 24 hours (domain.md 5)."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.extensions import grant, locked, time_to_grant, to_grant
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on
from complaints.decisions import EXTENSION, fault_in_confirming
from complaints.models import Extension
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions, permissions_of


@transaction.atomic
def note_oral_approval(
    extension: Extension, *, said_by: User, said_at: datetime, by: User, at: datetime
) -> Extension:
    """An approver said yes to what was asked: to be confirmed by him within 24 hours, else it is none."""
    case = UnitOfWork(extension.complaint, "note_oral_approval", by=by, at=at)
    request = locked(extension)
    if request.state != EXTENSION.waits:
        raise EXTENSION.over(request)
    if said_at > at or said_at < request.requested_at:
        raise Refused(_("The approval lies between the request and now."), field="said_at")
    confirm_by = said_at + case.policy.oral_window
    if confirm_by <= at:
        raise Refused(_("The time for confirming it has passed; it counts as none."), field="said_at")
    then, today = permissions_of(said_by, said_at), case.stand_ins.permissions_of(said_by)
    if said_by.pk in case.barred or not (may_say(request, then) and may_say(request, today)):
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
    if fault := fault_in_confirming(request, by.pk, at):
        raise fault
    until = time_to_grant(request, clock, granted_due_at, at)
    missed = request.asked_due_at if request.asked_due_at <= at else None
    said_at = cast("datetime", request.oral_at)  # there is a yes of his to confirm
    grant(case, request, clock, until, comment, said_at=said_at, missed=missed, oral=True)
    return request


def may_say(request: Extension, person: Permissions) -> bool:
    """Whether a yes of his counts: he could decide on it himself. Who is complained about never can."""
    return EXTENSION.refusal(request, roles_on(request.complaint, person), person.user.pk) is None
