"""Contact notes: what the desk heard that is no complaint; some become one later 报修转投诉."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import actions
from complaints.actions.commendations import may_propose
from complaints.actions.portal_notes import notes_for
from complaints.forms.desk.intake import NoteForm
from complaints.models import ContactNote
from complaints.views.desk.desk_request import Desk, for_the_desk
from complaints.views.lists.keyset import Order
from config.framework.refusals import Refused
from owners.names import clean_line, clean_name
from owners.phones import numbers_asked_for
from owners.places import in_one_run, parse_asked, parse_entrance_and_room
from staff.requests import StaffRequest

REFERENCE = re.compile(r"([A-Za-z0-9]{1,8})-N([0-9]{1,15})", re.I)
NEWEST_FIRST = Order("taken_at", newest_first=True)


@require_safe
@for_the_desk
def notes(request: StaffRequest, desk: Desk) -> HttpResponse:
    """Newest first; found by words, name, phone, place or repair number."""
    waits = "waiting" in request.GET
    kind, query = request.GET.get("kind", ""), clean_line(request.GET.get("q", ""))[:60]
    rows = _of(desk)
    if waits:
        rows = rows.filter(taken_by=None)
    if kind in ContactNote.Kind.values:
        rows = rows.filter(kind=kind)
    if query:
        rows = rows.filter(_matches(query))
    context = {
        "desk": desk,
        "page": NEWEST_FIRST.page(rows, request.GET, read=_shown),
        "kinds": ContactNote.Kind.choices,
        "kind": kind,
        "query": query,
        "waits": waits,
        "waiting": _of(desk).filter(taken_by=None).count(),
        "several": len(desk.estates) > 1,
    }
    return render(request, "complaints/desk/contact_notes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def note(request: StaffRequest, desk: Desk, pk: int) -> HttpResponse:
    """One note: what was said, and what came of it."""
    rows = _of(desk).select_related("estate", "unit", "taken_by", "complaint", "owner")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and request.POST.get("act") == "take":
        return _take(request, desk, row)
    form = NoteForm(
        request.POST or None, initial={"outcome": row.outcome, "external_number": row.external_number}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_note(row, by=request.user, at=desk.now, **form.cleaned_data)
            return redirect(reverse("desk_note", args=[row.pk]) + "?saved=1")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"desk": desk, "note": row, "zone": row.estate.zone, "form": form}
    is_praise = row.kind == ContactNote.Kind.PRAISE
    context["may_commend"] = is_praise and may_propose(desk.person, row.estate_id)
    context["files"] = row.files.order_by("pk")
    context |= {done: done in request.GET for done in ("filed", "saved")}
    return render(request, "complaints/desk/contact_note.html", context, status=422 if form.errors else 200)


def _take(request: StaffRequest, desk: Desk, row: ContactNote) -> HttpResponse:
    """Somebody sees to what came over the portal; whoever sent it reads his name."""
    try:
        actions.take_waiting_note(row, by=request.user, at=desk.now)
        messages.success(
            request, _("It is yours now. Write down what comes of it: whoever sent it reads that.")
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_note", row.pk)


def _shown(*notes: int) -> QuerySet[ContactNote]:
    return ContactNote.objects.filter(pk__in=notes).select_related("estate", "unit", "taken_by", "complaint")


def _of(desk: Desk) -> QuerySet[ContactNote]:
    return notes_for(desk.person).filter(estate__in=desk.estates)


def _named(query: str) -> Q:
    """Names that hold every word of it, in any order."""
    said = Q(name__icontains=clean_name(query))
    if len(words := clean_name(query).replace("·", " ").split()) > 1:
        said |= reduce(and_, (Q(name__icontains=word) for word in words))
    return said


def _matches(query: str) -> Q:
    found = Q(words__icontains=query) | _named(query) | Q(place__icontains=query)
    if named := REFERENCE.fullmatch(query):  # what its receipt is called
        found |= Q(estate__code__iexact=named[1], pk=int(named[2]))
    found |= Q(external_number__iexact=query) | Q(unit__name=query) | Q(outcome__icontains=query)
    if place := parse_asked(query):
        found |= Q(unit__code=place.code)
    if runs := in_one_run(query):
        found |= Q(unit__code__in=[place.code for place in runs])
    for digits in numbers_asked_for(query):
        if len(digits) >= 4:
            found |= Q(phone__contains=digits)
    if entered := parse_entrance_and_room(query):
        found |= Q(unit__entrance=entered[0], unit__number=entered[1])
    return found
