"""What part a person plays on a case, and what he may know for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from complaints.lifecycle import FOLLOWERS, SPEAKERS, WORKERS, Part, Who
from complaints.models import Complaint
from staff.authority import Authority
from staff.roles import DESK, Role


def parts_of(complaint: Complaint, person: Authority) -> frozenset[Role | Part]:
    """The roles and parts a person plays on a case, his own and of those he stands in for."""
    return parts_by_keys(
        person,
        estate=complaint.estate_id,
        department=complaint.department_id,
        first_receiver=complaint.first_receiver_id,
        handler=complaint.handler_id,
        accountable=complaint.accountable_id,
        speaker=complaint.speaker_id,
    )


def parts_by_keys(
    person: Authority,
    *,
    estate: int,
    department: int | None,
    first_receiver: int,
    handler: int | None,
    accountable: int | None,
    speaker: int | None = None,
) -> frozenset[Role | Part]:
    """The same on a case of which only these keys were read."""
    parts: set[Role | Part] = set(person.roles_at(estate))
    if department:
        parts |= person.departments.get(department, frozenset())
    if first_receiver in person.stands_for:
        parts.add(Part.FIRST_RECEIVER)
    if handler in person.stands_for:
        parts.add(Part.HANDLER)
    if accountable in person.stands_for or department in person.headed_departments():
        parts.add(Part.ACCOUNTABLE)
    if speaker in person.stands_for:
        parts.add(Part.SPEAKER)
    return frozenset(parts)


#: Entries of whoever did some of the work.
WORKED = ("accepted", "opinion_given", "acted", "handled")
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


# Who complained, and at which door he lives, is for everybody who knows of the case, unless he asked to be
# hidden: then for the first receiver and the supervisor only (domain.md, story 9).


def shows_complainant(complaint: Complaint, parts: Collection[Role | Part]) -> bool:
    """Whether somebody who plays these parts may know who complained."""
    if not complaint.identity_hidden:
        return True
    return bool({Part.FIRST_RECEIVER, Role.SUPERVISOR} & set(parts))


#: Whoever speaks with the customers reads their phones whole; an auditor does not need them.
CALLS: Who = FOLLOWERS | WORKERS | SPEAKERS | DESK | {Part.SPEAKER}


def reads_phones(complaint: Complaint, parts: Collection[Role | Part]) -> bool:
    """Whether the phones of all who signed are shown whole, and not masked."""
    return shows_complainant(complaint, parts) and bool(CALLS & set(parts))


def masked(phone: str) -> str:
    """Enough of a number for its owner to know it, too little for anybody else.

    >>> masked("13812341234")
    '138****1234'
    """
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}" if phone else ""


def is_told(person: Authority, *, first_receiver: int, estate: int, department: int | None) -> bool:
    """Whether `person` may know a complainant who hides, on a case of which only these keys were read."""
    roles = person.roles_at(estate) | person.departments.get(department or 0, frozenset())
    return first_receiver in person.stands_for or Role.SUPERVISOR in roles


def known_to(person: Authority, case: str = "") -> Q:
    """The cases whose complainant `person` may know. `case` leads to the case: "complaint__"."""
    if Role.SUPERVISOR in person.company:
        return ~Q(pk__in=[])  # all of them

    def supervised(places: dict[int, frozenset[Role]]) -> list[int]:
        return [pk for pk, roles in places.items() if Role.SUPERVISOR in roles]

    return (
        Q(**{f"{case}identity_hidden": False})
        | Q(**{f"{case}first_receiver__in": person.stands_for})
        | Q(**{f"{case}estate__in": supervised(person.estates)})
        | Q(**{f"{case}department__in": supervised(person.departments)})
    )


def place_shown(complaint: Complaint, person: Authority) -> str:
    """The place as `person` may read it: of whoever hides, the building only."""
    return (
        complaint.where
        if shows_complainant(complaint, parts_of(complaint, person))
        else complaint.rough_where
    )
