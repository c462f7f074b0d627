"""The cases behind a figure: the list that every number of a report opens, and the list as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import now as clock
from django.views.decorators.http import require_GET

from complaints.views import person_of
from config.framework.refusals import Refused
from reports import behind_lines, words
from reports.asked import Question, question
from reports.behind_words import keys_in_words, title
from reports.figures import counted as things
from reports.figures.behind import NotAFigure
from reports.figures.behind import counted as counted_by
from reports.figures.counted import Counted
from reports.flat import FORMS, flat_file
from reports.monthly.links import read_back, way_back
from reports.readers import unlisted_for
from reports.views import scopes_for
from staff import audit
from staff.permissions import Permissions
from staff.requests import StaffRequest

PAGE = 50


@require_GET
@login_required
def cases(request: StaffRequest) -> HttpResponse:
    """Fifty lines a page; the number above is the figure's, those not to be read are only counted."""
    now = clock()
    asked, counted = _asked(request)
    person = person_of(request, now)
    listed = _listed(counted, person)
    page = _page(request, len(listed))
    period = asked.period()
    context = {
        "asked": asked,
        "title": title(asked.figure),
        "keys": keys_in_words(asked.keys, [one.case for one in counted]),
        "total": len(counted),
        "several": len(asked.estates) > 1,
        "zone": asked.estates[0].zone,
        "as_of": period.as_of,
        "cases": behind_lines.stood(period, listed[(page - 1) * PAGE : page * PAGE], person),
        "repeated": things.repeated(listed),
        "withheld": words.withheld(len(counted) - len(listed)),
        "query": request.GET.urlencode(),
        "back": _back(request, asked),
        "newer": page - 1,
        "older": page + 1 if len(listed) > page * PAGE else 0,
    }
    return render(request, "reports/behind.html", context)


@require_GET
@login_required
def file(request: StaffRequest, form: str) -> HttpResponseBase:
    """All lines the reader may read, as CSV or Excel."""
    if form not in FORMS:
        raise Http404
    now = clock()
    asked, counted = _asked(request)
    person = person_of(request, now)
    listed = _listed(counted, person)
    try:
        behind_lines.check_size(len(listed))
    except Refused as refusal:
        return render(request, "reports/failed.html", {"reason": str(refusal)}, status=422)
    lines = behind_lines.rows(behind_lines.stood(asked.period(), listed, person))
    name = "-".join((title(asked.figure), asked.scope.name, f"{asked.first}", f"{asked.last}"))
    audit.taken_out(request, f"reports:behind:{form}", filters=request.GET.urlencode())
    return flat_file(form, name, behind_lines.columns(), lines, asked.estates[0].zone)


def _listed(counted: list[Counted], person: Permissions) -> list[Counted]:
    """Those of cases that the reader may read."""
    hidden = unlisted_for(person)({one.case for one in counted})
    return [one for one in counted if one.case not in hidden]


def _asked(request: StaffRequest) -> tuple[Question, list[Counted]]:
    """What the address asks for and what it counts; 404 for an address no page of ours has written."""
    now = clock()
    try:
        asked = question(request.GET.dict(), scopes_for(request, now), now)
        return asked, counted_by(asked.period(), asked.figure, asked.keys)
    except NotAFigure:
        raise Http404 from None


def _back(request: StaffRequest, asked: Question) -> tuple[str, str]:
    """The figure's own page with what was chosen there, and its address; else the same estates and days."""
    page, address = read_back(request.GET.get("back", ""))
    if page:
        return page, address
    days = {"scope": asked.scope.code, "from": f"{asked.first}", "until": f"{asked.last}"}
    return read_back(way_back("days", **days))


def _page(request: StaffRequest, many: int) -> int:
    """The page asked for, from 1; the nearest there is."""
    asked = request.GET.get("page", "1")
    last = max(1, -(-many // PAGE))
    return min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 9 else 1
