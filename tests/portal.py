"""What the tests of the owner's pages share: the time they read, a reader with his receipt, his forms."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from complaints.actions import portal_access
from complaints.models import Complaint
from tests.cast import march
from tests.markup import markup

NOON = march(2, 12)


@pytest.fixture
def portal_clock(monkeypatch):
    """The time the pages read; tests set `portal_clock.at`."""

    class Clock:
        at = NOON

    monkeypatch.setattr("complaints.portal.visits.now", lambda: Clock.at)
    return Clock


@pytest.fixture
def browser(client, portal_clock) -> Client:
    """A browser that has opened nothing yet."""
    return client


@pytest.fixture
def reader(portal_clock) -> Callable[..., Client]:
    """A browser that has opened a case by its receipt."""

    def open_case(case: Complaint, language: str = "") -> Client:
        browser = Client()
        if language:
            browser.cookies["django_language"] = language
        assert (
            browser.post(f"/r/{portal_access.make_receipt_link(case, at=portal_clock.at)}").status_code == 302
        )
        return browser

    return open_case


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The codes that went out, instead of text messages."""
    codes: list[str] = []
    monkeypatch.setattr(portal_access, "say", lambda code, phone: codes.append(code))
    return codes


def letter(browser: Client, case: Complaint) -> str:
    page = browser.get(f"/portal/{case.number}/")
    assert page.status_code == 200
    return markup(page)


def fill(browser: Client, case: Complaint, verb: str, **said):
    """Open the form of a verb and send it as a person would."""
    page = browser.get(f"/portal/{case.number}/{verb}/").content.decode()
    return browser.post(f"/portal/{case.number}/{verb}/", {"key": key_in(page)} | said)


def key_in(page: str) -> str:
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def words_of(page: str) -> str:
    """What a person reads of a page."""
    body = re.sub(r"<(script|template|svg)\b.*?</\1>", "", page[page.index("<body") :], flags=re.S)
    body = body.replace('<span class="check-digit">', "")  # set apart by style alone
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def plain(page) -> str:
    """A page without what differs from answer to answer or repeats the address that was asked for."""
    varying = r'name="(csrfmiddlewaretoken|next)" value="[^"]*"|name="shouwen-now" content="[^"]+"'
    return re.sub(varying, "", page.content.decode())
