"""Overtime is allowed only with approval 延期审批 (domain.md 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.hold import Hold
from complaints.actions.intake import attach_uploads
from complaints.actions.lapses import ASKED_FOR_TIME
from complaints.actions.parts import parts_of
from complaints.actions.reminders import first_reminder
from complaints.actions.vocabulary import extension_reasons
from complaints.clocks import Timing, levels, limit_in_words
from complaints.lifecycle import WrongPerson
from complaints.models import Attachment, Clock, Complaint, Extension, Respondent
from complaints.policy import ClockKind, Policy
from complaints.timewords import moment
from complaints.worktime import Calendar, Limit, due
from staff.authority import Authority, authority
from staff.directory import Directory
from staff.models import User
from staff.refusals import Refused
from staff.roles import Role, ladder

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
    promised_at: datetime | None = None,
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
) -> Extension:
    """Ask for more time on one running clock. The clock runs on until somebody approves.

    `reason` is the code of a reason in use; `customer_told_at` says whether and when he was told before.
    Without a `promised_at`, more time for the matter itself is promised once it is granted.
    """
    case = Hold(complaint, "ask_extension", by=by, at=at, note=note)
    running = case.running.get(ClockKind(clock)) if clock in ClockKind.values else None
    if running is None:
        raise Refused(_("This clock does not run."), field="clock")
    if not case.policy.extendable(ClockKind(clock)):
        raise Refused(_("This limit cannot be extended."), field="clock")
    why = next((each for each in extension_reasons() if each.code == reason), None)
    if why is None:
        raise Refused(_("Choose a reason."), field="reason")
    if running.extensions.filter(state=State.PENDING).exists():
        raise Refused(_("A request for this clock is already waiting for approval."))
    for fault in faults_in_times(promised_at, customer_told_at, at):
        raise fault
    _check_new_due(case, running, new_due_at, at, field="new_due_at")
    role, people = _approvers(case, by)
    request = Extension(
        complaint=case.row,
        clock=running,
        requested_by=by,
        requested_at=at,
        reason=why,
        note=note.strip(),
        old_due_at=running.due_at,
        asked_due_at=new_due_at,
        customer_told_at=customer_told_at,
        promised_at=promised_at,
        approver_role=role or Role.GENERAL_MANAGER,
        remind_at=first_reminder(case, running),
    )
    request._history_user, request._history_date = by, at
    request.save()
    attach_uploads(case.row, files)
    case.say(
        "extension_requested", note, clock=clock, old_due_at=running.due_at.isoformat(),
        new_due_at=new_due_at.isoformat(), reason=[why.zh, why.en], role=request.approver_role,
    )  # fmt: skip
    case.tell_approvers(
        Role(request.approver_role), people, by.pk, "extension_requested", extension=request.pk, clock=clock
    )
    case.keep()
    return request


@transaction.atomic
def approve_extension(
    extension: Extension,
    *,
    by: User,
    at: datetime,
    granted_due_at: datetime | None = None,
    comment: str = "",
) -> Extension:
    """Approve, or shorten by granting an earlier time than asked.

    Before the old due time: no breach, and the clock counts as on time with extension. After it:
    the breach stays.
    """
    request, case = _decide(extension, by, at)
    granted = granted_due_at or request.asked_due_at
    if granted > request.asked_due_at:
        raise Refused(_("Grant the time asked for or an earlier one."), field="granted_due_at")
    clock = _still_running(case, request)
    _check_new_due(case, clock, granted, at, field="granted_due_at")
    _grant(case, request, clock, granted, comment, said_at=at)
    return request


@transaction.atomic
def decline_extension(extension: Extension, *, comment: str, by: User, at: datetime) -> Extension:
    """No, with the reason; the clock has been running all the time."""
    request, case = _decide(extension, by, at)
    if not comment.strip():
        raise Refused(_("Say why the request is declined."), field="comment")
    _close(case, request, State.DECLINED, comment)
    case.say("extension_declined", comment, clock=request.clock.kind, role=request.approver_role)
    case.tell(
        [request.requested_by, case.row.first_receiver, case.row.handler],
        "extension_declined",
        clock=request.clock.kind,
    )
    case.keep()
    return request


@transaction.atomic
def withdraw_extension(extension: Extension, *, by: User, at: datetime) -> Extension:
    """The one who asked takes the request back."""
    case = Hold(extension.complaint, "note", by=by, at=at)  # he may have lost the work meanwhile
    request = _locked(extension)
    if request.requested_by != by:
        raise WrongPerson(_("Only the one who asked can withdraw a request."))
    request.state, request.withdrawn_at = State.WITHDRAWN, at
    request._history_user, request._history_date = by, at
    request.save(update_fields=["state", "withdrawn_at"])
    case.settle(Role(request.approver_role), *ASKED_FOR_TIME, extension=request.pk)
    case.say("extension_withdrawn", clock=request.clock.kind)
    case.keep()
    return request


@transaction.atomic
def note_oral_approval(
    extension: Extension, *, said_by: User, said_at: datetime, by: User, at: datetime
) -> Extension:
    """An approver said yes by word of mouth 口头批准: to be confirmed by him within 24 hours, else none."""
    case = Hold(extension.complaint, "ask_extension", by=by, at=at)
    request = _locked(extension)
    if said_at > at or said_at < request.requested_at:
        raise Refused(_("The approval lies between the request and now."), field="said_at")
    confirm_by = said_at + case.policy.oral_window
    if confirm_by <= at:
        raise Refused(_("The time for confirming it has passed; it counts as none."), field="said_at")
    if not (may_decide(request, said_by, said_at) and may_decide(request, said_by, at)):
        raise WrongPerson(_("%(name)s cannot approve this request.") % {"name": said_by}, field="said_by")
    request.oral_by, request.oral_at, request.confirm_by = said_by, said_at, confirm_by
    request._history_user, request._history_date = by, at
    request.save(update_fields=["oral_by", "oral_at", "confirm_by"])
    case.say(
        "oral_approval", clock=request.clock.kind, person=said_by.pk,
        said_at=said_at.isoformat(), confirm_by_at=confirm_by.isoformat(),
    )  # fmt: skip
    case.tell(
        [said_by], "oral_approval", even_absent=True, extension=request.pk,
        confirm_by_at=confirm_by.isoformat(),
    )  # fmt: skip
    case.keep()
    return request


@transaction.atomic
def confirm_oral_approval(extension: Extension, *, by: User, at: datetime, comment: str = "") -> Extension:
    """The approver confirms what he said; it counts from the moment he said it."""
    request, case = _decide(extension, by, at)
    if request.oral_by != by or request.oral_at is None or request.confirm_by is None:
        raise WrongPerson(_("Only the one who said yes can confirm it."))
    if at > request.confirm_by:
        raise Refused(_("The time for confirming has passed; the oral approval counts as none. Decide anew."))
    clock = _still_running(case, request)
    _check_new_due(case, clock, request.asked_due_at, request.oral_at)
    _grant(case, request, clock, request.asked_due_at, comment, said_at=request.oral_at, oral=True)
    return request


def _still_running(case: Hold, request: Extension) -> Clock:
    clock = case.running.get(ClockKind(request.clock.kind))
    if clock is None or clock.pk != request.clock_id:
        raise Refused(_("This clock has stopped; there is nothing left to extend."))
    return clock


def _grant(
    case: Hold,
    request: Extension,
    clock: Clock,
    until: datetime,
    comment: str,
    *,
    said_at: datetime,
    **extra: Any,
) -> None:
    """The clock runs until then, and whoever asked knows; the customer hears of it as a new promise."""
    request.granted_due_at = until
    _close(case, request, State.APPROVED, comment)
    extend(case, clock, until, approved_at=said_at)
    promised = _promise(case, request, clock, until)
    if promised:
        case.set(promised_at=promised)
        extra["promised_at"] = promised.isoformat()
    case.say(
        "extension_shortened" if until < request.asked_due_at else "extension_approved", comment,
        owner_sees=promised is not None, clock=clock.kind, old_due_at=request.old_due_at.isoformat(),
        new_due_at=until.isoformat(), reason=[request.reason.zh, request.reason.en],
        role=request.approver_role, **extra,
    )  # fmt: skip
    case.tell(
        [request.requested_by, case.row.first_receiver, case.row.handler],
        "extension_approved",
        clock=clock.kind,
        new_due_at=until.isoformat(),
    )
    case.keep()


def _promise(case: Hold, request: Extension, clock: Clock, until: datetime) -> datetime | None:
    """What the customer is promised from now on; None leaves what he was promised before.

    As the requester said; else more time for the matter itself, where it goes beyond that.
    """
    if request.promised_at:
        return min(request.promised_at, until)
    before = case.row.promised_at
    return until if clock.kind == ClockKind.RESOLVE and (before is None or before < until) else None


def may_decide(request: Extension, person: User, at: datetime) -> bool:
    """Whether the person is an approver of the request at `at`."""
    return is_approver(request, authority(person, at), request.complaint.respondents.all())


def is_approver(request: Extension, held: Authority, about: Iterable[Respondent]) -> bool:
    """Holder of the approver's role or of one above, not the one who asked, not one complained about."""
    above = set(ladder(Role(request.approver_role)))
    barred = {request.requested_by_id, *(respondent.user_id for respondent in about)}
    return bool(parts_of(request.complaint, held) & above) and held.user.pk not in barred


def readdress_requests(case: Hold) -> None:
    """After a change of severity, waiting requests go to whoever allows overtime now."""
    for request in case.row.extensions.filter(state=State.PENDING).select_related("clock", "requested_by"):
        role, people = _approvers(case, request.requested_by)
        if role != request.approver_role:
            case.settle(Role(request.approver_role), *ASKED_FOR_TIME, extension=request.pk)
            request.approver_role = role or Role.GENERAL_MANAGER
            request._history_user, request._history_date = case.by, case.recorded_at
            request.save(update_fields=["approver_role"])
            case.tell_approvers(
                Role(request.approver_role), people, request.requested_by_id, "extension_requested",
                extension=request.pk, clock=request.clock.kind,
            )  # fmt: skip


def approvers(
    complaint: Complaint, policy: Policy, directory: Directory, *, barred: Collection[int]
) -> tuple[Role | None, list[User]]:
    """Who allows overtime of the case now, and as which role; `barred` are who asks and the respondents."""
    return directory.reach(
        policy.approver(complaint.effective_severity),
        complaint.estate_id,
        department=complaint.department_id,
        barred=barred,
    )


def latest_due(clock: Clock, cap: Limit, calendar: Calendar) -> datetime:
    """How far one extension of a running clock reaches."""
    return due(max(clock.due_at, clock.started_at), cap, calendar)


def _approvers(case: Hold, requested_by: User) -> tuple[Role | None, list[User]]:
    """Who allows overtime of the case (V1, V2, K4), never the one who asks."""
    return approvers(case.row, case.policy, case.directory, barred=case.barred | {requested_by.pk})


def _decide(extension: Extension, by: User, at: datetime) -> tuple[Extension, Hold]:
    case = Hold(extension.complaint, "note", by=by, at=at)
    request = _locked(extension)
    if request.requested_by_id == by.pk:
        raise WrongPerson(_("Whoever asks for more time cannot decide on it."))
    if not may_decide(request, by, at):
        raise WrongPerson(_("This is decided by: %(role)s.") % {"role": Role(request.approver_role).label})
    return request, case


def _locked(extension: Extension) -> Extension:
    request = (
        Extension.objects.select_for_update(no_key=True, of=("self",))
        .select_related("clock", "requested_by", "complaint__estate", "reason")
        .get(pk=extension.pk)
    )
    if request.state != State.PENDING:
        raise Refused(_("This request is already “%(state)s”.") % {"state": request.get_state_display()})
    return request


def _close(case: Hold, request: Extension, state: str, comment: str) -> None:
    """Decided: the approvers' lines about it count as read."""
    request.state, request.decided_by, request.decided_at = state, case.by, case.at
    request.comment = comment.strip()
    request._history_user, request._history_date = case.by, case.at
    request.save(update_fields=["state", "decided_by", "decided_at", "comment", "granted_due_at"])
    case.settle(Role(request.approver_role), *ASKED_FOR_TIME, extension=request.pk)


def extend(case: Hold, clock: Clock, new_due: datetime, *, approved_at: datetime) -> None:
    """Move a clock's due time. Approved in time: no breach; after it, the breach stays (domain.md 5)."""
    limit = Limit.parse(clock.limit)
    when = Timing(new_due, limit, levels(limit, case.at, new_due, case.policy, case.calendar))
    breached_at = clock.breached_at
    if approved_at > clock.due_at:
        breached_at = breached_at or clock.due_at
    elif breached_at == clock.due_at:
        breached_at = None  # it was said in time and only confirmed later; earlier breaches stay
    case.revise(clock, when, extended=True, breached_at=breached_at)


def faults_in_times(
    promised_at: datetime | None, customer_told_at: datetime | None, at: datetime
) -> Iterator[Refused]:
    """Everything wrong with what was said to the customer; a form says it all at once."""
    if promised_at and promised_at <= at:
        yield Refused(_("The promised time must lie in the future."), field="promised_at")
    if customer_told_at and customer_told_at > at:
        yield Refused(_("The customer cannot have been told in the future."), field="customer_told_at")


def _check_new_due(
    case: Hold, clock: Clock, new_due: datetime, at: datetime, *, field: str | None = None
) -> None:
    """`at`: when more time was asked for or allowed."""
    cap = case.policy.cap(case.row.effective_severity)
    latest = latest_due(clock, cap, case.calendar)
    if fault := fault_in_new_due(clock, new_due, at, cap, latest, case.row.estate.zone, field=field):
        raise fault


def fault_in_new_due(
    clock: Clock,
    new_due: datetime,
    at: datetime,
    cap: Limit,
    latest: datetime,
    zone: ZoneInfo,
    *,
    field: str | None = None,
) -> Refused | None:
    """Why the clock cannot be extended to `new_due`; `latest` is how far `cap` reaches."""
    if new_due <= at:
        return Refused(_("The new due time must lie in the future."), field=field)
    if new_due <= clock.due_at:
        return Refused(
            _("The new due time must lie after the present one, %(due)s.")
            % {"due": moment(clock.due_at, zone)},
            field=field,
        )
    if new_due > latest:
        return Refused(
            _("One extension reaches at most %(limit)s beyond the present due time: until %(latest)s.")
            % {"limit": limit_in_words(cap), "latest": moment(latest, zone)},
            field=field,
        )
    return None
