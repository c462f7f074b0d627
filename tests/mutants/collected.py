"""A process in which all tests are collected and wait: for each mistake a fork of it runs those that matter.

Before the first mistake all of them run once, without any: which of them come by which function is noted,
and one that fails already is not asked. Only a test that comes by a mistaken function can notice it.
"""

from __future__ import annotations

import builtins
import json
import os
import socket
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from types import CodeType, FrameType

import pytest

from tests.mutants.forks import asks_pytest, fork, print_to
from tests.mutants.swap import NOTE, Swaps, code_of, functions_below, noting, swaps

AFRESH = -2  # the answer: what is mistaken ran while modules were loaded
FLUSHES = 2  # a test's turn: last
OTHERS = 60  # seconds for tests that config/mutants.toml does not name for the module


class Learned:
    """Which tests come by which function (by its place), how many seconds each took, and which failed."""

    def __init__(self) -> None:
        self.comers: dict[str, set[str]] = defaultdict(set)
        self.seconds: Counter[str] = Counter()
        self.failed: set[str] = set()

    def has(self, test: str) -> bool:
        return test in self.seconds

    def write(self, path: Path) -> None:
        comers = {place: sorted(tests) for place, tests in self.comers.items()}
        path.write_text(json.dumps([comers, self.seconds, sorted(self.failed)]))

    def read(self, path: Path) -> None:
        comers, seconds, failed = json.loads(path.read_text())
        self.comers = defaultdict(set, {place: set(tests) for place, tests in comers.items()})
        self.seconds, self.failed = Counter(seconds), set(failed)


class Collected:
    """The plugin of pytest that waits for mistakes between collecting and running."""

    def __init__(self, folder: Path, modules: list[str], learned: Path) -> None:
        self.folder = folder
        self.texts = {name: Path(name).read_text() for name in modules}
        self.learned_at, self.learned = learned, Learned()
        self.learns = False
        self.test = ""
        self.ran: set[CodeType] = set()
        sys.setprofile(self._while_loading)

    def _while_loading(self, frame: FrameType, event: str, arg: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(f"{self.folder}/"):
            self.ran.add(frame.f_code)

    def place(self, code: CodeType) -> str:
        return f"{Path(code.co_filename).relative_to(self.folder)}:{code.co_firstlineno}:{code.co_qualname}"

    # -- as pytest goes along ------------------------------------------------------------------

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Returns only in forks, where pytest goes on to run what is left among the items."""
        sys.setprofile(None)
        self.functions = functions_below(self.folder)
        session.items.sort(key=_turn)  # stable: what needs a flushed database stays last
        if self.learned_at.exists():
            self.learned.read(self.learned_at)
        if new := [item for item in session.items if not self.learned.has(item.nodeid)]:
            if fork() is None:
                session.items[:] = new
                return self._begin_to_learn()
            self.learned.read(self.learned_at)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.folder / "collected.socket"))
            server.listen()
            while True:
                caller, _where = server.accept()
                with caller, suppress(BrokenPipeError):
                    asked = json.loads(caller.makefile().readline())
                    code = self._notices(session, asked["module"], asked["tests"], caller)
                    if code is None:
                        return None
                    said = (self.folder / "collected.out").read_text(errors="replace")
                    caller.sendall(f"{code}\n{said[-3000:]}".encode())

    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        self.test = item.nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.learned.seconds[report.nodeid] += report.duration
        if report.failed:
            self.learned.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        if self.learns:
            self.learned.write(self.learned_at)

    # -- in forks ------------------------------------------------------------------------------

    def _begin_to_learn(self) -> None:
        self.learns = True
        setattr(builtins, NOTE, self._note)
        for name, text in self.texts.items():
            self._put(self.folder / name, noting(text, self.folder / name))

    def _note(self) -> None:
        self.learned.comers[self.place(sys._getframe(1).f_code)].add(self.test)

    def _put(self, path: Path, changes: Swaps) -> None:
        for old, new in changes.items():
            for function in self.functions.get((str(path), old), ()):
                function.__code__ = new

    def _notices(
        self, session: pytest.Session, module: str, tests: list[str], caller: socket.socket
    ) -> int | None:
        """Whether a test notices what the module's file says now: pytest's exit code, None in the fork."""
        path = self.folder / module
        os.truncate(self.folder / "collected.out", 0)
        try:
            changes = swaps(code_of(self.texts[module], path), code_of(path.read_text(), path), self.ran)
        except SyntaxError:
            return AFRESH
        if changes is None:
            return AFRESH
        comers = set().union(*(self.learned.comers[self.place(old)] for old in changes)) - self.learned.failed
        names = {name: turn for turn, name in enumerate(tests)}
        items = [item for item in session.items if item.nodeid in comers]
        own = [item for item in items if item.nodeid.split("::")[0] in names]
        own.sort(key=lambda item: (_turn(item), names[item.nodeid.split("::")[0]]))
        items = own + self._quick([item for item in items if item not in own])
        if not items:
            return 0  # no test comes by
        # A loop without end is noticed too: its tests took no time like that before.
        code = fork(caller, 30 + 6 * sum(self.learned.seconds[item.nodeid] for item in items))
        if code is None:
            self._put(path, changes)
            session.items[:] = items
            session.config.option.maxfail = 1
        return code

    def _quick(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """What else comes by, the quickest first, as many as take a minute together."""
        items = sorted((item for item in items if _turn(item) < FLUSHES), key=self._took)
        until = accumulate(self._took(item) for item in items)
        return [item for item, seconds in zip(items, until, strict=True) if seconds < OTHERS]

    def _took(self, item: pytest.Item) -> float:
        return self.learned.seconds[item.nodeid]


def _turn(item: pytest.Item) -> int:
    """What needs no rows is quick and first; what flushes the database is last, as pytest-django has it."""
    if "transactional_db" in getattr(item, "fixturenames", ()):
        return FLUSHES
    mark = item.get_closest_marker("django_db")
    return FLUSHES if mark and mark.kwargs.get("transaction") else int(not item.get_closest_marker("once"))


def main() -> None:
    learned, pure = Path(sys.argv[1]), sys.argv[2] == "pure"
    modules, tests = json.loads(sys.argv[3])
    here = Path.cwd()
    print_to(here / "collected.out")
    with tempfile.TemporaryDirectory() as folder:
        waits = Collected(here, modules, learned)
        code = int(pytest.main(asks_pytest(tests, folder, pure=pure), plugins=[waits]))
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
