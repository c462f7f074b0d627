"""Rewards and penalties 奖惩: decided by a second person, taken back by the general manager (A9-A11)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.reward_rows import HeldReward
from complaints.models import Reward
from complaints.rewards import LONGEST, State
from config.framework.refusals import Refused
from staff.models import User


@transaction.atomic
def approve(row: Reward, *, amount: int, note: str, by: User, at: datetime) -> Reward:
    """With a figure from nothing up to what the rule says, in yuan, and a reason."""
    held = HeldReward(row, "approve", by=by, at=at)
    if not 0 <= amount <= held.row.by_rule:
        raise Refused(
            _("From 0 to %(most)s yuan: no more than the rule says.") % {"most": held.row.by_rule},
            field="amount",
        )
    because = _reason(note)
    held.set(
        state=State.APPROVED, amount=amount, because=because, decided_at=at, decided_by=by, remind_at=None
    )
    held.record("approved", because, yuan=amount)
    held.tell_him("reward_decided")
    return held.commit()


@transaction.atomic
def reject(row: Reward, *, note: str, by: User, at: datetime) -> Reward:
    """Not this time, with the reason; it is not proposed again."""
    held = HeldReward(row, "reject", by=by, at=at)
    because = _reason(note)
    held.set(state=State.REJECTED, because=because, decided_at=at, decided_by=by, remind_at=None)
    held.record("rejected", because)
    return held.commit()


@transaction.atomic
def cancel(row: Reward, *, note: str, by: User, at: datetime) -> Reward:
    """What was approved counts no more; it stays readable, with the reason."""
    held = HeldReward(row, "cancel", by=by, at=at)
    because = _reason(note)
    held.set(state=State.CANCELLED, cancelled_at=at, cancelled_by=by, cancelled_because=because)
    held.record("cancelled", because)
    held.tell_him("reward_cancelled")
    held.notify([held.row.decided_by], "reward_cancelled")
    return held.commit()


def _reason(text: str) -> str:
    said = text.strip()
    if not said:
        raise Refused(_("Say why."), field="note")
    if len(said) > LONGEST:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field="note")
    return said
