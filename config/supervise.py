"""Starts all of Shouwen and keeps it running: what bin/run runs.

A private Redis (unless REDIS_URL names one), the web server, a Celery worker, Celery beat, and a plain
loop of the timers beside them, so that no deadline waits for a Redis that is away. What dies is started
again; what dies five times in a minute ends the whole. Ctrl-C or SIGTERM stops everything, and nothing
outlives this process however it ends.

PORT (8000) and BIND (127.0.0.1) say where to listen; WEB_CONCURRENCY (2) and WORKER_CONCURRENCY (2)
how many processes serve pages and jobs.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
# As root in a container is how many try it; Celery need not warn of that at each start.
CELERY = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
CELERY += ["-m", "celery", "--quiet", "-A", "config"]
DEATHS, MINUTE = 5, 60.0
PATIENCE = 10.0  # seconds a child has to finish what it does when told to stop
SOCKET_PATH_LIMIT = 100  # bytes; the kernel takes 107

libc = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


class GivenUp(Exception):
    """Said to the person at the console as it is."""


class Child:
    """One program of the house, in a process group of its own."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name, self.command, self.env = name, command, env
        self.deaths: deque[float] = deque(maxlen=DEATHS)
        self.start()

    def start(self) -> None:
        parent = os.getpid()

        def die_with_parent() -> None:
            if sys.platform == "linux":
                libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it was gone before the line above
                os.kill(os.getpid(), signal.SIGKILL)

        self.process = subprocess.Popen(
            self.command,
            cwd=BASE_DIR,
            env=self.env,
            process_group=0,
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )

    def revive(self) -> None:
        """Starts it again if it died. Raises GivenUp when it dies time and again."""
        if (code := self.process.poll()) is None:
            return
        self.kill()
        now = time.monotonic()
        self.deaths.append(now)
        if len(self.deaths) == DEATHS and now - self.deaths[0] < MINUTE:
            raise GivenUp(
                f"{self.name} ended {DEATHS} times in a minute, last with code {code}; "
                "the lines above should say why."
            )
        say(f"{self.name} ended with code {code}; starting it again.")
        self.start()

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends what is left of its group; a dead parent's children would go on working."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def wait_until(ready: Callable[[], bool], seconds: float, stop: threading.Event) -> bool:
    """True as soon as `ready` is; False when the time is up or the stop came first."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop.is_set():
        if ready():
            return True
        stop.wait(0.05)
    return False


def stop_all(children: list[Child], hurry: threading.Event) -> None:
    """Asks all of them, gives them `PATIENCE` (a second Ctrl-C: none), ends the rest."""
    for child in children:
        child.ask_to_stop()
    wait_until(lambda: all(c.process.poll() is not None for c in children), PATIENCE, hurry)
    for child in children:
        child.kill()


def redis_command(socket_path: Path) -> list[str]:
    """Messages need not survive: what is due stands in the database."""
    return [
        *("redis-server", "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"),
        *("--dir", str(socket_path.parent), "--logfile", "redis.log", "--loglevel", "warning"),
    ]


def web_command(address: str, env: dict[str, str]) -> list[str]:
    return [
        *(sys.executable, "-m", "config.serve", "config.wsgi", "--bind", address, "--preload"),
        *("--workers", env.get("WEB_CONCURRENCY", "2"), "--threads", "4"),
        *("--worker-class", "config.web.Worker"),
        *("--no-control-socket", "--log-level", "warning", "--graceful-timeout", "8"),
    ]


def worker_command(env: dict[str, str]) -> list[str]:
    return [
        *(*CELERY, "worker", "--loglevel", "warning", "--pool", "prefork"),
        *("--concurrency", env.get("WORKER_CONCURRENCY", "2")),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def beat_command(var_dir: Path) -> list[str]:
    """A process of its own: one inside the worker would outlive it and go on publishing."""
    return [
        *(*CELERY, "beat", "--loglevel", "warning", "--pidfile", ""),
        *("--schedule", str(var_dir / "beat-schedule")),
    ]


def timers_command() -> list[str]:
    """The same timers without Redis. Rows decide under locks, so both together fire and send once."""
    return [sys.executable, "manage.py", "run_timers"]


def hold(var_dir: Path) -> IO[str]:
    """The lock of this data folder, held as long as the returned file is open."""
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        file = (var_dir / "running").open("a")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise GivenUp(f"Shouwen is already running on the data in {var_dir}.") from None
    except OSError as error:
        raise GivenUp(f"Cannot write to {var_dir}: {error.strerror}.") from None
    return file


def check_port(bind: str, port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise GivenUp(f"PORT={port}: set it to a number from 1 to 65535.")
    try:
        socket.create_server((bind, int(port))).close()
    except OSError as error:
        raise GivenUp(
            f"Cannot listen on {bind} port {port}: {error.strerror}. Another port: PORT=8001 bin/run"
        ) from None


def answers(host: str, port: int, base_url: str) -> bool:
    """True once a request gets an answer; asked as the proxy of `base_url` would ask."""
    public = urlsplit(base_url)
    connection = HTTPConnection(host, port, timeout=5)
    try:
        headers = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme}
        connection.request("GET", "/accounts/login/", headers=headers)
        connection.getresponse()
        return True
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def run(stop: threading.Event, hurry: threading.Event) -> None:
    """Everything from the first check to the last goodbye."""
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    bind, port = env.get("BIND", "127.0.0.1"), env.get("PORT", "8000")
    here = "127.0.0.1" if bind == "0.0.0.0" else bind  # noqa: S104 it only compares
    env.setdefault("BASE_URL", f"http://{here}:{port}")
    var_dir = Path(env.get("SHOUWEN_VAR", BASE_DIR / "var")).absolute()

    lock = hold(var_dir)
    check_port(bind, port)
    children: list[Child] = []
    try:
        if "REDIS_URL" not in env and env.get("SHOUWEN_MODE", "embedded") == "embedded":
            children.append(start_redis(var_dir / "redis.sock", env, stop))
        children.append(web := Child("web", web_command(f"{bind}:{port}", env), env))
        while not answers(here, int(port), env["BASE_URL"]) and not stop.wait(0.1):
            if web.process.poll() is not None:
                raise GivenUp("Shouwen was not started.")
        if not stop.is_set():  # the data are ready now
            children.append(Child("worker", worker_command(env), env))
            children.append(Child("beat", beat_command(var_dir), env))
            children.append(Child("timers", timers_command(), env))
            say(f"\nShouwen is ready: {env['BASE_URL']}\nCtrl-C stops it.")
            if bind == "0.0.0.0" and "ALLOWED_HOSTS" not in os.environ:  # noqa: S104 it only compares
                say("From other machines: set BASE_URL to the address they use, or name it in ALLOWED_HOSTS.")
        while not stop.wait(0.5):
            for child in children:
                child.revive()
    finally:
        stop_all([child for child in children if child.name != "redis"], hurry)
        stop_all(children, hurry)  # Redis last: the worker says goodbye to it
        lock.close()


def start_redis(path: Path, env: dict[str, str], stop: threading.Event) -> Child:
    if len(os.fsencode(path)) > SOCKET_PATH_LIMIT:
        raise GivenUp(
            f"The path {path} is too long for a socket: move this folder nearer to the root, "
            "or set SHOUWEN_VAR to a folder with a shorter path."
        )
    path.unlink(missing_ok=True)
    try:
        redis = Child("redis", redis_command(path), env)
    except FileNotFoundError:
        raise GivenUp("redis-server is missing: bin/setup installs it.") from None
    wait_until(path.exists, 10, stop)
    return redis


def main() -> int:
    stop, hurry = threading.Event(), threading.Event()

    def on_signal(number: int, frame: object) -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        run(stop, hurry)
    except GivenUp as reason:
        say(str(reason))
        return 1
    say("Shouwen has stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
