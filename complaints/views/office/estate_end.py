"""The end of an estate 撤场/合并: noted, taken back, and what is said where complaints were taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.forms.office import estates as forms
from complaints.forms.office.settings import Asked
from complaints.models import Complaint
from complaints.views import person_of
from config.framework.refusals import Refused
from owners.access import READERS as REGISTER
from owners.access import may
from staff import actions
from staff.estates import how_ended, why_ended
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import READERS, Role


def what_is_left(estate: Estate, person: Permissions, at: datetime) -> dict[str, Any]:
    """What a page says of an estate with an end: the sentence, the ways on, and who may take it back.

    One query; another for the estate it was merged into.
    """
    ends = actions.may_end(person, estate.pk)
    if estate.ended_at is None:
        return {"sentence": "", "may_end": ends}
    reads = bool(person.roles_at(estate.pk) & READERS)
    seen = Complaint.objects.visible_to(person) if reads else Complaint.objects.all()  # how many, not which
    return {
        "sentence": how_ended(estate) if estate.has_ended(at) else why_ended(estate),
        "may_end": ends,
        "gone": estate,
        "open_cases": seen.open().filter(estate=estate).count(),
        "reads_cases": reads,
        "reads_register": may(person, REGISTER, estate.pk),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_estate(request: StaffRequest, code: str) -> HttpResponse:
    """Handed back or merged, from a day on; a page of its own for who may end it and keeps no settings."""
    row = _theirs(request, code)
    form = forms.EndEstateForm(request.POST or None, prefix="end", estate=row)
    if form.is_bound and form.is_valid():
        try:
            actions.end_estate(row, **form.cleaned_data, by=request.user, at=now())
        except (Refused, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("End date saved. Open cases are still worked on until they are closed.")
            )
            return redirect("settings_estate_end", code=code)
    return _page(request, row, end=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume_estate(request: StaffRequest, code: str) -> HttpResponse:
    """Its end is taken back."""
    row = _theirs(request, code)
    form = forms.ResumeEstateForm(request.POST or None, prefix="resume")
    if form.is_bound and form.is_valid():
        try:
            actions.resume_estate(row, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("This estate accepts new complaints again."))
            return redirect("settings_estate_end", code=code)
    return _page(request, row, resume=form)


def _theirs(request: StaffRequest, code: str) -> Estate:
    """An estate whose end he may decide on; 404 for anybody else."""
    row = get_object_or_404(Estate.objects.select_related("merged_into"), code=code)
    if not actions.may_end(person_of(request, now()), row.pk):
        raise Http404
    return row


def _page(request: StaffRequest, row: Estate, **asked: Asked) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    context: dict[str, Any] = {
        "estate": row,
        "end": forms.EndEstateForm(prefix="end", estate=row),
        "resume": forms.ResumeEstateForm(prefix="resume"),
        "keeps_settings": bool(person.roles_at(row.pk) & {Role.ADMINISTRATOR, Role.PROPERTY_MANAGER}),
    }
    context |= what_is_left(row, person, at) | asked
    wrong = any(form.errors for form in asked.values())
    return render(
        request, "complaints/office/settings_estate_end.html", context, status=422 if wrong else 200
    )
