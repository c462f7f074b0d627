"""Commendations that wait: for whose decision, and when he, or who publishes it, is reminded (sweep; A10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from complaints import notifications
from complaints.actions.clock_rows import calendar_of
from complaints.actions.commendation_rows import notices
from complaints.actions.current_policy import current_policy
from complaints.commendations import DECIDERS, State, asked
from complaints.decisions import places
from complaints.models import Commendation
from complaints.worktime import Limit, Unit, due
from staff.models import Estate
from staff.permissions import Permissions
from staff.roles import Role
from staff.stand_ins import StandIns

#: Who was asked to decide, or to publish, is reminded once, after so long.
PATIENCE = Limit(timedelta(days=2), Unit.WORKING_DAYS)
BATCH = 200


def to_decide(person: Permissions) -> QuerySet[Commendation]:
    """Those he may approve or turn down, the oldest first; none he has proposed himself."""
    held = places(person, "estate")
    his = Q(pk__in=[])
    for reach, roles in DECIDERS.items():
        for role in Role:
            if role in roles and role in held:
                his |= Q(reach=reach) & held[role]
    return (
        Commendation.objects.visible_to(person)
        .filter(his, state=State.PROPOSED)
        .exclude(proposed_by=person.user.pk)
        .select_related("estate", "person", "proposed_by")
        .order_by("proposed_at", "pk")
    )


def reminder(estate: Estate, at: datetime) -> datetime:
    """When whoever is asked at `at` is reminded."""
    return due(at, PATIENCE, calendar_of(estate, current_policy().policy))


def remind_due(now: datetime) -> int:
    """Remind of what still waits, each once; how many. Call again while it is not zero."""
    with transaction.atomic(durable=True):
        rows = list(
            Commendation.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(state__in=(State.PROPOSED, State.APPROVED), remind_at__lte=now)
            .select_related("estate", "complaint")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def _remind(rows: list[Commendation], now: datetime) -> None:
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    sent: dict[str, list[notifications.Notice]] = {}
    for row in rows:
        proposed = row.state == State.PROPOSED
        barred = [row.person_id]
        if proposed and row.proposed_by_id:
            barred.append(row.proposed_by_id)
        role = asked(row.reach) if proposed else Role.SUPERVISOR
        if row.complaint and row.complaint.restricted:
            role = asked(row.reach)  # those below do not read it
        people = stand_ins.reach(role, row.estate_id, barred=barred)[1]
        kind = "commendation_undecided" if proposed else "commendation_unpublished"
        sent[f"tb{row.pk}:waits:{row.remind_at:%Y%m%d%H%M%S}"] = notices(row, people, kind)
    Commendation.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    notifications.write_many(sent, at=now)
