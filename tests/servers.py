"""A real PostgreSQL and a real Redis of the tests' own; `main` runs the suite on both databases.

The servers keep their data in a temporary folder, listen on a free port of this machine only, and
end with the process that started them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from config.supervise import Child
from tests.ready import make_ready, postgresql_programs

NO_TESTS_COLLECTED = 5  # pytest's exit code


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(server: Child, port: int) -> None:
    for _ in range(300):
        if server.process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{server.name} did not start: {' '.join(server.command)}")


@contextmanager
def serving(name: str, command: list[str], port: int) -> Iterator[None]:
    server = Child(name, command, dict(os.environ))
    try:
        wait_for_port(server, port)
        yield
    finally:
        server.process.send_signal(signal.SIGINT)  # to both it means: stop now, in order
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(10)
        server.kill()


@contextmanager
def postgresql(folder: Path, again: str = "") -> Iterator[str]:
    """The address of an empty cluster on a free port that forgets everything, and is fast for it.

    `again`: the address of one that ran in this folder before, to be started as it was left.
    """
    programs = postgresql_programs()
    data, port = folder / "postgresql", urlsplit(again).port or free_port()
    data.mkdir(exist_ok=bool(again))
    as_user: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(data, account.pw_uid, account.pw_gid)
        as_user = [
            *("env", f"--chdir={data}"),  # it may not enter the checkout
            *("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"),
            "--pdeathsig=INT",  # a change of user drops the one Child asked for
        ]
    make = subprocess.run if not again else lambda *_args, **_options: None
    make(
        [
            *(*as_user, str(programs / "initdb"), "--pgdata", str(data), "--username", "shouwen"),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    command = [
        *(*as_user, str(programs / "postgres"), "-D", str(data), "-p", str(port)),
        *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"),
        *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
        *("-c", "log_min_messages=fatal", "-c", "max_connections=200"),
    ]
    with serving("postgresql", command, port):
        yield f"postgres://shouwen@127.0.0.1:{port}/postgres"


@contextmanager
def redis(folder: Path, port: int = 0) -> Iterator[str]:
    """The address of an empty Redis; `port` 0 takes a free one."""
    port = port or free_port()
    command = [
        *("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)),
        *("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"),
        *("--logfile", "redis.log", "--loglevel", "warning"),
    ]
    with serving("redis", command, port):
        yield f"redis://127.0.0.1:{port}/0"


#: Tests at once, on the two cores we count on: one more where no browser and no clock is waited for.
#: Measured on SQLite: 6:36 for 4,072 tests with three, 9:14 for 3,918 with two.
MANY, FEW = 3, 2
#: The whole suite: what runs, how many at once, and which tests. PostgreSQL's two halves make one whole.
RUNS = (
    ("SQLite", MANY, "not browser and not once"),
    ("PostgreSQL", MANY, "not browser and not timed"),
    ("PostgreSQL, browser and clock", FEW, "browser or timed"),
)
#: Some files only: no second start for PostgreSQL's other half.
SHORT = (RUNS[0], ("PostgreSQL", FEW, ""))


def run_pytest(title: str, workers: int, env: dict[str, str], words: list[str]) -> int:
    print(f"\n== {title} ==", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", "-n", str(workers), *words], env=env).returncode


def main(words: list[str]) -> int:
    """The suite on SQLite, then on PostgreSQL, with the browser last: all, so that one run tells all."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` has its turn
    folder = Path(tempfile.mkdtemp(prefix="shouwen-test-"))
    folder.chmod(0o711)  # PostgreSQL's own user has to pass through
    try:
        with postgresql(folder) as database_url:
            env = os.environ | {"SHOUWEN_VAR": str(folder / "var")}
            env.pop("DATABASE_URL", None)
            env.pop("PYTHONDONTWRITEBYTECODE", None)  # else each program started here compiles all anew
            some = any(word.startswith("tests/") for word in words)  # they may need no database
            whole = not some and not {"-k", "-m"} & set(words)
            if not some:
                env |= make_ready(folder, database_url)
            codes = {
                title: run_pytest(
                    title,
                    workers,
                    env | ({} if title == "SQLite" else {"DATABASE_URL": database_url}),
                    [*(["-m", marks] if marks else []), *words],
                )
                for title, workers, marks in (RUNS if whole else SHORT)
            }
        failed = [name for name, code in codes.items() if code not in (0, NO_TESTS_COLLECTED)]
        print(f"\n== {'failed on ' + ' and on '.join(failed) if failed else 'all passed'} ==", flush=True)
        return 1 if failed else codes["PostgreSQL"]  # which says so if there was no test of that name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
