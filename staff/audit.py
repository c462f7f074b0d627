"""The audit: what somebody tried or took out, one row each, kept whatever becomes of the request.

The only writer of `AuditRow`; nothing changes or removes one. A row that cannot be written is said in the
log and fails nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.http import HttpRequest

from staff.addresses import client_address
from staff.models import AuditRow, User

logger = logging.getLogger(__name__)
Kind = AuditRow.Kind


def write(request: HttpRequest, kind: str, *, user: int | None, at: datetime, about: str = "") -> None:
    """One row, in one statement. Call it outside the transaction of what is recorded."""
    about = about[: AuditRow._meta.get_field("about").max_length]
    try:
        with transaction.atomic():
            AuditRow.objects.create(
                at=at, kind=kind, user_id=user, about=about, address=client_address(request)
            )
    except DatabaseError:
        logger.exception("audit row not written: %s by user %s", kind, user)


def wrong_log_in(request: HttpRequest, username: str, *, at: datetime) -> None:
    """What was typed is not kept unless it is a log-in of ours: people type passwords there too."""
    try:
        known = User.objects.filter(username__iexact=username[:150].replace("\0", ""))
        user = known.values_list("pk", flat=True).first()
    except DatabaseError:
        user = None
    write(request, Kind.WRONG_LOG_IN, user=user, at=at)


def phones_shown(request: HttpRequest, about: str) -> None:
    """A page is about to show phones whole: its row is written when the answer is made."""
    request.phones_shown = about
