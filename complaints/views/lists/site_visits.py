"""Site visits 上门 as a list: mine today and overdue, on a phone; all of an estate, the missed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from complaints import site_visits as rules
from complaints.actions import place_shown, roles_on, shows_complainant
from complaints.actions.visibility import reads_phones
from complaints.actions.visit_rows import acts_on, with_all
from complaints.models import SiteVisit
from complaints.models.site_visits import SiteVisitQuerySet
from complaints.site_visits import GRACE, ON_SPOT, OPEN, Outcome, State
from complaints.views import estate_key, estate_of, estates_of, person_of
from complaints.views.lists.keyset import Order
from complaints.views.lists.saved_views import midnight_after
from config.framework.prepared_queries import PreparedQuery
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import MANAGERS, Role

#: Missed appointments are counted so far back.
MISSED_SINCE = timedelta(days=30)
#: As many as the first page shows.
SHOWN = 5
BY_START = Order("starts_at", nullable=False)
BY_END = Order("ended_at", newest_first=True, nullable=False)


@dataclass(frozen=True)
class View:
    """`holds`: what lies there for a person, at a time, until the end of its day."""

    label: str | Promise
    holds: Callable[[Permissions, datetime, datetime], Q]
    empty: str | Promise
    order: Order = BY_START
    counted: bool = True


def _his(person: Permissions) -> Q:
    return Q(state__in=OPEN, visitor__in=person.stands_for)


def late(since: datetime) -> Q:
    """Nobody is there who should be since a time; told of once it is `GRACE` ago."""
    return Q(state=State.PLANNED, starts_at__lte=since)


VIEWS: dict[str, View] = {
    "mine": View(
        pgettext_lazy("visits", "Mine, due"),
        lambda person, now, until: _his(person) & Q(starts_at__lt=until),
        _("You are sent nowhere today."),
    ),
    "coming": View(
        pgettext_lazy("visits", "Mine, later"),
        lambda person, now, until: _his(person) & Q(starts_at__gte=until),
        _("You are sent nowhere later."),
    ),
    "late": View(
        pgettext_lazy("visits", "Nobody there"),
        lambda person, now, until: late(now - GRACE),
        _("Wherever somebody should be, somebody is."),
    ),
    "today": View(
        pgettext_lazy("visits", "All due"),
        lambda person, now, until: Q(state__in=OPEN, starts_at__lt=until),
        _("No visit is due today."),
    ),
    "later": View(
        pgettext_lazy("visits", "All later"),
        lambda person, now, until: Q(state__in=OPEN, starts_at__gte=until),
        _("No visit is arranged for later."),
    ),
    "missed": View(
        pgettext_lazy("visits", "Missed"),
        lambda person, now, until: Q(outcome=Outcome.MISSED, ended_at__gte=now - MISSED_SINCE),
        _("No appointment was missed in the last 30 days."),
        BY_END,
    ),
    "ended": View(
        pgettext_lazy("visits", "Ended"),
        lambda person, now, until: Q(ended_at__isnull=False),
        _("No visit has ended yet."),
        BY_END,
        counted=False,
    ),
}


@dataclass(frozen=True)
class Line:
    """One row: what its reader may know, and the next tap of whoever is sent."""

    row: SiteVisit
    place: str
    name: str
    phone: str
    tap: str
    late: bool


def seen_by(person: Permissions, estate: int | None) -> SiteVisitQuerySet:
    """What he may read, of the chosen estate."""
    rows = SiteVisit.objects.visible_to(person)
    return rows.filter(complaint__estate=estate) if estate else rows


def read_rows(*keys: int) -> QuerySet[SiteVisit]:
    return with_all(SiteVisit.objects.filter(pk__in=keys))


def lines(rows: Iterable[SiteVisit], person: Permissions, at: datetime) -> list[Line]:
    """No query. A phone stands only where whoever is sent calls before he comes."""
    found = []
    for row in rows:
        case = row.complaint
        roles = roles_on(case, person)
        is_his = row.visitor_id in person.stands_for
        calls = is_his and not case.identity_hidden and reads_phones(case, roles)
        taps = [verb for verb in acts_on(row, roles, person, at) if verb in ON_SPOT] if is_his else []
        found.append(
            Line(
                row=row,
                place=place_shown(case, person),
                name=case.complainant.name if shows_complainant(case, roles) else "",
                phone=case.complainant.phone if calls else "",
                tap=next(iter(taps), ""),
                late=row.is_late(at),
            )
        )
    return found


@login_required
@require_safe
def visits(request: StaffRequest) -> HttpResponse:
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    until = midnight_after(at)
    asked = request.GET.get("view", "")
    slug = asked if asked in VIEWS else usual(person)
    rows = seen_by(person, chosen.pk if chosen else None)
    page = VIEWS[slug].order.page(
        rows.filter(VIEWS[slug].holds(person, at, until)), request.GET, read=read_rows
    )
    counts = rows.order_by().aggregate(
        **{
            name: Count("pk", filter=view.holds(person, at, until))
            for name, view in VIEWS.items()
            if view.counted
        }
    )
    context = {
        "now": at,
        "slug": slug,
        "page": page,
        "lines": lines(page.rows, person, at),
        "many": chosen is None and len(estates_of(request, at)) > 1,
        "tabs": [
            {"slug": name, "label": view.label, "count": counts.get(name)} for name, view in VIEWS.items()
        ],
        "empty": VIEWS[slug].empty,
        "taps": rules.ACTS,
    }
    return render(request, "complaints/lists/visits.html", context)


def usual(person: Permissions) -> str:
    """Who answers for an estate looks at all of them, who works at his own."""
    return "today" if person.within() & {*MANAGERS, Role.AUDITOR} else "mine"


# The first page -------------------------------------------------------------------------------------------


def _due_of(person: Permissions, estate: int | None, until: datetime) -> QuerySet[SiteVisit, Any]:
    rows = seen_by(person, estate).filter(_his(person), starts_at__lt=until)
    return rows.order_by("starts_at", "pk").values_list("pk")[: SHOWN + 1]


#: Prepared, as all that every first page asks for.
_due = PreparedQuery(_due_of)


def _late_of(person: Permissions, estate: int | None, since: datetime) -> QuerySet[SiteVisit, Any]:
    return seen_by(person, estate).filter(late(since)).order_by().values_list("pk")


_late = PreparedQuery(_late_of)


def for_home(request: StaffRequest, person: Permissions, at: datetime) -> dict[str, Any]:
    """His next visits of today and the overdue ones; for who answers for an estate where nobody is there.

    One query, one more for managers, and one where he is sent somewhere.
    """
    estate = estate_key(request, at)
    keys = [pk for (pk,) in _due(person, estate, midnight_after(at))]
    rows = sorted(read_rows(*keys[:SHOWN]), key=lambda row: (row.starts_at, row.pk)) if keys else []
    absent = sum(1 for _row in _late(person, estate, at - GRACE)) if person.within() & MANAGERS else 0
    return {
        "visits": lines(rows, person, at),
        "more_visits": len(keys) > SHOWN,
        "visits_late": absent,
        "taps": rules.ACTS,
    }
