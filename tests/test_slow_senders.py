"""Slow senders, more than there are threads, stop nobody; whole requests come through as they are."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.processes import program
from tests.servers import free_port

pytestmark = [pytest.mark.once, pytest.mark.timed]
THREADS, SLOW = 4, 24
#: Answers how many bytes it was sent, and the first and the last of them.
APPLICATION = """
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    said = f"{environ['REQUEST_METHOD']} {len(body)} {body[:5].decode()} {body[-5:].decode()}".encode()
    start_response("200 OK", [("Content-Length", str(len(said))), ("Content-Type", "text/plain")])
    return [said]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[tuple[str, int]]:
    folder = tmp_path_factory.mktemp("slow")
    (folder / "echo.py").write_text(APPLICATION)
    port = free_port()
    words = ("-m", "gunicorn", "echo:application", "--chdir", str(folder), "--bind", f"127.0.0.1:{port}")
    words += ("--worker-class", "config.web.Worker", "--threads", str(THREADS), "--no-control-socket")
    with program(*words, "--log-level", "error"):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield "127.0.0.1", port


def connected(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=20)


def answer(sock: socket.socket) -> str:
    """One answer with a length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += sock.recv(1)
    head = data.decode().lower()
    length = int(head.partition("content-length: ")[2].split("\r\n")[0])
    body = b""
    while len(body) < length:
        body += sock.recv(length - len(body))
    return f"{head.split()[1]} {body.decode()}".strip()


def get(address: tuple[str, int]) -> str:
    with connected(address) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return answer(sock)


BEGINNINGS = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\nHost: x\r\n",
    "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n12345",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_slow_senders_stop_nobody(address, beginning):
    with ExitStack() as open_:
        for _ in range(SLOW):
            sock = open_.enter_context(connected(address))
            sock.sendall(beginning)
        time.sleep(0.3)
        begin = time.monotonic()
        assert [get(address) for _ in range(3)] == ["200 GET 0"] * 3
        assert time.monotonic() - begin < 4, "a thread that waits for data waits for five seconds"


def test_a_drip_is_answered_once_it_is_whole(address):
    with connected(address) as sock:
        for byte in b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\nhello, world":
            sock.sendall(bytes([byte]))
            time.sleep(0.005)
        assert answer(sock) == "200 POST 12 hello world"


def test_a_large_body_arrives_whole(address):
    body = b"begin" + b"x" * 5_000_000 + b"ended"
    with connected(address) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
        threading.Thread(target=sock.sendall, args=(body,)).start()
        assert answer(sock) == f"200 POST {len(body)} begin ended"


def test_a_connection_is_kept_for_the_next_request(address):
    with connected(address) as sock:
        for n in range(3):
            sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nnr. %d" % n)
            assert answer(sock) == f"200 POST 5 nr. {n} nr. {n}"


def test_two_requests_sent_at_once_are_answered_in_turn(address):
    with connected(address) as sock:
        sock.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nfirst"
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nsecon"
        )
        assert [answer(sock), answer(sock)] == ["200 POST 5 first first", "200 POST 5 secon secon"]


def test_who_waits_to_be_told_to_go_on_is_told(address):
    with connected(address) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert sock.recv(64).startswith(b"HTTP/1.1 100")
        sock.sendall(b"hello")
        said = b""
        while b"hello hello" not in said:
            said += sock.recv(1024)
        assert b"200 OK" in said


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: 99999999999", "413"),
        (b"Transfer-Encoding: chunked", "411"),
        (b"X: " + b"x" * 70_000, "431"),
    ],
)
def test_what_can_not_be_collected_is_refused(address, head, status):
    with connected(address) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + head + (b"\r\n\r\n" if status != "431" else b""))
        assert answer(sock) == status


def test_nonsense_is_a_bad_request(address):
    with connected(address) as sock:
        sock.sendall(b"nonsense\r\n\r\n")
        assert sock.recv(64).startswith(b"HTTP/1.1 400")
    assert get(address) == "200 GET 0"
