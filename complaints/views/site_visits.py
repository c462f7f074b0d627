"""A site visit 上门/现场勘查: arranging one, its page, and what can be done now; on a phone in three taps."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from complaints import site_visits as rules
from complaints.actions import KeyReused, files, roles_on, shows_complainant
from complaints.actions.evidence import shown_to
from complaints.actions.site_visits import arrange
from complaints.actions.situations import situation_for
from complaints.actions.visibility import place_shown, reads_phones
from complaints.actions.visit_rows import (
    acts_on,
    builder_comes,
    fault_in_time,
    overlapping,
    parts_on,
    with_all,
)
from complaints.forms.site_visits import Arrange, VisitForm
from complaints.models import Complaint, SiteVisit
from complaints.moves import may
from complaints.site_visits import ON_SPOT, Agreed, Outcome, State
from complaints.time_texts import window
from complaints.views import person_of
from complaints.views.visit_forms import VISIT_FORMS
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from staff import audit
from staff.models import User
from staff.permissions import Permissions
from staff.requests import StaffRequest

HEAD = ("estate", "department", "unit", "building", "category", "complainant", "handler")


def find_case(person: Permissions, number: str) -> Complaint:
    return get_object_or_404(Complaint.objects.visible_to(person).select_related(*HEAD), number=number)


def find(person: Permissions, case: Complaint, item: int) -> SiteVisit:
    row = get_object_or_404(with_all(SiteVisit.objects.filter(complaint=case)), number=item)
    row.complaint = case
    return row


def form_for(
    verb: str, case: Complaint, row: SiteVisit, person: Permissions, at: datetime, data: Any = None
) -> VisitForm:
    return VISIT_FORMS[verb].form(data, case=case, row=row, person=person, now=at)


def perform(verb: str, row: SiteVisit, form: VisitForm, *, by: User, at: datetime) -> SiteVisit:
    """Do what a valid form asks. Raises Refused."""
    return VISIT_FORMS[verb].act(row, **form.arguments(), by=by, at=at)


def clashes(row: SiteVisit, person: Permissions) -> list[str]:
    """Where else whoever is sent should be at that time: warnings. A case he may not read has no number."""
    others = overlapping(row)
    if not others:
        return []
    known = Complaint.objects.visible_to(person).filter(pk__in=[one.complaint_id for one in others])
    numbers = dict(known.values_list("pk", "number"))
    return [
        _("%(name)s is also sent to %(case)s, %(window)s. Check that both can be kept.")
        % {
            "name": row.visitor,
            "case": numbers.get(one.complaint_id) or _("another case"),
            "window": window(one.starts_at, one.ends_at, one.complaint.estate.zone),
        }
        for one in others
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, number: str) -> HttpResponse:
    """安排上门. `?again=2`: instead of one that came to nothing."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    if not rules.may_arrange(roles_on(case, person), case.status):
        raise Http404
    follows = _followed(request, case)
    with timezone.override(case.estate.zone):
        data = request.POST if request.method == "POST" else None
        key = request.POST.get("key", "")[:64]
        begun: dict[str, Any] = {}
        if follows:
            begun = {"purpose": follows.purpose}
        form = Arrange(data, initial=begun, case=case, row=None, person=person, now=at)
        if data is not None and form.is_valid():
            try:
                made = arrange(case, **form.arguments(), follows=follows, by=request.user, at=at, key=key)
            except Refused as fault:
                form.refuse(fault)
                key = "" if isinstance(fault, KeyReused) else key
            else:
                messages.success(request, pgettext("visit", "Arranged; whoever is sent has been told."))
                _warn(request, made, person)
                return redirect(made)
        context = {
            "complaint": case, "form": form, "key": key or secrets.token_urlsafe(16), "follows": follows,
            "builder": builder_comes(case, at), "zone": case.estate.zone,
        }  # fmt: skip
        status = 422 if form.errors else 200
        return render(request, "complaints/visits/new.html", context, status=status)


def _followed(request: StaffRequest, case: Complaint) -> SiteVisit | None:
    item = whole_number(request.GET.get("again", ""))
    return SiteVisit.objects.filter(complaint=case, number=item).first() if item is not None else None


def _warn(request: StaffRequest, row: SiteVisit, person: Permissions) -> None:
    for sentence in clashes(row, person):
        messages.warning(request, sentence)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: StaffRequest, number: str, item: int, verb: str = "") -> HttpResponse:
    """The page of one visit; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    row = find(person, case, item)
    if verb and verb not in VISIT_FORMS or not verb and request.method == "POST":
        raise Http404
    roles = roles_on(case, person)
    with timezone.override(case.estate.zone):
        if not verb:
            return _page(request, case, row, person, at)
        data = request.POST if request.method == "POST" else None
        form = form_for(verb, case, row, person, at, data)
        parts = parts_on(row, roles, person)
        refused = rules.refusal(verb, row.state, parts, case.outcome) or fault_in_time(verb, row, at)
        if refused is None:
            _keep_files(request, form, at)
        if data is not None and form.is_valid():
            try:
                done = perform(verb, row, form, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, str(VISIT_FORMS[verb].done))
                if verb == "move":
                    _warn(request, done, person)
                return redirect(_next_page(verb, done))
        status = 422 if data is not None or refused else 200
        more = {"verb": verb, "form": form, "refused": refused, "title": rules.ACTS[verb].label}
        return _page(request, case, row, person, at, status=status, **more)


def _next_page(verb: str, row: SiteVisit) -> str:
    """Who has just arrived writes down next what he finds."""
    if verb == "arrive":
        return reverse("visit_act", args=[row.complaint.number, row.number, "find"])
    return row.get_absolute_url()


def _page(
    request: StaffRequest,
    case: Complaint,
    row: SiteVisit,
    person: Permissions,
    at: datetime,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    roles = roles_on(case, person)
    verbs = acts_on(row, roles, person, at)
    calls = reads_phones(case, roles) and bool(case.complainant.phone)
    if calls and case.identity_hidden:
        audit.phones_shown(request, "complainant", case=case.number)
    again = row.asks_again and rules.may_arrange(roles, case.status)
    context = {
        "complaint": case,
        "zone": case.estate.zone,
        "now": at,
        "row": row,
        "first": next((verb for verb in verbs if verb in ON_SPOT), ""),
        "acts": [(verb, rules.ACTS[verb]) for verb in verbs if verb not in ON_SPOT],
        "tap": [(verb, rules.ACTS[verb]) for verb in verbs if verb in ON_SPOT],
        "calls": calls,
        "shows": shows_complainant(case, roles),
        "place": place_shown(case, person),
        "next": row.followed_by.order_by("number").first() if row.asks_again else None,
        "again": again,
        "apology": _owes_apology(case, row, person, at),
        "evidence": row.evidence if _reads_evidence(row, case, person) else None,
        "drastic": bool(more.get("verb")) and VISIT_FORMS[more["verb"]].drastic,
        "late": row.is_late(at),
        "builder": builder_comes(case, at) if row.state in rules.OPEN else None,
        "none": Agreed.NONE,
        "form": None,
    }
    return render(request, "complaints/visits/visit.html", context | more, status=status)


def _reads_evidence(row: SiteVisit, case: Complaint, person: Permissions) -> bool:
    return row.evidence_id is not None and shown_to(person, case).filter(pk=row.evidence_id).exists()


def _owes_apology(case: Complaint, row: SiteVisit, person: Permissions, at: datetime) -> bool:
    """Whether he may apologise on the case for an appointment that we did not keep."""
    missed = row.state == State.ENDED and row.outcome == Outcome.MISSED
    return missed and may("apologise", situation_for(case, person, at))


def _keep_files(request: StaffRequest, form: VisitForm, at: datetime) -> None:
    """Sent photos, kept before the form is judged, byte by byte as they came."""
    if request.method != "POST" or "files" not in form.fields:
        return
    sent = [*request.FILES.getlist("files"), *request.FILES.getlist("more_files")]
    form.attachments, refused = files.kept_with(
        request.POST.getlist("kept"), sent, by=request.user, at=at, as_sent=True
    )
    for sentence in refused:
        form.add_error("files", sentence)
