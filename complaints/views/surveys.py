"""Satisfaction surveys 顾客满意度调查: the list, one survey and what can be done with it, a new plan."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.actions.survey_rows import (
    acts_on,
    entered_by,
    places_of,
    read_by,
    refusal_of,
    roles_on,
    today,
)
from complaints.actions.surveys import may_plan, plan
from complaints.channels.surveys import goes_by_text
from complaints.forms.surveys import AnswersForm, PaperForm, PlanForm, SurveyForm
from complaints.models import Survey, SurveyEntry
from complaints.survey_texts import ENTRIES
from complaints.surveys import ACTS, ASKED, OF_WORDS, PLANNERS, State, Way
from complaints.timeline import people_named
from complaints.views import person_of
from complaints.views.lists.keyset import Order
from complaints.views.survey_forms import SURVEY_FORMS
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from staff.models import Estate, User
from staff.permissions import Permissions
from staff.requests import StaffRequest

NEWEST = Order("created_at", newest_first=True, nullable=False)


@dataclass(frozen=True)
class Line:
    """An entry of its history, in words."""

    at: datetime
    actor: str
    text: str
    note: str


@dataclass(frozen=True)
class Rate:
    """Of one building, how many homes are asked and have answered, and of these on paper; never what."""

    name: str
    asked: int
    answered: int
    paper: int

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.asked) if self.asked else 0


def find(person: Permissions, pk: int) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(person), pk=pk)


def planned_by(person: Permissions, at: datetime) -> list[Estate]:
    """The estates in which he may plan a survey, by name."""
    open_ones = Estate.objects.exclude(ended_at__lte=at).order_by("name", "pk")
    return [one for one in open_ones if may_plan(person, one.pk)]


def form_for(
    verb: str, row: Survey, person: Permissions, at: datetime, data: Any = None, *, estate: int | None = None
) -> SurveyForm:
    form = SURVEY_FORMS[verb].form
    more: dict[str, Any] = {}
    if issubclass(form, PlanForm):
        more = {"estates": planned_by(person, at), "at": at}
    elif issubclass(form, AnswersForm):
        more = {"items": list(row.items.all())}
    if issubclass(form, PaperForm):
        more |= {"places": entered_by(row, person), "initial": {"estate": estate}}
    return form(data, row=row, **more)


def perform(verb: str, row: Survey, form: SurveyForm, *, by: User, at: datetime) -> Survey:
    """Do what a valid form asks. Raises Refused."""
    return SURVEY_FORMS[verb].act(row, **form.arguments(), by=by, at=at)


@login_required
@require_safe
def surveys(request: StaffRequest) -> HttpResponse:
    """All of them, the newest first. A constant number of queries."""
    at = now()
    person = person_of(request, at)
    if person.is_contractor:
        raise Http404
    page = NEWEST.page(Survey.objects.visible_to(person), request.GET, read=read_rows)
    context = {"page": page, "may_plan": bool(planned_by(person, at))}
    return render(request, "complaints/lists/surveys.html", context)


def read_rows(*keys: int) -> Any:
    """What a row shows: its estates, how many are asked and have answered."""
    counts = {
        "asked": Count("invitations"),
        "answered": Count("invitations", filter=Q(invitations__answered_on__isnull=False)),
    }
    return Survey.objects.filter(pk__in=keys).annotate(**counts).prefetch_related("estates")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: StaffRequest, pk: int, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    row = find(person, pk)
    if verb and verb not in SURVEY_FORMS or not verb and request.method == "POST":
        raise Http404
    estates = places_of(row)
    if not verb:
        return _page(request, row, person, estates, at)
    data = request.POST if request.method == "POST" else None
    form = form_for(verb, row, person, at, data, estate=whole_number(request.GET.get("estate") or None))
    refused = refusal_of(row, verb, person, estates)
    if data is not None and form.is_valid():
        try:
            perform(verb, row, form, by=request.user, at=at)
        except Refused as fault:
            form.refuse(fault)
            row = find(person, pk)
        else:
            messages.success(request, str(SURVEY_FORMS[verb].done))
            if verb != "enter":
                return redirect(row)
            chosen = form.cleaned_data.get("estate")  # of a pile of sheets it is chosen once
            return redirect(
                reverse("survey_act", args=[row.pk, verb]) + (f"?estate={chosen.pk}" if chosen else "")
            )
    status = 422 if data is not None or refused else 200
    return _page(request, row, person, estates, at, verb=verb, form=form, refused=refused, status=status)


def _page(
    request: StaffRequest,
    row: Survey,
    person: Permissions,
    estates: Sequence[Estate],
    at: datetime,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    his = read_by(row, person)
    rates = rates_of(row, his)
    context: dict[str, Any] = {
        "row": row,
        "estates": estates,
        "items": list(row.items.all()),
        "buildings": list(row.buildings.order_by("pk")),
        "rates": rates,
        "whole": Rate(
            "",
            sum(one.asked for one in rates),
            sum(one.answered for one in rates),
            sum(one.paper for one in rates),
        ),
        "has_links": bool(printed_by(row, person)),
        "entered": row.entered.select_related("person") if PLANNERS & roles_on(person, estates) else [],
        "acts": [(verb, ACTS[verb]) for verb in acts_on(row, person, estates)],
        "lines": lines(row),
        "by_text": goes_by_text(),
        "reads_words": bool(his) and all(OF_WORDS & person.roles_at(one.pk) for one in his),
        "links_over": row.state == State.RUNNING and row.ends_on < today(at),
        "form": None,
    }
    if verb := more.get("verb"):
        context |= {"title": ACTS[verb].label}
    template = "complaints/survey_enter.html" if verb == "enter" else "complaints/survey.html"
    return render(request, template, context | more, status=status)


def printed_by(row: Survey, person: Permissions) -> list[Estate]:
    """The estates whose links he may print: where he hands the sheets out. A link answers for its home."""
    return entered_by(row, person) if row.state in ASKED else []


def rates_of(row: Survey, estates: Sequence[Estate]) -> list[Rate]:
    """How many have answered, by building, of these estates. One query."""
    several = len(estates) > 1
    rows = (
        row.invitations.filter(unit__estate__in=estates)
        .order_by("unit__estate__name", "unit__building__pk")
        .values_list("unit__estate__name", "unit__building__name")
        .annotate(
            asked=Count("pk"),
            answered=Count("pk", filter=Q(answered_on__isnull=False)),
            paper=Count("pk", filter=Q(way=Way.PAPER)),
        )
    )
    found = []
    for estate, building, *counts in rows.values_list(
        "unit__estate__name", "unit__building__name", "asked", "answered", "paper"
    ):
        name = building or _("Without a building")
        found.append(Rate(f"{estate} · {name}" if several else name, *counts))
    return found


def lines(row: Survey) -> list[Line]:
    """Its history, newest first, in the reader's language. Two queries."""
    entries = list(SurveyEntry.objects.filter(survey=row).order_by("-pk"))
    people = people_named(one.actor_id for one in entries if one.actor_id)
    return [
        Line(
            one.at, people.get(one.actor_id or 0, _("System")), str(ENTRIES[one.kind]) % one.params, one.note
        )
        for one in entries
    ]


# A new one ------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """A plan; nobody is asked before it is set going."""
    at = now()
    estates = planned_by(person_of(request, at), at)
    if not estates:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, row=None, estates=estates, at=at)
    key = request.POST.get("key", "")[:64]
    if data is not None and form.is_valid():
        try:
            made = plan(form.arguments()["plan"], by=request.user, at=at, key=key)
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Planned. Look at it once more, then set it going."))
            return redirect(made)
    context = {"form": form, "key": key or secrets.token_urlsafe(16)}
    return render(request, "complaints/survey_new.html", context, status=422 if form.errors else 200)
