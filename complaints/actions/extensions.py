"""Overtime is allowed only with approval 延期审批, and the customer is told first (domain.md 5).

How far a grant reaches is in `reach`, a yes by word of mouth in `oral`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.extension_reach import fault_in_asked, fault_in_new_due
from complaints.actions.files import attach_uploads
from complaints.actions.lapsed_requests import ASKED_FOR_TIME
from complaints.actions.reminders import first_reminder
from complaints.actions.row_conditions import fault_in_clock
from complaints.actions.speaker import check_voice
from complaints.actions.told_first import ToldFirst
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.vocabulary import extension_reasons
from complaints.clocks import Timing, levels
from complaints.decisions import EXTENSION, fault_in_withdrawal
from complaints.models import Attachment, Clock, Complaint, Extension, ExtensionReason
from complaints.policy import ClockKind, Policy
from complaints.worktime import Limit
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns

State = Extension.State


@transaction.atomic
def ask_extension(
    complaint: Complaint,
    *,
    clock: str,
    reason: str,
    note: str,
    new_due_at: datetime,
    customer_told_at: datetime | None = None,
    customer_told_method: str = "",
    text_now: bool = False,
    not_told_because: str = "",
    promised_at: datetime | None = None,
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
) -> Extension:
    """Ask for more time on one running clock. The clock runs on until somebody approves.

    `reason` is the code of a reason in use. The customer is told first: when and how, or by a text message
    that goes out with the request (`text_now`), or why not. Without a `promised_at`, more time for the
    matter itself is promised once it is granted.
    """
    case = UnitOfWork(complaint, "ask_extension", by=by, at=at, note=note)
    running, why = _asked_for(case, clock, reason)
    if text_now:
        check_voice(case)
    told = ToldFirst(customer_told_at, customer_told_method, text_now, not_told_because, promised_at)
    for fault in told.faults(case.row, at):
        raise fault
    if fault_in_due := fault_in_new_due(running, new_due_at, at, case.row.estate, field="new_due_at"):
        raise fault_in_due
    role, people = _approvers(case, running, by)
    request = Extension(
        complaint=case.row,
        clock=running,
        requested_by=by,
        requested_at=at,
        reason=why,
        note=note.strip(),
        old_due_at=running.due_at,
        asked_due_at=new_due_at,
        **told.columns(at),
        promised_at=promised_at,
        approver_role=role or Role.GENERAL_MANAGER,
        remind_at=first_reminder(case, running),
    )
    request._history_user, request._history_date = by, at
    request.save()
    attach_uploads(case.row, files)
    case.record(
        "extension_requested", note, owner_sees=request.customer_told_at is not None, clock=clock,
        old_due_at=running.due_at.isoformat(), new_due_at=new_due_at.isoformat(),
        reason=[why.zh, why.en], role=request.approver_role, **told.params(new_due_at, at),
    )  # fmt: skip
    case.notify_approvers(
        Role(request.approver_role), people, by.pk, "extension_requested", extension=request.pk, clock=clock
    )
    case.commit()
    return request


def _asked_for(case: UnitOfWork, clock: str, reason: str) -> tuple[Clock, ExtensionReason]:
    """The running clock and the reason in use that a request names. Raises Refused."""
    running = case.running.get(ClockKind(clock)) if clock in ClockKind.values else None
    if running is None:
        raise Refused(_("This clock does not run."), field="clock")
    asked = running.extensions.filter(state=State.PENDING).values_list("clock", flat=True)
    if fault := fault_in_clock(running, asked):
        raise fault
    why = next((each for each in extension_reasons() if each.code == reason), None)
    if why is None:
        raise Refused(_("Choose a reason."), field="reason")
    return running, why


@transaction.atomic
def approve_extension(
    extension: Extension,
    *,
    by: User,
    at: datetime,
    granted_due_at: datetime | None = None,
    comment: str = "",
) -> Extension:
    """Approve what was asked 批准, or until another time 改批至: any within the cap, earlier or later.

    A request that waited longer than the time it asked for needs another time. Before the old due time:
    no breach, and the clock counts as on time with extension. After it: the breach stays.
    """
    request, case, clock = to_grant(extension, by, at)
    until = time_to_grant(request, clock, granted_due_at, at)
    grant(case, request, clock, until, comment, said_at=at)
    return request


@transaction.atomic
def decline_extension(extension: Extension, *, comment: str, by: User, at: datetime) -> Extension:
    """No, with the reason; the clock has been running all the time."""
    request, case = deciding(extension, by, at)
    if not comment.strip():
        raise Refused(_("Say why the request is declined."), field="comment")
    _close(case, request, State.DECLINED, comment)
    case.record("extension_declined", comment, clock=request.clock.kind, role=request.approver_role)
    case.notify(
        [request.requested_by, case.row.first_receiver, case.row.handler],
        "extension_declined",
        clock=request.clock.kind,
    )
    case.commit()
    return request


@transaction.atomic
def withdraw_extension(extension: Extension, *, by: User, at: datetime) -> Extension:
    """The one who asked takes the request back."""
    case = UnitOfWork(extension.complaint, "note", by=by, at=at)  # he may have lost the work meanwhile
    request = locked(extension)
    if fault := fault_in_withdrawal(request, by.pk):
        raise fault
    request.state, request.withdrawn_at = State.WITHDRAWN, at
    request._history_user, request._history_date = by, at
    request.save(update_fields=["state", "withdrawn_at"])
    case.settle(Role(request.approver_role), *ASKED_FOR_TIME, extension=request.pk)
    case.record("extension_withdrawn", clock=request.clock.kind)
    case.commit()
    return request


def to_grant(extension: Extension, by: User, at: datetime) -> tuple[Extension, UnitOfWork, Clock]:
    """A request that `by` may grant now, with its running clock."""
    request, case = deciding(extension, by, at)
    clock = case.running.get(ClockKind(request.clock.kind))
    if clock is None or clock.pk != request.clock_id:
        raise Refused(_("This clock has stopped; there is nothing left to extend."))
    if fault := fault_in_clock(clock, asked=()):
        raise fault
    return request, case, clock


def time_to_grant(request: Extension, clock: Clock, until: datetime | None, at: datetime) -> datetime:
    """What is granted: `until`, or None for what was asked. Raises why it cannot be."""
    estate = request.complaint.estate
    if until is None:
        fault = fault_in_asked(request, clock, at, estate)
    else:
        fault = fault_in_new_due(clock, until, at, estate, field="granted_due_at")
    if fault:
        raise fault
    return until or request.asked_due_at


def grant(
    case: UnitOfWork,
    request: Extension,
    clock: Clock,
    until: datetime,
    comment: str,
    *,
    said_at: datetime,
    missed: datetime | None = None,
    **extra: Any,
) -> None:
    """The clock runs until then, and whoever asked knows; the customer hears of it as a new promise.

    `said_at`: when it was allowed; `missed`: a due time that was missed all the same.
    """
    request.granted_due_at = until
    _close(case, request, State.APPROVED, comment)
    extend(case, clock, until, approved_at=said_at, missed=missed)
    promised = _promise(case, request, clock, until)
    if promised:
        case.set(promised_at=promised)
        extra["promised_at"] = promised.isoformat()
    case.record(
        _granted_as(request, until), comment,
        owner_sees=promised is not None, clock=clock.kind, old_due_at=request.old_due_at.isoformat(),
        new_due_at=until.isoformat(), reason=[request.reason.zh, request.reason.en],
        role=request.approver_role, **extra,
    )  # fmt: skip
    case.notify(
        [request.requested_by, case.row.first_receiver, case.row.handler],
        "extension_approved",
        clock=clock.kind,
        new_due_at=until.isoformat(),
    )
    case.commit()


def _granted_as(request: Extension, until: datetime) -> str:
    """The kind of the entry: as asked, for a shorter time, or for a longer one."""
    if until == request.asked_due_at:
        return "extension_approved"
    return "extension_shortened" if until < request.asked_due_at else "extension_lengthened"


def _promise(case: UnitOfWork, request: Extension, clock: Clock, until: datetime) -> datetime | None:
    """What the customer is promised from now on; None leaves what he was promised before.

    As the requester said, unless that has passed while the request waited; else more time for the matter
    itself, where it goes beyond that.
    """
    if request.promised_at:
        return min(request.promised_at, until) if request.promised_at > case.at else until
    before = case.row.promised_at
    return until if clock.kind == ClockKind.RESOLVE and (before is None or before < until) else None


def readdress_requests(case: UnitOfWork) -> None:
    """After a change of severity, waiting requests go to whoever allows overtime now."""
    for request in case.row.extensions.filter(state=State.PENDING).select_related(
        "clock__policy", "requested_by"
    ):
        role, people = _approvers(case, request.clock, request.requested_by)
        if role != request.approver_role:
            case.settle(Role(request.approver_role), *ASKED_FOR_TIME, extension=request.pk)
            request.approver_role = role or Role.GENERAL_MANAGER
            request._history_user, request._history_date = case.by, case.recorded_at
            request.save(update_fields=["approver_role"])
            case.notify_approvers(
                Role(request.approver_role), people, request.requested_by_id, "extension_requested",
                extension=request.pk, clock=request.clock.kind,
            )  # fmt: skip


def approvers(
    complaint: Complaint, policy: Policy, stand_ins: StandIns, *, barred: Collection[int]
) -> tuple[Role | None, list[User]]:
    """Who allows overtime of the case now, and as which role; `barred` are who asks and the respondents.

    By the severity it has now: the cap stays that of the clock's beginning, and who allows it does not.
    """
    return stand_ins.reach(
        policy.approver(complaint.effective_severity),
        complaint.estate_id,
        department=complaint.department_id,
        barred=barred,
    )


def _approvers(case: UnitOfWork, clock: Clock, requested_by: User) -> tuple[Role | None, list[User]]:
    """Who allows overtime of the clock (V1, V2, K4), never the one who asks."""
    barred = case.barred | {requested_by.pk}
    return approvers(case.row, clock.policy.policy, case.stand_ins, barred=barred)


def deciding(extension: Extension, by: User, at: datetime) -> tuple[Extension, UnitOfWork]:
    """A waiting request and its case, for somebody who may decide on it."""
    case = UnitOfWork(extension.complaint, "note", by=by, at=at)
    request = locked(extension)
    if fault := EXTENSION.refusal(request, case.roles, by.pk):
        raise fault
    return request, case


def locked(extension: Extension) -> Extension:
    return (
        Extension.objects.select_for_update(no_key=True, of=("self",))
        .select_related("clock", "requested_by", "complaint__estate", "reason")
        .get(pk=extension.pk)
    )


def _close(case: UnitOfWork, request: Extension, state: str, comment: str) -> None:
    """Decided: the approvers' lines about it count as read."""
    request.state, request.decided_by, request.decided_at = state, case.by, case.at
    request.comment = comment.strip()
    request._history_user, request._history_date = case.by, case.at
    request.save(update_fields=["state", "decided_by", "decided_at", "comment", "granted_due_at"])
    case.settle(Role(request.approver_role), *ASKED_FOR_TIME, extension=request.pk)


def extend(
    case: UnitOfWork,
    clock: Clock,
    new_due: datetime,
    *,
    approved_at: datetime,
    missed: datetime | None = None,
) -> None:
    """Move a clock's due time. Approved in time: no breach; after it, the breach stays (domain.md 5)."""
    limit = Limit.parse(clock.limit)
    when = Timing(new_due, limit, levels(limit, case.at, new_due, case.policy, case.calendar))
    breached_at = clock.breached_at
    if approved_at > clock.due_at:
        breached_at = breached_at or clock.due_at
    elif breached_at == clock.due_at:
        breached_at = None  # it was said in time and only confirmed later; earlier breaches stay
    case.revise(clock, when, extended=True, breached_at=breached_at or missed)
