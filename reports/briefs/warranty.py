"""The construction quality warranty record 工程质量保修记录 (T38, F13): its paper and its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports import excel, words
from reports.due_words import period_words
from reports.duties import TITLES, DuePeriod, ReportKind
from reports.excel import Column, Table
from reports.figures.warranty import WarrantyLine, WarrantyRecord
from reports.made import printed, sheets_of
from reports.models import IssuedReport
from reports.monthly.overruns import DAY
from reports.tables import Column as Cell
from reports.tables import num, table


def context(figures: WarrantyRecord, zone: ZoneInfo) -> dict[str, Any]:
    """What the paper shows, in the active language."""
    several = len({line.estate for line in (*figures.opened, *figures.carried)}) > 1
    return {
        "figures": figures,
        "zone": zone,
        "said": said(figures),
        "opened": lines(figures.opened, several=several),
        "carried": lines(figures.carried, several=several),
        "parts": counts(pgettext("warranty", "Part"), figures.by_part),
        "builders": counts(_("Builder"), figures.by_builder),
    }


def said(figures: WarrantyRecord) -> str:
    """What a manager must know first; one sentence where there is nothing."""
    if not figures.all:
        return _("Nothing was reported under warranty in these days, and nothing is open from before.")
    parts = [
        ngettext(
            "%(n)s case came under warranty in these days; %(before)s carried over from before.",
            "%(n)s cases came under warranty in these days; %(before)s carried over from before.",
            figures.opened_n,
        )
        % {"n": figures.opened_n, "before": figures.carried_n},
        _("Builders told: %(told)s; repaired: %(done)s; confirmed by the owner: %(signed)s.")
        % {"told": figures.told, "done": figures.done, "signed": figures.signed},
        _("Still open at the end: %(open)s, with the builder late in %(late)s.")
        % {"open": figures.open, "late": figures.late},
    ]
    if figures.refused:
        parts.append(_("Owners who do not sign: %(n)s.") % {"n": figures.refused})
    if figures.elsewhere:
        parts.append(
            _("Repaired by others: %(n)s, at %(cost)s yuan to be claimed back.")
            % {"n": figures.elsewhere, "cost": f"{figures.cost:,.2f}"}
        )
    return " ".join(parts)


def lines(found: tuple[WarrantyLine, ...], *, several: bool) -> SafeString:
    """One row for each case; nothing where there is none."""
    estate = [Cell(_("Estate"), "nowrap")] if several else []
    return table(
        [
            Cell(_("Number"), "nowrap"), *estate, Cell(pgettext("warranty", "Part"), "is-word"),
            Cell(_("Place"), "is-place"), Cell(pgettext("report", "Problem"), "is-text"),
            Cell(_("Builder"), "is-word"),
            Cell(pgettext("report", "Told / sent")), Cell(_("Repaired"), "nowrap"),
            Cell(pgettext("report", "Owner's signature"), "is-word"), Cell(_("State"), "is-word"),
        ],
        [
            (
                line.number, *([line.estate] if several else []), line.part or words.NOTHING,
                line.place or words.NOTHING, line.problem, line.builder or words.NOTHING,
                _days(line.notified_on, line.sent_on), _days(line.done_on), signature(line), state(line),
            )
            for line in found
        ],
        keep=False,
    )  # fmt: skip


def _days(*days: Any) -> str:
    return " / ".join(day.isoformat() for day in days if day) or words.NOTHING


def signature(line: WarrantyLine) -> str:
    if line.signed_on:
        return f"{line.signed_on.isoformat()} {line.signed}"
    return line.signed or words.NOTHING


def state(line: WarrantyLine) -> str:
    return _("%(state)s (late)") % {"state": line.state} if line.is_late else line.state


def counts(name: str, rows: tuple[tuple[str, int, int], ...]) -> SafeString:
    return table(
        [Cell(name), num(pgettext("warranty", "Cases"), bold=True), num(pgettext("warranty", "Still open"))],
        [tuple(row) for row in rows],
    )


def warranty_pdf(figures: WarrantyRecord, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The record as it is handed in; raises pdf.ReportError."""
    return printed(context(figures, zone), report, style="warranty.css")


def warranty_workbook(figures: WarrantyRecord, zone: ZoneInfo) -> bytes:
    return excel.workbook(sheets(figures), zone)


def sheets(figures: WarrantyRecord) -> Iterator[Table]:
    period = DuePeriod(figures.first_day, figures.last_day + DAY)
    of = sheets_of(
        f"{TITLES[ReportKind.WARRANTY]} · {figures.scope}", period_words(ReportKind.WARRANTY, period)
    )
    columns = [
        Column(_("Number"), width=20), Column(_("Estate"), width=16), Column(pgettext("warranty", "Part")),
        Column(_("Place"), width=18), Column(pgettext("report", "Problem"), width=40),
        Column(_("Builder"), width=20),
        Column(pgettext("warranty", "Under warranty since"), width=12),
        Column(pgettext("warranty", "Builder told"), width=12), Column(_("Builder at work since"), width=12),
        Column(_("Repaired"), width=12), Column(_("Confirmed by the owner"), width=12),
        Column(pgettext("report", "Owner's signature"), width=24), Column(_("State"), width=18),
    ]  # fmt: skip
    for sheet, found in ((_("In these days"), figures.opened), (_("Carried over"), figures.carried)):
        rows = [
            (
                line.number, line.estate, line.part, line.place, line.problem, line.builder,
                *(day.isoformat() if day else "" for day in (
                    line.opened_on, line.notified_on, line.sent_on, line.done_on, line.signed_on,
                )),
                line.signed, state(line),
            )
            for line in found
        ]  # fmt: skip
        yield of(sheet, columns, rows, figures.withheld if sheet == _("In these days") else 0)
