"""Commendations 通报表扬 as a list: what is published, by month and estate; what is to be decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import get_default_timezone, now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from complaints.commendations import PUBLIC, State
from complaints.models import Commendation
from complaints.views import estate_of, person_of
from complaints.views.lists.keyset import Order
from staff.permissions import Permissions
from staff.requests import StaffRequest


@dataclass(frozen=True)
class View:
    label: str | Promise
    holds: Q
    empty: str | Promise
    order: Order


NEWEST = Order("published_at", newest_first=True, nullable=False)
WAITING = Order("proposed_at", newest_first=True, nullable=False)
VIEWS: dict[str, View] = {
    "published": View(
        pgettext_lazy("commendations", "Published"),
        Q(state__in=PUBLIC),
        _("Nobody was commended yet."),
        NEWEST,
    ),
    "proposed": View(
        pgettext_lazy("commendations", "Proposed"),
        Q(state=State.PROPOSED),
        _("No proposal waits for a decision."),
        WAITING,
    ),
    "approved": View(
        pgettext_lazy("commendations", "To be published"),
        Q(state=State.APPROVED),
        _("Nothing waits to be published."),
        WAITING,
    ),
    "declined": View(
        pgettext_lazy("commendations", "Not commended"),
        Q(state=State.DECLINED),
        _("No proposal was turned down."),
        WAITING,
    ),
}
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


def month_asked(text: str) -> tuple[datetime, datetime] | None:
    """The first instant of a month such as `2026-10`, and that of the next; None for anything else.

    In the installation's zone: a list is no report, and estates of one company keep one time nearly always.
    """
    if not (found := MONTH.fullmatch(text)):
        return None
    year, month = int(found[1]), int(found[2])
    zone = get_default_timezone()
    later = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime(year, month, 1, tzinfo=zone), datetime(*later, 1, tzinfo=zone)


def seen_by(person: Permissions, asked: Any, estate: int | None = None) -> QuerySet[Commendation]:
    """What he may read, by the filters of the address."""
    rows: QuerySet[Commendation] = Commendation.objects.visible_to(person)
    if estate:
        rows = rows.filter(estate=estate)
    if span := month_asked(asked.get("month", "")):
        rows = rows.filter(published_at__gte=span[0], published_at__lt=span[1])
    if asked.get("mine"):
        rows = rows.filter(person=person.user)
    return rows


def read_rows(*keys: int) -> QuerySet[Commendation]:
    """What a row shows."""
    return Commendation.objects.filter(pk__in=keys).select_related("estate", "person", "department")


@login_required
@require_safe
def commendations(request: StaffRequest) -> HttpResponse:
    """A constant number of queries, however many there are."""
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    slug = request.GET.get("view", "")
    slug = slug if slug in VIEWS else "published"
    here = bool(request.GET.get("here")) and chosen is not None
    rows = seen_by(person, request.GET, chosen.pk if chosen and here else None)
    page = VIEWS[slug].order.page(rows.filter(VIEWS[slug].holds), request.GET, read=read_rows)
    counts = rows.order_by().aggregate(
        **{name: Count("pk", filter=view.holds) for name, view in VIEWS.items()}
    )
    shown = [name for name in VIEWS if name == "published" or counts[name] or name == slug]
    month = request.GET.get("month", "") if month_asked(request.GET.get("month", "")) else ""
    context = {
        "slug": slug,
        "page": page,
        "tabs": [{"slug": name, "label": VIEWS[name].label, "count": counts[name]} for name in shown],
        "empty": VIEWS[slug].empty,
        "month": month,
        "months": _months(at, month),
        "mine": bool(request.GET.get("mine")),
        "here": here,
        "place": chosen,
    }
    return render(request, "complaints/lists/commendations.html", context)


#: So many months back can be chosen; an older one is asked for by its address.
MONTHS = 6


def _months(at: datetime, asked: str) -> list[str]:
    """This month and those before it, and the one asked for."""
    local = at.astimezone(get_default_timezone())
    last = local.year * 12 + local.month - 1
    found = [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(last, last - MONTHS, -1)]
    return found if not asked or asked in found else [*found, asked]
