"""What a register file says, as frozen data: columns, good rows, bad rows, skipped rows. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from owners.importing.cells import When
from owners.importing.words import Column
from owners.places import Place


@dataclass(frozen=True)
class ColumnReading:
    """How one column was understood; `meaning` None: it is not read. `whose`, of a phone: `owner`, `tenant`,
    `family`, `contact`, or the heading of the name it is of."""

    sheet: str
    letter: str
    header: str
    meaning: Column | None
    whose: str = ""


@dataclass(frozen=True)
class Person:
    """One person or firm at a unit. `capacity` is a value of `Occupancy.Capacity`. `doubts`: those of
    `phones` that are not surely his, each with the word written beside it (`owners.importing.whose`)."""

    name: str
    capacity: str
    phones: tuple[str, ...] = ()
    is_firm: bool = False
    moved_in: When | None = None
    remark: str = ""
    moved_out: When | None = None
    uses_it: bool = False  # so said in words: he stays owner-occupier though a tenant lives there
    doubts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One good row. `phones` are (digits, as written) of every number in it."""

    sheet: str
    row: int
    place: Place
    building_name: str
    people: tuple[Person, ...]
    phones: tuple[tuple[str, str], ...] = ()
    area: Decimal | None = None
    vacant: bool = False
    remark: str = ""
    handed_over: date | None = None  # the home, to whoever has it: only a whole day begins a warranty

    @property
    def name(self) -> str:
        """As people read it: `1号楼2单元101`."""
        return self.place.name(self.building_name)


@dataclass(frozen=True)
class Line:
    """A sentence on one row: a problem, a note, or the reason why it was skipped."""

    sheet: str
    row: int
    sentence: str
    where: str = ""


@dataclass(frozen=True)
class EstateNamed:
    """Where a file names an estate: under which heading, or as a title. `is_sure`: the heading (小区) is one
    of names of estates, so that whatever stands there is one."""

    sheet: str
    row: int
    header: str
    value: str
    is_sure: bool = False
    is_title: bool = False


@dataclass(frozen=True)
class Reading:
    """Everything a file says. Rows with a problem are not among `entries`."""

    filename: str
    columns: tuple[ColumnReading, ...]
    entries: tuple[Entry, ...]
    skipped: tuple[Line, ...]
    problems: tuple[Line, ...]
    notes: tuple[Line, ...]
    estates: tuple[EstateNamed, ...] = ()

    @property
    def bad_rows(self) -> int:
        return len({(problem.sheet, problem.row) for problem in self.problems})

    def count(self, kind: str) -> int:
        """How many units of a kind."""
        return len({entry.place.code for entry in self.entries if entry.place.kind == kind})

    @property
    def people(self) -> int:
        """People at units, each once per unit."""
        return len({(entry.place.code, person.name) for entry in self.entries for person in entry.people})

    @property
    def phones(self) -> int:
        """Different numbers."""
        return len({digits for entry in self.entries for digits, _raw in entry.phones})

    @property
    def vacant(self) -> int:
        return sum(entry.vacant for entry in self.entries)

    def capacities(self) -> Counter[str]:
        """People by capacity."""
        seen = {(e.place.code, p.name): p.capacity for e in self.entries for p in e.people}
        return Counter(seen.values())
