"""The ledger 台账: every case of a period, as a page and as a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from complaints.actions import place_shown
from complaints.lifecycle import Outcome
from complaints.models import Compensation, Complaint
from complaints.models.case import own_people
from complaints.views import person_of
from reports import excel, words
from reports.excel import Column, Table
from reports.figures import then
from reports.figures.month import Month
from reports.scopes import Scope
from reports.views import EXCEL, chosen_scope, file_answer, scopes_for
from staff.authority import Authority

PAGE = 50
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
    ),
)
#: Cases whose members are counted in one go.
MANY = 500
LONGEST = timedelta(days=366)


@require_GET
@login_required
def ledger(request: HttpRequest) -> HttpResponse:
    """Fifty cases a page, the newest first; `?before=` leads on by key, never by counting."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    first, last, error = chosen_days(request, scope, now)
    cases = [] if error else list(after(found(request, scope, first, last, now), request)[: PAGE + 1])
    as_of = told_at(scope, last, now)
    return render(
        request,
        "reports/ledger.html",
        {
            "scopes": scopes,
            "scope": scope,
            "first": first,
            "last": last,
            "error": error,
            "zone": scope.estates[0].zone,
            "several": len(scope.estates) > 1,
            "cases": list(as_they_stood(iter(cases[:PAGE]), as_of)),
            "as_of": as_of,
            "withheld": "" if error else words.withheld(withheld(request, scope, first, last, now)),
            "before": f"{cases[PAGE - 1].received_at.isoformat()}_{cases[PAGE - 1].pk}"
            if len(cases) > PAGE
            else "",
        },
        status=422 if error else 200,
    )


@require_GET
@login_required
def ledger_excel(request: HttpRequest) -> HttpResponse:
    """All cases of the period in one workbook. The complainant is not in it: the case has him."""
    now = clock()
    scope = chosen_scope(request, scopes_for(request, now), now)
    first, last, error = chosen_days(request, scope, now)
    if error:
        return ledger(request)
    zone = scope.estates[0].zone
    said = covers(first, last, told_at(scope, last, now), zone)
    hidden = words.withheld(withheld(request, scope, first, last, now))
    table = Table(
        sheet=_("Ledger"),
        title=f"{_('Complaint ledger')} · {scope.name}",
        covers=" · ".join(filter(None, (said, hidden))),
        columns=columns(),
        rows=rows(
            as_they_stood(found(request, scope, first, last, now).iterator(2000), told_at(scope, last, now)),
            person_of(request, now),
        ),
    )
    body = excel.workbook([table], zone)
    return file_answer(body, f"{_('Complaint ledger')}-{scope.name}-{first}-{last}.xlsx", EXCEL)


def received(scope: Scope, first: date, last: date) -> Q:
    period = Q()
    for estate in scope.estates:
        start, end = days(first, last, estate.zone)
        came = Q(received_at__gte=start, received_at__lt=end, registered_at__lt=end)
        # Written down only later, it stands in the days it was written down in.
        came |= Q(received_at__lt=start, registered_at__gte=start, registered_at__lt=end)
        period |= Q(came, estate=estate)
    return period


def withheld(request: HttpRequest, scope: Scope, first: date, last: date, now: datetime) -> int:
    """How many cases of the days the person may not read: they are counted and not listed."""
    period = received(scope, first, last)
    mine = Complaint.objects.visible_to(person_of(request, now)).filter(period)
    return Complaint.objects.filter(period).count() - mine.count()


def found(request: HttpRequest, scope: Scope, first: date, last: date, now: datetime) -> QuerySet[Complaint]:
    as_of = told_at(scope, last, now)
    return (
        Complaint.objects.visible_to(person_of(request, now))
        .filter(received(scope, first, last))
        .select_related(
            "estate",
            "unit",
            "building",
            "category",
            "cause",
            "department",
            "first_receiver",
            "handler",
            "speaker",
        )
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
            case.people_in_all = case.own_people + joined[case.pk]  # type: ignore[attr-defined]
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


def after(cases: QuerySet[Complaint], request: HttpRequest) -> QuerySet[Complaint]:
    at, _sep, pk = request.GET.get("before", "").partition("_")
    try:
        moment, last = datetime.fromisoformat(at), int(pk)
    except ValueError:
        return cases
    return cases.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=last))


def chosen_days(request: HttpRequest, scope: Scope, now: datetime) -> tuple[date, date, str]:
    """From and until, both included; this month when nothing was chosen; and what is wrong with them."""
    this = Month.of(now, scope.estates[0].zone)
    try:
        first = date.fromisoformat(request.GET.get("from") or str(this.first_day))
        last = date.fromisoformat(request.GET.get("until") or str(this.last_day))
        if not (first.year >= 2000 and last.year <= 2100):
            raise ValueError("At the ends of the calendar a day has no beginning in every zone.")
    except ValueError:
        return this.first_day, this.last_day, _("A day is written like 2026-03-31.")
    if last < first:
        return first, last, _("The last day lies before the first.")
    if last - first >= LONGEST:
        return first, last, _("Choose at most one year.")
    return first, last, ""


def days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first instant of one day to the first instant after another."""
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def columns() -> list[Column]:
    return [
        Column(_("Number"), width=20), Column(_("Estate")),
        Column(pgettext("report", "Received"), "datetime"),
        Column(_("Channel"), width=12), Column(_("Place"), width=20), Column(_("Category"), width=12),
        Column(_("Cause"), width=12), Column(_("Severity"), width=8), Column(_("Notice grade"), width=14),
        Column(_("What happened"), width=50), Column(_("Validity"), width=10),
        Column(_("Department"), width=12), Column(_("First receiver"), width=10),
        Column(_("Handler"), width=10), Column(_("Status"), width=12), Column(_("Outcome"), width=12),
        Column(_("Cycle"), "int", 8), Column(pgettext("report", "Closed"), "datetime"),
        Column(_("People"), "int", 8), Column(_("Speaker"), width=10),
        Column(_("Compensations approved, yuan"), "float", 14),
        Column(_("Compensations paid, yuan"), "float", 14),
    ]  # fmt: skip


def rows(cases: Iterator[Complaint], person: Authority) -> Iterator[tuple[Any, ...]]:
    """The sheet's lines, as `person` may read them."""
    for case in cases:
        yield (
            case.number, case.estate.name, case.received_at, case.get_channel_display(),
            place_shown(case, person), case.category or "", case.cause or "", case.get_severity_display(),
            case.get_grade_display(), case.content, case.get_validity_display(), case.department or "",
            case.first_receiver, case.handler or "", case.get_status_display(), case.get_outcome_display(),
            case.cycle_number, case.closed_at, case.people_in_all,  # type: ignore[attr-defined]
            case.speaker or "", case.granted,
            case.paid,
        )  # fmt: skip
