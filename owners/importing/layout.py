"""One sheet, row by row: find the header, carry the building down, tell rows from titles, notes and
subtotals. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils import get_column_letter

from owners import places
from owners.importing import words
from owners.importing.columns import Columns, groups_over, read_columns, repeated
from owners.importing.estate_names import same_estate
from owners.importing.files import Row, Sheet
from owners.importing.habits import habits_of, is_subtotal
from owners.importing.reading import ColumnReading, EstateNamed, Line
from owners.importing.row import read_row
from owners.importing.table import Table
from owners.importing.words import Column
from owners.places import parse_building

#: Told how many rows have been read, and of how many.
Progress = Callable[[int, int], None]


def likeness(rows: list[Row]) -> int:
    """How many headers of a register the rows hold: by it the separator of a text is found."""
    return max((sum(words.meaning(cell) is not None for cell in row.cells) for row in rows), default=0)


def read_tables(sheets: list[Sheet], progress: Progress = lambda done, total: None) -> list[Table]:
    """Read every sheet. Whether `1-101` in building 1 is its room 101 or entrance 1, room 101, shows
    in the other rows: one `2-101` in building 1 and all of the file is read by entrances."""
    parts = [part for sheet in sheets for part in _side_by_side(sheet)]
    total = sum(len(part.rows) for part in parts)

    def read(*, pairs_are_entrances: bool) -> list[Table]:
        done, tables = 0, []
        for part in parts:
            before = done
            tables.append(
                _read_table(
                    part,
                    pairs_are_entrances=pairs_are_entrances,
                    progress=lambda rows, before=before: progress(before + rows, total),  # type: ignore[misc]
                )
            )
            done += len(part.rows)
        progress(done, total)
        return tables

    tables = read(pairs_are_entrances=False)
    if any(table.saw_entrance_pair for table in tables):
        tables = read(pairs_are_entrances=True)
    return tables


def _side_by_side(sheet: Sheet) -> list[Sheet]:
    """The sheet, or the tables that stand in it side by side as sheets of their own, letters kept."""
    for row in sheet.rows[:30]:
        if not read_columns(row.cells) or not (found := repeated(row.cells)):
            continue
        first, width = found
        last = len(row.cells)
        starts = [at for at in range(first, last, width) if row.cells[at] == row.cells[first]]
        parts = []
        for start in starts:
            end = start + width if start != starts[-1] else last

            rows = [replace(row, cells=_cut(row.cells, first, start, end)) for row in sheet.rows]
            parts.append(replace(sheet, rows=rows))
        return parts
    return [sheet]


def _cut(cells: tuple[Any, ...], first: int, start: int, end: int) -> tuple[Any, ...]:
    """The cells before `first` and those of one table, each in its place."""
    return (*cells[:first], *(None,) * (min(start, len(cells)) - first), *cells[start:end])


def _read_table(sheet: Sheet, *, pairs_are_entrances: bool, progress: Callable[[int], None]) -> Table:
    """Read one sheet; a sheet without a header row is skipped as a whole."""
    table = Table(sheet, pairs_are_entrances=pairs_are_entrances)
    if sheet.hidden:
        table.skipped.append(Line(sheet.name, 0, _("The sheet is hidden and was not read.")))
        return table
    if not sheet.name.lower().endswith((".csv", ".txt")):
        _name_in_title(table, 0, _("The sheet's name"), sheet.name)
    rows = iter(enumerate(sheet.rows))
    for position, row in rows:
        if position % 500 == 0:
            progress(position)
        if row.is_blank or row.left_out:
            table.last = None
            table.skip(row, row.left_out or _("blank"))
        elif two := _two_rows(sheet.rows, position):
            table.skip(row, _("header"))
            cells, columns = two
            _begin(table, replace(sheet.rows[position + 1], cells=cells), columns, position + 2)
            next(rows)
        elif columns := read_columns(row.cells):  # type: ignore[assignment]
            _begin(table, row, columns, position + 1)
        elif not table.at:
            table.skip(row, _("title"))
            _name_in_title(table, row.number, _("The title"), " ".join(str(c) for c in row.cells if c))
            # A ledger of one building names it in the title: 3号楼业主台账.
            title = places.building_in(" ".join(str(cell) for cell in row.cells if cell))
            table.carried.building = title or table.carried.building
        else:
            _read_row(table, row)
    _finish(table)
    return table


def _finish(table: Table) -> None:
    name = table.sheet.name
    if not table.at:
        table.skipped = [Line(name, 0, _("No header row was found in this sheet; it was not read."))]
    if table.stopped:
        table.entries = []
        table.problems = [line for line in table.problems if not line.where]
    if table.continued:
        table.note(
            0,
            ngettext(
                "%(count)d row without a room number was read as a further person of the home above it.",
                "%(count)d rows without a room number were read as further people of the home above them.",
                table.continued,
            )
            % {"count": table.continued},
        )
    if hidden := sum(row.left_out == _("hidden row") for row in table.sheet.rows):
        table.note(
            0,
            ngettext(
                "%(count)d hidden row was not read. If it belongs to the register, show it (clear the "
                "filter) and send the file again.",
                "%(count)d hidden rows were not read. If they belong to the register, show them (clear the "
                "filter) and send the file again.",
                hidden,
            )
            % {"count": hidden},
        )


def _two_rows(rows: list[Row], position: int) -> tuple[tuple[Any, ...], Columns] | None:
    """A header of two rows as one: the lower word, else the upper; the upper word says whose it is."""
    if position + 1 >= len(rows):
        return None
    upper, lower = rows[position].cells, rows[position + 1].cells
    above = [str(cell) for cell in upper if cell not in (None, "")]
    below = [cell for cell in lower if cell not in (None, "")]
    known = [cell for cell in below if words.meaning(cell)]
    if len(above) < 2 or len(known) < 2 or len(known) * 2 < len(below):
        return None
    if any(len(text) > 15 or re.search(r"[:：]|\d\d|^\d+$", text) for text in above):
        return None
    width = max(len(upper), len(lower))
    upper, lower = (cells + (None,) * (width - len(cells)) for cells in (upper, lower))
    joined = tuple(under or over for over, under in zip(upper, lower, strict=True))
    groups = groups_over(upper, lower)
    if upper == lower or not (columns := read_columns(joined, groups)):
        return None
    return joined, columns


def _begin(table: Table, row: Row, columns: Columns, below: int) -> None:
    """A header row: from here on the columns mean this."""
    again = bool(table.at) and table.header.same == columns.same
    table.skip(row, _("header again") if again else _("header"))
    if again:
        return
    table.at, table.header = columns.at, columns
    rows = [other for other in table.sheet.rows[below:] if not other.left_out]
    table.habits = habits_of(rows, columns.at)
    for position, cell in enumerate(row.cells):
        if cell is None or not str(cell).strip():
            continue
        header = " ".join(str(cell).split())
        letter = get_column_letter(position + 1)
        table.columns.append(ColumnReading(table.sheet.name, letter, header, columns.meaning(position)))
    _name_owners_of_phones(table)
    _tell_apart(table, row, rows)
    _say_whose(table, row)


def _name_owners_of_phones(table: Table) -> None:
    """Say of each column of phones of whom it is read."""
    for block in table.header.blocks:
        name = table.heading(block.name) if block.name is not None else ""
        for position in block.phones:
            whose: str = block.column
            if block.column == Column.NAME:
                its_own = words.is_owners(table.heading(position))
                sure = its_own or words.is_owners(name) and not table.names_capacity
                whose = "owner" if sure else name
            letter = get_column_letter(position + 1)
            table.columns = [
                replace(column, whose=whose) if column.letter == letter and not column.whose else column
                for column in table.columns
            ]


def _tell_apart(table: Table, row: Row, rows: list[Row]) -> None:
    """Stop where it is not clear whose a column is, or which homes the rows are about."""
    if table.header.stop:
        table.stop(row.number, table.header.stop)
    _tell_tables_apart(table, row, rows)
    for position in table.header.apart:
        values = _values(table, rows, position)
        header = table.heading(position)
        names = words.names_estates(header)
        if len(values) > 1 and not (names and all(same_estate(one, min(values, key=len)) for one in values)):
            table.stop(
                list(values.values())[1],
                _(
                    "The column “%(header)s” is not read, and it tells homes apart (%(values)s): send the "
                    "rows of one of them at a time."
                )
                % {"header": header, "values": "、".join(list(values)[:5])},
            )
        else:
            _name_estates(table, header, values, is_sure=names)
    for column in (Column.PHASE, Column.BUILDING):
        for position in table.header.at.get(column, []):
            _name_estates(table, table.heading(position), _values(table, rows, position))


def _tell_tables_apart(table: Table, row: Row, rows: list[Row]) -> None:
    """Stop where each row names two homes, each with its people: two tables under other words."""
    at = table.header.at
    names = [block.name for block in table.header.blocks if block.name is not None]
    for again in table.header.again:
        first = at.get(words.meaning(row.cells[again]) or Column.ROOM, [again])[0]
        if not any(first < name < again for name in names) or not any(name > again for name in names):
            continue
        for other in rows:
            one, two = (" ".join(map(str, table.cells(other, [i]))) for i in (first, again))
            if one and two and one != two and {Column.ROOM, Column.PLACE} & {words.meaning(row.cells[again])}:
                sentence = _(
                    "The row names two homes, under “%(one)s” and “%(two)s”: put one table below the other."
                )
                table.stop(
                    other.number, sentence % {"one": table.heading(first), "two": table.heading(again)}
                )
                return


def _name_in_title(table: Table, row: int, header: str, text: str) -> None:
    table.estates.append(EstateNamed(table.sheet.name, row, header, text, is_title=True))


def _values(table: Table, rows: list[Row], position: int) -> dict[str, int]:
    """What stands in a column, each with its first row."""
    values: dict[str, int] = {}
    for row in rows:
        filled = sum(cell not in (None, "") for cell in row.cells)
        text = " ".join(map(str, table.cells(row, [position]))) if filled > 2 else ""
        if text:
            values.setdefault(" ".join(text.split()), row.number)
    return values


def _name_estates(table: Table, header: str, values: dict[str, int], *, is_sure: bool = False) -> None:
    table.estates += [
        EstateNamed(table.sheet.name, row, header, value, is_sure=is_sure) for value, row in values.items()
    ]


def _say_whose(table: Table, row: Row) -> None:
    at = table.header.at
    if not {Column.BUILDING, Column.STAIR} & set(at):
        named = places.building_in(table.sheet.name) or _short_name(table.sheet.name)
        table.carried.building = named or table.carried.building
        if table.carried.building:
            table.note(
                row.number,
                _("Rows without a building belong to %(building)s, by the sheet's name or title.")
                % {"building": table.carried.building[2]},
            )
    if Column.NAME in at and not table.names_capacity:
        table.note(
            row.number,
            _("No column says who a person is to the unit: those under “%(header)s” are taken as owners.")
            % {"header": " ".join(str(row.cells[at[Column.NAME][0]]).split())},
        )
    for position, other in table.header.unread.items():
        header, behind = (" ".join(str(row.cells[i]).split()) for i in (position, other))
        if position == other:
            sentence = _(
                "“%(header)s” is not read: the heading does not say that it is the owner's or tenant's."
            )
        else:
            sentence = _(
                "“%(header)s” is not read: it may belong to “%(other)s” before it. If it is the owner's, "
                "put it directly behind his name or call it 业主电话."
            )
        table.note(row.number, sentence % {"header": header, "other": behind})


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
    if not texts or is_subtotal(row):
        table.last = None
    if len(texts) == 1:
        _name_in_title(table, row.number, _("The title"), texts[0])
    if not texts:
        table.skip(row, _("nothing but a serial number"))
    elif is_subtotal(row):
        table.skip(row, _("subtotal"))
    elif len(texts) == 1 and (building := _building_heading(table, row, texts[0])):
        table.begin_building(building)
        table.last = None
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
