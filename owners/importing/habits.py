"""How a sheet fills its columns: whether a blank cell means the one above, or was forgotten. Pure.

A ledger that writes a building once above its homes leaves the cells below blank; one that writes it in every
row leaves none blank on purpose. What is forgotten is a problem of its row and is never taken from the
row above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from owners import places
from owners.importing import words
from owners.importing.files import Row
from owners.importing.words import Column


@dataclass
class _Count:
    named: int = 0
    blank: int = 0
    repeats: int = 0

    @property
    def is_carried(self) -> bool:
        return not self.repeats and (self.named < 3 or self.blank * 2 >= self.named)


@dataclass
class Habits:
    """`building`, `entrance`, `phase`: blank means the row above. `rooms_repeat`: a home of several rows is
    written in each. `continued`: how many homes have rows without a room below them."""

    building: bool = True
    phase: bool = True
    entrances: dict[str, bool] = field(default_factory=dict)
    rooms_repeat: bool = False
    continued: int = 0

    def entrance(self, building: str) -> bool:
        return self.entrances.get(building, True)


def habits_of(rows: list[Row], at: dict[Column, list[int]]) -> Habits:
    """The habits of the rows below a header."""

    def text(row: Row, *columns: Column) -> str:
        for column in columns:
            for i in at.get(column, []):
                if i < len(row.cells) and row.cells[i] is not None and str(row.cells[i]).strip():
                    return str(row.cells[i]).strip()
        return ""

    habits = Habits()
    building, phase = _Count(), _Count()
    entrances: dict[str, _Count] = {}
    above: tuple[str, str, str, str] | None = None
    carried = ""
    just_continued = False
    for row in rows:
        place = tuple(
            text(row, *columns)
            for columns in (
                (Column.PHASE,),
                (Column.BUILDING, Column.STAIR),
                (Column.ENTRANCE,),
                (Column.ROOM, Column.PLACE),
            )
        )
        p, b, e, r = place
        if row.is_blank or is_subtotal(row) or words.meaning(r) or words.meaning(b):
            above = None
            continue
        if not r and not b and not e:
            if text(row, *words.NAMES):
                habits.continued += not just_continued
                just_continued = True
            continue
        just_continued = False
        if not r:
            carried = b or carried
            continue
        if b and places.kind_of(b) or not b and _needs_no_building(r):
            continue
        new = bool(b) and b != carried
        carried = b or carried
        if above is not None and r == above[3] and b in ("", above[1]) and e in ("", above[2]):
            habits.rooms_repeat = True
        _count(building, b, above[1] if above and e in ("", above[2]) else None)
        _count(phase, p, above[0] if above else None)
        if e or not new:
            count = entrances.setdefault(carried, _Count())
            _count(count, e, above[2] if above and not new else None)
        above = (p or (above[0] if above else ""), carried, e or (above[2] if above and not new else ""), r)
    habits.building, habits.phase = building.is_carried, phase.is_carried
    habits.entrances = {name: count.is_carried or not count.named for name, count in entrances.items()}
    return habits


def _count(count: _Count, written: str, above: Any) -> None:
    if not written:
        count.blank += 1
    else:
        count.named += 1
        count.repeats += written == above


def _needs_no_building(room: str) -> bool:
    place = places.parse_place(room)
    return bool(place and (place.kind != places.HOME or place.building and place.entrance and place.room))


def is_subtotal(row: Row) -> bool:
    """Whether the first filled cell is the word of a subtotal and nothing else."""
    first = next((str(cell).strip() for cell in row.cells if cell is not None and str(cell).strip()), "")
    return bool(words.SUBTOTAL.fullmatch(first))
