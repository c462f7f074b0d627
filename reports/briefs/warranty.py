"""The construction quality warranty record 工程质量保修记录 (T38, F13): its paper and its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

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

#: What the steps are called that were entered later.
NAMES = {
    "notified_at": pgettext_lazy("warranty", "Builder told"),
    "sent_at": gettext_lazy("Builder at work since"),
    "done_at": gettext_lazy("Repaired"),
    "elsewhere_at": pgettext_lazy("warranty", "Repaired by others"),
    "signed_at": gettext_lazy("Confirmed by the owner"),
}


def context(figures: WarrantyRecord, zone: ZoneInfo, *, linked: bool = False) -> dict[str, Any]:
    """What paper and page show, in the active language; `linked`: a number leads to its case's warranty."""
    several = len({line.estate for line in (*figures.opened, *figures.carried)}) > 1
    return {
        "figures": figures,
        "zone": zone,
        "said": said(figures),
        "opened": lines(figures.opened, several=several, linked=linked),
        "carried": lines(figures.carried, several=several, linked=linked),
        "parts": counts(pgettext("warranty", "Part"), figures.by_part),
        "builders": counts(_("Builder"), figures.by_builder),
    }


def said(figures: WarrantyRecord) -> str:
    """What a manager must know first; one sentence where there is nothing."""
    if not figures.all:
        return _("Nothing was reported under warranty in these days, and nothing is open from before.")
    parts = [
        ngettext(
            "%(n)s repair under warranty began in these days; %(before)s carried over from before.",
            "%(n)s repairs under warranty began in these days; %(before)s carried over from before.",
            figures.opened_n,
        )
        % {"n": figures.opened_n, "before": figures.carried_n},
        _("Builders told: %(told)s; repaired: %(done)s; confirmed by the owner: %(signed)s.")
        % {"told": figures.told, "done": figures.done, "signed": figures.signed},
        _("Still open at the end: %(open)s, with the builder late in %(late)s.")
        % {"open": figures.open, "late": figures.late},
    ]
    if figures.entered_later:
        parts.append(
            _("Steps of earlier days were entered in these days, in %(n)s.") % {"n": figures.entered_later}
        )
    if figures.confirmed:
        parts.append(
            _("Repaired by others before, confirmed by the owner in these days: %(n)s.")
            % {"n": figures.confirmed}
        )
    if figures.refused:
        parts.append(_("Owners who do not sign: %(n)s.") % {"n": figures.refused})
    if figures.elsewhere:
        parts.append(
            _("Repaired by others: %(n)s, at %(cost)s yuan to be claimed back.")
            % {"n": figures.elsewhere, "cost": f"{figures.cost:,.2f}"}
        )
    return " ".join(parts)


def _number(line: WarrantyLine, *, linked: bool) -> str | SafeString:
    """And which repair of its case it is, from the second on."""
    shown: str | SafeString = line.number
    if linked:
        shown = format_html('<a href="{}">{}</a>', reverse("case_warranty", args=[line.number]), line.number)
    return (
        format_html("{}<br>{}", shown, _("Repair no. %(n)s") % {"n": line.round}) if line.round > 1 else shown
    )


def lines(found: tuple[WarrantyLine, ...], *, several: bool, linked: bool = False) -> SafeString:
    """One row for each repair; nothing where there is none."""
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
                _number(line, linked=linked), *([line.estate] if several else []),
                line.part or words.NOTHING,
                line.place or words.NOTHING, line.problem, line.builder or words.NOTHING,
                _days(line, ("notified_at", line.notified_on), ("sent_at", line.sent_on)), repaired(line),
                signature(line), state(line),
            )
            for line in found
        ],
        keep=False,
    )  # fmt: skip


def _days(line: WarrantyLine, *steps: tuple[str, Any]) -> str:
    return " / ".join(_day(line, step, day) for step, day in steps if day) or words.NOTHING


def _day(line: WarrantyLine, step: str, day: Any) -> str:
    """A day; where it was written down only in the days of the record, marked so."""
    shown = str(day.isoformat())
    return _("%(day)s (entered later)") % {"day": shown} if step in line.later else shown


def repaired(line: WarrantyLine) -> str:
    """By the builder, or by others."""
    step = "elsewhere_at" if "elsewhere_at" in line.later else "done_at"
    return _days(line, (step, line.done_on))


def signature(line: WarrantyLine) -> str:
    if line.signed_on:
        return f"{_day(line, 'signed_at', line.signed_on)} {line.signed}"
    return line.signed or words.NOTHING


def state(line: WarrantyLine) -> str:
    return _("%(state)s (late)") % {"state": line.state} if line.is_late else line.state


def counts(name: str, rows: tuple[tuple[str, int, int], ...]) -> SafeString:
    return table(
        [
            Cell(name),
            num(pgettext("warranty", "Repairs"), bold=True),
            num(pgettext("warranty", "Still open")),
        ],
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
        Column(_("Entered later"), width=24), Column(pgettext("warranty", "Repair no."), width=10),
    ]  # fmt: skip
    for sheet, found in ((_("In these days"), figures.opened), (_("Carried over"), figures.carried)):
        rows = [
            (
                line.number, line.estate, line.part, line.place, line.problem, line.builder,
                *(day.isoformat() if day else "" for day in (
                    line.opened_on, line.notified_on, line.sent_on, line.done_on, line.signed_on,
                )),
                line.signed, state(line), ", ".join(str(NAMES[step]) for step in line.later),
                line.round,
            )
            for line in found
        ]  # fmt: skip
        yield of(sheet, columns, rows, figures.withheld if sheet == _("In these days") else 0)
