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
#: Messages about one overrun that the reader explains or decides on.
ABOUT_AN_OVERRUN = frozenset(
    {"overrun_opened", "overrun_unexplained", "overrun_explained", "overrun_undecided"}
)
#: Messages about what a customer insists on, that the reader decides on.
ABOUT_A_SUPERIOR = frozenset({"superior_asked"})
#: What a message is about: the page of it, where it is not the usual one.
PAGES: dict[str, tuple[str, ...]] = {
    "extension": (), "overrun": ("overrun",), "superior_request": ("superior",),
}  # fmt: skip
_signer = Signer(salt="shouwen.decide")


class Useless(Exception):
    """Forged, cut off or too old; never said which."""


@dataclass(frozen=True)
class Link:
    """`page` is the name of the page it leads to, for the row `extension` or `overrun`."""

    user: int
    row: int
    page: str = "approval"


def for_message(message: OutboxMessage) -> str:
    """The address in a message about a request; empty for other messages.

    The same at every try: its day begins with the first, however long the message waited for that.
    """
    kinds = {"extension": ABOUT_A_REQUEST, "overrun": ABOUT_AN_OVERRUN, "superior_request": ABOUT_A_SUPERIOR}
    name = next((name for name, about in kinds.items() if message.kind in about), "")
    row = message.params.get(name)
    if not row or message.user_id is None:
        return ""
    until = int(((message.tried_at or message.created_at) + HOLDS).timestamp())
    token = _signer.sign_object([message.user_id, row, until, *PAGES[name]])
    return settings.BASE_URL + reverse("decide_by_link", args=[token])


def read(token: str, *, at: datetime) -> Link:
    """What a link is for. Raises Useless."""
    try:
        user, row, until, *page = _signer.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise Useless from error
    if at.timestamp() >= until:
        raise Useless
    return Link(user, row, *page)
