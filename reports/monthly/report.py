"""The monthly report on paper and screen: figures in, drawings, a PDF and a workbook out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.policy import Severity
from reports import charts, words
from reports.charts import Bar, Part, Point
from reports.figures.days import Breakdown
from reports.figures.month import Month
from reports.figures.shapes import Monthly, OnTime, Received, Satisfaction
from reports.made import printed
from reports.models import IssuedReport
from reports.monthly.heat import heat_table
from reports.monthly.linked import sentences
from reports.monthly.links import PAPER, Links
from reports.monthly.overruns import overrun_tables
from reports.monthly.parts import parts
from reports.monthly.summary import asks, changes, tiles
from reports.monthly.tables import (
    DECISIONS_SHOWN,
    SEVERITIES,
    SHOWN,
    WORK_SHOWN,
    causes,
    received,
    repeats,
    tables,
    work,
)


@dataclass(frozen=True)
class Section:
    """One table among its like."""

    title: str
    table: SafeString
    is_cut: bool
    chart: SafeString = SafeString("")


def context(figures: Monthly, zone: ZoneInfo, links: Links = PAPER) -> dict[str, Any]:
    """What page and PDF show, in the active language; on a page the numbers are links to their cases."""
    return {
        "figures": figures,
        "zone": zone,
        "month": Month.parse(figures.month),
        "parts": parts(),
        "links": links,
        "linked": sentences(figures, links),
        "first_time_parts": links.parts(figures.first_time, "first", "went"),
        "reasons": [
            (reason, links.number(n, "asked", reason=reason)) for reason, n in figures.extensions.reasons
        ],
        "tiles": tiles(figures, links),
        "changes": changes(figures, zone, links),
        "asks": asks(figures, zone, links),
        "charts": drawings(figures, links),
        "tables": tables(figures, zone, links),
        **tables_of(figures, links),
        "several": len(figures.estates) > 1,
        "overrun_tables": overrun_tables(figures.overruns, zone, figures.as_of, links),
        "decisions_left_out": max(0, len(figures.decisions.lines) - DECISIONS_SHOWN),
    }


def tables_of(figures: Monthly | Breakdown, links: Links) -> dict[str, Any]:
    """What came in, by what and where, and who worked on it."""
    return {
        "heat": heat_table(figures.heat, links),
        "causes": causes(figures.causes, links),
        "repeats": repeats(figures.repeats, links),
        "work": [
            Section(title, work(label, rows, key, links), is_cut=len(rows) > WORK_SHOWN)
            for title, label, rows, key in (
                (_("By department"), _("Department"), figures.departments, "department"),
                (_("By first receiver"), _("First receiver"), figures.receivers, "receiver"),
                (_("By handler"), _("Handler"), figures.handlers, "handler"),
            )
        ],
        "received": [
            Section(
                title,
                received(label, rows, key, links),
                is_cut=len(rows) > SHOWN,
                chart=charted(key, rows, links) if key == "category" and rows else SafeString(""),
            )
            for title, label, rows, key in (
                (_("By category"), _("Category"), figures.by_category, "category"),
                (_("By channel"), _("Channel"), figures.by_channel, "channel"),
                (_("By building"), _("Building"), figures.by_building, "building"),
            )
        ],
    }


def drawings(figures: Monthly, links: Links = PAPER) -> dict[str, SafeString]:
    return {
        "on_time": charts.whole(
            "on-time", _("Resolve deadlines of the month"), on_time_parts(figures.on_time, links)
        ),
        "estates": charts.bars(
            "estates",
            _("Upheld complaints per 1,000 households"),
            [
                Bar(
                    line.name,
                    line.rate,
                    _("%(rate)s (%(n)s upheld)") % {"rate": words.decimals(line.rate, 2), "n": line.valid},
                    line.rate_last_month,
                    links.to("valid", scope=f"estate-{line.key}") if line.valid else "",
                )
                for line in figures.estates[:SHOWN]
            ],
            mark_label=_("last month"),
        ),
        "departments": on_time_of(figures, links),
        "satisfaction": charts.whole(
            "satisfaction", _("Satisfaction at the revisits"), satisfaction_parts(figures.satisfaction, links)
        ),
        "trend": trend_of(figures, links),
    }


def trend_of(figures: Monthly, links: Links = PAPER) -> SafeString:
    """Thirteen months beside those of the year before; nothing where all of them are empty."""
    if not any(point.valid or point.valid_last_year for point in figures.trend):
        return SafeString("")
    return charts.columns(
        "trend",
        _("Upheld complaints, 13 months"),
        [
            Point(
                words.short_month(Month.parse(point.month)),
                point.valid,
                str(point.valid),
                point.valid_last_year or None,
                links.to("valid", month=point.month) if point.valid else "",
            )
            for point in figures.trend
        ],
        value_label=_("upheld"),
        before_label=_("same month a year before"),
    )


def on_time_of(figures: Monthly, links: Links = PAPER) -> SafeString:
    """Departments by the share they kept, the lowest first; without a deadline in the month, none."""
    due = [line for line in figures.departments if line.on_time.rate.whole]
    due.sort(key=lambda line: (line.on_time.rate.share or 0, -line.on_time.rate.whole, line.name))
    if not due:
        return SafeString("")
    whole = figures.on_time.rate.share
    return charts.bars(
        "departments",
        _("On-time rate by department"),
        [
            Bar(
                line.name,
                line.on_time.rate.share,
                f"{words.share(line.on_time.rate)} ({words.parts(line.on_time.rate)})",
                whole,
                links.to("fell_due", department=line.key),
            )
            for line in due[:SHOWN]
        ],
        mark_label=_("all together %(share)s") % {"share": words.share(figures.on_time.rate)},
    )


def satisfaction_parts(said: Satisfaction, links: Links = PAPER) -> list[Part]:
    """The best first."""
    fills: tuple[charts.Fill, ...] = ("pale", "empty", "hatch", "dots", "solid")
    return [
        Part(
            _("%(score)s points") % {"score": score}, said.counts[score - 1], fill, links.to(f"said_{score}")
        )
        for score, fill in zip(range(5, 0, -1), fills, strict=True)
    ]


def on_time_parts(kept: OnTime, links: Links = PAPER) -> list[Part]:
    return [
        Part(_("On time"), kept.on_time, "pale", links.to("on_time")),
        Part(_("On time with extension"), kept.extended, "hatch", links.to("extended")),
        Part(_("Late, handled"), kept.late_handled, "dots", links.to("late_handled")),
        Part(_("Late, still open"), kept.late_open, "solid", links.to("late_open")),
    ]


def charted(key: str, rows: Sequence[Received], links: Links = PAPER) -> SafeString:
    named: list[tuple[str, charts.Fill]] = [
        (str(Severity.MINOR.label), "pale"),
        (str(Severity.IMPORTANT.label), "hatch"),
        (str(Severity.MAJOR.label), "solid"),
        (_("Not classified"), "empty"),
    ]

    def parts(row: Received) -> list[Part]:
        counts = (row.minor, row.important, row.major, row.unclassified)
        urls = (
            links.to("received", severity=one, **{key: row.key}) if row.key else ""
            for one in SEVERITIES.values()
        )
        return [
            Part(name, count, fill, url) for (name, fill), count, url in zip(named, counts, urls, strict=True)
        ]

    return charts.stacked_bars(
        f"by-{key}",
        _("Received, by severity"),
        [(row.label, parts(row)) for row in rows[:SHOWN]],
        parts(Received("")),
    )


def monthly_pdf(figures: Monthly, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The printed report; raises pdf.ReportError."""
    return printed(context(figures, zone), report)
