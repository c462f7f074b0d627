"""What part a person plays on a case, and what he may know for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from complaints.lifecycle import Part
from complaints.models import Complaint
from staff.directory import Authority
from staff.roles import Role


def parts_of(complaint: Complaint, person: Authority) -> frozenset[Role | Part]:
    """The roles and parts a person plays on a case, his own and of those he stands in for."""
    parts: set[Role | Part] = set(person.roles_at(complaint.estate_id))
    if complaint.department_id:
        parts |= person.departments.get(complaint.department_id, frozenset())
    if complaint.first_receiver_id in person.stands_for:
        parts.add(Part.FIRST_RECEIVER)
    if complaint.handler_id in person.stands_for:
        parts.add(Part.HANDLER)
    if complaint.accountable_id in person.stands_for or complaint.department_id in (
        person.headed_departments()
    ):
        parts.add(Part.ACCOUNTABLE)
    return frozenset(parts)


#: Entries of whoever did some of the work.
WORKED = ("accepted", "acted", "handled")
#: Entries that say who worked in the present cycle.
WORK = (*WORKED, "reassigned", "cycle_started")


def hands(entries: Iterable[tuple[str, int | None, dict[str, Any]]]) -> set[int]:
    """Who did some of the work in the present cycle (K7): kind, actor and parameters in their order.

    A handler from whom it was taken after the work had been accepted too: others may write for him.
    """
    found: set[int | None] = set()
    accepted = False
    for kind, actor, params in entries:
        if kind == "cycle_started":
            found.clear()
        elif kind == "reassigned":
            found.add(params["from_person"] if accepted else None)
        elif kind in WORKED:
            found.add(actor)
        accepted = kind in WORKED
    return {person for person in found if person}


def shows_complainant(complaint: Complaint, parts: Collection[Role | Part]) -> bool:
    """Who complained is for everybody on the case, unless he asked to be hidden (domain.md, story 9)."""
    if not complaint.identity_hidden:
        return True
    return bool({Part.FIRST_RECEIVER, Role.SUPERVISOR} & set(parts))
