"""The daily report 投诉日报: its sentences, its paper, its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from complaints.time_texts import day
from reports import excel
from reports.briefs import tables
from reports.duties import TITLES, ReportKind
from reports.excel import Column, Table
from reports.figures.brief_shapes import Daily
from reports.made import printed, sheets_of
from reports.models import IssuedReport
from reports.monthly.overruns import in_words, overrun_columns, overrun_parts, overrun_rows
from reports.monthly.summary import Tile


def context(figures: Daily, zone: ZoneInfo) -> dict[str, Any]:
    """What the paper shows, in the active language."""
    several, as_of = len(figures.estates) > 1, figures.as_of
    late = figures.overruns.still_open.lines + figures.overruns.refused.lines
    unhandled = sorted((line for line in late if line.is_open), key=lambda line: (-line.late, line.number))
    return {
        "figures": figures,
        "zone": zone,
        "several": several,
        "tiles": tiles(figures),
        "quiet": quiet(figures) if figures.is_quiet else "",
        "estates": tables.estates(figures.estates, figures.all),
        "new": tables.cases(figures.new, zone, as_of, several=several),
        "new_left_out": tables.left_out(figures.new),
        "urgent": tables.cases(figures.urgent, zone, as_of, several=several),
        "urgent_left_out": tables.left_out(figures.urgent),
        "late_said": late_said(figures),
        "late": in_words(tuple(unhandled[: tables.SHOWN]), zone, as_of),
        "late_left_out": max(0, len(unhandled) - tables.SHOWN),
        "late_withheld": figures.overruns.open - len(unhandled),  # all of them are told by their lines
        "missed": tables.owed(figures.missed, zone, as_of, several=several),
        "missed_left_out": tables.owed_left_out(figures.missed),
        "due": tables.owed(figures.due, zone, as_of, several=several),
        "due_left_out": tables.owed_left_out(figures.due),
        "read_on": day(figures.read_on),
        "receivers": receivers(figures),
    }


def quiet(figures: Daily) -> str:
    """The one sentence of a day on which nothing happened."""
    waiting = figures.all.open
    said = {"day": day(figures.read_on), "n": waiting}
    if not waiting:
        return (
            _(
                "Nothing happened on this day: no complaint came in, and none is open or due by the "
                "end of %(day)s."
            )
            % said
        )
    return (
        ngettext(
            "Nothing happened on this day: no complaint came in, none was closed and none is "
            "overdue; %(n)s is open, not due before the end of %(day)s.",
            "Nothing happened on this day: no complaint came in, none was closed and none is "
            "overdue; %(n)s are open, none due before the end of %(day)s.",
            waiting,
        )
        % said
    )


def tiles(figures: Daily) -> list[Tile]:
    found = figures.all
    return [
        Tile(
            pgettext("report", "Received"),
            str(found.received),
            _("of these urgent %(n)s") % {"n": found.urgent},
            _("Received on the day, or earlier and written down on it; wrong entries are left out."),
        ),
        Tile(
            pgettext("report", "Closed"),
            str(found.closed),
            _("reopened %(n)s") % {"n": found.reopened},
            _("Closed on the day and not come back on it."),
        ),
        Tile(
            pgettext("report", "Open at the end"),
            str(found.open),
            _("of these urgent %(n)s") % {"n": found.open_urgent},
            _("Not closed when the day ended."),
        ),
        Tile(
            _("Overdue without approval"),
            str(found.overdue),
            _("handled late on the day %(n)s") % {"n": figures.overruns.total - figures.overruns.open},
            _("Times to be handled that had passed at the day's end, without approval and not handled."),
        ),
    ]


def late_said(figures: Daily) -> str:
    """How many are late and not handled, and how many were handled late on the day; nothing for none."""
    found, handled = figures.overruns, figures.overruns.total - figures.overruns.open
    parts = []
    if found.open:
        parts.append(
            ngettext(
                "%(n)s time to be handled had passed without approval and was not handled at the day's end.",
                "%(n)s times to be handled had passed without approval and were not handled at the day's "
                "end.",
                found.open,
            )
            % {"n": found.open}
        )
    if handled:
        parts.append(
            ngettext("%(n)s was handled late on the day.", "%(n)s were handled late on the day.", handled)
            % {"n": handled}
        )
    return " ".join(parts)


def receivers(figures: Daily) -> str:
    """当日首问责任人：陈芳 3；李敏 1。"""
    people = _("; ").join(f"{name} {many}" for name, many in figures.receivers)
    return _("First receivers of the day: %(people)s.") % {"people": people}


def daily_pdf(figures: Daily, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The printed report; raises pdf.ReportError."""
    return printed(context(figures, zone), report)


def daily_workbook(figures: Daily, zone: ZoneInfo) -> bytes:
    return excel.workbook(sheets(figures), zone)


def sheets(figures: Daily) -> Iterator[Table]:
    table = sheets_of(f"{TITLES[ReportKind.DAILY]} · {figures.scope}", day(figures.day))
    rows = [*figures.estates, figures.all] if len(figures.estates) > 1 else figures.estates
    yield table(_("Estates"), tables.estate_columns(), [tables.estate_row(line) for line in rows])
    for sheet, found in ((_("New cases"), figures.new), (_("Urgent, still open"), figures.urgent)):
        yield table(sheet, tables.case_columns(), tables.case_rows(found), found.withheld)
    for part in overrun_parts(figures.overruns):
        yield table(part.title, overrun_columns(), overrun_rows(part), part.found.withheld)
    overdue, due = figures.missed, figures.due
    yield table(
        _("Replies and revisits overdue"), tables.owed_columns(), tables.owed_rows(overdue), overdue.withheld
    )
    yield table(_("Due next"), tables.owed_columns(), tables.owed_rows(due), due.withheld)
    yield table(
        _("First receivers"),
        [Column(pgettext("report", "Name"), width=24), Column(pgettext("report", "Received"), "int")],
        list(figures.receivers),
    )
