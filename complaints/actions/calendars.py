"""An estate's hours and days are changed here, and its open deadlines follow (domain.md 1 and 4).

A change and what it says about days are one transaction. Then every running clock of the estate that
counts working time is looked at, some hundred cases a transaction: at once, and again when whatever
was going on at that moment has ended. A crash in between loses nothing, the sweep goes on from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from complaints import notifications
from complaints.clocks import anew, levels, moved_due
from complaints.holidays import Day
from complaints.models import (
    CalendarChange,
    CalendarMove,
    Clock,
    ClockRevision,
    Complaint,
    Deadline,
    Event,
    Extension,
    PolicyVersion,
    calendar_from,
)
from complaints.policy import ClockKind, Level, Severity
from complaints.statuses import WrongPerson
from complaints.worktime import Calendar, EmptyCalendar, Limit
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import CalendarDay, Estate, User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role

#: Cases looked at in one transaction: their locks are held for a moment only.
BATCH = 200
#: After this long nobody is left who began with the calendar as it was before.
SETTLED = timedelta(minutes=1)

HOURS = ("opens", "closes", "lunch_starts", "lunch_ends", "weekdays", "staffed_on_days_off")
PENDING, CANCELLED = Deadline.State.PENDING, Deadline.State.CANCELLED


@dataclass(frozen=True)
class DayChange:
    """A date before and after; None: nothing special about it."""

    date: date
    before: Day | None
    after: Day | None


@dataclass(frozen=True)
class Move:
    """A running clock and where a changed calendar takes its due time and the levels still to come."""

    clock: Clock
    due_at: datetime
    levels: tuple[tuple[Level, datetime], ...]


class Outdated(Refused):
    """Somebody else has changed the days since they were shown."""


def keeps_calendar(person: Permissions, estate: Estate) -> bool:
    """Administrators, and the property manager of the estate."""
    return bool(person.roles_at(estate.pk) & {Role.ADMINISTRATOR, Role.PROPERTY_MANAGER})


def days_of(estate: Estate) -> dict[date, Day]:
    rows = CalendarDay.objects.filter(estate=estate).order_by("date")
    listed = rows.values_list("date", "is_working", "name")
    return {day: Day(is_working, name) for day, is_working, name in listed}


def changes_to(estate: Estate, wanted: Mapping[date, Day | None]) -> list[DayChange]:
    """What writing `wanted` would change, by date; None takes a day back."""
    known = days_of(estate)
    pairs = ((day, known.get(day), after) for day, after in sorted(wanted.items()))
    return [DayChange(day, before, after) for day, before, after in pairs if before != after]


def calendar_with(estate: Estate, changes: Iterable[DayChange] = ()) -> Calendar:
    """The estate's calendar as it would be."""
    days = days_of(estate) | {change.date: change.after for change in changes}
    return calendar_from(estate, ((day, what.is_working) for day, what in days.items() if what))


@transaction.atomic
def change_days(
    estate: Estate,
    wanted: Mapping[date, Day | None],
    *,
    seen: list[DayChange] | None = None,
    by: User,
    at: datetime,
) -> CalendarChange:
    """Write holidays and make-up days; None takes a day back.

    `seen` is what was shown before: raises Outdated when it would now be something else. Call
    `carry_on` afterwards.
    """
    row = _held(estate, by, at)
    changes = changes_to(row, wanted)
    if seen is not None and changes != seen:
        raise Outdated(_("Somebody else has changed these days meanwhile. Look at them again."))
    if not changes:
        raise Refused(_("Nothing to change: the calendar already shows this."))
    for change in changes:
        if change.after and not change.after.name.strip():
            raise Refused(_("Give the day a name, such as National Day."), field="name")
    kept = {day.date: day for day in row.calendar_days.filter(date__in=[change.date for change in changes])}
    added: list[CalendarDay] = []
    changed: list[CalendarDay] = []
    for change in changes:
        if change.after is None:
            kept[change.date]._history_user = by
            kept[change.date].delete()
            continue
        day = kept.get(change.date) or CalendarDay(estate=row, date=change.date)
        day.is_working, day.name = change.after.is_working, change.after.name.strip()
        (changed if change.before else added).append(day)
    bulk_create_with_history(added, CalendarDay, default_user=by, default_date=at)
    bulk_update_with_history(changed, CalendarDay, ["is_working", "name"], default_user=by, default_date=at)
    names = dict.fromkeys(what.name for change in changes if (what := change.after or change.before))
    return _note(row, CalendarChange.Kind.DAYS, by, at, names="、".join(names)[:200])


@transaction.atomic
def set_hours(estate: Estate, hours: Mapping[str, Any], *, by: User, at: datetime) -> CalendarChange:
    """Other service hours, lunch break or weekdays. Raises Refused for a calendar that never opens.

    Call `carry_on` afterwards.
    """
    row = _held(estate, by, at)
    changes = {name: hours[name] for name in HOURS if hours[name] != getattr(row, name)}
    if not changes:
        raise Refused(_("Nothing to change: the calendar already shows this."))
    check_hours(row, hours)
    office.edit(row, changes, by=by)
    return _note(row, CalendarChange.Kind.HOURS, by, at)


def check_hours(estate: Estate, hours: Mapping[str, Any]) -> Calendar:
    """The calendar with these hours. Raises Refused, at its field, for one that never opens."""
    as_would_be = Estate(time_zone=estate.time_zone, **{name: hours[name] for name in HOURS})
    if bool(as_would_be.lunch_starts) != bool(as_would_be.lunch_ends):
        missing = "lunch_ends" if as_would_be.lunch_starts else "lunch_starts"
        raise Refused(_("Say when the lunch break starts and when it ends, or neither."), field=missing)
    days = days_of(estate)
    calendar = calendar_from(as_would_be, ((day, what.is_working) for day, what in days.items()))
    try:
        calendar.check()
    except EmptyCalendar as empty:
        raise Refused(str(empty), field=empty.field) from None
    return calendar


def _held(estate: Estate, by: User, at: datetime) -> Estate:
    """The estate, locked: two who change its calendar come one after the other."""
    row = Estate.objects.select_for_update(no_key=True).get(pk=estate.pk)
    if not keeps_calendar(permissions_of(by, at), row):
        raise WrongPerson(_("The calendar is kept by administrators and the property manager."))
    return row


def _note(estate: Estate, kind: str, by: User, at: datetime, names: str = "") -> CalendarChange:
    return CalendarChange.objects.create(
        estate=estate, kind=kind, names=names, made_at=at, made_by=by, next_look_at=at
    )


# What the open deadlines do ------------------------------------------------------------------------


def would_move(estate: Estate, calendar: Calendar, at: datetime) -> list[Move]:
    """The running clocks whose due time this calendar would move; for looking, nothing is locked."""
    clocks = _counting(estate).select_related("complaint").order_by("due_at", "pk")
    return _moves(list(clocks), calendar, at)


def carry_on(at: datetime, *, batches: int = 1_000_000) -> int:
    """Move what changed calendars still have to move; how many due times moved.

    Idempotent, and several may run at once. Every transaction takes one batch of one change.
    """
    moved = 0
    while batches:
        with transaction.atomic(durable=True):
            waiting = CalendarChange.objects.filter(next_look_at__lte=at).order_by("next_look_at", "pk")
            change = waiting.select_for_update(skip_locked=True, of=("self",)).first()
            if change is None:
                break
            moved += _look(change, at)
        batches -= 1
    return moved


def _look(change: CalendarChange, at: datetime) -> int:
    """The next cases of a change: locked like an act holds them, first the case, then its clocks."""
    estate = change.estate
    counting = _counting(estate).filter(complaint=OuterRef("pk"))
    cases = {
        case.pk: case
        for case in Complaint.objects.filter(Exists(counting), estate=estate, pk__gt=change.upto)
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")[:BATCH]
    }
    clocks = list(
        _counting(estate)
        .filter(complaint__in=list(cases))
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    for clock in clocks:
        clock.complaint = cases[clock.complaint_id]
    moves = _moves(clocks, calendar_with(estate), at)
    if moves:
        _write(change, moves, at)
    if len(cases) == BATCH:
        change.upto = max(cases)
    else:
        change.upto = 0
        again = change.made_at + SETTLED
        # The first look, however late it ends, is followed by one that begins when all has settled.
        is_first = change.next_look_at is not None and change.next_look_at < again
        change.next_look_at = max(again, at) if is_first else None
    change.save(update_fields=["upto", "next_look_at"])
    return len(moves)


def _counting(estate: Estate) -> QuerySet[Clock]:
    """The estate's running clocks that count working time."""
    by_the_calendar = Q(limit__contains="service") | Q(limit__contains="working") | Q(kind=ClockKind.SAME_DAY)
    return Clock.objects.running().filter(by_the_calendar, complaint__estate=estate)


def _moves(clocks: list[Clock], calendar: Calendar, at: datetime) -> list[Move]:
    """Where a calendar takes these clocks. At most four queries.

    What has fired never moves, an approved extension is not shortened, and a due time that something
    else has set meanwhile (a re-grading) only moves later.
    """
    policies = PolicyVersion.objects.in_bulk({clock.policy_id for clock in clocks})
    pending = Deadline.objects.filter(clock__in=clocks, state=PENDING)
    to_come = set(pending.values_list("clock_id", "level"))
    extended = [clock for clock in clocks if clock.extended]
    granted = _newest(Extension.objects.filter(state=Extension.State.APPROVED), extended, "decided_at")
    revised = [clock for clock in clocks if clock.revision > 1]
    moved = _newest(CalendarMove.objects.all(), revised, "new_due_at")
    found = []
    for clock in clocks:
        if clock.due_at <= at or (clock.pk, Level.OVER) not in to_come:
            continue
        policy = policies[clock.policy_id].policy
        facts = replace(clock.complaint.facts, severity=Severity(clock.severity))
        due_at, limit = anew(
            ClockKind(clock.kind), Limit.parse(clock.limit), clock.started_at, facts, policy, calendar
        )
        if not clock.extended and clock.due_at == moved.get(clock.pk, clock.first_due_at):
            due_at = moved_due(clock.due_at, due_at, limit, at, policy, calendar)
        else:
            due_at = max(due_at, clock.due_at)
        if due_at == clock.due_at:
            continue
        steps = levels(limit, granted.get(clock.pk, clock.started_at), due_at, policy, calendar)
        found.append(Move(clock, due_at, tuple(step for step in steps if (clock.pk, step[0]) in to_come)))
    return found


def _newest(rows: QuerySet[Any], clocks: list[Clock], column: str) -> dict[int, datetime]:
    """`column` of the newest row of each clock; no query when there are no clocks."""
    if not clocks:
        return {}
    return dict(rows.filter(clock__in=clocks).order_by("pk").values_list("clock_id", column))


def _write(change: CalendarChange, moves: list[Move], at: datetime) -> None:
    """As many statements however many clocks move."""
    clocks = Clock.objects.filter(pk__in=[move.clock.pk for move in moves])
    Deadline.objects.filter(clock__in=clocks, state=PENDING).update(state=CANCELLED)
    CalendarMove.objects.bulk_create(
        CalendarMove(change=change, clock=move.clock, old_due_at=move.clock.due_at, new_due_at=move.due_at)
        for move in moves
    )
    Deadline.objects.bulk_create(
        Deadline(clock=move.clock, revision=move.clock.revision + 1, level=level, due_at=due_at)
        for move in moves
        for level, due_at in move.levels
    )
    ClockRevision.objects.bulk_create(
        ClockRevision(
            clock=move.clock,
            until=at,
            due_at=move.clock.due_at,
            extended=move.clock.extended,
            breached_at=move.clock.breached_at,
        )
        for move in moves
    )
    newest = CalendarMove.objects.filter(change=change, clock=OuterRef("pk")).order_by("-pk")
    clocks.update(due_at=Subquery(newest.values("new_due_at")[:1]), revision=F("revision") + 1)
    Event.objects.bulk_create(_event(change, move, at) for move in moves)
    _notify_moved(change, moves, at)
    running = Clock.objects.running().filter(complaint=OuterRef("pk")).order_by("due_at", "pk")
    Complaint.objects.filter(pk__in={move.clock.complaint_id for move in moves}).update(
        next_due_at=Subquery(running.values("due_at")[:1]), next_due_kind=Subquery(running.values("kind")[:1])
    )


def _notify_moved(change: CalendarChange, moves: list[Move], at: datetime) -> None:
    """Handler and first receiver of each case hear once of all its due times that moved."""
    by_case: dict[int, list[Move]] = defaultdict(list)
    for move in moves:
        by_case[move.clock.complaint_id].append(move)
    cases = {move.clock.complaint_id: move.clock.complaint for move in moves}
    holders = {pk for case in cases.values() for pk in (case.handler_id, case.first_receiver_id)}
    people = User.objects.filter(is_active=True).in_bulk(holders - {None, change.made_by_id})
    notices = {}
    for pk, moved in by_case.items():
        case = cases[pk]
        case.estate = change.estate
        what = {
            "names": change.names,
            "moves": [[move.clock.kind, move.due_at.isoformat()] for move in moved],
        }
        told = [
            people[one] for one in dict.fromkeys([case.handler_id, case.first_receiver_id]) if one in people
        ]
        notices[f"c{change.pk}:{moved[0].clock.pk}"] = [
            notifications.Notice(person, f"moved_by_{change.kind}", case, what) for person in told
        ]
    notifications.write_many(notices, at=at)


def _event(change: CalendarChange, move: Move, at: datetime) -> Event:
    case = move.clock.complaint
    return Event(
        complaint=case,
        at=change.made_at,
        recorded_at=at,
        actor=change.made_by,
        kind=f"moved_by_{change.kind}",
        params={
            "clock": move.clock.kind,
            "old_due_at": move.clock.due_at.isoformat(),
            "new_due_at": move.due_at.isoformat(),
            "names": change.names,
        },
        # The customer reads of the time he was told, unless it was promised in words.
        owner_sees=move.clock.kind == ClockKind.RESOLVE and bool(case.severity) and not case.promised_at,
    )
