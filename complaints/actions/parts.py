"""What part a person plays on a case, and what he may know for it."""

from __future__ import annotations

from collections.abc import Collection

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


def shows_complainant(complaint: Complaint, parts: Collection[Role | Part]) -> bool:
    """Who complained is for everybody on the case, unless he asked to be hidden (domain.md, story 9)."""
    if not complaint.identity_hidden:
        return True
    return bool({Part.FIRST_RECEIVER, Role.SUPERVISOR} & set(parts))
