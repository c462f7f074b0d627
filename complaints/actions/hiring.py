"""A list of colleagues comes in: everybody or nobody, and each is sent the way to a password of his own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.channels.mails import INVITATION
from complaints.models import OutboxMessage
from staff import actions as office
from staff.models import User


@transaction.atomic
def hire_list(
    people: Iterable[Mapping[str, Any]], *, by: User, at: datetime, trial: bool = False
) -> tuple[list[User], dict[int, list[str]]]:
    """Hire everybody of a list, or nobody: the people, and what was refused by position.

    Who has an e-mail address is invited by mail; the others' links are for the caller to show. `trial` only
    asks.
    """
    hired, refused = office.hire_all(people, by=by, at=at, trial=trial)
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            key=f"email:u{person.pk}:{INVITATION}",
            channel="email",
            user=person,
            kind=INVITATION,
            not_before=at,
            created_at=at,
        )
        for person in hired
        if person.email
    )
    return hired, refused
