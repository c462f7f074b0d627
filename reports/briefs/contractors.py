"""The contractors' monthly rating 外包单位月度考评 (A12): its paper and its sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from complaints.worktime import DAY
from reports import charts, excel, words
from reports.briefs.contractor_month import ContractorMonth, RatedLine
from reports.due_words import period_words
from reports.duties import TITLES, DuePeriod, ReportKind
from reports.excel import Column, Table
from reports.figures.month import Month
from reports.made import printed, sheets_of
from reports.models import IssuedReport
from reports.rating_rules import State, Trade, grade_of
from reports.tables import Column as Cell
from reports.tables import num, table


def context(figures: ContractorMonth, zone: ZoneInfo) -> dict[str, Any]:
    """What the paper shows, in the active language."""
    several = len({line.estate for line in figures.lines}) > 1
    return {
        "figures": figures,
        "zone": zone,
        "said": said(figures),
        "lines": lines(figures, several=several),
        "chart": chart("contractors", figures.trend),
        "rated": [(line, grade(line), criteria(line)) for line in figures.lines if line.score is not None],
        "several": several,
    }


def said(figures: ContractorMonth) -> str:
    """What a manager must know first."""
    if not figures.lines:
        return _("No contractor worked here in this month.")
    rated = [line for line in figures.lines if line.score is not None]
    parts = [
        ngettext(
            "%(n)s contractor worked here; %(rated)s rated.",
            "%(n)s contractors worked here; %(rated)s rated.",
            len(figures.lines),
        )
        % {"n": len(figures.lines), "rated": len(rated)}
    ]
    if left := [line for line in figures.lines if line.score is None]:
        names = _(", ").join(f"{line.contractor}" for line in left)
        parts.append(_("Not rated, or not checked yet: %(names)s.") % {"names": names})
    if poor := [line for line in rated if grade_of(line.score or 0) == "poor"]:
        names = _(", ").join(f"{line.contractor} ({line.score})" for line in poor)
        parts.append(_("Not acceptable: %(names)s.") % {"names": names})
    return " ".join(parts)


def grade(line: RatedLine) -> str:
    """With its points; why there are none."""
    if line.score is not None:
        return f"{line.score} · {grade_of(line.score).label}"
    return str(State(line.state).label) if line.state else _("Not rated")


def change(line: RatedLine) -> str:
    if line.score is None or line.before is None:
        return words.NOTHING
    return words.change(line.score, line.before)


def chart(key: str, trend: Sequence[tuple[str, int, float | None]]) -> SafeString:
    """Thirteen months of points."""
    points = [
        charts.Point(
            words.short_month(Month.parse(month)),
            None if mean is None else mean / 100,
            "" if mean is None else f"{mean:g}",
        )
        for month, _n, mean in trend
    ]
    title = _("Points, month by month")
    return charts.rates(key, title, points) if any(p.text for p in points) else charts.nothing(key, title)


def lines(figures: ContractorMonth, *, several: bool) -> SafeString:
    estate = [Cell(_("Estate"), "nowrap")] if several else []
    return table(
        [
            *estate, Cell(_("Contractor"), "is-word"), Cell(_("Points and grade"), "nowrap", bold=True),
            num(_("Against the month before")), num(_("Cases handed to it")), num(_("Overdue with it")),
            num(_("Second complaints")), num(_("Complaints about it")), num(_("Time with it")),
            num(_("Satisfaction")),
        ],
        [
            (
                *([line.estate] if several else []), line.contractor, grade(line), change(line), line.handed,
                line.late, line.again, line.about, words.hours(line.hours), words.decimals(line.satisfaction),
            )
            for line in figures.lines
        ],
        keep=False,
    )  # fmt: skip


def criteria(line: RatedLine) -> SafeString:
    english = (get_language() or "").startswith("en")
    return table(
        [Cell(_("Criterion"), "is-word"), num(_("Points")), Cell(pgettext("rating", "In words"), "is-text")],
        [
            (en if english and en else zh, f"{given} / {points}", said or words.NOTHING)
            for zh, en, points, given, said in line.criteria
        ],
    )


def contractors_pdf(figures: ContractorMonth, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The paper as it is handed in; raises pdf.ReportError."""
    return printed(context(figures, zone), report)


def contractors_workbook(figures: ContractorMonth, zone: ZoneInfo) -> bytes:
    return excel.workbook(sheets(figures), zone)


def sheets(figures: ContractorMonth) -> Iterator[Table]:
    period = DuePeriod(figures.first_day, figures.last_day + DAY)
    title = f"{TITLES[ReportKind.CONTRACTORS]} · {figures.scope}"
    of = sheets_of(title, period_words(ReportKind.CONTRACTORS, period))
    columns = [
        Column(_("Estate"), width=16), Column(_("Contractor"), width=24),
        Column(pgettext("contractor", "Trade")),
        Column(_("State")), Column(_("Points"), "int"), Column(_("Grade")),
        Column(_("Month before"), "int"), Column(_("Cases handed to it"), "int"),
        Column(_("Overdue with it"), "int"), Column(_("Second complaints"), "int"),
        Column(_("Complaints about it"), "int"), Column(_("Mean hours with it"), "float"),
        Column(_("Satisfaction"), "float"), Column(pgettext("rating", "In words"), width=50),
        Column(pgettext("rating", "Contractor's remark"), width=50),
    ]  # fmt: skip
    yield of(_("Contractors"), columns, [_row(line) for line in figures.lines])
    english = (get_language() or "").startswith("en")
    each = [
        Column(_("Estate"), width=16), Column(_("Contractor"), width=24), Column(_("Criterion"), width=30),
        Column(_("At most"), "int"), Column(_("Points"), "int"),
        Column(pgettext("rating", "In words"), width=50),
    ]  # fmt: skip
    rows = [
        (line.estate, line.contractor, en if english and en else zh, points, given, said)
        for line in figures.lines
        for zh, en, points, given, said in line.criteria
    ]
    yield of(_("Criteria"), each, rows)


def _row(line: RatedLine) -> tuple[Any, ...]:
    rated = line.score is not None
    return (
        line.estate, line.contractor, str(Trade(line.trade).label) if line.trade else "",
        str(State(line.state).label) if line.state else _("Not rated"), line.score,
        str(grade_of(line.score).label) if line.score is not None else "", line.before, line.handed,
        line.late, line.again, line.about, line.hours, line.satisfaction,
        line.words if rated else "", line.remark,
    )  # fmt: skip
