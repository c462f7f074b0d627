"""The half-monthly report 投诉半月报: its sentences, its paper, its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports import excel, words
from reports.briefs import tables
from reports.due_words import period_words
from reports.duties import TITLES, DuePeriod, ReportKind
from reports.excel import Column, Table
from reports.figures.brief_shapes import HalfMonthly
from reports.figures.shapes import Rate
from reports.made import printed, sheets_of
from reports.models import IssuedReport
from reports.monthly.overruns import (
    DAY,
    overrun_columns,
    overrun_parts,
    overrun_rows,
    overrun_tables,
)
from reports.monthly.summary import Tile
from reports.monthly.tables import received
from reports.tables import Column as Cell
from reports.tables import num, table


def covers(figures: HalfMonthly) -> str:
    """2026年3月1日至15日"""
    return period_words(ReportKind.HALF_MONTHLY, DuePeriod(figures.first_day, figures.last_day + DAY))


def context(figures: HalfMonthly, zone: ZoneInfo) -> dict[str, Any]:
    """What the paper shows, in the active language."""
    several, as_of = len(figures.estates) > 1, figures.as_of
    return {
        "figures": figures,
        "zone": zone,
        "several": several,
        "tiles": tiles(figures),
        "estates": tables.estates(figures.estates, figures.all),
        "grades": grades(figures),
        "watched": tables.cases(figures.watched, zone, as_of, several=several),
        "ended": tables.cases(figures.ended, zone, as_of, several=several),
        "ended_left_out": tables.left_out(figures.ended),
        "important": tables.cases(figures.important, zone, as_of, several=several),
        "late_said": late_said(figures),
        "overrun_tables": overrun_tables(figures.overruns, zone, as_of) if figures.overruns.total else [],
        "extensions_said": extensions_said(figures),
        "revisits_said": revisits_said(figures),
        "revisits_over": tables.owed(figures.revisits_over, zone, as_of, several=several),
        "revisits_left_out": tables.owed_left_out(figures.revisits_over),
        "second_said": second_said(figures),
        "by_category": received(_("Category"), figures.by_category, "category"),
    }


def tiles(figures: HalfMonthly) -> list[Tile]:
    found, kept, late = figures.all, figures.on_time, figures.overruns
    return [
        Tile(
            pgettext("report", "Received"),
            str(found.received),
            _("of these upheld %(n)s") % {"n": found.upheld},
            _("Received in these days, or earlier and written down in them; wrong entries are left out."),
        ),
        Tile(
            pgettext("report", "Closed"),
            str(found.closed),
            _("open at the end %(n)s") % {"n": found.open},
            _("Closed in these days and not come back in them."),
        ),
        Tile(
            _("On-time rate"),
            words.share(kept.rate),
            words.parts(kept.rate),
            _("Of upheld complaints whose time to be handled ended in these days, those handled by then."),
        ),
        Tile(
            _("Overdue without approval"),
            str(late.total),
            _("not handled yet %(n)s") % {"n": late.open},
            _("Times to be handled that had passed at any moment of these days without approved extension."),
        ),
    ]


def grades(figures: HalfMonthly) -> SafeString:
    """Cases by notice grade, as it stood at the end."""
    return table(
        [
            Cell(_("Notice grade")),
            num(pgettext("report", "Received")),
            num(pgettext("report", "Open at the end"), bold=True),
        ],
        figures.grades,
    )


# Sentences ------------------------------------------------------------------------------------------


def late_said(figures: HalfMonthly) -> str:
    found = figures.overruns
    if not found.total:
        return _("Nothing was overdue without approval.")
    said = ngettext(
        "%(n)s time to be handled was overdue without approval at any moment of these days; "
        "not handled at the end: %(open)s; due before and carried into them: %(carried)s.",
        "%(n)s times to be handled were overdue without approval at any moment of these days; "
        "not handled at the end: %(open)s; due before and carried into them: %(carried)s.",
        found.total,
    )
    return said % {"n": found.total, "open": found.open, "carried": found.carried}


def extensions_said(figures: HalfMonthly) -> str:
    asked = figures.extensions
    if not asked.asked:
        return _("No extension was asked for.")
    return _(
        "Extensions asked for %(asked)s: granted %(granted)s, declined %(declined)s, "
        "withdrawn %(withdrawn)s, still waiting %(pending)s."
    ) % {
        "asked": asked.asked,
        "granted": asked.granted,
        "declined": asked.declined,
        "withdrawn": asked.withdrawn,
        "pending": asked.pending,
    }


def revisits_said(figures: HalfMonthly) -> str:
    rate, said = figures.revisited, figures.satisfaction
    if not rate.whole:
        parts = [_("No revisit was due in these days.")]
    else:
        parts = [
            ngettext(
                "%(whole)s revisit was due in these days; made or tried in time: %(part)s (%(share)s).",
                "%(whole)s revisits were due in these days; made or tried in time: %(part)s (%(share)s).",
                rate.whole,
            )
            % {"whole": rate.whole, "part": rate.part, "share": words.share(rate)}
        ]
    if said.answers:
        parts.append(
            _("Satisfied: %(share)s of the answers (%(parts)s).")
            % {"share": words.share(said.satisfied), "parts": words.parts(said.satisfied)}
        )
    if figures.revisits_over.total:
        parts.append(
            _("Over their time and not made at the end: %(n)s.") % {"n": figures.revisits_over.total}
        )
    return " ".join(parts)


def second_said(figures: HalfMonthly) -> str:
    if not figures.second:
        return _("No case that was reported as handled came back.")
    said = ngettext(
        "%(n)s case that was reported as handled came back; still open at the end: %(open)s.",
        "%(n)s cases that were reported as handled came back; still open at the end: %(open)s.",
        figures.second,
    )
    return said % {"n": figures.second, "open": figures.second_open}


# Paper and sheets -----------------------------------------------------------------------------------


def half_monthly_pdf(figures: HalfMonthly, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The printed report; raises pdf.ReportError."""
    return printed(context(figures, zone), report)


def half_monthly_workbook(figures: HalfMonthly, zone: ZoneInfo) -> bytes:
    return excel.workbook(sheets(figures), zone)


def sheets(figures: HalfMonthly) -> Iterator[Table]:
    table = sheets_of(f"{TITLES[ReportKind.HALF_MONTHLY]} · {figures.scope}", covers(figures))
    yield table(
        _("Key figures"),
        [
            Column(pgettext("report", "Figure"), width=56), Column(pgettext("report", "Number"), "int"),
            Column(pgettext("report", "Of"), "int"), Column(_("Share"), "percent"),
        ],
        list(key_figures(figures)),
    )  # fmt: skip
    rows = [*figures.estates, figures.all] if len(figures.estates) > 1 else figures.estates
    yield table(_("Estates"), tables.estate_columns(), [tables.estate_row(line) for line in rows])
    yield table(
        _("Notice grades"),
        [
            Column(_("Notice grade"), width=24), Column(pgettext("report", "Received"), "int"),
            Column(pgettext("report", "Open at the end"), "int", 14),
        ],
        list(figures.grades),
    )  # fmt: skip
    for sheet, found in (
        (_("To watch"), figures.watched),
        (_("Hot and major, closed"), figures.ended),
        (_("Important notices"), figures.important),
    ):
        yield table(sheet, tables.case_columns(), tables.case_rows(found), found.withheld)
    for part in overrun_parts(figures.overruns):
        yield table(part.title, overrun_columns(), overrun_rows(part), part.found.withheld)
    over = figures.revisits_over
    yield table(_("Revisits over their time"), tables.owed_columns(), tables.owed_rows(over), over.withheld)
    yield table(
        _("By category"),
        [Column(_("Category"), width=24), Column(_("Total"), "int"), Column(_("Upheld"), "int")],
        [(row.label, row.total, row.valid) for row in figures.by_category],
    )


def key_figures(figures: HalfMonthly) -> Iterator[tuple[str, int, int | None, float | None]]:
    """A name, a number, of how many, and the share."""
    found, kept, late, asked = figures.all, figures.on_time, figures.overruns, figures.extensions

    def rate(name: str, of: Rate) -> tuple[str, int, int, float | None]:
        return name, of.part, of.whole, of.share

    for name, number in (
        (pgettext("report", "Received"), found.received),
        (_("Upheld"), found.upheld),
        (_("Open before"), found.opening),
        (pgettext("report", "Reopened"), found.reopened),
        (pgettext("report", "Closed"), found.closed),
        (pgettext("report", "Open at the end"), found.open),
        (_("Voided since, in no figure"), figures.voided),
        (_("Taken over from ledgers kept before"), figures.taken_over),
        (_("Overdue without approval"), late.total),
        (_("Second complaints"), figures.second),
        (_("Extensions asked for"), asked.asked),
        (_("Revisits over their time"), figures.revisits_over.total),
    ):
        yield name, number, None, None
    yield rate(_("Handled on time"), kept.rate)
    yield rate(_("On time with extension"), Rate(kept.extended, kept.rate.whole))
    yield rate(f"{_('Overdue without approval')} · {_('not handled yet')}", Rate(late.open, late.total))
    yield rate(_("Closed, of the upheld complaints received in these days"), figures.closure)
    yield rate(_("Revisited within 3 days (target: all)"), figures.revisited)
    yield rate(_("Satisfied at the revisit (3 to 5 of 5)"), figures.satisfaction.satisfied)
