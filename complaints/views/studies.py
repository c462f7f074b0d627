"""One case study 案例: read, written and checked on its page; in training without names; beside a case."""

from __future__ import annotations

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import studies as rules
from complaints.actions import roles_on
from complaints.actions.commendation_rows import fault_in_case
from complaints.actions.commendations import may_propose
from complaints.actions.studies import begin, may_begin, reads_receipts
from complaints.actions.study_rows import acts_on, parts_on, refusal_of
from complaints.forms.studies import StudyForm
from complaints.models import CaseStudy, Commendation, Complaint, Measure, StudyEntry
from complaints.study_search import beside as studies_beside
from complaints.study_texts import ENTRIES
from complaints.timeline import fill, people_named
from complaints.views import person_of
from complaints.views.study_forms import STUDY_FORMS
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.requests import StaffRequest

ABOUT = ("estate", "complaint", "category", "cause", "written_by", "checked_by", "sent_by")


@dataclass(frozen=True)
class Line:
    """An entry of its history, in words."""

    at: datetime
    actor: str
    text: str
    note: str


def find(person: Permissions, pk: int) -> CaseStudy:
    return get_object_or_404(CaseStudy.objects.visible_to(person).select_related(*ABOUT), pk=pk)


def form_for(verb: str, study: CaseStudy, data: Any = None) -> StudyForm:
    return STUDY_FORMS[verb].form(data, study=study)


def perform(verb: str, row: CaseStudy, form: StudyForm, *, by: User, at: datetime) -> CaseStudy:
    """Do what a valid form asks. Raises Refused."""
    return STUDY_FORMS[verb].act(row, **form.arguments(), by=by, at=at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: StaffRequest, pk: int, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    row = find(person, pk)
    if verb and verb not in STUDY_FORMS or not verb and request.method == "POST":
        raise Http404
    with timezone.override(row.estate.zone):
        if not verb:
            return _page(request, row, person, at)
        data = request.POST if request.method == "POST" else None
        form = form_for(verb, row, data)
        refused = refusal_of(row, verb, person)
        if data is not None and form.is_valid():
            try:
                perform(verb, row, form, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
                row = find(person, pk)
                if "version" in form.fields and data.get("version") != str(row.version):
                    # What was typed stays beside the study as it is now: sent again, it was read.
                    form.data = data.copy()
                    form.data["version"] = str(row.version)
            else:
                messages.success(request, str(STUDY_FORMS[verb].done))
                return redirect(row if CaseStudy.objects.visible_to(person).filter(pk=pk) else "studies")
        status = 422 if data is not None or refused else 200
        return _page(request, row, person, at, verb=verb, form=form, refused=refused, status=status)


def _page(
    request: StaffRequest,
    row: CaseStudy,
    person: Permissions,
    at: datetime,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    parts = parts_on(row, person)
    readings = row.readings.filter(edition=row.edition)
    mine = readings.filter(user=request.user).first()
    verbs = [verb for verb in acts_on(row, person) if not (verb == "read" and mine)]
    knows = Complaint.objects.visible_to(person).filter(pk=row.complaint_id).exists()
    measures = Measure.objects.visible_to(person).filter(case_rows__complaint=row.complaint_id)
    context: dict[str, Any] = {
        "row": row,
        "zone": row.estate.zone,
        "now": at,
        "knows": knows,
        "acts": [(verb, rules.ACTS[verb]) for verb in verbs],
        "lines": lines(row) if knows else [],
        "lacking": [rules.TEXTS[name] for name in _lacking(row)],
        "measures": measures.select_related(
            "estate", "category", "cause", "building", "unit"
        ).order_by("-pk") if knows else [],
        "mine": mine,
        "read_by": readings.count(),
        "readings": readings.select_related("user") if reads_receipts(parts) else [],
        "form": None,
    }  # fmt: skip
    verb = more.get("verb")
    if verb:
        context |= {"title": rules.ACTS[verb].label}
    return render(request, "complaints/study.html", context | more, status=status)


def _lacking(row: CaseStudy) -> list[str]:
    return rules.lacking(row.kind, vars(row)) if row.is_living else []


def lines(row: CaseStudy) -> list[Line]:
    """Its history, newest first, in the reader's language. Two queries."""
    entries = list(StudyEntry.objects.filter(study=row).order_by("-pk"))
    ids = {one.actor_id for one in entries} | {pk for one in entries for pk in one.params.get("told", [])}
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


@login_required
@require_safe
def training(request: StaffRequest, pk: int) -> HttpResponse:
    """A published study as it is taught: the facts first, then part by part; no estate, number or person."""
    person = person_of(request, now())
    seen = CaseStudy.objects.visible_to(person).published()
    row = get_object_or_404(seen.select_related("category"), pk=pk)
    older = seen.filter(published_at__lte=row.published_at).exclude(pk=row.pk, published_at=row.published_at)
    context = {
        "row": row,
        "facts": row.facts,
        "parts": [(name, label, words) for name, label, words in row.texts if name != "facts"],
        "next": older.exclude(pk=row.pk)
        .order_by("-published_at", "-pk")
        .values_list("pk", flat=True)
        .first(),
    }
    return render(request, "complaints/study_training.html", context)


# Beside a case --------------------------------------------------------------------------------------------


def _case_of(person: Permissions, number: str) -> Complaint:
    if person.is_contractor:
        raise Http404
    seen = Complaint.objects.visible_to(person).select_related("estate")
    return get_object_or_404(seen, number=number)


@login_required
@require_safe
def beside(request: StaffRequest, number: str) -> HttpResponse:
    """What the library has to say to a case: its own study, and those like it; asked for by its page."""
    at = now()
    person = person_of(request, at)
    case = _case_of(person, number)
    own = CaseStudy.objects.filter(complaint=case).first()
    context = {
        "complaint": case,
        "own": own,
        "may_begin": own is None and may_begin(case, roles_on(case, person)),
        "studies": studies_beside(case, person),
        "may_commend": may_propose(person, case.estate_id) and fault_in_case(case) is None,
        "commended": Commendation.objects.visible_to(person).filter(complaint=case).select_related("person"),
        "alone": "HX-Request" not in request.headers,
    }
    name = "studies_beside" if "HX-Request" in request.headers else "studies_beside_page"
    return render(request, f"complaints/case/{name}.html", context)


@login_required
@require_POST
def take_up(request: StaffRequest, number: str) -> HttpResponse:
    """Make a study out of a case by hand."""
    at = now()
    case = _case_of(person_of(request, at), number)
    try:
        made = begin(case, by=request.user, at=at)
    except Refused as fault:
        messages.error(request, str(fault))
        there = CaseStudy.objects.filter(complaint=case).first()
        return redirect(there or case)
    messages.success(request, _("Drafted out of the case, without names. Write it now."))
    return redirect("study_act", pk=made.pk, verb="write")
