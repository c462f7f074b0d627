"""One row of a register: which home, and who is there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from owners import places
from owners.importing import words
from owners.importing.cells import Bad, Remark, area_of, date_of, remark_of, text_of
from owners.importing.files import Row
from owners.importing.naming import Named, read_names
from owners.importing.persons import read_people
from owners.importing.reading import Entry, Line
from owners.importing.row_reader import RowReader
from owners.importing.table import Table
from owners.importing.words import Column
from owners.places import HOME, SHOP, Place, parse_building, parse_entrance, parse_place, parse_room

_WHERE = (Column.PHASE, Column.BUILDING, Column.STAIR, Column.ENTRANCE, Column.ROOM, Column.PLACE)


def read_row(table: Table, row: Row) -> None:
    """Add the row to the table's entries, or every problem of it to the table's problems."""
    reader = PlaceReader(table, row)
    place, building_name = reader.place()
    remark = reader.attempt(reader.remark, default=Remark())
    people, numbers, settled = read_people(reader, remark)
    area = reader.attempt(area_of, reader.cell(Column.AREA), default=None)
    handed_over = reader.handed_over()
    where = place.name(building_name) if place else ""
    reader.say_struck()
    if place:
        reader.compare_again(place)
    if not reader.wrong and not people and not remark.vacant and not settled:
        reader.notes.append(_("Nobody is named; the place is loaded without people."))
    reader.notes += remark.notes

    def lines(sentences: list[str]) -> list[Line]:
        return [Line(table.sheet.name, row.number, sentence, where) for sentence in sentences]

    table.notes += lines(reader.notes)
    table.problems += lines(reader.wrong)
    table.last = (place, building_name) if place and not reader.wrong else None
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
                handed_over=handed_over,
            )
        )


#: Headings of the day on which whoever has the home now took its keys.
KEYS = ("收房", "收楼", "接房", "领房")


class PlaceReader(RowReader):
    """Reads where the row is."""

    forgotten_entrance = False

    def remark(self) -> Remark:
        return remark_of("；".join(filter(None, map(text_of, self.table.all(self.row, Column.REMARK)))))

    def handed_over(self) -> date | None:
        """The day its keys were handed over; a month or a year begins no warranty."""
        try:
            when = date_of(self.cell(Column.HANDED_OVER), self.table.sheet.epoch)
        except Bad as sentence:
            if str(sentence) not in self.wrong:  # where it stands for the day of moving in, that says it
                self.notes.append(str(sentence))
            return None
        if when and when.precision != "day":
            self.notes.append(_("The hand-over date is not kept for the warranty: its day is not given."))
            return None
        if when and self._is_the_owners():
            self.notes.append(
                _("The day of the keys is not kept for the warranty: it is the present owner's.")
            )
            return None
        return when.date if when else None

    def _is_the_owners(self) -> bool:
        """Whether it is the day somebody took his keys: of a home sold on, years after it was handed over."""
        positions = self.table.at.get(Column.HANDED_OVER, [])
        filled = [i for i in positions if self.table.cells(self.row, [i])]
        return bool(filled) and self.table.heading(filled[0]).strip().startswith(KEYS)

    def say_struck(self) -> None:
        """What was struck out in the row was not read; a place struck out leaves no home to speak of."""
        for position in self.row.struck:
            meaning = self.table.header.meaning(position)
            if meaning in _WHERE:
                self.wrong.append(_("The place is struck out and the rest of the row is not."))
            elif meaning:
                self.notes.append(
                    _("What is struck out under “%(column)s” was not read.")
                    % {"column": words.LABELS[meaning]}
                )

    def compare_again(self, place: Place) -> None:
        """A second column of the same meaning must not tell apart what is one home by the first."""
        for position in self.table.header.again:
            said = " ".join(map(str, self.table.cells(self.row, [position])))
            first, row = self.table.said.setdefault((position, place.code), (said, self.row.number))
            if said and first and said != first:
                self.wrong.append(
                    _("Row %(row)d has “%(first)s” for the same home and this row “%(said)s”.")
                    % {"row": row, "first": first, "said": said}
                )

    def place(self) -> tuple[Place | None, str]:
        """The row's place and its building's name. What may be carried on is carried on."""
        if not any(self.table.all(self.row, column) for column in _WHERE):
            return self._continued()
        if not self._carry():
            return None, ""
        carried = self.table.carried
        room, whole = self.text(Column.ROOM), self.text(Column.PLACE)
        written = (room or whole) if carried.building else (whole or room)
        if not written:
            return self._villa()
        if several := places.several_rooms(written):
            self.wrong.append(
                _("“%(text)s” may be one home or several: give each of %(rooms)s a row of its own.")
                % {"text": written, "rooms": "、".join(several)}
            )
            return None, ""
        kind = self._kind() or carried.kind
        place = next(self._readings(written, kind), None)
        if place is None:
            self.wrong.append(self._no_place(written))
            return None, ""
        place = replace(place, kind=kind or place.kind)
        if self.forgotten_entrance and not place.entrance and place.kind == HOME:
            self.wrong.append(_("The entrance is not given, and the other rows of its building give it."))
            return None, ""
        if carried.building and (place.phase, place.building) == carried.building[:2]:
            return place, carried.building[2]
        building = parse_building(place.building_code)
        return place, building[2] if building else ""

    def _continued(self) -> tuple[Place | None, str]:
        """A row without a place is of the home above, where the file writes every home once and this row
        names somebody and says who he is, or more than one home goes on so."""
        habits = self.table.habits
        relations = (Column.CAPACITY, Column.RELATION)
        told = any(self.table.get(self.row, column) for column in relations)
        nobody: list[Named] = []
        names = self.attempt(self._all_named, default=nobody)
        told = told or any(named.capacity for named in names)
        if names and not habits.rooms_repeat and (told or habits.continued > 1):
            if self.table.last:
                self.table.continued += 1
                return self.table.last
            self.wrong.append(_("There is no room number, and the row above has a problem or is none."))
            return None, ""
        self.wrong.append(_("There is no room number."))
        return None, ""

    def _all_named(self) -> list[Named]:
        return [named for column in words.NAMES for named in self._named(column)]

    def _named(self, column: Column) -> list[Named]:
        cells = self.table.all(self.row, column)
        return list(read_names(cells[0]).people) if cells else []

    def _villa(self) -> tuple[Place | None, str]:
        """A building that is a home: it says so, or is a house number of its own with no rooms."""
        written = self.text(Column.BUILDING)
        building = parse_building(written) if written else None
        said = self.table.sheet.name + self.text(Column.KIND)
        villas = places.is_villa(written) or any(word in said for word in places.VILLA_WORDS)
        if building and (villas or places.is_house_number(written)):
            return Place(building[1], phase=building[0] or self._phase()), building[2]
        self.wrong.append(_("There is no room number."))
        return None, ""

    def _carry(self) -> bool:
        """Take the phase, building and entrance cells; blank ones repeat the row above, where that is the
        habit of the sheet."""
        table = self.table
        if phase := places.tidy(self.text(Column.PHASE)):
            table.carried.phase = phase + "期" if phase.isdigit() else phase
        elif Column.PHASE in table.at and not table.habits.phase:
            self.wrong.append(_("The phase is not given, and the other rows give it."))
            return False
        written, stair = self.text(Column.BUILDING), self.text(Column.STAIR)
        if Column.BUILDING in table.at and not written and not stair and not self._carries_building():
            return False
        if stair and (both := places.parse_stair(stair)):
            if both[0] != table.carried.building:
                table.begin_building(both[0])
            table.carried.entrance = both[1]
        elif written or stair:
            written = written or stair
            building = parse_building(written)
            if shop_word := places.kind_of(written):
                table.begin_building(None, shop_word)
            elif building is None:
                self.wrong.append(_("“%(text)s” is not a building.") % {"text": written})
                return False
            elif building != table.carried.building:
                table.begin_building(building)
        return self._carry_entrance()

    def _carries_building(self) -> bool:
        if self.table.habits.building:
            return True
        place = parse_place(self.text(Column.PLACE) or self.text(Column.ROOM))
        if place and place.kind != HOME:
            self.table.begin_building(None)
            return True
        self.wrong.append(_("The building is not given, and the other rows give it."))
        return False

    def _carry_entrance(self) -> bool:
        table, written = self.table, self.text(Column.ENTRANCE)
        entrance = parse_entrance(written)
        if entrance is None:
            self.wrong.append(_("“%(text)s” is not an entrance.") % {"text": written})
            return False
        if entrance:
            table.carried.entrance = entrance
        elif table.carried.entrance and not table.habits.entrance(self._building_cell()):
            table.carried.entrance, self.forgotten_entrance = "", True
        elif Column.ENTRANCE in table.at and not table.habits.entrance(self._building_cell()):
            self.forgotten_entrance = True
        return True

    def _building_cell(self) -> str:
        """The building as the habits of the sheet know it: the last one written."""
        if written := self.text(Column.BUILDING) or self.text(Column.STAIR):
            self.table.building_cell = written
        return self.table.building_cell

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
        if whole and code.isalpha() and whole.building == code and whole.entrance in ("", entrance):
            yield replace(whole, phase=whole.phase or phase, entrance=entrance)  # A-0101 in A座
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
        return self.table.carried.phase

    def _kind(self) -> str | None:
        word = self.text(Column.KIND)
        kind = places.kind_of(word)
        if word and not kind:
            self.wrong.append(
                _("“%(word)s” is not a kind of place; known are 住宅, 商铺 and 车位.") % {"word": word}
            )
        return kind
