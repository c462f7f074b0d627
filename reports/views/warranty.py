"""The warranty record 工程质量保修记录 as a page: a month's rows, as on paper, and each number's list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now as clock
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.views import person_of
from reports.briefs import warranty as paper
from reports.duties import Level
from reports.figures.month import Month
from reports.figures.period import Period
from reports.figures.warranty import NUMBERS, Stood, builder_of, line_of, part_of, stood, warranty_record
from reports.monthly.links import linked
from reports.readers import unlisted_for
from reports.scopes import Scope
from reports.tables import Column, num, table
from reports.views import chosen_month, chosen_scope, months, scopes_for
from staff.requests import StaffRequest

#: The record of a month goes from the 26th of the month before to the 25th.
FIRST_DAY, LAST_DAY = 26, 25
NONE = "-"
#: By what the numbers of the lower tables are told apart: the key in an address.
KEYS: dict[str, Callable[[Stood], str]] = {
    "part": lambda one: one.row.part or NONE,
    "builder": lambda one: one.row.firm or NONE,
}
WORDS: dict[str, Callable[[Stood], str]] = {"part": part_of, "builder": builder_of}


@dataclass(frozen=True)
class Asked:
    """Whose record, and of which month."""

    scope: Scope
    month: Month
    first: date
    last: date
    error: str

    def to(self, number: str, **keys: str) -> str:
        """The list behind a number."""
        said = {"scope": self.scope.code, "month": str(self.month), "number": number} | keys
        return f"{reverse('reports:warranty_behind')}?{urlencode(said)}"

    def link(self, n: int, number: str, **keys: str) -> int | SafeString:
        return linked(n, self.to(number, **keys) if n else "")


def _asked(request: StaffRequest, now: datetime) -> Asked:
    """By the address; 404 for a record whose days have not begun."""
    scope = chosen_scope(request, scopes_for(request, now), now)
    month, error = chosen_month(request, scope, now, usual=_running(scope, now).plus(-1))
    before = month.plus(-1)
    first, last = date(before.year, before.number, FIRST_DAY), date(month.year, month.number, LAST_DAY)
    if first > now.astimezone(scope.estates[0].zone).date():
        raise Http404
    return Asked(scope, month, first, last, error)


def _running(scope: Scope, now: datetime) -> Month:
    """The month whose record runs: from the 26th on the next one; the one before it is to be handed in."""
    today = now.astimezone(scope.estates[0].zone).date()
    return Month(today.year, today.month).plus(1 if today.day > LAST_DAY else 0)


def titles() -> dict[str, str]:
    """What each number is called, in their order."""
    return {
        "opened": _("Under warranty in these days"),
        "carried": _("Carried over from before"),
        "confirmed": _("Repaired by others before, now confirmed by the owner"),
        "told": _("Builders told"),
        "done": _("Repaired"),
        "signed": _("Confirmed by the owner"),
        "refused": _("Owners who do not sign"),
        "elsewhere": pgettext("warranty", "Repaired by others"),
        "open": _("Still open at the end"),
        "late": _("of these with the builder late"),
        "entered_later": _("With a step entered later"),
    }


@require_GET
@login_required
def record(request: StaffRequest) -> HttpResponse:
    """The record as it is now: what is printed and handed in is made from the same."""
    now = clock()
    asked = _asked(request, now)
    estates = asked.scope.in_month(asked.month.first_day) or asked.scope.estates
    zone = estates[0].zone
    unlisted = unlisted_for(person_of(request, now))
    figures = warranty_record(estates, asked.first, asked.last, now, asked.scope.name, unlisted)
    found = stood(Period.of(estates, asked.first, asked.last, now))
    counts = {name: sum(map(holds, found)) for name, holds in NUMBERS.items()}
    context = {
        **paper.context(figures, zone, linked=True),
        "asked": asked,
        "scope": asked.scope,
        "scopes": scopes_for(request, now),
        "month": asked.month,
        "months": months(_running(asked.scope, now)),
        "error": asked.error,
        "numbers": table(
            [Column(pgettext("warranty", "Record")), num(pgettext("warranty", "Repairs"))],
            [(title, asked.link(counts[name], name)) for name, title in titles().items()],
        ),
        "parts": _by(asked, found, "part", pgettext("warranty", "Part")),
        "builders": _by(asked, found, "builder", _("Builder")),
        "is_over": figures.as_of < now,
        "is_estate": asked.scope.code.startswith(f"{Level.ESTATE}-"),
        "language": get_language(),
    }
    return render(request, "reports/warranty.html", context, status=422 if asked.error else 200)


def _by(asked: Asked, found: list[Stood], key: str, name: str) -> SafeString:
    """As on paper, the most first; every number with its list."""
    groups: dict[str, list[Stood]] = {}
    for one in found:
        groups.setdefault(KEYS[key](one), []).append(one)
    rows = sorted(groups.items(), key=lambda group: (-len(group[1]), WORDS[key](group[1][0])))
    return table(
        [
            Column(name),
            num(pgettext("warranty", "Repairs"), bold=True),
            num(pgettext("warranty", "Still open")),
        ],
        [
            (
                WORDS[key](own[0]),
                asked.link(len(own), "all", **{key: code}),
                asked.link(sum(one.is_open for one in own), "open", **{key: code}),
            )
            for code, own in rows
        ],
    )


@require_GET
@login_required
def behind(request: StaffRequest) -> HttpResponse:
    """The repairs that a number counts, as lines of the record; what he may not read is counted only."""
    now = clock()
    asked = _asked(request, now)
    number = request.GET.get("number", "")
    if number not in NUMBERS and number != "all":
        raise Http404
    estates = asked.scope.in_month(asked.month.first_day) or asked.scope.estates
    period = Period.of(estates, asked.first, asked.last, now)
    found = [one for one in stood(period) if number == "all" or NUMBERS[number](one)]
    narrowed = []
    for key, holds in KEYS.items():
        if said := request.GET.get(key):
            found = [one for one in found if holds(one) == said]
            narrowed += [WORDS[key](one) for one in found[:1]]
    hidden = unlisted_for(person_of(request, now))({one.row.complaint_id for one in found})
    lines = tuple(line_of(one) for one in found if one.row.complaint_id not in hidden)
    title = titles().get(number) or _("Repairs of the record")
    back = urlencode({"scope": asked.scope.code, "month": str(asked.month)})
    context: dict[str, Any] = {
        "asked": asked,
        "title": " · ".join([title, *narrowed]),
        "total": len(found),
        "lines": paper.lines(lines, several=len(estates) > 1, linked=True),
        "hidden": sum(one.row.complaint_id in hidden for one in found),
        "back": f"{reverse('reports:warranty')}?{back}",
    }
    return render(request, "reports/warranty_behind.html", context)
