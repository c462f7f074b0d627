"""From the bytes of a file to sheets of rows. Knows Excel and CSV, nothing of registers.

Limits, so that one upload cannot take a worker with it: `MAX_BYTES` as sent, `MAX_UNPACKED` inside
the workbook, `MAX_ROWS` filled rows in all, `MAX_COLUMNS`. Workbooks are streamed; no formula is
calculated, no macro run, no link followed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import WINDOWS_EPOCH

from config.framework.refusals import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+\d+:[A-Z]+\d+)"')
_HIDDEN = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=\"(?:1|true)\"[^>]*>")
_SPELLED_OUT = re.compile(
    r'\s*=\s*(?:"(?P<plain>(?:[^"]|"")*)"|HYPERLINK\(\s*"(?P<address>[^"]*)"\s*(?:[,;]\s*"(?P<link>(?:[^"]|"")*)"\s*)?\))\s*',
    re.IGNORECASE,
)
_CALCULATED = re.compile(r"\s*=\s*[-+]?\s*[A-Za-z0-9($\"']")
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|table|meta|\?xml|div)", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class Unreadable(Refused):
    """The file as a whole cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Formula:
    """A cell whose formula was saved without its result."""

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return "=…"


@dataclass(frozen=True)
class Row:
    """One row as it stands: its number in the sheet, counted from 1, and its values. `left_out` says why
    it is not read (hidden, struck out); `struck` are the columns whose value was struck out and dropped."""

    number: int
    cells: tuple[Any, ...]
    left_out: str = ""
    struck: tuple[int, ...] = ()

    @property
    def is_blank(self) -> bool:
        return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """`epoch` is the day number 0 of dates kept as numbers; `hidden` sheets are not read."""

    name: str
    rows: list[Row]
    epoch: datetime
    hidden: bool = False


def read_sheets(
    content: bytes, filename: str, *, likeness: Callable[[list[Row]], int] | None = None
) -> list[Sheet]:
    """The sheets of an .xlsx or .csv file. What it is, is decided by its content. `likeness` says how much
    rows look like what is looked for: by it the separator of a text is found, by trying each."""
    check_kind(content)
    if content.startswith(_ZIP):
        return _workbook(content)
    return [_text(content, PurePath(filename).stem, likeness)]


def check_kind(content: bytes) -> None:
    """Raise Unreadable for what cannot be a register whatever is in it. Cheap: looks at the beginning."""
    if not content:
        raise Unreadable(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise Unreadable(
            _("The file is larger than %(size)d MB; send one estate or one building at a time.")
            % {"size": MAX_BYTES // 1024 // 1024}
        )
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(_("The workbook is protected by a password; save a copy without one."))
        raise Unreadable(_("This is the old .xls format; save it as .xlsx in Excel or WPS and send that."))
    if content.startswith(_ZIP):
        return
    head = content[:4096].decode(
        "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "ignore"
    )
    if _PAGE.match(head.lstrip("\ufeff")) or head.startswith("MIME-Version:"):
        raise Unreadable(
            _(
                "This is a web page that was only named .xls, as some systems export it. Open it in Excel or "
                "WPS, choose “Save as”, take “Excel workbook (.xlsx)”, and send that file."
            )
        )
    if "\x00" in head or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8")):
        raise Unreadable(_not_a_register())


def _workbook(content: bytes) -> list[Sheet]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise Unreadable(_("The file is damaged; open it in Excel or WPS and save it again.")) from None
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Unreadable(_not_a_register())
    if any(name.startswith("xl/vbaProject") for name in names):
        raise Unreadable(_("The workbook contains macros; save it as .xlsx without them."))
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(
            _("Unpacked, the workbook is larger than %(size)d MB; delete pictures and unused sheets.")
            % {"size": MAX_UNPACKED // 1024 // 1024}
        )
    try:
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(2000):
                        raise Unreadable(_not_a_register())
        return list(_sheets(content))
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
    ):
        # openpyxl reports a broken part with whatever it stumbled over.
        raise Unreadable(_("The file is damaged; open it in Excel or WPS and save it again.")) from None


def _sheets(content: bytes) -> Iterator[Sheet]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, rich_text=True)
    formulas = None
    struck = _struck_styles(book)
    left = MAX_ROWS
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield Sheet(sheet.title, [], book.epoch, hidden=True)
            continue
        with (
            sheet._get_source() as source
        ):  # openpyxl streams neither merged cells nor hidden rows nor formulas beside values
            part = source.read()
        merged = [range_boundaries(found.decode()) for found in _MERGED.findall(part)]
        hidden = {int(n) for row in _HIDDEN.findall(part) for n in re.findall(rb'\br="(\d+)"', row)}
        unsaved: dict[int, dict[int, Any]] = {}
        if _FORMULA.search(part):
            formulas = formulas or load_workbook(io.BytesIO(content), read_only=True)
            unsaved = _formula_cells(formulas[sheet.title])
        del part
        rows = _rows(sheet, unsaved, left, hidden, struck)
        left -= len(rows)
        _fill_merged(rows, merged)
        yield Sheet(sheet.title, rows, book.epoch)


def _struck_styles(book: Any) -> set[int]:
    """The styles of cells that strike their text out."""
    return {n for n, style in enumerate(book._cell_styles) if book._fonts[style.fontId].strike}


def _rows(
    sheet: Any, unsaved: dict[int, dict[int, Any]], limit: int, hidden: set[int], struck: set[int]
) -> list[Row]:
    """Every row, blank ones too, up to the last filled one."""
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    rows: list[Row] = []
    blank: list[Row] = []
    filled = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        row = _row(number, cells, unsaved.get(number, {}), struck)
        if row.is_blank and not row.left_out:
            # Blank rows below the table cost no memory, however many were formatted.
            if len(blank) < MAX_ROWS:
                blank.append(Row(number, ()))
            continue
        if number in hidden:
            row = replace(row, left_out=_("hidden row"))
        filled += 1
        if filled > limit:
            raise Unreadable(_too_many())
        rows += blank
        blank = []
        rows.append(row)
    return rows


def _row(number: int, cells: Sequence[Any], unsaved: dict[int, Any], struck: set[int]) -> Row:
    """One row of a workbook. A value struck out is none; a row of nothing else is left out."""
    values: list[Any] = []
    shown: list[Any] = []
    gone: list[int] = []
    for column, cell in enumerate(cells):
        value = cell.value
        if value is None and column in unsaved:
            value = unsaved[column]
        shown.append(None if value is None else str(value) if isinstance(value, CellRichText) else value)
        if isinstance(value, CellRichText):
            value, some = _not_struck(value)
            if some:
                gone.append(column)
        if value not in (None, "") and struck and getattr(cell, "_style_id", 0) in struck:
            gone.append(column)
            value = None
        values.append(value)
    if gone and all(value in (None, "") for value in values):
        return Row(number, _trimmed(shown), left_out=_("row struck out"))
    return Row(number, _trimmed(values), struck=tuple(gone))


def _not_struck(text: CellRichText) -> tuple[str | None, bool]:
    """The text without its runs that are struck out, and whether there were such."""
    kept = [run for run in text if not (isinstance(run, TextBlock) and run.font and run.font.strike)]
    return "".join(str(run) for run in kept) or None, len(kept) < len(text)


def _trimmed(cells: Sequence[Any]) -> tuple[Any, ...]:
    width = len(cells)
    while width and cells[width - 1] is None:
        width -= 1
    return tuple(cells[:width])


def _formula_cells(sheet: Any) -> dict[int, dict[int, Any]]:
    """What to take for a formula without a saved result: the text it spells out, else a `Formula`."""
    sheet.reset_dimensions()
    found: dict[int, dict[int, Any]] = {}
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        columns = {
            column: literal(str(cell.value)) for column, cell in enumerate(cells) if cell.data_type == "f"
        }
        if columns:
            found[number] = columns
    return found


def literal(text: str) -> str | Formula:
    """What Excel shows for a text that begins like a formula: ="101" → 101, =HYPERLINK("…","y") → y.

    >>> literal('="101"'), literal('=HYPERLINK("http://x", "y")'), literal("甲"), literal("=A1+1")
    ('101', 'y', '甲', Formula())
    """
    if match := _SPELLED_OUT.fullmatch(text):
        shown = match["plain"] if match["plain"] is not None else match["link"] or match["address"]
        return shown.replace('""', '"')
    return Formula() if _CALCULATED.match(text) else text


def _fill_merged(rows: list[Row], merged: list[Any]) -> None:
    """Cells merged downwards all have the value of the first; merged across stay a title."""
    at = {row.number: position for position, row in enumerate(rows)}
    for column, first, _last_column, last in merged:
        if last == first or first not in at or column > MAX_COLUMNS:
            continue
        cells = rows[at[first]].cells
        value = cells[column - 1] if column <= len(cells) else None
        for number in range(first + 1, min(last, rows[-1].number) + 1):
            if number in at and (cells := rows[at[number]].cells):
                cells += (None,) * (column - len(cells))
                rows[at[number]] = replace(
                    rows[at[number]], cells=(*cells[: column - 1], value, *cells[column:])
                )


def _text(content: bytes, name: str, likeness: Callable[[list[Row]], int] | None) -> Sheet:
    """The text as rows, by the separator under which it looks most like what is looked for."""
    text = _decoded(content)
    if "\x00" in text:
        raise Unreadable(_not_a_register())
    found = [(separator, _separated(text, separator)) for separator in ",\t;，|"]
    best = max(found, key=lambda pair: (likeness(pair[1][:50]) if likeness else 0, _width(pair[1])))
    return Sheet(name, best[1], WINDOWS_EPOCH)


def _width(rows: list[Row]) -> int:
    return sum(len(row.cells) - 1 for row in rows[:50])


def _separated(text: str, separator: str) -> list[Row]:
    rows: list[Row] = []
    filled = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        # A value with line breaks takes several lines but is one row, as in Excel.
        for number, cells in enumerate(reader, start=1):
            row = Row(number, tuple(literal(cell.strip(" \t")) for cell in cells[:MAX_COLUMNS]))
            filled += not row.is_blank
            if filled > MAX_ROWS:
                raise Unreadable(_too_many())
            rows.append(row)
    except csv.Error:
        return []
    return rows


def _decoded(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if wide else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_not_a_register())


def _not_a_register() -> str:
    return _("This file is neither an Excel workbook (.xlsx) nor a text table (.csv).")


def _too_many() -> str:
    return _("More than %(count)d rows; send one estate or one building at a time.") % {"count": MAX_ROWS}
