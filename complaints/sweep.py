"""Fire what is due: every level of every clock exactly once, whatever dies (domain.md 4).

Set-based: a batch costs the same few statements however many levels it fires. The clock rows are
locked (a case being closed is skipped and seen next time), the level's row flips from pending to
fired, and its event, inbox lines and outbox rows are written in the same transaction. Beat and the
plain loop may both run, many times at once.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import OperationalError, transaction
from django.db.models import F, QuerySet

from complaints import message_bundles, notifications
from complaints.clocks import doers
from complaints.danger import is_dangerous
from complaints.decisions import OVERRUN
from complaints.health import LARGEST_SKEW, has_second_clock, skew
from complaints.message_bundles import THREE_QUARTERS
from complaints.models import (
    Clock,
    Complaint,
    Deadline,
    Event,
    Overrun,
    PolicyVersion,
    Respondent,
    SetAside,
    SweepMark,
)
from complaints.policy import ClockKind, Level, Policy, Severity
from complaints.restricted_access import CaseReaders, named_readers
from complaints.statuses import CaseRole
from config.framework.bulk_insert import insert
from staff.models import Estate, User
from staff.roles import MANAGERS, Role
from staff.stand_ins import StandIns

BATCH = 500
#: What the event of a level is written with.
EVENT = ("complaint", "at", "recorded_at", "kind", "params", "note", "owner_sees", "by_customer")
#: What is read of a level and its clock, and of its case; a batch has a thousand of them.
LEVEL = (
    "pk", "level", "due_at", "clock", "clock__kind", "clock__due_at", "clock__severity", "clock__policy",
    "clock__follow_up", "clock__follow_up__department",
)  # fmt: skip
CLOCK = LEVEL.index("clock")
CASE = (
    "number", "estate", "department", "handler", "first_receiver", "accountable", "severity", "urgent",
    "injury", "restricted",
)  # fmt: skip
#: A case that could not be fired is left out for so long; it is shown meanwhile.
TRY_AGAIN_AFTER = timedelta(minutes=10)

#: The mark of what was looked at in advance, and where it begins.
LOOKED_AHEAD, LONG_AGO = "look_ahead", datetime(2000, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)

PENDING, FIRED = Deadline.State.PENDING, Deadline.State.FIRED


class ClockSkew(RuntimeError):
    """The host's clock and the database's differ by too much to trust either."""


#: The people of a case, and where they stand on it.
ON_IT: dict[Role | CaseRole, str] = {
    CaseRole.HANDLER: "handler_id",
    CaseRole.FIRST_RECEIVER: "first_receiver_id",
    CaseRole.ACCOUNTABLE: "accountable_id",
}
#: Those whom levels go to.
ANSWERING = MANAGERS | {Role.DEPARTMENT_HEAD}


class Due(NamedTuple):
    """A level to fire, with its clock and its case; plain values, because a model takes longer to build."""

    pk: int
    level: str
    at: datetime
    clock: int
    kind: str
    due_at: datetime  # the clock's
    severity: str
    policy: int
    follow_up: int | None  # whose clock it is, and its department
    department: int | None
    case: Complaint
    share: int = (
        message_bundles.THREE_QUARTERS
    )  # of the time, in percent, that is gone when the clock's rules warn


class Fired(NamedTuple):
    """One level that fired, with whom it goes to."""

    level: Due
    people: list[User]
    lacking: tuple[Role, ...] = ()  # roles to be told, where nobody can be reached for them
    administrators: tuple[User, ...] = ()  # told instead


class ByRule(NamedTuple):
    """Whom the rules name for a level of such a clock, whatever its case."""

    roles: list[CaseRole]  # those on the case who do what it waits for
    does: list[Role]  # or who does it by his role
    asked: list[Role]  # who is told besides
    lacking: list[Role]  # whom the administrator is told of where nobody can be reached
    #: Who stands in for somebody, or is the next one up, may read of it in the digest (domain.md 4); what
    #: goes to a role by itself it is told of at once.
    in_digest: frozenset[Role]


def sweep(now: datetime) -> int:
    """Fire one batch of due levels; how many were dealt with. Call again while it is not zero.

    Whoever passes the host's own time calls `check_skew` first. When a batch fails, its cases are fired
    one by one, and those that fail alone are set aside: one case must not hold up the others.
    """
    due = _due_cases(now)
    cases = set(due)
    if len(cases) > message_bundles.MOST or len(due) == BATCH:
        _look_ahead(now)
    try:
        return _fire(cases, now)
    except OperationalError:  # the database's trouble is no case's fault
        raise
    except Exception:
        logger.exception("a batch of levels could not be fired; its cases are tried one by one")
    return sum(_fire_alone(case, now) for case in set(_due_cases(now)))


def _look_ahead(now: datetime) -> None:
    """Before a crowd fires in batches: who is told of how many cases, by all that is newly due.

    One sweep looks at a time. What fails here costs nobody a message: then each case is told by itself.
    """
    try:
        with transaction.atomic(durable=True):
            SweepMark.objects.get_or_create(job=LOOKED_AHEAD, defaults={"last_ok": LONG_AGO})
            mark = SweepMark.objects.select_for_update().get(job=LOOKED_AHEAD)
            if due := _unseen(mark.last_ok, now):
                message_bundles.write(_told(due, now), now)
                mark.last_ok = now
                mark.save(update_fields=["last_ok"])
    except OperationalError:
        raise
    except Exception:
        logger.exception("what is due could not be told together")


def _unseen(since: datetime, now: datetime) -> list[Due]:
    ready = Deadline.objects.filter(state=PENDING, due_at__gt=since, due_at__lte=now)
    aside = left_out(SetAside.Job.LEVELS, now)
    levels = ready.exclude(clock__complaint__in=aside).filter(clock__stopped_at=None)
    return _with_cases(list(levels.values_list(*LEVEL, "clock__complaint")))


def _told(due: list[Due], now: datetime) -> Iterator[tuple[Due, list[User]]]:
    """Whom each level goes to; one that cannot be told is left to its own turn."""
    people_for = _addressing(due, now)
    for level in due:
        try:
            yield level, people_for(level).people
        except OperationalError:
            raise
        except Exception:
            logger.exception("complaint %s cannot be told together with others", level.case.pk)


def _fire(cases: Collection[int], now: datetime) -> int:
    with transaction.atomic(durable=True):
        due = _take(cases, now)
        if due:
            _write([*map(_addressing(due, now), due)], now)
            SetAside.objects.filter(complaint__among=cases, job=SetAside.Job.LEVELS).delete()
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


def check_skew(now: datetime, *, deletes: bool = False) -> None:
    """Raises ClockSkew when the host's clock is not the database's: asked before whatever acts by the time.

    SQLite has no clock of its own. There a jump may as well be the clock set right: it is only told, but
    nothing is deleted by it until the processes begin anew.
    """
    if abs(apart := skew(now)) <= LARGEST_SKEW:
        return
    if deletes or has_second_clock():
        raise ClockSkew(f"The clock of this machine is astray by {apart}; nothing is done by it.")
    logger.error("the clock of this machine has jumped by %s", apart)


def _due_cases(now: datetime) -> list[int]:
    """The case of each level of a batch; they are taken as a whole, so that one message a case can do."""
    ready = Deadline.objects.filter(state=PENDING, due_at__lte=now).order_by("due_at", "pk")
    aside = left_out(SetAside.Job.LEVELS, now)
    cases = ready.exclude(clock__complaint__in=aside).values_list("clock__complaint_id", flat=True)
    return list(cases[:BATCH])


def _take(cases: Collection[int], now: datetime) -> list[Due]:
    """Lock the clocks of what is due and flip their levels to fired.

    A case is taken as a whole: while somebody else holds one of its clocks, its other levels wait too.
    """
    ready = Deadline.objects.filter(state=PENDING, due_at__lte=now).order_by("due_at", "pk")
    locked = set(
        Clock.objects.running()
        .filter(complaint__among=cases)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    # Looked at again under the lock: another sweep may have fired them meanwhile.
    there = ready.filter(clock__complaint__among=cases, clock__stopped_at=None)
    levels = list(there.values_list(*LEVEL, "clock__complaint"))
    torn = {case for *level, case in levels if level[CLOCK] not in locked}
    due = _with_cases([level for level in levels if level[-1] not in torn])
    flipped = Deadline.objects.filter(pk__among=[d.pk for d in due], state=PENDING)
    if flipped.update(state=FIRED, fired_at=now) != len(due):
        raise RuntimeError("A level changed under the clock's lock.")
    over = {d.clock for d in due if d.level != Level.WARNING}
    Clock.objects.filter(pk__among=over, breached_at__isnull=True).update(breached_at=F("due_at"))
    return due


def _with_cases(levels: list[tuple[Any, ...]]) -> list[Due]:
    read = Complaint.objects.only(*CASE).filter(pk__among={case for *_level, case in levels})
    complaints = {complaint.pk: complaint for complaint in read}
    return [Due._make([*level, complaints[case], THREE_QUARTERS]) for *level, case in levels]


def _addressing(due: list[Due], now: datetime) -> Callable[[Due], Fired]:
    """Who is told of each of these levels: named people, never one complained about, never nobody in silence.

    Where no manager can be reached the administrator is told: he has to mend the postings.
    """
    cases = {d.case.pk: d.case for d in due}
    estates = Estate.objects.in_bulk({case.estate_id for case in cases.values()})
    for case in cases.values():
        case.estate = estates[case.estate_id]
    stand_ins = StandIns.load(now, estates.values())
    on_them = {getattr(case, column) for case in cases.values() for column in ON_IT.values()}
    stand_ins.people(on_them - {None} | stand_ins.holding(ANSWERING))
    barred: dict[int, set[int]] = defaultdict(set)
    about = Respondent.objects.filter(complaint__among=cases, user__isnull=False)
    for complaint, user in about.values_list("complaint_id", "user_id"):
        barred[complaint].add(user)
    if restricted := {pk: case for pk, case in cases.items() if case.restricted}:
        named = named_readers(restricted)
        for pk, case in restricted.items():
            barred[pk] |= CaseReaders(case, stand_ins, named[pk]).without_access
    versions = PolicyVersion.objects.in_bulk({d.policy for d in due})
    asks = {str(kind): str(state) for kind, state in Overrun.RUNS_FOR.items()}
    late = {d.case.pk for d in due if d.kind in asks}
    duties = Overrun.objects.asked_by_clocks(late) if late else {}
    rules: dict[tuple[Any, ...], ByRule] = {}

    def address(d: Due) -> Fired:
        policy = versions[d.policy].policy
        d = d._replace(share=round(policy.data["warning_share"] * 100))
        said = (d.policy, d.kind, d.severity, d.level)
        if said not in rules:
            rules[said] = _by_rule(policy, d)
        duty = duties.get((d.case.pk, asks.get(d.kind, "")))
        return _people_for(d, rules[said], stand_ins, policy, barred[d.case.pk], duty)

    return address


def _by_rule(policy: Policy, level: Due) -> ByRule:
    kind, severity = ClockKind(level.kind), Severity(level.severity)
    over = policy.recipients(kind, severity)
    asked = policy.told(kind, severity, Level(level.level))
    who = doers(kind, Level(level.level))
    does = [Role(one) for one in who if one not in ON_IT]
    lacking = (asked or does or over) if level.level == Level.WARNING else over
    return ByRule(
        [CaseRole(one) for one in who if one in ON_IT],
        does,
        asked,
        lacking,
        policy.in_digest(severity) - {*over},
    )


def _people_for(
    level: Due, rule: ByRule, stand_ins: StandIns, policy: Policy, barred: set[int], duty: Overrun | None
) -> Fired:
    case, is_warning = level.case, level.level == Level.WARNING
    # A follow-up is its own department's business.
    department = level.department if level.follow_up else case.department_id
    roles = rule.roles
    if department != case.department_id:
        roles = [part for part in roles if part == CaseRole.FIRST_RECEIVER]

    def reach(role: Role) -> tuple[Role | None, list[User]]:
        return stand_ins.reach(role, case.estate_id, department=department, barred=barred)

    def at_once(role: Role) -> list[User]:
        """Who is urgently needed is told, else who does not read of it in the digest."""
        reached, people = reach(role)
        return [] if reached in rule.in_digest and not is_dangerous(case) else people

    if duty:  # it is for whoever explains it, or decides on it, and not for those who work on the case
        does = _asked_of(duty, stand_ins, policy, case, barred)
    else:
        named = [pk for part in roles if (pk := getattr(case, ON_IT[part]))]
        does = stand_ins.present(stand_ins.people(named), barred)
        does += [person for role in rule.does for person in reach(role)[1]]
    told = list(dict.fromkeys([*does, *(person for role in rule.asked for person in at_once(role))]))
    if any(reach(role)[1] for role in rule.asked) or is_warning and does:
        return Fired(level, told)
    return Fired(level, told, tuple(rule.lacking), tuple(stand_ins.administrators(case.estate_id)))


def _asked_of(
    duty: Overrun, stand_ins: StandIns, policy: Policy, case: Complaint, barred: set[int]
) -> list[User]:
    """Who owes what an overrun's clock waits for: the explanation, or the decision on it."""

    def reach(role: Role, but: Collection[int]) -> list[User]:
        return stand_ins.reach(role, case.estate_id, department=duty.department_id, barred={*barred, *but})[1]

    if duty.state == Overrun.State.TO_EXPLAIN:
        asked = stand_ins.people([duty.explainer_id]) if duty.explainer_id else []
        return stand_ins.present(asked, barred) or reach(Role.DEPARTMENT_HEAD, ())
    role = policy.approver(Severity(duty.severity))
    return reach(role, OVERRUN.involved(duty)) or reach(role, ())


def _write(fired: list[Fired], now: datetime) -> None:
    """Events with their true due times; one message per case and person, of the gravest level."""
    events: list[tuple[Any, ...]] = []
    by_level: dict[str, list[notifications.Notice]] = defaultdict(list)
    mending: dict[int, tuple[int, list[notifications.Notice]]] = {}
    about = {f.level.pk: message_bundles.about(f.level) for f in fired}
    for level, people, lacking, administrators in fired:
        told = {"told": [person.pk for person in (*people, *administrators)]}
        case, kind = level.case, f"level_{level.level}"
        events.append((case.pk, level.at, now, kind, about[level.pk] | told, "", False, False))
        if lacking:
            event, notices = notifications.unreached(
                case, "unreached", lacking, administrators, at=level.at, recorded_at=now
            )
            events.append((case.pk, event.at, now, event.kind, event.params, "", False, False))
            mending[case.pk] = (level.pk, notices)
    insert(Event, EVENT, events)
    known = message_bundles.known_since(f.level for f in fired)
    for word in message_bundles.words_of(((f.level, f.people) for f in fired), known):
        by_level[f"d{word.level.pk}"].append(word.notice)
    for pk, notices in mending.values():
        by_level[f"d{pk}"] += notices
    notifications.write_many(by_level, at=now)
