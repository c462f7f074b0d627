"""The pages of the reports. Who reads which figures: `reports.scopes`; which case: `visible_to`."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from complaints.views import estate_of, person_of
from reports.figures.month import Month
from reports.scopes import Scope, find, scopes_of
from reports.words import month_name
from staff.requests import StaffRequest

MONTHS_OFFERED = 24
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def scopes_for(request: StaffRequest, now: datetime) -> list[Scope]:
    """What the person may report on; 403 when nothing."""
    scopes = scopes_of(person_of(request, now))
    if not scopes:
        raise PermissionDenied(
            _("Figures are for supervisors, managers, department heads and the auditor of an estate.")
        )
    return scopes


def chosen_scope(request: StaffRequest, scopes: list[Scope], now: datetime) -> Scope:
    """`?scope=` of the address, else the estate chosen in the switcher, else the widest."""
    if code := request.GET.get("scope"):
        if scope := find(scopes, code):
            return scope
        raise Http404
    place = estate_of(request, now)
    return (place and find(scopes, f"estate-{place.pk}")) or scopes[0]


def chosen_month(
    request: StaffRequest, scope: Scope, now: datetime, *, usual: Month | None = None
) -> tuple[Month, str]:
    """`?month=2026-03`, else `usual` or last month: the one a report is due for; and what is wrong with
    another.
    """
    last = usual or Month.of(now, scope.estates[0].zone).plus(-1)
    given = request.GET.get("month")
    if not given:
        return last, ""
    try:
        return Month.parse(given), ""
    except ValueError:
        return last, _("A month is written like 2026-03. Shown is %(month)s.") % {"month": month_name(last)}


def months(last: Month) -> list[Month]:
    return [last.plus(-n) for n in range(MONTHS_OFFERED)]


def file_answer(body: bytes, name: str, content_type: str, *, keep: bool = True) -> HttpResponse:
    """A file to keep, or one to look at and print; named, and never cached by others."""
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(keep, name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response
