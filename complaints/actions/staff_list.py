"""A list of colleagues comes in: everybody or nobody, and each is sent the way to a password of his own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.actions.colleagues import invite_by_mail, notify_of_hired
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import User
from staff.permissions import permissions_of


@transaction.atomic
def hire_list(
    people: Iterable[Mapping[str, Any]], *, by: User, at: datetime, without_training: str = ""
) -> tuple[list[User], dict[int, list[Refused]]]:
    """Hire everybody of a list, or nobody: the people, and what was refused by position.

    Who has an e-mail address is invited by mail, whose role waits for a second person when that agrees; the
    others' links are for the caller to show. `without_training`: why those who need a training are given
    their role without it.
    """
    hired: list[User] = []
    refused: dict[int, list[Refused]] = {}
    giver = permissions_of(by, at)
    for position, said in enumerate(people):
        if refusals := office.why_not_hired(giver=giver, at=at, **said):
            refused[position] = refusals
            continue
        try:
            with transaction.atomic():
                hired.append(office.hire(**said, without_training=without_training, by=by, at=at))
        except Refused as refusal:
            refused[position] = [refusal]
    if refused:
        transaction.set_rollback(True)
        return [], refused
    notify_of_hired(hired, by=by, at=at)
    waiting = set(office.open_reviews(user__in=hired).values_list("user_id", flat=True))
    invite_by_mail([one for one in hired if one.email and one.pk not in waiting], at=at)
    return hired, refused
