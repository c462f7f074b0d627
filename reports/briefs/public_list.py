"""The upheld complaints of a month for an estate's owners 有效投诉公示: its paper and its sheet."""

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
from reports.figures.public_list import PublicLine, PublicList
from reports.made import printed, sheets_of
from reports.models import IssuedReport
from reports.monthly.overruns import DAY
from reports.tables import Column as Cell
from reports.tables import table


def context(figures: PublicList, zone: ZoneInfo) -> dict[str, Any]:
    """What the paper shows, in the active language."""
    return {
        "figures": figures,
        "zone": zone,
        "said": said(figures),
        "received": cases(figures.received),
        "ended": cases(figures.ended),
    }


def said(figures: PublicList) -> str:
    """How many are listed, how many of them closed, and what customers said; one sentence for none.

    Never how many came in: those that are kept or left out are not in the list's figures.
    """
    ended = len(figures.ended)
    listed = len(figures.received) + ended
    if not listed:
        return _("There is no upheld complaint to be made public.")
    parts = [
        ngettext(
            "%(n)s upheld complaint stands in this list.",
            "%(n)s upheld complaints stand in this list.",
            listed,
        )
        % {"n": listed}
    ]
    if ended:
        parts.append(
            ngettext(
                "%(n)s of them was received before and closed in the month.",
                "%(n)s of them were received before and closed in the month.",
                ended,
            )
            % {"n": ended}
        )
    parts.append(_("Of all these, closed at the end of the month: %(n)s.") % {"n": figures.closed})
    asked, satisfied = figures.asked
    if asked:
        parts.append(
            _("Customers who told us whether they are satisfied: %(asked)s; satisfied: %(n)s.")
            % {"asked": asked, "n": satisfied}
        )
    return " ".join(parts)


def cases(lines: tuple[PublicLine, ...]) -> SafeString:
    """One row for each case; nothing where there is none."""
    return table(
        [
            Cell(_("Number"), "nowrap"), Cell(pgettext("report", "Received"), "nowrap"),
            Cell(_("Category"), "nowrap"), Cell(_("What it was about"), "is-text"),
            Cell(pgettext("report", "Handling"), "is-text"), Cell(_("State")), Cell(_("Customer's rating")),
        ],
        [
            (
                line.number, line.received_on.isoformat(), line.category or words.NOTHING, about(line),
                line.handling or words.NOTHING, state(line), satisfaction(line) or words.NOTHING,
            )
            for line in lines
        ],
        keep=False,
    )  # fmt: skip


def about(line: PublicLine) -> str:
    """What a person wrote for owners; else its category, which names nobody."""
    if line.account:
        return line.account
    if line.category:
        return _("A complaint about: %(category)s") % {"category": line.category}
    return words.NOTHING


def state(line: PublicLine) -> str:
    return f"{line.state} {line.closed_on.isoformat()}" if line.closed_on else line.state


def satisfaction(line: PublicLine) -> str:
    if line.satisfied is None:
        return ""
    return pgettext("rating", "Satisfied") if line.satisfied else _("Not satisfied")


def public_list_pdf(figures: PublicList, zone: ZoneInfo, report: IssuedReport) -> bytes:
    """The paper that is posted up; raises pdf.ReportError."""
    return printed(context(figures, zone), report)


def public_list_workbook(figures: PublicList, zone: ZoneInfo) -> bytes:
    return excel.workbook(sheets(figures), zone)


def sheets(figures: PublicList) -> Iterator[Table]:
    month = DuePeriod(figures.first_day, figures.last_day + DAY)
    of = sheets_of(
        f"{TITLES[ReportKind.PUBLIC_LIST]} · {figures.scope}", period_words(ReportKind.PUBLIC_LIST, month)
    )
    columns = [
        Column(_("Number"), width=20), Column(pgettext("report", "Received"), width=12),
        Column(_("Category")), Column(_("What it was about"), width=50),
        Column(pgettext("report", "Handling"), width=50), Column(_("State"), width=14),
        Column(pgettext("report", "Closed"), width=12), Column(_("Customer's rating"), width=12),
    ]  # fmt: skip
    parts = ((_("Received in the month"), figures.received), (_("Closed, received before"), figures.ended))
    for sheet, lines in parts:
        rows = [
            (
                line.number, line.received_on.isoformat(), line.category, about(line), line.handling,
                line.state, line.closed_on.isoformat() if line.closed_on else "", satisfaction(line),
            )
            for line in lines
        ]  # fmt: skip
        yield of(sheet, columns, rows)
