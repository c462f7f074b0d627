"""The name of the company, kept by its administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from complaints.forms.office.settings import CompanyForm
from complaints.views import person_of
from complaints.views.office.changes import edits
from complaints.views.office.first_steps import guides
from staff import actions
from staff.models import Company
from staff.requests import StaffRequest


@login_required
def company(request: StaffRequest) -> HttpResponse:
    if not guides(person_of(request, now())):
        raise Http404
    known = Company.objects.first()
    form = CompanyForm(request.POST or None, initial={"name": known.name if known else ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_company(form.cleaned_data["name"], by=request.user)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_company")
    context = {"form": form, "edits": edits({_("Company"): Company.history.all()})}
    return render(
        request, "complaints/office/settings_company.html", context, status=422 if form.errors else 200
    )
