"""Where it is, as it is typed: a unit of the register, a building, or words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from owners.models import Building, Unit
from owners.places import HOME, Place, building_in, parse_place, parse_room, tidy
from staff.models import Estate
from staff.refusals import Refused


@dataclass(frozen=True)
class Spot:
    """A place on a case; `words` only where the register has no unit for it."""

    unit: Unit | None = None
    building: Building | None = None
    words: str = ""


def spot(text: str, estate: Estate) -> Spot:
    """The place meant by `text`.

    Raises Refused for a room the estate does not have, and for one that several entrances have. A name
    the register does not know (垃圾房3) is words, and so is every place of an estate without a register.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return Spot()
    place = parse_place(text)
    units = Unit.objects.filter(_means(text, place), estate=estate).select_related("building")
    found = list(units.order_by("code")[:50])
    exact = [unit for unit in found if text in (unit.name, unit.code)]
    if len(exact or found) == 1:
        return Spot(unit=(exact or found)[0])
    if found:
        codes = ", ".join(unit.code for unit in found[:4])
        raise Refused(
            _("Several places are called so: %(codes)s. Write which.") % {"codes": codes}, field="place"
        )
    if place and place.room and place.building[:1].isascii() and Unit.objects.filter(estate=estate).exists():
        raise Refused(
            _("%(estate)s has no %(place)s. Correct it, or say in words where it is.")
            % {"estate": estate, "place": text},
            field="place",
        )
    return Spot(building=_building(text, place, estate), words=text)


def _means(text: str, place: Place | None) -> Q:
    means = Q(name=text) | Q(code=tidy(text))
    if place and place.room:
        means |= Q(code=place.code)
        if place.kind == HOME and not place.entrance:
            means |= Q(building__code=place.building_code, number=place.room)
    elif not place and (room := parse_room(text)):
        means |= Q(number=room)
    return means


def _building(text: str, place: Place | None, estate: Estate) -> Building | None:
    """The building a text speaks of: 3号楼1单元, 3号楼东侧."""
    here = Building.objects.filter(estate=estate)
    if place and place.building:
        return here.filter(code=place.building_code).first()
    named = building_in(text)
    code = named[0] + named[1] if named else tidy(text)
    return here.filter(Q(code=code) | Q(name=text)).first()
