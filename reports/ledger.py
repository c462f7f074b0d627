"""The ledger 台账: which cases stand in it, as they stood, and the sheet of it.

The sheet is made by a worker as papers are (paperwork.py): ten thousand cases take nine seconds of a
processor, in which a process of the pages would hold up everybody. What is streamed as CSV out of one bounded
list stays in the request: the audit's twenty thousand rows take one second in pieces of 500, the remarks on a
register's reading are there already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Compensation, Complaint
from complaints.models.case import own_people
from complaints.statuses import Outcome, Status
from reports import excel, ledger_print, words
from reports.excel import Column, Table
from reports.figures import then
from reports.ledger_lines import Line, labels, lines, weighed
from reports.scopes import Scope
from staff.models import Company
from staff.permissions import Permissions

#: What a line shows of a case that may change: as it stood.
SHOWN = (
    *("unit", "building", "place", "category", "cause", "department", "first_receiver", "handler", "speaker"),
    *(
        "channel",
        "severity",
        "grade",
        "content",
        "validity",
        "status",
        "outcome",
        "cycle_number",
        "closed_at",
        "headcount",
        "signed",
        "is_collective",
        "promised_at",
    ),
)
RELATED = (
    "estate", "unit", "building", "category", "cause", "department", "first_receiver", "handler", "speaker",
)  # fmt: skip
#: Cases whose members are counted in one go.
MANY = 500
#: Cases of one sheet: what a worker makes well within `paperwork.LEASE`. More is taken out in parts.
MOST = 50_000
#: Who is told of each row: how many are done, of how many.
Tell = Callable[[int, int], None]


def untold(done: int, of: int) -> None:
    """Nobody waits."""


def sheet(
    person: Permissions, scope: Scope, first: date, last: date, now: datetime, tell: Tell = untold
) -> bytes:
    """All cases of the days in one workbook, as `person` reads them: who complained and his phone too, as far
    as he may know them."""
    zone = scope.estates[0].zone
    as_of = told_at(scope, last, now)
    hidden = words.withheld(withheld(person, scope, first, last))
    count = found(person, scope, first, last, now).order_by().count()
    table = Table(
        sheet=_("Ledger"),
        title=f"{_('Complaint ledger')} · {scope.name}",
        covers=" · ".join(filter(None, (covers(first, last, as_of, zone), hidden))),
        columns=columns(),
        rows=rows(counted(told_lines(person, scope, first, last, now), count, tell)),
        foot=signed(),
    )
    return excel.workbook([table], zone)


def received(scope: Scope, first: date, last: date) -> Q:
    period = Q()
    for estate in scope.estates:
        start, end = days(first, last, estate.zone)
        came = Q(received_at__gte=start, received_at__lt=end, registered_at__lt=end)
        # Written down only later, it stands in the days it was written down in.
        came |= Q(received_at__lt=start, registered_at__gte=start, registered_at__lt=end)
        period |= Q(came, estate=estate)
    return period


def withheld(person: Permissions, scope: Scope, first: date, last: date) -> int:
    """How many cases of the days the person may not read: they are counted and not listed."""
    period = received(scope, first, last)
    mine = Complaint.objects.visible_to(person).filter(period)
    return Complaint.objects.filter(period).count() - mine.count()


def told_by(person: Permissions, scope: Scope, first: date, last: date) -> dict[str, Any]:
    """What decides who is named to the person: his roles in each estate, and how many customers hide."""
    period = received(scope, first, last)
    hidden = Complaint.objects.visible_to(person).filter(period, identity_hidden=True).count()
    return {
        "hidden": hidden,
        "roles": {f"{one.pk}": sorted(person.roles_at(one.pk)) for one in scope.estates},
    }


def found(person: Permissions, scope: Scope, first: date, last: date, now: datetime) -> QuerySet[Complaint]:
    as_of = told_at(scope, last, now)
    return (
        Complaint.objects.visible_to(person)
        .filter(received(scope, first, last))
        .select_related(*RELATED)
        .annotate(
            granted=_granted("decided_at", as_of),
            paid=_granted("paid_at", as_of),
        )
        .order_by("-received_at", "-pk")
    )


def _granted(since: str, as_of: datetime) -> Subquery:
    """What had been approved for a case by then, or paid of it, in yuan."""
    rows = Compensation.objects.filter(
        complaint=OuterRef("pk"), state__in=Compensation.GRANTED, **{f"{since}__lt": as_of}
    )
    return Subquery(rows.values("complaint").annotate(sum=Sum("granted_amount")).values("sum"))


def told_at(scope: Scope, last: date, now: datetime) -> datetime:
    """The moment the ledger speaks of: the end of its last day, or now."""
    return min(now, days(last, last, scope.estates[0].zone)[1])


def as_they_stood(cases: Iterator[Complaint], as_of: datetime) -> Iterator[Complaint]:
    """The ledger of days that are over does not move either (domain.md 8); a wrong entry stays marked."""
    cases = then.set_back(cases, as_of, SHOWN, MANY)
    while some := list(islice(cases, MANY)):
        joined = _members_then([case.pk for case in some if case.is_collective], as_of)
        for case in some:
            case.people_in_all = case.own_people + joined[case.pk]
            if case.outcome != Outcome.VOID and case.closed_at and case.closed_at >= as_of:
                # Taken over from a ledger kept before: its first version knows its end already.
                case.status, case.outcome, case.closed_at = Status.ACTING, "", None
            yield case


def _members_then(leads: list[int], as_of: datetime) -> Counter[int]:
    """How many people the members of these cases were by then; wrong entries left out."""
    people: Counter[int] = Counter()
    if leads:
        ever = Complaint.history.filter(lead__in=leads).values("id")
        true = Complaint.objects.filter(pk__in=ever, registered_at__lt=as_of).exclude(outcome=Outcome.VOID)
        for member in then.as_they_stood(list(true.values_list("pk", flat=True)), as_of):
            people[member.lead_id] += own_people(member)
    return people


def covers(first: date, last: date, as_of: datetime, zone: ZoneInfo) -> str:
    return f"{first} – {last} · " + _("as of %(as_of)s") % {"as_of": words.stamp(as_of, zone)}


def days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first instant of one day to the first instant after another."""
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def columns() -> list[Column]:
    return [
        Column(_("No."), "int", 6), Column(_("Number"), width=20), Column(_("Estate")),
        Column(pgettext("report", "Received"), "datetime"), Column(_("Channel"), width=12),
        Column(_("Customer"), width=12), Column(_("Place"), width=20), Column(_("Phone")),
        Column(_("What happened"), width=50), Column(_("Complained about"), width=14),
        Column(_("Category"), width=12), Column(_("Cause"), width=12), Column(_("Severity"), width=8),
        Column(_("Notice grade"), width=14), Column(_("Validity"), width=10),
        Column(_("First receiver"), width=10), Column(_("Handler"), width=10),
        Column(_("Department"), width=12), Column(_("Promised for"), "datetime"),
        Column(pgettext("report", "Result"), width=40), Column(pgettext("report", "Handled"), "datetime"),
        Column(pgettext("report", "Replied"), "datetime"), Column(_("How replied"), width=10),
        Column(_("Compensations approved, yuan"), "float", 14),
        Column(_("Compensations paid, yuan"), "float", 14),
        Column(pgettext("report", "Revisited"), "datetime"), Column(_("Revisited by"), width=10),
        Column(_("Satisfaction"), width=10), Column(_("Overtime and who approved it"), width=24),
        Column(_("Put right for good"), width=24), Column(_("Status"), width=12),
        Column(_("Outcome"), width=12), Column(_("Cycle"), "int", 8),
        Column(pgettext("report", "Closed"), "datetime"), Column(_("People"), "int", 8),
        Column(_("Speaker"), width=10), Column(_("Remark"), width=24),
    ]  # fmt: skip


def rows(lines: Iterable[Line]) -> Iterator[tuple[Any, ...]]:
    """The sheet's lines."""
    word = labels()
    for serial, line in enumerate(lines, start=1):
        case = line.case
        yield (
            serial, case.number, case.estate.name, line.received, word(case, "channel"),
            line.customer, line.place, line.phone, case.content, line.about, line.category, line.cause,
            line.severity, word(case, "grade"), word(case, "validity"), line.receiver,
            line.handler, line.department, line.promised, line.result, line.handled, line.replied,
            line.reply_how, case.granted, case.paid, line.revisited, line.revisited_by, line.satisfaction,
            line.overtime, line.rectified, word(case, "status"), word(case, "outcome"),
            case.cycle_number, case.closed_at, case.people_in_all, case.speaker or "", line.remark,
        )  # fmt: skip


def told_lines(person: Permissions, scope: Scope, first: date, last: date, now: datetime) -> Iterator[Line]:
    """The lines of these days, the oldest first, as people keep a ledger."""
    as_of = told_at(scope, last, now)
    cases = found(person, scope, first, last, now).select_related(*RELATED, "complainant")
    ordered = weighed(_in_pieces(cases.order_by("received_at", "pk")), person)
    return lines(as_they_stood(ordered, as_of), as_of, MANY)


def _in_pieces(cases: QuerySet[Complaint]) -> Iterator[Complaint]:
    """Their keys first, then so many at a time: whoever reads them writes between two how far he is, which
    SQLite refuses at once while a SELECT of his is open and somebody else has written."""
    keys = list(cases.values_list("pk", flat=True))
    for start in range(0, len(keys), MANY):
        some = keys[start : start + MANY]
        there = cases.in_bulk(some)
        yield from (there[pk] for pk in some if pk in there)


def signed() -> str:
    """The line below a ledger: who made it and who checked it, to be written in by hand."""
    names = (_("Prepared by"), _("Checked by"))
    return " ".join(_("%(column)s: %(words)s") % {"column": name, "words": "_" * 12} for name in names)


def printed(
    person: Permissions, scope: Scope, first: date, last: date, now: datetime, language: str,
    tell: Tell = untold,
) -> bytes:  # fmt: skip
    """The same on paper, A4 across, for so many cases as `ledger_print.MOST_PRINTED`. Raises ReportError."""
    zone = scope.estates[0].zone
    around = ledger_print.Around(
        scope=scope.name,
        covers=covers(first, last, told_at(scope, last, now), zone),
        withheld=words.withheld(withheld(person, scope, first, last)),
        company=str(Company.objects.first() or ""),
        zone=zone,
        several=len(scope.estates) > 1,
    )
    count = found(person, scope, first, last, now).order_by().count()
    told = told_lines(person, scope, first, last, now)
    return ledger_print.printed(counted(told, count, tell), count, around, language)


def counted(lines: Iterator[Line], of: int, tell: Tell) -> Iterator[Line]:
    """The lines as they come, told of."""
    tell(0, of)
    for done, line in enumerate(lines, start=1):
        yield line
        tell(done, of)
