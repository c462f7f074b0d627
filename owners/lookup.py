"""Who is calling, and from where: the register found as it is typed.

A query is a phone or its end, a place in any spelling (places.py), a bare room, or a name. At most
four queries whatever is found, each on an index of its own (migrations 0003, 0006, 0009); the occupancies
come with owner, unit and phones, those who live there today before those who have moved out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Func,
    Model,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Length, StrIndex, Substr
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, StartsWith

from owners.models import Occupancy, Owner, Phone, Unit
from owners.names import clean_line, name_key, name_keys
from owners.phones import numbers_asked_for
from owners.places import (
    HOME,
    Place,
    in_one_run,
    parse_asked,
    parse_entrance_and_room,
    parse_room,
    same_rooms,
)
from staff.models import Estate

M = TypeVar("M", bound=Model)

#: Up to three characters, a name holds a text only if it or its part after the first begins with it.
LONG_NAME = 4
#: More homes than this never bore one short name.
MANY_FORMER = 20


def find_people(
    query: str, estates: Collection[Estate] | None, *, on: date, limit: int = 8
) -> list[Occupancy]:
    """The occupancies a desk clerk may mean by `query`, best first; nothing for an empty query.

    `1-2-101`, `1.2.101`, `1号楼2单元101`, `S101`: that unit, and as it is typed the units beginning so.
    Four or more digits: phones that end or begin so; up to five also a room's number, from five on also
    every home written in one run, 12101: 1-2-101, 12-101 and 1-2101.
    Anything else: names that begin so, then names that hold it, or that sound so: wangjj, wjj.
    `estates` None is the whole company.
    """
    text = _plain(query)
    if not text:
        return []
    found: dict[int, Occupancy] = {}
    former = formerly(text, estates)
    for people in _ways(text, estates, limit, former):
        rows = people.select_related("owner", "unit__estate").order_by("pk")
        found |= {row.pk: row for row in rows[: 4 * limit] if row.pk not in found}
        if len(found) >= limit:
            break

    key = name_key(text)

    def rank(row: Occupancy) -> tuple[bool, bool, int]:
        gone = row.ends_on is not None and row.ends_on <= on
        return gone, not row.owner.name_key.startswith(key), len(row.unit.code)

    ranked = sorted(found.values(), key=rank)[:limit]
    prefetch_related_objects(ranked, "owner__phones")
    _say_formerly([row.unit for row in ranked], former)
    return ranked


def find_units(query: str, estates: Collection[Estate] | None, *, limit: int = 8) -> list[Unit]:
    """The places `query` may mean, lived in or not. One query."""
    former = formerly(_plain(query), estates)
    units = _units(_plain(query), estates, former)
    found = list(units.select_related("building", "estate")[:limit]) if units is not None else []
    _say_formerly(found, former)
    return found


def formerly(text: str, estates: Collection[Any] | None) -> dict[int, str]:
    """Homes that bore the short name meant by `text` before they were renumbered, by key. One query."""
    place = parse_asked(text)
    if place is None or not place.room:
        return {}
    versions = _in(Unit.history.model.objects.filter(code=place.code), estates)
    keys = versions.values_list("id", flat=True).order_by("id").distinct()[:MANY_FORMER]
    return dict.fromkeys(keys, place.code)


def _say_formerly(units: Iterable[Unit], former: dict[int, str]) -> None:
    for unit in units:
        code = former.get(unit.pk, "")
        unit.formerly = "" if unit.code == code else code


def _plain(query: str) -> str:
    return clean_line(unicodedata.normalize("NFKC", query[:200]))[:60]


def _ways(
    text: str, estates: Collection[Estate] | None, limit: int, former: Collection[int]
) -> list[QuerySet[Occupancy]]:
    """One or two queries, to be tried in order until enough is found."""
    ways: list[QuerySet[Occupancy]] = []
    digits = [said for said in numbers_asked_for(text) if len(said) >= 4]
    if digits:
        called = _phones(digits, estates).values("owner")[:limit]
        ways.append(Occupancy.objects.filter(owner__in=called))
    units = _units(text, estates, former)
    if units is not None:
        ways.append(Occupancy.objects.filter(unit__in=units.values("pk")[:limit]))
    if not ways:
        people = _owners(text, estates).values("pk")[:limit]
        ways.append(Occupancy.objects.filter(owner__in=people))
    return ways


def _phones(digits: Iterable[str], estates: Collection[Estate] | None) -> QuerySet[Phone]:
    """Numbers ending so (by the index on the last four) or beginning so (a range on the number), with the
    country's code or without: 852 9123 begins +852 9123 4567, 9123 4567 ends it."""
    return _in(Phone.objects.filter(reduce(or_, map(_ends_or_begins, digits))), estates)


def _ends_or_begins(digits: str) -> Q:
    ends = Q(last4=digits[-4:])
    if len(digits) == 4:
        return ends
    begins = _begins(digits)
    if not digits.startswith("0"):
        begins |= _begins("00" + digits)
    tail = Q(number__endswith=digits) | Q(number__contains=digits + "-")  # the extension aside
    return begins | (ends & tail)


def _begins(digits: str) -> Q:
    """Digits sort alike in every collation, so a range finds a beginning by the plain index."""
    return Q(number__gte=digits, number__lt=str(int(digits) + 1).zfill(len(digits)))


def _owners(text: str, estates: Collection[Estate] | None) -> QuerySet[Owner]:
    """Names that begin so, then names that hold every word of it in any order; short before long."""
    key, words = name_key(text), name_keys(text)
    if not key:
        return Owner.objects.none()
    begins = Q(name_key__startswith=key) | Q(StartsWith(Substr("name_key", 2), key))
    begins |= _sounds(key)
    inside = Q(GreaterThanOrEqual(Length("name_key"), LONG_NAME))
    for word in words:
        inside &= Q(name_key__contains=word)
    found = _in(Owner.objects.filter(begins | inside), estates)
    place = StrIndex("name_key", Value(key))  # 0 where the words stand apart
    return found.order_by(
        Case(When(GreaterThan(place, 0), then=place), default=999), Length("name_key"), "pk"
    )


def _sounds(typed: str) -> Q:
    """Names that sound so, in pinyin or by their initials: letters alone, and more than one of them."""
    if len(typed) < 2 or not re.fullmatch("[a-z]+", typed):
        return Q()
    if connection.vendor != "postgresql":
        return Q(name_sounds__startswith=typed) | Q(name_sounds__contains=f" {typed}")
    # Spelled as the index spells it (migration 0009), or the index is not used.
    words = Func("name_sounds", template="array_to_tsvector(string_to_array(%(expressions)s, ' '))")
    asked = Func(Value(f"'{typed}':*"), template="%(expressions)s::tsquery")
    said: dict[str, Any] = {"template": "%(expressions)s", "arg_joiner": " @@ "}
    return Q(Func(words, asked, output_field=BooleanField(), **said))


def _units(text: str, estates: Collection[Estate] | None, former: Collection[int]) -> QuerySet[Unit] | None:
    """Units by short name or its beginning, or by a bare room number; None when it is no place."""
    units = _in(Unit.objects.all(), estates)
    place = parse_asked(text)
    if place and place.room:
        matches = Q(code__startswith=place.code)
        if place.kind == HOME and not place.entrance:  # 1-101: building 1, whichever entrance
            matches |= Q(number__startswith=place.room, code__startswith=place.building_code + "-")
        for room in same_rooms(place.room)[1:]:  # A座102 where the door says 0102
            matches |= Q(number=room, code__startswith=place.building_code + "-", entrance=place.entrance)
        if former:
            matches |= Q(pk__in=list(former))
        return units.filter(matches).order_by(Length("code"), "pk")
    if place:
        # A villa is a building and a home.
        whole = Q(code=place.code) | Q(code__startswith=place.code + "-")
        return units.filter(whole).order_by(Length("code"), "pk")
    if entered := parse_entrance_and_room(text):  # 2单元101: whichever building
        entrance, room = entered
        return units.filter(entrance=entrance, number__startswith=room).order_by(Length("code"), "pk")
    number, runs = parse_room(text), in_one_run(text)
    if number and len(number) <= 5 or runs:
        rooms = Q(number__in=same_rooms(number)) if number and len(number) <= 5 else Q()
        return units.filter(rooms | written_so(runs)).order_by(Length("code"), "pk")
    return None


def written_so(places: Iterable[Place]) -> Q:
    """Units that these places may be; of one that names no entrance, at any. None of them is nobody's."""
    found = Q(pk__in=[])
    for place in places:
        found |= Q(code=place.code)
        if not place.entrance:
            found |= Q(number=place.room, code__startswith=place.building_code + "-")
    return found


def _in(rows: QuerySet[M], estates: Collection[Estate] | None) -> QuerySet[M]:
    return rows if estates is None else rows.filter(estate__in=estates)
