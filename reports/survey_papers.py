"""Papers of a satisfaction survey 顾客满意度调查: results, links and questionnaires to hand out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from complaints.channels.surveys import link_of
from complaints.models import Survey, SurveyInvitation
from complaints.surveys import FEW, SCALE
from config.framework.refusals import Refused
from reports import charts, pdf, quadrants
from reports.excel import Column
from reports.figures.surveys import Part, Results, results
from reports.quadrants import decimal
from staff.models import Company, Estate

STYLE = "survey.css"
#: Links on one sheet of A4, and homes of one document: a questionnaire takes a quarter of a second.
ON_A_SHEET = 12
MOST = {"links": 600, "sheets": 60}


class Sheet(NamedTuple):
    """What one home is handed: its link as a code."""

    unit: str
    link: str
    code: SafeString


def named(what: str) -> str:
    """What a paper is called."""
    titles = {
        "results": pgettext("title of the paper", "Survey results"),
        "links": pgettext("title of the paper", "Survey links"),
        "sheets": pgettext("title of the paper", "Survey questionnaires"),
    }
    return titles[what]


def homes(row: Survey, estates: Sequence[Estate], building: int | None) -> QuerySet[SurveyInvitation]:
    """Homes that have not answered yet, in the order one walks."""
    rows = row.invitations.filter(unit__estate__in=estates, answered_on=None).select_related("unit")
    if building is not None:
        rows = rows.filter(unit__building=building)
    return rows.order_by("unit__estate__name", "unit__building__pk", "unit__entrance", "unit__code")


def check_many(count: int, what: str) -> None:
    """Raises Refused where one document would take too long, or has nothing to print."""
    most = MOST[what]
    if not count:
        raise Refused(_("Every home has answered: there is nothing to print."))
    if count > most:
        raise Refused(
            _("These are %(n)s homes; one document has at most %(most)s. Choose a building.")
            % {"n": count, "most": most}
        )


def made(paper_days: dict[str, Any], now: datetime, language: str) -> bytes:
    """The PDF that a row of the papers asks for. Raises ReportError and Refused."""
    row = Survey.objects.get(pk=paper_days["survey"])
    estates = list(Estate.objects.filter(pk__in=paper_days["estates"]).order_by("name", "pk"))
    with override(language):
        if paper_days["paper"] == "results":
            return _results(row, estates, now, language, words=bool(paper_days.get("words")))
        return _handed(row, estates, paper_days, now, language)


def _results(row: Survey, estates: Sequence[Estate], now: datetime, language: str, *, words: bool) -> bytes:
    found = results(row, estates, words=words)
    context = page_of(found) | {
        "name": named("results"),
        "now": now,
        "zone": estates[0].zone,
        "company": Company.objects.first(),
    }
    if row.published_at:
        link = settings.BASE_URL + reverse("survey_answer", args=[row.pk])
        context |= {"link": link, "code": code_of(link)}
    title = f"{named('results')} {row.number}"
    return pdf.render("reports/survey_pdf.html", context, language, title, style=STYLE)


def _handed(
    row: Survey, estates: Sequence[Estate], days: dict[str, Any], now: datetime, language: str
) -> bytes:
    what = days["paper"]
    first = (int(days.get("part") or 1) - 1) * MOST[what]
    rows = list(homes(row, estates, days.get("building"))[first : first + MOST[what]])
    check_many(len(rows), what)
    sheets = [Sheet(str(one.unit), link := link_of(one), code_of(link)) for one in rows]
    per_page = ON_A_SHEET if what == "links" else 1
    context = {
        "row": row,
        "items": list(row.items.all()),
        "pages": [sheets[n : n + per_page] for n in range(0, len(sheets), per_page)],
        "zone": estates[0].zone,
        "now": now,
        "estate": estates[0],
        "company": Company.objects.first(),
        "ticks": ticks([str(one) for one in row.items.all()]) if what == "sheets" else "",
    }
    title = f"{named(what)} {row.number}"
    return pdf.render(f"reports/survey_{what}_pdf.html", context, language, title, style=STYLE)


def ticks(items: Sequence[str]) -> SafeString:
    """The rows to be ticked, as a drawing: a table on every sheet takes too long to be set."""
    step, left, wide = 30, 190, 42
    columns = [left + n * wide + (12 if n >= len(SCALE) else 0) for n in range(2 * len(SCALE))]
    heads = ((columns[0], _("How important to you?")), (columns[len(SCALE)], _("How satisfied are you?")))
    drawn = [charts.label(x, 14, words, bold=True) for x, words in heads]
    for n, item in enumerate(items):
        y = 24 + n * step
        drawn.append(charts.line(0, y, charts.WIDTH, y))
        drawn.append(charts.label(0, y + 20, charts.fit(item, left - 8)))
        for place, x in enumerate(columns):
            ring = {"cx": x + 15, "cy": y + 15, "r": 11, "fill": "none", "stroke": "#777777"}
            drawn.append(charts.element("circle", **ring))
            drawn.append(charts.label(x + 15, y + 19, str(place % len(SCALE) + 1), anchor="middle"))
    said = ", ".join(items)
    return charts.frame("ticks", _("Questions"), said, 30 + len(items) * step, drawn)


def code_of(link: str) -> SafeString:
    """The white around it belongs to it."""
    return mark_safe(segno.make_qr(link, error="m").svg_inline(border=3, omitsize=True))  # noqa: S308 drawn by us


def page_of(found: Results) -> dict[str, Any]:
    """What page and paper show of the results."""
    return {
        "row": found.survey,
        "found": found,
        "chart": quadrants.chart("quadrants", found),
        "lines": tuple(decimal(one) for one in found.lines) if found.lines else None,
        "parts": [part_line(one, found) for one in found.by_building],
        "by_estate": [part_line(one, found) for one in found.by_estate] if len(found.estates) > 1 else [],
    }


def part_line(part: Part, found: Results) -> dict[str, Any]:
    """A row of the breakdown: satisfaction by item, where it may be shown."""
    cells = [part.marks[item.pk] if part.marks else None for item in found.items]
    return {
        "part": part,
        "is_hidden": part.marks is None,
        "why": why_hidden(part),
        "cells": [decimal(one.satisfaction) if one and one.satisfaction is not None else "" for one in cells],
    }


def why_hidden(part: Part) -> str:
    """Why a part says nothing: it is small, or would tell a small one beside it."""
    if part.answered < FEW:
        return _("Too few answers, not broken down")
    return _("Not broken down: it would tell a small part beside it")


# The flat table -------------------------------------------------------------------------------------------


def columns() -> list[Column]:
    return [
        Column(_("Part"), width=24),
        Column(pgettext("survey", "Item"), width=24),
        Column(_("Answers"), "int"),
        Column(_("Importance"), "any"),
        Column(_("Satisfaction"), "any"),
        Column(_("Quadrant"), width=16),
        Column(_("Satisfaction before"), "any"),
    ]


def rows(found: Results) -> Iterator[Sequence[Any]]:
    """Every item of the whole, then of each part; what is too little says so and nothing else."""
    few = _("Too few answers")
    for one in found.items:
        mark, before = one.mark, one.before.satisfaction if one.before else None
        if mark.importance is None:
            yield _("Whole"), one.name, None, few, few, "", None
            continue
        place = str(one.quadrant.label) if one.quadrant else ""
        yield (
            _("Whole"), one.name, mark.n, _number(mark.importance), _number(mark.satisfaction), place,
            _number(before),
        )  # fmt: skip
    for part in [*(found.by_estate if len(found.estates) > 1 else []), *found.by_building]:
        if part.marks is None:
            yield part.name, "", None, why_hidden(part), "", "", None
            continue
        for one in found.items:
            mark = part.marks[one.pk]
            if mark.importance is None:
                hidden = pgettext("answers", "not broken down")
                yield part.name, one.name, None, hidden, hidden, "", None
            else:
                said = (_number(mark.importance), _number(mark.satisfaction))
                yield part.name, one.name, mark.n, *said, "", None


def _number(value: Any) -> float | None:
    return None if value is None else float(decimal(value))
