"""Overdue without approval: the same three tables on page, paper and in the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.time_texts import span
from reports import excel, words
from reports.figures.overrun_shapes import OverrunLine, Overruns, OverrunTable
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

    title: str
    table: SafeString
    total: int
    left_out: int
    withheld: int


def overrun_parts(overruns: Overruns) -> list[Part]:
    titles = (_("Still open"), _("Handled late"), _("Declined or approved too late"))
    return [Part(title, found) for title, found in zip(titles, overruns.tables, strict=True)]


def overrun_tables(overruns: Overruns, zone: ZoneInfo, as_of: datetime) -> list[Shown]:
    return [
        Shown(
            title=f"{part.title} · {part.found.total}",
            table=shown(part.found.lines[:SHOWN], zone, as_of),
            total=part.found.total,
            left_out=max(0, len(part.found.lines) - SHOWN),
            withheld=part.found.withheld,
        )
        for part in overrun_parts(overruns)
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
