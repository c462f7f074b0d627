"""From the sheets of a complaint ledger to its rows: where the heading is, which rows are cases, what 同上
repeats. Pure.

Title rows, totals and notes are left out; a heading may take two rows and stand anew on each page. What a row
says is kept as it was written; what it means is read by `complaints.actions.past_ledgers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from complaints.past_ledger.headings import Column, columns_of, likeness
from complaints.past_ledger.moments import Moment, Said, clock_of, moment_of, said_in
from complaints.past_ledger.terms import DITTO
from owners.importing.cells import Bad, text_of
from owners.importing.files import Row, Sheet, Unreadable, read_sheets
from owners.importing.habits import is_subtotal
from owners.importing.words import NOTE

#: Columns of moments; of the first the month of the title is held against it.
MOMENTS = (Column.RECEIVED, Column.PROMISED, Column.HANDLED, Column.REPLIED, Column.REVISITED, Column.CLOSED)
#: Those where words may stand instead of a moment, and are kept as words.
PERHAPS = frozenset({Column.PROMISED, Column.REPLIED, Column.REVISITED})
#: What says of a row that it is a case: a serial number or a remark alone does not.
OF_A_CASE = frozenset(Column) - {Column.SERIAL, Column.ESTATE, Column.REMARK, Column.STATUS}
MOST_CASES = 20_000


@dataclass(frozen=True)
class Entry:
    """One row: its words by column, its moments, and the sentences on what is wrong with it."""

    sheet: str
    row: int
    words: dict[Column, str]
    moments: dict[Column, Moment]
    phone: Any = None
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def get(self, column: Column) -> str:
        return self.words.get(column, "")


@dataclass(frozen=True)
class ColumnRead:
    """How one column was understood; `meaning` empty: it is not read."""

    sheet: str
    letter: str
    header: str
    meaning: str


@dataclass(frozen=True)
class Left:
    """A row that is no case, and why."""

    sheet: str
    row: int
    reason: str
    text: str


@dataclass
class Reading:
    """Everything a file says."""

    entries: list[Entry] = field(default_factory=list)
    columns: list[ColumnRead] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def read_ledger(
    content: bytes, filename: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> Reading:
    """Raises Unreadable for what is no ledger of complaints."""
    sheets = read_sheets(content, filename, likeness=_likeness)
    typed = content.startswith(b"PK")
    reading = Reading()
    total, done = sum(len(sheet.rows) for sheet in sheets), 0
    for sheet in sheets:
        progress(done, total)
        _read_sheet(sheet, filename, reading, typed=typed)
        done += len(sheet.rows)
    progress(total, total)
    if not reading.columns:
        raise Unreadable(
            _(
                "No heading of a complaint ledger was found: it needs a column of the day of receipt"
                " (受理时间) and one of what happened (投诉内容)."
            )
        )
    return reading


def _likeness(rows: list[Row]) -> int:
    return max((likeness(row.cells) for row in rows), default=0)


@dataclass
class _Table:
    sheet: Sheet
    reading: Reading
    typed: bool
    at: dict[Column, int] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    said: Said = Said()
    above: dict[Column, Any] = field(default_factory=dict)

    def leave(self, row: Row, reason: str) -> None:
        text = " ".join(str(cell).strip() for cell in row.cells if cell not in (None, ""))
        self.reading.left.append(Left(self.sheet.name, row.number, reason, text[:60]))


def _read_sheet(sheet: Sheet, filename: str, reading: Reading, *, typed: bool) -> None:
    table = _Table(sheet, reading, typed)
    if sheet.hidden:
        reading.left.append(Left(sheet.name, 0, _("The sheet is hidden and was not read."), ""))
        return
    rows = iter(enumerate(sheet.rows))
    for position, row in rows:
        if row.is_blank:
            continue
        if row.left_out:
            table.leave(row, row.left_out)
        elif heading := _heading(sheet.rows, position):
            at, cells, height = heading
            if height == 2:
                next(rows)
            _begin(table, row, at, cells, filename)
        elif not table.at:
            table.titles += [str(cell) for cell in row.cells if cell not in (None, "")]
            table.leave(row, _("title"))
        else:
            _read_row(table, row)
    if not table.at and sheet.rows:
        reading.left = [line for line in reading.left if line.sheet != sheet.name]
        reading.left.append(
            Left(sheet.name, 0, _("No header row was found in this sheet; it was not read."), "")
        )


def _heading(rows: list[Row], position: int) -> tuple[dict[Column, int], tuple[Any, ...], int] | None:
    """The columns of a heading of one row or two, its words, and how many rows it takes."""
    row = rows[position]
    if _looks_like_a_case(row):
        return None
    if position + 1 < len(rows) and not _looks_like_a_case(rows[position + 1]):
        lower = rows[position + 1].cells
        if _is_under(row.cells, lower) and (two := columns_of(_joined(row.cells, lower), row.cells)):
            return two, _joined(row.cells, lower), 2
    if one := columns_of(row.cells):
        return one, row.cells, 1
    return None


def _looks_like_a_case(row: Row) -> bool:
    """A number, a day or a long text stands in no heading."""
    return any(
        isinstance(cell, int | float | datetime) or (isinstance(cell, str) and len(cell.strip()) > 24)
        for cell in row.cells
    )


def _is_under(upper: tuple[Any, ...], lower: tuple[Any, ...]) -> bool:
    """Whether the lower row is part of a heading: it has words that ledgers have in headings, and under what
    is merged downwards the same word, or nothing."""
    below = [str(cell).strip() for cell in lower if cell not in (None, "")]
    if len(below) < 2 or any(re.search(r"\d", text) for text in below):
        return False
    return bool(columns_of(_joined(upper, lower), upper)) and likeness(lower) >= 1 and upper != lower


def _joined(upper: tuple[Any, ...], lower: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(under if under not in (None, "") else over for over, under in zip_longest(upper, lower))


def _begin(table: _Table, row: Row, at: dict[Column, int], cells: tuple[Any, ...], filename: str) -> None:
    again = table.at == at
    table.leave(row, _("header again") if again else _("header"))
    if again:
        return
    table.at = at
    table.said = said_in([table.sheet.name, *table.titles], filename)
    named = {position: column for column, position in at.items()}
    for position, cell in enumerate(cells):
        if cell not in (None, ""):
            header = " ".join(str(cell).split())
            meaning = named.get(position, "")
            table.reading.columns.append(
                ColumnRead(table.sheet.name, get_column_letter(position + 1), header, meaning)
            )


def _read_row(table: _Table, row: Row) -> None:
    cells = {column: row.cells[i] if i < len(row.cells) else None for column, i in table.at.items()}
    filled = {column for column, cell in cells.items() if cell is not None and str(cell).strip()}
    first = next((str(cell).strip() for cell in row.cells if cell not in (None, "")), "")
    if is_subtotal(row) or re.fullmatch(
        r"(?:本?[月年季周日页]|全[月年])?(?:小计|合计|总计|共计)\D{0,4}", first
    ):
        table.leave(row, _("subtotal"))
    elif NOTE.match(first) and not {Column.RECEIVED, Column.CONTENT} <= filled:
        table.leave(row, _("note"))
    elif not filled & OF_A_CASE:
        table.leave(row, _("nothing but a serial number") if filled else _("note"))
    elif len(filled) == 1 and len(table.at) > 3 and Column.CONTENT not in filled:
        table.leave(row, _("note"))
    elif len(table.reading.entries) >= MOST_CASES:
        raise Unreadable(_("More than %(count)d rows; send one year at a time.") % {"count": MOST_CASES})
    else:
        table.reading.entries.append(_entry(table, row, cells))


def _entry(table: _Table, row: Row, cells: dict[Column, Any]) -> Entry:
    wrong: list[str] = []
    notes: list[str] = []
    for column, cell in cells.items():
        if isinstance(cell, str) and cell.strip().lower() in DITTO:
            cells[column] = table.above.get(column)
            if cells[column] is None:
                wrong.append(_("“%(text)s” repeats a cell that is not there.") % {"text": cell.strip()})
    table.above = {column: cell for column, cell in cells.items() if cell not in (None, "")}
    words: dict[Column, str] = {}
    moments: dict[Column, Moment] = {}
    for column, cell in cells.items():
        try:
            if column in MOMENTS:
                _read_moment(table, column, cell, words, moments, notes)
            elif column == Column.CONTENT and isinstance(cell, str):
                words[column] = cell.replace("\r\n", "\n").strip()
            elif column not in (Column.TIME, Column.PHONE) and (text := _text(cell)):
                words[column] = text
        except Bad as sentence:
            wrong.append(_of(table, column, sentence))
    _read_time(table, cells, moments, wrong)
    for position in row.struck:
        notes.append(
            _("What is struck out under “%(column)s” was not read.")
            % {
                "column": next(
                    (_header(table, c) for c, i in table.at.items() if i == position), position + 1
                )
            }
        )
    return Entry(
        table.sheet.name, row.number, words, moments, cells.get(Column.PHONE), tuple(wrong), tuple(notes)
    )


def _text(cell: object) -> str:
    """A cell as words; a day in a column of words as it is read."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, time | timedelta | bool):
        return str(cell)
    return text_of(cell)


def _read_moment(
    table: _Table,
    column: Column,
    cell: Any,
    words: dict[Column, str],
    moments: dict[Column, Moment],
    notes: list[str],
) -> None:
    first = column == Column.RECEIVED
    try:
        found = moment_of(cell, table.sheet.epoch, table.said, typed=table.typed, checks_month=first)
    except Bad as sentence:
        if column not in PERHAPS:
            raise
        words[column] = _text(cell)
        notes.append(_of(table, column, sentence) + " " + _("It is kept as words."))
        return
    if found:
        moments[column] = found


def _read_time(
    table: _Table, cells: dict[Column, Any], moments: dict[Column, Moment], wrong: list[str]
) -> None:
    """A time of day in a column of its own belongs to the day of receipt."""
    received = moments.get(Column.RECEIVED)
    if received is None or received.clock or cells.get(Column.TIME) in (None, ""):
        return
    try:
        moments[Column.RECEIVED] = Moment(received.day, clock_of(cells[Column.TIME]))
    except Bad as sentence:
        wrong.append(_of(table, Column.TIME, sentence))


def _of(table: _Table, column: Column, sentence: object) -> str:
    """A sentence on a column, under its own heading."""
    return _("%(column)s: %(words)s") % {"column": _header(table, column), "words": sentence}


def _header(table: _Table, column: Column) -> str:
    letter = get_column_letter(table.at[column] + 1)
    found = (one.header for one in reversed(table.reading.columns) if one.letter == letter)
    return next(found, str(column))
