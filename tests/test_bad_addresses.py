"""Whatever stands in an address, nothing breaks: what leads nowhere is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db

TEXTS = ("%00", "JX%00", "%F0%9F%98%80", "9" * 400, "%0d%0a")
NUMBERS = ("0", "9" * 19, "9" * 40)
#: Pages whose address we do not make: the sign-in library's own.
OTHERS = ("accounts/",)


def routes(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every address with something to fill in."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern) and "<" in route and not route.startswith(OTHERS):
            yield route


def spoiled(route: str, number: str) -> set[str]:
    """The address with something bad in each place, alone and behind a number that is right."""
    made = set()
    for text in TEXTS:
        for first in {number, text} if route.count("<str:") > 1 else {text}:
            for key in NUMBERS if "<int:" in route else ("",):
                texts = iter([first])
                filled = re.sub(r"<int:\w+>", key, route)
                made.add("/" + re.sub(r"<(?:str:)?\w+>", lambda _, t=texts, x=text: next(t, x), filled))
    return made


@pytest.fixture
def browser(office_of_jinxiu) -> Client:
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.force_login(office_of_jinxiu.chenfang)
    return client


def test_a_bad_address_is_not_there(browser, case_in) -> None:
    case = case_in("acting")
    broken, found = [], list(routes())
    assert len(found) > 60
    for route in found:
        for address in spoiled(route, case.number):
            for answer in (browser.get(address), browser.post(address)):
                if answer.status_code >= 500 or "%00" in address and answer.status_code != 404:
                    broken.append((answer.status_code, address[:90]))
    assert broken == []


LISTS = (
    "/cases/",
    "/search/",
    "/inbox/",
    "/reports/ledger/",
    "/desk/",
    "/",
    "/approvals/",
    "/approvals/amounts/",
    "/revisits/",
    "/revisits/follow-ups/",
    "/api/v1/overruns/",
    "/api/v1/superior/",
    "/api/v1/extensions/",
    "/api/v1/follow-ups/",
    "/registers/JX/units/",
)
NAMES = (
    "after",
    "before",
    "view",
    "estate",
    "q",
    "severity",
    "handler",
    "department",
    "from",
    "month",
    "page",
    "state",
)


@pytest.mark.parametrize("path", LISTS)
def test_bad_words_behind_an_address_break_no_list(browser, case_in, path) -> None:
    case_in("acting")
    broken = []
    for bad in ("\x00", "9" * 40, "x", "9999-99-99"):
        for names in (NAMES, *([name] for name in NAMES)):
            answer = browser.get(path, dict.fromkeys(names, bad))
            if answer.status_code >= 500:
                broken.append((answer.status_code, names, bad))
    assert broken == []


@pytest.mark.parametrize(
    ("path", "name"),
    [("/inbox/read/", "line"), ("/cases/bulk/", "case"), ("/estate/", "estate"), ("/desk/find/", "find")],
)
def test_bad_ids_sent_with_a_form_break_nothing(browser, case_in, path, name) -> None:
    case_in("acting")
    for bad in ("\x00", "9" * 40, "x", ""):
        assert browser.post(path, {name: bad}).status_code < 500, bad
