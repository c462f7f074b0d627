"""What an estate has that the rows of a past ledger are held against: words, colleagues, places, people.

Read once, in a constant number of queries.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q

from complaints.models import Category, Cause, Complaint, TakenOver
from complaints.past_ledger.terms import OPEN, term
from complaints.policy import Channel, Severity
from complaints.statuses import Outcome
from owners import places
from owners.importing.words import plain
from owners.models import Building, Occupancy, Unit
from owners.names import name_key
from staff.models import Department, Estate, Posting, User
from staff.permissions import current

#: Kinds of words that have usual ones besides the company's own.
USUAL = ("channel", "severity", "validity", "status")


class Known:
    """An estate at a moment."""

    def __init__(self, estate: Estate, at: datetime) -> None:
        self.estate = estate
        taken = TakenOver.objects.filter(estate=estate, is_void=False)
        self.keys = set(taken.values_list("key", flat=True))
        self.terms = _terms(estate)
        self.called = {kind: _called(terms) for kind, terms in self.terms.items()}
        self.staff: dict[str, list[User]] = defaultdict(list)
        self.present: dict[str, list[User]] = defaultdict(list)
        self._read_staff(at)
        units = Unit.objects.filter(estate=estate).select_related("building").order_by("pk")
        self.units = {unit.code: unit for unit in units}
        self.by_name = {plain(unit.name): unit for unit in self.units.values()}
        self.buildings = {one.code: one for one in Building.objects.filter(estate=estate)}
        self.doors: dict[tuple[str, str], list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.building:
                self.doors[unit.building.code, unit.number].append(unit)
        living = Occupancy.objects.filter(unit__estate=estate).select_related("owner").order_by("pk")
        self.living = {(one.unit_id, name_key(one.owner.name)): one for one in living}

    def _read_staff(self, at: datetime) -> None:
        """Everybody who ever worked for the estate, and who does today, by name."""
        here = Q(estate=self.estate) | Q(department__estate=self.estate) | Q(region__estates=self.estate)
        here |= Q(estate=None, region=None, department__estate=None)
        held = set(Posting.objects.filter(current(at), here).values_list("user", flat=True))
        ever = Posting.objects.filter(here).values("user")
        for user in User.objects.filter(pk__in=ever).order_by("pk"):
            self.staff[name_key(user.name)].append(user)
            if user.is_active and user.pk in held:
                self.present[name_key(user.name)].append(user)

    def code(self, kind: str, word: str) -> str:
        """The code of what is called so, whole or by its last part (物业管理-电梯); empty when nothing is."""
        for text in (word, re.split(r"[-—/>·]", word)[-1]):
            if found := self.called[kind].get(plain(text), ""):
                return found
        return term(kind, word) if kind in USUAL else ""

    def colleague(self, written: str, *, today: bool = False) -> User | None:
        """The one who is called so; of two with one name nobody."""
        found = (self.present if today else self.staff).get(name_key(written), [])
        return found[0] if len(found) == 1 else None

    def department(self, word: str) -> Department | None:
        found: Department | None = self.terms["department"].get(self.code("department", word))
        return found

    def unit(self, text: str) -> Unit | None:
        """The home of that name; without its entrance, where the building has one door of that number."""
        if unit := self.by_name.get(plain(text)):
            return unit
        place = places.parse_place(text)
        if place is None or not place.room:
            return None
        if unit := self.units.get(place.code):
            return unit
        doors = self.doors.get((place.building_code, place.room), []) if not place.entrance else []
        return doors[0] if len(doors) == 1 else None


def _terms(estate: Estate) -> dict[str, dict[str, Any]]:
    """By kind, what may be meant, by code."""
    categories = Category.objects.filter(parent__isnull=False, is_active=True).order_by("order", "pk")
    departments = Department.objects.filter(Q(estate=estate) | Q(estate=None)).order_by("estate", "pk")
    return {
        "channel": {str(one): one for one in Channel},
        "severity": {str(one): one for one in Severity},
        "validity": {str(one): one for one in Complaint.Validity},
        "status": {OPEN: OPEN} | {str(one): one for one in Outcome if one != Outcome.VOID},
        "category": {one.code: one for one in categories},
        "cause": {one.code: one for one in Cause.objects.filter(is_active=True).order_by("order", "pk")},
        "department": {str(one.pk): one for one in departments},
    }


def _called(terms: dict[str, Any]) -> dict[str, str]:
    """Code by each name of it; the estate's own come before those of headquarters."""
    found: dict[str, str] = {}
    for code, one in terms.items():
        if isinstance(one, Category | Cause):
            names = [one.code, one.zh, one.en]
        elif isinstance(one, Department):
            names = [one.name, one.name_en]
        else:
            names = [str(getattr(one, "label", one))]
        for name in filter(None, names):
            found.setdefault(plain(name), code)
    return found
