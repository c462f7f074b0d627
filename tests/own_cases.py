"""What the tests of 我的投诉 share: the way in by a code, what is listed, a number passed on."""

from __future__ import annotations

import re

from django.test import Client

from complaints import actions
from complaints.models import Complaint
from owners.models import Owner, Phone
from staff.models import Estate
from tests.markup import markup
from tests.portal import words_of

PHONE = "13494795057"
OTHERS = "13800138000"


def enter(browser: Client, sent: list[str], phone: str = PHONE, estate: str = "JX"):
    """Ask for a code and type it; the answer."""
    asked = browser.post(f"/portal/mine/?estate={estate}", {"phone": phone})
    assert asked.status_code == 302, words_of(asked.content.decode())
    return browser.post("/portal/code/", {"code": sent[-1]})


def listed(browser: Client) -> list[str]:
    """The numbers in the list, in its order."""
    page = browser.get("/portal/mine/")
    assert page.status_code == 200
    return re.findall(r'<a href="/portal/(JX-[^/]+)/">', markup(page))


def person(name: str = "熊霞", phone: str = PHONE, **more) -> actions.Person:
    return actions.Person(name=name, phone=phone, **({"capacity": "other"} | more))


def may_read(browser: Client, case: Complaint) -> bool:
    return browser.get(f"/portal/{case.number}/").status_code == 200


def passed_on(owner: Owner, jinxiu: Estate) -> Owner:
    """The number is somebody else's now, says the register."""
    Phone.objects.filter(owner=owner).delete()
    Phone.objects.create(owner=owner, estate=jinxiu, number=OTHERS, last4=OTHERS[-4:])
    tenant = Owner.objects.create(estate=jinxiu, name="新租客")
    Phone.objects.create(owner=tenant, estate=jinxiu, number=PHONE, last4=PHONE[-4:])
    return tenant
