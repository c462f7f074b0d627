"""A list of colleagues comes in: everybody or nobody, and each is sent the way to a password of his own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.colleagues import invite_by_mail, tell_hired
from complaints.stafflist import COLUMNS
from staff import actions as office
from staff.models import User
from staff.refusals import Refused


@transaction.atomic
def hire_list(
    people: Iterable[Mapping[str, Any]], *, by: User, at: datetime, trial: bool = False
) -> tuple[list[User], dict[int, list[str]]]:
    """Hire everybody of a list, or nobody: the people, and what was refused by position.

    Who has an e-mail address is invited by mail, whose role waits for a second person when that agrees; the
    others' links are for the caller to show. `trial` only asks.
    """
    hired: list[User] = []
    refused: dict[int, list[str]] = {}
    for position, said in enumerate(people):
        try:
            with transaction.atomic():
                hired.append(office.hire(**said, by=by, at=at))
        except ValidationError as refusal:
            refused[position] = [
                _of_column(name, sentence)
                for name, sentences in refusal.message_dict.items()
                for sentence in sentences
            ]
        except Refused as refusal:
            refused[position] = [_of_column(refusal.field, str(refusal))]
    if refused or trial:
        transaction.set_rollback(True)
        return [], refused
    tell_hired(hired, by=by, at=at)
    waiting = set(office.open_reviews(user__in=hired).values_list("user_id", flat=True))
    invite_by_mail([one for one in hired if one.email and one.pk not in waiting], at=at)
    return hired, refused


def _of_column(name: str | None, sentence: str) -> str:
    """With the heading of the column it is about, where it is about one."""
    return f"{COLUMNS[name][0]}{_(': ')}{sentence}" if name in COLUMNS else sentence
