"""What somebody is saying on the portal, kept between its pages, until it is sent or erased.

The browser holds a secret of 160 bits, of which the row keeps the sha256. Whoever comes back with it within
seven days finds everything as he left it, on whatever page he stopped.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions import files, portal_limits
from complaints.actions.portal_access import digest
from complaints.actions.portal_limits import DAY, Cap
from complaints.file_kinds import MB, in_mb
from complaints.models import Attachment, PortalDraft
from config.framework.refusals import Refused
from staff.models import Estate

#: An abandoned draft is erased, and a receipt is no longer shown to the browser that sent it.
KEPT = timedelta(days=7)
#: Drafts begun and batches of files sent from one network within a day: a whole quarter may sit behind one.
BEGUN, BATCHES = ((DAY, 200),), ((DAY, 100),)
#: What the files of one draft may hold together.
MOST_BYTES = 100 * MB
#: Answers that hang on another one: when that changes they are asked for again.
HANG_ON = {
    "estate": ("where", "area", "unit", "building", "place", "where_done", "same", "poster"),
    "phone": ("verified", "same"),
    "kind": ("same",),
}
BATCH = 200


class TooMuch(Refused):
    """A limit of the portal is reached. Nothing of what was typed is lost."""


class AlreadySent(Refused):
    """The draft was sent meanwhile, in another tab say; its receipt stands."""


def begin(
    *, network: str, at: datetime, estate: Estate | None = None, **said: Any
) -> tuple[PortalDraft, str]:
    """A new draft and the secret its browser keeps. Raises TooMuch.

    `estate` and `said`: what is known from the start. A sign's code names the place: `where` in words, as its
    reader would type it; or `unit`, `building` (keys) and `place` (words) with `where_done=True`, and then
    the question is not asked, but can still be answered otherwise before sending.
    """
    if network and portal_limits.count([Cap("drafts", network, BEGUN)], at=at):
        raise TooMuch(
            _("Too much has been sent from your network today. Call us, or come to the front desk.")
        )
    secret = secrets.token_urlsafe(20)
    draft = PortalDraft.objects.create(
        secret_sha256=digest(secret), estate=estate, said=said, started_at=at, touched_at=at
    )
    return draft, secret


def of_browser(secret: str, *, at: datetime) -> PortalDraft | None:
    """The draft of this secret, sent or not, while it is kept. One query."""
    mine = PortalDraft.objects.filter(secret_sha256=digest(secret), touched_at__gt=at - KEPT)
    return mine.select_related("estate", "complaint__estate", "note__estate").first() if secret else None


def hold(draft: PortalDraft) -> PortalDraft:
    """The row, locked and not yet sent; call it in a transaction. Raises AlreadySent."""
    row = PortalDraft.objects.select_for_update(of=("self",)).select_related("estate").get(pk=draft.pk)
    if row.sent_at:
        raise AlreadySent(_("This has been sent already."))
    return row


@transaction.atomic
def keep(draft: PortalDraft, *, at: datetime, estate: Estate | None = None, **said: Any) -> PortalDraft:
    """Keep some answers; what hangs on one that is now another is asked again. Raises AlreadySent."""
    row = hold(draft)
    changed = {name for name in HANG_ON if name in said and said[name] != row.said.get(name)}
    if estate and estate.pk != row.estate_id:
        row.estate = estate
        changed.add("estate")
    for name in changed:
        for hangs in HANG_ON[name]:
            row.said.pop(hangs, None)
    if "phone" in changed:
        row.codes.filter(used_at=None).update(expires_at=at)  # it was for the other phone
    row.said |= said
    row.touched_at = at
    row.save(update_fields=["estate", "said", "touched_at"])
    return row


def add_files(draft: PortalDraft, sent: Sequence[File], *, network: str, at: datetime) -> list[str]:
    """Keep the good ones of the files sent with a draft; the sentences about those refused.

    Raises TooMuch and AlreadySent, and then keeps none of them.
    """
    if not sent:
        return []
    if network and portal_limits.count([Cap("batches", network, BATCHES)], at=at):
        raise TooMuch(
            _("Too many files have been sent from your network today. Go on without, and bring them to us."),
            field="files",
        )
    kept, refused = files.store_all(sent, by=None, at=at, already=draft.files.count())
    taken: list[Attachment] = []
    try:
        with transaction.atomic():
            row = hold(draft)
            there = list(row.files.values_list("size", flat=True))
            room, full = files.MOST_FILES - len(there), MOST_BYTES - sum(there)
            for file in kept[: max(room, 0)]:
                if file.size <= full:
                    taken.append(file)
                    full -= file.size
            files.give_to_draft(row, taken)
    except Refused:
        taken = []
        raise
    finally:
        left = [file for file in kept if file not in taken]
        files.discard(left)
    said = _("“%(name)s” was left out: nine files, and %(limit)s together, at most.")
    return refused + [said % {"name": file.name, "limit": in_mb(MOST_BYTES)} for file in left]


@transaction.atomic
def drop_file(draft: PortalDraft, stored: str, *, at: datetime) -> None:
    """Take one file back before it is sent. Raises AlreadySent."""
    files.drop_from_draft(hold(draft), stored)


@transaction.atomic
def throw_away(draft: PortalDraft) -> None:
    """Everything typed is erased at once, files included. Raises AlreadySent."""
    _erase(hold(draft))


def forget(*, at: datetime) -> int:
    """Erase what was abandoned, and let go of what was sent, after seven days; how many."""
    erased = 0
    while rows := list(PortalDraft.objects.filter(touched_at__lte=at - KEPT).order_by("pk")[:BATCH]):
        for row in rows:
            with transaction.atomic():
                locked = PortalDraft.objects.select_for_update().filter(pk=row.pk, touched_at__lte=at - KEPT)
                for old in locked:
                    _erase(old)
                    erased += 1
    return erased


def _erase(row: PortalDraft) -> None:
    files.drop_from_draft(row)
    row.delete()
