"""The cases a general manager reads one by one, what waits for a decision, and what was decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, DecimalField, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints import notice_grade
from complaints.models import Category, Compensation, Complaint, Extension, ExtensionReason
from complaints.models.case import rough_place
from complaints.policy import Channel, NoticeGrade, Severity
from complaints.statuses import Outcome, Status
from owners.models import Building
from reports.figures import then
from reports.figures.period import Period, rows
from reports.figures.shapes import CaseLine, Cases, Decider, Decision, Decisions, Extensions, Money
from staff.models import User
from staff.roles import Role

GRAVE_GRADES = (NoticeGrade.MAJOR, NoticeGrade.HOT)
OUTSIDE_CHANNELS = (Channel.HOTLINE, Channel.REGULATOR, Channel.MEDIA)
MARKS = ("lawsuit_started", "lawsuit_threatened", "media_exposed", "media_asked", "media_threatened")
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


OPEN = """
WITH {spans}, stood AS (
  SELECT c.id, c.received_at, s.starts AS starts, s.as_of AS as_of, {cols}
  {touched} {version}
  WHERE {known} AND c.outcome <> 'void'
), cases AS (
  SELECT stood.*, grade IN ({grades}) OR channel IN ({channels}) OR {marks} AS marked
  FROM stood WHERE closed_at IS NULL OR closed_at >= as_of
), notable AS (
  SELECT id, received_at FROM stood
  WHERE grade = 'important' AND (closed_at IS NULL OR closed_at >= starts)
), placed AS (
  SELECT 'attention' AS part, CASE grade WHEN 'major' THEN 0 WHEN 'hot' THEN 1 ELSE 2 END AS place,
    received_at, id
  FROM cases WHERE marked
  UNION ALL
  SELECT 'notable', 0, received_at, id FROM notable
  UNION ALL
  SELECT 'judged', 0, received_at, id FROM cases
  WHERE invalid_proposed_by_id IS NOT NULL AND validity = 'undecided'
)
SELECT part, place, received_at, id FROM placed ORDER BY part, place, received_at, id
"""


@dataclass(frozen=True)
class Open:
    """What of the cases open at `as_of`, or notable in the month, is told one by one."""

    attention: Cases  # with a grave notice grade, a lawsuit, the media or an authority behind them
    notable: Cases  # of the notice grade important: open, or closed in the month
    judged: tuple[Complaint, ...]  # proposed as not upheld, not yet decided


#: Of each list the cases as they stand in it: rank, received, primary key.
Found = dict[str, list[tuple[int, datetime, int]]]


def found_open(period: Period) -> Found:
    """The cases of `attention`, `notable` and `judged`. One query."""
    statement = OPEN.format(
        spans=then.spans(period),
        touched=then.TOUCHED,
        version=then.version(period),
        known=then.known(period),
        cols=then.cols(period, "grade", "channel", "closed_at", "validity", "invalid_proposed_by_id", *MARKS),
        grades=quoted(GRAVE_GRADES),
        channels=quoted(OUTSIDE_CHANNELS),
        marks=" OR ".join(MARKS),
    )
    found: Found = defaultdict(list)
    for part, rank, received_at, pk in rows(statement, period):
        at = received_at if isinstance(received_at, datetime) else datetime.fromisoformat(received_at)
        found[part].append((rank, at.replace(tzinfo=UTC), pk))
    return found


def open_cases(
    period: Period, of: Found, categories: dict[int, Category], buildings: dict[int, Building]
) -> Open:
    """The lists of what `found_open` found; two queries more, and one for their reader."""
    found: dict[str, list[int]] = defaultdict(list)
    for part, cases_found in of.items():
        found[part] = [pk for _rank, _at, pk in cases_found]
    unlisted = period.unlisted({pk for part in ("attention", "notable") for pk in found[part]})
    listed = {part: [pk for pk in pks if pk not in unlisted][:LISTED] for part, pks in found.items()}
    listed["judged"] = found["judged"]
    pks = {pk for part in listed.values() for pk in part}
    cases = as_then(pks, period)
    due = then.running(period, list(pks)) if pks else {}

    def line(pk: int) -> CaseLine:
        case = cases[pk]
        category, building = categories.get(case.category_id or 0), buildings.get(case.building_id or 0)
        return case_line(case, due.get(pk), period, category, building)

    def told(part: str) -> Cases:
        lines = tuple(line(pk) for pk in listed.get(part, ()))
        return Cases(len(found[part]), lines, sum(pk in unlisted for pk in found[part]))

    return Open(told("attention"), told("notable"), tuple(cases[pk] for pk in listed["judged"]))


def as_then(pks: set[int], period: Period, *more: str) -> dict[int, Any]:
    """The cases as they stood at `as_of`, with these columns more; one written down later as it was then."""
    if not period.is_past:
        return Complaint.objects.select_related(*SHOWN_OF_OTHERS).only(*SHOWN, *more).in_bulk(pks)
    found: dict[int, Any] = {}
    for zone, estates in period.zones.items():
        rows = then.as_they_stood(list(pks), period.ended(zone), *SHOWN_OF_OTHERS)
        versions = rows.filter(estate__in=estates).only("id", "history_id", *SHOWN, *more)
        found |= {version.id: version for version in versions}
    return found


def quoted(words: Iterable[str]) -> str:
    """SQL: words of ours as a list."""
    return ", ".join(f"'{word}'" for word in words)


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
    found += notice_grade.in_words(
        {name: why for name, why in case.grade_reasons.items() if name not in MARKS}
    )
    found += [str(Complaint._meta.get_field(mark).verbose_name) for mark in MARKS if getattr(case, mark)]
    found += [str(Channel(case.channel).label)] if case.channel in OUTSIDE_CHANNELS else []
    return tuple(found)


def decisions(period: Period, judged: Iterable[Complaint]) -> Decisions:
    """What waited for a manager at `as_of`: extensions, compensations, complaints to be judged."""
    wrong = Q(complaint__outcome=Outcome.VOID)
    asked = list(
        Extension.objects.filter(period.waiting("requested_at", "decided_at", "withdrawn_at"))
        .exclude(wrong)
        .values_list("complaint", "complaint__number", _reason(), "approver_role", "requested_at", "pk")
    )
    roles = roles_then(period, [pk for *_others, pk in asked])
    sums = list(
        Compensation.objects.filter(period.waiting("proposed_at", "decided_at"))
        .exclude(wrong)
        .values_list("complaint", "complaint__number", "approver_role", "amount", "proposed_at")
    )
    found = [
        (
            case,
            Decision(
                number,
                _("Extension: %(reason)s") % {"reason": reason},
                str(Role(roles.get(pk, role)).label),
                at,
            ),
        )
        for case, number, reason, role, at, pk in asked
    ]
    found += [
        (
            case,
            Decision(
                number,
                _("Compensation of %(amount)s yuan") % {"amount": f"{amount:,.2f}"},
                str(Role(role).label),
                at,
            ),
        )
        for case, number, role, amount, at in sums
    ]
    found += [
        (
            version.id,
            Decision(
                version.number,
                _("Whether the complaint is upheld"),
                str(Role.SUPERVISOR.label),
                version.received_at,
            ),
        )
        for version in judged
    ]
    unlisted = period.unlisted({case for case, _decision in found})
    lines = [decision for case, decision in found if case not in unlisted]
    lines.sort(key=lambda decision: decision.since)
    return Decisions(len(found), tuple(lines))


def roles_then(period: Period, requests: list[int]) -> dict[int, str]:
    """Who was asked, where a change of severity has handed the request on since."""
    if not (period.is_past and requests):
        return {}
    versions = Extension.history.filter(id__in=requests, history_date__lt=period.as_of)
    return dict(versions.order_by("history_date", "history_id").values_list("id", "approver_role"))


def _reason() -> str:
    """The column with an extension's reason in the reader's language."""
    return "reason__en" if get_language() == "en" else "reason__zh"


EXTENSIONS = """
WITH {spans}
SELECT CASE WHEN e.decided_at < s.as_of THEN e.state WHEN e.withdrawn_at < s.as_of THEN 'withdrawn'
    ELSE 'pending' END AS stood,
  CASE WHEN e.decided_at < s.as_of THEN e.decided_by_id END AS decider, e.reason AS why, count(*),
  count(*) FILTER (WHERE e.decided_at < s.as_of AND e.granted_due_at < e.asked_due_at)
FROM complaints_extension e JOIN complaints_complaint c ON c.id = e.complaint_id
JOIN spans s ON s.estate_id = c.estate_id
WHERE e.requested_at >= s.starts AND e.requested_at < s.ends AND c.outcome <> 'void'
GROUP BY 1, 2, 3
"""


#: How many extensions stood how: state, who decided, code of the reason, how many, and of them shortened.
Asked = list[tuple[str, int | None, str, int, int]]


def asked_for(period: Period) -> Asked:
    """Extensions asked for in the month, what had become of them by `as_of`. One query."""
    return rows(EXTENSIONS.format(spans=then.spans(period)), period)


def extensions(found: Asked) -> Extensions:
    """What `asked_for` found, in words."""
    words = {one.code: str(one) for one in ExtensionReason.objects.all()} if found else {}
    S = Extension.State
    states: Counter[str] = Counter()
    by: dict[int, Counter[str]] = defaultdict(Counter)
    reasons: Counter[str] = Counter()
    for state, decider, reason, count, shortened in found:
        states[state] += count
        reasons[words[reason]] += count
        if decider:
            by[decider][state] += count
            by[decider]["shortened"] += shortened
    people = User.objects.in_bulk(by)
    deciders = [
        Decider(str(people[pk]), own[S.APPROVED], own["shortened"], own[S.DECLINED], str(pk))
        for pk, own in by.items()
    ]
    return Extensions(
        asked=states.total(),
        granted=states[S.APPROVED],
        declined=states[S.DECLINED],
        withdrawn=states[S.WITHDRAWN],
        pending=states[S.PENDING],
        by=tuple(sorted(deciders, key=lambda one: (-one.granted - one.declined, one.name))),
        reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    )


def compensation(period: Period) -> Money:
    """Approved and paid in the month, and still waiting at `as_of`; in yuan.

    What was granted counts, never what was asked; a payment belongs to the month it was written down in.
    """
    granted = Q(state__in=Compensation.GRANTED)
    parts = {
        "approved": (granted & period.during("decided_at"), "granted_amount"),
        "waiting": (period.waiting("proposed_at", "decided_at"), "amount"),
        "paid": (granted & period.during("paid_at"), "granted_amount"),
    }
    wanted: dict[str, Any] = {}
    for name, (which, amount) in parts.items():
        wanted[name] = Count("pk", filter=which)
        wanted[f"{name}_amount"] = Coalesce(Sum(amount, filter=which), 0, output_field=YUAN)
    mine = Compensation.objects.filter(complaint__estate__in=[estate.pk for estate in period.estates])
    return Money(**mine.exclude(complaint__outcome=Outcome.VOID).aggregate(**wanted))
