"""A quarter's and a year's paper as a PDF."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports import charts, words
from reports.charts import Bar, Point
from reports.figures.month import Month
from reports.figures.wide_shapes import Annual, Wide
from reports.made import printed
from reports.models import IssuedReport
from reports.monthly.overruns import overrun_tables
from reports.monthly.report import on_time_parts, satisfaction_parts
from reports.monthly.tables import SHOWN, WORK_SHOWN
from reports.wide.parts import before_words, parts, quarter_of_year, told_on
from reports.wide.sentences import asks, changes, fate, tiles
from reports.wide.tables import decided, shown_of, tables
from reports.wide.targets import sentences, target_table


def context(figures: Wide, zone: ZoneInfo) -> dict[str, Any]:
    """What the paper shows, in the active language."""
    found: dict[str, Any] = {
        "figures": figures,
        "zone": zone,
        "last": before_words(figures),
        "parts": parts(figures),
        "tiles": tiles(figures),
        "changes": changes(figures, zone),
        "asks": asks(figures),
        "tables": tables(figures, zone),
        "charts": drawings(figures),
        "several": len(figures.estates) > 1,
        "departments_cut": shown_of(figures.departments, WORK_SHOWN),
        "categories_cut": shown_of(figures.categories, SHOWN),
        "causes_cut": shown_of(figures.causes, SHOWN),
        "overrun_tables": overrun_tables(figures.overruns, zone, figures.as_of),
    }
    if isinstance(figures, Annual):
        found["fate"] = fate(figures)
        found["targets"] = sentences(figures.targets)
        found["tables"]["targets"] = target_table(figures.targets)
        found["meetings"] = [
            (quarter_of_year(one.quarter), one, decided(one.decisions, max(one.held_on, told_on(figures))))
            for one in figures.meetings
        ]
    return found


def drawings(figures: Wide) -> dict[str, SafeString]:
    total = figures.total
    return {
        "months": months(figures) if isinstance(figures, Annual) else SafeString(""),
        "on_time": charts.whole(
            "on-time", _("Resolve deadlines"), on_time_parts(total.on_time)
        ) if total.on_time.rate.whole else SafeString(""),
        "satisfaction": charts.whole(
            "satisfaction", _("Satisfaction at the revisits"), satisfaction_parts(total.satisfaction)
        ) if total.satisfaction.answers else SafeString(""),
        "estates": charts.bars(
            "estates",
            _("Upheld complaints per 1,000 households"),
            [
                Bar(
                    line.name,
                    line.rate,
                    _("%(rate)s (%(n)s upheld)") % {"rate": words.decimals(line.rate, 2), "n": line.valid},
                    line.rate_before,
                )
                for line in figures.estates[:SHOWN]
            ],
            mark_label=before_words(figures),
        ) if len(figures.estates) > 1 else SafeString(""),
    }  # fmt: skip


def months(figures: Annual) -> SafeString:
    """The months beside those of the year before; nothing where all of them are empty."""
    if not any(point.valid or point.valid_last_year for point in figures.months):
        return SafeString("")
    return charts.columns(
        "months",
        _("Upheld complaints by month"),
        [
            Point(
                words.short_month(Month.parse(one.month)),
                one.valid,
                str(one.valid),
                one.valid_last_year or None,
            )
            for one in figures.months
        ],
        value_label=_("upheld"),
        before_label=_("same month a year before"),
    )


def wide_pdf(figures: Wide, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The printed paper; raises pdf.ReportError."""
    return printed(context(figures, zone), report)
