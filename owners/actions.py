"""Everything that can happen to the register: the only writer of owners' rows (domain.md 1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from config.framework.refusals import Refused
from owners import phones as numbers
from owners.models import Builder, Building, EstateWarranty, HandOver, Occupancy, Owner, Phone, Unit
from owners.names import clean_line, clean_name, name_key
from owners.places import Place
from owners.sounds import name_sounds
from staff.models import Estate, User
from staff.permissions import permissions_of
from staff.roles import BYSTANDERS

#: Rows entered between two words on how far it is.
MOST_AT_ONCE = 2000


def one_phone(text: str) -> str:
    """The one phone somebody typed, as it is kept (`owners.phones`); empty for none.

    The rule of every door: two numbers, a mobile with a digit too few, hidden digits and words are refused,
    short numbers of a house are not. Raises Refused for the field `phone`.
    """
    read = numbers.read_phones(text)
    if len(read.good) > 1:
        raise Refused(_("One number here; the others with what was said."), field="phone")
    if read.good:
        return read.good[0].kept
    if not read.problems:
        return ""
    digits = numbers.digits_in(text)
    if not digits or re.search("[A-Za-z]", text):
        sentence = _("“%(text)s” is not a phone number: write its digits only.") % {"text": clean_line(text)}
        raise Refused(sentence, field="phone")
    if len(digits) >= 7 and (digits.startswith("1") or len(digits) > 8):
        raise Refused(read.problems[0], field="phone")
    return digits


def add_building(
    estate: Estate, code: str, name: str, *, phase: str = "", by: User | None = None
) -> Building:
    building = Building(estate=estate, code=code, name=name, phase=phase)
    building._history_user = by
    building.full_clean()
    building.save()
    return building


def add_unit(
    estate: Estate,
    *,
    number: str,
    code: str,
    name: str,
    building: Building | None = None,
    entrance: str = "",
    kind: str = Unit.Kind.HOME,
    by: User | None = None,
) -> Unit:
    unit = Unit(
        estate=estate, building=building, kind=kind, entrance=entrance, number=number, code=code, name=name
    )
    unit._history_user = by
    unit.full_clean()
    unit.save()
    return unit


@transaction.atomic
def add_owner(
    estate: Estate,
    name: str,
    *,
    phones: Iterable[str] = (),
    unit: Unit | None = None,
    capacity: str = Occupancy.Capacity.OWNER_OCCUPIER,
    starts_on: date | None = None,
    kind: str = Owner.Kind.PERSON,
    by: User | None = None,
) -> Owner:
    """A person with his phones and, when `unit` is given, his first occupancy."""
    owner = Owner(estate=estate, name=clean_name(name), kind=kind)
    owner._history_user = by
    owner.full_clean()
    owner.save()
    for number in phones:
        add_phone(owner, number, by=by)
    if unit:
        move_in(owner, unit, capacity=capacity, starts_on=starts_on, by=by)
    return owner


def add_phone(owner: Owner, number: str, *, by: User | None = None) -> Phone:
    kept = one_phone(number)
    if not 5 <= len(numbers.number_of(kept)) <= 20:
        raise Refused(_("“%(number)s” is not a phone number: 5 to 20 digits.") % {"number": number})
    if existing := owner.phones.filter(number=kept).first():
        return existing if existing.is_own else own_phone(existing, by=by)
    phone = Phone(owner=owner, estate_id=owner.estate_id, number=kept, last4=numbers.last_four(kept))
    phone._history_user = by
    phone.save()
    return phone


def own_phone(phone: Phone, *, by: User | None = None) -> Phone:
    """Somebody says that a number written beside this person is his own."""
    phone.is_own, phone.beside = True, ""
    phone._history_user = by
    phone.save(update_fields=["is_own", "beside"])
    return phone


def move_in(
    owner: Owner, unit: Unit, *, capacity: str, starts_on: date | None = None, by: User | None = None
) -> Occupancy:
    if unit.estate_id != owner.estate_id:
        raise Refused(_("%(unit)s belongs to another estate.") % {"unit": unit})
    occupancy = Occupancy(owner=owner, unit=unit, capacity=capacity, starts_on=starts_on)
    occupancy._history_user = by
    occupancy.full_clean()
    occupancy.save()
    return occupancy


@transaction.atomic
def add_resident(
    unit: Unit,
    name: str,
    *,
    phones: Iterable[str] = (),
    capacity: str,
    starts_on: date | None = None,
    by: User | None = None,
) -> Occupancy:
    """Somebody lives or trades in `unit`. The same name with a number in common is the same person,
    as for registers; one who is there already in this capacity is refused."""
    name, phones = clean_name(name), [one_phone(phone) for phone in phones]
    estate = unit.estate
    owner = Owner.objects.filter(estate=estate, name=name, phones__number__in=phones).order_by("pk").first()
    owner = owner or add_owner(estate, name, by=by)
    if owner.occupancies.filter(unit=unit, capacity=capacity, ends_on=None).exists():
        raise Refused(
            _("%(name)s is at %(unit)s already.") % {"name": owner.name, "unit": unit.name}, field="name"
        )
    for number in phones:
        add_phone(owner, number, by=by)
    return move_in(owner, unit, capacity=capacity, starts_on=starts_on, by=by)


def move_out(occupancy: Occupancy, *, on: date, by: User) -> None:
    if occupancy.starts_on and on < occupancy.starts_on:
        raise Refused(_("The last day cannot lie before the first one."), field="on")
    occupancy.ends_on = on
    occupancy._history_user = by
    occupancy.save(update_fields=["ends_on"])


def undo_move_out(occupancy: Occupancy, *, by: User) -> None:
    edit(occupancy, {"ends_on": None}, by=by)


def edit(row: Building | Unit | Owner | Occupancy, changes: dict[str, Any], *, by: User) -> None:
    """Overwrite the named columns of a row; the version before stays in its history."""
    changes = {
        name: clean_line(value) if isinstance(value, str) else value for name, value in changes.items()
    }
    if isinstance(row, Owner) and "name" in changes:
        name = clean_name(changes["name"])
        changes |= {"name": name, "name_key": name_key(name), "name_sounds": name_sounds(name)}
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean(exclude={f.name for f in row._meta.fields} - set(changes))
    row._history_user = by
    row.save(update_fields=list(changes))


def renumber(unit: Unit, *, kind: str, entrance: str, number: str, area: Decimal | None, by: User) -> None:
    """Correct a unit that was entered wrongly; its short name and its name follow."""
    building = unit.building
    is_villa = building is not None and unit.code == building.code and number == unit.number
    place = Place(
        phase=building.phase if building else "",
        building=building.code.removeprefix(building.phase) if building else "",
        entrance=entrance,
        room="" if is_villa else number,
        kind=kind,
    )
    changes = {
        "kind": kind,
        "entrance": entrance,
        "number": number,
        "area": area,
        "code": place.code,
        "name": place.name(building.name if building else ""),
    }
    if Unit.objects.filter(estate=unit.estate_id, code=place.code).exclude(pk=unit.pk).exists():
        raise Refused(_("There is another unit %(code)s already.") % {"code": place.code}, field="number")
    edit(unit, changes, by=by)


def remove_phone(phone: Phone, *, by: User) -> None:
    phone._history_user = by
    phone.delete()


# Warranty -------------------------------------------------------------------------------------------

#: Nothing that is looked after today was handed over before.
FIRST_DAY = date(1949, 10, 1)


@transaction.atomic
def set_hand_over(
    estate: Estate,
    day: date | None,
    *,
    building: Building | None = None,
    unit: Unit | None = None,
    by: User,
    at: datetime,
) -> None:
    """When the estate, a building or a unit was handed over; None: no date of its own any more."""
    Estate.objects.select_for_update().get(pk=estate.pk)  # two at once would both enter the first date
    if any(place and place.estate_id != estate.pk for place in (building, unit)):
        raise Refused(_("%(unit)s belongs to another estate.") % {"unit": building or unit}, field="place")
    row = HandOver.objects.filter(estate=estate, building=building, unit=unit).first()
    if day is None:
        if row:
            row._history_user, row._history_date = by, at
            row.delete()
        return
    if not FIRST_DAY <= day <= at.astimezone(estate.zone).date():
        raise Refused(_("Give the day it was handed over: not one to come."), field="day")
    if row and row.day == day:
        return
    row = row or HandOver(estate=estate, building=building, unit=unit)
    row.day = day
    row._history_user, row._history_date = by, at
    row.save()


def save_builder(row: Builder, *, by: User, at: datetime) -> Builder:
    """Enter a builder or change one. Raises Refused for a second one of the same part."""
    row.firm, row.contact = clean_line(row.firm), clean_line(row.contact)
    row.phone = one_phone(row.phone)
    if not row.firm:
        raise Refused(_("Say the name of the firm."), field="firm")
    if row.department and (not row.department.is_contractor or row.department.estate_id != row.estate_id):
        raise Refused(_("Choose a contractor of this estate."), field="department")
    same = Builder.objects.filter(estate=row.estate_id, part=row.part, role=row.role).exclude(pk=row.pk)
    if other := same.first():
        raise Refused(
            _("%(firm)s is entered for this already. Change that entry.") % {"firm": other.firm}, field="part"
        )
    row._history_user, row._history_date = by, at
    row.save()
    return row


def remove_builder(row: Builder, *, by: User, at: datetime) -> None:
    row._history_user, row._history_date = by, at
    row.delete()


@transaction.atomic
def set_warranty(estate: Estate, *, officer: User | None, design_life: int, by: User, at: datetime) -> None:
    """Who sees to the warranty of an estate, and the life of its design in years."""
    if officer and not permissions_of(officer, at).roles_at(estate.pk) - BYSTANDERS:
        raise Refused(
            _("%(name)s does not work at %(estate)s.") % {"name": officer, "estate": estate}, field="officer"
        )
    row = EstateWarranty.objects.select_for_update().filter(estate=estate).first()
    if row and (row.officer, row.design_life) == (officer, design_life):
        return
    row = row or EstateWarranty(estate=estate)
    row.officer, row.design_life = officer, design_life
    row._history_user, row._history_date = by, at
    row.save()


@dataclass
class Additions:
    """Rows to enter together, not saved yet; they may point at each other."""

    buildings: list[Building] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    occupancies: list[Occupancy] = field(default_factory=list)
    hand_overs: list[HandOver] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


@transaction.atomic
def enter(
    additions: Additions,
    *,
    by: User | None,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Add many rows at once, each with its first version: all or none, in two statements a table for each
    two thousand rows. `progress` is told the rows written and all of them."""
    done, total = 0, sum(len(rows) for rows in vars(additions).values())
    for model, rows in (
        (Building, additions.buildings),
        (Unit, additions.units),
        (Owner, additions.owners),
        (Phone, additions.phones),
        (Occupancy, additions.occupancies),
        (HandOver, additions.hand_overs),
    ):
        for start in range(0, max(len(rows), 1), MOST_AT_ONCE):
            part = rows[start : start + MOST_AT_ONCE]
            bulk_create_with_history(part, model, batch_size=1000, default_user=by, default_date=at)
            done += len(part)
            progress(done, total)
