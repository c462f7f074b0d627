"""Rewards and penalties of the last month 奖惩: the rule is on, some are decided, the newest still wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaints import actions
from complaints.actions import rewards as acts
from complaints.actions import rewards_due
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
from complaints.management.demo.replay import DAY, Replay, Story
from complaints.models import Complaint, Reward
from complaints.policy_fields import with_values
from complaints.rewards import Kind, State
from complaints.statuses import Status
from staff.models import User

#: Since then the company's rule is on.
BEGAN = 32 * DAY
#: So often it is looked at; what has waited longer than `PATIENT` is decided.
STEP, PATIENT = DAY / 2, 6 * DAY
#: As many complaints turn out to be about the steward too.
NAMED = 4


def stories(replay: Replay) -> Iterator[Story]:
    yield _month(replay)


def _month(replay: Replay) -> Story:
    yield (at := replay.now - BEGAN)
    rules = current_policy()
    on = with_values(rules.policy.data, {"rewards.on": True, "rewards.reward": 100})
    admin = User.objects.get(username="admin")
    save_policy(on, started_from=rules.number, note="按公司奖惩制度启用。", by=admin, at=at)
    last = None
    while at < replay.now - STEP:
        yield (at := at + STEP)
        if last is None or at > last + 5 * DAY:
            last = at if _name_steward(replay, at) else last
        rewards_due.propose_due(at)
        waiting = Reward.objects.filter(state=State.PROPOSED, proposed_at__lt=at - PATIENT)
        for row in waiting.select_related("estate").order_by("pk"):
            _decide(replay, row, at)


def _name_steward(replay: Replay, at: datetime) -> bool:
    """The customer says at the end that he complains about the steward too."""
    estate = replay.company.estates[0]
    steward = replay.who(estate, "guanjia")
    about = Complaint.objects.filter(respondents__user=steward)
    if about.count() >= NAMED:
        return False
    case = (
        Complaint.objects.filter(estate=estate, status=Status.REPLIED, restricted=False, lead=None)
        .exclude(first_receiver=steward)
        .exclude(handler=steward)
        .exclude(pk__in=about.values("pk"))
        .select_related("estate", "first_receiver", "handler")
        .order_by("-pk")
        .first()
    )
    if case is None:
        return False
    named = replay.do(actions.name_respondent, case, person=steward, by=replay.who(estate, "zhuguan"), at=at)
    return named is not None


def _decide(replay: Replay, row: Reward, at: datetime) -> None:
    general = replay.company.general_manager
    if row.kind == Kind.PENALTY:
        because = "客户反映属实，管家未按承诺回电，首次发生，减半执行。"
        replay.do(acts.approve, row, amount=row.by_rule // 2, note=because, by=general, at=at)
    elif row.pk % 3 == 0:
        replay.do(acts.reject, row, note="本月已有同类奖励，不重复发放。", by=general, at=at)
    else:
        replay.do(acts.approve, row, amount=row.by_rule, note="表扬属实，按制度奖励。", by=general, at=at)
