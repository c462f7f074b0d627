"""我的投诉: which cases are opened by showing that a phone is his (domain.md 7), and the code for it.

A phone is never a key (domain.md 1): a family shares one, and a number that is given up is given to somebody
else, after 90 days at the earliest. So what the house writes to this number about, it opens here too: the
cases that bear it and are open, or were closed so lately that their receipts still open. What was closed
before is listed only as long as the register has the number as this person's own, and as nobody else's: a
tenant who has left often still stands there with the number that the next one bears. Never listed are

- reports without a name, and cases whose complainant bears another number by now;
- cases of somebody whose number it is no longer, when the register has it as another's own;
- complaints whose sender hides, where several people go by this number.

Their receipts open them, as before. The one rule, asked by the list and by every page of one case.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from complaints import notifications
from complaints.actions import portal_access
from complaints.actions.portal_access import CODE_LASTS, count_code, digest, hashed, plain
from complaints.channels.customers import digits_for
from complaints.models import Complainant, Complaint, PortalCode
from complaints.models.case import Complaints
from complaints.policy import Policy
from complaints.statuses import Outcome
from owners.models import Phone
from staff.models import Estate


def ask_code(
    *, estate: Estate, phone: str, network: str, language: str, at: datetime, before: str = ""
) -> str:
    """Send a code to a mobile, whether the estate knows it or not: so the answer tells nobody whose it is.

    Returns the secret that binds the code to this browser, in place of the one it had `before`. Raises
    TooManyCodes.
    """
    phone = plain(phone)
    count_code(phone, network, at)
    browser, salt = secrets.token_urlsafe(20), secrets.token_hex(8)
    code = digits_for(digest(browser), salt)
    with transaction.atomic():
        portal_access.let_go(before, at)
        row = PortalCode.objects.create(
            phone=phone,
            estate=estate,
            browser=digest(browser),
            code=f"{salt}${hashed(code, salt)}",
            created_at=at,
            expires_at=at + CODE_LASTS,
        )
        if settings.SMS:
            notifications.write_code(row, at=at, language=language)
    if settings.PORTAL_CODE_IN_CONSOLE:
        portal_access.say(code, phone)
    return browser


def phone_asked_for(browser: str) -> str:
    """The phone to which this browser has had a code sent for all its cases; empty when it was for one."""
    codes = PortalCode.objects.filter(browser=digest(browser), complaint=None)
    return codes.values_list("phone", flat=True).first() or ""


def names_of(phone: str, estate: int) -> list[str]:
    """The keys of the names that go by a phone in an estate, on cases and in the register; two at most."""
    cases = Complainant.objects.filter(phone=phone, complaint__estate=estate).exclude(name_key="")
    cases = cases.exclude(complaint__outcome=Outcome.VOID).exclude(capacity=Complainant.Capacity.ANONYMOUS)
    register = Phone.objects.filter(number=phone, estate=estate).exclude(owner__name_key="").order_by()
    names = cases.values_list("name_key").union(register.values_list("owner__name_key"))
    return [name for (name,) in names[:2]]


def cases_of(phone: str, estate: int, *, at: datetime, policy: Policy) -> Complaints:
    """The cases that whoever has shown this phone to be his may read; the rule stands above. A query."""
    numbers = Phone.objects.filter(number=phone)
    his = Exists(numbers.filter(owner=OuterRef("complainant__owner")))
    his_own = Exists(numbers.filter(owner=OuterRef("complainant__owner"), is_own=True))
    somebodys_own = numbers.filter(estate=estate, is_own=True)
    anothers = Exists(somebodys_own.exclude(owner__name_key=OuterRef("complainant__name_key")))
    lately = Q(closed_at=None) | Q(closed_at__gt=at - policy.shown_for)
    named = Complaint.objects.filter(estate=estate, complainant__phone=phone)
    named = named.exclude(outcome=Outcome.VOID).exclude(complainant__capacity=Complainant.Capacity.ANONYMOUS)
    mine = named.exclude(Q(complainant__owner__isnull=False) & ~his & anothers).filter(
        lately | Q(his_own) & ~Q(anothers)
    )
    return mine if len(names_of(phone, estate)) < 2 else mine.filter(identity_hidden=False)
