"""Bulletins 通报: which are due, which went out, who has read them, and each one on its own page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from complaints import actions, bulletin_texts
from complaints.actions.measure_rows import may_set_on
from complaints.models import Bulletin, BulletinCopy, Clock, Complaint
from complaints.moves import MOVES
from complaints.policy import ClockKind
from complaints.views import estate_key, person_of
from complaints.views.lists.saved_views import cases_of
from staff.permissions import Permissions
from staff.requests import StaffRequest

SHOWN = 50


def bulletins_for(person: Permissions) -> QuerySet[Bulletin]:
    """Those of the cases a person may know of. They are for us: a contractor's people read none."""
    seen = Complaint.objects.none() if person.is_contractor else Complaint.objects.visible_to(person)
    return Bulletin.objects.filter(complaint__in=seen).select_related(
        "complaint__estate", "complaint__unit", "complaint__building", "complaint__category", "issued_by"
    )


@login_required
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """What is due, the most overdue first; then what went out. Two queries."""
    at = now()
    person = person_of(request, at)
    cases = Complaint.objects.none() if person.is_contractor else cases_of(person, estate_key(request, at))
    due = (
        Clock.objects.running()
        .filter(kind=ClockKind.BULLETIN, complaint__in=cases)
        .select_related("complaint__estate", "complaint__unit", "complaint__building")
        .order_by("due_at", "pk")
    )
    mine = BulletinCopy.objects.filter(bulletin=OuterRef("pk"), user=request.user, read_at=None)
    issued = (
        bulletins_for(person)
        .filter(complaint__in=cases)
        .annotate(
            sent=Count("copies"),
            read=Count("copies", filter=Q(copies__read_at__isnull=False)),
            unread=Exists(mine),
        )
        .order_by("-issued_at", "-pk")
    )
    context = {
        "now": at,
        "due": due[:SHOWN],
        "issued": issued[:SHOWN],
        "writes": bool(person.everywhere() & MOVES["issue_bulletin"].who),
    }
    return render(request, "complaints/lists/bulletins.html", context)


@login_required
@require_safe
def bulletin(request: StaffRequest, pk: int) -> HttpResponse:
    """One issue. Opening it is the receipt of whoever it was sent to."""
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(bulletins_for(person), pk=pk)
    if request.method == "GET":
        actions.open_bulletin(row, by=request.user, at=at)
    context = {
        "bulletin": row,
        "complaint": row.complaint,
        "may_set": may_set_on(row.complaint, actions.roles_on(row.complaint, person)),
        "zone": row.complaint.estate.zone,
        "grade": bulletin_texts.grade(row),
        "reasons": bulletin_texts.reasons(row),
        "facts": bulletin_texts.facts(row),
        "copies": row.copies.select_related("user").order_by("pk"),
        "others": Bulletin.objects.filter(complaint=row.complaint).order_by("issue").only("issue", "kind"),
    }
    return render(request, "complaints/lists/bulletin.html", context)
