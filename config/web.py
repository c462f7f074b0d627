"""Gunicorn's worker of threads, in which no thread waits for a slow sender.

As it comes, each connection takes a thread at once and keeps it until head and body are there: as many
slow senders as there are threads stop the service. Here the loop that accepts connections collects
each request, without blocking, in memory and then in a file, and a thread gets it when it is whole.
A proxy that buffers requests does the same and stays the first line; this holds without one.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import struct
import time
from collections.abc import Iterator
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

#: Bytes. A request's body is refused beyond: no form of ours takes as much.
LARGEST, LARGEST_HEAD = 256 * 1024 * 1024, 64 * 1024
IN_MEMORY, CHUNK = 64 * 1024, 64 * 1024
#: Seconds for a head to come, and how fast a body must come after it, in bytes a second.
HEAD_SECONDS, SLOWEST = 15, 8 * 1024
#: Seconds without a byte taken, after which a reader of an answer is gone.
UNREAD_SECONDS = 20

LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Refusal(Exception):
    """The status line with which the connection ends."""


class Inbox:
    """What has come of one request; `rest` is what belongs to the next."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.ends = self.begun + HEAD_SECONDS
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 closed when it was read
        self.head, self.missing, self.rest, self.expects = b"", -1, b"", False

    def add(self, data: bytes) -> bool:
        """Whether the request is whole now. Raises Refusal."""
        if self.missing < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n") + 4
            if end < 4:
                if len(self.head) > LARGEST_HEAD:
                    raise Refusal("431 Request Header Fields Too Large")
                return False
            head, data = self.head[:end], self.head[end:]
            self.head = b""
            self._open(head)
        body, self.rest = data[: self.missing], data[self.missing :]
        self.file.write(body)
        self.missing -= len(body)
        return not self.missing

    def _open(self, head: bytes) -> None:
        if CHUNKED.search(head):
            raise Refusal("411 Length Required")
        length = LENGTH.search(head)
        self.missing = int(length[1]) if length else 0
        if self.missing > LARGEST:
            raise Refusal("413 Content Too Large")
        self.expects = bool(self.missing and EXPECTS.search(head))
        self.ends += self.missing / SLOWEST
        self.file.write(head)

    def chunks(self) -> Iterator[bytes]:
        self.file.seek(0)
        with self.file:
            while chunk := self.file.read(CHUNK):
                yield chunk


class Worker(ThreadWorker):
    """Named as `--worker-class config.web.Worker`."""

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        patience = struct.pack("ll", UNREAD_SECONDS, 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
        self.collect(TConn(self.cfg, client, address, listener.getsockname()))

    def collect(self, conn: TConn, begun: bytes = b"") -> None:
        """Wait for a request without a thread; `begun` is what of it is there already."""
        conn.inbox = Inbox()
        conn.sock.setblocking(False)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_more, conn))
        if begun:
            self.take(conn, begun)

    def on_more(self, conn: TConn, client: socket.socket) -> None:
        try:
            data = client.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self.take(conn, data)
        else:
            self.drop(conn)

    def take(self, conn: TConn, data: bytes) -> None:
        inbox = conn.inbox
        try:
            whole = inbox.add(data)
        except (Refusal, OSError) as refusal:  # OSError: no room for what is sent
            line = refusal if isinstance(refusal, Refusal) else "503 Service Unavailable"
            self.say(conn, f"HTTP/1.1 {line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
            self.drop(conn)
            return
        if whole:
            self.let_go(conn)
            conn.parser = http.get_parser(self.cfg, inbox.chunks(), conn.client)
            conn.initialized = True
            self.enqueue_req(conn)
        elif inbox.expects:
            inbox.expects = False
            self.say(conn, CONTINUE)

    def say(self, conn: TConn, line: bytes) -> None:
        with contextlib.suppress(OSError):
            conn.sock.send(line)

    def let_go(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def drop(self, conn: TConn) -> None:
        self.let_go(conn)
        self.nr_conns -= 1
        conn.inbox.file.close()
        conn.close()

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """The next request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.collect(conn, conn.inbox.rest)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        super().finish_request(conn, fs)
        if conn.inbox.rest and conn in self.keepalived_conns:
            self.on_client_socket_readable(conn, conn.sock)

    def murder_pending(self) -> None:
        """Close what has not come in time; of a worker that stops, also what has not begun."""
        now = time.monotonic()
        for conn in list(self.pending_conns):
            idle = not conn.inbox.head and conn.inbox.missing < 0
            if now > conn.inbox.ends or idle and not self.alive:
                self.drop(conn)
