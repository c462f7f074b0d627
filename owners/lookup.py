"""Who is calling, and from where: the register found as it is typed.

A query is a phone or its end, a place in any spelling (places.py), a bare room, or a name. At most
three queries whatever is found, each on an index of its own (migration 0003); the occupancies come
with owner, unit and phones, those who live there today before those who have moved out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet, Value, prefetch_related_objects
from django.db.models.functions import Length, StrIndex, Substr
from django.db.models.lookups import GreaterThanOrEqual, StartsWith

from owners.models import Occupancy, Owner, Phone, Unit
from owners.places import HOME, parse_place, parse_room
from staff.models import Estate

M = TypeVar("M", bound=Model)

#: Up to three characters, a name holds a text only if it or its part after the first begins with it.
LONG_NAME = 4


def find_people(
    query: str, estates: Collection[Estate] | None, *, on: date, limit: int = 8
) -> list[Occupancy]:
    """The occupancies a desk clerk may mean by `query`, best first; nothing for an empty query.

    `1-2-101`, `1号楼2单元101`, `S101`: that unit, and as it is typed the units beginning so.
    Four or more digits: phones that end or begin so; up to five also a room's number.
    Anything else: names that begin so, then names that hold it.
    `estates` None is the whole company.
    """
    text = _plain(query)
    if not text:
        return []
    found: dict[int, Occupancy] = {}
    for people in _ways(text, estates, limit):
        rows = people.select_related("owner", "unit__estate").order_by("pk")
        found |= {row.pk: row for row in rows[: 4 * limit] if row.pk not in found}
        if len(found) >= limit:
            break

    def rank(row: Occupancy) -> tuple[bool, bool, int]:
        gone = row.ends_on is not None and row.ends_on <= on
        return gone, not row.owner.name.startswith(text), len(row.unit.code)

    ranked = sorted(found.values(), key=rank)[:limit]
    prefetch_related_objects(ranked, "owner__phones")
    return ranked


def find_units(query: str, estates: Collection[Estate] | None, *, limit: int = 8) -> list[Unit]:
    """The places `query` may mean, lived in or not. One query."""
    units = _units(_plain(query), estates)
    return list(units.select_related("building", "estate")[:limit]) if units is not None else []


def _plain(query: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", query)).strip()[:60]


def _ways(text: str, estates: Collection[Estate] | None, limit: int) -> list[QuerySet[Occupancy]]:
    """One or two queries, to be tried in order until enough is found."""
    ways = []
    digits = re.sub(r"[\s\-()+]", "", text)
    if digits.isdecimal() and (text.isdecimal() and len(digits) >= 4 or len(digits) >= 7):
        people = _phones(digits, estates).values("owner")[:limit]
        ways.append(Occupancy.objects.filter(owner__in=people))
    units = _units(text, estates)
    if units is not None:
        ways.append(Occupancy.objects.filter(unit__in=units.values("pk")[:limit]))
    if not ways:
        people = _owners(text, estates).values("pk")[:limit]
        ways.append(Occupancy.objects.filter(owner__in=people))
    return ways


def _phones(digits: str, estates: Collection[Estate] | None) -> QuerySet[Phone]:
    """Numbers ending so (by the index on the last four) or beginning so (a range on the number)."""
    phones = _in(Phone.objects.all(), estates)
    ends = Q(last4=digits[-4:])
    if len(digits) == 4:
        return phones.filter(ends)
    # Digits sort alike in every collation, so a range finds a beginning by the plain index.
    after = str(int(digits) + 1).zfill(len(digits))
    begins = Q(number__gte=digits, number__lt=after)
    return phones.filter(begins | (ends & Q(number__endswith=digits)))


def _owners(text: str, estates: Collection[Estate] | None) -> QuerySet[Owner]:
    """Names beginning so first, short before long."""
    text = text.replace(" ", "") if re.fullmatch(r"[一-鿿 ]+", text) else text
    begins = Q(name__startswith=text) | Q(StartsWith(Substr("name", 2), text))
    inside = Q(GreaterThanOrEqual(Length("name"), LONG_NAME), name__contains=text)
    return _in(Owner.objects.filter(begins | inside), estates).order_by(
        StrIndex("name", Value(text)), Length("name"), "pk"
    )


def _units(text: str, estates: Collection[Estate] | None) -> QuerySet[Unit] | None:
    """Units by short name or its beginning, or by a bare room number; None when it is no place."""
    units = _in(Unit.objects.all(), estates)
    place = parse_place(text)
    if place and place.room:
        matches = Q(code__startswith=place.code)
        if place.kind == HOME and not place.entrance:  # 1-101: building 1, whichever entrance
            matches |= Q(number__startswith=place.room, code__startswith=place.building_code + "-")
        return units.filter(matches).order_by(Length("code"), "pk")
    if place:
        return units.filter(code__startswith=place.code + "-").order_by("pk")
    room = parse_room(text)
    if room and len(room) <= 5:
        return units.filter(number=room).order_by("pk")
    return None


def _in(rows: QuerySet[M], estates: Collection[Estate] | None) -> QuerySet[M]:
    return rows if estates is None else rows.filter(estate__in=estates)
