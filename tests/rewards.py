"""The company's rule on rewards and penalties, switched on; what is done with what it proposes."""

from __future__ import annotations

from typing import Any

from complaints.actions import rewards as acts
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
from complaints.models import Complaint, Respondent, Reward
from complaints.policy_fields import with_values
from staff.models import User
from staff.permissions import permissions_of
from tests.cast import march

#: The case is closed on Monday the 2nd; it is looked at on the day after, and decided on the 4th.
LOOKED, NOW = march(3), march(4)
BECAUSE = "核实属实，按制度执行。"


def switch(admin: User, at: Any = None, **values: Any) -> None:
    said = {"rewards.on": True, "rewards.reward": 100} | {f"rewards.{k}": v for k, v in values.items()}
    now = current_policy()
    data = with_values(now.policy.data, said)
    save_policy(data, started_from=now.number, note="按公司奖惩制度", by=admin, at=at or march(1))


def rude_case(case_in: Any, person: User) -> Complaint:
    """A closed, upheld complaint about somebody."""
    case: Complaint = case_in("closed", severity="minor")
    Respondent.objects.create(complaint=case, user=person)
    return case


def approve(row: Reward, by: User, amount: int = 150) -> Reward:
    return acts.approve(row, amount=amount, note=BECAUSE, by=by, at=NOW)


def sees(who: User, at: Any = NOW) -> bool:
    return Reward.objects.visible_to(permissions_of(who, at)).exists()
