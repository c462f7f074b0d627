"""Measures 整改措施 as a list, as a board by due date, and as a table to download."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints import measures as rules
from complaints.measures import LIVING, Answer, Kind, State
from complaints.models import Measure, ToldEstate
from complaints.models.measures import MeasureQuerySet
from complaints.views import estate_of, estates_of, person_of
from complaints.views.lists.analyses import owed
from complaints.views.lists.keyset import Order
from config.framework.csv_tables import csv_table
from config.framework.prepared_queries import PreparedQuery
from config.framework.request_guard import whole_number
from staff.permissions import Permissions
from staff.requests import StaffRequest

WEEK = timedelta(days=7)
#: As many cards as a column of the board shows; all are on the list.
CARDS = 20
#: As many lines as a table holds.
MOST_LINES = 5000
BY_DUE = Order("next_due_at")
BY_END = Order("ended_at", newest_first=True, nullable=False)


@dataclass(frozen=True)
class View:
    """`holds`: what lies there at a time. `counted`: how many is told."""

    label: str | Promise
    holds: Callable[[datetime], Q]
    empty: str | Promise
    order: Order = BY_DUE
    counted: bool = True


VIEWS: dict[str, View] = {
    "proposed": View(
        pgettext_lazy("measures", "Proposed"),
        lambda now: Q(state=State.PROPOSED),
        _("No cause has come often enough at one place to propose a measure."),
        Order("proposed_at", newest_first=True, nullable=False),
    ),
    "open": View(
        pgettext_lazy("measures", "All open"), lambda now: Q(state__in=LIVING), _("No measure is open.")
    ),
    "overdue": View(
        pgettext_lazy("measures", "Overdue"),
        lambda now: Q(state__in=LIVING, next_due_at__lt=now),
        _("No measure is overdue."),
    ),
    "week": View(
        pgettext_lazy("measures", "This week"),
        lambda now: Q(state=State.OPEN, next_due_at__gte=now, next_due_at__lt=now + WEEK),
        _("Nothing is to be done within seven days."),
    ),
    "later": View(
        pgettext_lazy("measures", "Later"),
        lambda now: Q(state=State.OPEN, next_due_at__gte=now + WEEK),
        _("Nothing is to be done later."),
    ),
    "check": View(
        pgettext_lazy("measures", "To be checked"),
        lambda now: Q(state=State.TO_CHECK),
        _("No measure waits for its check."),
    ),
    "told": View(
        pgettext_lazy("measures", "Told from other estates"),
        lambda now: Q(pk__in=[]),  # by the person, see `_waiting_for`
        _("No other estate's measure waits for your answer."),
        Order("pk", numbers=True, nullable=False),
        counted=False,
    ),
    "done": View(
        pgettext_lazy("measures", "Effective"),
        lambda now: Q(state=State.EFFECTIVE),
        _("No measure has been found effective yet."),
        BY_END,
    ),
    "dropped": View(
        pgettext_lazy("measures", "Not taken up, withdrawn"),
        lambda now: Q(state__in=[State.DISMISSED, State.WITHDRAWN]),
        _("Nothing was dropped."),
        BY_END,
        counted=False,
    ),
}
#: The columns of the board, by due date; "overdue" there holds what is to be done only.
BOARD = ("overdue", "week", "later", "check", "done")


def waiting_for(person: Permissions) -> Q:
    """Measures of other estates that wait for an answer of his."""
    waits = ToldEstate.objects.filter(answer__in=["", Answer.APPLIES])
    waits = waits.exclude(measure__state=State.WITHDRAWN)
    if not person.company & rules.ANSWERERS:
        waits = waits.filter(
            estate__in=[pk for pk, roles in person.estates.items() if roles & rules.ANSWERERS]
        )
    return Q(pk__in=waits.values("measure"))


def in_view(slug: str, at: datetime, person: Permissions) -> Q:
    return waiting_for(person) if slug == "told" else VIEWS[slug].holds(at)


def seen_by(person: Permissions, estate: int | None, asked: Any) -> MeasureQuerySet:
    """What he may read, of the chosen estate (or told to it), by the filters of the address."""
    rows = Measure.objects.visible_to(person)
    if estate:
        rows = rows.filter(
            Q(estate=estate) | Q(pk__in=ToldEstate.objects.filter(estate=estate).values("measure"))
        )
    if (kind := asked.get("kind", "")) in Kind.values:
        rows = rows.filter(kind=kind)
    if asked.get("mine"):
        rows = rows.filter(owner__in=person.stands_for)
    if department := whole_number(asked.get("department")):
        rows = rows.filter(department=department)
    return rows


def departments_of(person: Permissions, estate: int | None) -> list[dict[str, Any]]:
    """Those that have a measure he may read to be done or checked, the one with most of them first."""
    found = seen_by(person, estate, {}).living().filter(department__isnull=False).order_by()
    if estate:  # what other estates tell of has departments of theirs
        found = found.filter(Q(department__estate=estate) | Q(department__estate__isnull=True))
    named: Any = found.values(
        "department", "department__name", "department__name_en", "department__estate__name"
    )
    return list(named.annotate(open=Count("pk")).order_by("-open", "department"))


def read_rows(*keys: int) -> QuerySet[Measure]:
    rows = Measure.objects.filter(pk__in=keys)
    return rows.select_related(
        "estate", "owner", "department", "category", "cause", "building", "unit"
    ).annotate(cases_n=Count("case_rows"))


@login_required
@require_safe
def measures(request: StaffRequest) -> HttpResponse:
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    slug = _chosen_view(request)
    rows = seen_by(person, chosen.pk if chosen else None, request.GET)
    page = VIEWS[slug].order.page(rows.filter(in_view(slug, at, person)), request.GET, read=read_rows)
    counts = rows.order_by().aggregate(
        **{name: Count("pk", filter=view.holds(at)) for name, view in VIEWS.items() if view.counted}
    )
    context = _context(request, person, at) | {
        "slug": slug,
        "page": page,
        "tabs": [
            {"slug": name, "label": view.label, "count": counts.get(name)} for name, view in VIEWS.items()
        ],
        "empty": VIEWS[slug].empty,
    }
    return render(request, "complaints/lists/measures.html", context)


def _chosen_view(request: StaffRequest) -> str:
    """The view of the address, for the list and its table alike."""
    slug = request.GET.get("view", "")
    return slug if slug in VIEWS else "open"


def _context(request: StaffRequest, person: Permissions, at: datetime) -> dict[str, Any]:
    chosen = estate_of(request, at)
    return {
        "now": at,
        "many": chosen is None and len(estates_of(request, at)) > 1,
        "kinds": Kind.choices,
        "kind": request.GET.get("kind", ""),
        "mine": bool(request.GET.get("mine")),
        "departments": departments_of(person, chosen.pk if chosen else None),
        "department": request.GET.get("department", ""),
        "owed": owed(person, chosen.pk if chosen else None).count(),
        "may_set": not person.is_contractor and bool(person.within() & rules.FOUNDERS),
    }


@login_required
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """By due date: overdue, this week, later, waiting for the check, done. Two queries a column."""
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    rows = seen_by(person, chosen.pk if chosen else None, request.GET)
    columns = []
    for slug in BOARD:
        view = VIEWS[slug]
        holds = view.holds(at) & ~Q(state=State.TO_CHECK) if slug == "overdue" else view.holds(at)
        here = rows.filter(holds)
        page = view.order.page(here, request.GET.__class__(), size=CARDS, read=read_rows)
        columns.append({"slug": slug, "label": view.label, "rows": page.rows, "more": bool(page.older)})
    context = _context(request, person, at) | {"columns": columns}
    return render(request, "complaints/lists/measure_board.html", context)


@login_required
@require_safe
def export(request: StaffRequest) -> HttpResponse:
    """The list as a table (CSV), by the same filters and view; says when there are more than it holds."""
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    rows = seen_by(person, chosen.pk if chosen else None, request.GET)
    rows = rows.filter(in_view(_chosen_view(request), at, person))
    about = rows.select_related("estate", "owner", "department", "category", "cause", "building", "unit")
    found = list(about.annotate(cases_n=Count("case_rows")).order_by("pk")[: MOST_LINES + 1])
    lines: list[Sequence[object]] = [_cells(row) for row in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append(
            [gettext("Only the first %(n)s measures: choose an estate or a kind.") % {"n": MOST_LINES}]
        )
    heading = [
        gettext("Number"), gettext("Estate"), gettext("State"), gettext("Kind"), gettext("Cause"),
        gettext("Place"), gettext("Root cause"), gettext("Measure"), gettext("Responsible"),
        gettext("Department"), gettext("Round"), gettext("Due"), gettext("Ended"), gettext("Cases"),
    ]  # fmt: skip
    return csv_table(f"measures-{localtime(at):%Y%m%d}.csv", [heading, *lines])


def _cells(row: Measure) -> Sequence[object]:
    zone = row.estate.zone

    def day(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""

    return [
        row.number, row.estate.name, row.get_state_display(), row.get_kind_display(), row.cause or "",
        row.building or row.unit or "", row.root_cause, row.what, row.owner or "", row.department or "",
        row.round, day(row.next_due_at), day(row.ended_at), getattr(row, "cases_n", ""),
    ]  # fmt: skip


# The first page -------------------------------------------------------------------------------------------


def tile(person: Permissions, estate: int | None, at: datetime) -> dict[str, Any]:
    """What a tile of the first page says: how many are open, late, to be checked. One query."""
    found = list(_living(person, estate, at))
    late = sum(row["late"] for row in found)
    to_check = sum(row["open"] for row in found if row["state"] == State.TO_CHECK)
    notes = [gettext("%(over)s overdue") % {"over": late}] if late else []
    notes += [gettext("%(n)s to check") % {"n": to_check}] if to_check else []
    return {
        "label": gettext("Measures open"),
        "figure": sum(row["open"] for row in found),
        "url": reverse("measures"),
        "is_over": bool(late),
        "note": pgettext("between notes", ", ").join(notes),
    }


def _living_of(person: Permissions, estate: int | None, at: datetime) -> QuerySet[Measure, dict[str, Any]]:
    by_state: Any = seen_by(person, estate, {}).living().order_by().values("state")
    counted: QuerySet[Measure, dict[str, Any]] = by_state.annotate(
        open=Count("pk"), late=Count("pk", filter=Q(next_due_at__lt=at))
    )
    return counted


#: Prepared: the first page of those who answer for an estate or a department asks it each time.
_living = PreparedQuery(_living_of)
