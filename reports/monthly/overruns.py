"""Overdue without approval: the same three tables on page, paper and in the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.time_texts import span
from reports import excel, words
from reports.figures.overrun_shapes import OverrunLine, Overruns, OverrunTable
from reports.monthly.links import PAPER, Links, after
from reports.tables import Column, table

#: Rows of each table in the page and the PDF; the workbook has all.
SHOWN = 30
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """One of the three kinds, under its title."""

    title: str
    found: OverrunTable


@dataclass(frozen=True)
class Shown:
    """A part as page and PDF show it: the first rows, and how many are left out or only counted."""

    heading: SafeString  # with the number of all, a link on a page
    table: SafeString
    words: SafeString  # the same on paper, where nine columns would be nine narrow ones
    total: int
    left_out: int
    withheld: int


def overrun_parts(overruns: Overruns) -> list[Part]:
    titles = (_("Still open"), _("Handled late"), _("Declined or approved too late"))
    return [Part(title, found) for title, found in zip(titles, overruns.tables, strict=True)]


def overrun_tables(overruns: Overruns, zone: ZoneInfo, as_of: datetime, links: Links = PAPER) -> list[Shown]:
    return [
        Shown(
            heading=after(f"{part.title} · ", links.number(part.found.total, f"overruns_{key}")),
            table=shown(part.found.lines[:SHOWN], zone, as_of),
            words=in_words(part.found.lines[:SHOWN], zone, as_of),
            total=part.found.total,
            left_out=max(0, len(part.found.lines) - SHOWN),
            withheld=part.found.withheld,
        )
        for key, part in zip(("open", "handled", "refused"), overrun_parts(overruns), strict=True)
    ]


def shown(lines: tuple[OverrunLine, ...], zone: ZoneInfo, as_of: datetime) -> SafeString:
    open_yet = pgettext("handled at", "not yet")
    return table(
        [
            Column(_("Number"), "nowrap"), Column(_("Severity"), "nowrap"), Column(_("Due"), "is-word"),
            Column(_("Handled at"), "is-word"), Column(_("Late by"), "nowrap"),
            Column(_("Handler"), "nowrap"), Column(_("Department"), "is-word"),
            Column(_("Explanation"), "is-text"), Column(_("Approver"), "is-place"),
        ],
        [
            (
                line.number, line.severity, words.short_stamp(line.due_at, zone, as_of),
                words.short_stamp(line.done_at, zone, as_of) if line.done_at else open_yet,
                span(line.late),
                line.handler or words.NOTHING, line.department or words.NOTHING, line.explanation,
                line.approver,
            )
            for line in lines
        ],
        keep=False,
    )  # fmt: skip


def in_words(lines: tuple[OverrunLine, ...], zone: ZoneInfo, as_of: datetime) -> SafeString:
    """Each deadline as two lines: which and whose, by when and why."""
    items = "".join(
        f'<li><p><strong class="number">{escape(line.number)}</strong> {escape(whose(line))} · '
        f"<strong>{escape(_('late by %(span)s') % {'span': span(line.late)})}</strong></p>"
        f'<p class="quiet">{escape(ran(line, zone, as_of))}</p></li>'
        for line in lines
    )
    return SafeString(f'<ul class="cases">{items}</ul>' if items else "")


def whose(line: OverrunLine) -> str:
    return " · ".join(filter(None, (line.severity, line.department, line.handler)))


def ran(line: OverrunLine, zone: ZoneInfo, as_of: datetime) -> str:
    """By when it was due, when it was done, what was said of it and by whom."""
    said = {
        "due": words.moment(line.due_at, zone, as_of),
        "done": words.moment(line.done_at, zone, as_of),
        "why": sentence(line.explanation),
        "approver": sentence(line.approver),
    }
    if line.done_at:
        return _("Due %(due)s, handled %(done)s. %(why)s. Approver: %(approver)s.") % said
    return _("Due %(due)s, not handled yet. %(why)s. Approver: %(approver)s.") % said


def sentence(text: str) -> str:
    """As it begins, and without the stop that is set after it."""
    return text[:1].upper() + text[1:].rstrip("。. ")


def overrun_columns() -> list[excel.Column]:
    Cell = excel.Column
    return [
        Cell(_("Number"), width=20), Cell(_("Estate")), Cell(_("Severity"), width=10),
        Cell(_("Due"), "datetime"), Cell(_("Handled at"), "datetime"), Cell(_("Days overdue"), "float"),
        Cell(_("Handler"), width=12), Cell(_("Department"), width=14), Cell(_("Explanation"), width=50),
        Cell(_("Approver"), width=40),
    ]  # fmt: skip


def overrun_rows(part: Part) -> list[tuple[Any, ...]]:
    return [
        (
            line.number, line.estate, line.severity, line.due_at, line.done_at, line.late / DAY,
            line.handler, line.department, line.explanation, line.approver,
        )
        for line in part.found.lines
    ]  # fmt: skip
