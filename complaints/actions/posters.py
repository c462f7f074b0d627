"""Posters with codes: where they hang, how often they are scanned, what comes by them.

A code says a place and nothing else: whoever guesses one can say something about that place, as anybody can.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.actions import portal_limits
from complaints.actions.portal_limits import HOUR, Cap
from complaints.actions.visibility import known_to
from complaints.models import Complaint, ContactNote, PostedPlace, PosterReport, PosterScans
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from owners.models import Building, Unit
from owners.names import clean_line
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import Permissions
from staff.roles import Role

Kind = PostedPlace.Kind
#: Who puts posters up, prints them and reads what they bring.
KEEPERS = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.ADMINISTRATOR})
#: Characters that nobody takes for one another.
LETTERS, LENGTH = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 6
#: So many scans of one place are counted from one network within an hour: a reload is no second reader, and
#: a carrier lets a whole building out by one address.
COUNTED = ((HOUR, 10),)
#: As many complaints as a poster's page names.
MOST_CASES = 20
ORDER = {kind: place for place, kind in enumerate(Kind.values)}
#: Who stands there means this very place; at a building's or estate's poster he may mean his own room.
MEANT = frozenset({Kind.LIFT, Kind.GARAGE, Kind.OTHER})
_LIFT = re.compile(r"电梯|lift|elevator", re.I)
_GARAGE = re.compile(r"车库|停车|garage|parking", re.I)


def kept_by(person: Permissions) -> QuerySet[Estate]:
    """The estates whose posters he keeps, by name."""
    estates = Estate.objects.order_by("name", "pk")
    if person.company & KEEPERS:
        return estates
    return estates.filter(pk__in=[pk for pk, roles in person.estates.items() if roles & KEEPERS])


def in_order(places: Iterable[PostedPlace]) -> list[PostedPlace]:
    """By kind, then as one walks: building 2 before building 10."""
    return sorted(places, key=lambda place: (ORDER[place.kind], _natural(place.name), place.pk or 0))


def _natural(text: str) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (0, part)
        for part in re.split(r"([0-9]+)", text)
    ]


# Which hang ---------------------------------------------------------------------------------------------


def _held(place: PostedPlace) -> PostedPlace:
    rows = PostedPlace.objects.select_for_update(of=("self",)).select_related("estate")
    return rows.get(pk=place.pk)


def _lock(estate: Estate) -> None:
    """Two who post places of one estate come one after the other."""
    Estate.objects.select_for_update(no_key=True).get(pk=estate.pk)


def _new_codes(count: int) -> list[str]:
    """Codes that no place has, in use or not. Two queries for hundreds would do; one mostly does."""
    codes: set[str] = set()
    while len(codes) < count:
        some = {"".join(secrets.choice(LETTERS) for _each in range(LENGTH)) for _one in range(count)}
        some -= set(PostedPlace.objects.filter(code__in=some).values_list("code", flat=True))
        codes |= some
    return sorted(codes)[:count]


def _check_name(estate: Estate, name: str, but: PostedPlace | None = None) -> str:
    name = clean_line(name)
    if not name:
        raise Refused(_("Say what the place is called."), field="name")
    same = PostedPlace.objects.filter(estate=estate, name=name, taken_down_at=None)
    if same.exclude(pk=but.pk if but else None).exists():
        raise Refused(_("A poster of that name hangs already."), field="name")
    return name


@transaction.atomic
def post_place(
    estate: Estate,
    *,
    kind: str,
    name: str,
    building: Building | None,
    unit: Unit | None,
    by: User,
    at: datetime,
) -> PostedPlace:
    """A place gets its code. Raises Refused."""
    check_ours(estate, at)
    _lock(estate)
    name, code = _check_name(estate, name), _new_codes(1)[0]
    place = PostedPlace(estate=estate, kind=kind, name=name, building=building, unit=unit, code=code)
    write(place, by=by, at=at)
    return place


@transaction.atomic
def change_place(place: PostedPlace, changes: dict[str, Any], *, by: User) -> PostedPlace:
    """Call it otherwise, say where it is: the code stays, and what hangs goes on working. Raises Refused."""
    _lock(place.estate)
    row = _held(place)
    name = changes.get("name", row.name)
    if row.taken_down_at is None:
        name = _check_name(row.estate, name, row)
    for column, value in (changes | {"name": clean_line(name)}).items():
        setattr(row, column, value)
    return _save(row, by)


@transaction.atomic
def take_down(place: PostedPlace, *, by: User, at: datetime) -> PostedPlace:
    """It hangs no more. Whoever scans it all the same is told so and says himself where it is."""
    row = _held(place)
    row.taken_down_at = row.taken_down_at or at
    return _save(row, by)


@transaction.atomic
def put_up_again(place: PostedPlace, *, by: User, at: datetime) -> PostedPlace:
    """What was taken down hangs again, with the same code. Raises Refused."""
    check_ours(place.estate, at)
    _lock(place.estate)
    row = _held(place)
    _check_name(row.estate, row.name, row)
    row.taken_down_at = None
    return _save(row, by)


def _save(row: PostedPlace, by: User) -> PostedPlace:
    row._history_user = by
    row.save()
    return row


# Many at once, from the register ------------------------------------------------------------------------


def offered(estate: Estate) -> dict[str, list[PostedPlace]]:
    """The places of the register that have no poster yet, by kind, not saved. Three queries.

    The lift of each entrance, or of a building without entrances: which of them has none, the register does
    not say, so they are a kind of their own to choose.
    """
    hanging = PostedPlace.objects.filter(estate=estate, taken_down_at=None).order_by()
    there = {each for pair in hanging.values_list("name", "from_register") for each in pair if each}
    found: list[PostedPlace] = [PostedPlace(kind=Kind.ESTATE, name=estate.name, from_register="estate")]
    buildings = list(Building.objects.filter(estate=estate))
    of_homes = Unit.objects.filter(estate=estate, building__isnull=False, kind=Unit.Kind.HOME)
    entrances: dict[int, set[str]] = {building.pk: set() for building in buildings}
    for key, entrance in of_homes.order_by().values_list("building", "entrance").distinct():
        if key in entrances and entrance:
            entrances[key].add(entrance)
    with translation.override(settings.LANGUAGE_CODE):  # as the register's own names, whoever asks
        for building in buildings:
            found += _of_building(building, sorted(entrances[building.pk]))
    common = Unit.objects.filter(estate=estate, kind=Unit.Kind.COMMON).select_related("building")
    found += [_of_common(unit) for unit in common]
    missing: dict[str, list[PostedPlace]] = {}
    for place in in_order(found):
        if not {place.name, place.from_register} & there:
            there.add(place.name)
            place.estate = estate
            missing.setdefault(place.kind, []).append(place)
    return missing


def _of_building(building: Building, entrances: list[str]) -> Iterator[PostedPlace]:
    key = f"building:{building.pk}"
    yield PostedPlace(kind=Kind.BUILDING, name=building.name, building=building, from_register=key)
    lifts = {"": building.name}
    for entrance in entrances:
        name = _("%(building)s entrance %(entrance)s") % {"building": building.name, "entrance": entrance}
        key = f"entrance:{building.pk}:{entrance}"
        yield PostedPlace(kind=Kind.ENTRANCE, name=name, building=building, from_register=key)
        lifts = {one: called for one, called in lifts.items() if one} | {entrance: name}
    for entrance, name in lifts.items():
        name, key = _("%(place)s lift") % {"place": name}, f"lift:{building.pk}:{entrance}"
        yield PostedPlace(kind=Kind.LIFT, name=name, building=building, from_register=key)


def _of_common(unit: Unit) -> PostedPlace:
    kind = Kind.OTHER
    if _LIFT.search(unit.name):
        kind = Kind.LIFT
    elif _GARAGE.search(unit.name):
        kind = Kind.GARAGE
    key = f"unit:{unit.pk}"
    return PostedPlace(kind=kind, name=unit.name, unit=unit, building=unit.building, from_register=key)


@transaction.atomic
def post_many(estate: Estate, kinds: Iterable[str], *, by: User, at: datetime) -> int:
    """A code for every place of these kinds that the register has and no poster; how many. Raises Refused."""
    check_ours(estate, at)
    _lock(estate)
    places = [place for kind, some in offered(estate).items() if kind in set(kinds) for place in some]
    for place, code in zip(places, _new_codes(len(places)), strict=True):
        place.code = code
    write(*places, by=by, at=at)
    return len(places)


# Scanned -------------------------------------------------------------------------------------------------


def find(code: str) -> PostedPlace | None:
    """The place of a code, in use or not; capital or small, as it is typed. One query."""
    code = code.strip().upper()
    if not 0 < len(code) <= LENGTH + 2:
        return None
    places = PostedPlace.objects.select_related("estate__merged_into", "unit")
    return places.filter(code=code).first()


def address(place: PostedPlace) -> str:
    """What its code leads to, without the host."""
    return reverse("scan", args=[place.code])


def answers(place: PostedPlace) -> dict[str, Any]:
    """What a scan says, in the words of `portal_drafts.begin`.

    In a lift or a garage the place is meant and not asked for; at a building's it stands there to be said
    closer; at the estate's, and at one that was taken down, it is asked as usual.
    """
    said: dict[str, Any] = {"poster": place.pk}
    if place.taken_down_at or place.kind == Kind.ESTATE:
        return said
    said |= {
        "where": place.name,
        "area": "",
        "unit": None,
        "building": None,
        "place": "",
        "where_done": False,
    }
    if place.kind not in MEANT:
        return said
    building = place.building_id or (place.unit.building_id if place.unit else None)
    words = "" if place.unit else place.name
    return said | {"unit": place.unit_id, "building": building, "place": words, "where_done": True}


@transaction.atomic
def count_scan(place: PostedPlace, *, network: str, at: datetime) -> bool:
    """One more scan on this day of its estate, unless too many came from one network; whether it counted."""
    if network and portal_limits.count([Cap("scan", f"{network} {place.pk}", COUNTED)], at=at):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO complaints_posterscans (place_id, day, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (place_id, day) DO UPDATE SET count = complaints_posterscans.count + 1",
            [place.pk, at.astimezone(place.estate.zone).date()],
        )
    return True


def place_of(said: dict[str, Any], estate: Estate) -> PostedPlace | None:
    """The poster a draft began at; None where it is of another estate, or was none."""
    return PostedPlace.objects.filter(pk=said.get("poster") or 0, estate=estate).first()


def keep_source(
    place: PostedPlace | None, *, complaint: Complaint | None, note: ContactNote | None, at: datetime
) -> None:
    """Remember what came by a poster. Called in the transaction that takes it."""
    if place:
        day = at.astimezone((complaint or note).estate.zone).date()
        write(PosterReport(place=place, day=day, complaint=complaint, note=note))


# What they bring -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brought:
    """Of one place in some days: scans, complaints, and everything else that was sent (notes)."""

    scans: int = 0
    complaints: int = 0
    notes: int = 0


def cases_by(place: PostedPlace, person: Permissions) -> list[Complaint]:
    """The newest complaints that came by a poster, of those the person may read. One query.

    A poster hangs at an entrance or in a lift: of whoever hides it says more than the building.
    """
    by_it = Complaint.objects.filter(pk__in=place.reports.exclude(complaint=None).values("complaint"))
    return list(
        by_it.visible_to(person).filter(known_to(person)).order_by("-received_at", "-pk")[:MOST_CASES]
    )


class Posted(NamedTuple):
    place: PostedPlace
    brought: Brought


def brought(estate: Estate, first: date, last: date, person: Permissions) -> dict[int, Brought]:
    """By place, what the estate's posters brought from one day to another, both included. Two queries.

    Complaints are those the person may read: a number would tell as much of a restricted one as its row.
    """
    days = {"place__estate": estate, "day__gte": first, "day__lte": last}
    scans = PosterScans.objects.filter(**days).order_by().values_list("place").annotate(n=Sum("count"))
    scanned = dict(scans.values_list("place", "n"))
    sent = PosterReport.objects.filter(**days).order_by().values("place")
    his = Q(complaint__in=Complaint.objects.visible_to(person).values("pk"))
    counts = sent.annotate(a=Count("complaint", filter=his), b=Count("note"))
    counted = {place: (a, b) for place, a, b in counts.values_list("place", "a", "b")}
    return {
        place: Brought(scanned.get(place, 0), *counted.get(place, (0, 0)))
        for place in scanned.keys() | counted.keys()
    }


def posted(
    estate: Estate, first: date, last: date, person: Permissions, kind: str = "", words: str = ""
) -> list[Posted]:
    """The estate's places, in use before taken down, each with what it brought. Three queries."""
    rows = PostedPlace.objects.filter(estate=estate)
    if kind:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(code__iexact=words)
    counts, found = brought(estate, first, last, person), in_order(rows)
    found.sort(key=lambda place: place.taken_down_at is not None)
    return [Posted(place, counts.get(place.pk, Brought())) for place in found]
