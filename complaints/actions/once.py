"""One form or request, one act: what is sent a second time under its key does nothing more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from complaints.actions.intake import fingerprint, take_key
from complaints.models import Attachment, Complaint


@transaction.atomic
def once(
    act: Callable[..., Any],
    complaint: Complaint,
    *,
    verb: str,
    principal: str,
    key: str,
    at: datetime,
    **words: Any,
) -> bool:
    """Do `act` on the case unless this principal has sent this key before; whether it was done now.

    Without a key every call acts. Raises what the act raises, and KeyReused when the key came with
    other words, another act or another case.
    """
    if key:
        sent = [complaint.pk, {name: _said(value) for name, value in words.items()}]
        if not take_key(principal, key, verb, fingerprint(sent), at)[1]:
            return False
    act(complaint, at=at, **words)
    return True


def _said(value: Any) -> Any:
    """Rows by their keys, files by what they hold: a retry brings them as new rows."""
    if isinstance(value, Attachment):
        return value.sha256
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, list | tuple | set | frozenset):
        return [_said(one) for one in value]
    return value
