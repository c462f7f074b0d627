"""Promises to owners that come due: whoever keeps one is reminded, and it climbs while late (sweep)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from complaints import notifications
from complaints.actions.measures_due import ABOVE
from complaints.measures import State as MeasureState
from complaints.notifications import Notice
from complaints.thorough import Urgency, next_reminder, urgency
from reports.models import OwnerPromise
from staff.roles import Role
from staff.stand_ins import StandIns

JOB = "owner_promises"
BATCH = 200


def remind(now: datetime) -> int:
    """A batch of those that are due to be told of; how many. A constant number of queries for each."""
    with transaction.atomic(durable=True):
        rows = list(
            OwnerPromise.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("meeting__estate", "keeper", "measure", "follow_up")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def above(step: Urgency) -> list[Role]:
    """As for measures; no department keeps a promise, so no head is told."""
    return [role for role in ABOVE[step] if role != Role.DEPARTMENT_HEAD]


def is_carried_out(row: OwnerPromise) -> bool:
    """What carries it out is done: only the manager's word on it is still to come."""
    if row.measure:
        return row.measure.state == MeasureState.EFFECTIVE
    return bool(row.follow_up and row.follow_up.done_at)


def _remind(rows: list[OwnerPromise], now: datetime) -> None:
    estates = {row.meeting.estate_id: row.meeting.estate for row in rows}
    stand_ins = StandIns.load(now, estates.values())
    sent: dict[str, list[Notice]] = {}
    later: dict[datetime, list[int]] = defaultdict(list)
    for row in rows:
        step, estate = urgency(row.due_at, now), row.meeting.estate
        manager = stand_ins.reach(Role.PROPERTY_MANAGER, estate.pk)[1]
        kind = "promise_due_soon" if step == Urgency.SOON else "promise_due_over"
        people = stand_ins.present([row.keeper]) or manager
        people = [*people, *(one for role in above(step) for one in stand_ins.reach(role, estate.pk)[1])]
        if is_carried_out(row):
            kind, people = "promise_carried_out", manager
        params = {
            "owner_meeting": row.meeting_id, "estate": estate.name, "zone": estate.zone.key,
            "promise": row.what[:60], "due_on": f"{row.due_on}",
        }  # fmt: skip
        source = f"op{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"
        sent[source] = [Notice(one, kind, None, params) for one in dict.fromkeys(people)]
        later[next_reminder(row.due_at, now)].append(row.pk)
    for at, keys in later.items():
        OwnerPromise.objects.filter(pk__in=keys).update(remind_at=at)
    notifications.write_many(sent, at=now)
