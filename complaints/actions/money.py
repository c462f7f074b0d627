"""Compensation: an amount of its own approval, never a promise in a reply (domain.md 3, K11)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.hold import Hold
from complaints.lifecycle import WrongPerson
from complaints.models import Compensation, Complaint
from staff.models import User
from staff.refusals import Refused
from staff.roles import ladder


@transaction.atomic
def propose_compensation(
    complaint: Complaint, *, amount: Decimal, note: str, by: User, at: datetime
) -> Compensation:
    """An amount to be paid or waived 赔付/减免, approved by whoever approves the case's overtime."""
    case = Hold(complaint, "propose_compensation", by=by, at=at, note=note)
    if amount <= 0:
        raise Refused(_("The amount must be more than zero."), field="amount")
    amount = Decimal(amount).quantize(
        Decimal("0.01")
    )  # as it is read back: message and decision name it alike
    same = case.row.compensations.filter(
        state=Compensation.State.PROPOSED, amount=amount, proposed_by=by, reason=note.strip()
    )
    if same.exists():
        raise Refused(_("This amount is already proposed and waits for approval."))
    proposal = Compensation(
        complaint=case.row, amount=amount, reason=note.strip(), proposed_by=by, proposed_at=at
    )
    proposal._history_user = by
    proposal.save()
    case.say("compensation_proposed", note, amount=str(amount))
    approver = case.policy.approver(case.row.effective_severity)
    people = case.reach(approver, barred=[by.pk])
    case.tell_approvers(approver, people, by.pk, "compensation_proposed", amount=str(amount))
    case.keep()
    return proposal


@transaction.atomic
def decide_compensation(
    proposal: Compensation, *, approve: bool, comment: str = "", by: User, at: datetime
) -> Compensation:
    """Approve or decline an amount; never the one who proposed it."""
    case = Hold(proposal.complaint, "note", by=by, at=at)
    proposal = Compensation.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if proposal.state != Compensation.State.PROPOSED:
        raise Refused(_("This amount has already been decided on."))
    if proposal.proposed_by_id == by.pk:
        raise WrongPerson(_("Whoever proposes an amount cannot approve it."))
    approver = case.policy.approver(case.row.effective_severity)
    if not case.parts & set(ladder(approver)):
        raise WrongPerson(_("This is decided by: %(role)s.") % {"role": approver.label})
    if not approve and not comment.strip():
        raise Refused(_("Say why the amount is declined."), field="comment")
    proposal.state = Compensation.State.APPROVED if approve else Compensation.State.DECLINED
    proposal.decided_by, proposal.decided_at, proposal.comment = by, at, comment.strip()
    proposal._history_user = by
    proposal.save(update_fields=["state", "decided_by", "decided_at", "comment"])
    case.settle(approver, "compensation_proposed", amount=str(proposal.amount))
    case.say(
        "compensation_approved" if approve else "compensation_declined", comment, amount=str(proposal.amount)
    )
    case.tell(
        [proposal.proposed_by, case.row.first_receiver], "compensation_decided", amount=str(proposal.amount)
    )
    case.keep()
    return proposal
