"""Whom an estate calls when people are in danger: written here, read at the desk and on such a case."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import EmergencyNumber
from config.framework.refusals import Refused
from owners.phones import digits_in
from staff.models import Estate, User


def numbers_of(estate: int) -> list[EmergencyNumber]:
    """Those in use, in their order. One query."""
    return list(EmergencyNumber.objects.filter(estate=estate, is_active=True).order_by("order", "pk"))


@transaction.atomic
def save_number(
    number: EmergencyNumber | None, changes: dict[str, Any], *, estate: Estate, by: User
) -> EmergencyNumber:
    """Add one, or change one; what it said before stays in its history. Raises Refused or ValidationError."""
    if "phone" in changes:
        changes = changes | {"phone": " ".join(changes["phone"].split())}
        if not digits_in(changes["phone"]):
            raise Refused(_("Enter a phone number that can be dialled."), field="phone")
    row = number or EmergencyNumber(estate=estate)
    for name, value in changes.items():
        setattr(row, name, value)
    same = EmergencyNumber.objects.filter(estate=estate, kind=row.kind, phone=row.phone, is_active=True)
    if row.is_active and same.exclude(pk=row.pk).exists():
        raise Refused(_("This number is on the list already."), field="phone")
    row.full_clean()
    row._history_user = by
    row.save()
    return row
