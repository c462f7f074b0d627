"""What a person may report on: single estates, whole regions, the whole company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from staff.models import Estate
from staff.permissions import Permissions
from staff.roles import MANAGERS, Role

#: Figures name people, so they are for those who lead them and for the auditor.
READERS_OF_FIGURES = MANAGERS | {Role.DEPARTMENT_HEAD, Role.AUDITOR}


@dataclass(frozen=True)
class Scope:
    code: str  # company, region-3, estate-5: what stands in an address
    name: str
    estates: tuple[Estate, ...]

    def in_month(self, first_day: date) -> tuple[Estate, ...]:
        """Its estates in the month that begins so: one that had ended before has no part in it."""
        return tuple(
            estate
            for estate in self.estates
            if estate.ended_at is None or estate.ended_at.astimezone(estate.zone).date() > first_day
        )

    def is_read_by(self, person: Permissions) -> bool:
        return all(person.roles_at(estate.pk) & READERS_OF_FIGURES for estate in self.estates)

    def may_issue(self, person: Permissions) -> bool:
        """A report goes out under the name of those who answer for all its estates."""
        return all(person.roles_at(estate.pk) & MANAGERS for estate in self.estates)


def scopes_of(person: Permissions) -> list[Scope]:
    """The widest first; empty for who reads no figures. Two queries."""
    everything = list(Estate.objects.select_related("region").order_by("name"))
    return _among(everything, [one for one in everything if person.roles_at(one.pk) & READERS_OF_FIGURES])


def all_scopes() -> list[Scope]:
    """Whatever there is to report on, for what the product asks for by itself."""
    everything = list(Estate.objects.select_related("region").order_by("name"))
    return _among(everything, everything)


def _among(everything: list[Estate], mine: list[Estate]) -> list[Scope]:
    found: list[Scope] = []
    if len(mine) > 1 and len(mine) == len(everything):
        found.append(Scope("company", _("All estates"), tuple(mine)))
    for region in dict.fromkeys(estate.region for estate in everything if estate.region):
        whole = [estate for estate in everything if estate.region_id == region.pk]
        if len(whole) > 1 and set(whole) <= set(mine):
            found.append(Scope(f"region-{region.pk}", region.name, tuple(whole)))
    found += [Scope(f"estate-{estate.pk}", estate.name, (estate,)) for estate in mine]
    return found


def find(scopes: Sequence[Scope], code: str) -> Scope | None:
    return next((scope for scope in scopes if scope.code == code), None)


def scope_called(name: str, estates: Sequence[Estate]) -> str:
    """The code of what a paper of this name and these estates is about; empty: of nothing that has one.

    Estates that had ended before the paper's time are no part of its own. One query.
    """
    keys = {estate.pk for estate in estates}
    found = [one for one in all_scopes() if one.name == name and keys <= {e.pk for e in one.estates}]
    return min(found, key=lambda one: len(one.estates)).code if found else ""
