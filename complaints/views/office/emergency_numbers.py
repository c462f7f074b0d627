"""Settings: whom an estate calls when people are in danger."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.actions.emergency_numbers import save_number
from complaints.forms.office.emergency_numbers import EmergencyNumberForm
from complaints.forms.office.settings import initial
from complaints.models import EmergencyNumber
from complaints.views import person_of
from complaints.views.office.changes import edits
from complaints.views.office.people import managed
from config.framework.refusals import Refused
from staff.models import Estate
from staff.requests import StaffRequest

COLUMNS = ("kind", "name", "phone", "order", "is_active")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: StaffRequest, code: str, pk: int | None = None) -> HttpResponse:
    """The estate's list with a form for one more, or for the one named; and what it said before."""
    mine = managed(person_of(request, now()))
    estates = Estate.objects.all() if mine is None else Estate.objects.filter(pk__in=mine)
    estate = get_object_or_404(estates, code=code)
    row = get_object_or_404(EmergencyNumber, pk=pk, estate=estate) if pk else None
    start = initial(row, COLUMNS) if row else None
    form = EmergencyNumberForm(request.POST or None, initial=start, is_new=row is None)
    if request.method == "POST" and form.is_valid():
        try:
            save_number(row, form.cleaned_data, estate=estate, by=request.user)
        except (Refused, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_numbers", code=code)
    context = {
        "estate": estate,
        "row": row,
        "form": form,
        "numbers": EmergencyNumber.objects.filter(estate=estate).order_by("-is_active", "order", "pk"),
        "edits": edits(
            {_("Emergency number"): EmergencyNumber.history.filter(estate=estate)}, silent=["estate"]
        ),
    }
    return render(
        request, "complaints/office/settings_numbers.html", context, status=422 if form.errors else 200
    )
