"""The ledger 台账: every case of a period, as a page and as a sheet that a worker makes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now as clock
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.models import Complaint
from complaints.statuses import SUPERVISING
from complaints.views import person_of
from config.framework.refusals import Refused
from config.framework.typed_dates import tidy
from reports import ledger as book
from reports import paperwork, words
from reports.figures.month import Month
from reports.scopes import Scope
from reports.views import chosen_scope, scopes_for
from reports.views.papers import in_line
from staff.requests import StaffRequest

PAGE = 50
LONGEST = timedelta(days=366)


@require_GET
@login_required
def ledger(request: StaffRequest) -> HttpResponse:
    """Fifty cases a page, the newest first; `?before=` leads on by key, never by counting."""
    now = clock()
    person = person_of(request, now)
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    first, last, error = chosen_days(request, scope, now)
    cases = [] if error else list(after(book.found(person, scope, first, last, now), request)[: PAGE + 1])
    as_of = book.told_at(scope, last, now)
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
            "past_ledgers": any(person.roles_at(one.pk) & SUPERVISING for one in scope.estates),
            "cases": list(book.as_they_stood(iter(cases[:PAGE]), as_of)),
            "as_of": as_of,
            "withheld": "" if error else words.withheld(book.withheld(person, scope, first, last)),
            "before": f"{cases[PAGE - 1].received_at.isoformat()}_{cases[PAGE - 1].pk}"
            if len(cases) > PAGE
            else "",
        },
        status=422 if error else 200,
    )


@require_GET
@login_required
def ledger_file(request: StaffRequest, form: str) -> HttpResponse:
    """All cases of the period in one workbook, or on paper, made by the worker; or the page that waits."""
    now = clock()
    scope = chosen_scope(request, scopes_for(request, now), now)
    first, last, error = chosen_days(request, scope, now)
    if error:
        return ledger(request)
    name = f"{_('Complaint ledger')}-{scope.name}-{first}-{last}.{form}"
    try:
        row = paperwork.ask_ledger(request.user, scope, first, last, name, get_language(), now, form=form)
    except Refused as refusal:
        return render(
            request, "reports/failed.html", {"reason": str(refusal)}, status=422 if refusal.field else 429
        )
    return in_line(request, row)


def after(cases: QuerySet[Complaint], request: StaffRequest) -> QuerySet[Complaint]:
    at, _sep, pk = request.GET.get("before", "").partition("_")
    try:
        moment, last = datetime.fromisoformat(at), int(pk)
    except ValueError:
        return cases
    return cases.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=last))


def chosen_days(request: StaffRequest, scope: Scope, now: datetime) -> tuple[date, date, str]:
    """From and until, both included; this month when nothing was chosen; and what is wrong with them."""
    this = Month.of(now, scope.estates[0].zone)
    try:
        first = date.fromisoformat(tidy(request.GET.get("from", "")) or str(this.first_day))
        last = date.fromisoformat(tidy(request.GET.get("until", "")) or str(this.last_day))
        if not (first.year >= 2000 and last.year <= 2100):
            raise ValueError("At the ends of the calendar a day has no beginning in every zone.")
    except ValueError:
        return this.first_day, this.last_day, _("A day is written like 2026-03-31.")
    if last < first:
        return first, last, _("The last day lies before the first.")
    if last - first >= LONGEST:
        return first, last, _("Choose at most one year.")
    return first, last, ""
