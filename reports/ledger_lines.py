"""What a line of the ledger 台账 says of a case beyond its own columns: who complained, whom about, what
became of it, what was late and who allowed it. Read for many cases at once, as it stood.

Who complained and his phone are told by the rights of today, weighed before anything is set back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from complaints.actions import roles_on, shows_complainant
from complaints.actions.visibility import masked, reads_phones
from complaints.models import (
    Clock,
    ClockRevision,
    Complaint,
    Cycle,
    Extension,
    FollowUp,
    Respondent,
    Revisit,
    TakenOver,
)
from complaints.past_ledger.headings import LABELS, Column
from complaints.policy import ClockKind
from complaints.statuses import Outcome
from complaints.time_texts import span
from reports import words
from staff.permissions import Permissions

#: What a ledger before says with the day of something.
_WITH = {
    Column.REPLIED: (Column.REPLY_HOW,),
    Column.REVISITED: (Column.REVISITED_BY, Column.SATISFACTION),
}


@dataclass
class Line:
    """One case as the ledger tells it. A `date` is a day whose time the ledger before did not give."""

    case: Complaint
    place: str
    customer: str
    phone: str
    about: str = ""
    received: datetime | date | None = None
    category: str = ""
    cause: str = ""
    severity: str = ""
    receiver: str = ""
    handler: str = ""
    department: str = ""
    promised: datetime | date | None = None
    result: str = ""
    handled: datetime | date | None = None
    replied: datetime | date | str | None = None
    reply_how: str = ""
    revisited: datetime | date | str | None = None
    revisited_by: str = ""
    satisfaction: str = ""
    overtime: str = ""
    rectified: str = ""
    remark: str = ""


@dataclass
class _Around:
    """What was read of some cases, by their keys."""

    respondents: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    cycles: dict[int, Cycle] = field(default_factory=dict)
    clocks: dict[tuple[int, str], Clock] = field(default_factory=dict)
    due: dict[int, datetime] = field(default_factory=dict)  # of a clock that was set anew since
    approved: dict[int, list[Extension]] = field(default_factory=lambda: defaultdict(list))
    revisits: dict[int, Revisit] = field(default_factory=dict)
    done: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    taken: dict[int, TakenOver] = field(default_factory=dict)


def labels() -> Callable[[Complaint, str], str]:
    """What a case's choices are called in the active language.

    Django reads a field's choices anew for each value: a fifth of the time of 10,000 lines.
    """
    known: dict[str, dict[str, str]] = {}

    def word(case: Complaint, name: str) -> str:
        if name not in known:
            field: Any = Complaint._meta.get_field(name)
            known[name] = {code: str(label) for code, label in field.flatchoices}
        code: str = getattr(case, name)
        return known[name].get(code, code)

    return word


def lines(cases: Iterator[Complaint], as_of: datetime, many: int) -> Iterator[Line]:
    """The lines of cases that stand as they stood; they come from `weighed`. Nine queries for so many."""
    word = labels()
    while some := list(islice(cases, many)):
        around = _read([case.pk for case in some], as_of)
        for case in some:
            yield _line(case, around, as_of, word(case, "severity"))


def weighed(cases: Iterator[Complaint], person: Permissions) -> Iterator[Complaint]:
    """The cases, each with what this person may read of who complained, before they are set back."""
    for case in cases:
        roles = roles_on(case, person)
        case.shown_name = case.shown_phone = ""
        case.shows = shows_complainant(case, roles)
        if case.shows:
            case.shown_name = case.complainant.name
            phone = case.complainant.phone
            case.shown_phone = phone if reads_phones(case, roles) else masked(phone) if phone else ""
        elif case.identity_hidden:
            case.shown_name = _("hidden")
        yield case


def place_of(case: Complaint) -> str:
    """The place of a case out of `weighed`, wherever it has been set back to since: of whoever hides, the
    building only."""
    return case.where if case.shows else case.rough_where


def _read(keys: Sequence[int], as_of: datetime) -> _Around:
    found = _Around()
    for one in (
        Respondent.objects.filter(complaint__in=keys).select_related("user", "department").order_by("pk")
    ):
        found.respondents[one.complaint_id].append(str(one.user or one.department or one.name))
    cycles = Cycle.objects.filter(complaint__in=keys, started_at__lt=as_of).order_by("number")
    for cycle in cycles.defer("department_opinion", "evidence", "reply"):
        found.cycles[cycle.complaint_id] = cycle
    current = {cycle.pk for cycle in found.cycles.values()}
    kinds = (ClockKind.RESOLVE, ClockKind.REPLY)
    clocks = Clock.objects.filter(complaint__in=keys, kind__in=kinds, started_at__lt=as_of).order_by("pk")
    for clock in clocks:
        if clock.cycle_id in current:
            found.clocks[clock.complaint_id, clock.kind] = clock
    moved = [clock.pk for clock in found.clocks.values() if clock.revision > 1]
    for revision in ClockRevision.objects.filter(clock__in=moved, until__gte=as_of).order_by("-pk"):
        found.due[revision.clock_id] = revision.due_at
    granted = Extension.objects.filter(
        complaint__in=keys, state=Extension.State.APPROVED, decided_at__lt=as_of
    ).select_related("decided_by")
    for extension in granted.order_by("pk"):
        found.approved[extension.complaint_id].append(extension)
    revisits = Revisit.objects.filter(cycle__in=current, at__lt=as_of).select_related("by", "cycle")
    for revisit in revisits.order_by("pk"):
        found.revisits[revisit.cycle.complaint_id] = revisit
    follow_ups = FollowUp.objects.filter(complaint__in=keys, done_at__lt=as_of)
    for case, done in follow_ups.order_by("pk").values_list("complaint", "done"):
        found.done[case].append(done)
    found.taken = {one.complaint_id: one for one in TakenOver.objects.filter(complaint__in=keys)}
    return found


def _line(case: Complaint, around: _Around, as_of: datetime, severity: str) -> Line:
    line = Line(
        case=case,
        place=place_of(case),
        customer=case.shown_name,
        phone=case.shown_phone,
        about="、".join(around.respondents.get(case.pk, ())),
        received=case.received_at,
        category=str(case.category or ""),
        cause=str(case.cause or ""),
        severity=severity,
        receiver=str(case.first_receiver),
        handler=str(case.handler or ""),
        department=str(case.department or ""),
        promised=case.promised_at,
        rectified="；".join(around.done.get(case.pk, ())),
    )
    _course(line, around, as_of)
    if revisit := around.revisits.get(case.pk):
        line.revisited = revisit.at
        line.revisited_by = str(revisit.by or "")
        line.satisfaction = (
            f"{revisit.satisfaction}/5" if revisit.satisfaction else str(revisit.get_exception_display())
        )
    if case.outcome == Outcome.VOID:
        line.remark = str(Outcome.VOID.label)
    if taken := around.taken.get(case.pk):
        _as_the_ledger_said(line, taken, as_of)
    return line


def _course(line: Line, around: _Around, as_of: datetime) -> None:
    """What was done and answered by then, as far as it was written down; what was late, who allowed it."""
    case = line.case
    cycle = around.cycles.get(case.pk)
    resolve, reply = (around.clocks.get((case.pk, kind)) for kind in (ClockKind.RESOLVE, ClockKind.REPLY))
    if cycle and cycle.handled_at and _known(cycle.handled_at, resolve, as_of):
        line.handled, line.result = cycle.handled_at, cycle.result
    elif cycle and not cycle.handled_at and case.outcome:
        line.result = cycle.result
    if cycle and cycle.replied_at and _known(cycle.replied_at, reply, as_of):
        line.replied, line.reply_how = cycle.replied_at, str(cycle.get_reply_method_display())
    said = []
    if resolve:
        due = around.due.get(resolve.pk, resolve.due_at)
        stopped = resolve.stopped_at if _known(resolve.stopped_at, resolve, as_of) else None
        if (end := stopped or as_of) > due:
            said.append(_("late by %(span)s") % {"span": span(end - due)})
    zone = case.estate.zone
    for extension in around.approved.get(case.pk, ()):
        until = extension.granted_due_at
        said.append(
            _("until %(until)s, approved by %(who)s")
            % {"until": words.stamp(until, zone), "who": extension.decided_by}
        )
    line.overtime = "；".join(said)


def _known(at: datetime | None, clock: Clock | None, as_of: datetime) -> bool:
    """Whether what happened then was written down before the ledger's moment."""
    recorded = clock.stop_recorded_at if clock else None
    return at is not None and (recorded or at) < as_of


def _as_the_ledger_said(line: Line, taken: TakenOver, as_of: datetime) -> None:
    """Words that a ledger kept before had for what has no column of ours, or nobody of ours."""
    said = dict(taken.said)
    zone = line.case.estate.zone
    end = f"{as_of.astimezone(zone):%Y-%m-%d %H:%M}"
    for column, with_it in _WITH.items():  # as a day: 2026-03-08; words say of no day that it was later
        if (text := said.get(column, ""))[:1].isdigit() and f"{text} 00:00"[:16] >= end:
            for one in (column, *with_it):
                said.pop(one, None)
    for column, name in (
        (Column.RECEIVER, "receiver"), (Column.HANDLER, "handler"), (Column.DEPARTMENT, "department"),
        (Column.CATEGORY, "category"), (Column.CAUSE, "cause"), (Column.SEVERITY, "severity"),
        (Column.REPLIED, "replied"), (Column.REPLY_HOW, "reply_how"), (Column.REVISITED, "revisited"),
        (Column.REVISITED_BY, "revisited_by"), (Column.SATISFACTION, "satisfaction"),
        (Column.OVERDUE, "overtime"), (Column.RECTIFIED, "rectified"),
    ):  # fmt: skip
        if (text := said.pop(column, "")) and (not getattr(line, name) or column == Column.RECEIVER):
            setattr(line, name, text)
    for column, name in (
        (Column.RECEIVED, "received"),
        (Column.PROMISED, "promised"),
        (Column.HANDLED, "handled"),
    ):
        moment = getattr(line, name)
        if column in taken.day_only and isinstance(moment, datetime):
            setattr(line, name, moment.astimezone(zone).date())
    remarks = [line.remark, said.pop(Column.REMARK, "")]
    if taken.former_number:
        remarks.append(_("former number %(number)s") % {"number": taken.former_number})
    remarks += [
        _("%(column)s: %(words)s") % {"column": LABELS[column], "words": text}
        for column, text in said.items()
        if column in LABELS
    ]
    line.remark = "；".join(filter(None, remarks))
