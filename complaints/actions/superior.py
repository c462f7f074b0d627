"""A superior decides 请上级决定, for a customer who insists (W12, K10): asked, passed up, decided.

First what we can do is said politely; when the customer insists all the same, the supervisor decides, after
him the property manager, each within a working day. Nobody sends the customer to them: the first receiver
tells him what was decided, in the superior's words.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from complaints.actions.clock_rows import calendar_of
from complaints.actions.unit_of_work import UnitOfWork
from complaints.decisions import SUPERIOR, fault_in_passing_up, fault_in_taking_back
from complaints.models import Complaint, SetAside, SuperiorRequest
from complaints.policy import ClockKind
from complaints.sweep import left_out, set_aside
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

logger = logging.getLogger(__name__)

State = SuperiorRequest.State
BATCH = 200
#: The message that asks a superior.
ASKED = "superior_asked"
#: The clocks that run while one is asked.
CLOCKS = (ClockKind.SUPERVISOR_ASKED, ClockKind.MANAGER_ASKED)
#: Entries by which the customer was told something.
TOLD = frozenset({"answered", "replied"})


@transaction.atomic
def ask_superior(complaint: Complaint, *, note: str, offers: str, by: User, at: datetime) -> Complaint:
    """The customer insists: `note` is what he asks, `offers` what we can do.

    Put to the supervisor; where he asks himself, is away or is complained about, to who stands in for him or
    the next one up (domain.md 1).
    """
    case = UnitOfWork(complaint, "ask_superior", by=by, at=at, note=note)
    if not offers.strip():
        raise Refused(_("Say what we can do for the customer."), field="offers")
    row = SuperiorRequest(
        complaint=case.row, asks=note.strip(), offers=offers.strip(), asked_by=by, asked_at=at
    )
    _put(case, row, Role.SUPERVISOR, "superior_asked", f"{note.strip()}\n{offers.strip()}")
    return case.commit()


@transaction.atomic
def decide_superior(
    request: SuperiorRequest,
    *,
    outcome: str,
    note: str,
    comment: str = "",
    phrase_reason: str = "",
    by: User,
    at: datetime,
) -> SuperiorRequest:
    """Granted, in part or not; `note` are the words for the customer, `comment` the reason, for us alone."""
    case, row = _held(request, by, at, phrase_reason)
    if fault := SUPERIOR.refusal(row, case.roles, by.pk, besides=returned(row)):
        raise fault
    if outcome not in SuperiorRequest.DECIDED:
        raise Refused(_("Choose one."), field="outcome")
    if not note.strip():
        raise Refused(_("Write the words for the customer."), field="note")
    row.state, row.answer, row.comment = outcome, note.strip(), comment.strip()
    row.decided_by, row.decided_at = by, at
    _save(row, case)
    case.record("superior_decided", note, superior=outcome, role=row.approver_role)
    case.apply_clocks("superior_answered")
    _settle(case, row)
    people = [row.asked_by, case.row.first_receiver, case.row.handler]
    case.notify(people, "superior_decided", superior=outcome, superior_request=row.pk)
    case.commit()
    return row


@transaction.atomic
def pass_up(request: SuperiorRequest, *, opinion: str, by: User, at: datetime) -> SuperiorRequest:
    """The supervisor puts it to the property manager, with his opinion."""
    case, row = _held(request, by, at)
    if fault := SUPERIOR.refusal(row, case.roles, by.pk) or fault_in_passing_up(row, case.roles):
        raise fault
    if not opinion.strip():
        raise Refused(_("Write your opinion."), field="opinion")
    row.opinion = opinion.strip()
    _up(case, row, by, opinion)
    case.commit()
    return row


@transaction.atomic
def withdraw_superior(
    request: SuperiorRequest, *, comment: str = "", by: User, at: datetime
) -> SuperiorRequest:
    """Whoever asked takes it back: the customer agrees after all."""
    case, row = _held(request, by, at)
    if fault := fault_in_taking_back(row, by.pk):
        raise fault
    row.comment = comment.strip()
    _end(case, row, State.WITHDRAWN, comment)
    case.apply_clocks("superior_answered")
    case.commit()
    return row


def follow(case: UnitOfWork) -> None:
    """With the case the question is over; a superior complained about is asked no more; and once the
    customer was answered, nobody has to tell him of the decision any more."""
    asks = [*case.running, *(clock.kind for clock in case.stopped)]
    if any(kind in CLOCKS for kind in asks) and not case.row.is_open:
        for row in _waiting(case):
            _end(case, row, State.LAPSED)
    elif "respondent_named" in case.recorded_kinds and any(kind in CLOCKS for kind in case.running):
        for row in _waiting(case):
            _look_again(case, row)
    if TOLD & case.recorded_kinds:
        decided = case.row.superior_requests.filter(state__in=SuperiorRequest.DECIDED, told_at=None)
        for row in decided.filter(decided_at__lte=case.recorded_at).order_by("pk"):
            row.told_at = max(case.at, row.decided_at or case.at)
            _save(row, case)


# Up by itself --------------------------------------------------------------------------------------


def climb_due(now: datetime) -> int:
    """What the supervisor has not decided in his time is put to the property manager; how many.

    The level has fired before: who is told of it was told. Each case in a transaction of its own; the time
    of the next superior begins where that of the former has ended, however late it is written.
    """
    late = SuperiorRequest.objects.filter(
        state=State.WAITING,
        approver_role=Role.SUPERVISOR,
        complaint__clocks__kind=ClockKind.SUPERVISOR_ASKED,
        complaint__clocks__stopped_at=None,
        complaint__clocks__breached_at__isnull=False,
    ).exclude(complaint__in=left_out(SetAside.Job.SUPERIOR, now))
    done = 0
    for pk, case in list(late.order_by("asked_at", "pk").values_list("pk", "complaint")[:BATCH]):
        try:
            done += _climb(pk, case, now)
        except OperationalError:  # the database's trouble is no case's fault
            raise
        except Exception as error:  # shown until it is mended; the others must not wait for it
            logger.exception("what a customer of case %s insists on could not be put further up", case)
            set_aside(case, SetAside.Job.SUPERIOR, error, now)
    return done


@transaction.atomic(durable=True)
def _climb(pk: int, complaint: int, now: datetime) -> int:
    free = Complaint.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = free.filter(pk=complaint).first()
    if found is None:
        return 0
    case = UnitOfWork(found, None, by=None, at=now)
    row = next((one for one in _waiting(case) if one.pk == pk), None)
    clock = case.running.get(ClockKind.SUPERVISOR_ASKED)
    if row is None or clock is None or clock.breached_at is None:
        return 0
    _up(case, row, None, start=clock.due_at)
    case.commit()
    SetAside.objects.filter(complaint=complaint, job=SetAside.Job.SUPERIOR).delete()
    return 1


def _up(
    case: UnitOfWork, row: SuperiorRequest, by: User | None, note: str = "", *, start: datetime | None = None
) -> None:
    """One step up: passed by a person, or because the time is over."""
    row.passed_by, row.passed_at = by, start or case.at
    _settle(case, row)
    _put(case, row, Role.PROPERTY_MANAGER, "superior_passed" if by else "superior_climbed", note, start=start)
    case.notify(
        [row.asked_by, case.row.first_receiver], "superior_moved", even_himself=False,
        role=row.approver_role, decide_by_at=_due(case).isoformat(),
    )  # fmt: skip


def _look_again(case: UnitOfWork, row: SuperiorRequest) -> None:
    """Who is asked may be complained about by now: then his deputy is, or the next one up."""
    before = Role(row.approver_role)
    role, people = _reached(case, row, before)
    if role != before and role is not None:
        _settle(case, row)
        row.passed_at = case.at
        _put(case, row, role, "superior_passed_over")
    else:
        _ask(case, row, people)


# Rows ----------------------------------------------------------------------------------------------


def _put(
    case: UnitOfWork,
    row: SuperiorRequest,
    first: Role,
    kind: str,
    note: str = "",
    *,
    start: datetime | None = None,
) -> None:
    """Put it to `first` or who is reached for him: the row, its clock, the entry, the message."""
    role, people = _reached(case, row, first)
    row.approver_role = role or first
    _save(row, case)
    # A working day is one of the estate's own calendar, whatever else counts by it.
    case.calendar = calendar_of(case.row.estate, case.policy, holidays=True)
    if row.approver_role == Role.SUPERVISOR:
        case.apply_clocks("supervisor_asked", start=start)
    else:
        case.apply_clocks("manager_asked", start=start)
    by_rule = kind in ("superior_climbed", "superior_passed_over")
    case.record(kind, note, by_rule=by_rule, role=row.approver_role, decide_by_at=_due(case).isoformat())
    _ask(case, row, people)


def _ask(case: UnitOfWork, row: SuperiorRequest, people: list[User]) -> None:
    said: dict[str, Any] = {"superior_request": row.pk, "decide_by_at": _due(case).isoformat()}
    case.notify_approvers(Role(row.approver_role), people, row.asked_by_id, ASKED, **said)


def _reached(case: UnitOfWork, row: SuperiorRequest, role: Role) -> tuple[Role | None, list[User]]:
    """Who decides for `role` on what `row` asks, and as which role; never whoever asks."""
    barred = {*case.barred, *case.readers.without_access, *SUPERIOR.involved(row)}
    return case.stand_ins.reach(role, case.row.estate_id, department=case.row.department_id, barred=barred)


def _due(case: UnitOfWork) -> datetime:
    return next(case.running[kind].due_at for kind in CLOCKS if kind in case.running)


def returned(row: SuperiorRequest) -> Role | None:
    """The property manager is back: what went past him is his again."""
    return Role.PROPERTY_MANAGER if row.approver_role == Role.GENERAL_MANAGER else None


def _end(case: UnitOfWork, row: SuperiorRequest, state: str, note: str = "") -> None:
    row.state = state
    _save(row, case)
    lapsed = state == State.LAPSED
    case.record("superior_lapsed" if lapsed else "superior_withdrawn", note, by_rule=lapsed)
    asked = _reached(case, row, Role(row.approver_role))[1]
    case.notify([*asked, *([row.asked_by] if lapsed else [])], "superior_over", superior_request=row.pk)
    _settle(case, row)


def _waiting(case: UnitOfWork) -> list[SuperiorRequest]:
    rows = case.row.superior_requests.filter(state=State.WAITING).select_related("asked_by")
    found = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    for row in found:
        row.complaint = case.row
    return found


def _held(
    request: SuperiorRequest, by: User, at: datetime, phrase_reason: str = ""
) -> tuple[UnitOfWork, SuperiorRequest]:
    """The case and the request, both locked."""
    case = UnitOfWork(request.complaint, None, by=by, at=at, phrase_reason=phrase_reason)
    rows = SuperiorRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("asked_by")
    row = rows.get(pk=request.pk)
    row.complaint = case.row
    return case, row


def _save(row: SuperiorRequest, case: UnitOfWork) -> None:
    row._history_user, row._history_date = case.by, case.recorded_at
    row.save()


def _settle(case: UnitOfWork, row: SuperiorRequest) -> None:
    """Whoever was asked need not decide any more."""
    case.settle(Role(row.approver_role), ASKED, superior_request=row.pk)
