"""The monthly report: looked at, asked for, fetched, issued, verified."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now as clock
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.views import person_of
from config.framework.refusals import Refused
from reports import issue as writer
from reports.duties import ReportKind
from reports.figures.month import Month
from reports.figures.monthly import monthly as figures_of
from reports.models import IssuedReport, OwnerReport
from reports.monthly import report as paper
from reports.monthly.links import Links, way_back
from reports.owner_rules import OUT
from reports.owner_words import series_words
from reports.readers import check_readable, unlisted_for
from reports.scopes import Scope, find
from reports.views import EXCEL, chosen_month, chosen_scope, months, scopes_for
from staff import audit
from staff.requests import StaffRequest

LARGEST_CHECKED = 20 * 1024 * 1024


@require_GET
@login_required
def monthly(request: StaffRequest) -> HttpResponse:
    """The figures as they are now; what is printed and issued is made from the same."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    month, error = chosen_month(request, scope, now)
    this = Month.of(now, scope.estates[0].zone)
    if month > this:
        raise Http404
    figures = figures_of(
        scope.in_month(month.first_day) or scope.estates,
        month,
        now,
        scope.name,
        unlisted=unlisted_for(person_of(request, now)),
    )
    links = Links(
        reverse("reports:behind"),
        scope.code,
        str(month.first_day),
        str(month.last_day),
        at="" if month < this else now.isoformat(),
        back=way_back("month", scope=scope.code, month=str(month)),
    )
    made = IssuedReport.objects.filter(kind=ReportKind.MONTHLY, scope=scope.code, starts_on=month.first_day)
    return render(
        request,
        "reports/monthly.html",
        {
            **paper.context(figures, scope.estates[0].zone, links),
            "scopes": scopes,
            "scope": scope,
            "months": months(this),
            "is_over": month < this,
            "made": made.select_related("issued_by", "asked_by").order_by("-asked_at")[:10],
            "language": get_language(),
            "error": error,
        },
        status=422 if error else 200,
    )


@require_GET
@login_required
def made(request: StaffRequest, key: UUID) -> HttpResponse:
    """How far a report is, and once it is ready, the report. htmx asks for the inner part only."""
    now = clock()
    report = visible_report(request, key)
    try:
        check_readable(report, person_of(request, now))
    except Refused as refusal:
        unreadable = str(refusal)
    else:
        unreadable = ""
    scope = _scope_of(report, request, now)
    zone = scope.estates[0].zone
    ends_at = report.days.bounds(zone)[1]
    parts = {
        "report": report,
        "zone": zone,
        "unreadable": unreadable,
        "due": None if report.issued_at or report.is_unfinished else writer.due_for(report),
        "may_issue": not unreadable and scope.may_issue(person_of(request, now)),
        "is_over": report.started_at and report.started_at >= ends_at,
        "as_of": min(report.started_at or now, ends_at),
        "waited": now - (report.started_at or report.asked_at),
        "nobody_works": report.is_unfinished and now - (report.started_at or report.asked_at) > writer.LEASE,
        "seconds": int((now - report.asked_at).total_seconds()),
    }
    only_part = request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
    return render(request, "reports/made_part.html" if only_part else "reports/made.html", parts)


@require_GET
@login_required
def fetch(request: StaffRequest, key: UUID, form: str) -> FileResponse:
    """The file itself: pdf or xlsx; 403 with a sentence where it lists what the person may not read."""
    report = visible_report(request, key)
    if report.state != IssuedReport.State.DONE:
        raise Http404
    try:
        check_readable(report, person_of(request, clock()))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from None
    file, content_type = (report.pdf, "application/pdf") if form == "pdf" else (report.xlsx, EXCEL)
    with translation.override(report.language):
        scope = _scope_of(report, request, clock())
        name = f"{report.title}-{scope.name}-{report.code}-v{report.version}.{form}"
    filters = urlencode({"kind": report.kind, "period": report.code, "scope": report.scope})
    audit.taken_out(request, f"reports:{form}", filters=filters)
    kind = {"content_type": content_type}
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, **kind)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def issue(request: StaffRequest, key: UUID) -> HttpResponse:
    report = visible_report(request, key)
    try:
        writer.issue(report, request.user, clock())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Issued. From now on this version cannot change."))
    return redirect(report)


@login_required
def verify(request: StaffRequest) -> HttpResponse:
    """Whether a PDF is one of ours: by the file itself or its fingerprint."""
    scopes = scopes_for(request, clock())
    answer: dict[str, Any] = {}
    if request.method == "POST":
        file = request.FILES.get("file")
        typed = request.POST.get("sha256", "").strip().lower()
        if file and (file.size or 0) > LARGEST_CHECKED:
            answer = {"error": _("The file is larger than any report.")}
        elif not file and not typed:
            answer = {"error": _("Choose a file, or type the fingerprint.")}
        else:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest() if file else typed
            found = IssuedReport.objects.filter(pdf_sha256=sha256, scope__in=[scope.code for scope in scopes])
            answer = {"sha256": sha256, "found": found.select_related("issued_by").first(), "asked": True}
            answer["to_owners"] = to_owners(sha256, scopes)
    report = answer.get("found")
    scope = find(scopes, report.scope) if report else None
    zone = (scope or scopes[0]).estates[0].zone
    context = {**answer, "zone": zone}
    if own := answer.get("to_owners"):
        context |= {"zone": own.estate.zone, "own_name": series_words(own.year, own.serial)}
    return render(request, "reports/verify.html", context, status=422 if "error" in answer else 200)


def to_owners(sha256: str, scopes: list[Scope]) -> OwnerReport | None:
    """A report to owners by the fingerprint of its content, as printed on it, or of its file."""
    mine = {estate.pk for scope in scopes for estate in scope.estates}
    by = Q(sha256=sha256) | Q(pdf_sha256=sha256) | Q(pdf_en_sha256=sha256)
    rows = OwnerReport.objects.filter(by, estate__in=mine, state__in=OUT)
    return rows.select_related("estate", "issued_by").order_by("pk").first()


def _scope_of(report: IssuedReport, request: StaffRequest, now: datetime) -> Scope:
    """What the report is about, among what the person may report on; 404 when it is no more."""
    scope = find(scopes_for(request, now), report.scope)
    if scope is None:
        raise Http404
    return scope


def visible_report(request: StaffRequest, key: UUID) -> IssuedReport:
    """One the person may read; anybody else's is a 404."""
    codes = [scope.code for scope in scopes_for(request, clock())]
    reports = IssuedReport.objects.select_related("asked_by", "issued_by", "supersedes")
    return get_object_or_404(reports, key=key, scope__in=codes)
