"""What will be late if nothing happens: the next 24 and 72 hours, by estate and by who holds the case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from complaints.models import Complaint
from complaints.views import estate_key, estates_of, person_of
from complaints.views.lists.case_rows import in_words, values
from complaints.views.lists.keyset import Order
from complaints.views.lists.saved_views import HOLDER, cases_of
from staff.requests import StaffRequest
from staff.roles import MANAGERS, Role

SOON, LATER = timedelta(hours=24), timedelta(hours=72)
BY_DUE = Order("next_due_at")
MAY_LOOK = MANAGERS | {Role.AUDITOR, Role.DEPARTMENT_HEAD}


@login_required
def forecast(request: StaffRequest) -> HttpResponse:
    """Each case counts once, by the clock that runs out first."""
    at = now()
    person = person_of(request, at)
    if not person.within() & MAY_LOOK:
        raise PermissionDenied
    cases = cases_of(person, estate_key(request, at)).open()
    soon = request.GET.get("within") == "24"
    coming = cases.filter(next_due_at__gte=at, next_due_at__lt=at + (SOON if soon else LATER))
    page = BY_DUE.page(coming, request.GET, read=values)
    many = estate_key(request, at) is None and len(estates_of(request, at)) > 1
    estate = {"code": F("estate__code"), "name": F("estate__name")}
    context = {
        "holders": _sums(cases, at, **HOLDER),
        "estates": _sums(cases, at, **estate) if many else [],
        "page": page,
        "soon": soon,
        "rows": in_words(page.rows, person, at, estates=many),
    }
    return render(request, "complaints/lists/forecast.html", context)


def _sums(cases: QuerySet[Complaint], at: datetime, **by: Any) -> list[dict[str, Any]]:
    """Late already, within 24 hours and within 72, for each of `by`; worst first. One query."""
    coming = Q(next_due_at__gte=at)
    # What a word of `by` is called is no field the checker could know of.
    rows: Any = cases.filter(next_due_at__lt=at + LATER).order_by().values(**by)
    return list(
        rows.annotate(
            late=Count("pk", filter=~coming),
            soon=Count("pk", filter=coming & Q(next_due_at__lt=at + SOON)),
            later=Count("pk", filter=coming),
        ).order_by("-soon", "-later", "-late", "name")
    )
