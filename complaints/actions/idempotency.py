"""One form or request, one act: what is sent a second time under its key does nothing more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint, SubmitKey
from config.framework.refusals import Refused


class KeyReused(Refused):
    """The submit key belongs to another request."""


@transaction.atomic
def act_once_per_key(
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
    if key and not take_key(principal, key, verb, [complaint, words], at)[1]:
        return False
    act(complaint, at=at, **words)
    return True


def take_key(principal: str, key: str, action: str, sent: Any, at: datetime) -> tuple[SubmitKey, bool]:
    """The row of a submit key and whether it is new; must run inside the act's transaction.

    Another act with the same key waits here until that transaction has ended. Raises KeyReused when
    the key was used for something else.
    """
    body = fingerprint(sent)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO complaints_submitkey (principal, key, action, body, created_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (principal, key) DO NOTHING RETURNING id",
            [principal, key, action, body, connection.ops.adapt_datetimefield_value(at)],
        )
        if made := cursor.fetchone():
            return SubmitKey(made[0], principal, key, action, body, None, at), True
    row = SubmitKey.objects.get(principal=principal, key=key)
    if (row.action, row.body) != (action, body):
        raise KeyReused(_("This form was already sent with other content. Open a new form."))
    return row, False


def keep_result(submit: SubmitKey, made: int) -> None:
    """Remember the row an act made under its key, for whoever sends the same again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_submitkey SET object_id = %s WHERE id = %s", [made, submit.pk])


def fingerprint(sent: Any) -> str:
    """sha256 of everything that was sent, to tell a retry from another request under the same key."""
    return hashlib.sha256(json.dumps(_comparable(sent), sort_keys=True, default=str).encode()).hexdigest()


def _comparable(value: Any) -> Any:
    """Rows by their keys, files by what they hold: a retry brings them as new rows."""
    if isinstance(value, Attachment):
        return value.sha256
    if isinstance(value, Model):
        return value.pk
    if is_dataclass(value):
        return {field.name: _comparable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {name: _comparable(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(_comparable(one)) for one in value)
    if isinstance(value, list | tuple):
        return [_comparable(one) for one in value]
    return value
