"""Rewards and penalties 奖惩 as a list: what waits, what was decided, by month; and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from complaints.actions.current_policy import current_policy
from complaints.models import Reward
from complaints.rewards import OVERSEERS, State
from complaints.views import estate_of, person_of
from complaints.views.lists.commendations import month_asked, months_shown
from complaints.views.lists.keyset import Order
from config.framework.csv_tables import csv_table
from staff.permissions import Permissions
from staff.requests import StaffRequest

NEWEST = Order("proposed_at", newest_first=True, nullable=False)
#: As many lines as a table holds.
MOST_LINES = 5000


@dataclass(frozen=True)
class View:
    label: str | Promise
    holds: Q
    empty: str | Promise


VIEWS: dict[str, View] = {
    "proposed": View(
        pgettext_lazy("rewards", "To be decided"),
        Q(state=State.PROPOSED),
        pgettext_lazy("rewards", "Nothing waits for a decision."),
    ),
    "approved": View(
        pgettext_lazy("rewards", "Approved"),
        Q(state=State.APPROVED),
        pgettext_lazy("rewards", "Nothing was approved."),
    ),
    "again": View(
        pgettext_lazy("rewards", "To be decided again"),
        Q(state=State.APPROVED) & ~Q(gone=""),
        pgettext_lazy("rewards", "Nothing that was approved has lost its ground."),
    ),
    "rejected": View(
        pgettext_lazy("rewards", "Turned down"),
        Q(state=State.REJECTED),
        pgettext_lazy("rewards", "Nothing was turned down."),
    ),
    "ended": View(
        pgettext_lazy("rewards", "Fallen away or cancelled"),
        Q(state__in=[State.WITHDRAWN, State.CANCELLED]),
        pgettext_lazy("rewards", "Nothing has fallen away."),
    ),
}


def seen_by(person: Permissions, *, mine: bool = False, estate: int | None = None) -> QuerySet[Reward]:
    """What he may read; `mine`: of himself."""
    rows: QuerySet[Reward] = Reward.objects.visible_to(person)
    if estate:
        rows = rows.filter(estate=estate)
    return rows.filter(person=person.user) if mine else rows


def held_by(slug: str, month: str) -> Q:
    """What a view holds; a month is that of the proposal. Nothing that waits is hidden by one."""
    span = month_asked(month) if slug not in ("proposed", "again") else None
    holds = VIEWS[slug].holds
    return holds & Q(proposed_at__gte=span[0], proposed_at__lt=span[1]) if span else holds


def read_rows(*keys: int) -> QuerySet[Reward]:
    """What a row shows."""
    return Reward.objects.filter(pk__in=keys).select_related("estate", "person")


def _asked(request: StaffRequest, at: datetime) -> dict[str, Any]:
    """Person, view and filters; a contractor's people find nothing here."""
    person, chosen = person_of(request, at), estate_of(request, at)
    if person.is_contractor:
        raise Http404
    oversees = bool(OVERSEERS & person.within())
    slug = request.GET.get("view", "")
    if slug not in VIEWS:
        slug = "proposed" if oversees else "approved"
    return {
        "person": person,
        "oversees": oversees,
        "slug": slug,
        "mine": bool(request.GET.get("mine")) or not oversees,
        "here": bool(request.GET.get("here")) and chosen is not None,
        "place": chosen,
        "month": request.GET.get("month", ""),
    }


def _rows(asked: dict[str, Any]) -> QuerySet[Reward]:
    estate = asked["place"].pk if asked["here"] else None
    return seen_by(asked["person"], mine=asked["mine"], estate=estate)


@login_required
@require_safe
def rewards(request: StaffRequest) -> HttpResponse:
    """A constant number of queries, however many there are."""
    at = now()
    asked = _asked(request, at)
    slug, month, rows = asked["slug"], asked["month"], _rows(asked)
    page = NEWEST.page(rows.filter(held_by(slug, month)), request.GET, read=read_rows)
    counts = rows.order_by().aggregate(**{name: Count("pk", filter=held_by(name, month)) for name in VIEWS})
    shown = [name for name in VIEWS if name == "approved" or counts[name] or name == slug]
    by_month = slug not in ("proposed", "again")
    month = month if by_month and month_asked(month) else ""
    context = asked | {
        "page": page,
        "tabs": [{"slug": name, "label": VIEWS[name].label, "count": counts[name]} for name in shown],
        "empty": VIEWS[slug].empty,
        "month": month,
        "months": months_shown(at, month) if by_month else [],
        "on": current_policy().policy.data["rewards"]["on"],
    }
    return render(request, "complaints/lists/rewards.html", context)


@login_required
@require_safe
def export(request: StaffRequest) -> HttpResponse:
    """The list as a table (CSV), by the same filters and view, without a case; says when there are more."""
    at = now()
    asked = _asked(request, at)
    if not asked["oversees"]:
        raise Http404
    rows = _rows(asked).filter(held_by(asked["slug"], asked["month"]))
    found = list(rows.select_related("estate", "person", "decided_by").order_by("pk")[: MOST_LINES + 1])
    lines: list[Sequence[object]] = [_cells(row) for row in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append(
            [gettext("Only the first %(n)s lines: choose a month or an estate.") % {"n": MOST_LINES}]
        )
    heading = [
        gettext("Number"), gettext("Estate"), pgettext("rewards", "Person"), pgettext("rewards", "Kind"),
        gettext("State"), pgettext("rewards", "By the rule (yuan)"), pgettext("rewards", "Amount (yuan)"),
        pgettext("rewards", "Proposed"), pgettext("rewards", "Decided"), pgettext("rewards", "Decided by"),
        gettext("Reason"),
    ]  # fmt: skip
    return csv_table(f"rewards-{localtime(at):%Y%m%d}.csv", [heading, *lines])


def _cells(row: Reward) -> list[object]:
    zone = row.estate.zone
    decided = f"{row.decided_at.astimezone(zone):%Y-%m-%d}" if row.decided_at else ""
    return [
        row.number, row.estate, row.person, row.get_kind_display(), row.get_state_display(), row.by_rule,
        "" if row.amount is None else row.amount, f"{row.proposed_at.astimezone(zone):%Y-%m-%d}", decided,
        row.decided_by or "", row.because,
    ]  # fmt: skip
