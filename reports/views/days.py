"""Figures of any days: estates side by side, the days before and the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from config.framework.typed_dates import tidy
from reports import comparing, ranges
from reports.asked import scope_of, several
from reports.comparing import Columned
from reports.figures import days as figures
from reports.figures.days import Side
from reports.figures.period import Period
from reports.flat import FORMS, flat_file
from reports.monthly import report as paper
from reports.monthly.links import Links
from reports.scopes import Scope
from reports.views import chosen_scope, scopes_for
from staff import audit
from staff.models import Estate
from staff.requests import StaffRequest

#: Days of one page, two years and a day, and estates beside one another.
LONGEST, MOST_COMPARED = 732, 8
PRESETS: dict[str, str | Promise] = {
    "this_month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "this_quarter": gettext_lazy("This quarter"),
    "last_quarter": gettext_lazy("Last quarter"),
    "this_year": gettext_lazy("This year"),
    "last_12_months": gettext_lazy("Last 12 months"),
}


@dataclass(frozen=True)
class Choice:
    """What was chosen, and what is wrong with it; what was typed is kept."""

    scopes: list[Scope]
    scope: Scope
    compared: tuple[Estate, ...]  # side by side; none: too many to stand there
    first: date
    last: date
    typed: tuple[str, str]
    error: str = ""

    @property
    def whole(self) -> Scope:
        """All estates that are counted: those compared, else those of the scope."""
        chosen = len(self.compared) not in (0, len(self.scope.estates))
        return several(self.compared) if chosen else self.scope


@require_GET
@login_required
def days(request: StaffRequest) -> HttpResponse:
    now = clock()
    chosen = choice(request, now)
    context: dict[str, Any] = {
        "chosen": chosen,
        "scopes": chosen.scopes,
        "scope": chosen.scope,
        "zone": chosen.scope.estates[0].zone,
        "presets": presets(chosen, now),
        "compared": {estate.pk for estate in chosen.compared},
        "query": query(chosen),
    }
    if not chosen.error:
        period, spans, columns, lacking = side_by_side(chosen, now)
        context |= {
            "as_of": period.as_of,
            "so_far": period.as_of == now,
            "names": [column.name for column in columns],
            "table": comparing.table(columns),
            "spans": spans,
            "unrecorded": lacking,
            **paper.tables_of(figures.breakdown(period), columns[0].links["now"]),
        }
    return render(request, "reports/days.html", context, status=422 if chosen.error else 200)


@require_GET
@login_required
def file(request: StaffRequest, form: str) -> HttpResponseBase:
    """The same as a flat table; `?table=long`: every number of the tables below."""
    if form not in FORMS:
        raise Http404
    now = clock()
    chosen = choice(request, now)
    if chosen.error:
        return days(request)
    if request.GET.get("table") == "long":
        made = comparing.long_rows(figures.breakdown(period_of(chosen, now)))
        columns, kind = comparing.long_columns(), _("Tables")
    else:
        _period, spans, compared, _lacking = side_by_side(chosen, now)
        made, columns, kind = comparing.flat_rows(compared, spans), comparing.flat_columns(), _("Comparison")
    name = "-".join((kind, chosen.whole.name[:60], f"{chosen.first}", f"{chosen.last}"))
    audit.taken_out(request, f"reports:days:{form}", filters=query(chosen))
    return flat_file(form, name, columns, made, chosen.scope.estates[0].zone)


# What is asked for ----------------------------------------------------------------------------------


def choice(request: StaffRequest, now: datetime) -> Choice:
    """Estates, first and last day; last month where nothing was chosen."""
    scopes = scopes_for(request, now)
    asked = request.GET.get("scope", "")
    scope = scope_of(scopes, asked) if asked else None
    if scope is None or scope not in scopes:
        chosen_one_by_one = scope
        scope = chosen_scope(request, scopes, now) if not scope else widest(scopes, scope)
    else:
        chosen_one_by_one = None
    keys = request.GET.getlist("estate")
    mine = [estate for estate in scope.estates if f"{estate.pk}" in keys]
    if not mine and chosen_one_by_one:
        mine = list(chosen_one_by_one.estates)
    if not mine and len(scope.estates) <= MOST_COMPARED:
        mine = list(scope.estates)
    first, last, error = typed_days(request, scope, now)
    if not error and len(mine) > MOST_COMPARED:
        error = _("At most %(n)s estates stand beside one another.") % {"n": MOST_COMPARED}
    typed = tuple(request.GET.get(name, "").strip()[:60] for name in ("from", "until"))
    shown = (typed[0] or str(first), typed[1] or str(last))
    return Choice(scopes, scope, tuple(mine), first, last, shown, error)


def widest(scopes: Sequence[Scope], chosen: Scope) -> Scope:
    """The narrowest of the scopes that has all estates chosen one by one."""
    whole = [one for one in scopes if set(chosen.estates) <= set(one.estates)]
    return min(whole, key=lambda one: len(one.estates)) if whole else chosen


def typed_days(request: StaffRequest, scope: Scope, now: datetime) -> tuple[date, date, str]:
    """Both days, and what is wrong with them."""
    today = now.astimezone(scope.estates[0].zone).date()
    usual = ranges.presets(today)["last_month"]
    try:
        first = date.fromisoformat(tidy(request.GET.get("from", "")) or str(usual[0]))
        last = date.fromisoformat(tidy(request.GET.get("until", "")) or str(usual[1]))
    except ValueError:
        return *usual, _("A day is written like 2026-03-31.")
    if not (first.year >= 2001 and last.year <= 2100):
        return *usual, _("Choose days from 2001 to 2100.")
    if last < first:
        return first, last, _("The last day lies before the first.")
    if first > today:
        return first, last, _("These days have not begun yet.")
    if (last - first).days >= LONGEST:
        return first, last, _("Choose at most two years.")
    return first, last, ""


def presets(chosen: Choice, now: datetime) -> list[tuple[str, str, bool]]:
    """What is usually asked for: its name, its address, and whether it is what is shown."""
    today = now.astimezone(chosen.scope.estates[0].zone).date()
    usual = ranges.presets(today).items()
    return [
        (str(PRESETS[code]), query(chosen, first, last), (first, last) == (chosen.first, chosen.last))
        for code, (first, last) in usual
    ]


def query(chosen: Choice, first: date | None = None, last: date | None = None) -> str:
    return f"scope={chosen.whole.code}&from={first or chosen.first}&until={last or chosen.last}"


# What is shown --------------------------------------------------------------------------------------


def period_of(chosen: Choice, now: datetime) -> Period:
    estates = chosen.whole.in_month(chosen.first) or chosen.whole.estates
    return Period.of(estates, chosen.first, chosen.last, now)


def side_by_side(
    chosen: Choice, now: datetime
) -> tuple[Period, dict[str, tuple[date, date]], list[Columned], list[str]]:
    """The days, those they are compared with, the columns (all together, then estate by estate), and the
    estates with nothing recorded in one of these times, those without a column of their own too."""
    period = period_of(chosen, now)
    spans = {
        "now": (chosen.first, chosen.last),
        "before": ranges.before(chosen.first, chosen.last),
        "year": ranges.year_before(chosen.first, chosen.last),
    }
    periods = {"now": period} | {when: figures.other(period, *spans[when]) for when in ("before", "year")}
    since = figures.first_recorded(period)
    now_sides: dict[int, Side | None] = {**figures.sides(period)}
    found: dict[str, dict[int, Side | None]] = {"now": now_sides} | {
        when: figures.recorded_sides(periods[when], since) for when in ("before", "year")
    }

    back = query(chosen)

    def column(name: str, code: str, estates: Sequence[Estate]) -> Columned:
        return Columned(
            name,
            {estate.pk: estate.households for estate in estates},
            found,
            {when: links_of(one, code, spans[when], period, back) for when, one in periods.items()},
        )

    columns = [column(one.name, f"estate-{one.pk}", [one]) for one in period.estates]
    beside = [one for one, estate in zip(columns, period.estates, strict=True) if estate in chosen.compared]
    if len(period.estates) > 1:
        whole = column(pgettext("compared", "All together"), chosen.whole.code, period.estates)
        beside = [whole, *beside]
    return period, spans, beside or columns[:1], unrecorded(period.estates, found)


def links_of(of: Period, code: str, span: tuple[date, date], shown: Period, back: str) -> Links:
    begins, ends = of.bounds(of.estates[0].zone)
    first = str(shown.days.first_day) if shown.days else ""
    return Links(
        reverse("reports:behind"),
        code,
        str(span[0]),
        str(span[1]),
        at=of.now.isoformat() if ends > of.now else "",
        cut=of.cut.isoformat() if of.cut else "",
        estates_of=first if first != str(span[0]) else "",
        back=f"days?{back}",
    )


def unrecorded(estates: Sequence[Estate], found: Mapping[str, Mapping[int, Side | None]]) -> list[str]:
    """The estates with nothing recorded in one of the times that are compared."""
    return [one.name for one in estates if any(own[one.pk] is None for own in found.values())]
