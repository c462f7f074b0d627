"""One sheet, row by row: find the header, carry the building down, tell rows from titles, notes and
subtotals. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from owners import places
from owners.importing import words
from owners.importing.files import Row, Sheet
from owners.importing.reading import ColumnReading, Line
from owners.importing.row import read_row
from owners.importing.table import Table
from owners.importing.words import Column
from owners.places import parse_building


def read_tables(sheets: list[Sheet]) -> list[Table]:
    """Read every sheet. Whether `1-101` in building 1 is its room 101 or entrance 1, room 101, shows
    in the other rows: one `2-101` in building 1 and all of the file is read by entrances."""
    tables = [_read_table(sheet, pairs_are_entrances=False) for sheet in sheets]
    if any(table.saw_entrance_pair for table in tables):
        tables = [_read_table(sheet, pairs_are_entrances=True) for sheet in sheets]
    return tables


def _read_table(sheet: Sheet, *, pairs_are_entrances: bool) -> Table:
    """Read one sheet; a sheet without a header row is skipped as a whole."""
    table = Table(sheet, pairs_are_entrances=pairs_are_entrances)
    if sheet.hidden:
        table.skipped.append(Line(sheet.name, 0, _("The sheet is hidden and was not read.")))
        return table
    rows = iter(enumerate(sheet.rows))
    for position, row in rows:
        if row.is_blank:
            table.skip(row, _("blank"))
        elif at := _header(row.cells):
            _begin(table, row, at)
        elif not table.at and (at := _header(two := _joined(sheet.rows[position : position + 2]))):
            table.skip(row, _("header"))
            _begin(table, replace(sheet.rows[position + 1], cells=two), at)
            next(rows)
        elif not table.at:
            table.skip(row, _("title"))
            # A ledger of one building names it in the title: 3号楼业主台账.
            title = places.building_in(" ".join(str(cell) for cell in row.cells if cell))
            table.carried.building = title or table.carried.building
        else:
            _read_row(table, row)
    if not table.at:
        table.skipped = [Line(sheet.name, 0, _("No header row was found in this sheet; it was not read."))]
    return table


def _joined(rows: list[Row]) -> tuple[Any, ...]:
    """Two header rows as one: the lower word, else the upper."""
    if len(rows) < 2 or rows[1].is_blank or _header(rows[1].cells):
        return ()
    width = max(len(row.cells) for row in rows)
    upper, lower = (row.cells + (None,) * (width - len(row.cells)) for row in rows)
    return tuple(below or above for above, below in zip(upper, lower, strict=True))


def _header(cells: tuple[Any, ...]) -> dict[Column, list[int]] | None:
    """Where each meaning stands, if this row names columns: a room and one thing more."""
    at: dict[Column, list[int]] = {}
    for position, cell in enumerate(cells):
        if (column := words.meaning(cell)) and (column in words.REPEATABLE or column not in at):
            at.setdefault(column, []).append(position)
    has_room = Column.ROOM in at or Column.PLACE in at
    return at if has_room and len(at) >= 2 else None


def _begin(table: Table, row: Row, at: dict[Column, list[int]]) -> None:
    """A header row: from here on the columns mean this."""
    again = table.at == at
    table.skip(row, _("header again") if again else _("header"))
    if again:
        return
    table.at = at
    for position, cell in enumerate(row.cells):
        if cell is None or not str(cell).strip():
            continue
        meaning = next((column for column, positions in at.items() if position in positions), None)
        header = " ".join(str(cell).split())
        table.columns.append(
            ColumnReading(table.sheet.name, get_column_letter(position + 1), header, meaning)
        )
    if Column.BUILDING not in at:
        named = places.building_in(table.sheet.name) or _short_name(table.sheet.name)
        table.carried.building = named or table.carried.building
        if table.carried.building:
            table.note(
                row.number,
                _("Rows without a building belong to %(building)s, by the sheet's name or title.")
                % {"building": table.carried.building[2]},
            )
    if Column.NAME in at and Column.CAPACITY not in at:
        table.note(
            row.number,
            _("No column says who a person is to the unit: those under “%(header)s” are taken as owners.")
            % {"header": " ".join(str(row.cells[at[Column.NAME][0]]).split())},
        )


def _short_name(text: str) -> tuple[str, str, str] | None:
    """A sheet called `1`, `A座` or `紫薇阁` is a building; `Sheet1` and `业主台账` are not."""
    building = parse_building(text)
    if building and (building[1].isascii() and len(building[1]) <= 3 or building[1][-1] in "楼阁苑轩座园居"):
        return building
    return None


def _read_row(table: Table, row: Row) -> None:
    filled = [(i, str(cell).strip()) for i, cell in enumerate(row.cells) if cell not in (None, "")]
    read = {i for positions in table.at.values() for i in positions}
    texts = [text for i, text in filled if text and (i in read or len(filled) == 1)]
    if not texts:
        table.skip(row, _("nothing but a serial number"))
    elif any(words.SUBTOTAL.match(text) for _i, text in filled):
        table.skip(row, _("subtotal"))
    elif len(texts) == 1 and (building := _building_heading(table, row, texts[0])):
        table.begin_building(building)
        table.skip(row, _("building heading"))
    elif _is_note(table, row, [text for _i, text in filled]):
        table.skip(row, _("note"))
    else:
        read_row(table, row)


def _building_heading(table: Table, row: Row, text: str) -> tuple[str, str, str] | None:
    in_building_column = table.get(row, Column.BUILDING) is not None
    return (
        parse_building(text) if in_building_column else (places.building_in(text) if len(text) < 12 else None)
    )


def _is_note(table: Table, row: Row, texts: list[str]) -> bool:
    """A sentence under the table. A row with a name, a number or a room is never one by accident."""
    if any(table.get(row, c) for c in (Column.NAME, Column.PHONE)) and len(texts) > 1:
        return False
    return bool(words.NOTE.match(texts[0])) or (len(texts) == 1 and len(texts[0]) > 12)
