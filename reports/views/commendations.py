"""Commendations: the notice on paper, and those behind the number of the monthly report."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now as clock
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_GET

from complaints.models import Commendation
from complaints.views import person_of
from complaints.views.lists.commendations import read_rows
from config.framework.refusals import Refused
from reports import paperwork
from reports.asked import question
from reports.figures.behind import NotAFigure
from reports.figures.commended import of_period
from reports.models import Paper
from reports.monthly.links import read_back
from reports.views import scopes_for
from reports.views.papers import in_line
from staff.requests import StaffRequest

PAGE = 50


@require_GET
@login_required
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    """For everybody who reads it; a draft has none."""
    now = clock()
    row = get_object_or_404(Commendation.objects.visible_to(person_of(request, now)).public(), pk=pk)
    name = f"{pgettext('title of the paper', 'Commendation')}-{row.number}.pdf"
    try:
        paper = paperwork.ask_caseless(
            request.user, Paper.Kind.COMMENDED, row.pk, {}, name, get_language() or "zh-hans", now
        )
    except Refused as refusal:
        return render(request, "reports/failed.html", {"reason": str(refusal)}, status=429)
    return in_line(request, paper)


@require_GET
@login_required
def behind(request: StaffRequest) -> HttpResponse:
    """Fifty rows a page, as they stand now; the number above is the report's."""
    now = clock()
    try:  # estates and days are asked for as those of cases are
        asked = question(request.GET.dict() | {"figure": "received"}, scopes_for(request, now), now)
    except NotAFigure:
        raise Http404 from None
    period = asked.period()
    rows = Commendation.objects.filter(of_period(period)).order_by("-published_at", "-pk")
    keys = list(rows.values_list("pk", flat=True))
    seen = set(
        Commendation.objects.visible_to(person_of(request, now))
        .filter(pk__in=keys)
        .values_list("pk", flat=True)
    )
    shown = Paginator([pk for pk in keys if pk in seen], PAGE).get_page(request.GET.get("page"))
    found = {row.pk: row for row in read_rows(*shown.object_list)}
    context = {
        "total": len(keys),
        "asked": asked,
        "as_of": period.as_of,
        "zone": asked.estates[0].zone,
        "rows": [found[pk] for pk in shown.object_list],
        "hidden": len(keys) - len(seen),
        "back": read_back(request.GET.get("back", ""))[1],
        "newer": f"{shown.previous_page_number()}" if shown.has_previous() else "",
        "older": f"{shown.next_page_number()}" if shown.has_next() else "",
    }
    return render(request, "reports/commended_behind.html", context)
