"""Every page of the product, found by following links as each log-in; what none leads to, `known` misses."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.look import known

LINK = re.compile(r'href="(/[^"#]*)')
NO_PAGE = re.compile(
    r"\.(pdf|xlsx|csv|txt|json|xml|png|webmanifest)$|/logout/|^/static/|^/files/|^/portal/.*/files/"
)
#: Parts of an address that make it another page; numbers and codes only make it another row.
KINDS = ("verb", "kind", "step", "name")
#: So many addresses of one page are opened by one log-in, in search of what only some rows link to.
OPENED = {"case": 60, "move": 4, "measure": 20, "measures": 12}
#: These differ by who looks, so each log-in's is a page.
BY_PERSON = ("home", "queue", "approvals", "inbox", "case", "reports-monthly", "reports-dashboard")
BY_PERSON += ("portal_home", "portal_mine", "portal_case")


@dataclass(frozen=True)
class Seen:
    """A page and somebody who may open it; `who` is empty for a stranger."""

    name: str
    path: str
    who: str

    @property
    def file(self) -> str:
        return re.sub(r"[^\w.-]+", "-", f"{self.name}.{self.who}".strip("."))


@dataclass
class Visitor:
    """A log-in or a stranger, with the addresses he begins at."""

    who: str
    client: Client
    starts: list[str] = field(default_factory=lambda: ["/"])


def key_of(path: str) -> str | None:
    """The page an address belongs to; None when it is none."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return None
    kinds = [str(match.kwargs[kind]) for kind in KINDS if kind in match.kwargs and match.url_name != "file"]
    return ".".join([match.view_name.replace(":", "-"), *kinds])


def pages_of(visitor: Visitor) -> Iterator[Seen]:
    """Breadth first, from where he begins; each page once, whatever its rows."""
    waiting, met = deque(visitor.starts), set(visitor.starts)
    opened: Counter[str] = Counter()
    shown = set()
    while waiting:
        path = waiting.popleft()
        key = key_of(path)
        if key is None or opened[key] >= OPENED.get(key.partition(".")[0], 3):
            continue
        opened[key] += 1
        answer = visitor.client.get(path)
        if not is_page(answer):
            continue
        if key not in shown:
            shown.add(key)
            yield Seen(key, path, visitor.who)
        for link in map(unescape, LINK.findall(answer.content.decode())):
            if link not in met and not NO_PAGE.search(link.partition("?")[0]):
                met.add(link)
                waiting.append(link)


def is_page(answer: HttpResponse) -> bool:
    """A whole page that was shown, neither a file nor a part of a page."""
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code in known.SHOWN and html and b"<html" in answer.content[:300]


def every_page(visitors: list[Visitor]) -> list[Seen]:
    """Each page by the first who may open it; homes and the like by everybody."""
    found: dict[str, Seen] = {}
    for visitor in visitors:
        for seen in pages_of(visitor):
            own = seen.name.partition(".")[0] in BY_PERSON
            found.setdefault(f"{seen.name} {seen.who}" if own else seen.name, seen)
    return list(found.values())


def unseen(seen: list[Seen]) -> list[str]:
    """Names of pages that nobody came by: a fault, for what nobody sees nobody looks at."""
    return sorted(known.PAGES - {page.name.partition(".")[0] for page in seen})


def names() -> set[str]:
    """Of all addresses of ours; the API has no pages."""
    return {name for name in _names(get_resolver()) if not name.startswith("api_")}


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield space + str(entry.name)
        else:
            yield from _names(entry, f"{entry.namespace}-" if entry.namespace else space)
