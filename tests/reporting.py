"""An owner at the portal who tells us something: his browser, and the walk through its questions."""

from __future__ import annotations

from typing import Any

from django.test import Client

ENGLISH = {"accept-language": "en"}
WORDS = "三号楼电梯晚上十点以后一直异响，已经一个星期了。"
SAID: dict[str, Any] = {
    "kind": {"kind": "complaint"},
    "where": {"where": "2-1-302", "area": ""},
    "words": {"words": WORDS, "remedy": "请尽快检修"},
    "photos": {},
    "who": {"who": "anonymous"},
    "check": {},
}
#: The same by somebody who gives a landline, to which no code can be sent.
NAMED = {"who": "named", "name": "熊霞", "phone": "021-6543 0001"}
PHONE = "13494795057"


def answer(browser: Client, step: str, said: dict[str, Any]) -> Any:
    """Send the page of one question."""
    address = "/portal/report/" if step == "kind" else f"/portal/report/{step}/"
    return browser.post(address, said, headers=ENGLISH)


def walk(browser: Client, until: str = "check", **said: dict[str, Any]) -> Any:
    """Answer one question after the other, up to that page; what the last one answered."""
    answers, page = SAID | said, None
    for step, typed in answers.items():
        if step == until:
            break
        page = answer(browser, step, typed)
        assert page.status_code == 302, (step, page.status_code, page.content.decode()[-3000:])
    return page


def send(browser: Client, **said: dict[str, Any]) -> Any:
    """All of it, and off it goes."""
    walk(browser, **said)
    return answer(browser, "check", {})
