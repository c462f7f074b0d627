"""Passing a complaint on 转达: the form everybody has, what became of his own, and the desk's list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.actions import files
from complaints.actions import relays as passing
from complaints.actions.emergency_numbers import numbers_of
from complaints.forms.desk.relays import RelayForm, SettleForm
from complaints.models import Complaint, Relay
from complaints.views import estate_of, person_of
from complaints.views.desk.desk_request import Desk, for_the_desk
from complaints.views.office.estate_end import what_is_left
from config.framework.refusals import Refused
from staff.estates import ended
from staff.models import Estate
from staff.requests import StaffRequest

SHOWN = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relays(request: StaffRequest) -> HttpResponse:
    """The form; and what one has passed on, with what became of it. Five queries."""
    at = now()
    person = person_of(request, at)
    estates = passing.estates_for(person, at)
    if not person.everywhere():
        raise PermissionDenied
    chosen = estate_of(request, at)
    gone = (
        Estate.objects.filter(pk=chosen.pk, ended_at__lte=at).first() if chosen and chosen.ended_at else None
    )
    form = RelayForm(
        request.POST or None,
        estates=estates,
        initial={
            "estate": chosen.pk if chosen and not gone else None,
            "place": request.GET.get("place", "")[:80],
        },
    )
    kept, refused = files.kept_with(
        request.POST.getlist("kept"), request.FILES.getlist("files"), by=request.user, at=at
    )
    if request.method == "POST" and form.is_valid() and not refused:
        try:
            passing.pass_on(**form.arguments(kept), by=request.user, at=at)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Passed on. The desk takes it; what becomes of it stands here."))
            return redirect("relays")
    for sentence in refused:
        form.add_error("files", sentence)
    mine = (
        Relay.objects.filter(passed_by=request.user)
        .annotate(n_files=Count("files"))
        .select_related("estate", "taken_by")
    )
    rows = list(mine.select_related("complaint").order_by("-passed_at", "-pk")[:SHOWN])
    offered = estates.count()
    context = {"form": form, "rows": rows, "several": offered > 1 or bool(gone), "told": _told(rows, person)}
    asked_of = form.cleaned_data.get("estate") if form.is_bound and form.asks else None
    context["numbers"] = numbers_of(asked_of.pk) if asked_of else []
    context |= {"offered": offered, "kept": kept} | (what_is_left(gone, person, at) if gone else {})
    return render(request, "complaints/desk/relays.html", context, status=422 if form.errors else 200)


def _told(rows: list[Relay], person: Any) -> dict[int, dict[str, Any]]:
    """What he reads of the cases that came of it: number and state, and the way there for who may read it.

    Of a case about himself he reads nothing. Two queries.
    """
    cases = {row.complaint_id for row in rows if row.complaint_id}
    about_him = set(
        Complaint.objects.filter(pk__in=cases, respondents__user=person.user).values_list("pk", flat=True)
    )
    readable = set(Complaint.objects.visible_to(person).filter(pk__in=cases).values_list("pk", flat=True))
    return {
        row.pk: {
            "number": row.complaint.number,
            "state": row.complaint.owner_status.label,
            "url": row.complaint.get_absolute_url() if row.complaint_id in readable else "",
        }
        for row in rows
        if row.complaint and row.complaint_id not in about_him
    }


@require_safe
@for_the_desk
def waiting(request: StaffRequest, desk: Desk) -> HttpResponse:
    """What waits at his desks, danger first, then the oldest; then what was settled lately. Two queries."""
    rows = passing.shown_to(desk.person).select_related("estate", "passed_by", "taken_by", "complaint")
    context = {
        "rows": rows.waiting().order_by("-urgent", "passed_at", "pk")[:SHOWN],
        "settled": rows.exclude(outcome="").order_by("-settled_at", "-pk")[:20],
        "several": len(desk.estates) > 1,
    }
    return render(request, "complaints/desk/relays_waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def relay(request: StaffRequest, desk: Desk, pk: int) -> HttpResponse:
    """One of them. To take it leads to the desk's form, filled in with what was said."""
    rows = passing.shown_to(desk.person).select_related(
        "estate", "passed_by", "taken_by", "complaint", "note"
    )
    row = get_object_or_404(rows, pk=pk)
    form = SettleForm()
    refused = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "settle":
                form = SettleForm(request.POST)
                if form.is_valid():
                    passing.settle(row, **form.cleaned_data, by=request.user, at=desk.now)
                    messages.success(request, _("Settled. Whoever passed it on has been told."))
                    return redirect("desk_relays")
            else:
                sent = request.POST.get("instead_of", "")
                instead = int(sent) if sent.isdecimal() and len(sent) < 19 else None
                passing.take(row, by=request.user, at=desk.now, instead_of=instead)
                return redirect(f"{reverse('desk')}?relay={row.pk}&estate={row.estate_id}")
        except Refused as refusal:
            refused = str(refusal)
            row = get_object_or_404(rows, pk=pk)
    context = {"relay": row, "zone": row.estate.zone, "form": form, "refused": refused}
    context["files"] = row.files.filter(complaint=None).order_by("pk")
    context["ended"] = ended(row.estate, desk.now)
    return render(
        request, "complaints/desk/relay.html", context, status=422 if refused or form.errors else 200
    )
