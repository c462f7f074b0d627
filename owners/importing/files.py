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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import WINDOWS_EPOCH

from staff.refusals import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100

_OLE = b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+\d+:[A-Z]+\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class Unreadable(Refused):
    """The file as a whole cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Formula:
    """A cell whose formula was saved without its result."""

    def __str__(self) -> str:
        return "=…"


@dataclass(frozen=True)
class Row:
    """One row as it stands: its number in the sheet, counted from 1, and its values."""

    number: int
    cells: tuple[Any, ...]

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


def read_sheets(content: bytes, filename: str) -> list[Sheet]:
    """The sheets of an .xlsx or .csv file. What it is, is decided by its content."""
    if not content:
        raise Unreadable(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise Unreadable(
            _("The file is larger than %(size)d MB; send one estate or one building at a time.")
            % {"size": MAX_BYTES // 1024 // 1024}
        )
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(_("The workbook is protected by a password; save a copy without one."))
        raise Unreadable(_("This is the old .xls format; save it as .xlsx in Excel or WPS and send that."))
    return [_text(content, PurePath(filename).stem)]


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
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    formulas = None
    left = MAX_ROWS
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield Sheet(sheet.title, [], book.epoch, hidden=True)
            continue
        with (
            sheet._get_source() as source
        ):  # openpyxl streams neither merged cells nor formulas beside values
            part = source.read()
        merged = [range_boundaries(found.decode()) for found in _MERGED.findall(part)]
        unsaved: dict[int, set[int]] = {}
        if _FORMULA.search(part):
            formulas = formulas or load_workbook(io.BytesIO(content), read_only=True)
            unsaved = _formula_cells(formulas[sheet.title])
        del part
        rows = _rows(sheet, unsaved, left)
        left -= len(rows)
        _fill_merged(rows, merged)
        yield Sheet(sheet.title, rows, book.epoch)


def _rows(sheet: Any, unsaved: dict[int, set[int]], limit: int) -> list[Row]:
    """Every row, blank ones too, up to the last filled one."""
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    rows: list[Row] = []
    blank: list[Row] = []
    filled = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
        if number in unsaved:
            cells = tuple(
                Formula() if cell is None and column in unsaved[number] else cell
                for column, cell in enumerate(cells)
            )
        row = Row(number, _trimmed(cells))
        if row.is_blank:
            # Blank rows below the table cost no memory, however many were formatted.
            if len(blank) < MAX_ROWS:
                blank.append(Row(number, ()))
            continue
        filled += 1
        if filled > limit:
            raise Unreadable(_too_many())
        rows += blank
        blank = []
        rows.append(row)
    return rows


def _trimmed(cells: Sequence[Any]) -> tuple[Any, ...]:
    width = len(cells)
    while width and cells[width - 1] is None:
        width -= 1
    return tuple(cells[:width])


def _formula_cells(sheet: Any) -> dict[int, set[int]]:
    sheet.reset_dimensions()
    found: dict[int, set[int]] = {}
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        columns = {column for column, cell in enumerate(cells) if cell.data_type == "f"}
        if columns:
            found[number] = columns
    return found


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
                rows[at[number]] = Row(number, (*cells[: column - 1], value, *cells[column:]))


def _text(content: bytes, name: str) -> Sheet:
    text = _decoded(content)
    if "\x00" in text or re.match(r"\s*<(?:!doctype|html|\?xml|table)", text, re.IGNORECASE):
        raise Unreadable(_not_a_register())
    head = "\n".join(text.splitlines()[:20])
    delimiter = max(",\t;，", key=head.count)
    rows: list[Row] = []
    filled = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        # A value with line breaks takes several lines but is one row, as in Excel.
        for number, cells in enumerate(reader, start=1):
            row = Row(number, tuple(cells[:MAX_COLUMNS]))
            filled += not row.is_blank
            if filled > MAX_ROWS:
                raise Unreadable(_too_many())
            rows.append(row)
    except csv.Error:
        raise Unreadable(_not_a_register()) from None
    return Sheet(name, rows, WINDOWS_EPOCH)


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
