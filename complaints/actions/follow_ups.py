"""Follow-ups 跟进事项: each new opinion with its department and time, what was done and told (F3, W10).

Each has a clock of its own, begun when it was raised, that stops when it is done and the customer was told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from complaints.actions.arguments import done_earlier
from complaints.actions.row_conditions import fault_in_follow_up
from complaints.actions.speaker import check_voice
from complaints.actions.unit_of_work import UnitOfWork
from complaints.clocks import timing, until
from complaints.models import Clock, Complaint, Deadline, FollowUp, Revisit
from complaints.policy import ClockKind
from config.framework.refusals import Refused
from staff.models import Department, User
from staff.roles import Role

#: Nobody is promised an answer later than this.
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Opinion:
    """Something new the customer brings up. `department` None: that of the case; `agreed_at`: the time
    agreed with him for what could not be answered at once 预约答复时间 (T10), instead of the policy's."""

    words: str
    department: Department | None = None
    agreed_at: datetime | None = None


def departments_for(complaint: Complaint) -> Q:
    """Which departments a follow-up of the case can go to: the estate's, and its own."""
    return Q(estate=complaint.estate_id) | Q(pk=complaint.department_id)


# Raising --------------------------------------------------------------------------------------------


def rated_opinions(complaint: Complaint) -> list[str]:
    """What the customer brought up when he rated us on the portal, and no revisit has taken up yet."""
    said = complaint.events.filter(kind="rated").exclude(note="").order_by("pk")
    last = Revisit.objects.filter(cycle__complaint=complaint).aggregate(at=Max("at"))["at"]
    return list((said.filter(at__gt=last) if last else said).values_list("note", flat=True))


def raise_all(
    case: UnitOfWork, opinions: Iterable[tuple[FollowUp.Source, Opinion]], revisit: Revisit | None
) -> list[FollowUp]:
    """Write down what was brought up, each with its clock; the heads of the departments are told once."""
    raised = [_raise(case, source, opinion, revisit) for source, opinion in opinions if opinion.words.strip()]
    told: dict[User, list[FollowUp]] = {}
    for row in raised:
        for head in _heads(case, row):
            told.setdefault(head, []).append(row)
    for head, rows in told.items():
        due_at = min(row.due_at for row in rows)
        case.notify([head], "follow_ups_raised", count=len(rows), due_at=due_at.isoformat())
    return raised


def _raise(case: UnitOfWork, source: FollowUp.Source, opinion: Opinion, revisit: Revisit | None) -> FollowUp:
    department = opinion.department or case.row.department
    if opinion.department and not Department.objects.filter(
        departments_for(case.row), pk=opinion.department.pk
    ):
        raise Refused(_("Choose a department of this estate."), field="department")
    if opinion.agreed_at and not case.at < opinion.agreed_at <= case.at + LONGEST:
        raise Refused(_("The agreed time lies in the future, a year away at most."), field="agreed_at")
    kind = ClockKind.FOLLOW_UP
    if opinion.agreed_at:
        when = until(opinion.agreed_at, case.at, case.policy, case.calendar)
    elif (limit := timing(kind, case.at, case.row.facts, case.policy, case.calendar)) is not None:
        when = limit
    else:
        raise Refused(_("The rules give follow-ups no time; agree on one with the customer."))
    row = FollowUp(
        complaint=case.row, cycle=case.cycle, revisit=revisit, source=source, words=opinion.words.strip(),
        department=department, raised_at=case.at, raised_by=case.by, agreed_at=opinion.agreed_at,
        due_at=when.due_at,
    )  # fmt: skip
    _save(case, row)
    clock = Clock.objects.create(
        complaint=case.row, cycle=case.cycle, kind=kind, follow_up=row, policy=case.policy_version,
        severity=case.row.effective_severity, limit=when.limit.text, started_at=case.at,
        first_due_at=when.due_at, due_at=when.due_at,
    )  # fmt: skip
    Deadline.objects.bulk_create(
        Deadline(clock=clock, revision=1, level=level, due_at=due_at) for level, due_at in when.levels
    )
    case.begin("new_opinion", clock)
    case.record(
        "follow_up_raised", row.words, owner_sees=True, follow_up=row.pk, due_at=row.due_at.isoformat(),
        department=row.department_id, agreed=bool(opinion.agreed_at),
    )  # fmt: skip
    return row


@transaction.atomic
def add_follow_up(
    complaint: Complaint,
    *,
    note: str,
    department: Department | None = None,
    agreed_at: datetime | None = None,
    by: User,
    at: datetime,
) -> Complaint:
    """Another opinion, said after the reply or the revisit and not at it."""
    case = UnitOfWork(complaint, "add_follow_up", by=by, at=at, note=note)
    raise_all(case, [(FollowUp.Source.LATER, Opinion(note, department, agreed_at))], None)
    return case.commit()


# Seeing to it ---------------------------------------------------------------------------------------


@transaction.atomic
def do_follow_up(
    complaint: Complaint,
    *,
    follow_up: FollowUp,
    note: str,
    told: str = "",
    method: str = "",
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    phrase_reason: str = "",
) -> Complaint:
    """What was done about it 处理措施; with `told` and `method` the customer was told at once."""
    case = done_earlier(
        complaint, "do_follow_up", note=note, by=by, at=at, done_at=done_at, phrase_reason=phrase_reason
    )
    row = _row(case, follow_up, "do_follow_up", by)
    if case.at < row.raised_at:
        raise Refused(_("That lies before the customer brought it up."), field="done_at")
    row.done_at, row.done_by, row.done = case.at, by, note.strip()
    case.record("follow_up_done", note, owner_sees=True, follow_up=row.pk)
    if told.strip():
        _customer_told(case, row, told, method)
    _save(case, row)
    return case.commit()


@transaction.atomic
def tell_follow_up(
    complaint: Complaint,
    *,
    follow_up: FollowUp,
    note: str,
    method: str,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    phrase_reason: str = "",
) -> Complaint:
    """The customer was told what became of it: when, by whom, how, in what words (R10)."""
    case = done_earlier(
        complaint, "tell_follow_up", note=note, by=by, at=at, done_at=done_at, phrase_reason=phrase_reason
    )
    row = _row(case, follow_up, "tell_follow_up", by)
    if row.done_at and case.at < row.done_at:
        raise Refused(_("That lies before it was done."), field="done_at")
    _customer_told(case, row, note, method)
    _save(case, row)
    return case.commit()


def _customer_told(case: UnitOfWork, row: FollowUp, words: str, method: str) -> None:
    """Done and told: its clock stops, and the head is asked to sign. Where one speaks for us, he tells it."""
    check_voice(case)
    if method not in FollowUp.Method.values:
        raise Refused(_("Say how the customer was told."), field="method")
    row.told_at, row.told_by, row.told_how, row.told = case.at, case.by, method, words.strip()
    row.ended_at = case.at
    case.apply_clocks("follow_up_over", follow_up=row.pk)
    case.record("follow_up_told", words, owner_sees=True, follow_up=row.pk, method=method)
    if row.signed_at is None:
        case.notify(_heads(case, row), "follow_up_told")


def _heads(case: UnitOfWork, row: FollowUp) -> list[User]:
    """Who heads the department of a follow-up; the next one up where he may not read the case."""
    barred = case.barred | case.readers.without_access
    return case.stand_ins.reach(
        Role.DEPARTMENT_HEAD, case.row.estate_id, department=row.department_id, barred=barred
    )[1]


@transaction.atomic
def sign_follow_up(complaint: Complaint, *, follow_up: FollowUp, by: User, at: datetime) -> Complaint:
    """The department's head signs what was done about it (F3)."""
    case = UnitOfWork(complaint, "sign_follow_up", by=by, at=at)
    row = _row(case, follow_up, "sign_follow_up", by)
    row.signed_at, row.signed_by = at, by
    _save(case, row)
    case.record("follow_up_signed", follow_up=row.pk)
    return case.commit()


@transaction.atomic
def drop_follow_up(
    complaint: Complaint,
    *,
    follow_up: FollowUp,
    note: str,
    into: FollowUp | None = None,
    by: User,
    at: datetime,
    phrase_reason: str = "",
) -> Complaint:
    """Not pursued by itself: the customer takes it back, or it goes on `into` another one of the case."""
    case = UnitOfWork(complaint, "drop_follow_up", by=by, at=at, note=note, phrase_reason=phrase_reason)
    row = _row(case, follow_up, "drop_follow_up", by)
    if into:
        into = case.row.follow_ups.filter(pk=into.pk).first()  # as it is now: it may have been dropped since
        if into is None or into.pk == row.pk or into.is_dropped:
            raise Refused(_("Choose another follow-up of this case."), field="into")
    row.withdrawn_because, row.merged_into, row.ended_at = note.strip(), into, at
    _save(case, row)
    case.apply_clocks("follow_up_over", follow_up=row.pk)
    kind = "follow_up_merged" if into else "follow_up_withdrawn"
    case.record(kind, note, owner_sees=True, follow_up=row.pk)
    return case.commit()


def end_with_entry(case: UnitOfWork) -> None:
    """A wrong entry owes nothing: its follow-ups end with it."""
    for row in case.row.follow_ups.open():
        row.ended_at = case.at
        _save(case, row)


def _row(case: UnitOfWork, follow_up: FollowUp, verb: str, by: User) -> FollowUp:
    """The follow-up as it is now, where the move can be about it.

    The case is locked, and whoever changes a follow-up locks its case first.
    """
    found = FollowUp.objects.filter(complaint=case.row, pk=follow_up.pk).first()
    if found is None:
        raise Refused(_("Choose a follow-up of this case."), field="follow_up")
    found.complaint = case.row
    if fault := fault_in_follow_up(verb, found, case.roles, case.stand_ins.permissions_of(by)):
        raise fault
    return found


def _save(case: UnitOfWork, row: FollowUp) -> None:
    row._history_user = case.by
    row._history_date = case.recorded_at
    row.save()
