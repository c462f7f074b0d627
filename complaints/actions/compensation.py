"""Compensation 赔付/减免: an amount of its own, never a promise in a reply (domain.md 3, K11, X8).

Asked for, approved by amount (at most as asked), paid with a voucher, accepted by the customer. Who approves
goes by what the case costs in all, so that an amount is not cut in pieces to stay below a limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.actions.files import take
from complaints.actions.row_conditions import fault_in_amount
from complaints.actions.unit_of_work import UnitOfWork
from complaints.decisions import AMOUNT
from complaints.models import Attachment, Compensation, Complaint
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

State = Compensation.State
CENT = Decimal("0.01")


@transaction.atomic
def propose_compensation(
    complaint: Complaint,
    *,
    amount: Decimal,
    note: str,
    kind: str = Compensation.Kind.PAY,
    by: User,
    at: datetime,
) -> Compensation:
    """Ask for an amount to be paid or taken off the bill; the policy says who approves so much."""
    case = UnitOfWork(complaint, "propose_compensation", by=by, at=at, note=note)
    if kind not in Compensation.Kind.values:
        raise Refused(_("Choose from the list."), field="kind")
    amount = _cents(amount, "amount")
    rows = list(case.row.compensations.filter(state__in=Compensation.COUNTED))
    if any(
        (row.state, row.amount, row.kind, row.proposed_by_id, row.reason)
        == (State.PROPOSED, amount, kind, by.pk, note.strip())
        for row in rows
    ):
        raise Refused(_("This amount is already proposed and waits for approval."))
    total = in_all(rows) + amount
    approver = case.policy.approves(total)
    proposal = Compensation(
        complaint=case.row, kind=kind, amount=amount, reason=note.strip(), proposed_by=by, proposed_at=at,
        approver_role=approver,
    )  # fmt: skip
    _save(proposal, by)
    case.record(
        "compensation_proposed", note, amount=str(amount), money=kind, total=str(total), role=approver.value
    )
    people = case.reach(approver, barred=[by.pk])
    about: dict[str, Any] = {"amount": str(amount), "compensation": proposal.pk}
    case.notify_approvers(approver, people, by.pk, "compensation_proposed", **about)
    case.commit()
    return proposal


def in_all(rows: Iterable[Compensation]) -> Decimal:
    """What a case costs: amounts granted, and those that still wait as they were asked for."""
    return sum((row.shown_amount for row in rows if row.state in Compensation.COUNTED), Decimal(0))


@transaction.atomic
def decide_compensation(
    proposal: Compensation,
    *,
    approve: bool,
    granted_amount: Decimal | None = None,
    comment: str = "",
    by: User,
    at: datetime,
) -> Compensation:
    """Approve the amount, or less of it, or decline; never the one who proposed it."""
    case, proposal = _held(proposal, "note", by, at)
    if fault := AMOUNT.refusal(proposal, case.roles, by.pk):
        raise fault
    if not approve and not comment.strip():
        raise Refused(_("Say why the amount is declined."), field="comment")
    granted = None
    if approve:
        granted = proposal.amount if granted_amount is None else _cents(granted_amount, "granted_amount")
        if granted > proposal.amount:
            raise Refused(
                _("At most what was asked for can be approved: %(amount)s yuan.")
                % {"amount": f"{proposal.amount:,.2f}"},
                field="granted_amount",
            )
    proposal.state = State.APPROVED if approve else State.DECLINED
    proposal.decided_by, proposal.decided_at, proposal.comment = by, at, comment.strip()
    proposal.granted_amount = granted
    _save(proposal, by)
    _settle(case, proposal)
    about: dict[str, Any] = {"amount": str(proposal.shown_amount), "money": proposal.kind}
    if granted is not None and granted < proposal.amount:
        about["asked"] = str(proposal.amount)
    case.record("compensation_approved" if approve else "compensation_declined", comment, **about)
    case.notify([proposal.proposed_by, case.row.first_receiver], "compensation_decided", **about)
    case.commit()
    return proposal


@transaction.atomic
def withdraw_compensation(
    complaint: Complaint, *, compensation: Compensation, note: str, by: User, at: datetime
) -> Compensation:
    """Whoever proposed it takes it back while it waits."""
    case, proposal = _taken(compensation, "withdraw_compensation", by, at, complaint)
    if not note.strip():
        raise Refused(_("Say why it is taken back."), field="note")
    proposal.state, proposal.decided_at = State.WITHDRAWN, at
    _save(proposal, by)
    _settle(case, proposal)
    case.record("compensation_withdrawn", note, amount=str(proposal.amount), money=proposal.kind)
    case.commit()
    return proposal


@transaction.atomic
def pay(
    complaint: Complaint,
    *,
    compensation: Compensation,
    paid_on: date,
    voucher: str,
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
) -> Compensation:
    """The approved amount was paid, or taken off the bill: which day, by which voucher. After the end too."""
    case, row = _taken(compensation, "pay", by, at, complaint)
    zone = case.row.estate.zone
    if row.decided_at and paid_on < (approved_on := row.decided_at.astimezone(zone).date()):
        raise Refused(
            _("It was approved on %(day)s only; nothing is paid before.") % {"day": date_format(approved_on)},
            field="paid_on",
        )
    if paid_on > at.astimezone(zone).date():
        raise Refused(_("What was paid cannot lie in the future."), field="paid_on")
    if not voucher.strip():
        raise Refused(_("Give the number of the voucher."), field="voucher")
    take(case.row, files)
    row.state, row.paid_on, row.voucher = State.PAID, paid_on, voucher.strip()
    row.paid_by, row.paid_at, row.voucher_file = by, at, next(iter(files), None)
    _save(row, by)
    case.record(
        "compensation_paid", owner_sees=True, amount=str(row.shown_amount), money=row.kind,
        voucher=row.voucher, day=paid_on.isoformat(),
    )  # fmt: skip
    case.notify([row.proposed_by, case.row.first_receiver], "compensation_paid", amount=str(row.shown_amount))
    case.commit()
    return row


@transaction.atomic
def accept_payment(
    complaint: Complaint,
    *,
    compensation: Compensation,
    accepted_on: date,
    how: str = "",
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
) -> Compensation:
    """The customer confirmed it: his receipt or settlement as a file, or how he confirmed it in words."""
    case, row = _taken(compensation, "accept_payment", by, at, complaint)
    if row.paid_on and accepted_on < row.paid_on:
        raise Refused(
            _("It was paid on %(day)s only; nobody accepts it before.") % {"day": date_format(row.paid_on)},
            field="accepted_on",
        )
    if accepted_on > at.astimezone(case.row.estate.zone).date():
        raise Refused(_("What was done cannot lie in the future."), field="accepted_on")
    if not how.strip() and not files:
        raise Refused(_("Add the customer's receipt, or say how the customer confirmed it."), field="how")
    take(case.row, files, is_list=case.row.identity_hidden)  # it bears his name
    row.state, row.accepted_on, row.accepted_how = State.ACCEPTED, accepted_on, how.strip()
    row.accepted_at, row.accepted_file = at, next(iter(files), None)
    _save(row, by)
    case.record(
        "compensation_accepted", how, amount=str(row.shown_amount), money=row.kind,
        day=accepted_on.isoformat(),
    )  # fmt: skip
    case.commit()
    return row


def _cents(amount: Decimal, field: str) -> Decimal:
    """As it is read back: message and decision name it alike. Refused below one cent."""
    amount = Decimal(amount)
    if amount != amount.quantize(CENT):
        raise Refused(_("Give the amount in yuan, with two places at most."), field=field)
    if amount <= 0:
        raise Refused(_("The amount must be more than zero."), field=field)
    return amount.quantize(CENT)


def _taken(
    row: Compensation, verb: str, by: User, at: datetime, complaint: Complaint
) -> tuple[UnitOfWork, Compensation]:
    """The case and the amount, both locked, where the move can be about it."""
    if row.complaint_id != complaint.pk:
        raise Refused(_("Choose from the list."), field="compensation")
    case, row = _held(row, verb, by, at)
    if fault := fault_in_amount(verb, row, by.pk):
        raise fault
    return case, row


def _held(row: Compensation, verb: str, by: User, at: datetime) -> tuple[UnitOfWork, Compensation]:
    """The case, open or closed, and the amount, both locked."""
    case = UnitOfWork(row.complaint, verb, by=by, at=at)
    row = Compensation.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    row.complaint = case.row
    return case, row


def _save(row: Compensation, by: User) -> None:
    row._history_user = by
    row.save()


def _settle(case: UnitOfWork, row: Compensation) -> None:
    """Whoever was asked for it need not decide any more."""
    case.settle(Role(row.approver_role), "compensation_proposed", compensation=row.pk)
