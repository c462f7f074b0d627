"""One row of a register: where, who, which numbers, since when. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from owners import places
from owners.importing import words
from owners.importing.cells import Bad, Remark, area_of, date_of, is_firm, names_of, remark_of, text_of
from owners.importing.files import Row
from owners.importing.reading import Entry, Line, Person
from owners.importing.table import Table
from owners.importing.words import Column
from owners.phones import Number, Numbers, read_phones
from owners.places import HOME, SHOP, Place, parse_building, parse_entrance, parse_place, parse_room

T = TypeVar("T")


def read_row(table: Table, row: Row) -> None:
    """Add the row to the table's entries, or every problem of it to the table's problems."""
    reader = RowReader(table, row)
    place, building_name = reader.place()
    remark = reader.attempt(reader.remark, default=Remark())
    people, numbers = reader.people(remark)
    area = reader.attempt(area_of, reader.cell(Column.AREA), default=None)
    where = place.name(building_name) if place else ""
    if not people and numbers.good:
        reader.wrong.append(_("There is a phone but no name."))
    if not reader.wrong and not people and not remark.vacant:
        reader.notes.append(_("Nobody is named; the place is loaded without people."))
    reader.notes += remark.notes

    def lines(sentences: list[str]) -> list[Line]:
        return [Line(table.sheet.name, row.number, sentence, where) for sentence in sentences]

    table.notes += lines(reader.notes)
    table.problems += lines(reader.wrong)
    if place and not reader.wrong:
        table.entries.append(
            Entry(
                sheet=table.sheet.name,
                row=row.number,
                place=place,
                building_name=building_name,
                people=people,
                phones=tuple((n.kept, n.raw) for n in numbers.good),
                area=area,
                vacant=remark.vacant and not people,
                remark=remark.rest,
            )
        )


class RowReader:
    """Reads the cells of one row and gathers everything wrong with it, not only the first."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.row = table, row
        self.wrong: list[str] = []
        self.notes: list[str] = []

    def cell(self, column: Column) -> Any:
        return self.table.get(self.row, column)

    def attempt(self, read: Callable[..., T], *args: Any, default: T) -> T:
        try:
            return read(*args)
        except Bad as sentence:
            self.wrong.append(str(sentence))
            return default

    def text(self, column: Column) -> str:
        return self.attempt(text_of, self.cell(column), default="")

    # Where --------------------------------------------------------------------------------------
    def place(self) -> tuple[Place | None, str]:
        """The row's place and its building's name. Building and entrance are carried on."""
        if not self._carry():
            return None, ""
        carried = self.table.carried
        room, whole = self.text(Column.ROOM), self.text(Column.PLACE)
        written = (room or whole) if carried.building else (whole or room)
        if not written:
            self.wrong.append(_("There is no room number."))
            return None, ""
        kind = self._kind() or carried.kind
        place = next(self._readings(written, kind), None)
        if place is None:
            self.wrong.append(self._no_place(written))
            return None, ""
        place = replace(place, kind=kind or place.kind)
        if carried.building and (place.phase, place.building) == carried.building[:2]:
            return place, carried.building[2]
        building = parse_building(place.building_code)
        return place, building[2] if building else ""

    def _carry(self) -> bool:
        """Take the building and entrance cells; blank ones repeat the row above."""
        if written := self.text(Column.BUILDING):
            building = parse_building(written)
            if shop_word := places.kind_of(written):
                self.table.begin_building(None, shop_word)
            elif building is None:
                self.wrong.append(_("“%(text)s” is not a building.") % {"text": written})
                return False
            elif building != self.table.carried.building:
                self.table.begin_building(building)
        written = self.text(Column.ENTRANCE)
        entrance = parse_entrance(written)
        if entrance is None:
            self.wrong.append(_("“%(text)s” is not an entrance.") % {"text": written})
            return False
        self.table.carried.entrance = entrance or self.table.carried.entrance
        return True

    def _readings(self, written: str, kind: str | None) -> Iterator[Place]:
        """What the room cell can mean beside the building and entrance cells, likeliest first."""
        building, entrance = self.table.carried.building, self.table.carried.entrance
        whole, room = parse_place(written), parse_room(written)
        phase, code = building[:2] if building else ("", "")
        phase = self._phase() or phase
        if whole and (not whole.room or (whole.phase and phase and whole.phase != phase)):
            whole = None
        if whole and whole.kind != HOME and whole.building in ("", code):  # S101, 车位B1-023
            yield replace(whole, phase=phase, building=code if whole.kind == SHOP else "")
        if room and (building or kind not in (None, HOME)):  # 101
            yield Place(code, "" if kind not in (None, HOME) else entrance, room, phase)
        pair = bool(building and whole and not whole.entrance and "-" in places.tidy(written))
        by_column = Column.ENTRANCE in self.table.at
        if whole and pair and (whole.building == entrance if by_column else self.table.pairs_are_entrances):
            yield Place(code, whole.building, whole.room, phase)  # 2-101: entrance and room
        if whole and (not building or whole.building == code):  # 1-2-101, which must agree
            if not entrance or whole.entrance in ("", entrance):
                yield replace(whole, phase=whole.phase or phase, entrance=whole.entrance or entrance)
        elif whole and pair and not by_column:
            self.table.saw_entrance_pair = True
            yield Place(code, whole.building, whole.room, phase)

    def _no_place(self, written: str) -> str:
        building = self.table.carried.building
        if building and (whole := parse_place(written)) and whole.room:
            return _("“%(room)s” does not agree with its building %(building)s or its entrance.") % {
                "room": written,
                "building": building[2],
            }
        if not building and parse_room(written):
            return _("It is not said which building room “%(room)s” is in.") % {"room": written}
        return _("“%(text)s” is not a room number.") % {"text": written}

    def _phase(self) -> str:
        phase = places.tidy(self.text(Column.PHASE))
        return phase + "期" if phase.isdigit() else phase

    def _kind(self) -> str | None:
        word = self.text(Column.KIND)
        kind = places.kind_of(word)
        if word and not kind:
            self.wrong.append(
                _("“%(word)s” is not a kind of place; known are 住宅, 商铺 and 车位.") % {"word": word}
            )
        return kind

    # Who ----------------------------------------------------------------------------------------
    def remark(self) -> Remark:
        return remark_of("；".join(filter(None, map(text_of, self.table.all(self.row, Column.REMARK)))))

    def people(self, remark: Remark) -> tuple[tuple[Person, ...], Numbers]:
        """Everyone the row names, each with his numbers, and all numbers of the row."""
        names = self.attempt(names_of, self.cell(Column.NAME), default=[])
        tenants = self.attempt(names_of, self.cell(Column.TENANT) or remark.tenants, default=[])
        numbers = self._numbers(self.table.all(self.row, Column.PHONE))
        tenant_numbers = self._numbers([*self.table.all(self.row, Column.TENANT_PHONE), remark.tenant_phones])
        moved_in = self.attempt(date_of, self.cell(Column.MOVED_IN), self.table.sheet.epoch, default=None)
        if moved_in and not names:
            self.notes.append(_("The move-in date is not kept: nobody is named."))
        default = self._capacity(remark, let=bool(tenants))
        known = {name for name, _capacity in names + tenants}
        people = [
            Person(
                name=name,
                capacity=capacity or default,
                phones=_theirs(name, numbers, known),
                is_firm=is_firm(name, [n.digits for n in numbers.good]),
                moved_in=moved_in,
                remark=remark.rest,
            )
            for name, capacity in names
        ]
        people += [
            Person(name, capacity or "tenant", _theirs(name, tenant_numbers, known), is_firm(name, []))
            for name, capacity in tenants
            if name not in {person.name for person in people}
        ]
        self._say_what_was_left(names, numbers, tenant_numbers, known)
        return tuple(people), numbers + tenant_numbers

    def _numbers(self, cells: list[Any]) -> Numbers:
        found = Numbers()
        for cell in cells:
            is_text = not isinstance(cell, int | float)
            found += read_phones(self.attempt(_lines, cell, default="") if is_text else cell)
        self.wrong += found.problems
        self.notes += found.notes
        return found

    def _capacity(self, remark: Remark, *, let: bool) -> str:
        """Who the people of the name column are, where no word in brackets says so."""
        word = self.text(Column.CAPACITY)
        capacity = words.capacity_of(word) if word else None
        if word and not capacity:
            self.wrong.append(
                _("“%(word)s” is no known relation; known are 业主, 投资业主, 租户, 家属, 商户, 准业主.")
                % {"word": word}
            )
        if not capacity and remark.merchant:
            return "merchant"
        if capacity in (None, "owner_occupier") and (remark.let or remark.investor or let):
            return "investor"
        return capacity or "owner_occupier"

    def _say_what_was_left(
        self, names: list[Any], numbers: Numbers, tenant_numbers: Numbers, known: set[str]
    ) -> None:
        for number in numbers.good + tenant_numbers.good:
            if number.label and number.label not in known:
                self.notes.append(
                    _("“%(label)s” beside %(number)s is not kept.")
                    % {"label": number.label, "number": number.digits}
                )
        shared = [n.digits for n in numbers.good if n.label not in known]
        if len(names) > 1 and shared:
            self.notes.append(
                _("%(numbers)s: kept for each of %(names)s, since the register does not say whose it is.")
                % {"numbers": "/".join(shared), "names": "、".join(name for name, _capacity in names)}
            )


def _lines(cell: object) -> str:
    """The cell's text with its line breaks, which separate numbers."""
    text_of(cell)
    return str(cell or "")


def _theirs(name: str, numbers: Numbers, known: set[str]) -> tuple[str, ...]:
    """The numbers marked with this name, and those marked with nobody's."""

    def reaches(number: Number) -> bool:
        return number.label == name or number.label not in known

    return tuple(number.kept for number in numbers.good if reaches(number))
