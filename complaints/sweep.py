"""Fire what is due: every level of every clock exactly once, whatever dies (domain.md 4).

Set-based: a batch costs the same few statements however many levels it fires. The clock rows are
locked (a case being closed is skipped and seen next time), the level's row flips from pending to
fired, and its event, inbox lines and outbox rows are written in the same transaction. Beat and the
plain loop may both run, many times at once.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet

from complaints import notifications
from complaints.health import LARGEST_SKEW, skew
from complaints.models import Clock, Complaint, Deadline, Event, Respondent, SetAside
from complaints.models.writing import insert
from complaints.policy import ClockKind, Level, Policy, Severity
from staff.directory import Directory
from staff.models import Estate, User
from staff.roles import MANAGERS, NEXT_UP, Role

BATCH = 500
#: What the event of a level is written with.
EVENT = ("complaint", "at", "recorded_at", "kind", "params", "note", "owner_sees", "by_customer")
#: A case that could not be fired is left out for so long; it is shown meanwhile.
TRY_AGAIN_AFTER = timedelta(minutes=10)

logger = logging.getLogger(__name__)

PENDING, FIRED = Deadline.State.PENDING, Deadline.State.FIRED


class ClockSkew(RuntimeError):
    """The host's clock and the database's differ by too much to trust either."""


#: Those whom levels go to.
ANSWERING = MANAGERS | {Role.DEPARTMENT_HEAD}


@dataclass(frozen=True)
class Fired:
    """One level that fired, with whom it goes to."""

    deadline: Deadline
    people: list[User]
    lacking: tuple[Role, ...] = ()  # roles to be told, where nobody can be reached for them
    administrators: tuple[User, ...] = ()  # told instead


def sweep(now: datetime) -> int:
    """Fire one batch of due levels; how many were dealt with. Call again while it is not zero.

    Whoever passes the host's own time calls `check_skew` first. When a batch fails, its cases are fired
    one by one, and those that fail alone are set aside: one case must not hold up the others.
    """
    try:
        return _fire(_due_cases(now), now)
    except OperationalError:  # the database's trouble is no case's fault
        raise
    except Exception:
        logger.exception("a batch of levels could not be fired; its cases are tried one by one")
    return sum(_fire_alone(case, now) for case in _due_cases(now))


def _fire(cases: Collection[int], now: datetime) -> int:
    with transaction.atomic(durable=True):
        due = _take(cases, now)
        if due:
            fired = _address(due, now)
            _write(fired, now)
            SetAside.objects.filter(complaint__in=cases, job=SetAside.Job.LEVELS).delete()
        notifications.mark("sweep", now)
    return len(due)


def _fire_alone(case: int, now: datetime) -> int:
    try:
        return _fire([case], now)
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("complaint %s is set aside", case)
        set_aside(case, SetAside.Job.LEVELS, error, now)
        return 1


def set_aside(case: int, job: str, error: Exception, now: datetime) -> None:
    """Leave a case out of a job for a while; health tells of it meanwhile."""
    said = {"until": now + TRY_AGAIN_AFTER, "error": (str(error) or type(error).__name__)[:300]}
    SetAside.objects.update_or_create(
        complaint_id=case, job=job, defaults=said, create_defaults={"since": now, **said}
    )


def left_out(job: str, now: datetime) -> QuerySet[SetAside, Any]:
    """The cases that a job leaves out at present."""
    return SetAside.objects.filter(job=job, until__gt=now).values("complaint")


def check_skew(now: datetime) -> None:
    """Raises ClockSkew when the host's clock is not the database's; a jump on SQLite is only told."""
    if abs(apart := skew(now)) <= LARGEST_SKEW:
        return
    if connection.vendor == "postgresql":
        raise ClockSkew(f"The host's clock and the database's differ by {apart}; nothing is fired.")
    logger.error("the clock of this machine has jumped by %s", apart)


def _due_cases(now: datetime) -> set[int]:
    """Whole cases, so that a person gets one message a case however much is due at once."""
    ready = Deadline.objects.filter(state=PENDING, due_at__lte=now).order_by("due_at", "pk")
    aside = left_out(SetAside.Job.LEVELS, now)
    cases = ready.exclude(clock__complaint__in=aside).values_list("clock__complaint_id", flat=True)
    return set(cases[:BATCH])


def _take(cases: Collection[int], now: datetime) -> list[Deadline]:
    """Lock the clocks of what is due and flip their levels to fired."""
    ready = Deadline.objects.filter(state=PENDING, due_at__lte=now).order_by("due_at", "pk")
    clocks = list(
        Clock.objects.running()
        .filter(complaint__in=cases)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    # Looked at again under the lock: another sweep may have fired them meanwhile.
    due = list(
        ready.filter(clock__in=clocks).select_related("clock__complaint").defer("clock__complaint__content")
    )
    flipped = Deadline.objects.filter(pk__in=[d.pk for d in due], state=PENDING)
    if flipped.update(state=FIRED, fired_at=now) != len(due):
        raise RuntimeError("A level changed under the clock's lock.")
    over = {d.clock_id for d in due if d.level != Level.WARNING}
    Clock.objects.filter(pk__in=over, breached_at__isnull=True).update(breached_at=F("due_at"))
    return due


def _address(due: list[Deadline], now: datetime) -> list[Fired]:
    """Who is told of each level: named people, never one complained about, never nobody in silence.

    Where no manager can be reached the administrator is told: he has to mend the postings.
    """
    cases = [deadline.clock.complaint for deadline in due]
    estates = Estate.objects.in_bulk({case.estate_id for case in cases})
    directory = Directory.load(now, estates.values())
    directory.people({pk for case in cases for pk in _on(case) if pk} | directory.holding(ANSWERING))
    barred: dict[int, set[int]] = defaultdict(set)
    about = Respondent.objects.filter(complaint__in={d.clock.complaint_id for d in due}, user__isnull=False)
    for complaint_id, user_id in about.values_list("complaint_id", "user_id"):
        barred[complaint_id].add(user_id)
    policies = {}
    fired = []
    for deadline in due:
        clock = deadline.clock
        clock.complaint.estate = estates[clock.complaint.estate_id]
        if clock.policy_id not in policies:
            policies[clock.policy_id] = clock.policy.policy
        fired.append(_people_for(deadline, directory, policies[clock.policy_id], barred[clock.complaint_id]))
    return fired


def _on(case: Complaint) -> tuple[int | None, ...]:
    """Handler, first receiver and accountable head."""
    return case.handler_id, case.first_receiver_id, case.accountable_id


def _people_for(deadline: Deadline, directory: Directory, policy: Policy, barred: set[int]) -> Fired:
    clock, case = deadline.clock, deadline.clock.complaint
    severity, kind = Severity(clock.severity), ClockKind(clock.kind)
    is_warning = deadline.level == Level.WARNING
    roles = policy.recipients(kind, severity)
    # A general manager reads minor ones in the digest (domain.md 4), where he stands in for somebody or is
    # the next one up; what goes to him by itself, or is urgent, he is told of at once.
    in_digest = severity == Severity.MINOR and not case.urgent and Role.GENERAL_MANAGER not in roles

    def reach(role: Role) -> tuple[Role | None, list[User]]:
        return directory.reach(role, case.estate_id, department=case.department_id, barred=barred)

    def at_once(role: Role) -> list[User]:
        reached, people = reach(role)
        return [] if in_digest and reached == Role.GENERAL_MANAGER else people

    handler, first_receiver, accountable = _on(case)
    workers = [pk for pk in (handler, first_receiver, accountable if is_warning else None) if pk]
    if is_warning:
        roles = asked = [Role.SUPERVISOR]
        # Media and objection are his to answer, whatever the severity.
        if severity != Severity.MINOR or kind in (ClockKind.MEDIA, ClockKind.OBJECTION):
            asked = [*roles, Role.PROPERTY_MANAGER]
    else:
        asked = [*roles]
        if deadline.level == Level.DAY_OVER:
            asked += [NEXT_UP.get(role, role) for role in roles]
    if kind == ClockKind.BULLETIN:  # written by the supervisor
        doers, asked = at_once(Role.SUPERVISOR), [] if is_warning else asked
    else:
        doers = directory.present(directory.people(workers), barred)
    told = list(dict.fromkeys([*doers, *(person for role in asked for person in at_once(role))]))
    if any(reach(role)[1] for role in asked) or is_warning and doers:
        return Fired(deadline, told)
    return Fired(deadline, told, tuple(roles), tuple(directory.administrators(case.estate_id)))


def _write(fired: list[Fired], now: datetime) -> None:
    """Events with their true due times; one message per case and person, of the gravest level."""
    events = []
    mending: dict[int, tuple[int, list[notifications.Letter]]] = {}
    for f in fired:
        clock = f.deadline.clock
        what = {
            "clock": clock.kind,
            "due_at": clock.due_at.isoformat(),
            "told": [person.pk for person in (*f.people, *f.administrators)],
        }
        kind = f"level_{f.deadline.level}"
        events.append((clock.complaint_id, f.deadline.due_at, now, kind, what, "", False, False))
        if f.lacking:
            event, letters = notifications.unreached(
                clock.complaint,
                "unreached",
                f.lacking,
                f.administrators,
                at=f.deadline.due_at,
                recorded_at=now,
            )
            events.append((clock.complaint_id, event.at, now, event.kind, event.params, "", False, False))
            mending[clock.complaint_id] = (f.deadline.pk, letters)
    insert(Event, EVENT, events)
    gravest: dict[tuple[int, int], tuple[Fired, User]] = {}
    for f in sorted(fired, key=lambda f: (Level(f.deadline.level).weight, f.deadline.due_at)):
        for person in f.people:
            gravest[f.deadline.clock.complaint_id, person.pk] = (f, person)
    by_deadline: dict[int, list[notifications.Letter]] = defaultdict(list)
    for f, person in gravest.values():
        clock = f.deadline.clock
        by_deadline[f.deadline.pk].append(
            notifications.Letter(
                person,
                f"level_{f.deadline.level}",
                clock.complaint,
                {"clock": clock.kind, "due_at": clock.due_at.isoformat()},
            )
        )
    for pk, letters in mending.values():
        by_deadline[pk] += letters
    notifications.write_many({f"d{pk}": letters for pk, letters in by_deadline.items()}, at=now)
