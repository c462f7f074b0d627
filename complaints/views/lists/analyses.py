"""Analyses of causes 原因分析 asked for and not written yet: of which case, by whom, by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from complaints.models import CauseAnalysis, Complaint
from complaints.statuses import Outcome
from complaints.views import estate_of, estates_of, person_of
from complaints.views.lists.keyset import Order
from config.framework.prepared_queries import PreparedQuery
from config.framework.request_guard import whole_number
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import Role

BY_DUE = Order("due_at")
#: These answer for all departments of their estates; a head for his own.
OF_ALL = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER, Role.AUDITOR})


def owed(person: Permissions, estate: int | None) -> QuerySet[CauseAnalysis]:
    """Those of the cases he reads that can still be written; of each somebody is reminded (its index)."""
    cases = Complaint.objects.visible_to(person)
    if estate:
        cases = cases.filter(estate=estate)
    rows = CauseAnalysis.objects.filter(
        complaint__in=cases,
        written_at__isnull=True,
        remind_at__isnull=False,
        cycle__number=F("complaint__cycle_number"),
    )
    return rows.exclude(complaint__outcome__in=[Outcome.VOID, Outcome.WITHDRAWN])


@login_required
@require_safe
def analyses(request: StaffRequest) -> HttpResponse:
    """What is due first stands first. Four queries, however many rows."""
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    rows = owed(person, chosen.pk if chosen else None)
    departments = list(by_department(rows, at))
    wanted = whole_number(request.GET.get("department"))
    if wanted is not None:
        rows = rows.filter(department=wanted) if wanted else rows.filter(department__isnull=True)
    context: dict[str, Any] = {
        "page": BY_DUE.page(rows, request.GET, read=_read),
        "departments": departments,
        "wanted": None if wanted is None else str(wanted),
        "many": chosen is None and len(estates_of(request, at)) > 1,
        "now": at,
    }
    return render(request, "complaints/lists/analyses.html", context)


def _read(*keys: int) -> QuerySet[CauseAnalysis]:
    about = (
        "complaint__estate",
        "complaint__category",
        "complaint__cause",
        "complaint__handler",
        "department",
    )
    return CauseAnalysis.objects.filter(pk__in=keys).select_related(*about)


def by_department(rows: QuerySet[CauseAnalysis], at: datetime) -> QuerySet[CauseAnalysis, dict[str, Any]]:
    """How many are owed, and of these overdue."""
    named: Any = rows.order_by().values(
        "department", "department__name", "department__name_en", "department__estate__name"
    )
    counted: QuerySet[CauseAnalysis, dict[str, Any]] = named.annotate(
        open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at))
    ).order_by("-overdue", "-open", "department")
    return counted


@dataclass(frozen=True)
class Owed:
    """What stands on the first page."""

    open: int
    overdue: int

    @property
    def tile(self) -> dict[str, Any]:
        note = gettext("%(over)s overdue") % {"over": self.overdue} if self.overdue else ""
        return {
            "label": gettext("Analyses owed"),
            "figure": self.open,
            "url": reverse("analyses"),
            "is_over": bool(self.overdue),
            "note": note,
        }


def owing(person: Permissions, estate: int | None, at: datetime) -> Owed:
    """Of a manager's estates, or of the departments somebody heads. One query."""
    found = list(_owing(person, estate, at))
    return Owed(*(sum(row[name] for row in found) for name in ("open", "overdue")))


def _owing_of(
    person: Permissions, estate: int | None, at: datetime
) -> QuerySet[CauseAnalysis, dict[str, Any]]:
    rows = owed(person, estate)
    if not person.everywhere() & OF_ALL:
        rows = rows.filter(department__in=person.headed_departments())
    return by_department(rows, at)


#: Prepared: the first page of those who answer for an estate or a department asks it each time.
_owing = PreparedQuery(_owing_of)
