"""A mail server of the test's own: takes every mail over SMTP and counts the copies of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


class Mailbox(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.copies: Counter[str] = Counter()  # by Message-ID

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(StreamRequestHandler):
    """One client's SMTP. A mail counts once its last line was taken, as it does for a real server."""

    def handle(self) -> None:
        try:
            self.say("220 mailbox")
            while line := self.rfile.readline():
                match line[:4].upper():
                    case b"DATA":
                        self.say("354 go on")
                        self.take()
                        self.say("250 taken")
                    case b"QUIT":
                        return self.say("221 bye")
                    case _:
                        self.say("250 ok")
        except OSError:
            pass  # the sender was killed

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def take(self) -> None:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        found = re.search(rb"^Message-ID: <(.+)@", b"".join(lines), re.M | re.I)
        if lines[-1:] != [b""]:
            self.server.copies[found[1].decode() if found else "no id"] += 1  # type: ignore[attr-defined]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
