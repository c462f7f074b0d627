"""One exchange over HTTP with a gateway: no redirects, an end in time, a short answer.

Written on `http.client`, because all of it must be bounded: `TIMEOUT` is for the whole exchange, so that
a gateway that sends a byte now and then cannot hold a sender beyond its lease.
"""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Thread, Timer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from complaints.channels.outcomes import Later, Never

#: Seconds for one exchange: to look up the name, to connect, to send and to read the answer.
TIMEOUT = 10.0
LONGEST_ANSWER = 64 * 1024
LONGEST_WAIT = timedelta(hours=1)
#: Refusals that pass: the request took too long, came too early, or there were too many.
PASSING = frozenset({408, 425, 429})
KINDS = {"http": HTTPConnection, "https": HTTPSConnection}


def exchange(
    url: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """POST `body` as JSON, or GET without one; the JSON object of a 2xx answer, empty if it is none.

    Raises Never for what is refused for good, Later where a pause is asked for, else OSError or
    HTTPException. No sentence names the address: it may hold a secret.
    """
    parts = urlsplit(url)
    if parts.scheme not in KINDS or not parts.hostname:
        raise Never("The address is no http or https address.")
    content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    about = {"Accept": "application/json", "Connection": "close", **(headers or {})}
    if content is not None:
        about["Content-Type"] = "application/json; charset=utf-8"
    connection = KINDS[parts.scheme](parts.hostname, parts.port, timeout=TIMEOUT)
    until = monotonic() + TIMEOUT
    over = Event()
    try:
        _connect(connection)
        end = Timer(until - monotonic(), _cut, [connection.sock, over])
        end.daemon = True
        end.start()
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("POST" if content is not None else "GET", path, content, about)
            answer = connection.getresponse()
            read = answer.read(LONGEST_ANSWER + 1)
        except (OSError, HTTPException) as error:
            if over.is_set():
                raise TimeoutError("The answer took too long.") from error
            raise
        finally:
            end.cancel()
    finally:
        connection.close()
    if over.is_set():
        raise TimeoutError("The answer took too long.")
    if not 200 <= answer.status < 300:
        _refuse(answer.status, answer.getheader("Retry-After"), read)
    if len(read) > LONGEST_ANSWER:
        return {}  # it was accepted; what else it says is of no use
    with suppress(ValueError):
        said = json.loads(read)
        return said if isinstance(said, dict) else {}
    return {}


def plain(text: str) -> str:
    """What a gateway said, in one short line without phone numbers."""
    return re.sub(r"\d{7,}", "…", " ".join(text.split()))[:200]


def _connect(connection: HTTPConnection) -> None:
    """Up to the end of TLS's handshake, within `TIMEOUT`.

    Nobody can interrupt the system while it looks up a name: it is left behind and sends nothing any more.
    """
    failures: list[Exception] = []
    left_behind = Event()

    def work() -> None:
        try:
            connection.connect()
        except Exception as failure:
            failures.append(failure)
        if left_behind.is_set():
            connection.close()

    worker = Thread(target=work, daemon=True)
    worker.start()
    worker.join(TIMEOUT)
    if worker.is_alive():
        left_behind.set()
        raise TimeoutError("The connection took too long.")
    if failures:
        raise failures[0]


def _cut(sock: socket.socket, over: Event) -> None:
    over.set()
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _refuse(status: int, retry_after: str | None, read: bytes) -> None:
    sentence = f"HTTP {status} {plain(read[:400].decode(errors='replace'))}".strip()
    if retry_after and retry_after.isdecimal() and (status in PASSING or status >= 500):
        raise Later(sentence, min(timedelta(seconds=int(retry_after)), LONGEST_WAIT))
    if status in PASSING or status >= 500:
        raise OSError(sentence)
    raise Never(sentence)  # redirects too: they are not followed
