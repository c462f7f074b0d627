"""Two web workers, and four clients that ask them over HTTP."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.servers import free_port

WORKERS, CLIENTS = 2, 4
WARMING_UP, SECONDS = 2.0, 5.0


def visit(path: str, headers: dict[str, str]) -> Callable[[http.client.HTTPConnection, int], int]:
    def ask(connection: http.client.HTTPConnection, n: int) -> int:
        connection.request("GET", path, headers=headers | {"Accept-Language": "zh-CN"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return ask


class serving:
    """Two web workers on a free port of this machine."""

    def __enter__(self) -> int:
        self.port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi",
            "-k",
            "config.web.Worker",
            "-w",
            str(WORKERS),
            "--threads",
            "4",
            "--preload",
        ]
        command += ["-b", f"127.0.0.1:{self.port}", "--no-control-socket", "--log-level", "error"]
        self.process = subprocess.Popen(command, env=os.environ | {"PYTHONUNBUFFERED": "1"})
        for _ in range(100):
            with suppress(OSError):
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=1).connect()
                break
            time.sleep(0.1)
        serving.pid = self.process.pid
        return self.port

    def __exit__(self, *_: Any) -> None:
        self.process.terminate()
        self.process.wait(20)


def outside(port: int, ask: Callable[[http.client.HTTPConnection, int], int]) -> tuple[str, str, str, str]:
    """p50 and p95 in ms, requests a second, and a note of other answers than wanted.

    Over HTTP with four clients, which begin to count when the workers are warm. Each request comes on a
    connection of its own, as a reverse proxy sends it: one that stays stays with its worker, and four of
    them may leave the other worker idle.
    """
    times: list[float] = []
    other: set[int] = set()
    start = time.perf_counter() + WARMING_UP

    def client(n: int) -> None:
        while (begun := time.perf_counter()) < start + SECONDS:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            status = ask(connection, n)
            connection.close()
            n += CLIENTS
            if status not in (200, 302):
                other.add(status)
            if begun >= start:
                times.append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p95 = statistics.quantiles(times, n=20)[18]
    note = f"  answered {other}" if other else ""
    return f"{statistics.median(times):.1f}", f"{p95:.1f}", f"{len(times) / SECONDS:.0f}", note


def memory(port: int) -> int:
    """The largest resident set of the web workers, MiB."""
    children = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(serving.pid)], capture_output=True, text=True
    )
    return max(int(line) for line in children.stdout.split()) // 1024
