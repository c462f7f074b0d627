"""What happens to due reports by themselves: they appear, their drafts arrive, their levels fire.

Beat and a plain loop may both do it, many at once: each round is one transaction under one lock, so
that a report appears once and a level fires once, whatever dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from complaints import notifications
from complaints.models import SweepMark
from complaints.notifications import Notice
from complaints.worktime import Calendar
from reports.calendar_papers import keep_made, put_all_in_line
from reports.calendar_rules import Duties, current_rules, duties
from reports.due_messages import notices
from reports.duties import (
    SHAPES,
    DueLevel,
    DuePeriod,
    DueState,
    Part,
    ReportKind,
    due_at,
    opens_at,
    period_ending_after,
    periods_from,
    rule_of,
)
from reports.duty_scopes import Place, calendars, holders, load_people, places, reached
from reports.models import CalendarVersion, DueNotice, DueReport, DueStep, IssuedReport
from staff.stand_ins import StandIns

BATCH = 200
JOB = "report_calendar"
PENDING, FIRED = DueNotice.State.PENDING, DueNotice.State.FIRED


def work(now: datetime) -> int:
    """One round of the sweep; how much was done. Call again while it is not zero."""
    return appear(now) + take_drafts(now) + fire(now)


def _alone() -> None:
    """Hold the place: others wait here until this transaction ends."""
    SweepMark.objects.get_or_create(
        job=JOB, defaults={"last_ok": datetime.fromisoformat("2000-01-01T00:00:00Z")}
    )
    SweepMark.objects.select_for_update().get(job=JOB)


# They appear ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class New:
    """A report that has become due to be prepared."""

    kind: ReportKind
    place: Place
    period: DuePeriod
    due: datetime


def appear(now: datetime, *, drafts: bool = True) -> int:
    """Ask for what is to be prepared from now on; how many. A batch, the rest when called again.

    Without `drafts` the product is not asked to make any: for replaying a past.
    """
    with transaction.atomic(durable=True):
        known = duties()
        if not any(row.is_on for row in known.values()):
            return 0
        _alone()
        rules = current_rules()
        new = [one for _n, one in zip(range(BATCH), _new(now, known, rules), strict=False)]
        if new:
            _write(new, known, rules, now, drafts=drafts)
    return len(new)


def _new(now: datetime, known: Duties, rules: CalendarVersion) -> Iterator[New]:
    there = places()
    on = {key: row for key, row in known.items() if row.is_on and key[1] in there}
    last: dict[tuple[str, str], date] = {
        (kind, scope): first
        for kind, scope, first in DueReport.objects.order_by()
        .values_list("kind", "scope")
        .annotate(first=Max("starts_on"))
    }
    times = calendars([there[scope] for _kind, scope in on])
    for (name, scope), row in on.items():
        kind, place = ReportKind(name), there[scope]
        every = SHAPES[kind].every
        begin = row.since.astimezone(place.zone).date()
        if first := last.get((name, scope)):
            begin = max(begin, period_ending_after(every, first).until)
        for period in periods_from(every, begin):
            due = due_at(kind, period, rules.data, times[scope])
            if not _has_come(kind, period, due, times[scope], now) or not place.is_ours(period.first):
                break
            yield New(kind, place, period, due)


def _has_come(kind: ReportKind, period: DuePeriod, due: datetime, times: Calendar, now: datetime) -> bool:
    return opens_at(kind, period, due, times) <= now


def _write(new: list[New], known: Duties, rules: CalendarVersion, now: datetime, *, drafts: bool) -> None:
    rows = [
        DueReport(
            kind=one.kind,
            scope=one.place.code,
            scope_name=one.place.name,
            time_zone=one.place.zone.key,
            starts_on=one.period.first,
            ends_on=one.period.until,
            due_at=one.due,
            due_on=(one.due - timedelta(microseconds=1)).astimezone(one.place.zone).date(),
            rules=rules,
            state=DueState.TO_PREPARE,
            opened_at=now,
        )
        for one in new
    ]
    DueReport.objects.bulk_create(rows)
    DueStep.objects.bulk_create(DueStep(due=row, at=now, verb="appear") for row in rows)
    DueNotice.objects.bulk_create(
        DueNotice(due=row, level=level, at=at) for row in rows for level, at in levels(row, now)
    )
    people = load_people(now, [one.place for one in new])
    told: dict[str, list[Notice]] = {}
    asked = put_all_in_line(rows, now) if drafts else [None] * len(rows)
    for one, row, draft in zip(new, rows, asked, strict=True):
        row.asked = draft
        if row.asked is None:  # else it is told when the draft is there
            whose = holders(Part.PREPARER, one.place, row.rule, known[row.kind, row.scope], people)
            told[f"due-new{row.pk}"] = notices(row, "report_opened", whose)
    DueReport.objects.bulk_update([row for row in rows if row.asked], ["asked"])
    notifications.write_many(told, at=now)


def levels(row: DueReport, now: datetime) -> list[tuple[DueLevel, datetime]]:
    """When it is reminded of, and when it is overdue. No reminder of what has just been asked for."""
    hours = rule_of(row.rules.data, row.kind).remind_hours
    remind = row.due_at - timedelta(hours=hours)
    found = [(DueLevel.REMIND, remind)] if hours and remind > row.opened_at else []
    return [*found, (DueLevel.OVER, row.due_at), (DueLevel.DAY_OVER, row.due_at + timedelta(days=1))]


# Their drafts arrive ----------------------------------------------------------------------------------


def take_drafts(now: datetime) -> int:
    """Give reports the papers that were made for them; how many."""
    with transaction.atomic(durable=True):
        finished = [IssuedReport.State.DONE, IssuedReport.State.FAILED]
        rows = list(
            DueReport.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .filter(asked__isnull=False, asked__state__in=finished)
            .select_related("asked", "rules")
            .order_by("pk")[:BATCH]
        )
        if not rows:
            return 0
        there, known = places(), duties()
        people = load_people(now, [there[row.scope] for row in rows if row.scope in there])
        told: dict[str, list[Notice]] = {}
        for row in rows:
            step, kind = _take(row, now)
            if row.scope in there and kind:
                duty = known.get((row.kind, row.scope))
                whose = holders(Part.PREPARER, there[row.scope], row.rule, duty, people)
                told[f"due{step.pk}"] = notices(row, kind, whose)
        notifications.write_many(told, at=now)
    return len(rows)


def _take(row: DueReport, now: datetime) -> tuple[DueStep, str]:
    """What becomes of it; what is told. A draft nobody waits for any more is left alone."""
    made, row.asked = row.asked, None
    if made is None:
        raise ValueError("Only what was asked for is taken.")
    waits = row.waits_for == Part.PREPARER
    if made.state == IssuedReport.State.FAILED:
        row.save(update_fields=["asked"])
        step = DueStep(due=row, at=now, verb="draft_failed", note=made.reason)
        step.save()
        return step, "report_draft_failed" if waits else ""
    if waits:
        row.paper, row.state = keep_made(row, made, now), DueState.DRAFT
    row.save(update_fields=["asked", "paper", "state"])
    step = DueStep(due=row, at=now, verb="draft", paper=row.paper)
    step.save()
    return step, "report_drafted" if waits else ""


# Their levels fire --------------------------------------------------------------------------------------


def fire(now: datetime) -> int:
    """Remind of what is due soon, and tell of what is overdue; how many levels. Each fires once."""
    with transaction.atomic(durable=True):
        ready = DueNotice.objects.filter(state=PENDING, at__lte=now).order_by("at", "pk")
        first = list(ready.values_list("due", flat=True)[:BATCH])
        if not first:
            return 0
        rows = {
            row.pk: row
            for row in DueReport.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .filter(pk__in=first)
            .select_related("rules")
            .order_by("pk")
        }
        # Looked at again under the lock: what is out meanwhile, or not needed, has none pending.
        due = list(ready.filter(due__in=list(rows)))
        DueNotice.objects.filter(pk__in=[one.pk for one in due]).update(state=FIRED, fired_at=now)
        if due:
            notifications.write_many(_told(due, rows, now), at=now)
    return len(due)


def _told(due: list[DueNotice], rows: dict[int, DueReport], now: datetime) -> dict[str, list[Notice]]:
    """Of several levels of one report that come at once, the last tells: the others say no more."""
    there, known = places(), duties()
    people = load_people(now, [there[row.scope] for row in rows.values() if row.scope in there])
    last = {one.due_id: one for one in sorted(due, key=lambda one: (one.at, one.pk))}
    found: dict[str, list[Notice]] = {}
    for pk, one in last.items():
        row = rows[pk]
        if place := there.get(row.scope):
            found[f"due-level{one.pk}"] = _of_level(row, DueLevel(one.level), place, known, people)
    return found


def _of_level(row: DueReport, level: DueLevel, place: Place, known: Duties, people: StandIns) -> list[Notice]:
    """Whoever it waits for, and the roles it goes to; where nobody can be reached, the administrator."""
    rule, duty, part = row.rule, known.get((row.kind, row.scope)), row.waits_for
    told: list[Any] = holders(part, place, rule, duty, people) if part else []
    told += [user for role in rule.told(level) for user in reached(role, place, people)]
    if told:
        return notices(row, f"report_{level}", told)
    return notices(row, "report_unreached", people.administrators(place.estates[0].pk))
