"""Whether a complaint is upheld, who says so, and the apology that follows (domain.md 3 and 4, K13)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.arguments import check_method, done_earlier
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Category, Complaint
from complaints.policy import ClockKind
from complaints.statuses import Status
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

Validity = Complaint.Validity
#: Code of the sub-category about our own people: an upheld complaint is owed an apology (T19).
STAFF_CONDUCT = "staff-conduct"
#: The messages that ask for a judgement.
ASKED_TO_JUDGE = ("invalid_proposed", "referred")


@transaction.atomic
def propose_invalid(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """No proper ground, says one person with the reason; a second one decides (K13)."""
    case = UnitOfWork(complaint, "propose_invalid", by=by, at=at, note=note)
    case.set(invalid_proposed_by=by, invalid_because=note.strip())
    case.record("invalid_proposed", note)
    _ask_another(case, by, "invalid_proposed")
    return case.commit()


@transaction.atomic
def refer(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """Hard to judge: the supervisor decides, with the opinion of whoever refers it (T22, T23)."""
    case = UnitOfWork(complaint, "refer", by=by, at=at, note=note)
    case.set(invalid_proposed_by=by, invalid_because=note.strip())
    case.record("referred", note)
    _ask_another(case, by, "referred")
    return case.commit()


def _ask_another(case: UnitOfWork, proposer: User, kind: str) -> None:
    """Tell who judges it besides the proposer; the administrators where there is nobody."""
    people = case.reach(Role.SUPERVISOR, barred=[proposer.pk])
    case.notify_approvers(Role.SUPERVISOR, people, proposer.pk, kind)


@transaction.atomic
def confirm_invalid(
    complaint: Complaint, *, note: str = "", by: User, at: datetime, alone_because: str = ""
) -> Complaint:
    """A second person agrees: the resolve clock stops by the judgement, the reply is next.

    `note` is the ground where it is another one than the first person wrote.
    """
    case = UnitOfWork(complaint, "confirm_invalid", by=by, at=at)
    first = case.row.invalid_proposed_by
    extra = case.why_alone("confirm_invalid", alone_because)
    ground = note.strip() or case.row.invalid_because
    case.set(status=Status.HANDLED, validity=Validity.INVALID, invalid_because=ground)
    case.set_cycle(handled_at=at, handled_by=first, result=ground)
    case.settle(Role.SUPERVISOR, *ASKED_TO_JUDGE)
    case.record("invalid_confirmed", note, **extra)
    case.notify([case.row.first_receiver], "invalid_confirmed")
    return case.commit()


@transaction.atomic
def reject_invalid(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """The second person does not agree; the case goes on."""
    case = UnitOfWork(complaint, "reject_invalid", by=by, at=at, note=note)
    overrule(case)
    case.record("invalid_rejected", note)
    return case.commit()


def overrule(case: UnitOfWork) -> None:
    """Uphold what somebody proposed not to uphold; he is told."""
    proposer = case.row.invalid_proposed_by
    uphold(case)
    case.settle(Role.SUPERVISOR, *ASKED_TO_JUDGE)
    case.notify([proposer], "invalid_rejected")


def uphold(case: UnitOfWork) -> None:
    """Judged valid: nothing waits for a judgement any more, and about our own people an apology is owed."""
    case.set(validity=Validity.VALID, invalid_because="", invalid_proposed_by=None)
    case.apply_clocks("upheld")
    owe_apology(case)


def owe_apology(case: UnitOfWork) -> None:
    """The apology's clock runs for an upheld complaint about staff conduct until one is recorded (T19)."""
    if not _is_about_staff(case.row.category):
        case.apply_clocks("apology_not_owed")
    elif (
        case.row.validity == Validity.VALID
        and ClockKind.APOLOGY not in case.running
        and "apologised" not in case.past
    ):
        case.apply_clocks("apology_owed")


def _is_about_staff(category: Category | None) -> bool:
    """The sub-category of our own people, or one that the company has put below it."""
    if category is None:
        return False
    return category.code == STAFF_CONDUCT or _is_about_staff(category.parent)


@transaction.atomic
def apologise(
    complaint: Complaint,
    *,
    note: str,
    apologised_by: str,
    method: str,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    phrase_reason: str = "",
) -> Complaint:
    """The customer was apologised to 致歉: by whom, how, in what words."""
    case = done_earlier(
        complaint, "apologise", note=note, by=by, at=at, done_at=done_at, phrase_reason=phrase_reason
    )
    check_method(method)
    if not apologised_by.strip():
        raise Refused(_("Say who apologised."), field="apologised_by")
    case.record("apologised", note, owner_sees=True, method=method, who=apologised_by.strip())
    return case.commit()
