"""Runs tests in a fork of a process that has loaded the libraries and migrated a database already.

Nothing of ours is loaded before the fork, so each run sees the files as they are then: for mistakes in what
runs while modules are loaded. A line of JSON in; pytest's exit code and what it printed out. Whoever hangs up
ends the run.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.mutants.forks import asks_pytest, fork, print_to

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


def run(tests: list[str], caller: socket.socket | None = None, *, pure: bool = False) -> tuple[int, str]:
    """(exit code, what was printed); the code is below 0 when the caller hung up first."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        code = fork(caller)
        if code is not None:
            return code, out.read_text(errors="replace") if out.exists() else ""
        import pytest

        sys.dont_write_bytecode = True  # of a mistake nothing is to be found later
        print_to(out)
        code = int(pytest.main(["-x", *asks_pytest(tests, folder, pure=pure)]))
        sys.stdout.flush()
        os._exit(code)


def make_ready(ready: str) -> None:
    """The migrated database of all runs, if it is not there."""
    os.environ.pop("SHOUWEN_READY_DATABASE", None)
    if not Path(ready).exists():
        made = os.environ["SHOUWEN_KEEP_DATABASE"] = f"{ready}.{os.getpid()}"
        code, said = run(["tests/test_extensions.py"])
        del os.environ["SHOUWEN_KEEP_DATABASE"]
        if code or not Path(made).exists():
            raise SystemExit(f"The database could not be made ready:\n{said}")
        Path(made).rename(ready)
    os.environ["SHOUWEN_READY_DATABASE"] = ready


def serve(address: str, ready: str) -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    make_ready(ready)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        while True:
            caller, _where = server.accept()
            with caller, suppress(BrokenPipeError):
                asked = json.loads(caller.makefile().readline())
                code, said = run(asked["tests"], caller, pure=asked["pure"])
                caller.sendall(f"{code}\n{said[-3000:]}".encode())


if __name__ == "__main__":
    serve(*sys.argv[1:])
