"""Who reads the register and who changes it. Everyone only in his estates; the rest is a 404."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext

from staff.models import Estate
from staff.permissions import Permissions, permissions_of
from staff.requests import StaffRequest
from staff.roles import DESK, MANAGERS, Role

#: Load a file, correct a unit or a person, let somebody move out.
EDITORS = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.ADMINISTRATOR})
#: Add a person or a phone.
ADDERS = EDITORS | {Role.FRONT_DESK}
READERS = DESK | MANAGERS | EDITORS | {Role.AUDITOR}


def person_of(request: StaffRequest, now: datetime) -> Permissions:
    """What the signed-in person may do, worked out once a request."""
    if not hasattr(request, "register_person"):
        request.register_person = permissions_of(request.user, now)
    return request.register_person


def readable(person: Permissions) -> QuerySet[Estate]:
    """The estates whose register the person reads."""
    if person.company & READERS:
        return Estate.objects.all()
    return Estate.objects.filter(pk__in=[pk for pk, roles in person.estates.items() if roles & READERS])


def may(person: Permissions, roles: frozenset[Role], estate_id: int) -> bool:
    return bool(person.roles_at(estate_id) & roles)


def require(person: Permissions, roles: frozenset[Role], estate_id: int) -> None:
    if not may(person, roles, estate_id):
        who = " / ".join(str(role.label) for role in Role if role in roles)
        raise PermissionDenied(gettext("This belongs to: %(who)s.") % {"who": who})
