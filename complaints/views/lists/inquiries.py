"""Records of questions 询问笔录 that wait for a signature or for their scan, what is due first."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from complaints.actions import inquiries
from complaints.actions.visibility import parts_by_keys
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


#: By what of a case is told whether somebody reads its records.
PARTS = ("estate", "department", "first_receiver", "handler", "accountable", "speaker")
HIDDEN = "complaint__identity_hidden"


def _waiting_of(person: Permissions, estate: int | None, until: datetime | None) -> QuerySet[Inquiry]:
    rows = of_person(person, estate)
    rows = rows.filter(due_at__lt=until) if until else rows
    keys = rows.order_by("due_at", "pk").values_list("pk", HIDDEN, *(f"complaint__{one}" for one in PARTS))
    return keys


#: Those of a person that wait; until a time, those due before it. Prepared, as all that every first page asks
#: for.
_waiting = PreparedQuery(_waiting_of)


def _read_by(person: Permissions, estate: int | None, until: datetime | None = None) -> list[int]:
    """The keys of those he reads, what is due first: who may not know the customer reads none. One query."""
    return [
        pk
        for pk, hidden, *keys in _waiting(person, estate, until)
        if inquiries.reads_by_roles(
            parts_by_keys(person, **dict(zip(PARTS, keys, strict=True))), hidden=hidden
        )
    ]


@login_required
@require_safe
def records(request: StaffRequest) -> HttpResponse:
    """The same few queries, however many there are. `?view=late`: those past their day, as the first page
    counts them.
    """
    at = now()
    person, estate = person_of(request, at), estate_key(request, at)
    late_ones, waiting = _read_by(person, estate, at), _read_by(person, estate)
    view = "late" if request.GET.get("view") == "late" else "all"
    keys = late_ones if view == "late" else waiting
    rows = Inquiry.objects.filter(pk__in=keys[:MOST]).select_related(
        "complaint__estate", "recorder", "evidence", "answered_by"
    )
    context = {
        "rows": rows.order_by("due_at", "pk"),
        "more": len(keys[MOST:]),
        "view": view,
        "tabs": [
            ("all", pgettext("records", "All that wait"), len(waiting)),
            ("late", pgettext("records", "Overdue"), len(late_ones)),
        ],
        "now": at,
        "many": len(estates_of(request, at)) > 1,
    }
    return render(request, "complaints/lists/records.html", context)


def late(request: StaffRequest, person: Permissions, at: datetime) -> int:
    """How many of his wait longer than they should. One query."""
    return len(_read_by(person, estate_key(request, at), at))
