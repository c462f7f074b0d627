"""One sheet while it is being read: what its columns mean, what blank cells repeat, what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from owners.importing.columns import Columns
from owners.importing.files import Row, Sheet
from owners.importing.habits import Habits
from owners.importing.reading import ColumnReading, Entry, EstateNamed, Line
from owners.importing.words import Column
from owners.places import Place


@dataclass
class Carried:
    """What the rows above said and a blank cell repeats: (phase, short name, name) and entrance."""

    building: tuple[str, str, str] | None = None
    entrance: str = ""
    phase: str = ""
    kind: str | None = None


@dataclass
class Table:
    """A sheet as far as it has been read. `stopped`: none of its rows can be taken."""

    sheet: Sheet
    pairs_are_entrances: bool = False
    saw_entrance_pair: bool = False
    stopped: bool = False
    columns: list[ColumnReading] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)
    problems: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    estates: list[EstateNamed] = field(default_factory=list)
    at: dict[Column, list[int]] = field(default_factory=dict)
    header: Columns = field(default_factory=Columns)
    habits: Habits = field(default_factory=Habits)
    building_cell: str = ""
    continued: int = 0
    carried: Carried = field(default_factory=Carried)
    #: The home of the last row that had one, and its building's name; None when that row was wrong.
    last: tuple[Place, str] | None = None
    #: What a second column of the same meaning said of a home, and in which row.
    said: dict[tuple[int, str], tuple[str, int]] = field(default_factory=dict)

    @property
    def names_capacity(self) -> bool:
        return Column.CAPACITY in self.at or Column.RELATION in self.at

    def begin_building(self, building: tuple[str, str, str] | None, kind: str | None = None) -> None:
        """From here on blank building cells mean this one."""
        self.carried = Carried(building, "", self.carried.phase, kind)

    def stop(self, row: int, sentence: str) -> None:
        """None of the rows can be taken, for this reason."""
        self.stopped = True
        self.problems.append(Line(self.sheet.name, row, sentence))

    def skip(self, row: Row, reason: str) -> None:
        text = next((str(cell).strip() for cell in row.cells if cell not in (None, "")), "")
        if row.left_out:
            text = " ".join(str(cell).strip() for cell in row.cells if cell not in (None, ""))
        self.skipped.append(Line(self.sheet.name, row.number, reason, text[:40]))

    def note(self, row: int, sentence: str, where: str = "") -> None:
        self.notes.append(Line(self.sheet.name, row, sentence, where))

    def heading(self, position: int) -> str:
        """What stands over a column."""
        letter = get_column_letter(position + 1)
        return next((c.header for c in reversed(self.columns) if c.letter == letter), "")

    def get(self, row: Row, column: Column) -> Any:
        """The first filled cell of that meaning."""
        return next(iter(self.all(row, column)), None)

    def all(self, row: Row, column: Column) -> list[Any]:
        return self.cells(row, self.at.get(column, []))

    def cells(self, row: Row, positions: list[int]) -> list[Any]:
        """The filled cells at these positions."""
        cells = [row.cells[i] for i in positions if i < len(row.cells)]
        return [cell for cell in cells if cell is not None and str(cell).strip()]
