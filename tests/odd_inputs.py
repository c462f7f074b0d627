"""Odd inputs for every address and field there is: by the URL table, the pages' forms and the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from drf_spectacular.generators import SchemaGenerator

#: What somebody may type, paste or send into any field of a form or an address.
TEXTS = (
    "\x00", "a\x0bb\x00c", "²", "፩፩፩፩", "9" * 5000, "9" * 19, "-1", "1e400", "NaN", "0", "2026-02-30",
    "99999-01-01T00:00", "0000-01-01", "0001-01-01T00:00", "9999-12-31T23:59", "2026-W60", "24:61",
    "𠮷\ufffe", "%", "[", "http://[", "'\"\\", "../..", "\r\nX: y", "null", "{}", "x" * 70_000,
    "　", "\u202e\u200b",
)  # fmt: skip
#: What only JSON can say.
VALUES = (
    [], [[]], {}, {"a": 1}, True, None, 1.5, 1e308, 10**30, -1, [None], [1, "x"], {"a": [{}]}, "\ud83d",
    "\udc00x", [True], ["\x00"], [["²"]],
)  # fmt: skip
#: Bodies that are none: content type and bytes.
BODIES = (
    ("application/x-www-form-urlencoded", "note=电梯".encode("gbk")),
    ("application/x-www-form-urlencoded; charset=gbk", b"note=%B5%E7"),
    ("multipart/form-data", b"note"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=note\r\n\r\nhalf"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="files"; filename*=no'
     b"'zh'%FF\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--x--\r\n"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x--"),
    ("application/json", b"{"),
    ("application/json", b"[" * 10_000 + b"]" * 10_000),
    ("application/json", b'{"note":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001),
    ("application/json", b'{"note":' + b"9" * 5000 + b',"headcount":1e999}'),
    ("application/json", b'{"note":NaN}'),
    ("application/json", b'{"note":"\xff"}'),
    ("application/json; charset=utf-16", b'{"note":"x"}'),
    ("text/plain; charset=utf-7", b"+2D0-"),
    ("application/octet-stream", b"\x00\xff"),
    (";;;", b"x"),
)  # fmt: skip
HEADERS = (
    {"if-match": "²"},
    {"if-match": '"' + "9" * 5000 + '"'},
    {"if-match": '"\xe4", *'},
    {"idempotency-key": "²" * 100},
    {"idempotency-key": "\x00"},
    {"accept-language": "x" * 6000},
    {"accept-language": "zh-²;q=²,*;q=9"},
    {"accept": "image/png"},
    {"accept": ";;q=²"},
    {"referer": "http://["},
    {"referer": "\xff\x00"},
    {"authorization": "Token \xff"},
    {"authorization": "Token a b"},
    {"authorization": "Basic ²"},
    {"x-forwarded-for": "²,,\x7f"},
    {"range": "bytes=²-"},
    {"hx-request": "true"},
)
COOKIES = (
    r'sessionid="\000\012"', "sessionid=²", 'django_language="\\000"', "django_language=²", "csrftoken=x",
    'csrftoken="\\000"', "visit=1:²", 'portal="\\000:1"', "receipt=²:" + "x" * 3000, "=;=;;", "a=\xff",
)  # fmt: skip
METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD", "BREW")
QUERIES = (
    "%00=%00", "a=%ff%fe&a=%ff", "page=" + "9" * 5000, "page=-1&size=0", "size=" + "9" * 30, "cursor=cD14",
    "cursor=cD0wMDAwLTAwLTAw", "cursor=%ff", "cursor=bz05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "after=1.²",
    "q=%ED%A0%BD",     "format=xml", "lang=²", "year=²&month=²&day=²", "&&&=", "next=http://[",
)  # fmt: skip


@dataclass
class Door:
    """One address with its methods and the fields that were found for it."""

    route: str
    path: str = ""
    fields: dict[str, str] = field(default_factory=dict)  # with what a form holds at first
    names: set[str] = field(default_factory=set)  # of what may stand behind the address
    json: tuple[str, ...] = ()  # methods that take JSON
    required: dict[str, str] = field(default_factory=dict)  # behind the address, to get further


def routes(resolver: Any = None, before: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every address of the URL table: its route, and what kind each of its parts is."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            kinds = {name: type(kind).__name__ for name, kind in entry.pattern.converters.items()}
            yield route, kinds


class Forms(HTMLParser):
    """The forms of a page: where each leads, how, and its fields with their values; and the page's links."""

    def __init__(self, page: str, at: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self.links: list[str] = []
        self.at = at
        self.open: dict[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.open = {}
            self.found.append(
                (said.get("action") or self.at, (said.get("method") or "get").lower(), self.open)
            )
        elif tag in ("input", "select", "textarea", "button") and said.get("name") and self.open is not None:
            self.open.setdefault(str(said["name"]), said.get("value") or "")
        elif tag == "a" and said.get("href"):
            self.links.append(str(said["href"]))
        for name in ("hx-post", "hx-get"):
            if said.get(name):
                self.links.append(str(said[name]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


def route_of(path: str) -> str:
    return str(resolve(urlsplit(path).path).route)


def from_schema() -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Each operation of the API: address, method, fields of the body, names behind the address."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    parts = schema["components"]["schemas"]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            asked = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            yield path, method, list(parts.get(name, {}).get("properties", {})), asked


def some(things: Iterable[Any], many: int, turn: int) -> list[Any]:
    """`many` of them, others at each turn, the same whenever it is asked."""
    every = list(things)
    return [every[(turn * many + place) % len(every)] for place in range(min(many, len(every)))]


def filled(route: str, values: dict[str, str]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], route)
