"""Tables as an Excel workbook, written row by row.

What a person typed is always text: a cell that starts with = + - or @ never becomes a formula.
Times are real Excel dates in the estate's zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

Kind = Literal["text", "any", "int", "float", "percent", "date", "datetime"]
Styles = dict[Kind, Any]

FORMATS: dict[Kind, str] = {
    "text": "@",
    "any": "General",  # a count here, a mean or an amount there
    "int": "#,##0",
    "float": "#,##0.0",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
WIDTHS: dict[Kind, int] = {
    "text": 16,
    "any": 10,
    "int": 10,
    "float": 10,
    "percent": 10,
    "date": 12,
    "datetime": 17,
}
# XML 1.0 has no place for these: control characters, lone surrogates, the two non-characters.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767
HEADER_ROW = 3
A4 = 9


@dataclass(frozen=True)
class Column:
    label: str
    kind: Kind = "text"
    width: int | None = None  # in characters; by kind when left out


@dataclass(frozen=True)
class Table:
    """One sheet: a title, a line saying what it covers, columns and rows of plain values."""

    sheet: str
    title: str
    covers: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    foot: str = ""  # below the rows: who made it and who checked it
    is_flat: bool = False  # only headings and rows: to be worked on, not printed


def workbook(tables: Iterable[Table], zone: ZoneInfo) -> bytes:
    """The file's bytes: one sheet per table, ready to print on A4 landscape."""
    book = Workbook(write_only=True)
    for table in tables:
        write(book, table, zone)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def write(book: Workbook, table: Table, zone: ZoneInfo) -> None:
    name = re.sub(r"[\[\]:*?/\\]", " ", clean(table.sheet))[:31] or "Sheet"
    sheet = book.create_sheet(name)
    heads = 1 if table.is_flat else HEADER_ROW
    sheet.freeze_panes = f"A{heads + 1}"
    sheet.print_title_rows = f"{heads}:{heads}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"
    for number, column in enumerate(table.columns, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width or WIDTHS[column.kind]

    if not table.is_flat:
        sheet.append([text(sheet, table.title, font=Font(bold=True, size=14))])
        sheet.append([text(sheet, table.covers, font=Font(color="666666"))])
    sheet.append([heading(sheet, column) for column in table.columns])
    count = 0
    styles: Styles = {}
    for row in table.rows:
        count += 1
        sheet.append(
            [
                cell(sheet, value, column.kind, zone, styles)
                for value, column in zip(row, table.columns, strict=True)
            ]
        )
    if table.foot:
        sheet.append([])
        sheet.append([text(sheet, table.foot)])
    last = get_column_letter(len(table.columns))
    sheet.auto_filter.ref = f"A{heads}:{last}{heads + count}"


def heading(sheet: Any, column: Column) -> WriteOnlyCell:
    made = text(sheet, column.label, font=Font(bold=True))
    made.fill = PatternFill("solid", fgColor="EEF1F4")
    made.border = Border(bottom=Side("thin", color="888888"))
    made.alignment = Alignment(
        horizontal="left" if column.kind == "text" else "right",
        vertical="center",
        wrap_text=True,
    )
    return made


def text(sheet: Any, value: str, font: Font | None = None) -> WriteOnlyCell:
    made = WriteOnlyCell(sheet, clean(value))
    made.data_type = "s"  # after the value: openpyxl takes a leading = for a formula
    if font:
        made.font = font
    return made


def cell(sheet: Any, value: Any, kind: Kind, zone: ZoneInfo, styles: Styles) -> WriteOnlyCell | None:
    """`styles`: how the cells of each kind of the sheet look, once they have been worked out."""
    if value is None or value == "":
        return None
    if isinstance(value, str):  # words where a day was looked for stay words
        kind = "text"
    elif kind == "datetime" and not isinstance(value, datetime):
        kind = "date"
    made = text(sheet, str(value)) if kind == "text" else WriteOnlyCell(sheet, plain(value, kind, zone))
    if kind in styles:  # a style worked out anew for each cell takes half of the time
        made._style = styles[kind]
        return made
    if kind != "text":
        made.number_format = FORMATS[kind]
    made.alignment = Alignment(vertical="top", wrap_text=kind == "text")
    styles[kind] = made._style
    return made


def plain(value: Any, kind: Kind, zone: ZoneInfo) -> float | date:
    """Excel knows no zones: a moment becomes the wall clock of the estate."""
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return local.date() if kind == "date" else local.replace(tzinfo=None, microsecond=0)
    number: float | date = value
    return number


def clean(value: str) -> str:
    return ILLEGAL.sub("", value)[:LONGEST_CELL]
