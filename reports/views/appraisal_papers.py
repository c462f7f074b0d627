"""The four forms of the appraisal, for who may read what stands on them; made by the worker."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now as clock
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from config.framework.refusals import Refused
from reports import paperwork
from reports.appraisal_rows import AppraisalSheet
from reports.appraisals import lists, papers
from reports.appraisals.papers import title_of
from reports.figures.month import Month
from reports.models import Paper
from reports.views.appraisals import found, own_of
from reports.views.papers import in_line
from staff import audit
from staff.requests import StaffRequest

Kind = AppraisalSheet.Kind


@require_GET
@login_required
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """员工月绩效考核登记表, 员工年终绩效考核登记表."""
    now = clock()
    row, _own = found(request, pk, now)
    name = f"{title_of(row.kind, is_list=False)}-{row.user}-{row.code}.pdf"
    return _asked(request, {"sheet": row.pk}, name, now)


@require_GET
@login_required
def month(request: StaffRequest, month: str) -> HttpResponse:
    """员工月/年绩效考核情况登记表."""
    try:
        day = Month.parse(month).first_day
    except ValueError:
        raise Http404 from None
    return _list(request, Kind.MONTH, day, month)


@require_GET
@login_required
def year(request: StaffRequest, year: int) -> HttpResponse:
    """年度员工绩效考核情况登记表."""
    if not 2000 <= year <= 2999:
        raise Http404
    return _list(request, Kind.YEAR, date(year, 1, 1), f"{year}")


def _list(request: StaffRequest, kind: str, day: date, code: str) -> HttpResponse:
    now = clock()
    if not lists.leads_anybody(own_of(request, now), now):
        raise Http404
    name = f"{title_of(kind, is_list=True).replace('/', '')}-{code}.pdf"
    return _asked(request, papers.asked_list(request.user, kind, day, now), name, now)


def _asked(request: StaffRequest, which: dict[str, Any], name: str, now: datetime) -> HttpResponse:
    try:
        paper = paperwork.ask_caseless(
            request.user, Paper.Kind.APPRAISAL, 0, which, name, get_language() or "zh-hans", now
        )
    except Refused as refusal:
        return render(request, "reports/failed.html", {"reason": str(refusal)}, status=429)
    audit.taken_out(request, "reports:appraisal_pdf")
    return in_line(request, paper)
