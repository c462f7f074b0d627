"""Yearly targets 年度目标: the figures beside them, their versions, and the form that sets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from complaints.views import person_of
from config.framework.csv_tables import csv_table
from config.framework.refusals import Refused
from reports import targets
from reports.calendar_rules import Overtaken
from reports.figures.wide_shapes import TargetLine
from reports.monthly.links import Links, linked, way_back
from reports.scopes import Scope, find
from reports.target_forms import TargetForm
from reports.target_lines import Placed, placed
from reports.target_rules import SHAPES, Direction, Indicator, Standing, printed, scopes_aimed_at
from reports.views import scopes_for
from reports.wide.targets import aimed
from staff import audit
from staff.requests import StaffRequest

#: Years back that are offered.
YEARS = 5
MISSED = frozenset({Standing.MISSED, Standing.BEHIND})


@dataclass(frozen=True)
class Cell:
    label: str
    figure: int | SafeString | str
    of: SafeString | str  # of a share: how many of how many
    target: str  # empty: none is set
    standing: str
    missed: bool


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """The company and its estates, a row each, a column for each figure."""
    now = clock()
    scopes = scopes_for(request, now)
    year = asked_year(request, scopes, now)
    lines = placed(scopes, year, now)
    context = {
        "year": year,
        "years": years(scopes, now),
        "names": Indicator.labels,
        "rows": [(one.scope, cells(one, year, now)) for one in lines],
        "unset": not any(one.targets for one in lines),
        "sets": targets.sets_targets(person_of(request, now)),
        "over": all(one.over for one in lines),
        "begun": any(one.found for one in lines),
    }
    return render(request, "reports/targets.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def of_scope(request: StaffRequest, year: int, code: str) -> HttpResponse:
    """One estate's year, or the company's: where it stands, every version, and the form."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = find(scopes, code)
    if scope is None or not scopes_aimed_at(code) or year not in years(scopes, now):
        raise Http404
    (one,) = placed([scope], year, now) or [Placed(scope, None, {}, True)]
    may = targets.sets_targets(person_of(request, now)) and not one.over
    if request.method == "POST" and not may:
        raise PermissionDenied
    key = targets.newest_key(year, code)
    typed = request.POST if request.method == "POST" else None
    form = TargetForm(typed, targets=one.targets, started_from=key) if may else None
    if form and form.is_bound and form.is_valid() and _saved(form, scope, year, request, now):
        messages.success(request, _("Saved. What was there before can still be read below."))
        return redirect("reports:target", year, code)
    context = {
        "year": year,
        "scope": scope,
        "cells": cells(one, year, now),
        "over": one.over,
        "form": form,
        "versions": [
            (row, Indicator(row.indicator).label, _aim(row)) for row in targets.versions(year, code)
        ],
    }
    return render(request, "reports/target.html", context, status=422 if form and form.errors else 200)


def _saved(form: TargetForm, scope: Scope, year: int, request: StaffRequest, now: datetime) -> bool:
    try:
        targets.set_targets(
            scope, year, form.values(), because=form.cleaned_data["because"],
            started_from=form.cleaned_data["started_from"], by=request.user, at=now,
        )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        if isinstance(refusal, Overtaken):
            form.read_again(targets.newest_key(year, scope.code))
        return False
    return True


def _aim(row: Any) -> str:
    if row.value is None:
        return _("no target any more")
    return _("%(direction)s %(target)s") % {
        "direction": row.get_direction_display(),
        "target": printed(row.indicator, row.value),
    }


@require_GET
@login_required
def table(request: StaffRequest) -> HttpResponse:
    """Every target of the year beside its figure."""
    now = clock()
    scopes = scopes_for(request, now)
    year = asked_year(request, scopes, now)
    heading = (
        _("Year"), _("Covers"), pgettext("report", "Figure"), pgettext("target", "Direction"),
        pgettext("target", "Target"), pgettext("target", "So far"), pgettext("target", "Part"),
        pgettext("report", "Of"), pgettext("target", "Standing"), _("Version"),
    )  # fmt: skip
    audit.taken_out(request, "reports:targets_table", filters=f"year={year}")
    found = told(placed(scopes, year, now))
    name = _("yearly-targets")
    return csv_table(f"{name}-{year}.csv", (heading, *(_row(year, one) for one in found)))


def told(lines: list[Placed]) -> Iterator[TargetLine]:
    """Those that are set."""
    for one in lines:
        for indicator in SHAPES:
            if found := one.line(indicator):
                yield found


def _row(year: int, one: TargetLine) -> tuple[object, ...]:
    return (
        year, one.scope, Indicator(one.indicator).label, Direction(one.direction).label, one.target,
        "" if one.value is None else one.value, "" if one.part is None else one.part,
        "" if one.whole is None else one.whole, Standing(one.standing).label, one.version,
    )  # fmt: skip


# What is asked for, and what is shown -------------------------------------------------------------------


def years(scopes: list[Scope], now: datetime) -> list[int]:
    """The next one, this one, and those before."""
    last = targets.last_year_offered(scopes[0], now)
    return list(range(last, last - YEARS - 2, -1))


def asked_year(request: StaffRequest, scopes: list[Scope], now: datetime) -> int:
    """`?year=2026`, else this year."""
    said = request.GET.get("year", "")
    offered = years(scopes, now)
    if not said:
        return offered[1]
    if said not in map(str, offered):
        raise Http404
    return int(said)


def cells(one: Placed, year: int, now: datetime) -> list[Cell]:
    """Of each figure, in the order of `SHAPES`."""
    days = targets.days_of(year)
    ends = days.bounds(one.scope.estates[0].zone)[1]
    links = Links(
        reverse("reports:behind"),
        one.scope.code,
        str(days.first_day),
        str(days.last_day),
        at=now.isoformat() if ends > now else "",
        back=way_back("targets", year=str(year)),
    )
    return [_cell(one, indicator, links) for indicator in SHAPES]


def _cell(one: Placed, indicator: str, links: Links) -> Cell:
    shape, found, target = SHAPES[indicator], one.found, one.line(indicator)
    value = found.value(indicator) if found else None
    rate = found.rate(indicator) if found else None
    counted = found.counted(indicator) if found else 0
    return Cell(
        label=str(Indicator(indicator).label),
        figure=linked(printed(indicator, value), links.to(shape.whole) if counted else ""),
        of=links.parts(rate, shape.part, shape.whole) if rate and rate.whole else "",
        target=aimed(target) if target else "",
        standing=str(Standing(target.standing).label) if target else "",
        missed=bool(target and target.standing in MISSED),
    )
