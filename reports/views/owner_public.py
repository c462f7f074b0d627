"""The reports to owners as everybody reads them on the portal: without sign-in, whole without JavaScript."""

from __future__ import annotations

import re
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from complaints.portal.visits import public_page
from reports.models import OwnerReport
from reports.owner_rules import OUT, State
from reports.owner_words import series_words, shown, span_words
from reports.views.owner_reports import paper_of
from staff.models import Estate

#: As many are listed: ten years of quarters.
MOST = 40


def posted(code: str) -> tuple[Estate, list[OwnerReport]]:
    """What an estate has posted, the newest first; those withdrawn since too."""
    estate = get_object_or_404(Estate.objects.select_related("region"), code=code)
    rows = OwnerReport.objects.filter(estate=estate, posted_at__isnull=False)
    return estate, list(rows.defer("content", "told").order_by("-starts_on", "-pk")[:MOST])


@require_safe
@public_page
def index(request: HttpRequest, *, at: datetime, code: str) -> HttpResponse:
    """The reports of one estate."""
    estate, rows = posted(code)
    lines = [
        (row, series_words(row.year, row.serial), span_words(row.span, row.starts_on, row.ends_on))
        for row in rows
    ]
    return render(request, "portal/owner_reports.html", {"estate": estate, "lines": lines})


def found(code: str, series: str) -> OwnerReport:
    """By estate and number; 404 for what was never issued."""
    match = re.fullmatch(r"(2\d{3})-([1-9]\d{0,5})", series, re.ASCII)
    if not match:
        raise Http404
    rows = OwnerReport.objects.filter(state__in=OUT).select_related("estate", "replaces")
    return get_object_or_404(rows, estate__code=code, year=int(match[1]), serial=int(match[2]))


@require_safe
@public_page
def report(request: HttpRequest, *, at: datetime, code: str, series: str) -> HttpResponse:
    """One report as it was frozen; of one that was withdrawn the reason, and the one that replaces it.

    The code on its paper is printed before it is posted: until then its page says so, and nothing else.
    """
    row = found(code, series)
    if row.posted_at is None:
        title = series_words(row.year, row.serial)
        said = {"row": row, "estate": row.estate, "title": title, "withdrawn": row.state == State.WITHDRAWN}
        return render(request, "portal/owner_report_unposted.html", said, status=404)
    newer = OwnerReport.objects.filter(replaces=row, posted_at__isnull=False).first()
    context = {
        "row": row,
        "estate": row.estate,
        "shown": shown(row.content),
        "zone": row.estate.zone,
        "withdrawn": row.state == State.WITHDRAWN,
        "newer": newer,
        "newer_name": series_words(newer.year, newer.serial) if newer else "",
        "english": get_language() == "en",
    }
    return render(request, "portal/owner_report.html", context)


@require_safe
@public_page
def paper(request: HttpRequest, *, at: datetime, code: str, series: str) -> HttpResponseBase:
    """Its PDF; none of one that is not posted, or was withdrawn."""
    row = found(code, series)
    if row.state != State.POSTED:
        raise Http404
    return paper_of(row, request.GET.get("language", ""))
