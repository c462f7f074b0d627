"""Approvers are reminded of requests for more time that wait (domain.md 5)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from complaints import notifications
from complaints.actions.hold import Hold
from complaints.models import Clock, Event, Extension, Respondent
from complaints.worktime import Limit, Unit, due
from staff.directory import Directory
from staff.roles import Role

State = Extension.State

#: An approver is reminded when half of the time left is gone, and after this much at the latest.
LONGEST_WAIT = Limit(timedelta(hours=4), Unit.SERVICE_HOURS)
BATCH = 200


def first_reminder(case: Hold, clock: Clock) -> datetime:
    """Half of the time left, or four hours of service time, whichever comes first."""
    patience = due(case.at, LONGEST_WAIT, case.calendar)
    if clock.due_at <= case.at:
        return patience
    return min(patience, case.at + (clock.due_at - case.at) / 2)


def remind_due(now: datetime) -> int:
    """Remind the approvers of requests that still wait; how many. Call again while it is not zero.

    Each request reminds once while there is time and once when the clock runs out; after an outage
    both are one.
    """
    with transaction.atomic(durable=True):
        requests = list(
            Extension.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(state=State.PENDING, remind_at__lte=now)
            .select_related("complaint__estate", "complaint__department", "clock")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if requests:
            _remind(requests, now)
    return len(requests)


def _remind(requests: list[Extension], now: datetime) -> None:
    directory = Directory.load(now, {request.complaint.estate for request in requests})
    about = Respondent.objects.filter(complaint__in=[r.complaint_id for r in requests], user__isnull=False)
    barred: dict[int, set[int]] = defaultdict(set)
    for complaint_id, user_id in about.values_list("complaint_id", "user_id"):
        barred[complaint_id].add(user_id)
    letters: dict[str, list[notifications.Letter]] = {}
    events = []
    for request in requests:
        case, clock = request.complaint, request.clock
        role, but = Role(request.approver_role), barred[case.pk] | {request.requested_by_id}
        _role, people = directory.reach(role, case.estate_id, department=case.department_id, barred=but)
        what = {"extension": request.pk, "clock": clock.kind, "due_at": clock.due_at.isoformat()}
        cause = f"x{request.pk}:{request.remind_at:%Y%m%d%H%M%S}"
        letters[cause] = [notifications.Letter(person, "extension_waits", case, what) for person in people]
        if not people:
            administrators = directory.administrators(case.estate_id)
            event, letters[cause] = notifications.unreached(
                case, "undecided", [role], administrators, at=request.remind_at or now, recorded_at=now,
                but=[request.requested_by_id],
            )  # fmt: skip
            events.append(event)
        events.append(
            Event(
                complaint=case,
                at=request.remind_at,
                recorded_at=now,
                kind="extension_reminded",
                params={"clock": clock.kind, "told": [person.pk for person in people]},
            )
        )
        Extension.objects.filter(pk=request.pk).update(remind_at=clock.due_at if clock.due_at > now else None)
    Event.objects.bulk_create(events)
    notifications.write_many(letters, at=now)
