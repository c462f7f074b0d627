"""The warranty 保修 of one case: the fact with its reason, the builder's steps, and what can be done now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from complaints import warranty as rules
from complaints.actions import files, roles_on, shows_complainant
from complaints.actions.current_policy import current_policy
from complaints.actions.visibility import reads_reasons
from complaints.actions.warranty_rows import (
    acts_on,
    is_officer,
    lead_of,
    row_of,
    warranty_of,
    work_out,
)
from complaints.forms.warranty import WarrantyForm
from complaints.models import CaseWarranty, Complaint, SiteVisit
from complaints.statuses import CaseRole
from complaints.views import person_of
from complaints.views.evidence import find_case
from complaints.views.warranty_forms import WARRANTY_FORMS
from complaints.warranty_texts import sentence
from config.framework.refusals import Refused
from owners.models import EstateWarranty
from staff.models import User
from staff.permissions import Permissions
from staff.requests import StaffRequest


def form_for(
    verb: str, case: Complaint, row: CaseWarranty, person: Permissions, at: datetime, data: Any = None
) -> WarrantyForm:
    return WARRANTY_FORMS[verb].form(data, case=case, row=row, person=person, now=at)


def perform(verb: str, case: Complaint, form: WarrantyForm, *, by: User, at: datetime) -> CaseWarranty:
    """Do what a valid form asks. Raises Refused."""
    return WARRANTY_FORMS[verb].act(case, **form.arguments(), by=by, at=at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def warranty(request: StaffRequest, number: str, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    row, estate = row_of(case), warranty_of(case.estate_id)
    if verb and verb not in WARRANTY_FORMS or not verb and request.method == "POST":
        raise Http404
    with timezone.override(case.estate.zone):
        if not verb:
            return _page(request, case, row, person, estate)
        data = request.POST if request.method == "POST" else None
        form = form_for(verb, case, row, person, at, data)
        refused = rules.refusal(
            verb,
            row.state,
            roles_on(case, person),
            outcome=case.outcome,
            is_officer=is_officer(person, estate),
            lead=lead_of(case),
        )
        if refused is None:
            _keep_files(request, form, at)
        if data is not None and form.is_valid():
            try:
                perform(verb, case, form, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, str(WARRANTY_FORMS[verb].done))
                return redirect(row)
        status = 422 if data is not None or refused else 200
        more: dict[str, Any] = {
            "verb": verb,
            "form": form,
            "refused": refused,
            "title": rules.ACTS[verb].label,
        }
        return _page(request, case, row, person, estate, status=status, **more)


def _page(
    request: StaffRequest,
    case: Complaint,
    row: CaseWarranty,
    person: Permissions,
    estate: EstateWarranty,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    roles = roles_on(case, person)
    context = {
        "complaint": case,
        "zone": case.estate.zone,
        "now": now(),
        "row": row,
        "anew": anew(case, row, estate),
        "officer": estate.officer,
        "lead": case.lead,
        "visits": SiteVisit.objects.open()
        .filter(complaint=case)
        .select_related("visitor")
        .order_by("number"),
        "acts": [(verb, rules.ACTS[verb]) for verb in acts_on(case, row, person, estate)],
        "reasons": reads_reasons(roles),
        "lists": shows_complainant(case, roles) and CaseRole.CONTRACTOR not in roles,
        "form": None,
    }
    return render(request, "complaints/warranty/case.html", context | more, status=status)


def anew(case: Complaint, row: CaseWarranty, estate: EstateWarranty) -> str:
    """What today's date and terms would say, where that is something else than what the case was told."""
    if not row.part or row.state not in rules.BEFORE:
        return ""
    found = work_out(case, row.part, current_policy(), estate)
    day = found.handed_over.day if found.handed_over else None
    if (found.covered, day, found.until) == (row.covered, row.handed_over_on, row.until):
        return ""
    return sentence(found.covered, part=row.part, day=day, until=found.until)


def _keep_files(request: StaffRequest, form: WarrantyForm, at: datetime) -> None:
    """Sent files, kept before the form is judged."""
    if request.method != "POST" or "files" not in form.fields:
        return
    form.attachments, refused = files.kept_with(
        request.POST.getlist("kept"), request.FILES.getlist("files"), by=request.user, at=at
    )
    for fault in refused:
        form.add_error("files", fault)
