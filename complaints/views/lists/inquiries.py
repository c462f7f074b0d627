"""Records of questions 询问笔录 that wait for a signature or for their scan, what is due first."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from complaints.actions import inquiries, roles_on
from complaints.models import Complaint, Inquiry
from complaints.views import estate_key, estates_of, person_of
from config.framework.prepared_queries import PreparedQuery
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import MANAGERS

#: So many of one page; more than these nobody has open at once.
MOST = 100


def of_person(person: Permissions, estate: int | None) -> QuerySet[Inquiry]:
    """Those that wait, of the cases he reads; whoever answers for no estate keeps what he began or wrote."""
    rows = Inquiry.objects.waiting().filter(
        complaint__in=Complaint.objects.visible_to(person).order_by().values("pk")
    )
    if person.is_contractor:
        return rows.none()
    if estate:
        rows = rows.filter(complaint__estate=estate)
    if not person.within() & {*MANAGERS}:
        rows = rows.filter(Q(recorder__in=person.stands_for) | Q(begun_by__in=person.stands_for))
    return rows


@login_required
@require_safe
def records(request: StaffRequest) -> HttpResponse:
    """The same few queries, however many there are. Who may not know the customer reads no record."""
    at = now()
    person = person_of(request, at)
    found = of_person(person, estate_key(request, at)).select_related(
        "complaint__estate", "recorder", "evidence", "answered_by"
    )
    rows = [
        row
        for row in found.order_by("due_at", "pk")[:MOST]
        if inquiries.reads(row.complaint, roles_on(row.complaint, person))
    ]
    many = len(estates_of(request, at)) > 1
    return render(request, "complaints/lists/records.html", {"rows": rows, "now": at, "many": many})


def _waiting(person: Permissions, estate: int | None, until: datetime) -> QuerySet[Inquiry]:
    rows: QuerySet[Inquiry] = of_person(person, estate).filter(due_at__lt=until).order_by()
    return rows.values_list("pk")  # type: ignore[return-value]


#: Those of a person that are late. Prepared, as all that every first page asks for.
_late = PreparedQuery(_waiting)


def late(request: StaffRequest, person: Permissions, at: datetime) -> int:
    """How many of his wait longer than they should. One query."""
    return sum(1 for _row in _late(person, estate_key(request, at), at))
