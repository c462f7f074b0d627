"""The dashboard of who answers for a department, an estate or more, and the cases behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from complaints.views import estate_of, person_of
from complaints.views.lists.case_rows import in_words, values
from reports import charts, counted_words, words
from reports.board_words import NAMES, RATES, compared, rate_compared
from reports.boards import Board, boards_of
from reports.charts import Point
from reports.figures import counted as things
from reports.figures import dashboard as figures
from reports.figures.dashboard import Flows, Pressure
from reports.figures.month import Month
from reports.figures.shapes import Rate
from reports.figures.trend import trend
from reports.readers import unlisted_for
from reports.scopes import scopes_of
from staff.requests import StaffRequest

PAGE = 50
MONTHS_OFFERED = 24


@dataclass(frozen=True)
class Number:
    """A figure and the list it opens; `part` of it, where it is a share."""

    text: str
    label: str
    url: str
    parts: tuple[tuple[int, str], ...] = ()  # of a share: how many of how many, and where they are
    compared: str = ""
    before: str = ""  # the same number of the days before, and its list
    before_url: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class Links:
    """The addresses of the lists of one board and month."""

    scope: str
    month: Month

    def to(self, number: str, *, before: bool = False, scope: str = "", month: Month | None = None) -> str:
        asked = {"scope": scope or self.scope, "month": str(month or self.month), "number": number}
        return f"{reverse('reports:dashboard_cases')}?{urlencode(asked | ({'before': 1} if before else {}))}"


@require_GET
@login_required
def dashboard(request: StaffRequest) -> HttpResponse:
    """Open now, the month so far against the same days of the last, the trend, the estates side by side."""
    now = clock()
    boards, board = chosen_board(request, now)
    zone = board.estates[0].zone
    this = Month.of(now, zone)
    month, error = chosen_month(request, this)
    days = board.days(month, now)
    per_estate, before = figures.flows(days), figures.flows(board.days_before(month, now))
    open_now = figures.pressure(days)
    links = Links(board.code, month)
    so_far = month == this
    several = len(days.estates) > 1 and not board.departments
    context = {
        "scopes": boards,
        "scope": board,
        "months": [this.plus(-n) for n in range(MONTHS_OFFERED)],
        "month": month,
        "so_far": so_far,
        "as_of": days.as_of,
        "zone": zone,
        "error": error,
        "pressure": of_now(sum(open_now.values(), Pressure()), links),
        "numbers": of_days(sum(per_estate.values(), Flows()), sum(before.values(), Flows()), links, so_far),
        "estates": side_by_side(days.names, per_estate, open_now, links) if several else [],
        **trend_of(trend(days), links),
    }
    return render(request, "reports/dashboard.html", context, status=422 if error else 200)


@require_GET
@login_required
def cases(request: StaffRequest) -> HttpResponse:
    """The cases a number counts, one row for each; those the reader may not read are only counted."""
    now = clock()
    _boards, board = chosen_board(request, now)
    this = Month.of(now, board.estates[0].zone)
    month, error = chosen_month(request, this)
    number = request.GET.get("number", "")
    if error or number not in figures.NUMBERS:
        raise Http404
    before = bool(request.GET.get("before"))
    days = board.days_before(month, now) if before else board.days(month, now)
    person = person_of(request, now)
    counted = figures.counted(days, number)
    hidden = unlisted_for(person)({one.case for one in counted})
    listed = [one for one in counted if one.case not in hidden]
    page = _page(request, len(listed))
    shown = listed[(page - 1) * PAGE : page * PAGE]
    rows = {row["pk"]: row for row in values(*dict.fromkeys(one.case for one in shown))} if shown else {}
    repeated, zone = things.repeated(listed), board.estates[0].zone
    whys = counted_words.in_words(shown, zone) if repeated else [""] * len(shown)
    lines = [(rows[one.case], why) for one, why in zip(shown, whys, strict=True) if one.case in rows]
    context = {
        "scope": board,
        "month": days.month,
        "of_month": month,
        "now_only": number in figures.OPEN,
        "so_far": month == this and not before,
        "cut": days.cut,
        "as_of": now if number in figures.OPEN else days.as_of,
        "zone": zone,
        "title": NAMES[number],
        "total": len(counted),
        "rows": in_words(
            [row for row, _why in lines], person, now,
            estates=len(board.estates) > 1, remarks=[why for _row, why in lines],
        ),
        "repeated": repeated,
        "withheld": words.withheld(len(counted) - len(listed)),
        "newer": page - 1,
        "older": page + 1 if len(listed) > page * PAGE else 0,
    }  # fmt: skip
    return render(request, "reports/dashboard_cases.html", context)


# What is asked for --------------------------------------------------------------------------------


def chosen_board(request: StaffRequest, now: datetime) -> tuple[list[Board], Board]:
    """`?scope=` of the address, else the estate chosen in the switcher, else the first; 403 without any."""
    person = person_of(request, now)
    boards = boards_of(person, scopes_of(person))
    if not boards:
        raise PermissionDenied(
            _("Figures are for supervisors, managers, department heads and the auditor of an estate.")
        )
    by_code = {board.code: board for board in boards}
    if code := request.GET.get("scope"):
        if code not in by_code:
            raise Http404
        return boards, by_code[code]
    place = estate_of(request, now)
    if boards[0].departments or place is None:
        return boards, boards[0]
    return boards, by_code.get(f"estate-{place.pk}", boards[0])


def chosen_month(request: StaffRequest, this: Month) -> tuple[Month, str]:
    """`?month=2026-03`, else this one; and what is wrong with another. 404 for one that has not begun."""
    try:
        month = Month.parse(request.GET.get("month") or str(this))
    except ValueError:
        words_of = _("A month is written like 2026-03. Shown is %(month)s.")
        return this, words_of % {"month": words.month_name(this)}
    if month > this:
        raise Http404
    return month, ""


def _page(request: StaffRequest, many: int) -> int:
    """The page asked for, from 1; the nearest there is."""
    asked = request.GET.get("page", "1")
    last = max(1, -(-many // PAGE))
    return min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 9 else 1


# In words -----------------------------------------------------------------------------------------


def of_now(pressure: Pressure, links: Links) -> list[Number]:
    return [
        Number(str(n), str(NAMES[name]), links.to(name), is_over=name == "overdue" and bool(n))
        for name, n in pressure.numbers.items()
    ]


def of_days(now: Flows, before: Flows, links: Links, so_far: bool) -> list[Number]:
    """Counts first, then the shares, each against the days before."""

    def count(name: str) -> Number:
        number, earlier = now.numbers[name], before.numbers[name]
        words_of = compared(number, earlier, so_far=so_far)
        before_url = links.to(name, before=True)
        return Number(
            str(number), str(NAMES[name]), links.to(name),
            compared=words_of, before=str(earlier), before_url=before_url,
        )  # fmt: skip

    def share(whole: str, part: str) -> Number:
        rate, earlier = now.rates[whole], before.rates[whole]
        of_them = "fell_due" if whole == "late" else whole
        return Number(
            words.share(rate), str(RATES[whole]), links.to(of_them),
            parts=((rate.part, links.to(part)), (rate.whole, links.to(of_them))),
            compared=rate_compared(rate, earlier, so_far=so_far),
            before=words.share(earlier), before_url=links.to(of_them, before=True) if earlier.whole else "",
        )  # fmt: skip

    return [
        *(count("received"), count("closed"), count("overruns"), share("fell_due", "in_time")),
        *(share("late", "late"), share("said", "satisfied"), share("to_revisit", "revisited")),
    ]


def side_by_side(
    names: Mapping[int, str], flows: Mapping[int, Flows], open_now: Mapping[int, Pressure], links: Links
) -> list[dict[str, Any]]:
    """Every estate, the one with most overdue first."""

    def row(pk: int) -> dict[str, Any]:
        flow, now, code = flows[pk], open_now.get(pk, Pressure()), f"estate-{pk}"

        def count(name: str, n: int) -> Number:
            return Number(str(n), str(NAMES[name]), links.to(name, scope=code))

        def share(name: str, rate: Rate) -> Number:
            label = f"{RATES[name]} {words.parts(rate)}"
            return Number(words.share(rate), label, links.to(name, scope=code))

        numbers = now.numbers | flow.numbers
        counted = ("overdue", "open", "received", "closed", "overruns")
        shares = ("fell_due", "said", "to_revisit")
        return {
            "name": names[pk],
            "code": code,
            "overdue": now.overdue,
            "cells": [
                *(count(name, numbers[name]) for name in counted),
                *(share(name, flow.rates[name]) for name in shares),
            ],
        }

    return sorted((row(pk) for pk in names), key=lambda line: (-line["overdue"], line["name"]))


def trend_of(flows: Any, links: Links) -> dict[str, Any]:
    """The chart and, for who cannot see it, its table; each number there opens its list."""
    received, closed = pgettext("report", "Received"), pgettext("report", "Closed")
    points = [
        Point(words.short_month(flow.month), flow.received, str(flow.received), flow.closed) for flow in flows
    ]
    table = [
        (
            words.month_name(flow.month),
            Number(str(flow.received), received, links.to("received", month=flow.month)),
            Number(str(flow.closed), closed, links.to("closed", month=flow.month)),
        )
        for flow in reversed(flows)
    ]
    title = _("Received and closed, 12 months")
    chart = charts.columns("flow", title, points, received, closed)
    return {"chart": chart, "trend": table, "any_trend": any(f.received or f.closed for f in flows)}
