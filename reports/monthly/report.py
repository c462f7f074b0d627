"""The monthly report on paper and screen: figures in, drawings, a PDF and a workbook out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.policy import Severity
from reports import charts, pdf, words
from reports.charts import Bar, Part, Point
from reports.figures.month import Month
from reports.figures.shapes import Monthly, OnTime, Received
from reports.models import IssuedReport
from reports.monthly.overruns import overrun_tables
from reports.monthly.tables import DECISIONS_SHOWN, SHOWN, WORK_SHOWN, received, tables, work
from staff.models import Company


@dataclass(frozen=True)
class Tile:
    label: str
    figure: str
    note: str


@dataclass(frozen=True)
class Section:
    """One table among its like."""

    title: str
    table: SafeString
    is_cut: bool
    chart: SafeString = SafeString("")


def context(figures: Monthly, zone: ZoneInfo) -> dict[str, Any]:
    """What page and PDF show, in the active language."""
    return {
        "figures": figures,
        "zone": zone,
        "month": Month.parse(figures.month),
        "tiles": tiles(figures),
        "charts": drawings(figures),
        "tables": tables(figures, zone),
        "work": [
            Section(title, work(label, rows), is_cut=len(rows) > WORK_SHOWN)
            for title, label, rows in (
                (_("By department"), _("Department"), figures.departments),
                (_("By first receiver"), _("First receiver"), figures.receivers),
                (_("By handler"), _("Handler"), figures.handlers),
            )
        ],
        "received": [
            Section(
                title,
                received(label, rows),
                is_cut=len(rows) > SHOWN,
                chart=charted(key, rows) if key and rows else SafeString(""),
            )
            for title, label, rows, key in (
                (_("By category"), _("Category"), figures.by_category, "category"),
                (_("By channel"), _("Channel"), figures.by_channel, "channel"),
                (_("By building"), _("Building"), figures.by_building, ""),
            )
        ],
        "several": len(figures.estates) > 1,
        "overrun_tables": overrun_tables(figures.overruns, zone, figures.as_of),
        "decisions_left_out": max(0, len(figures.decisions.lines) - DECISIONS_SHOWN),
    }


def tiles(figures: Monthly) -> list[Tile]:
    """The month at a glance: seven figures."""
    before = figures.trend[-2]
    kept, satisfied = figures.on_time, figures.satisfaction
    return [
        Tile(
            pgettext("report", "Received"),
            str(figures.received),
            _("last month %(n)s")
            % {"n": f"{before.received} ({words.change(figures.received, before.received)})"},
        ),
        Tile(
            _("Upheld"),
            str(figures.valid),
            _("a year ago %(n)s")
            % {
                "n": f"{figures.trend[-1].valid_last_year} "
                f"({words.change(figures.valid, figures.trend[-1].valid_last_year)})"
            },
        ),
        Tile(_("On-time rate"), words.share(kept.rate), words.parts(kept.rate)),
        Tile(
            _("Overdue without approval"),
            str(figures.overruns.total),
            _("not handled yet %(n)s") % {"n": figures.overruns.open},
        ),
        Tile(_("Closure rate"), words.share(figures.closure), words.parts(figures.closure)),
        Tile(_("Revisited within 3 days"), words.share(figures.revisit), _("target 100%")),
        Tile(
            _("Satisfied"),
            words.share(satisfied.satisfied),
            _("mean %(mean)s of 5, %(n)s answers")
            % {"mean": words.decimals(satisfied.mean), "n": satisfied.answers},
        ),
    ]


def drawings(figures: Monthly) -> dict[str, SafeString]:
    return {
        "on_time": charts.whole(
            "on-time", _("Resolve deadlines of the month"), on_time_parts(figures.on_time)
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
                )
                for line in figures.estates[:SHOWN]
            ],
            mark_label=_("last month"),
        ),
        "trend": charts.columns(
            "trend",
            _("Upheld complaints, 13 months"),
            [
                Point(
                    words.short_month(Month.parse(point.month)),
                    point.valid,
                    str(point.valid),
                    point.valid_last_year or None,
                )
                for point in figures.trend
            ],
            value_label=_("upheld"),
            before_label=_("same month a year before"),
        ),
    }


def on_time_parts(kept: OnTime) -> list[Part]:
    return [
        Part(_("On time"), kept.on_time, "pale"),
        Part(_("On time with extension"), kept.extended, "hatch"),
        Part(_("Late, handled"), kept.late_handled, "dots"),
        Part(_("Late, still open"), kept.late_open, "solid"),
    ]


def charted(key: str, rows: Sequence[Received]) -> SafeString:
    named: list[tuple[str, charts.Fill]] = [
        (str(Severity.MINOR.label), "pale"),
        (str(Severity.IMPORTANT.label), "hatch"),
        (str(Severity.MAJOR.label), "solid"),
        (_("Not classified"), "empty"),
    ]

    def parts(row: Received) -> list[Part]:
        counts = (row.minor, row.important, row.major, row.unclassified)
        return [Part(name, count, fill) for (name, fill), count in zip(named, counts, strict=True)]

    return charts.stacked_bars(
        f"by-{key}",
        _("Received, by severity"),
        [(row.label, parts(row)) for row in rows[:SHOWN]],
        parts(Received("")),
    )


def monthly_pdf(figures: Monthly, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The printed report; raises pdf.ReportError."""
    return pdf.render(
        "reports/monthly_pdf.html",
        {**context(figures, zone), "report": report, "company": Company.objects.first()},
        report.language,
        f"{_('Monthly complaint report')} {figures.scope} {figures.month}",
    )
