"""Gateways of the test's own, on this machine: they accept, drop, stall, dribble and refuse as told.

A gateway counts a message as delivered when it has taken the whole of it, as a real one does, and makes
no second copy of a reference it knows.
"""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from complaints.channels import web, wechat
from tests.cast import march


class Gateway(ThreadingHTTPServer):
    """Does what stands next in `script`, then accepts everything."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.script: deque[Callable[[Conversation], None]] = deque()
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []  # path, body, headers
        self.copies: Counter[str] = Counter()  # by reference
        self.tokens = 0  # how often WeCom was asked for one
        self.at_the_token: Callable[[Conversation], None] | None = None  # instead of a token
        self.over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The sender hung up; that is what the test is about."""


class Conversation(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or b"{}")
        if self.path.startswith("/cgi-bin/stable_token"):
            self.server.tokens += 1
            if self.server.at_the_token:
                self.server.at_the_token(self)
            else:
                self.say({"access_token": f"token-{self.server.tokens}", "expires_in": 7200})
            return
        self.server.asked.append((self.path, body, dict(self.headers)))
        step = self.server.script.popleft() if self.server.script else accept
        self.body = body
        step(self)

    def take(self) -> None:
        """The message is delivered: counted before the answer goes out, on which the sender may act."""
        key = self.body.get("reference") or json.dumps(self.body, sort_keys=True)
        marks = ("reference", "enable_duplicate_check", "client_msg_id")
        known = any(self.body.get(mark) for mark in marks)
        self.server.copies[key] = 1 if known else self.server.copies[key] + 1

    def do_GET(self) -> None:
        if self.path.startswith("/sns/oauth2/access_token?"):
            code = parse_qs(urlsplit(self.path).query)["code"][0]
            known = (
                {"openid": f"openid-{code}"}
                if code != "used"
                else {"errcode": 40163, "errmsg": "code been used"}
            )
            self.say(known)
            return
        if self.path.startswith("/cgi-bin/user/info?"):
            self.say({"subscribe": 0 if self.path.endswith("-stranger") else 1})
            return
        self.server.tokens += 1
        self.say({"errcode": 0, "access_token": f"token-{self.server.tokens}", "expires_in": 7200})

    def say(self, answer: Any, status: int = 200, **headers: str) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


# What a gateway does; `take` when it has the message -----------------------------------------------


def accept(talk: Conversation) -> None:
    talk.take()
    talk.say({"errcode": 0, "errmsg": "ok"})


def says(answer: Any, status: int = 200, **headers: str) -> Callable[[Conversation], None]:
    def step(talk: Conversation) -> None:
        talk.say(answer, status, **headers)

    return step


def drop(talk: Conversation) -> None:
    """Hangs up without an answer, and has not taken it."""
    talk.close_connection = True
    talk.connection.close()


def take_and_drop(talk: Conversation) -> None:
    """Takes it, but the answer is lost on its way."""
    talk.take()
    drop(talk)


def stall(talk: Conversation) -> None:
    """Says nothing, longer than any sender waits."""
    talk.server.over.wait(10)


def dribble(talk: Conversation) -> None:
    """A byte now and then: no single read takes long, the whole never ends."""
    for _ in range(100):
        if talk.server.over.wait(0.1):
            break
        talk.wfile.write(b"H")
        talk.wfile.flush()


def dribble_words(talk: Conversation) -> None:
    """Begins well, then a byte now and then of what it has to say."""
    talk.send_response(200)
    talk.send_header("Content-Length", "1000")
    talk.end_headers()
    dribble(talk)


def slowly(talk: Conversation) -> None:
    time.sleep(0.3)
    accept(talk)


def flood(talk: Conversation) -> None:
    """Accepts it with an answer that is far too long."""
    talk.take()
    talk.say("x" * 1_000_000)


@contextmanager
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


MORNING = march(2, 9)
#: The official account's templates, by kind.
WECHAT = {
    kind: {
        "id": f"wx-{kind}",
        "data": {"character_string1": "number", "thing2": "words", "time3": "time", "phrase4": "state"},
    }
    for kind in ("received", "promise", "asked", "reply", "rating")
}
LANGUAGES = ("zh-hans", "en")
TEMPLATES = {
    kind: {language: f"{kind}-{language}" for language in LANGUAGES}
    for kind in ("code", "received", "asked", "promise", "reply", "rating", "staff")
}


@pytest.fixture
def outside(settings, monkeypatch) -> Iterator[Gateway]:
    """A gateway for everything that goes over HTTP; nobody waits for it longer than a second."""
    monkeypatch.setattr(web, "TIMEOUT", 1.0)
    with gateway() as server:
        settings.SMS = {
            "url": f"{server.url}/send", "header": "Authorization", "token": "Bearer secret",
            "templates": TEMPLATES,
        }  # fmt: skip
        settings.WECOM_URL = server.url
        settings.WECOM = {"url": server.url, "corp_id": "ww1", "agent_id": 7, "secret": "s3cret"}
        yield server


@pytest.fixture
def official_account(outside, settings) -> Gateway:
    """The same, which is WeChat's too; no token of another test opens it."""
    wechat.ACCOUNT._tokens.clear()
    settings.WECHAT = {
        "url": outside.url, "open_url": "https://open.weixin.example", "app_id": "wx1",
        "secret": "s3cret-of-wechat", "templates": WECHAT,
    }  # fmt: skip
    return outside
