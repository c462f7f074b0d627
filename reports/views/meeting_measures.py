"""A decision of a meeting becomes a measure 整改措施: in one of the estates the meeting was about (G12)."""

from __future__ import annotations

from secrets import token_urlsafe

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.framework.refusals import Refused
from reports import meetings as writer
from reports.meeting_forms import MeasureOfDecision
from reports.models import MeetingDecision
from reports.scopes import Scope
from reports.views.meetings import found_decision
from staff.models import Estate
from staff.permissions import permissions_of
from staff.requests import StaffRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """The form of one estate; where the meeting was about several, they are chosen from first."""
    now = clock()
    place, decision = found_decision(request, pk, now)
    if not writer.may_keep(place, request.user, now):
        raise Http404
    estate = _estate(request, place)
    if estate is None:
        context = {"decision": decision, "estates": place.estates}
        return render(request, "reports/meeting_measure.html", context)
    with timezone.override(estate.zone):
        return _form(request, decision, estate)


def _estate(request: StaffRequest, place: Scope) -> Estate | None:
    """The one the address names, or the only one there is; 404 for one the meeting was not about."""
    asked = request.GET.get("estate", "")
    if not asked:
        return place.estates[0] if len(place.estates) == 1 else None
    for estate in place.estates:
        if str(estate.pk) == asked:
            return estate
    raise Http404


def _form(request: StaffRequest, decision: MeetingDecision, estate: Estate) -> HttpResponse:
    now = clock()
    data = request.POST if request.method == "POST" else None
    person = permissions_of(request.user, now)
    form = MeasureOfDecision(
        data, initial={"what": decision.what}, measure=None, estate=estate, person=person, now=now
    )
    key = request.POST.get("key", "")[:64] or token_urlsafe(16)
    if data is not None and form.is_valid():
        try:
            said = form.arguments()
            made = writer.set_measure_of(
                decision, said["plan"], estate=estate, cases=said["cases"], by=request.user, at=now, key=key
            )
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Set. Whoever is responsible knows."))
            return redirect(made)
    context = {"decision": decision, "estate": estate, "form": form, "key": key}
    return render(request, "reports/meeting_measure.html", context, status=422 if form.errors else 200)
