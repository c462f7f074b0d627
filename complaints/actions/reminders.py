"""Whoever is asked is reminded: of requests for more time, of overruns that wait (domain.md 5), of relays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from complaints import notifications
from complaints.actions import relays, superior
from complaints.actions.current_policy import current_policy
from complaints.actions.overruns import others_decide
from complaints.actions.unit_of_work import UnitOfWork
from complaints.decisions import EXTENSION
from complaints.models import Clock, Complaint, Event, Extension, Overrun, Respondent
from complaints.policy import Severity
from complaints.restricted_access import CaseReaders, named_readers
from complaints.worktime import Limit, Unit, due
from staff.roles import Role
from staff.stand_ins import StandIns

State = Extension.State

#: An approver is reminded when half of the time left is gone, and after this much at the latest.
LONGEST_WAIT = Limit(timedelta(hours=4), Unit.SERVICE_HOURS)
BATCH = 200


def first_reminder(case: UnitOfWork, clock: Clock) -> datetime:
    """Half of the time left, or four hours of service time, whichever comes first."""
    patience = due(case.at, LONGEST_WAIT, case.calendar)
    if clock.due_at <= case.at:
        return patience
    return min(patience, case.at + (clock.due_at - case.at) / 2)


def remind_due(now: datetime) -> int:
    """Remind of requests and overruns that still wait; how many. Call again while it is not zero.

    Each request reminds its approvers once while there is time and once when the clock runs out; after an
    outage both are one.
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
        duties = list(
            Overrun.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("complaint__estate")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if duties:
            _remind_of_overruns(duties, now)
    return len(requests) + len(duties) + relays.remind_due(now) + superior.climb_due(now)


def _remind(requests: list[Extension], now: datetime) -> None:
    stand_ins = StandIns.load(now, {request.complaint.estate for request in requests})
    barred = barred_of((request.complaint for request in requests), stand_ins)
    notices: dict[str, list[notifications.Notice]] = {}
    events = []
    for request in requests:
        case, clock = request.complaint, request.clock
        role, but = Role(request.approver_role), barred[case.pk] | EXTENSION.involved(request)
        _role, people = stand_ins.reach(role, case.estate_id, department=case.department_id, barred=but)
        what = {"extension": request.pk, "clock": clock.kind, "due_at": clock.due_at.isoformat()}
        cause = f"x{request.pk}:{request.remind_at:%Y%m%d%H%M%S}"
        notices[cause] = [notifications.Notice(person, "extension_waits", case, what) for person in people]
        if not people:
            administrators = stand_ins.administrators(case.estate_id)
            event, notices[cause] = notifications.unreached(
                case, "undecided", [role], administrators, at=request.remind_at or now, recorded_at=now,
                but=EXTENSION.involved(request),
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
    notifications.write_many(notices, at=now)


def _remind_of_overruns(duties: list[Overrun], now: datetime) -> None:
    """Once while there is time; when there is none left, the clock's own levels tell."""
    stand_ins = StandIns.load(now, {duty.complaint.estate for duty in duties})
    barred, policy = barred_of((duty.complaint for duty in duties), stand_ins), current_policy().policy
    notices: dict[str, list[notifications.Notice]] = {}
    events = []
    for duty in duties:
        case, but = duty.complaint, barred[duty.complaint_id]
        if duty.state == Overrun.State.TO_EXPLAIN:
            kind, role = "overrun_unexplained", Role.DEPARTMENT_HEAD
            people = stand_ins.people([duty.explainer_id]) if duty.explainer_id else []
            people = stand_ins.present(people, but)
        else:
            kind, role = "overrun_undecided", policy.approver(Severity(duty.severity))
            people = others_decide(duty, policy, stand_ins, but)[1]
        if not people:  # the next ones up; or nobody else is there
            people = stand_ins.reach(role, case.estate_id, department=duty.department_id, barred=but)[1]
        what = {"overrun": duty.pk, "approver": role, "asked_by": duty.explained_by_id or 0}
        notices[f"v{duty.pk}:{duty.remind_at:%Y%m%d%H%M%S}"] = [
            notifications.Notice(person, kind, case, what) for person in people
        ]
        events.append(
            Event(
                complaint=case,
                at=duty.remind_at,
                recorded_at=now,
                kind="overrun_reminded",
                params={"told": [person.pk for person in people]},
            )
        )
    Overrun.objects.filter(pk__in=[duty.pk for duty in duties]).update(remind_at=None)
    Event.objects.bulk_create(events)
    notifications.write_many(notices, at=now)


def barred_of(complaints: Iterable[Complaint], stand_ins: StandIns) -> dict[int, set[int]]:
    """Who is complained about, and who may not read a restricted case, by case."""
    cases = {case.pk: case for case in complaints}
    barred: dict[int, set[int]] = defaultdict(set)
    about = Respondent.objects.filter(complaint__in=cases, user__isnull=False)
    for complaint_id, user_id in about.values_list("complaint_id", "user_id"):
        barred[complaint_id].add(user_id)
    if restricted := [case for case in cases.values() if case.restricted]:
        named = named_readers(case.pk for case in restricted)
        for case in restricted:
            barred[case.pk] |= CaseReaders(case, stand_ins, named[case.pk]).without_access
    return barred
