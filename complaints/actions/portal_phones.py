"""Whether the phone given with a draft is his: a one-time code to it, as the way to a case has one."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions import portal_access, portal_drafts
from complaints.actions.portal_access import (
    CODE_LASTS,
    CODE_TRIES,
    CodeSpent,
    WrongCode,
    count_code,
    digest,
    hashed,
    plain,
)
from complaints.channels.customers import digits_for, mobile
from complaints.models import PortalCode, PortalDraft
from owners.phones import digits_in


def can_be_shown(phone: str) -> bool:
    """Whether a code can reach this phone: the house sends codes, and it is a mobile.

    Where it cannot, the number is taken as he says it. Nothing opens by it alone; his receipt's link does.
    """
    return portal_access.gives_codes() and bool(mobile(phone))


def ask_code(draft: PortalDraft, *, network: str, at: datetime) -> None:
    """Send a code to the phone of the draft, the only one that holds. Raises TooManyCodes, AlreadySent."""
    phone = plain(str(draft.said.get("phone", "")))
    count_code(phone, network, at)
    salt, browser = secrets.token_hex(8), digest(secrets.token_urlsafe(20))
    code = digits_for(browser, salt)
    with transaction.atomic():
        row = portal_drafts.hold(draft)
        row.codes.filter(used_at=None).update(expires_at=at)
        sent = PortalCode.objects.create(
            draft=row,
            browser=browser,
            code=f"{salt}${hashed(code, salt)}",
            created_at=at,
            expires_at=at + CODE_LASTS,
        )
        if settings.SMS:
            notifications.write_code(sent, at=at)
    if settings.PORTAL_CODE_IN_CONSOLE:
        portal_access.say(code, phone)


def show(draft: PortalDraft, code: str, *, at: datetime) -> PortalDraft:
    """The phone is his from now on. Raises WrongCode or CodeSpent, and AlreadySent.

    A try is counted before the digits are compared, in one statement, so no race gets a sixth.
    """
    waiting = PortalCode.objects.filter(draft=draft, used_at=None, expires_at__gt=at, tries__lt=CODE_TRIES)
    if not waiting.update(tries=F("tries") + 1):
        raise CodeSpent(_("This code is no longer valid. Ask for a new one."), field="code")
    row = PortalCode.objects.filter(draft=draft).order_by("-pk")[0]
    salt, _sign, expected = row.code.partition("$")
    if not hmac.compare_digest(hashed(digits_in(code), salt), expected):
        raise WrongCode(_("That is not the code. Check the digits and try again."), field="code")
    with transaction.atomic():
        held = portal_drafts.hold(draft)
        # Another phone may have been given meanwhile: then this code has run out with it.
        if not PortalCode.objects.filter(pk=row.pk, used_at=None, expires_at__gt=at).update(used_at=at):
            raise CodeSpent(_("This code is no longer valid. Ask for a new one."), field="code")
        return portal_drafts.keep(held, at=at, verified=held.said["phone"])
