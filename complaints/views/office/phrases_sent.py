"""Phrases that went out all the same, counted for training: by phrase, role and estate, never by person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.models import Complaint, PhraseUse
from complaints.views import person_of
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import MANAGERS, Role

#: Who reads the counts.
TRAINERS = MANAGERS | {Role.AUDITOR}
#: How far back, in days.
SPANS = (30, 90, 365)
SHOWN = 50


def trains(person: Permissions) -> bool:
    return bool(person.within() & TRAINERS)


@login_required
@require_safe
def phrases_sent(request: StaffRequest) -> HttpResponse:
    """Of the cases the person reads where he trains; the newest with their reasons. Five queries."""
    at = now()
    person = person_of(request, at)
    if not trains(person):
        raise Http404
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in SPANS else SPANS[1]
    seen = Complaint.objects.visible_to(person)
    if not person.company & TRAINERS:
        here = [pk for pk, roles in person.estates.items() if roles & TRAINERS]
        seen = seen.filter(estate__in=here)
    uses = PhraseUse.objects.filter(at__gte=at - timedelta(days=days), at__lte=at, complaint__in=seen)
    roles = dict(Role.choices)
    by_role = uses.values("role").annotate(n=Count("pk")).order_by("-n", "role")
    context: dict[str, Any] = {
        "days": days,
        "spans": SPANS,
        "total": uses.count(),
        "by_phrase": list(
            uses.values("phrase__words", "phrase__instead")
            .annotate(n=Count("pk"))
            .order_by("-n", "phrase")[:SHOWN]
        ),
        "by_role": [(roles.get(row["role"], _("Other")), row["n"]) for row in by_role],
        "by_estate": list(
            uses.values("complaint__estate__name")
            .annotate(n=Count("pk"))
            .order_by("-n", "complaint__estate__name")
        ),
        "latest": uses.select_related("complaint__estate", "phrase").order_by("-at", "-pk")[:SHOWN],
        "role_names": roles,
    }
    return render(request, "complaints/office/phrases_sent.html", context)
