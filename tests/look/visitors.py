"""Who looks: every log-in of the demo, owners with a receipt or a code, one who reports, a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.test import Client
from django.utils.timezone import now

from complaints.actions import portal_access, portal_limits
from complaints.management.commands.demo import owners_phone
from complaints.management.demo import company
from complaints.models import Complaint
from staff.models import User
from tests.look import prepared
from tests.look.pages import Visitor

HERE: dict[str, Any] = {"HTTP_HOST": "127.0.0.1"}
STRANGER = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/portal/",
    "/portal/find/",
    "/portal/mine/",
    "/portal/report/",
    prepared.note_link(),
]
#: What only a form leads to.
STAFF = ["/", "/reports/monthly/", "/accounts/logout/", "/accounts/reauthenticate/"]
#: An answer to every question of a report, words of danger among them.
REPORTED = {
    "kind": {"kind": "complaint"},
    "estate": {"estate": "1"},
    "where": {"where": "2-1-302", "area": ""},
    "words": {"words": "二号楼电梯停在五楼，里面困着一位老人。", "remedy": "请马上派人"},
    "danger": {},
    "photos": {},
    "who": {"who": "named", "name": "熊霞", "phone": "13494795057"},
    "code": {"ask": "yes"},
}


def visitors() -> list[Visitor]:
    """Each with the addresses he begins at."""
    found = [Visitor("", Client(**HERE), STRANGER)]
    for status in ("acting", "replied", "closed"):
        case = Complaint.objects.filter(status=status).latest("received_at")
        owner = Visitor(f"owner-{status}", Client(**HERE))
        link = portal_access.make_receipt_link(case, at=now())
        owner.starts = [owner.client.post(f"/r/{link}").headers["Location"]]
        found.append(owner)
    with codes() as last:
        found += [reporter(last), sender(), of_a_phone(last), asked_for_a_code()]
    for login, *_rest in company.logins():
        client = Client(**HERE)
        client.force_login(User.objects.get(username=login))
        found.append(Visitor(login, client, [*STAFF, *prepared.starts(login, client)]))
    return found


@contextmanager
def codes() -> Iterator[Callable[[], str]]:
    """What a phone would have received last. No limit counts: on kept data the same phones ask each time."""
    said: list[str] = []
    hears = mock.patch.object(portal_access, "say", lambda code, phone: said.append(code))
    unlimited = mock.patch.object(portal_limits, "count", lambda caps, at: None)
    with hears, unlimited:
        yield lambda: said[-1]


def reporter(last: Callable[[], str]) -> Visitor:
    """He has answered every question and may go back to each."""
    somebody = Visitor("reporter", Client(**HERE), ["/portal/report/"])
    for step, said in REPORTED.items():
        address = "/portal/report/" if step == "kind" else f"/portal/report/{step}/"
        somebody.client.post(address, said)
        somebody.starts.append(address)
    somebody.client.post("/portal/report/code/", {"code": last()})
    somebody.starts += ["/portal/report/same/", "/portal/report/check/"]
    return somebody


def sender() -> Visitor:
    """He has sent a suggestion."""
    somebody = Visitor("sender", Client(**HERE), ["/portal/report/sent/", "/portal/note/", "/portal/"])
    said = {
        "kind": {"kind": "suggestion"},
        "words": {"words": "希望东门加一盏灯。"},
        "who": {"who": "anonymous"},
    }
    for step in ("kind", "estate", "where", "words", "photos", "who", "check"):
        address = "/portal/report/" if step == "kind" else f"/portal/report/{step}/"
        somebody.client.post(address, REPORTED.get(step, {}) | said.get(step, {}))
    return somebody


def of_a_phone(last: Callable[[], str]) -> Visitor:
    """An owner with several cases whose phone was shown."""
    owner = Visitor("owner", Client(**HERE), ["/portal/mine/", "/portal/"])
    phone = owners_phone()
    owner.client.post("/portal/mine/?estate=JX", {"phone": phone})
    owner.client.post("/portal/code/", {"code": last()})
    return owner


def asked_for_a_code() -> Visitor:
    somebody = Visitor("asked", Client(**HERE), ["/portal/code/"])
    somebody.client.post("/portal/mine/?estate=JX", {"phone": owners_phone()})
    return somebody
