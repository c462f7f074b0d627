"""Commendations 通报表扬 as a list: what is published, by month and estate; what is to be decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

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


def seen_by(person: Permissions, *, mine: bool = False, estate: int | None = None) -> QuerySet[Commendation]:
    """What he may read; `mine`: of himself."""
    rows: QuerySet[Commendation] = Commendation.objects.visible_to(person)
    if estate:
        rows = rows.filter(estate=estate)
    return rows.filter(person=person.user) if mine else rows


def held_by(slug: str, month: str) -> Q:
    """What a view holds. What is published only is of a month: nothing that waits is hidden by one."""
    holds = VIEWS[slug].holds
    span = month_asked(month) if slug == "published" else None
    return holds & Q(published_at__gte=span[0], published_at__lt=span[1]) if span else holds


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
    mine, asked = bool(request.GET.get("mine")), request.GET.get("month", "")
    rows = seen_by(person, mine=mine, estate=chosen.pk if chosen and here else None)
    page = VIEWS[slug].order.page(rows.filter(held_by(slug, asked)), request.GET, read=read_rows)
    counts = rows.order_by().aggregate(**{name: Count("pk", filter=held_by(name, asked)) for name in VIEWS})
    shown = [name for name in VIEWS if name == "published" or counts[name] or name == slug]
    month = asked if slug == "published" and month_asked(asked) else ""
    context = {
        "slug": slug,
        "page": page,
        "tabs": [{"slug": name, "label": VIEWS[name].label, "count": counts[name]} for name in shown],
        "empty": VIEWS[slug].empty,
        "month": month,
        "months": months_shown(at, month),
        "mine": mine,
        "here": here,
        "place": chosen,
    }
    return render(request, "complaints/lists/commendations.html", context)


#: So many months back can be chosen; an older one is asked for by its address.
MONTHS = 6


def months_shown(at: datetime, asked: str) -> list[str]:
    """This month and those before it, and the one asked for."""
    local = at.astimezone(get_default_timezone())
    last = local.year * 12 + local.month - 1
    found = [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(last, last - MONTHS, -1)]
    return found if not asked or asked in found else [*found, asked]
