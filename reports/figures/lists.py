"""The cases a general manager reads one by one, what waits for a decision, and what was decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints import grading
from complaints.lifecycle import Outcome, Status
from complaints.models import Category, Clock, Compensation, Complaint, Extension
from complaints.models.case import rough_place
from complaints.policy import Channel, ClockKind, NoticeGrade, Severity
from owners.models import Building
from reports.figures.period import Period, rows
from reports.figures.shapes import CaseLine, Cases, Decider, Decision, Extensions, Money
from staff.models import User
from staff.roles import Role

GRAVE_GRADES = (NoticeGrade.MAJOR, NoticeGrade.HOT)
OUTSIDE_CHANNELS = (Channel.HOTLINE, Channel.REGULATOR, Channel.MEDIA)
MARKS = ("lawsuit_started", "lawsuit_threatened", "media_exposed", "media_threatened")
SHOWN_OF_OTHERS = ("unit", "first_receiver", "handler", "accountable")
SHOWN = (
    *(
        "number",
        "place",
        "severity",
        "status",
        "outcome",
        "closed_at",
        "received_at",
        "channel",
        "grade",
        "grade_reasons",
        *MARKS,
    ),
    *("estate_id", "building_id", "category_id", "unit__name", "unit__kind"),
    *("first_receiver__name", "handler__name", "accountable__name"),
    *("first_receiver__username", "handler__username", "accountable__username"),
)
#: More cases than this nobody reads one by one; the ledger has them all.
LISTED = 30
YUAN = DecimalField(max_digits=14, decimal_places=2)


# How case `c` stood at `as_of`: the version of that moment, else the first one written.
AS_THEN = """
JOIN complaints_historicalcomplaint v ON v.history_id = COALESCE(
  (SELECT w.history_id FROM complaints_historicalcomplaint w WHERE w.id = c.id
   AND w.history_date < %(as_of)s ORDER BY w.history_date DESC, w.history_id DESC LIMIT 1),
  (SELECT min(w.history_id) FROM complaints_historicalcomplaint w WHERE w.id = c.id))
"""
AS_NOW = "JOIN complaints_complaint v ON v.id = c.id"

OPEN = """
WITH cases AS (
  SELECT c.id, v.grade, c.received_at, v.invalid_proposed_by_id, v.validity,
    v.grade IN ({grades}) OR v.channel IN ({channels}) OR {marks} AS marked,
    (
      SELECT min(k.due_at) FROM complaints_clock k WHERE k.complaint_id = c.id AND k.kind = 'resolve'
        AND k.started_at < %(as_of)s AND (k.stopped_at IS NULL OR k.stopped_at >= %(as_of)s)
    ) AS due_at
  FROM complaints_complaint c {then}
  WHERE {here} AND c.received_at < %(as_of)s AND (c.closed_at IS NULL OR c.closed_at >= %(as_of)s)
    AND c.outcome <> 'void'
), notable AS (
  SELECT id, received_at FROM cases WHERE grade = 'important'
  UNION ALL
  SELECT c.id, c.received_at FROM complaints_complaint c
  WHERE c.grade = 'important' AND {closed} AND c.closed_at < %(as_of)s AND c.outcome <> 'void'
), placed AS (
  SELECT 'attention' AS part, id, count(*) OVER () AS total, row_number() OVER (
    ORDER BY CASE grade WHEN 'major' THEN 0 WHEN 'hot' THEN 1 ELSE 2 END, received_at, id) AS place
  FROM cases WHERE marked
  UNION ALL
  SELECT 'overdue', id, count(*) OVER (), row_number() OVER (ORDER BY due_at, id)
  FROM cases WHERE due_at < %(as_of)s
  UNION ALL
  SELECT 'notable', id, count(*) OVER (), row_number() OVER (ORDER BY received_at, id) FROM notable
  UNION ALL
  SELECT 'judged', id, 0, 0 FROM cases WHERE invalid_proposed_by_id IS NOT NULL AND validity = 'undecided'
)
SELECT part, id, total FROM placed WHERE place <= {listed} ORDER BY part, place
"""


@dataclass(frozen=True)
class Open:
    """What of the cases open at `as_of`, or notable in the month, is told one by one."""

    attention: Cases  # with a grave notice grade, a lawsuit, the media or an authority behind them
    overdue: Cases  # past their resolve deadline without an approval that covers it, the longest first
    notable: Cases  # of the notice grade important: open, or closed in the month
    judged: tuple[Complaint, ...]  # proposed as not upheld, not yet decided


def open_cases(period: Period, categories: dict[int, Category], buildings: dict[int, Building]) -> Open:
    statement = OPEN.format(
        grades=quoted(GRAVE_GRADES),
        channels=quoted(OUTSIDE_CHANNELS),
        marks=" OR ".join(f"v.{mark}" for mark in MARKS),
        then=AS_THEN if period.is_past else AS_NOW,
        here=period.here(),
        closed=period.within("c.closed_at"),
        listed=LISTED,
    )
    listed: dict[str, list[int]] = defaultdict(list)
    totals: dict[str, int] = defaultdict(int)
    for part, pk, total in rows(statement, period.values):
        listed[part].append(pk)
        totals[part] = total
    pks = {pk for part in listed.values() for pk in part}
    cases = as_then(pks, period)
    due = dict(running(period).filter(complaint__in=pks).values_list("complaint", "due_at")) if pks else {}

    def line(pk: int) -> CaseLine:
        case = cases[pk]
        category, building = categories.get(case.category_id or 0), buildings.get(case.building_id or 0)
        return case_line(case, due.get(pk), period, category, building)

    def told(part: str) -> Cases:
        return Cases(totals[part], tuple(line(pk) for pk in listed[part]))

    return Open(
        told("attention"), told("overdue"), told("notable"), tuple(cases[pk] for pk in listed["judged"])
    )


def as_then(pks: set[int], period: Period) -> dict[int, Any]:
    """The cases as they stood at `as_of`; one that was written down later as it was then."""
    if not period.is_past:
        return Complaint.objects.select_related(*SHOWN_OF_OTHERS).only(*SHOWN).in_bulk(pks)
    of_it = Complaint.history.filter(id=OuterRef("id"))
    then = of_it.filter(history_date__lt=period.as_of).order_by("-history_date", "-history_id")
    first = of_it.order_by("history_id")
    wanted = Coalesce(*(Subquery(rows.values("history_id")[:1]) for rows in (then, first)))
    versions = Complaint.history.filter(id__in=pks, history_id=wanted)
    return {version.id: version for version in versions.select_related(*SHOWN_OF_OTHERS)}


def quoted(words: Iterable[str]) -> str:
    """SQL: words of ours as a list."""
    return ", ".join(f"'{word}'" for word in words)


def running(period: Period) -> QuerySet[Clock]:
    """The resolve clocks that ran at `as_of`: one at most of every case."""
    still = Q(stopped_at__isnull=True) | Q(stopped_at__gte=period.as_of)
    return Clock.objects.filter(still, kind=ClockKind.RESOLVE, started_at__lt=period.as_of)


def case_line(
    case: Complaint,
    due_at: datetime | None,
    period: Period,
    category: Category | None,
    building: Building | None,
) -> CaseLine:
    late = due_at is not None and period.as_of > due_at
    return CaseLine(
        number=case.number,
        estate=period.names[case.estate_id],
        place=rough_place(*_unit(case), str(building or ""), case.place),
        category=str(category or _("No category")),
        severity=str(Severity(case.severity).label) if case.severity else _("Not classified"),
        status=status(case, period.as_of),
        received_at=case.received_at,
        first_receiver=str(case.first_receiver),
        handler=str(case.handler or ""),
        accountable=str(case.accountable or ""),
        due_at=due_at,
        overdue=period.as_of - due_at if late and due_at else None,
        reasons=reasons(case),
    )


def status(case: Complaint, as_of: datetime) -> str:
    """How it stands; of a closed case, how it ended."""
    if case.closed_at and case.closed_at < as_of:
        return f"{Status.CLOSED.label} · {Outcome(case.outcome).label}"
    return str(Status(case.status).label)


def _unit(case: Complaint) -> tuple[str, str]:
    return (case.unit.name, case.unit.kind) if case.unit else ("", "")


def reasons(case: Complaint) -> tuple[str, ...]:
    found = [str(NoticeGrade(case.grade).label)] if case.grade in GRAVE_GRADES else []
    found += grading.in_words({name: why for name, why in case.grade_reasons.items() if name not in MARKS})
    found += [str(Complaint._meta.get_field(mark).verbose_name) for mark in MARKS if getattr(case, mark)]
    found += [str(Channel(case.channel).label)] if case.channel in OUTSIDE_CHANNELS else []
    return tuple(found)


def decisions(period: Period, judged: Iterable[Complaint]) -> tuple[Decision, ...]:
    """What waited for a manager at `as_of`: extensions, compensations, complaints to be judged."""
    then = Q(decided_at__isnull=True) | Q(decided_at__gte=period.as_of)
    here = Q(complaint__estate__in=period.names) & ~Q(complaint__outcome=Outcome.VOID)
    asked = (
        Extension.objects.filter(here, then, requested_at__lt=period.as_of)
        .exclude(state=Extension.State.WITHDRAWN)
        .values_list("complaint__number", _reason(), "approver_role", "requested_at")
    )
    sums = Compensation.objects.filter(here, then, proposed_at__lt=period.as_of).values_list(
        "complaint__number", "approver_role", "amount", "proposed_at"
    )
    found = [
        Decision(
            number,
            _("Extension: %(reason)s") % {"reason": reason},
            str(Role(role).label),
            at,
        )
        for number, reason, role, at in asked
    ]
    found += [
        Decision(
            number,
            _("Compensation of %(amount)s yuan") % {"amount": f"{amount:,.2f}"},
            str(Role(role).label),
            at,
        )
        for number, role, amount, at in sums
    ]
    found += [
        Decision(
            case.number, _("Whether the complaint is upheld"), str(Role.SUPERVISOR.label), case.received_at
        )
        for case in judged
    ]
    return tuple(sorted(found, key=lambda decision: decision.since))


def _reason() -> str:
    """The column with an extension's reason in the reader's language."""
    return "reason__en" if get_language() == "en" else "reason__zh"


def extensions(period: Period) -> Extensions:
    """Extensions asked for in the month, what became of them, and who decided."""
    rows = list(
        Extension.objects.filter(period.during("requested_at"))
        .exclude(complaint__outcome=Outcome.VOID)
        .values_list("state", "decided_by", _reason())
        .annotate(
            count=Count("pk"),
            shortened=Count("pk", filter=Q(granted_due_at__lt=F("asked_due_at"))),
        )
        .order_by()
    )
    S = Extension.State
    states: Counter[str] = Counter()
    by: dict[int, Counter[str]] = defaultdict(Counter)
    reasons: Counter[str] = Counter()
    for state, decider, reason, count, shortened in rows:
        states[state] += count
        reasons[reason] += count
        if decider:
            by[decider][state] += count
            by[decider]["shortened"] += shortened
    people = User.objects.in_bulk(by)
    deciders = [
        Decider(str(people[pk]), own[S.APPROVED], own["shortened"], own[S.DECLINED]) for pk, own in by.items()
    ]
    return Extensions(
        asked=states.total(),
        granted=states[S.APPROVED],
        declined=states[S.DECLINED],
        withdrawn=states[S.WITHDRAWN],
        pending=states[S.PENDING],
        by=tuple(sorted(deciders, key=lambda one: (-one.granted - one.declined, one.name))),
        reasons=tuple(reasons.most_common()),
    )


def compensation(period: Period) -> Money:
    """Approved and paid in the month, and still waiting at `as_of`; in yuan.

    What was granted counts, never what was asked; a payment belongs to the month it was written down in.
    """
    mine = Compensation.objects.exclude(complaint__outcome=Outcome.VOID)

    def sums(rows: QuerySet[Compensation], column: str) -> tuple[int, Any]:
        found = rows.aggregate(count=Count("pk"), sum=Coalesce(Sum(column), 0, output_field=YUAN))
        return found["count"], found["sum"]

    granted = mine.filter(state__in=Compensation.GRANTED)
    waiting = mine.filter(
        Q(decided_at__isnull=True) | Q(decided_at__gte=period.as_of),
        complaint__estate__in=period.names,
        proposed_at__lt=period.as_of,
    )
    return Money(
        *sums(granted.filter(period.during("decided_at")), "granted_amount"),
        *sums(waiting, "amount"),
        *sums(granted.filter(period.during("paid_at")), "granted_amount"),
    )
