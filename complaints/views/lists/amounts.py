"""Amounts that were approved and are not paid yet, or paid and not accepted yet, the oldest first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from complaints.models import Compensation
from complaints.statuses import Outcome
from complaints.views import person_of
from complaints.views.approval_cards import seen
from staff.requests import StaffRequest

SHOWN = 100


@login_required
@require_safe
def amounts(request: StaffRequest) -> HttpResponse:
    """Of all cases the person may know of, open or closed; a void one pays nothing."""
    person = person_of(request, now())
    rows = seen(Compensation.objects.all(), person).exclude(complaint__outcome=Outcome.VOID)
    lists = {
        "to_pay": rows.filter(state=Compensation.State.APPROVED).order_by("decided_at", "pk"),
        "to_accept": rows.filter(state=Compensation.State.PAID).order_by("paid_at", "pk"),
    }
    context = {name: list(some[: SHOWN + 1]) for name, some in lists.items()}
    sums = {f"{name}_sum": some.aggregate(sum=Sum("granted_amount"))["sum"] for name, some in lists.items()}
    return render(request, "complaints/lists/amounts.html", context | sums | {"shown": SHOWN})
