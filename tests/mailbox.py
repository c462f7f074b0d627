"""A mail server of the test's own: takes mails over SMTP and counts the copies of each.

`script` says what befalls the next ones: `drop`, `stall`, `dribble`, `take and drop`, or an answer to
the recipient's address such as `550 no such user`.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread


class Mailbox(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.copies: Counter[str] = Counter()  # by Message-ID
        self.script: deque[str] = deque()
        self.over = Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(StreamRequestHandler):
    """One client's SMTP. A mail counts once its last line was taken, as it does for a real server."""

    server: Mailbox

    def handle(self) -> None:
        trouble = ""
        try:
            self.say("220 mailbox")
            while line := self.rfile.readline():
                match line[:4].upper():
                    case b"RCPT" if self.server.script:
                        trouble = self.server.script.popleft()
                        self.say(trouble if trouble[0].isdigit() else "250 ok")
                    case b"DATA" if trouble == "drop":
                        return
                    case b"DATA" if trouble == "stall":
                        self.server.over.wait(10)
                    case b"DATA" if trouble == "dribble":
                        self.dribble()
                    case b"DATA":
                        self.say("354 go on")
                        self.take()
                        if trouble == "take and drop":
                            return
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
        found = re.search(rb"^Message-ID:\s+<(.+)@", b"".join(lines), re.M | re.I)
        if lines[-1:] != [b""]:
            self.server.copies[found[1].decode() if found else "no id"] += 1

    def dribble(self) -> None:
        """A line now and then: no single step takes long, the whole never ends."""
        for _ in range(100):
            if self.server.over.wait(0.1):
                break
            self.say("354-wait")


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
