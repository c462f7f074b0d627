"""What the papers of all kinds have in common: how one is printed, and the heads of its sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from reports import pdf, words
from reports.excel import Column, Table
from reports.models import IssuedReport
from staff.models import Company

Row = tuple[Any, ...]


class MakeTable(Protocol):
    """A sheet under the title of the report."""

    def __call__(self, sheet: str, columns: list[Column], rows: list[Row], withheld: int = 0) -> Table: ...


def printed(shown: Mapping[str, Any], report: IssuedReport, *, style: str = "monthly.css") -> bytes:
    """The paper of the report's kind, with its `figures` and `zone` among what it shows.

    `style`: what has the last word beside print.css. Raises pdf.ReportError.
    """
    figures, zone = shown["figures"], shown["zone"]
    more = {
        "report": report,
        "company": Company.objects.first(),
        "is_over": figures.as_of >= report.days.bounds(zone)[1],
    }
    return pdf.render(
        f"reports/{report.kind}_pdf.html",
        {**shown, **more},
        report.language,
        f"{report.title} {figures.scope} {report.covers}",
        style=style,
    )


def sheets_of(title: str, covers: str) -> MakeTable:
    """Each sheet under the title, its own name, its time, and how many rows are not to be read."""

    def table(sheet: str, columns: list[Column], rows: list[Row], withheld: int = 0) -> Table:
        said = " · ".join(filter(None, (covers, words.withheld(withheld))))
        return Table(sheet, f"{title} · {sheet}", said, columns, rows)

    return table
