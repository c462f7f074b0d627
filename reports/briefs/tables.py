"""What both reports show: estates, cases in brief, what is owed; as markup and as sheets."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import excel, words
from reports.figures.brief_shapes import Brief, Briefs, DaysOf, Owed
from reports.monthly.tables import due, who
from reports.tables import Column, num, table

#: Cases of a list on paper; the workbook has all that are listed.
SHOWN = 60


def estates(lines: Sequence[DaysOf], total: DaysOf) -> SafeString:
    """One row for each, and all of them together below where there are several."""
    shown = [*lines, total] if len(lines) > 1 else lines
    return table(
        [
            Column(_("Estate")), num(_("Open before")), num(pgettext("report", "Received"), bold=True),
            num(_("of these urgent")), num(pgettext("report", "Reopened")), num(pgettext("report", "Closed")),
            num(pgettext("report", "Open at the end"), bold=True), num(_("of these urgent")),
            num(_("Overdue"), bold=True),
        ],
        [
            (
                line.name, line.opening, line.received, line.urgent, line.reopened, line.closed, line.open,
                line.open_urgent, line.overdue,
            )
            for line in shown
        ],
    )  # fmt: skip


def estate_columns() -> list[excel.Column]:
    counts = (
        _("Open before"), pgettext("report", "Received"), _("of these urgent"), _("of these upheld"),
        pgettext("report", "Reopened"), pgettext("report", "Closed"), pgettext("report", "Open at the end"),
        _("of these urgent"), _("Overdue"),
    )  # fmt: skip
    return [excel.Column(_("Estate"), width=24), *(excel.Column(name, "int", 12) for name in counts)]


def estate_row(line: DaysOf) -> tuple[Any, ...]:
    return (
        line.name, line.opening, line.received, line.urgent, line.upheld, line.reopened, line.closed,
        line.open, line.open_urgent, line.overdue,
    )  # fmt: skip


# Cases in brief -------------------------------------------------------------------------------------


def cases(found: Briefs, zone: ZoneInfo, as_of: Any, *, several: bool) -> SafeString:
    """Each in a few lines: which and where, what it is about, what was done, who has it, by when."""
    items = "".join(_item(brief, zone, as_of, several) for brief in found.lines[:SHOWN])
    return mark_safe(f'<ul class="cases">{items}</ul>' if items else "")  # noqa: S308 (escaped below)


def _item(brief: Brief, zone: ZoneInfo, as_of: Any, several: bool) -> str:
    line = brief.line
    place = f"{line.estate} {line.place}" if several else line.place
    separator = _("; ")
    marks = [_("Urgent")] * brief.urgent + list(line.reasons)
    head = " · ".join(filter(None, (place, line.category, line.severity, brief.channel)))
    why = f" · <strong>{escape(separator.join(marks))}</strong>" if marks else ""
    handling = brief.handling or _("No result is written down yet.")
    late = _("(overdue by %(span)s)") % {"span": words.late(line.overdue)} if line.overdue else ""
    return (
        f'<li><p><strong class="number">{escape(line.number)}</strong> {escape(head)}{why}</p>'
        f"<p>{escape(brief.account)}</p>"
        f"<p>{escape(handling)}</p>"
        f'<p class="quiet">{escape(who(line, zone, as_of))}{escape(due(line, zone, as_of))}'
        f"{f' <strong>{escape(late)}</strong>' if late else ''}</p></li>"
    )


def left_out(found: Briefs) -> int:
    return found.left_out + max(0, len(found.lines) - SHOWN)


def case_columns() -> list[excel.Column]:
    return [
        excel.Column(_("Number"), width=20), excel.Column(_("Estate")), excel.Column(_("Place")),
        excel.Column(_("Category")), excel.Column(_("Severity"), width=10),
        excel.Column(_("Urgent"), width=8),
        excel.Column(_("Channel")), excel.Column(_("Status")),
        excel.Column(pgettext("report", "Received"), "datetime"),
        excel.Column(_("First receiver"), width=12), excel.Column(_("Handler"), width=12),
        excel.Column(_("Due"), "datetime"), excel.Column(_("Why"), width=30),
        excel.Column(_("What happened"), width=50), excel.Column(pgettext("report", "Handling"), width=50),
    ]  # fmt: skip


def case_rows(found: Briefs) -> list[tuple[Any, ...]]:
    return [
        (
            one.line.number, one.line.estate, one.line.place, one.line.category, one.line.severity,
            _("yes") if one.urgent else "", one.channel, one.line.status, one.line.received_at,
            one.line.first_receiver, one.line.handler, one.line.due_at, _("; ").join(one.line.reasons),
            one.account, one.handling,
        )
        for one in found.lines
    ]  # fmt: skip


# What is owed ---------------------------------------------------------------------------------------


def owed(found: Owed, zone: ZoneInfo, as_of: Any, *, several: bool) -> SafeString:
    estate = [Column(_("Estate"))] if several else []
    return table(
        [
            Column(_("Due"), "nowrap"), Column(_("Number"), "nowrap"), *estate,
            Column(pgettext("report", "What")), Column(_("Handler")), Column(_("First receiver")),
            Column(_("Status")),
        ],
        [
            (
                words.short_stamp(line.due_at, zone, as_of), line.number, *([line.estate] if several else []),
                line.what, line.handler or words.NOTHING, line.first_receiver, line.status,
            )
            for line in found.lines[:SHOWN]
        ],
        keep=False,
    )  # fmt: skip


def owed_left_out(found: Owed) -> int:
    return found.left_out + max(0, len(found.lines) - SHOWN)


def owed_columns() -> list[excel.Column]:
    return [
        excel.Column(_("Due"), "datetime"), excel.Column(_("Number"), width=20), excel.Column(_("Estate")),
        excel.Column(pgettext("report", "What"), width=20), excel.Column(_("Handler"), width=12),
        excel.Column(_("First receiver"), width=12), excel.Column(_("Status")),
    ]  # fmt: skip


def owed_rows(found: Owed) -> list[tuple[Any, ...]]:
    return [
        (line.due_at, line.number, line.estate, line.what, line.handler, line.first_receiver, line.status)
        for line in found.lines
    ]
