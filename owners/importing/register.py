"""Reading a register: bytes in, a `Reading` out, free of the database and of any guess. Pure.

The reading shows how each column was understood, every row that counts, every row that does not and
why, and every row that is wrong and why.

Decisions:

- A number is somebody's own only where the row says so (`whose`): beside `甲、乙` it is kept with both, as
  one of which it is not said whose it is; marked 老婆 it is kept as hers. Who answers is asked at the
  first call, not made up here. A name beside the number (`甲13800138000`) ties it to that person.
- The people of the name column own the unit, unless a relation column, a word in brackets, or the
  remark says otherwise: a let unit's owner is an investor owner 投资业主, whoever is at a shop with
  `商户` is a merchant.
- The move-in date is that of the people of the name column; a tenant from a remark has none.
- A blank building, phase or entrance repeats the one above in a sheet that leaves it blank by habit, and
  is a problem in one that writes it in every row (`habits`). A row without any place is of the home
  above where the file writes each home once, and the row says who its person is.
- Who is gone (a day, a word, a row hidden or struck out) is taken in with his last day, or left out
  with a word. A contact person's number is nobody's: both are kept as a remark.
- Where it is not clear whose a column is, or whether rows are about one home, nothing of the sheet is
  loaded.
- A unit that turns up again elsewhere, without a word on who these further people are, is
  a problem of both rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from owners.importing.files import Unreadable, read_sheets
from owners.importing.layout import Progress, likeness, read_tables
from owners.importing.reading import Entry, Line, Reading


def read_register(
    content: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Reading:
    """Read a register: .xlsx as companies keep it, or .csv in UTF-8 or GB18030.

    `sheet` reads only the sheet of that name; `progress` is told how far the rows are read. Raises
    `Unreadable` with a sentence when the file as a whole cannot be read; everything less is a problem
    of its row.
    """
    sheets = read_sheets(content, filename, likeness=likeness)
    if sheet is not None:
        names = "、".join(s.name for s in sheets)
        sheets = [s for s in sheets if s.name == sheet]
        if not sheets:
            raise Unreadable(
                _("There is no sheet “%(sheet)s”; the file has: %(names)s.")
                % {"sheet": sheet, "names": names}
            )
    tables = read_tables(sheets, progress)
    if not any(table.columns for table in tables):
        raise Unreadable(
            _(
                "No row with column headers was found. One row must name the columns, such as 楼栋, 房号, "
                "业主姓名, 联系电话, or Building, Room, Name, Phone."
            )
        )
    entries = tuple(entry for table in tables for entry in table.entries)
    entries = tuple(_let(entries))
    clashes = tuple(_clashes(entries, {t.sheet.name for t in tables if t.names_capacity}))
    barred = {(line.sheet, line.row) for line in clashes}
    problems = [line for table in tables for line in table.problems] + list(clashes)
    order = {s.name: position for position, s in enumerate(sheets)}
    return Reading(
        filename=filename,
        columns=tuple(column for table in tables for column in table.columns),
        entries=tuple(entry for entry in entries if (entry.sheet, entry.row) not in barred),
        skipped=tuple(dict.fromkeys(line for table in tables for line in table.skipped)),
        problems=tuple(sorted(problems, key=lambda line: (order[line.sheet], line.row))),
        notes=tuple(line for table in tables for line in table.notes),
        estates=tuple(named for table in tables if table.at for named in table.estates),
    )


def _let(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    """A home with a tenant in a row of his own is let: its owner is an investor, unless the ledger says that
    he lives there too."""
    let: dict[str, set[tuple[str, int]]] = {}
    for entry in entries:
        if any(person.capacity == "tenant" and not person.moved_out for person in entry.people):
            let.setdefault(entry.place.code, set()).add((entry.sheet, entry.row))
    for entry in entries:
        if let.get(entry.place.code, set()) - {(entry.sheet, entry.row)}:
            owners = {
                person
                for person in entry.people
                if person.capacity == "owner_occupier" and not person.uses_it and not person.moved_out
            }
            people = (replace(p, capacity="investor") if p in owners else p for p in entry.people)
            entry = replace(entry, people=tuple(people))
        yield entry


def _clashes(entries: tuple[Entry, ...], capacity_sheets: set[str]) -> list[Line]:
    """Rows of one unit that cannot both be right: other areas, or other people without a word why."""
    first: dict[str, Entry] = {}
    found: dict[tuple[str, int], Line] = {}
    above: Entry | None = None
    for entry in entries:
        code = entry.place.code
        earlier = first.setdefault(code, entry)
        sentence = ""
        if earlier is not entry:
            other = {"place": entry.name, "sheet": earlier.sheet, "row": earlier.row}
            same_people = {p.name for p in entry.people} <= {p.name for p in earlier.people}
            directly_below = above is not None and above.place.code == code
            if entry.area and earlier.area and entry.area != earlier.area:
                sentence = _("%(place)s is already in row %(row)d of “%(sheet)s” with another area.") % other
            elif not (same_people or directly_below or entry.sheet in capacity_sheets):
                sentence = _("%(place)s is already in row %(row)d of “%(sheet)s” with other people.") % other
        if sentence:
            found[entry.sheet, entry.row] = Line(entry.sheet, entry.row, sentence, entry.name)
            found.setdefault(
                (earlier.sheet, earlier.row),
                Line(
                    earlier.sheet,
                    earlier.row,
                    _("%(place)s is in row %(row)d of “%(sheet)s” once more, and they differ.")
                    % {"place": entry.name, "sheet": entry.sheet, "row": entry.row},
                    earlier.name,
                ),
            )
        above = entry
    return list(found.values())
