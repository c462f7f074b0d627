"""Rewards and penalties proposed by the company's rule, and what loses its ground (sweep; A9-A11).

Set-based: a run costs the same few statements however much it finds. What was proposed once is never proposed
again, whatever became of it; nothing is proposed of what had ended before the rule was switched on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from complaints import commendations, notifications
from complaints.actions.clock_rows import calendar_of
from complaints.actions.current_policy import current_policy
from complaints.actions.reward_rows import ABOUT, hands_in, notices
from complaints.models import (
    Commendation,
    Complaint,
    PolicyVersion,
    Respondent,
    Reward,
    RewardEntry,
    SweepMark,
    TakenOver,
)
from complaints.reward_terms import amount
from complaints.rewards import EVERY, LOOK_BACK, Ground, Kind, State, asked
from complaints.statuses import Outcome, Status
from complaints.worktime import Limit, Unit, due
from config.framework.bulk_insert import write
from staff.models import Estate, Posting, User
from staff.permissions import current
from staff.roles import Role
from staff.stand_ins import StandIns

#: Its own mark: that of the sweep's job is set after every sweep.
PROPOSALS, LONG_AGO = "rewards_proposed", datetime(2000, 1, 1, tzinfo=UTC)
#: Who was asked to decide is reminded once, after so long.
PATIENCE = Limit(timedelta(days=3), Unit.WORKING_DAYS)
BATCH = 200


def propose_due(now: datetime) -> int:
    """Let fall what has lost its ground, then propose what the rule says; how many rows. Once an hour.

    Call as often as wanted: one sweep looks at a time.
    """
    with transaction.atomic(durable=True):
        SweepMark.objects.get_or_create(job=PROPOSALS, defaults={"last_ok": LONG_AGO})
        mark = SweepMark.objects.select_for_update().get(job=PROPOSALS)
        if now - mark.last_ok < EVERY:
            return 0
        done = _let_fall(now)
        if (since := on_since()) is not None:
            terms = current_policy().policy.data["rewards"]
            since = max(since, now - LOOK_BACK)
            done += _propose([*_penalties(terms, since, now), *_rewards(terms, since, now)], now)
        mark.last_ok = now
        mark.save(update_fields=["last_ok"])
    return done


def on_since() -> datetime | None:
    """Since when the rule has been on without a break; None: it is off."""
    current_policy()
    since = None
    for version in PolicyVersion.objects.order_by("-number"):
        if not version.policy.data["rewards"]["on"]:
            break
        since = version.created_at
    return since


# What the rule says ---------------------------------------------------------------------------------------


def _penalties(terms: dict[str, Any], since: datetime, now: datetime) -> Iterator[Reward]:
    """Of cases that ended as upheld: whoever of ours they are about. One of many together, and one taken over
    from a ledger, punish nobody.
    """
    there = Reward.objects.filter(kind=Kind.PENALTY, person=OuterRef("user"), complaint=OuterRef("complaint"))
    taken_over = TakenOver.objects.filter(complaint=OuterRef("complaint"))
    named = (
        Respondent.objects.filter(
            user__is_active=True,
            complaint__status=Status.CLOSED,
            complaint__validity=Complaint.Validity.VALID,
            complaint__outcome__in=[Outcome.RESOLVED, Outcome.UNSATISFIED],
            complaint__closed_at__gte=since,
            complaint__closed_at__lte=now,
            complaint__lead=None,
        )
        .filter(~Exists(there), ~Exists(taken_over))
        .select_related("user", "complaint__estate")
        .order_by("pk")
    )
    for row in named:
        case = row.complaint
        if yuan := amount(terms, case.severity):
            yield Reward(
                estate=case.estate, person=row.user, kind=Kind.PENALTY, complaint=case,
                severity=case.severity, by_rule=yuan, award_lost=terms["award_lost"], proposed_at=now,
            )  # fmt: skip


def _rewards(terms: dict[str, Any], since: datetime, now: datetime) -> Iterator[Reward]:
    """Of commendations that are published."""
    if not terms["reward"]:
        return
    there = Reward.objects.filter(kind=Kind.REWARD, commendation=OuterRef("pk"))
    published = (
        Commendation.objects.filter(
            state=commendations.State.PUBLISHED,
            published_at__gte=since,
            published_at__lte=now,
            person__is_active=True,
        )
        .filter(~Exists(there))
        .select_related("estate", "person", "complaint")
        .order_by("pk")
    )
    for row in published:
        severity = row.complaint.severity if row.complaint else ""
        yield Reward(
            estate=row.estate, person=row.person, kind=Kind.REWARD, complaint=row.complaint,
            commendation=row, severity=severity, by_rule=terms["reward"], proposed_at=now,
        )  # fmt: skip


def _propose(found: list[Reward], now: datetime) -> int:
    """Those about people of ours, with entries and messages."""
    roles = _roles_of({row.person_id for row in found}, now)
    new = {
        (row.kind, row.person_id, row.complaint_id, row.commendation_id): row
        for row in found
        if row.person_id in roles  # a contractor's people are its own matter
    }
    if not new:
        return 0
    again: dict[int, datetime] = {}
    for row in new.values():
        row.approver_role = asked(row.severity, roles[row.person_id])
        row.remind_at = again.setdefault(row.estate_id, reminder(row.estate, now))
    write(*new.values(), at=now)
    RewardEntry.objects.bulk_create(RewardEntry(reward=row, at=now, kind="proposed") for row in new.values())
    _tell_of(list(new.values()), now)
    return len(new)


def _roles_of(people: Collection[int], now: datetime) -> dict[int, set[Role]]:
    """Of those who are ours, and not only a contractor's, their roles."""
    ours = Q(department__isnull=True) | Q(department__is_contractor=False)
    found: dict[int, set[Role]] = defaultdict(set)
    for user, role in Posting.objects.filter(current(now), ours, user__in=people).values_list("user", "role"):
        found[user].add(Role(role))
    return found


def _tell_of(rows: list[Reward], now: datetime) -> None:
    """Whoever decides: of several in one message; nobody who had a hand in it."""
    stand_ins, hands = StandIns.load(now, {row.estate for row in rows}), hands_in(rows)
    here: dict[tuple[Estate, User], list[Reward]] = defaultdict(list)
    for row in rows:
        for one in deciders(row, stand_ins, hands[row.pk]):
            here[row.estate, one].append(row)
    sent: dict[str, list[notifications.Notice]] = defaultdict(list)
    for (estate, one), some in here.items():
        if len(some) == 1:
            sent[f"jc{some[0].pk}:proposed"] += notices(some[0], [one], "reward_proposed")
            continue
        together = {"estate": estate.name, "count": len(some)}
        source = f"rewards{estate.pk}:{now:%Y%m%d%H%M%S}"
        sent[source].append(notifications.Notice(one, "rewards_proposed", None, together))
    notifications.write_many(sent, at=now)


def deciders(row: Reward, stand_ins: StandIns, hands: Collection[int]) -> list[User]:
    return stand_ins.reach(Role(row.approver_role), row.estate_id, barred=sorted(hands))[1]


# What has lost its ground ---------------------------------------------------------------------------------


def _let_fall(now: datetime) -> int:
    """What waits falls away; what was approved is marked, and the general manager told."""
    lost = (
        Reward.objects.with_ground()
        .filter(state__in=[State.PROPOSED, State.APPROVED], gone="")
        .exclude(ground__in=["", Ground.OPEN])
        .select_related(*ABOUT)
        .order_by("pk")
    )
    grounds = {row.pk: row.ground for row in lost}
    # Somebody may be deciding on one of them at this moment: each is changed as it stands now.
    rows = list(
        Reward.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=grounds, state__in=[State.PROPOSED, State.APPROVED], gone="")
        .select_related(*ABOUT)
        .order_by("pk")
    )
    doubted = []
    for row in rows:
        row.gone, row.gone_at, row.remind_at = grounds[row.pk], now, None
        waits = row.state == State.PROPOSED
        if waits:
            row.state = State.WITHDRAWN
        else:
            doubted.append(row)
        row._history_user, row._history_date = None, now
        row.save()
        kind = "withdrawn" if waits else "doubted"
        RewardEntry.objects.create(reward=row, at=now, kind=kind, params={"ground": row.gone})
    if doubted:
        _tell_of_doubts(doubted, now)
    return len(rows)


def _tell_of_doubts(rows: list[Reward], now: datetime) -> None:
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    sent = {}
    for row in rows:
        people = stand_ins.reach(Role.GENERAL_MANAGER, row.estate_id, barred=[row.person_id])[1]
        sent[f"jc{row.pk}:doubted"] = notices(row, people, "reward_doubted")
    notifications.write_many(sent, at=now)


# What waits -----------------------------------------------------------------------------------------------


def reminder(estate: Estate, at: datetime) -> datetime:
    """When whoever is asked at `at` is reminded."""
    return due(at, PATIENCE, calendar_of(estate, current_policy().policy))


def remind_due(now: datetime) -> int:
    """Remind of what still waits, each once; how many. Call again while it is not zero."""
    with transaction.atomic(durable=True):
        rows = list(
            Reward.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(state=State.PROPOSED, remind_at__lte=now)
            .select_related("estate", "complaint", "commendation")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            stand_ins, hands = StandIns.load(now, {row.estate for row in rows}), hands_in(rows)
            sent = {
                f"jc{row.pk}:waits": notices(row, deciders(row, stand_ins, hands[row.pk]), "reward_undecided")
                for row in rows
            }
            Reward.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
            notifications.write_many(sent, at=now)
    return len(rows)
