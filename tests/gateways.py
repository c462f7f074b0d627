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


class Gateway(ThreadingHTTPServer):
    """Does what stands next in `script`, then accepts everything."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.script: deque[Callable[[Conversation], bool]] = deque()
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []  # path, body, headers
        self.copies: Counter[str] = Counter()  # by reference
        self.tokens = 0  # how often WeCom was asked for one
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
        self.server.asked.append((self.path, body, dict(self.headers)))
        step = self.server.script.popleft() if self.server.script else accept
        if step(self):
            key = body.get("reference") or json.dumps(body, sort_keys=True)
            self.server.copies[key] = 1 if "reference" in body or body.get("enable_duplicate_check") else (
                self.server.copies[key] + 1
            )  # fmt: skip

    def do_GET(self) -> None:
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


# What a gateway does; true when it has taken the message -----------------------------------------------


def accept(talk: Conversation) -> bool:
    talk.say({"errcode": 0, "errmsg": "ok"})
    return True


def says(answer: Any, status: int = 200, **headers: str) -> Callable[[Conversation], bool]:
    def step(talk: Conversation) -> bool:
        talk.say(answer, status, **headers)
        return False

    return step


def drop(talk: Conversation) -> bool:
    """Hangs up without an answer, and has not taken it."""
    talk.close_connection = True
    talk.connection.close()
    return False


def take_and_drop(talk: Conversation) -> bool:
    """Takes it, but the answer is lost on its way."""
    drop(talk)
    return True


def stall(talk: Conversation) -> bool:
    """Says nothing, longer than any sender waits."""
    talk.server.over.wait(10)
    return False


def dribble(talk: Conversation) -> bool:
    """A byte now and then: no single read takes long, the whole never ends."""
    for _ in range(100):
        if talk.server.over.wait(0.1):
            break
        talk.wfile.write(b"H")
        talk.wfile.flush()
    return False


def dribble_words(talk: Conversation) -> bool:
    """Begins well, then a byte now and then of what it has to say."""
    talk.send_response(200)
    talk.send_header("Content-Length", "1000")
    talk.end_headers()
    return dribble(talk)


def slowly(talk: Conversation) -> bool:
    time.sleep(0.3)
    return accept(talk)


def flood(talk: Conversation) -> bool:
    """Accepts it with an answer that is far too long."""
    talk.say("x" * 1_000_000)
    return True


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
