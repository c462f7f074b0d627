"""The customer's ways to his case and what he does there (domain.md 7).

Two doors: the receipt's link, and a one-time code to the phone on the case. Either opens a visit to that
one case. Only digests are kept of what opens a door. A miss takes the same path as a hit, row for
row, so that neither words, length nor time tell a stranger whether a case exists.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from complaints import case_numbers, notifications
from complaints.actions import files, portal_limits
from complaints.actions.closing import reopen, withdraw
from complaints.actions.current_policy import current_policy
from complaints.actions.edits import chase, remark
from complaints.actions.idempotency import act_once_per_key
from complaints.actions.portal_limits import DAY, HOUR, Cap
from complaints.actions.revisits import dispute, rate, satisfy
from complaints.actions.situations import situation_of
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on, shows_complainant
from complaints.channels.customers import digits_for
from complaints.file_kinds import AT_ONCE, in_mb
from complaints.models import (
    Attachment,
    Complainant,
    Complaint,
    NoteLink,
    PortalCode,
    PortalLimit,
    PortalVisit,
    ReceiptLink,
    WeChatBinding,
)
from complaints.models.portal_access import is_shown_to_customer
from complaints.moves import check
from complaints.statuses import CUSTOMER
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from owners.phones import compared, digits_in, is_mobile, number_of
from staff.models import User
from staff.permissions import Permissions
from staff.roles import DESK

logger = logging.getLogger(__name__)

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
#: Codes that may be asked for within any such length of time: for one phone from one network; for one phone
#: from everywhere, the first ones of networks that ask today apart from all others, so that whoever has used
#: up the others from his own does not lock the owner out; from one network, where a whole quarter may sit
#: behind one address.
CODE_LIMITS = {
    "phone here": ((HOUR, 3), (DAY, 10)),
    "phone": ((HOUR, 10), (DAY, 20)),
    "phone at first": ((HOUR, 20), (DAY, 40)),
    "network": ((HOUR, 60), (DAY, 300)),
}
A_DAYS_FILES = AT_ONCE


class NoAccess(Refused):
    """Nothing opens: unknown, revoked, void, closed long ago or erased; never said which."""


class TooManyCodes(Refused):
    """The limit of codes for a phone is used up, whether the phone is known or not."""


class WrongCode(Refused):
    """The digits are wrong and may be tried again."""


class CodeSpent(Refused):
    """No code waits for this browser: used, expired, replaced, or tried too often."""


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# The receipt's link --------------------------------------------------------------------------------


def may_make_link(complaint: Complaint, person: Permissions) -> bool:
    """Whoever holds the link reads what the customer reads, so only a desk that may know him makes one."""
    roles = roles_on(complaint, person)
    return bool(roles & DESK) and shows_complainant(complaint, roles)


def make_receipt_link(complaint: Complaint, *, at: datetime) -> str:
    """A new secret of 160 bits for `/r/<token>`. It cannot be read again; links made before keep working."""
    token = secrets.token_urlsafe(20)
    write(ReceiptLink(complaint=complaint, token_sha256=digest(token), created_at=at))
    return token


def opens(token: str) -> bool:
    """Whether this is the link of a receipt that was not closed."""
    return ReceiptLink.objects.filter(token_sha256=digest(token), revoked_at=None).exists()


def open_by_link(token: str, *, at: datetime) -> PortalVisit:
    """Begin a visit by the receipt's link. Raises NoAccess."""
    link = ReceiptLink.objects.filter(token_sha256=digest(token)).select_related("complaint").first()
    policy = current_policy().policy
    if link is None or link.revoked_at or not is_shown_to_customer(link.complaint, at, policy):
        raise NoAccess(_("This link opens nothing."))
    return PortalVisit.objects.create(complaint=link.complaint, link=link, started_at=at)


@transaction.atomic
def close_receipts(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """The receipt is lost, or somebody else has it: no link made so far opens the case any more.

    The visits and codes under way end with it. A new receipt is printed as the first one was.
    """
    case = UnitOfWork(complaint, "close_receipts", by=by, at=at, note=note)
    case.row.receipt_links.filter(revoked_at=None).update(revoked_at=at)
    NoteLink.objects.filter(note__complaint=case.row, revoked_at=None).update(revoked_at=at)
    PortalCode.objects.filter(complaint=case.row, expires_at__gt=at).update(expires_at=at)
    PortalVisit.objects.filter(complaint=case.row, ended_at=None).update(ended_at=at)
    case.record("receipts_closed", note)
    return case.commit()


# The one-time code ---------------------------------------------------------------------------------


def gives_codes() -> bool:
    """Whether the way by number, phone and code is open: a code can reach its phone."""
    return bool(settings.SMS) or settings.PORTAL_CODE_IN_CONSOLE


def ask_code(*, number: str, phone: str, at: datetime, network: str = "", before: str = "") -> str:
    """Send a code to the phone on the case if number and phone belong together.

    Returns the secret that binds the code to this browser, for a hit and a miss alike. Raises
    TooManyCodes before anything is looked up. `network`: from where it is asked
    (`config.framework.client_addresses`). `before`: the secret this browser had: its code is replaced.
    """
    phone = plain(phone)
    count_code(phone, network, at)
    browser, salt = secrets.token_urlsafe(20), secrets.token_hex(8)
    code = digits_for(digest(browser), salt)
    with transaction.atomic():
        named = Complaint.objects.filter(number=case_numbers.clean(number) or "")
        case = named.select_related("complainant").first()
        policy = current_policy().policy  # read for a miss, too: both take the same time
        shown = case is not None and is_shown_to_customer(case, at, policy)
        on_file = plain(case.complainant.phone) if case and shown else ""
        hit = hmac.compare_digest(on_file.encode(), phone.encode()) and bool(on_file)
        let_go(before, at)
        row = PortalCode.objects.create(
            complaint=case if hit else None,
            phone=phone if hit and is_mobile(phone) else "",
            estate_id=case.estate_id if case and hit else None,
            browser=digest(browser),
            code=f"{salt}${hashed(code, salt)}",
            created_at=at,
            expires_at=at + CODE_LASTS,
        )
        if settings.SMS:
            notifications.write_code(row, at=at)
    if hit and settings.PORTAL_CODE_IN_CONSOLE:
        say(code, phone)
    return browser


def let_go(browser: str, at: datetime) -> None:
    """A browser that asks anew has no use for its last code: it is not sent if it still waits.

    Codes asked for elsewhere hold on, each in its browser: else a stranger could spend the owner's.
    """
    PortalCode.objects.filter(browser=digest(browser), expires_at__gt=at).update(expires_at=at)


def open_by_code(*, browser: str, code: str, at: datetime) -> PortalVisit:
    """Begin a visit by the code sent. Raises WrongCode or CodeSpent.

    A try is counted before the digits are compared, in one statement, so no race gets a sixth.
    """
    waiting = PortalCode.objects.filter(
        browser=digest(browser), used_at=None, expires_at__gt=at, tries__lt=CODE_TRIES
    )
    if not waiting.update(tries=F("tries") + 1):
        raise CodeSpent(_("This code is no longer valid. Ask for a new one."), field="code")
    row = PortalCode.objects.get(browser=digest(browser))
    salt, _sign, expected = row.code.partition("$")
    right = hmac.compare_digest(hashed(digits_in(code), salt), expected)
    if not right or not (row.complaint_id or row.phone):
        raise WrongCode(_("That is not the code. Check the digits and try again."), field="code")
    with transaction.atomic():
        if not PortalCode.objects.filter(pk=row.pk, used_at=None).update(used_at=at):
            raise CodeSpent(_("This code is no longer valid. Ask for a new one."), field="code")
        return PortalVisit.objects.create(
            complaint=row.complaint,
            phone=row.phone,
            estate_id=row.estate_id if row.phone else None,
            started_at=at,
        )


def case_asked_for(browser: str) -> str:
    """The number of the case whose code this browser waits for, for the audit; empty after a miss."""
    codes = PortalCode.objects.filter(browser=digest(browser))
    return codes.values_list("complaint__number", flat=True).first() or ""


def plain(phone: str) -> str:
    """The number, however it was typed or is kept, without an extension."""
    return number_of(compared(phone))


def hashed(code: str, salt: str) -> str:
    """Keyed as well as salted: six digits alone are quickly tried from a stolen database."""
    return salted_hmac("shouwen.portal.code", f"{salt}{code}", algorithm="sha256").hexdigest()


def say(code: str, phone: str) -> None:
    """The demo without a gateway says the code on its console, apart from all else that is said there."""
    logger.info("\n\n    >>>  One-time code for the phone ending in %s: %s\n", phone[-4:], code)


def count_code(phone: str, network: str, at: datetime) -> None:
    """Count one code for a phone, known or not, and for a network. Raises TooManyCodes."""
    here = f"{phone} {network}"
    again = portal_limits.used(Cap("phone here", here, ((DAY, 1),)), at=at)
    asked = {"phone here": here, "phone" if again else "phone at first": phone, "network": network}
    caps = [Cap(name, value, CODE_LIMITS[name]) for name, value in asked.items() if value]
    if portal_limits.count(caps, at=at):
        raise TooManyCodes(
            _("Codes have been asked for this phone too often. Try again later, or call us."),
            field="phone",
        )


# The visit -----------------------------------------------------------------------------------------

#: What the customer himself can do, by verb of `moves`.
CUSTOMER_ACTS: dict[str, Callable[..., Complaint]] = {
    "remark": remark,
    "attach": lambda complaint, **words: files.attach(complaint, by=None, **words),
    "chase": lambda complaint, **words: chase(complaint, by=None, **words),
    "satisfy": lambda complaint, **words: satisfy(complaint, by=None, **words),
    "dispute": lambda complaint, **words: dispute(complaint, by=None, **words),
    "rate": rate,
    "withdraw": lambda complaint, **words: withdraw(complaint, by=None, **words),
    "reopen": lambda complaint, **words: reopen(complaint, by=None, **words),
}


def act_as_customer(case: Complaint, verb: str, *, key: str, at: datetime, **words: Any) -> bool:
    """One act of the customer on a case that his visit opens; the same form sent twice acts once.

    Whether it was done now. Raises what the act raises, and KeyReused when the form was sent before
    with other words.
    """
    principal = f"portal:{case.pk}"
    return act_once_per_key(
        CUSTOMER_ACTS[verb], case, verb=verb, principal=principal, key=key, at=at, **words
    )


def send_files(
    case: Complaint, sent: Sequence[File], *, key: str, at: datetime
) -> tuple[list[Attachment], list[str]]:
    """Keep the good ones of the files sent and give them to the case.

    Returns them and the sentences about those refused. Raises what the act raises, and Refused when a
    day's fill is reached; then nothing of them is kept.
    """
    check("attach", situation_of(case, CUSTOMER, None, at))
    _check_fill(case, at, more=sum(file.size or 0 for file in sent))
    kept, refused = files.store_all(sent, by=None, at=at, already=case.attachments.count())
    taken = False
    try:
        with transaction.atomic():
            taken = bool(kept) and act_as_customer(case, "attach", key=key, at=at, files=kept)
            _check_fill(case, at)  # the case is locked now: nobody else's files come between
    except Refused:
        taken = False
        raise
    finally:
        if not taken:
            files.discard(kept)
    return kept, refused


def _check_fill(case: Complaint, at: datetime, *, more: int = 0) -> None:
    """Raises Refused when the customer's files of one day would be more than the limit."""
    today = case.attachments.filter(by_customer=True, uploaded_at__gt=at - DAY)
    if today.aggregate(total=Coalesce(Sum("size"), 0))["total"] + more > A_DAYS_FILES:
        raise Refused(
            _("%(limit)s a day at most. Send the rest tomorrow, or bring it to us.")
            % {"limit": in_mb(A_DAYS_FILES)},
            field="files",
        )


def choose_texts(complaint: int, *, wanted: bool) -> None:
    """Whether he is written to by text message; a one-time code he asks for comes all the same."""
    person = Complainant.objects.get(complaint=complaint)
    if person.no_texts == wanted:
        person.no_texts = not wanted
        person.save(update_fields=["no_texts"])


def leave_visit(visit: int, *, at: datetime) -> None:
    """The customer is done; the browser's cookie is worth nothing from now on."""
    PortalVisit.objects.filter(pk=visit, ended_at=None).update(ended_at=at)


@transaction.atomic
def delete_expired(*, at: datetime) -> None:
    """Drop what can open nothing any more: codes, limits and visits older than a day.

    And what an owner agreed to for a phone by which no case knows him any more.
    """
    PortalCode.objects.filter(expires_at__lt=at - DAY).delete()
    PortalLimit.objects.filter(touched_at__lt=at - DAY).delete()
    PortalVisit.objects.filter(started_at__lt=at - DAY).delete()
    known = Complainant.objects.filter(phone=OuterRef("phone"), name_key=OuterRef("name_key"))
    WeChatBinding.objects.exclude(Exists(known)).delete()
