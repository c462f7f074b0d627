"""Where the reports are: those that were made, and asking for one more, of any kind and time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now as clock
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from complaints.views.lists.keyset import Order
from config.framework.refusals import Refused
from reports import issue as writer
from reports import tasks
from reports.asking import AskForm
from reports.figures.month import Month
from reports.kinds import WRITERS
from reports.models import IssuedReport
from reports.scopes import Scope, find
from reports.views import chosen_scope, months, scopes_for
from staff.requests import StaffRequest

LAST_MADE, PAGE = Order("asked_at", newest_first=True), 20


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """Where the reports are, and the latest that were made, of one kind where the address names it."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    return _page(request, scopes, scope, AskForm(scopes=scopes, initial=_usual(scope, now)), now)


@require_POST
@login_required
def ask(request: StaffRequest) -> HttpResponse:
    """Put the report in line and go to the page that shows how far it is."""
    now = clock()
    scopes = scopes_for(request, now)
    if find(scopes, request.POST.get("scope", "")) is None:
        raise Http404
    form = AskForm(request.POST, scopes=scopes)
    if form.is_valid():
        said = form.cleaned_data
        try:
            report = writer.ask(request.user, form.scope, said["kind"], form.period, said["language"], now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            tasks.wake(tasks.make)
            return redirect(report)
    return _page(request, scopes, chosen_scope(request, scopes, now), form, now)


def _usual(scope: Scope, now: datetime) -> dict[str, Any]:
    """The month that is over: the one a report is due for."""
    month = Month.of(now, scope.estates[0].zone).plus(-1)
    language = "en" if get_language() == "en" else "zh-hans"
    return {"kind": "monthly", "scope": scope.code, "day": month.first_day, "language": language}


def _page(
    request: StaffRequest, scopes: list[Scope], scope: Scope, form: AskForm, now: datetime
) -> HttpResponse:
    kind = request.GET.get("kind", "")
    made = IssuedReport.objects.filter(scope__in=[one.code for one in scopes])
    if kind in WRITERS:
        made = made.filter(kind=kind)
    page = LAST_MADE.page(made, request.GET, PAGE, read=_read)
    context = {
        "scopes": scopes,
        "scope": scope,
        "months": months(Month.of(now, scope.estates[0].zone)),
        "zone": scope.estates[0].zone,
        "form": form,
        "kinds": [(value, label) for value, label in IssuedReport.KINDS if value in WRITERS],
        "kind": kind,
        "made": page.rows,
        "older": _url(kind, after=page.older),
        "newer": _url(kind, before=page.newer),
    }
    return render(request, "reports/index.html", context, status=422 if form.errors else 200)


def _read(*keys: int) -> QuerySet[IssuedReport]:
    rows = IssuedReport.objects.select_related("issued_by", "asked_by").defer("figures")
    return rows.filter(pk__in=keys)


def _url(kind: str, **cursor: str) -> str:
    """Of the page before or after; nothing where there is none."""
    if not any(cursor.values()):
        return ""
    return "?" + urlencode({"kind": kind} | cursor if kind else cursor) + "#made"
