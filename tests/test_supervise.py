"""bin/run's supervisor: real processes, started, killed and looked for."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from config.supervise import BASE_DIR, DEATHS, Child, GivenUp
from tests.ready import lay_ready_file, lay_ready_tables
from tests.servers import free_port, postgresql

pytestmark = [pytest.mark.once, pytest.mark.timed]
START = 180  # seconds: every migration on a machine that is busy; slow is not wrong


def eventually(true: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


class House:
    """A Shouwen of its own, on a free port, with its data in `folder`."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.folder = folder
        self.port = free_port()
        inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        own = {"SHOUWEN_VAR": str(folder), "SHOUWEN_DEMO": "False", "PORT": str(self.port)}
        self.env = inherited | own | changes

    def start(self) -> subprocess.Popen[str]:
        self.console = self.folder / "console"
        with self.console.open("w") as console:
            self.process = subprocess.Popen(
                [sys.executable, "config/supervise.py"],
                cwd=BASE_DIR,
                env=self.env,
                stdout=console,
                stderr=subprocess.STDOUT,
                text=True,
            )
        return self.process

    def refusal(self) -> str:
        """What a start that must not succeed says."""
        self.start()
        assert self.process.wait(120) == 1
        return self.console.read_text()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.console.read_text()
        return "Shouwen is ready" in self.console.read_text()

    def serves(self) -> bool:
        try:
            return urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=5).status == 200
        except HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    def processes(self) -> dict[int, str]:
        """Command lines of everything that works on this folder, by process id."""
        mark = f"SHOUWEN_VAR={self.folder}\0".encode()
        living = {}
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdecimal():
                    line = (process / "cmdline").read_text().replace("\0", " ")
                    # Redis writes its title over its environment; the title names the folder.
                    if mark in (process / "environ").read_bytes() or f":{self.folder}/" in line:
                        living[int(process.name)] = line
            except OSError:
                continue  # ended while we looked
        return living

    def heads(self) -> dict[str, int]:
        """The supervisor's own children, by what they are."""
        names = {
            "redis-server": "redis", "config.serve": "web", " worker ": "worker", " beat ": "beat",
            " run_timers": "timers",
        }  # fmt: skip
        children = {}
        for pid, line in self.processes().items():
            try:
                parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self.process.pid:
                children |= {name: pid for word, name in names.items() if word in line}
        return children

    def end(self) -> None:
        """Whatever is left of it."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """One folder for all, as a company keeps its own.

    test_first_day_in_browser begins from nothing: here the tables are there, where somebody laid them.
    """
    folder = tmp_path_factory.mktemp("house")
    lay_ready_file(folder / "shouwen.sqlite3")
    return folder


@pytest.fixture
def house(data) -> Iterator[House]:
    house = House(data)
    yield house
    house.end()


def test_what_dies_is_started_again_and_a_stop_leaves_nothing(house) -> None:
    house.start()
    assert eventually(house.is_ready, START), house.console.read_text()
    assert house.serves()
    before = house.heads()
    assert set(before) == {"redis", "web", "worker", "beat", "timers"}

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: set(house.heads()) == set(before), START), house.console.read_text()
    assert not set(house.heads().values()) & set(before.values())
    assert eventually(house.serves, START)

    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(60) == 0
    assert house.processes() == {}


def test_nothing_outlives_a_killed_supervisor(house) -> None:
    house.start()
    assert eventually(house.is_ready, START), house.console.read_text()
    house.process.kill()
    assert eventually(lambda: house.processes() == {}), house.processes()


def test_a_second_start_on_the_same_data_is_refused(house, data) -> None:
    house.start()
    assert eventually(lambda: "redis" in house.heads())
    assert f"already running on the data in {data}" in House(data).refusal()


def test_a_taken_port_is_said_with_the_way_out(house) -> None:
    with socket.create_server(("127.0.0.1", house.port)):
        assert f"port {house.port}: Address already in use" in house.refusal()


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_said(tmp_path, port) -> None:
    assert f"PORT={port}: set it to a number" in House(tmp_path, PORT=port).refusal()


def test_a_database_that_does_not_answer_is_said_and_ends_the_start(tmp_path) -> None:
    nobody = f"postgres://shouwen@127.0.0.1:{free_port()}/shouwen"
    house = House(tmp_path, DATABASE_URL=nobody, DATABASE_WAIT="2")
    said = house.refusal()
    assert said.count("Waiting up to 2 s for the database: ") == 1
    assert "The database cannot be used" in said and "Traceback" not in said
    assert house.processes() == {}


def test_a_wait_that_is_no_number_is_said(tmp_path) -> None:
    house = House(tmp_path, DATABASE_WAIT="long")
    assert "DATABASE_WAIT='long': set it to a number of seconds." in house.refusal()


def test_a_database_that_comes_up_later_is_waited_for() -> None:
    """Machines start their programs in any order."""
    folder = Path(tempfile.mkdtemp(prefix="shouwen-late-"))
    folder.chmod(0o711)  # PostgreSQL's own user has to pass through
    with postgresql(folder) as database:
        lay_ready_tables(database)
    house = House(folder, DATABASE_URL=database)
    try:
        house.start()
        assert eventually(lambda: "Waiting up to 60 s for the database" in house.console.read_text())
        with postgresql(folder, again=database):
            assert eventually(house.is_ready, START), house.console.read_text()
            assert "Nobody can sign in yet" in house.console.read_text()
            house.process.send_signal(signal.SIGINT)
            assert house.process.wait(60) == 0
    finally:
        house.end()
        shutil.rmtree(folder, ignore_errors=True)


def test_an_installation_nobody_works_in_says_how_to_begin_and_deadlines_need_no_redis(house) -> None:
    house.start()
    assert eventually(house.is_ready, START), house.console.read_text()
    assert "Nobody can sign in yet. To begin: .venv/bin/python manage.py begin" in house.console.read_text()
    for name in ("redis", "worker", "beat"):
        os.kill(house.heads()[name], signal.SIGSTOP)
    try:
        with closing(sqlite3.connect(house.folder / "shouwen.sqlite3", timeout=20)) as database:
            last = "select last_ok from complaints_sweepmark where job = 'sweep'"
            before = database.execute(last).fetchone()
            assert eventually(lambda: database.execute(last).fetchone() not in (None, before), 60)
    finally:
        for name in ("redis", "worker", "beat"):
            os.kill(house.heads()[name], signal.SIGCONT)


def test_a_wrong_setting_ends_the_start_with_its_sentence_alone(tmp_path) -> None:
    said = House(tmp_path, DEBUG="yes").refusal()
    assert "DEBUG='yes': set it to True or False." in said
    assert "Traceback" not in said


def test_what_dies_time_and_again_is_given_up() -> None:
    child = Child("short-lived", ["false"], dict(os.environ))
    for _ in range(DEATHS - 1):
        child.process.wait()
        child.revive()
    child.process.wait()
    with pytest.raises(GivenUp, match="short-lived ended 5 times in a minute, last with code 1"):
        child.revive()
