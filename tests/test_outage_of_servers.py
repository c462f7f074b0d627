"""The web process and a real PostgreSQL that is stopped, frozen and made read-only; a locked SQLite file."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import psycopg
import pytest

from config.postgres.base import Patience
from tests.processes import program
from tests.ready import lay_ready_file, lay_ready_tables
from tests.servers import free_port, postgresql

pytestmark = [pytest.mark.once, pytest.mark.timed]
ANSWERED, HEALED = 10, 30  # seconds, as promised


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


@dataclass
class Web:
    address: str

    def ask(
        self, path: str, said: dict[str, str] | None = None, token: str = "", lang="en"
    ) -> tuple[int, str]:
        """Status and text; a session that nobody has makes every page look for it."""
        headers = {"Accept-Language": lang, "Cookie": f"sessionid={'s' * 32}; csrftoken={token}"}
        body = None if said is None else urlencode(said).encode()
        opener = build_opener(Stay, HTTPCookieProcessor(CookieJar()))
        try:
            with opener.open(Request(self.address + path, body, headers), timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as answer:
            return answer.code, answer.read().decode()

    def sign_in(self) -> tuple[int, str]:
        token = "t" * 32
        said = {"login": "nobody", "password": "not-the-right-one", "csrfmiddlewaretoken": token}
        return self.ask("/accounts/login/", said, token)

    def in_time(self, ask) -> tuple[int, str]:
        begin = time.monotonic()
        answer = ask()
        assert time.monotonic() - begin < ANSWERED
        return answer

    def heals(self) -> None:
        end = time.monotonic() + HEALED
        while (status := self.ask("/")[0]) != 302 and time.monotonic() < end:
            time.sleep(0.2)
        assert status == 302 and self.sign_in()[0] == 200 and self.ask("/readyz")[0] == 200


@contextmanager
def web(folder: Path, **env: str) -> Iterator[Web]:
    port = free_port()
    env = os.environ | {
        "SHOUWEN_VAR": str(folder / "var"), "SHOUWEN_DEMO": "False", "PORT": str(port),
        "LOG_LEVEL": "CRITICAL", "DJANGO_SETTINGS_MODULE": "config.settings", **env,
    }  # fmt: skip
    words = ("-m", "config.serve", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--preload")
    words += (
        "--workers",
        "1",
        "--worker-class",
        "config.web.Worker",
        "--threads",
        "4",
        "--no-control-socket",
    )
    with program(*words, "--log-level", "critical", env=env):
        served = Web(f"http://127.0.0.1:{port}")
        end = time.monotonic() + 300  # every migration, on a busy machine
        while time.monotonic() < end:
            try:
                assert served.ask("/readyz")[0] == 200
                break
            except OSError:
                time.sleep(0.5)
        yield served


@dataclass
class Cluster:
    folder: Path
    url: str = ""

    def __post_init__(self) -> None:
        self.running = ExitStack()

    def start(self) -> None:
        self.url = self.running.enter_context(postgresql(self.folder, again=self.url))

    def connected(self) -> psycopg.Connection:
        """A connection, as soon as the server takes one: it recovers for a moment after its start."""
        end = time.monotonic() + HEALED
        while True:
            try:
                return psycopg.connect(self.url, autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def processes(self) -> list[int]:
        """The server and each of its own: those that name it as their parent."""
        first = int((self.folder / "postgresql" / "postmaster.pid").read_text().split()[0])
        stats = [(int(p.name), (p / "stat").read_text()) for p in Path("/proc").iterdir() if p.name.isdigit()]
        return [first, *(pid for pid, stat in stats if stat.rpartition(")")[2].split()[1] == str(first))]

    def signal(self, number: int) -> None:
        for pid in self.processes():
            os.kill(pid, number)

    def stop(self) -> None:
        self.running.close()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with TemporaryDirectory(prefix="shouwen-outage-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL's own user has to pass through
        own = Cluster(Path(folder))
        own.start()
        lay_ready_tables(own.url)
        yield own
        own.stop()


@pytest.fixture(scope="module")
def served(cluster, tmp_path_factory) -> Iterator[Web]:
    with web(tmp_path_factory.mktemp("web"), DATABASE_URL=cluster.url) as served:
        served.heals()
        yield served


def everything_says_so(served: Web) -> None:
    """Every door at once, as many as there are threads; what needs no database goes on."""
    doors = [lambda: served.ask("/"), served.sign_in, lambda: served.ask("/api/v1/cases/")]
    doors += [lambda: served.ask("/readyz")]
    with ThreadPoolExecutor(4) as pool:
        page, signed, api, ready = pool.map(served.in_time, doors)
    assert (page[0], signed[0], api[0], ready[0]) == (503, 503, 503, 503)
    assert "Try again" in page[1] and "not-the-right-one" not in signed[1] and '"unavailable"' in api[1]
    assert served.ask("/livez")[0] == 200 and served.ask("/static/img/mark.svg")[0] == 200


def test_a_database_that_is_stopped_is_said_in_time_and_found_again(cluster, served):
    cluster.stop()
    everything_says_so(served)
    cluster.start()
    served.heals()


def test_a_database_that_is_frozen_is_said_in_time_and_found_again(cluster, served):
    served.heals()
    cluster.signal(signal.SIGSTOP)
    try:
        everything_says_so(served)
        everything_says_so(served)
    finally:
        cluster.signal(signal.SIGCONT)
    served.heals()


def test_a_database_that_may_not_write_is_said_and_found_again(cluster, served):
    """As a standby, or one whose disk its keepers found full."""
    with psycopg.connect(cluster.url, autocommit=True) as keeper:
        for value, status in (("on", 503), ("off", 200)):
            keeper.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            keeper.execute("SELECT pg_reload_conf()")
            end = time.monotonic() + HEALED
            while served.in_time(served.sign_in)[0] != status and time.monotonic() < end:
                time.sleep(0.2)
            assert served.in_time(served.sign_in)[0] == status


def test_a_database_without_room_is_said_in_time_and_found_again(cluster, served):
    """The table that sign-in writes to lies on /dev/full: the system itself says that there is no room."""
    served.heals()
    with psycopg.connect(cluster.url, autocommit=True) as keeper:
        keeper.execute("TRUNCATE django_cache")
        (place,) = keeper.execute("SELECT pg_relation_filepath('django_cache')").fetchone()
    file = cluster.folder / "postgresql" / place
    for full, status in ((True, 503), (False, 200)):
        cluster.stop()
        file.unlink()
        if full:
            file.symlink_to("/dev/full")
        else:
            file.touch()
            shutil.chown(file, *([file.parent.owner()] if os.getuid() == 0 else [os.getuid()]))
        cluster.start()
        with cluster.connected() as keeper:
            add = "INSERT INTO django_cache VALUES (%s, 'x', now())"
            if full:
                with pytest.raises(psycopg.errors.DiskFull, match="No space left"):
                    keeper.execute(add, ["probe"])
            else:
                keeper.execute(add, ["probe"])
        end = time.monotonic() + HEALED
        while (answer := served.in_time(served.sign_in))[0] != status and time.monotonic() < end:
            time.sleep(0.2)
        assert answer[0] == status
        assert not full or "Try again" in answer[1]
    served.heals()


def test_a_statement_that_gets_no_answer_ends(cluster):
    """The server freezes while it works: the statement time-out ends with it, the waiting does not."""
    connection = psycopg.connect(cluster.url, autocommit=True)
    connection.wait = Patience(connection, 1)
    begin = time.monotonic()
    with pytest.raises(psycopg.OperationalError, match="silent"):
        connection.execute("SELECT pg_sleep(30)")
    assert time.monotonic() - begin < ANSWERED and connection.closed


def test_a_file_that_another_process_has_locked_is_said_in_time(tmp_path):
    lay_ready_file(file := tmp_path / "var" / "shouwen.sqlite3")
    with web(tmp_path, DATABASE_URL=f"sqlite:///{file}") as served:
        served.heals()
        held = sqlite3.connect(file, isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        assert served.in_time(served.sign_in)[0] == 503
        held.execute("ROLLBACK")
        held.close()
        assert served.sign_in()[0] == 200


def test_a_file_without_room_is_said_in_time(tmp_path):
    """Of SQLite: the web's own processes may make no file larger, until there is room again."""
    lay_ready_file(file := tmp_path / "var" / "shouwen.sqlite3")
    with web(tmp_path, DATABASE_URL=f"sqlite:///{file}") as served:
        served.heals()
        pids = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _is_web(p, tmp_path)]
        assert len(pids) >= 2, "the web's first process and its worker"
        limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
        for pid, (_soft, hard) in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
        assert served.in_time(served.sign_in)[0] == 503 and served.ask("/livez")[0] == 200
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)
        served.heals()


def _is_web(process: Path, folder: Path) -> bool:
    """Whether a process was started with this folder as its own."""
    try:
        return f"SHOUWEN_VAR={folder}".encode() in (process / "environ").read_bytes()
    except OSError:
        return False
