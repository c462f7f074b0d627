"""From the record to the reply: what desk, handler and supervisor do with an open case (domain.md 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.arguments import check_method, done_earlier
from complaints.actions.causes import settle_cause
from complaints.actions.collective import reply_to_members
from complaints.actions.extensions import readdress_requests
from complaints.actions.files import take
from complaints.actions.limits import regrade_clocks, set_limits
from complaints.actions.notice_grade import lifted, record_lifted
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.validity import overrule, uphold
from complaints.actions.visibility import roles_on
from complaints.models import Attachment, Category, Cause, Complaint
from complaints.moves import MOVES, check_person
from complaints.policy import Severity
from complaints.statuses import CaseRole, Status
from config.framework.refusals import Refused
from staff.models import Department, User
from staff.roles import BYSTANDERS, Role

Validity = Complaint.Validity


@transaction.atomic
def record(complaint: Complaint, *, by: User, at: datetime) -> Complaint:
    """The content was read back to the customer, who confirmed it."""
    case = UnitOfWork(complaint, "record", by=by, at=at)
    case.set(status=Status.RECORDED)
    case.record("recorded")
    return case.commit()


@transaction.atomic
def classify(
    complaint: Complaint,
    *,
    severity: str,
    category: Category | None,
    handler: User,
    department: Department | None = None,
    reason: str = "",
    opinion: str = "",
    by: User,
    at: datetime,
) -> Complaint:
    """Decide severity and category, name the handler. The first classification sets limits freely;
    in a later cycle a changed severity is a re-grading and needs its reason (domain.md 4).

    `opinion`: the department's, from whoever names himself the handler; it may follow (`give_opinion`).
    """
    case = UnitOfWork(complaint, "classify", by=by, at=at)
    if severity not in Severity.values:
        raise Refused(_("Choose a severity."), field="severity")
    category = category or case.row.category
    if category is None:
        raise Refused(_("Choose a category."), field="category")
    first = "classified" not in case.past
    if not first and severity != case.row.severity:
        check_person("regrade", case.roles, field="severity")
        if not reason.strip():
            raise Refused(_("Say why the severity changes."), field="reason")
    asked, severity = severity, lifted(case.row, severity)
    before = case.row.severity
    case.set(status=Status.CLASSIFIED, severity=severity, category=category)
    if not case.row.invalid_proposed_by_id:
        uphold(case)
    elif case.roles & MOVES["reject_invalid"].who:  # else the work begins, and the supervisor still judges
        overrule(case)
        case.record("invalid_rejected")
    _place_work(case, handler, department)
    if first:
        set_limits(case)
    elif severity != before:
        regrade_clocks(case, Severity(before))
    readdress_requests(case)
    case.record("classified", reason, severity=asked, category=category.pk)
    record_lifted(case, asked)
    _deliver(case, opinion)
    return case.commit()


def _place_work(case: UnitOfWork, handler: User, department: Department | None) -> None:
    """Name the handler and with him the department and its accountable head."""
    if not handler.is_active:
        raise Refused(_("%(name)s no longer works here.") % {"name": handler}, field="handler")
    if handler.pk in case.barred:
        raise Refused(
            _("%(name)s is named in this complaint and cannot handle it.") % {"name": handler},
            field="handler",
        )
    # Whoever has no part here but a department serves at headquarters, and so every estate.
    held = case.stand_ins.permissions_of(handler)
    if not roles_on(case.row, held).union(*held.departments.values()) - BYSTANDERS - {CaseRole.CONTRACTOR}:
        raise Refused(_("%(name)s does not work for this estate.") % {"name": handler}, field="handler")
    if held.is_contractor and (department is None or department.pk not in held.outside):
        # He reads the case as one of his firm's only.
        department = Department.objects.filter(pk__in=held.outside).order_by("pk").first()
    if CaseRole.CONTRACTOR in case.roles and (department is None or department.pk not in held.outside):
        raise Refused(_("A contractor gives its work to its own people only."), field="handler")
    case.row.department = department
    case.set(
        handler=handler,
        department=department,
        accountable=next(iter(case.reach(Role.DEPARTMENT_HEAD, outside=True)), None),
    )


def _deliver(case: UnitOfWork, opinion: str = "", *, in_bulk: bool = False) -> None:
    """The work goes to the handler; whoever hands himself the work has accepted it.

    `in_bulk`: one message tells him of all cases.
    """
    handler = case.row.handler
    if handler is None or handler == case.by:
        _take_on(case, opinion)
        return
    if opinion.strip():
        raise Refused(
            _("%(name)s writes the department's opinion when accepting; leave it empty.") % {"name": handler},
            field="opinion",
        )
    case.apply_clocks("delivery")
    case.record("delivered", owner_sees=True, person=handler.pk)
    if not in_bulk:
        case.notify([handler], "delivered")


@transaction.atomic
def reassign(
    complaint: Complaint,
    *,
    handler: User,
    department: Department | None = None,
    note: str = "",
    opinion: str = "",
    by: User,
    at: datetime,
    in_bulk: bool = False,
) -> Complaint:
    """Another handler; the first receiver stays responsible (D7). `opinion`: as in `classify`."""
    case = UnitOfWork(complaint, "reassign", by=by, at=at, note=note)
    if handler == case.row.handler:
        raise Refused(_("%(name)s is already the handler.") % {"name": handler}, field="handler")
    before = case.row.handler
    _place_work(case, handler, department or case.row.department)
    case.set(status=Status.CLASSIFIED)
    case.record("reassigned", note, from_person=before.pk if before else None, person=handler.pk)
    if not in_bulk:
        case.notify([before], "taken_over", person=handler.pk)
    _deliver(case, opinion, in_bulk=in_bulk)
    return case.commit()


@transaction.atomic
def accept(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """The handler (or his department's head for him) takes the work on 接单.

    `note` is the department's written opinion 责任部门意见 (T32): what it finds and will do, by when.
    """
    case = UnitOfWork(complaint, "accept", by=by, at=at, note=note)
    _take_on(case, note)
    return case.commit()


def _take_on(case: UnitOfWork, opinion: str) -> None:
    """The work is accepted, by the handler or by whoever hands it to himself; the opinion may follow."""
    case.set(status=Status.ACTING)
    case.apply_clocks("accept")
    case.record("accepted", owner_sees=True)
    if opinion.strip():
        _write_opinion(case, opinion)


@transaction.atomic
def give_opinion(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """The opinion of a department that took the work without one, or another in its place.

    The earlier words stay in the timeline.
    """
    case = UnitOfWork(complaint, "opinion", by=by, at=at, note=note)
    _write_opinion(case, note)
    return case.commit()


def _write_opinion(case: UnitOfWork, words: str) -> None:
    """On the case, for colleagues alone: the customer hears of it in an answer."""
    case.set_cycle(department_opinion=words.strip(), opinion_by=case.by, opinion_at=case.at)
    case.record("opinion_given", words)


@transaction.atomic
def send_back(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """Not mine 退回, with the reason; the desk names another handler, in a fresh delivery time."""
    case = UnitOfWork(complaint, "return", by=by, at=at, note=note)
    before = case.row.handler
    case.set(status=Status.RECORDED, handler=None)
    case.record("returned", note, person=before.pk if before else None)
    case.notify([case.row.first_receiver, *case.reach(Role.SUPERVISOR)], "returned")
    return case.commit()


@transaction.atomic
def act(
    complaint: Complaint,
    *,
    note: str,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    owner_sees: bool = False,
    files: tuple[Attachment, ...] = (),
    phrase_reason: str = "",
) -> Complaint:
    """One thing that was done, dated, with its photos; `done_at` when it was not now.

    `owner_sees`: the entry and its photos.
    """
    case = done_earlier(
        complaint, "act", note=note, by=by, at=at, done_at=done_at, phrase_reason=phrase_reason
    )
    take(case.row, files, owner_sees=owner_sees)
    case.record("acted", note, owner_sees=owner_sees)
    return case.commit()


@transaction.atomic
def answer(
    complaint: Complaint,
    *,
    note: str,
    method: str,
    by: User,
    at: datetime,
    clear: bool = False,
    promised_at: datetime | None = None,
    done_at: datetime | None = None,
    phrase_reason: str = "",
) -> Complaint:
    """What will be done and by when 答复; `clear` makes it the clear answer of T3. Not the final reply."""
    case = done_earlier(
        complaint, "answer", note=note, by=by, at=at, done_at=done_at, phrase_reason=phrase_reason
    )
    check_method(method)
    _check_cycle(case)
    case.check_began("answer", *(["clear_answer"] if clear else []))
    if clear:
        case.apply_clocks("clear_answer")
    if promised_at:
        if promised_at <= at:
            raise Refused(_("The promised time must lie in the future."), field="promised_at")
        case.set(promised_at=promised_at)
    promise: dict[str, Any] = {"promised_at": promised_at.isoformat()} if promised_at else {}
    case.record("answered", note, owner_sees=True, method=method, clear=clear, **promise)
    return case.commit()


@transaction.atomic
def handle(
    complaint: Complaint,
    *,
    note: str,
    evidence: str = "",
    files: tuple[Attachment, ...] = (),
    cause: Cause | None = None,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
) -> Complaint:
    """The matter is done 处理完毕, with result and evidence. A repair that is arranged is not handled.

    `cause`: needed from a severity on, unless it is known already (`causes`).
    """
    case = done_earlier(complaint, "handle", note=note, by=by, at=at, done_at=done_at)
    _check_cycle(case)
    shown = case.row.attachments.filter(is_evidence=True, uploaded_at__gte=case.cycle.started_at)
    if not evidence.strip() and not files and not shown.exists():
        raise Refused(
            _("Say how the result can be seen (photo, signature, measurement), or add a photo."),
            field="evidence",
        )
    settle_cause(case, cause)
    take(case.row, files, is_evidence=True)
    if case.row.invalid_proposed_by_id:  # what has been done needs no judgement any more
        overrule(case)
        case.record("judgement_overtaken")
    case.set(status=Status.HANDLED)
    case.set_cycle(
        handled_at=case.at, handled_by=case.row.handler, result=note.strip(), evidence=evidence.strip()
    )
    case.record("handled", note, owner_sees=True)
    case.notify([case.row.first_receiver], "handled")
    return case.commit()


def _check_cycle(case: UnitOfWork) -> None:
    if case.at < case.cycle.started_at:
        raise Refused(_("That lies before the customer complained again."), field="done_at")


@transaction.atomic
def reply(
    complaint: Complaint,
    *,
    note: str,
    method: str,
    accepted: bool | None = None,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    phrase_reason: str = "",
) -> Complaint:
    """The customer was told the result: when, by whom, how, in what words."""
    case = done_earlier(
        complaint, "reply", note=note, by=by, at=at, done_at=done_at, phrase_reason=phrase_reason
    )
    check_method(method)
    if case.cycle.handled_at and case.at < case.cycle.handled_at:
        raise Refused(_("That lies before the matter was handled."), field="done_at")
    case.set(status=Status.REPLIED)
    case.set_cycle(
        replied_at=case.at, replied_by=by, reply_method=method, reply=note.strip(), accepted=accepted
    )
    case.record("replied", note, owner_sees=True, method=method, accepted=accepted)
    reply_to_members(case, note)
    return case.commit()
