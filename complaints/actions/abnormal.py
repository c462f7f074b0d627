"""Abnormal complaints 非正常投诉: signs, proposal, decision, review (domain.md 9, D8, X1, X2, G14).

Signs are facts that anybody who works on the case writes down. Two different ones propose the mark to
the supervisor; the property manager decides with a reason and looks again every thirty days. The mark
says who reads the case and by which ways it is answered. It takes nothing from the customer: clocks,
answers, disputes and ratings go on as everywhere, and no word of it is ever his to read.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions import restricted_access
from complaints.actions.files import check_room, nobodys
from complaints.actions.situations import signs_of
from complaints.actions.unit_of_work import UnitOfWork
from complaints.conditions import ENOUGH, ENOUGH_SIGNS, MARK_WAITS
from complaints.models import AbnormalDecision, AbnormalSign, Attachment, Complaint, Sign
from complaints.statuses import Abnormal
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

#: Where the question is open, or may be asked again.
OPEN_QUESTION = ("", Abnormal.DECLINED, Abnormal.LIFTED)
#: The messages that wait for a decision on the mark.
ASKED = ("abnormal_suggested", "abnormal_proposed")
K = AbnormalDecision.Kind


@transaction.atomic
def note_sign(
    complaint: Complaint,
    *,
    sign: str,
    note: str,
    on: date,
    evidence: str = "",
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
) -> Complaint:
    """One of the six signs: `note` is the fact, `on` its day in the estate's time, with what shows it."""
    case = UnitOfWork(complaint, "note_sign", by=by, at=at, note=note)
    if sign not in Sign.values:
        raise Refused(_("Choose one of the six signs."), field="sign")
    if on > at.astimezone(case.row.estate.zone).date():
        raise Refused(_("The day of the fact cannot lie in the future."), field="on")
    row = AbnormalSign.objects.create(
        complaint=case.row, sign=sign, fact=note.strip(), on=on, evidence=evidence.strip(), noted_by=by,
        noted_at=at,
    )  # fmt: skip
    if files:
        check_room(case.row, len(files))
        waiting = nobodys().filter(pk__in=[file.pk for file in files])
        kept = list(waiting.values_list("pk", flat=True))
        waiting.update(complaint=case.row, owner_sees=False)
        row.files.set(kept)
    case.record("sign_noted", sign=sign, day=on.isoformat())
    again = case.row.abnormal in (Abnormal.DECLINED, Abnormal.LIFTED)
    if case.row.abnormal in OPEN_QUESTION and len(_kinds(case.row)) >= ENOUGH_SIGNS and _is_new(row, again):
        case.set(abnormal=Abnormal.SUGGESTED)
        case.record("abnormal_suggested", by_rule=True, count=len(_kinds(case.row)))
        case.notify(case.reach(Role.SUPERVISOR), "abnormal_suggested", count=len(_kinds(case.row)))
    return case.commit()


def _kinds(row: Complaint) -> set[str]:
    return {sign.sign for sign in signs_of(row)}


def _is_new(row: AbnormalSign, decided: bool) -> bool:
    """After a decision only another kind of sign asks the question again."""
    same = AbnormalSign.objects.filter(complaint=row.complaint_id, sign=row.sign, withdrawn_at=None)
    return not decided or not same.exclude(pk=row.pk).exists()


@transaction.atomic
def withdraw_sign(
    complaint: Complaint, *, sign: AbnormalSign, note: str, by: User, at: datetime
) -> Complaint:
    """A sign that was noted wrongly: it stays readable, and counts no more."""
    case = UnitOfWork(complaint, "withdraw_sign", by=by, at=at, note=note)
    row = AbnormalSign.objects.filter(complaint=case.row, withdrawn_at=None, pk=sign.pk).first()
    if row is None:
        raise Refused(_("This sign no longer stands."), field="sign")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, note.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    case.record("sign_withdrawn", note, sign=row.sign, day=row.on.isoformat())
    if case.row.abnormal in MARK_WAITS and len(_kinds(case.row)) < ENOUGH_SIGNS:
        case.set(abnormal="")
        _settled(case)
    elif case.row.abnormal == Abnormal.MARKED:
        case.notify(case.reach(Role.PROPERTY_MANAGER), "sign_withdrawn", sign=row.sign)
    return case.commit()


@transaction.atomic
def propose_abnormal(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """The supervisor has checked the signs and puts it to the property manager, with his opinion."""
    case = UnitOfWork(complaint, "propose_abnormal", by=by, at=at, note=note)
    case.set(abnormal=Abnormal.PROPOSED)
    case.record("abnormal_proposed", note, count=len(_kinds(case.row)))
    case.settle(Role.SUPERVISOR, "abnormal_suggested")
    people = case.reach(Role.PROPERTY_MANAGER, barred=[by.pk])
    case.notify_approvers(Role.PROPERTY_MANAGER, people, by.pk, "abnormal_proposed")
    return case.commit()


@transaction.atomic
def decide_abnormal(
    complaint: Complaint,
    *,
    abnormal: bool,
    note: str,
    circle: Collection[User] = (),
    by: User,
    at: datetime,
    alone_because: str = "",
) -> Complaint:
    """Whether the complaint is abnormal, with the reason, and who reads it from now on.

    Another person than who noted all the signs, or put it forward. Nothing of it stops a clock or a right.
    """
    case = UnitOfWork(complaint, "decide_abnormal", by=by, at=at, note=note)
    if abnormal:
        ENOUGH.check(case.situation)
    extra = case.why_alone("decide_abnormal", alone_because)
    _decided(case, by, K.MARKED if abnormal else K.DECLINED, note, **extra)
    case.set(abnormal=Abnormal.MARKED if abnormal else Abnormal.DECLINED)
    _settled(case)
    if abnormal:
        if not case.row.restricted:
            case.set(restricted=True)
        restricted_access.record_readers(case, *restricted_access.change(case, circle, by))
        case.apply_clocks("taken_for_abnormal")
    kind = "abnormal_marked" if abnormal else "abnormal_declined"
    case.notify([case.row.first_receiver, case.row.handler, *case.reach(Role.SUPERVISOR)], kind)
    return case.commit()


@transaction.atomic
def review_abnormal(
    complaint: Complaint, *, stays: bool, note: str, keep_circle: bool = False, by: User, at: datetime
) -> Complaint:
    """Thirty days on: the mark stays, or is lifted, with the reason; lifted, the circle ends with it.

    `keep_circle`: the case stays restricted although it is no longer taken for abnormal.
    """
    case = UnitOfWork(complaint, "review_abnormal", by=by, at=at, note=note)
    case.apply_clocks("review_abnormal")  # before the next one begins
    _decided(case, by, K.STAYS if stays else K.LIFTED, note)
    if stays:
        case.apply_clocks("taken_for_abnormal")
    else:
        case.set(abnormal=Abnormal.LIFTED)
        people = [case.row.first_receiver, case.row.handler, *case.reach(Role.SUPERVISOR)]
        if not keep_circle:
            case.set(restricted=False)
            restricted_access.follow(case, {"restricted"})
        case.notify(people, "abnormal_lifted")
    return case.commit()


def follow(case: UnitOfWork) -> None:
    """The review runs while a marked case is open: a case opened again is looked at again."""
    row = case.row
    if row.abnormal == Abnormal.MARKED and "status" in case.changed and row.is_open:
        case.apply_clocks("taken_for_abnormal")


def _decided(case: UnitOfWork, by: User, kind: str, note: str, **extra: Any) -> None:
    AbnormalDecision.objects.create(
        complaint=case.row, kind=kind, decided_by=by, decided_at=case.at, reason=note.strip()
    )
    case.record("abnormal_decided", note, abnormal_kind=kind, **extra)


def _settled(case: UnitOfWork) -> None:
    for role in (Role.SUPERVISOR, Role.PROPERTY_MANAGER):
        case.settle(role, *ASKED)
