"""The criteria by which contractors are rated 考评标准, their day, and the versions there were."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _

from complaints.views import person_of
from config.framework.refusals import Refused
from reports import ratings
from reports.calendar_rules import Overtaken
from reports.models import RatingRules
from reports.rating_forms import RulesForm
from reports.rating_rules import KEEPERS, Trade
from reports.scopes import scopes_of
from staff.requests import StaffRequest


@login_required
def rules(request: StaffRequest) -> HttpResponse:
    """Criteria and day, and their versions; changed by the general manager and the administrator."""
    at = clock()
    person = person_of(request, at)
    keeps = bool(person.company & KEEPERS)
    if not keeps and not scopes_of(person):
        raise Http404
    asked = request.GET.get("trade", "")
    trade = asked if asked in Trade.values else Trade.CLEANING.value
    number, data = ratings.current_rules()
    form = RulesForm(
        request.POST if request.method == "POST" else None, number=number, data=data, trade=trade
    )
    if request.method == "POST":
        if not keeps:
            raise PermissionDenied
        if form.is_valid():
            try:
                ratings.keep_rules(
                    form.changes(), started_from=form.cleaned_data["started_from"],
                    because=form.cleaned_data["because"], by=request.user, at=at,
                )  # fmt: skip
            except Refused as fault:
                form.refuse(fault)
                if isinstance(fault, Overtaken):
                    form.read_again(ratings.current_rules()[0])
            else:
                messages.success(request, _("Saved. New ratings go by it; those there are keep theirs."))
                return redirect(f"{request.path}?trade={trade}")
    context = {
        "form": form if keeps else None, "trade": Trade(trade), "trades": Trade.choices,
        "criteria": form.before, "due_day": data["due_day"],
        "versions": RatingRules.objects.select_related("made_by")[:50],
    }  # fmt: skip
    return render(request, "reports/rating_rules.html", context, status=422 if form.errors else 200)
