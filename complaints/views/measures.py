"""One measure 整改措施: what was tried, its cases, the estates told, and what can be done now."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import case_numbers
from complaints import measures as rules
from complaints.actions.measure_rows import founds, parts_on
from complaints.actions.measures import set_measure
from complaints.actions.told_estates import answer as answer_told
from complaints.actions.told_estates import may_answer
from complaints.actions.visibility import roles_on
from complaints.forms.measures import AnswerForm, MeasureForm, SetMeasure
from complaints.measure_texts import ENTRIES
from complaints.models import Bulletin, Complaint, FollowUp, Measure, MeasureEntry, ToldEstate
from complaints.timeline import fill, people_named
from complaints.views import estate_of, person_of
from complaints.views.lists.bulletins import bulletins_for
from complaints.views.measure_forms import MEASURE_FORMS
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from staff.models import Estate, User
from staff.permissions import Permissions
from staff.requests import StaffRequest

ABOUT = (
    "estate",
    "category",
    "cause",
    "building",
    "unit",
    "department",
    "owner",
    "opened_by",
)


@dataclass(frozen=True)
class Line:
    """An entry of its history, in words."""

    at: datetime
    actor: str
    text: str
    note: str


def find(person: Permissions, pk: int) -> Measure:
    return get_object_or_404(Measure.objects.visible_to(person).select_related(*ABOUT), pk=pk)


def acts_on(measure: Measure, person: Permissions) -> list[str]:
    """What he may do about it now, as the acts themselves would say."""
    return rules.possible(measure.state, parts_on(measure, person))


def form_for(verb: str, measure: Measure, person: Permissions, at: datetime, data: Any = None) -> MeasureForm:
    return MEASURE_FORMS[verb].form(data, measure=measure, estate=measure.estate, person=person, now=at)


def perform(verb: str, row: Measure, form: MeasureForm, *, by: User, at: datetime) -> Measure:
    """Do what a valid form asks. Raises Refused."""
    return MEASURE_FORMS[verb].act(row, **form.arguments(), by=by, at=at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: StaffRequest, pk: int, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    row = find(person, pk)
    if verb and verb not in MEASURE_FORMS or not verb and request.method == "POST":
        raise Http404
    with timezone.override(row.estate.zone):
        if not verb:
            return _page(request, row, person, at)
        data = request.POST if request.method == "POST" else None
        form = form_for(verb, row, person, at, data)
        refused = rules.refusal(verb, row.state, parts_on(row, person))
        if data is not None and form.is_valid():
            try:
                perform(verb, row, form, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, str(MEASURE_FORMS[verb].done))
                return redirect(row)
        status = 422 if data is not None or refused else 200
        return _page(request, row, person, at, verb=verb, form=form, refused=refused, status=status)


def _page(
    request: StaffRequest,
    row: Measure,
    person: Permissions,
    at: datetime,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    verbs = acts_on(row, person)
    told = list(row.told.select_related("estate", "told_by", "answered_by"))
    seen = Complaint.objects.visible_to(person).filter(measure_rows__measure=row)
    cases = list(seen.select_related("unit", "building", "cause", "category").order_by("-received_at", "-pk"))
    context: dict[str, Any] = {
        "row": row,
        "zone": row.estate.zone,
        "now": at,
        "rounds": list(row.rounds.select_related("owner", "done_by", "checked_by").order_by("-number")),
        "cases": cases,
        "hidden": row.case_rows.count() - len(cases),
        "told": [(one, may_answer(one, person)) for one in told],
        # Their words are the case's: for who reads it.
        "follow_up": _follow_up_of(row, person),
        "bulletin": bulletins_for(person).filter(pk=row.bulletin_id or 0).first(),
        "acts": [(verb, rules.ACTS[verb]) for verb in verbs],
        "lines": lines(row),
        "form": None,
    }
    verb = more.get("verb")
    if verb:
        context |= {"title": rules.ACTS[verb].label}
    return render(request, "complaints/measure.html", context | more, status=status)


def _follow_up_of(row: Measure, person: Permissions) -> FollowUp | None:
    seen = Complaint.objects.visible_to(person)
    return FollowUp.objects.filter(pk=row.follow_up_id or 0, complaint__in=seen).first()


def lines(row: Measure) -> list[Line]:
    """Its history, newest first, in the reader's language. Two queries."""
    entries = list(MeasureEntry.objects.filter(measure=row).order_by("-pk"))
    ids = {one.actor_id for one in entries} | {one.params.get("person") for one in entries}
    ids |= {pk for one in entries for pk in one.params.get("told", [])}
    people = people_named(pk for pk in ids if pk)
    return [
        Line(
            one.at,
            people.get(one.actor_id or 0, _("System")),
            str(ENTRIES[one.kind]) % fill(one.params, row.estate.zone, people),
            one.note,
        )
        for one in entries
    ]


# A new one ------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Out of cases (`?case=`), a follow-up or a bulletin; the first case says of which estate."""
    at = now()
    person = person_of(request, at)
    follow_up, bulletin = _source(request, person)
    asked = request.POST if request.method == "POST" else request.GET
    begun = [asked.get("case", "").strip()] if asked.get("case") else []
    begun += [one.complaint.number for one in (follow_up, bulletin) if one]
    first = _first_case(request, person, begun)
    chosen = estate_of(request, at)
    estate = first.estate if first else _own_estate(person, chosen.pk if chosen else None)
    roles = roles_on(first, person) if first else person.roles_at(estate.pk) if estate else person.within()
    if person.is_contractor or not founds(roles):
        raise Http404
    if estate is None:  # a head of headquarters: which estate it is, the case says
        messages.info(request, _("Open one of your department's cases and set the measure there."))
        return redirect("measures")
    initial = {"cases": " ".join(begun)}
    with timezone.override(estate.zone):
        data = request.POST if request.method == "POST" else None
        form = SetMeasure(data, initial=initial, measure=None, estate=estate, person=person, now=at)
        key = request.POST.get("key", "")[:64]
        if data is not None and form.is_valid():
            try:
                made = set_measure(
                    **form.arguments(),
                    follow_up=follow_up,
                    bulletin=bulletin,
                    by=request.user,
                    at=at,
                    key=key,
                )
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, _("Set. Whoever is responsible knows."))
                return redirect(made)
        context = {
            "form": form,
            "estate": estate,
            "key": key or secrets.token_urlsafe(16),
            "follow_up": follow_up,
            "bulletin": bulletin,
            "case": begun[0] if begun else "",
        }
        status = 422 if form.errors else 200
        return render(request, "complaints/measure_new.html", context, status=status)


def _source(request: StaffRequest, person: Permissions) -> tuple[FollowUp | None, Bulletin | None]:
    """The follow-up or bulletin an address names; 404 for one of a case he may not know of."""
    asked = request.POST if request.method == "POST" else request.GET
    seen = Complaint.objects.visible_to(person)
    found: list[Any] = []
    for model, name in ((FollowUp, "follow_up"), (Bulletin, "bulletin")):
        key = whole_number(asked.get(name) or None)
        rows: Any = model._default_manager.filter(complaint__in=seen).select_related("complaint__estate")
        found.append(get_object_or_404(rows, pk=key) if key is not None else None)
    return found[0], found[1]


def _first_case(request: StaffRequest, person: Permissions, begun: list[str]) -> Complaint | None:
    typed = case_numbers.several(request.POST.get("cases", "")) if request.method == "POST" else []
    numbers = [*typed, *begun]
    if not numbers:
        return None
    seen = Complaint.objects.visible_to(person).filter(number__in=numbers[:1]).select_related("estate")
    found = seen.first()
    if found is None and not typed:
        raise Http404
    return found


def _own_estate(person: Permissions, chosen: int | None) -> Estate | None:
    """Where he may set measures, if no case says of which estate: the chosen one, else the first."""
    ours = [pk for pk, roles in person.estates.items() if roles & rules.FOUNDERS]
    everywhere = bool(person.company & rules.FOUNDERS)
    places = Estate.objects.all() if everywhere else Estate.objects.filter(pk__in=ours)
    return places.filter(pk=chosen or 0).first() or places.order_by("name").first()


# The answer of an estate ----------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    told = get_object_or_404(
        ToldEstate.objects.select_related("measure", "estate").filter(
            measure__in=Measure.objects.visible_to(person)
        ),
        pk=pk,
    )
    row = find(person, told.measure_id)
    with timezone.override(told.estate.zone):
        data = request.POST if request.method == "POST" else None
        form = AnswerForm(data, told=told)
        if data is not None and form.is_valid():
            try:
                answer_told(told, **form.arguments(), by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, _("Answered."))
                return redirect(row)
        refused = "" if may_answer(told, person) else _("This is not yours to answer, or answered already.")
        status = 422 if data is not None or refused else 200
        more: dict[str, Any] = {"form": form, "answering": told, "refused": refused}
        return _page(request, row, person, at, status=status, **more)
