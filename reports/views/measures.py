"""The measures behind a number of the monthly report."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now as clock
from django.views.decorators.http import require_GET

from complaints.models import Measure
from complaints.views import person_of
from complaints.views.lists.measures import read_rows
from reports.asked import question
from reports.behind_words import MEASURED
from reports.figures.behind import NotAFigure
from reports.figures.measures import NUMBERS, counted
from reports.monthly.links import read_back
from reports.views import scopes_for
from staff.requests import StaffRequest

PAGE = 50


@require_GET
@login_required
def behind(request: StaffRequest) -> HttpResponse:
    """Fifty rows a page, as they stand now; the number above is the report's."""
    now, number = clock(), request.GET.get("number", "")
    if number not in NUMBERS:
        raise Http404
    try:  # estates and days are asked for as those of cases are
        asked = question(request.GET.dict() | {"figure": "received"}, scopes_for(request, now), now)
    except NotAFigure:
        raise Http404 from None
    period = asked.period()
    found = counted(period, number)
    seen = set(
        Measure.objects.visible_to(person_of(request, now)).filter(pk__in=found).values_list("pk", flat=True)
    )
    shown = Paginator([pk for pk in found if pk in seen], PAGE).get_page(request.GET.get("page"))
    rows = {row.pk: row for row in read_rows(*shown.object_list)}
    context = {
        "title": MEASURED[number],
        "total": len(found),
        "asked": asked,
        "as_of": period.as_of,
        "zone": asked.estates[0].zone,
        "rows": [rows[pk] for pk in shown.object_list],
        "hidden": sum(pk not in seen for pk in found),
        "back": read_back(request.GET.get("back", ""))[1],
        "now": now,
        "newer": f"{shown.previous_page_number()}" if shown.has_previous() else "",
        "older": f"{shown.next_page_number()}" if shown.has_next() else "",
    }
    return render(request, "reports/measures_behind.html", context)
