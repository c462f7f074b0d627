"""Results of satisfaction surveys 顾客满意度调查: page, paper, table; what is handed out; measures."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.timezone import now as clock
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from complaints.actions.measure_rows import founds
from complaints.actions.measures import set_measure
from complaints.actions.survey_measures import answered_by_measures
from complaints.actions.survey_rows import places_of, read_by
from complaints.models import Measure, Survey
from complaints.portal.visits import public_page
from complaints.surveys import ASKED, OF_WORDS, OVER, Quadrant, State
from complaints.views import person_of
from complaints.views.surveys import printed_by
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from reports import paperwork, survey_papers
from reports.figures.surveys import results
from reports.flat import FORMS, flat_file
from reports.meeting_forms import MeasureOfDecision
from reports.models import Paper
from reports.quadrants import decimal
from reports.views.papers import in_line
from staff import audit
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest

#: Seconds for which results owners read are kept: they cost seconds where thousands have answered.
KEPT = 60 * 60


def _read(request: StaffRequest, pk: int, *states: str) -> tuple[Survey, list[Estate], Permissions]:
    """The survey in one of these states, and those of its estates he reads; else 404."""
    person = person_of(request, clock())
    row = get_object_or_404(Survey.objects.visible_to(person), pk=pk, state__in=states)
    return row, read_by(row, person), person


def reads_words(estates: list[Estate], person: Permissions) -> bool:
    """Whether he reads what owners of all these wrote."""
    return bool(estates) and all(OF_WORDS & person.roles_at(one.pk) for one in estates)


@require_GET
@login_required
def survey(request: StaffRequest, pk: int) -> HttpResponse:
    """The results of a closed survey."""
    row, estates, person = _read(request, pk, *OVER)
    found = results(row, estates, words=reads_words(estates, person))
    founder = [one for one in estates if founds(person.roles_at(one.pk))]
    made = (
        Measure.objects.filter(survey_item__survey=row)
        .visible_to(person)
        .select_related("survey_item", "estate")
    )
    context = survey_papers.page_of(found) | {
        "measures": {one: answered_by_measures(row, one) for one in founder},
        "made": made.order_by("survey_item__order", "pk"),
        "reads_words": reads_words(estates, person),
    }
    return render(request, "reports/survey.html", context)


@require_GET
@login_required
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    row, estates, person = _read(request, pk, *OVER)
    return _asked(request, row, estates, "results", {"words": reads_words(estates, person)})


@require_GET
@login_required
def handed(request: StaffRequest, pk: int, what: str) -> HttpResponse:
    """Links or questionnaires of the homes that have not answered.

    `?building=` of one alone; `?part=` of many, so many at a time.
    """
    row, _estates, person = _read(request, pk, *ASKED)
    mine = printed_by(row, person)
    if not mine:
        raise Http404
    building = whole_number(request.GET.get("building") or None)
    part = whole_number(request.GET.get("part") or None)
    waiting = survey_papers.homes(row, mine, building).count()
    try:
        if part is None or not 0 < part <= -(-waiting // survey_papers.MOST[what]):
            part = None
            survey_papers.check_many(waiting, what)
    except Refused as refusal:
        context = {
            "row": row, "reason": str(refusal), "what": what, "title": survey_papers.named(what),
            "buildings": _buildings(row, mine, survey_papers.MOST[what]),
        }  # fmt: skip
        return render(request, "reports/survey_handed.html", context, status=422)
    return _asked(request, row, mine, what, {"building": building, "part": part})


def _buildings(row: Survey, estates: list[Estate], most: int) -> list[dict[str, Any]]:
    """Buildings with homes that have not answered, each in parts that one document takes."""
    waiting = row.invitations.filter(unit__estate__in=estates, answered_on=None, unit__building__isnull=False)
    named = waiting.order_by("unit__estate__name", "unit__building__pk")
    counted = named.values_list("unit__building", "unit__building__name", "unit__estate__name")
    return [
        {"pk": pk, "name": f"{estate} · {name}", "parts": range(1, -(-n // most) + 1), "count": n}
        for pk, name, estate, n in counted.annotate(n=Count("pk"))
    ]


def _asked(
    request: StaffRequest, row: Survey, estates: list[Estate], what: str, more: dict[str, Any]
) -> HttpResponse:
    name = f"{survey_papers.named(what)}-{row.number}.pdf"
    which = {"survey": row.pk, "paper": what, "estates": [one.pk for one in estates]} | more
    try:
        asked = paperwork.ask_caseless(
            request.user, Paper.Kind.SURVEY, row.pk, which, name, get_language() or "zh-hans", clock()
        )
    except Refused as refusal:
        return render(request, "reports/failed.html", {"reason": str(refusal)}, status=429)
    return in_line(request, asked)


@require_GET
@login_required
def table(request: StaffRequest, pk: int, form: str) -> HttpResponseBase:
    """The results as a flat table, CSV or Excel."""
    if form not in FORMS:
        raise Http404
    row, estates, _person = _read(request, pk, *OVER)
    name = f"{survey_papers.named('results')}-{row.number}"
    audit.taken_out(request, f"reports:survey_table {row.pk}")
    made = survey_papers.rows(results(row, estates))
    return flat_file(form, name, survey_papers.columns(), made, estates[0].zone)


# What owners read -----------------------------------------------------------------------------------------


@public_page
@require_safe
def answer(request: HttpRequest, *, at: Any, pk: int) -> HttpResponse:
    """Our answer with the chart, for everybody; 404 for one that has none."""
    row = Survey.objects.filter(pk=pk, state=State.PUBLISHED).first()
    if row is None:
        return render(request, "portal/survey_shut.html", {"door": "unknown", "survey": None}, status=404)
    estates = places_of(row)
    # Nothing of it changes after the closing but our words, and everybody may ask for it.
    told: dict[str, Any] | None = cache.get_or_set(
        f"survey-told:{row.pk}:{row.version}:{get_language()}", lambda: _told(row, estates), KEPT
    )
    context = (told or {}) | {
        "row": row,
        "estates": estates,
        "estate": estates[0] if len(estates) == 1 else None,
    }
    return render(request, "reports/survey_answer.html", context)


def _told(row: Survey, estates: list[Estate]) -> dict[str, Any]:
    found = results(row, estates)
    body = render_to_string("reports/survey_body.html", survey_papers.page_of(found) | {"short": True})
    return {"asked": found.asked, "answered": found.answered, "rate": found.rate, "body": body}


# A measure out of an item ---------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: StaffRequest, pk: int, item: int) -> HttpResponse:
    """A new measure, filled with what the survey says of an item; `?estate=` where there are several."""
    row, estates, person = _read(request, pk, *OVER)
    mine = [one for one in estates if founds(person.roles_at(one.pk))]
    asked = request.GET.get("estate", "")
    estate = next((one for one in mine if str(one.pk) == asked), mine[0] if len(mine) == 1 else None)
    found = results(row, estates)
    line = next((one for one in found.items if one.pk == item), None)
    if estate is None or line is None or line.quadrant != Quadrant.IMPROVE:
        raise Http404
    cause = _(
        "Survey %(number)s: “%(item)s”, importance %(importance)s, satisfaction %(satisfaction)s (%(place)s)."
    ) % {
        "number": row.number,
        "item": line.name,
        "importance": decimal(line.mark.importance),
        "satisfaction": decimal(line.mark.satisfaction),
        "place": line.quadrant.label,
    }
    now = clock()
    with timezone.override(estate.zone):
        data = request.POST if request.method == "POST" else None
        form = MeasureOfDecision(
            data, initial={"root_cause": cause}, measure=None, estate=estate, person=person, now=now
        )
        key = request.POST.get("key", "")[:64] or token_urlsafe(16)
        if data is not None and form.is_valid():
            try:
                made = set_measure(
                    **form.arguments(),
                    survey_at=estate,
                    survey_item=row.items.get(pk=line.pk),
                    by=request.user,
                    at=now,
                    key=key,
                )
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, _("Set. Whoever is responsible knows."))
                return redirect(made)
        context = {"row": row, "line": line, "estate": estate, "form": form, "key": key}
        return render(request, "reports/survey_measure.html", context, status=422 if form.errors else 200)
