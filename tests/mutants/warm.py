"""Runs tests in a fork of a process that has loaded the libraries and migrated a database already.

Several hundred runs of some tests each: what they have in common is done once. Nothing of ours is loaded
before the fork, so each run sees the files as they are then. A line of JSON in (the test files), a line out
(pytest's exit code, then what it printed). Whoever hangs up ends the run.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import select
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

LIBRARIES = (
    *(
        "django.db.models",
        "django.forms",
        "django.template",
        "django.test",
        "celery",
        "holidays",
        "hypothesis",
    ),
    *("openpyxl", "PIL.Image", "pypdf", "playwright.sync_api", "pytest", "pytest_django", "redis", "segno"),
    *("weasyprint", "xdist"),
)
MARKED = re.compile(r"^pytestmark = .*\bdjango_db\b", re.MULTILINE)
NONE = 5  # pytest's exit code: no tests of that mark


def _begin_session() -> None:
    """A session of its own, which ends with all it starts; it gives way to others as the one before did."""
    group = Path("/proc/self/autogroup")  # of Linux: "/autogroup-25 nice 15"
    patience = group.read_text().split()[-1] if group.exists() else ""
    os.setsid()
    with suppress(OSError):
        if patience:
            group.write_text(patience)


def _run(tests: list[str], which: str, out: int, ready: str, code: Path, keeps: bool, alone: bool) -> None:
    """In the fork: run the tests and say how they went. Never returns."""
    _begin_session()
    sys.dont_write_bytecode = not keeps  # of a mistake nothing is to be found later
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ["SHOUWEN_READY_DATABASE"] = ready
    import hypothesis
    import pytest

    hypothesis.settings.register_profile(
        "mutants",
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        derandomize=True,
        database=None,
    )
    told = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-m", f"not browser and not kill and {which}"]
    told += ["--hypothesis-profile=mutants", "-W", "ignore:Module already imported"]
    known = ["--reuse-db", "--no-migrations"] if ready else []
    known += ["--noconftest"] if alone else []
    with tempfile.TemporaryDirectory() as folder:
        result = pytest.main([*told, *known, f"--basetemp={folder}/tests", *tests])
        code.write_text(str(int(result)))
    sys.stdout.flush()
    os._exit(int(result))


def run(
    tests: list[str],
    which: str,
    ready: str = "",
    caller: socket.socket | None = None,
    *,
    keeps: bool = True,
    alone: bool = False,
) -> tuple[int, str]:
    """(exit code, what was printed) of the tests of a mark; -1 when the caller hung up first.

    `keeps` compiled files; `alone`: without our fixtures, which take longer to load than a pure rule to test.
    """
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/out", "w+b") as out:
        code = Path(folder) / "code"
        child = os.fork()
        if not child:
            _run(tests, which, out.fileno(), ready, code, keeps, alone)
        end = os.pidfd_open(child)
        ready_now, _w, _x = select.select([end, caller] if caller else [end], [], [])
        if end not in ready_now:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(end)
        out.seek(0)
        said = out.read().decode(errors="replace")
        return (int(code.read_text()) if code.exists() else -1), said


def having(which: str, tests: list[str]) -> list[str]:
    """The files that can have tests of the mark: whole files are marked, and take long to load."""
    if which != "not django_db":
        return tests
    return [name for name in tests if not MARKED.search(Path(name).read_text())]


def serve(address: str, ready: str) -> None:
    """`ready`: the migrated database, made if it is not there."""
    for name in LIBRARIES:
        importlib.import_module(name)
    if not Path(ready).exists():
        made = os.environ["SHOUWEN_KEEP_DATABASE"] = f"{ready}.{os.getpid()}"
        code, said = run(["tests/test_extensions.py"], "django_db")
        del os.environ["SHOUWEN_KEEP_DATABASE"]
        if code or not Path(made).exists():
            raise SystemExit(f"The database could not be made ready:\n{said}")
        Path(made).rename(ready)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        while True:
            caller, _where = server.accept()
            with caller, suppress(BrokenPipeError):
                tests = json.loads(caller.makefile().readline())
                options = {word for word in tests if word in ("--clean", "--pure")}
                tests = [word for word in tests if word not in options]
                ran = False
                # A pure rule needs no database.
                for which in ("not django_db", "django_db")[: 1 if "--pure" in options else 2]:
                    code, said = NONE, ""
                    if names := having(which, tests):
                        code, said = run(
                            names, which, ready, caller, keeps="--clean" in options, alone="--pure" in options
                        )
                    ran = ran or code != NONE
                    if code not in (0, NONE):
                        break
                code = 0 if code == NONE and ran else code
                caller.sendall(f"{code}\n{said[-3000:]}".encode())


if __name__ == "__main__":
    serve(*sys.argv[1:])
