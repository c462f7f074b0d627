"""What a person has been told, newest first; reading is marked by the person alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.views.decorators.http import require_POST

from complaints import message_texts, notifications
from complaints.actions.lapsed_requests import ASKED_FOR_TIME
from complaints.channels.links import ABOUT_A_SUPERIOR, ABOUT_AN_OVERRUN
from complaints.models import Complaint, Extension, Notification, Overrun, SuperiorRequest
from complaints.timeline import PEOPLE, people_named
from complaints.views import estate_key, person_of, unread_of
from complaints.views.dangers import in_danger
from complaints.views.lists.keyset import Order
from complaints.views.lists.origin import of_view
from complaints.views.lists.saved_views import usual
from config.framework.request_guard import whole_number
from staff.requests import StaffRequest

NEWEST_FIRST = Order("created_at", newest_first=True)
#: So many earlier lines are read for the cases of one page.
MOST_EARLIER = 400


@dataclass(frozen=True)
class Line:
    row: Notification
    words: message_texts.Words
    zone: Any
    decided: str  # what became of the request it asks to decide on


@dataclass(frozen=True)
class Group:
    """What was told of one case, newest first; or one line about no case."""

    lines: list[Line]

    @property
    def newest(self) -> Line:
        return self.lines[0]

    @property
    def earlier(self) -> list[Line]:
        return self.lines[1:]

    @property
    def unread(self) -> list[int]:
        return [line.row.pk for line in self.lines if line.row.read_at is None]


def _with_cases(*lines: int) -> QuerySet[Notification]:
    cases = ("complaint__estate", "complaint__unit", "complaint__building", "complaint__category")
    return Notification.objects.filter(pk__in=lines).select_related(*cases)


def _newest_of_each_case(mine: QuerySet[Notification]) -> QuerySet[Notification]:
    """Of each case the newest line, and every line about no case; by an index probe for each line passed."""
    same = mine.filter(complaint=OuterRef("complaint")).order_by()
    later = Q(created_at__gt=OuterRef("created_at")) | Q(
        created_at=OuterRef("created_at"), pk__gt=OuterRef("pk")
    )
    return mine.filter(Q(complaint=None) | ~Exists(same.filter(later)))


def _with_earlier(heads: Sequence[Notification], mine: QuerySet[Notification]) -> list[list[Notification]]:
    """To each newest line those before it about the same case. One query."""
    cases = {head.complaint_id: head.complaint for head in heads if head.complaint_id}
    others: dict[int, list[Notification]] = {}
    if cases:
        shown = [head.pk for head in heads]
        rows = mine.filter(complaint__in=cases).exclude(pk__in=shown).order_by("-created_at", "-pk")
        for row in rows[:MOST_EARLIER]:
            case = row.complaint_id or 0
            row.complaint = cases[case]
            others.setdefault(case, []).append(row)
    return [[head, *others.get(head.complaint_id or 0, [])] for head in heads]


@login_required
def inbox(request: StaffRequest) -> HttpResponse:
    """By case, the newest first; lines about cases he may no longer know of are left out. Five queries."""
    at = now()
    person = person_of(request, at)
    mine = Notification.objects.filter(user=request.user)
    if request.GET.get("view") == "unread":
        mine = mine.filter(read_at=None)
    known = Q(complaint=None) | Q(complaint__in=Complaint.objects.visible_to(person))
    page = NEWEST_FIRST.page(_newest_of_each_case(mine).filter(known), request.GET, read=_with_cases)
    groups = _with_earlier(page.rows, mine)
    rows = [row for group in groups for row in group]
    named = people_named(row.params.get(name, 0) for row in rows for name in PEOPLE)
    decided = _decided(row.params["extension"] for row in rows if row.kind in ASKED_FOR_TIME)
    answered = _answered(row.params["superior_request"] for row in rows if row.kind in ABOUT_A_SUPERIOR)
    explained = _done(row.params["overrun"] for row in rows if row.kind in ABOUT_AN_OVERRUN)

    def line(row: Notification) -> Line:
        return Line(
            row,
            message_texts.words(row.kind, row.params, row.complaint, named, row.created_at),
            row.complaint.estate.zone if row.complaint else get_current_timezone(),
            decided.get(row.params.get("extension"), "")
            or (explained.get(row.params.get("overrun"), "") if row.kind in ABOUT_AN_OVERRUN else "")
            or (answered.get(row.params["superior_request"], "") if row.kind in ABOUT_A_SUPERIOR else ""),
        )

    context = {
        "groups": [Group([line(row) for row in group]) for group in groups],
        "page": page,
        "unread": unread_of(request, at),
        "dangers": in_danger(person, estate_key(request, at), at),
        "now": at,
        "from": of_view(usual(person)),
        "view": request.GET.get("view", ""),
    }
    return render(request, "complaints/lists/inbox.html", context)


def _decided(requests: Iterable[int]) -> dict[int, str]:
    """What became of these requests for more time, but for those that still wait. One query."""
    known = Extension.objects.filter(pk__in=set(requests)).exclude(state=Extension.State.PENDING)
    return {pk: str(Extension.State(state).label) for pk, state in known.values_list("pk", "state")}


def _answered(requests: Iterable[int]) -> dict[int, str]:
    """What became of what customers insisted on, but for what still waits; no query without any."""
    if not (asked := set(requests)):
        return {}
    known = SuperiorRequest.objects.filter(pk__in=asked).exclude(state=SuperiorRequest.State.WAITING)
    return {pk: str(SuperiorRequest.State(state).label) for pk, state in known.values_list("pk", "state")}


def _done(overruns: Iterable[int]) -> dict[int, str]:
    """What became of these overruns, but for those still to be explained; no query without any."""
    if not (asked := set(overruns)):
        return {}
    known = Overrun.objects.filter(pk__in=asked).exclude(state=Overrun.State.TO_EXPLAIN)
    return {pk: str(Overrun.State(state).label) for pk, state in known.values_list("pk", "state")}


@login_required
@require_POST
def open_line(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark a line as read, and those named with it, and go where it leads."""
    line = get_object_or_404(
        Notification.objects.select_related("complaint__estate"), pk=pk, user=request.user
    )
    notifications.read([line.pk, *_named(request)], by=request.user, at=now())
    return redirect(message_texts.words(line.kind, line.params, line.complaint).path)


@login_required
@require_POST
def read(request: StaffRequest) -> HttpResponse:
    """Mark the named lines as read, or all of them."""
    if named := _named(request):
        notifications.read(named, by=request.user, at=now())
    else:
        notifications.read_all(by=request.user, at=now())
    return redirect(reverse("inbox"))


def _named(request: StaffRequest) -> list[int]:
    return [pk for said in request.POST.getlist("line") if (pk := whole_number(said)) is not None]
