"""Loading a reading into the register of an estate.

An import adds rows and never changes one. What the file says otherwise than the register (another
phone, another owner, another area) is a difference: reported by row, left for a person to settle on
the unit's page. So a file may be loaded twice: the second time adds nothing and says so.

Who is who: at one unit, the same name is the same person. Between units, the same name with a
number in common is; the same name alone is not, nor the same number alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from owners import actions
from owners.importing.estates import Elsewhere, elsewhere
from owners.importing.reading import Entry, Line, Person, Reading
from owners.models import Building, HandOver, Occupancy, Owner, Phone, Unit
from owners.phones import last_four
from staff.estates import check_ours
from staff.models import Estate, User

#: Capacities that exclude each other's newcomers: a second owner may be a new owner.
_OWNERS = {Occupancy.Capacity.OWNER_OCCUPIER, Occupancy.Capacity.INVESTOR}


@dataclass(frozen=True)
class Outcome:
    """What a load did, or on a trial would do. Counts are of new rows."""

    loaded: bool
    buildings: int
    units: int
    people: int
    phones: int
    occupancies: int
    unchanged: int
    differences: tuple[Line, ...]
    elsewhere: Elsewhere | None = None
    hand_overs: int = 0

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.buildings, self.units, self.people, self.phones, self.occupancies, self.hand_overs)
        )


@transaction.atomic
def load(
    reading: Reading,
    estate: Estate,
    *,
    by: User | None,
    at: datetime,
    skip_bad: bool = False,
    trial: bool = False,
    of_this_estate: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Add what is new in `reading`. With problems and without `skip_bad`, or on a `trial`, nothing is
    added and the outcome says what would be. `progress` is told how far of how many rows it is, comparing
    and writing being half of it each. All or nothing, in one transaction: half a register cannot be
    told from a whole one, and a second try could not say what the first had done. Two loads into one
    estate wait for each other.

    A file that names another estate loads nothing, unless somebody said that it is `of_this_estate` all the
    same (`estates`). Raises Refused for an estate that is no longer ours."""
    estate = Estate.objects.select_for_update().get(pk=estate.pk)
    check_ours(estate, at)
    comparison = _Comparison(estate, reading, at.astimezone(estate.zone).date())
    for done, entry in enumerate(reading.entries):
        comparison.take(entry)
        if done % 500 == 0:
            progress(done // 2, len(reading.entries))
    new = comparison.additions
    other = elsewhere(reading, estate)
    if other and of_this_estate and other.may_be_this:
        other = None
    loads = not trial and not other and (skip_bad or not reading.problems)
    if loads and new:
        half = len(reading.entries) // 2

        def written(done: int, total: int) -> None:
            progress(half + half * done // max(total, 1), len(reading.entries))

        actions.enter(new, by=by, at=at, progress=written)
    return Outcome(
        loaded=loads,
        buildings=len(new.buildings),
        units=len(new.units),
        people=len(new.owners),
        phones=len(new.phones),
        occupancies=len(new.occupancies),
        unchanged=comparison.unchanged,
        differences=tuple(comparison.differences),
        elsewhere=other,
        hand_overs=len(new.hand_overs),
    )


@dataclass
class _Known:
    """A person as the register, with what was added so far, has him."""

    owner: Owner
    numbers: dict[str, Phone] = field(default_factory=dict)
    is_new: bool = False


class _Comparison:
    """The register of one estate in memory, against which entries are held one by one."""

    def __init__(self, estate: Estate, reading: Reading, today: date) -> None:
        self.estate, self.today = estate, today
        self.additions = actions.Additions()
        self.differences: list[Line] = []
        self.unchanged = 0
        self.named: dict[str, set[str]] = defaultdict(set)
        for entry in reading.entries:
            self.named[entry.place.code] |= {p.name for p in entry.people if not self._is_gone(p)}
        self.buildings = {b.code: b for b in Building.objects.filter(estate=estate)}
        self.units = {u.code: u for u in Unit.objects.filter(estate=estate)}
        handed = HandOver.objects.filter(estate=estate, unit__isnull=False).select_related("unit")
        self.handed_over = {row.unit.code: row for row in handed if row.unit}
        self.known: dict[int, _Known] = {}
        self.by_number: dict[tuple[str, str], _Known] = {}
        self.at_unit: dict[str, list[tuple[Occupancy, _Known]]] = defaultdict(list)
        self._read_people()

    def _read_people(self) -> None:
        for owner in Owner.objects.filter(estate=self.estate).order_by("pk"):
            self.known[owner.pk] = _Known(owner)
        for phone in Phone.objects.filter(estate=self.estate).order_by("pk"):
            known = self.known[phone.owner_id]
            known.numbers[phone.number] = phone
            self.by_number.setdefault((known.owner.name, phone.number), known)
        codes = {unit.pk: code for code, unit in self.units.items()}
        for occupancy in Occupancy.objects.filter(unit__estate=self.estate).order_by("pk"):
            known = self.known[occupancy.owner_id]
            self.at_unit[codes[occupancy.unit_id]].append((occupancy, known))

    def take(self, entry: Entry) -> None:
        """Compare one row; add what is new, note what differs."""
        before = self._size()
        said: list[str] = []
        unit = self._unit(entry, said)
        self._hand_over(entry, unit, said)
        for person in entry.people:
            self._person(entry, unit, person, said)
        if entry.vacant and (living := self._current(self.at_unit[entry.place.code])):
            said.append(
                _("The file says it is vacant; the register has %(names)s.") % {"names": _names(living)}
            )
        self.differences += [Line(entry.sheet, entry.row, sentence, entry.name) for sentence in said]
        self.unchanged += not said and self._size() == before

    def _size(self) -> int:
        return sum(len(rows) for rows in vars(self.additions).values())

    def _unit(self, entry: Entry, said: list[str]) -> Unit:
        place = entry.place
        if unit := self.units.get(place.code):
            if entry.area and unit.area != entry.area:
                if unit.pk is None and unit.area is None:
                    unit.area = entry.area
                else:
                    said.append(
                        _("The file says %(area)s m²; the register has %(known)s.")
                        % {"area": entry.area, "known": unit.area or _("no area")}
                    )
            return unit
        building = None
        if place.building_code:
            building = self.buildings.get(place.building_code)
            if building is None:
                building = Building(
                    estate=self.estate, code=place.building_code, name=entry.building_name, phase=place.phase
                )
                self.buildings[place.building_code] = building
                self.additions.buildings.append(building)
        unit = Unit(
            estate=self.estate,
            building=building,
            kind=place.kind,
            entrance=place.entrance,
            number=place.room or place.building,  # a villa is called as its building is
            code=place.code,
            name=place.name(building.name if building else ""),
            area=entry.area,
        )
        self.units[place.code] = unit
        self.additions.units.append(unit)
        return unit

    def _hand_over(self, entry: Entry, unit: Unit, said: list[str]) -> None:
        """The day its warranty begins; the register's own is left as it is."""
        day, known = entry.handed_over, self.handed_over.get(entry.place.code)
        if day is None or known and known.day == day:
            return
        if not actions.FIRST_DAY <= day <= self.today:
            said.append(_("The hand-over date %(day)s is not kept: it cannot be right.") % {"day": day})
            return
        if known:
            said.append(
                _("The file says it was handed over on %(day)s; the register has %(known)s.")
                % {"day": day, "known": known.day}
            )
            return
        row = HandOver(estate=self.estate, unit=unit, day=day)
        self.handed_over[entry.place.code] = row
        self.additions.hand_overs.append(row)

    def _person(self, entry: Entry, unit: Unit, person: Person, said: list[str]) -> None:
        if self._is_gone(person):
            self._gone(entry, unit, person, said)
            return
        here = [(o, k) for o, k in self.at_unit[entry.place.code] if k.owner.name == person.name]
        current = self._current(here)
        same = [pair for pair in current if pair[0].capacity == person.capacity]
        if same or any(occupancy.pk for occupancy, _known in current):
            occupancy, known = (same or current)[0]
            self._compare(person, occupancy, said)
            self._phones(person, known, said)
        elif current:  # the same file names him twice at this unit, in two capacities
            self._phones(person, current[0][1], said)
            self._move_in(entry, unit, person, current[0][1])
        elif here:
            said.append(
                _("%(name)s moved out on %(day)s by the register; the file still has him there.")
                % {"name": person.name, "day": here[-1][0].ends_on}
            )
        elif others := self._contradicted(entry.place.code, person):
            said.append(
                _("The file has %(name)s as %(capacity)s; the register has %(names)s. Move them out first.")
                % {
                    "name": person.name,
                    "capacity": Occupancy.Capacity(person.capacity).label,
                    "names": _names(others),
                }
            )
        else:
            known = self._same_person(person)
            self._phones(person, known, said)
            self._move_in(entry, unit, person, known)

    def _is_gone(self, person: Person) -> bool:
        return bool(person.moved_out and person.moved_out.last <= self.today)

    def _gone(self, entry: Entry, unit: Unit, person: Person, said: list[str]) -> None:
        """One who has left: taken in with his last day, unless the register knows him there."""
        here = [(o, k) for o, k in self.at_unit[entry.place.code] if k.owner.name == person.name]
        if staying := self._current(pair for pair in here if pair[0].pk):
            said.append(
                _("%(name)s moved out on %(day)s by the file; the register still has him there.")
                % {"name": _names(staying), "day": _last_day(person)}
            )
        elif not here or not all(o.pk for o, _k in here):
            known = self._same_person(person)
            self._phones(person, known, said)
            self._move_in(entry, unit, person, known)

    def _move_in(self, entry: Entry, unit: Unit, person: Person, known: _Known) -> None:
        occupancy = Occupancy(owner=known.owner, unit=unit, capacity=person.capacity)
        if person.moved_in:
            occupancy.starts_on = person.moved_in.date
            occupancy.starts_precision = person.moved_in.precision
        if person.moved_out:
            occupancy.ends_on = person.moved_out.last
        self.at_unit[entry.place.code].append((occupancy, known))
        self.additions.occupancies.append(occupancy)

    def _compare(self, person: Person, occupancy: Occupancy, said: list[str]) -> None:
        if occupancy.capacity != person.capacity:
            said.append(
                _("The file has %(name)s as %(capacity)s; the register as %(known)s.")
                % {
                    "name": person.name,
                    "capacity": Occupancy.Capacity(person.capacity).label,
                    "known": occupancy.get_capacity_display(),
                }
            )
        known = _shown(occupancy.starts_on, occupancy.starts_precision) if occupancy.starts_on else ""
        # The coarser of two dates agrees with the finer one it begins: 2020-06 and 2020-06-01.
        day = _shown(person.moved_in.date, person.moved_in.precision) if person.moved_in else ""
        if day and not (known and (day.startswith(known) or known.startswith(day))):
            said.append(
                _("%(name)s moved in on %(day)s by the file; the register has %(known)s.")
                % {"name": person.name, "day": day, "known": known or _("no date")}
            )

    def _contradicted(self, code: str, person: Person) -> list[tuple[Occupancy, _Known]]:
        """Those the register has in the same capacity whom the file does not name at this unit."""
        group = _OWNERS if person.capacity in _OWNERS else {person.capacity}
        if person.capacity == Occupancy.Capacity.FAMILY:
            return []
        return [
            (occupancy, known)
            for occupancy, known in self._current(self.at_unit[code])
            if occupancy.pk and occupancy.capacity in group and known.owner.name not in self.named[code]
        ]

    def _current(self, pairs: Iterable[tuple[Occupancy, _Known]]) -> list[tuple[Occupancy, _Known]]:
        return [(o, k) for o, k in pairs if o.ends_on is None or o.ends_on > self.today]

    def _same_person(self, person: Person) -> _Known:
        """The person with this name and one of these numbers, else a new one."""
        for number in person.phones:
            if known := self.by_number.get((person.name, number)):
                return known
        owner = Owner(
            estate=self.estate,
            name=person.name,
            kind=Owner.Kind.FIRM if person.is_firm else Owner.Kind.PERSON,
            remark=person.remark,
        )
        self.additions.owners.append(owner)
        return _Known(owner, is_new=True)

    def _phones(self, person: Person, known: _Known, said: list[str]) -> None:
        """Add numbers; a known person who lost one and gained another has a changed number. A number that
        one row doubts and another row of the file says is his own is his own."""
        doubts = dict(person.doubts)
        new = [number for number in person.phones if number not in known.numbers]
        gone = set(known.numbers) - set(person.phones)
        if new and gone and not known.is_new:
            said.append(
                _("The file has %(new)s for %(name)s; the register has %(known)s.")
                % {"new": "/".join(new), "name": person.name, "known": "/".join(sorted(known.numbers))}
            )
            return
        for number in person.phones:
            if not (phone := known.numbers.get(number)):
                phone = Phone(owner=known.owner, estate=self.estate, number=number, last4=last_four(number))
                phone.is_own, phone.beside = number not in doubts, doubts.get(number, "")
                known.numbers[number] = phone
                self.by_number.setdefault((person.name, number), known)
                self.additions.phones.append(phone)
            elif number not in doubts and not phone.is_own and phone.pk is None:
                phone.is_own, phone.beside = True, ""
            elif number not in doubts and not phone.is_own:
                said.append(
                    _("%(number)s is %(name)s's own by the file; the register has: %(known)s.")
                    % {"number": number, "name": person.name, "known": phone.doubt}
                )


def _shown(day: date, precision: str) -> str:
    """The date as exactly as it is known: 2020-06-01, 2020-06 or 2020."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def _last_day(person: Person) -> str:
    when = person.moved_out
    return _shown(when.date, when.precision) if when else ""


def _names(pairs: Iterable[tuple[Occupancy, _Known]]) -> str:
    return "、".join(dict.fromkeys(known.owner.name for _occupancy, known in pairs))
