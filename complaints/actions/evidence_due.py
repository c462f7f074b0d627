"""Withdrawals of evidence that wait for a second person: for whom, and when he is reminded (sweep)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from complaints import notifications
from complaints.actions.clock_rows import calendar_of
from complaints.actions.current_policy import current_policy
from complaints.actions.reminders import barred_of
from complaints.decisions import places
from complaints.evidence import State
from complaints.models import Complaint, Event, Evidence
from complaints.statuses import JUDGES
from complaints.worktime import Limit, Unit, due
from staff.models import Estate
from staff.permissions import Permissions
from staff.roles import Role
from staff.stand_ins import StandIns

#: Who was asked is reminded once, after so long.
PATIENCE = Limit(timedelta(days=2), Unit.WORKING_DAYS)
BATCH = 200


def to_decide(person: Permissions) -> QuerySet[Evidence]:
    """Those he may confirm or keep, the oldest first; never what he has proposed himself."""
    held = places(person, "complaint__estate")
    his = Q(pk__in=[])
    for role in Role:
        if role in JUDGES and role in held:
            his |= held[role]
    return (
        Evidence.objects.filter(
            his, state=State.TO_WITHDRAW, complaint__in=Complaint.objects.visible_to(person)
        )
        .exclude(proposed_by=person.user.pk)
        .select_related("complaint__estate", "proposed_by")
        .order_by("proposed_at", "pk")
    )


def reminder(estate: Estate, at: datetime) -> datetime:
    """When those who decide on what is proposed at `at` are reminded."""
    return due(at, PATIENCE, calendar_of(estate, current_policy().policy))


def remind_due(now: datetime) -> int:
    """Remind of what still waits, each item once; how many. Call again while it is not zero."""
    with transaction.atomic(durable=True):
        rows = list(
            Evidence.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(state=State.TO_WITHDRAW, remind_at__lte=now)
            .select_related("complaint__estate", "complaint__department")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def _remind(rows: list[Evidence], now: datetime) -> None:
    stand_ins = StandIns.load(now, {row.complaint.estate for row in rows})
    barred = barred_of((row.complaint for row in rows), stand_ins)
    notices: dict[str, list[notifications.Notice]] = {}
    events = []
    for row in rows:
        case, at = row.complaint, row.remind_at or now
        but = {pk for pk in (row.proposed_by_id,) if pk}
        people = stand_ins.reach(
            Role.SUPERVISOR, case.estate_id, department=case.department_id, barred=barred[case.pk] | but
        )[1]
        cause = f"e{row.pk}:{at:%Y%m%d%H%M%S}"
        said = {"evidence": row.number}
        notices[cause] = [notifications.Notice(person, "evidence_undecided", case, said) for person in people]
        if not people:
            event, notices[cause] = notifications.unreached(
                case, "undecided", [Role.SUPERVISOR], stand_ins.administrators(case.estate_id), at=at,
                recorded_at=now, but=but,
            )  # fmt: skip
            events.append(event)
        told = {"item": row.number, "told": [person.pk for person in people]}
        events.append(Event(complaint=case, at=at, recorded_at=now, kind="evidence_reminded", params=told))
    Evidence.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    Event.objects.bulk_create(events)
    notifications.write_many(notices, at=now)
