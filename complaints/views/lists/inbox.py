"""What a person has been told, newest first; reading is marked by the person alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.views.decorators.http import require_POST

from complaints import message_texts, notifications
from complaints.actions.lapsed_requests import ASKED_FOR_TIME
from complaints.channels.links import ABOUT_AN_OVERRUN
from complaints.models import Complaint, Extension, Notification, Overrun
from complaints.timeline import PEOPLE, people_named
from complaints.views import person_of, unread_of
from complaints.views.lists.keyset import Order
from config.framework.request_guard import whole_number
from staff.requests import StaffRequest

NEWEST_FIRST = Order("created_at", newest_first=True)


@dataclass(frozen=True)
class Line:
    row: Notification
    words: message_texts.Words
    zone: Any
    decided: str  # what became of the request it asks to decide on


def _with_cases(*lines: int) -> QuerySet[Notification]:
    cases = ("complaint__estate", "complaint__unit", "complaint__building")
    return Notification.objects.filter(pk__in=lines).select_related(*cases)


@login_required
def inbox(request: StaffRequest) -> HttpResponse:
    """Lines about cases he may no longer know of are left out. Four queries."""
    at = now()
    person = person_of(request, at)
    seen = Complaint.objects.visible_to(person)
    mine = Notification.objects.filter(Q(complaint=None) | Q(complaint__in=seen), user=request.user)
    if request.GET.get("view") == "unread":
        mine = mine.filter(read_at=None)
    page = NEWEST_FIRST.page(mine, request.GET, read=_with_cases)
    named = people_named(row.params.get(name, 0) for row in page.rows for name in PEOPLE)
    decided = _decided(row.params["extension"] for row in page.rows if row.kind in ASKED_FOR_TIME)
    explained = _done(row.params["overrun"] for row in page.rows if row.kind in ABOUT_AN_OVERRUN)
    lines = [
        Line(
            row,
            message_texts.words(row.kind, row.params, row.complaint, named),
            row.complaint.estate.zone if row.complaint else get_current_timezone(),
            decided.get(row.params.get("extension"), "")
            or (explained.get(row.params.get("overrun"), "") if row.kind in ABOUT_AN_OVERRUN else ""),
        )
        for row in page.rows
    ]
    context = {
        "lines": lines,
        "page": page,
        "unread": unread_of(request, at),
        "view": request.GET.get("view", ""),
    }
    return render(request, "complaints/lists/inbox.html", context)


def _decided(requests: Iterable[int]) -> dict[int, str]:
    """What became of these requests for more time, but for those that still wait. One query."""
    known = Extension.objects.filter(pk__in=set(requests)).exclude(state=Extension.State.PENDING)
    return {pk: str(Extension.State(state).label) for pk, state in known.values_list("pk", "state")}


def _done(overruns: Iterable[int]) -> dict[int, str]:
    """What became of these overruns, but for those still to be explained; no query without any."""
    if not (asked := set(overruns)):
        return {}
    known = Overrun.objects.filter(pk__in=asked).exclude(state=Overrun.State.TO_EXPLAIN)
    return {pk: str(Overrun.State(state).label) for pk, state in known.values_list("pk", "state")}


@login_required
@require_POST
def open_line(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark a line as read and go where it leads."""
    line = get_object_or_404(
        Notification.objects.select_related("complaint__estate"), pk=pk, user=request.user
    )
    notifications.read([line.pk], by=request.user, at=now())
    return redirect(message_texts.words(line.kind, line.params, line.complaint).path)


@login_required
@require_POST
def read(request: StaffRequest) -> HttpResponse:
    """Mark the named lines as read, or all of them."""
    if named := [pk for said in request.POST.getlist("line") if (pk := whole_number(said)) is not None]:
        notifications.read(named, by=request.user, at=now())
    else:
        notifications.read_all(by=request.user, at=now())
    return redirect(reverse("inbox"))
