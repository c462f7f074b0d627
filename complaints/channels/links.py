"""The signed link of a request to decide: for one person, one request, one day, and nothing else.

It signs nobody in and decides nothing: it leads to the request once that person has signed in, and
refuses any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from complaints.models import OutboxMessage

HOLDS = timedelta(hours=24)
#: Messages about one request that the reader decides on.
ABOUT_A_REQUEST = frozenset({"extension_requested", "extension_waits", "oral_approval"})
_signer = Signer(salt="shouwen.decide")


class Useless(Exception):
    """Forged, cut off or too old; never said which."""


@dataclass(frozen=True)
class Link:
    user: int
    extension: int


def for_message(message: OutboxMessage) -> str:
    """The address in a message about a request; empty for other messages.

    The same at every try: its day begins with the first, however long the message waited for that.
    """
    extension = message.params.get("extension")
    if message.kind not in ABOUT_A_REQUEST or not extension or message.user_id is None:
        return ""
    until = int(((message.tried_at or message.created_at) + HOLDS).timestamp())
    token = _signer.sign_object([message.user_id, extension, until])
    return settings.BASE_URL + reverse("decide_by_link", args=[token])


def read(token: str, *, at: datetime) -> Link:
    """What a link is for. Raises Useless."""
    try:
        user, extension, until = _signer.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise Useless from error
    if at.timestamp() >= until:
        raise Useless
    return Link(user, extension)
