"""The report calendar 报告日程: what is due, late, by whom; one report, its papers and what is done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from complaints.time_texts import span
from complaints.views import person_of
from complaints.views.lists.keyset import Order
from reports.calendar_rules import Duties, duties, keeps_calendar
from reports.due_words import due_words, period_words
from reports.duties import OPEN, DueState, Part, ReportKind
from reports.duty_scopes import Place, holders, load_people, places, read_by
from reports.figures.month import Month
from reports.models import DueReport
from reports.words import month_name
from staff.models import User
from staff.requests import StaffRequest

VIEWS = {
    "open": gettext_lazy("To do"),
    "late": pgettext_lazy("report", "Overdue"),
    "all": gettext_lazy("All"),
}
BY_DUE, NEWEST = Order("due_at", nullable=False), Order("due_at", newest_first=True)
FIRST_YEAR = 2020


@dataclass(frozen=True)
class Line:
    """One report in the list."""

    row: DueReport
    period: str
    due: str
    late: str  # by how much it is or was late; empty: it is not
    people: str  # whose turn it is


@dataclass(frozen=True)
class Cell:
    """A kind's reports of one month: how many, how many of them late, how many still open."""

    total: int = 0
    late: int = 0
    waiting: int = 0
    url: str = ""


def places_for(request: StaffRequest, now: datetime) -> dict[str, Place]:
    """The scopes whose reports the person reads; 403 when there are none."""
    return _some(read_by(person_of(request, now), places()))


def places_watched(request: StaffRequest, now: datetime) -> dict[str, Place]:
    """Those whose reports stand in his list: all of them for who keeps the calendar, who opens none.

    403 when there are none.
    """
    person, there = person_of(request, now), places()
    return _some(there if keeps_calendar(person) else read_by(person, there))


def _some(found: dict[str, Place]) -> dict[str, Place]:
    if not found:
        raise PermissionDenied(
            _("Reports are for supervisors, managers, department heads and the auditor of an estate.")
        )
    return found


def late(now: datetime) -> Q:
    """Out later than due, or due and not out."""
    return Q(done_at__gt=F("due_at")) | Q(done_at=None, state__in=OPEN, due_at__lt=now)


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """The list, and the year as months above it. A constant number of queries."""
    now = clock()
    mine = places_watched(request, now)
    asked = asked_of(request, mine, now)
    rows = rows_of(asked, mine)
    year = _year(rows, asked, now)
    alone = pgettext("a month of a table, as a format", "M")
    page = (BY_DUE if asked["view"] == "open" else NEWEST).page(
        narrowed(rows, asked, now), request.GET, read=_read
    )
    known = duties()
    context = {
        **asked,
        "scopes": mine.values(),
        "kinds": ReportKind.choices,
        "views": [(name, label, _url(asked, view=name, month="")) for name, label in VIEWS.items()],
        "month_name": month_name(asked["month"]) if asked["month"] else "",
        "without_month": _url(asked, month=""),
        "lines": lines(page.rows, mine, known, now),
        "older": _url(asked, after=page.older) if page.older else "",
        "newer": _url(asked, before=page.newer) if page.newer else "",
        "matrix": year,
        "months": [date_format(date(asked["year"], n, 1), alone) for n in range(1, 13)],
        "year_before": _url(asked, year=asked["year"] - 1, month="", view="all"),
        "year_after": _url(asked, year=asked["year"] + 1, month="", view="all"),
        "table": reverse("reports:calendar_table") + _url(asked),
        "is_on": any(row.is_on for (_kind, scope), row in known.items() if scope in mine),
        "may_keep": keeps_calendar(person_of(request, now)),
        "opens": read_by(person_of(request, now), mine),
    }
    return render(request, "reports/calendar.html", context)


def rows_of(asked: dict[str, Any], mine: dict[str, Place]) -> QuerySet[DueReport]:
    """Of the scope and kind asked for; of all his scopes, where none is."""
    rows = DueReport.objects.filter(scope__in=[asked["scope"]] if asked["scope"] else list(mine))
    return rows.filter(kind=asked["kind"]) if asked["kind"] else rows


def _read(*keys: int) -> QuerySet[DueReport]:
    return DueReport.objects.select_related("rules", "paper").filter(pk__in=keys)


def asked_of(request: StaffRequest, mine: dict[str, Place], now: datetime) -> dict[str, Any]:
    """What the address names; 404 for a scope that is not his, the default for what makes no sense."""
    scope = request.GET.get("scope", "")
    if scope and scope not in mine:
        raise Http404
    kind = request.GET.get("kind", "")
    try:
        month = Month.parse(request.GET.get("month", ""))
    except ValueError:
        month = None
    today = now.astimezone(next(iter(mine.values())).zone).date()
    year = request.GET.get("year", "")
    found = month.year if month else int(year) if year.isascii() and year.isdigit() else today.year
    return {
        "scope": scope,
        "kind": kind if kind in ReportKind.values else "",
        "view": request.GET["view"] if request.GET.get("view") in VIEWS else "all" if month else "open",
        "month": month,
        "year": min(max(found, FIRST_YEAR), today.year + 1),
    }


def _url(asked: dict[str, Any], **other: Any) -> str:
    said = {name: asked[name] for name in ("view", "scope", "kind", "month", "year")} | other
    return "?" + urlencode({name: str(value) for name, value in said.items() if value})


def narrowed(rows: QuerySet[DueReport], asked: dict[str, Any], now: datetime) -> QuerySet[DueReport]:
    """By the view and the month or year of their due days."""
    rows = in_view(rows, asked["view"], now)
    if month := asked["month"]:
        return rows.filter(due_on__gte=month.first_day, due_on__lte=month.last_day)
    if asked["view"] == "open":
        return rows
    return rows.filter(due_on__gte=date(asked["year"], 1, 1), due_on__lt=date(asked["year"] + 1, 1, 1))


def in_view(rows: QuerySet[DueReport], view: str, now: datetime) -> QuerySet[DueReport]:
    """Those of one of `VIEWS`; of any other word all."""
    if view == "open":
        return rows.filter(state__in=OPEN)
    return rows.filter(late(now)) if view == "late" else rows


def _year(rows: QuerySet[DueReport], asked: dict[str, Any], now: datetime) -> list[tuple[str, list[Cell]]]:
    """Each kind's twelve months of due days. One query."""
    of_year = rows.filter(due_on__gte=date(asked["year"], 1, 1), due_on__lt=date(asked["year"] + 1, 1, 1))
    counted = (
        of_year.order_by()
        .values_list("kind", "due_on__month")
        .annotate(
            total=Count("pk"),
            late=Count("pk", filter=late(now)),
            waiting=Count("pk", filter=Q(state__in=OPEN, done_at=None)),
        )
    )
    table: dict[str, dict[int, Cell]] = {}
    for kind, month, total, are_late, waiting in counted:
        url = _url(asked, kind=kind, month=Month(asked["year"], month), view="all")
        table.setdefault(kind, {})[month] = Cell(total, are_late, waiting, url)
    return [
        (str(kind.label), [table[kind].get(month, Cell()) for month in range(1, 13)])
        for kind in ReportKind
        if kind in table
    ]


def lines(rows: list[DueReport], mine: dict[str, Place], known: Duties, now: datetime) -> list[Line]:
    """Rows in words. Two queries, however many rows."""
    of = [mine[row.scope] for row in rows]
    people = load_people(now, of, known.values()) if rows else None
    found = []
    for row in rows:
        part = row.waits_for
        asked: list[User] = []
        if part and people:
            duty = known.get((row.kind, row.scope))
            asked = holders(part, mine[row.scope], row.rule, duty, people)
        names = pgettext("between names", ", ").join(str(user) for user in asked)
        found.append(
            Line(
                row,
                period_words(row.kind, row.period),
                due_words(row.due_at, row.zone),
                lateness(row, now),
                names,
            )
        )
    return found


def lateness(row: DueReport, now: datetime) -> str:
    """Overdue by so much, or was late by so much."""
    if not row.is_late(now):
        return ""
    length = span((row.done_at or now) - row.due_at)
    if row.done_at:
        return pgettext("report", "late by %(span)s") % {"span": length}
    return _("overdue by %(span)s") % {"span": length}


def turn(row: DueReport) -> str:
    """What it waits for, in words."""
    if row.state == DueState.SIGNED:
        return _("to be sent")
    return {
        Part.PREPARER: _("to be handed in"),
        Part.CHECKER: _("to be checked"),
        Part.APPROVER: _("to be signed"),
        None: "",
    }[row.waits_for]
