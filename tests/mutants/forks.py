"""What both processes that run tests share: forks that end when the caller hangs up; how pytest is asked."""

from __future__ import annotations

import ctypes
import os
import re
import select
import signal
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MARKED = re.compile(r"^pytestmark = .*\bdjango_db\b", re.MULTILINE)


def begin_session() -> None:
    """A session of its own, which ends with all it starts; it gives way to others as the one before did."""
    group = Path("/proc/self/autogroup")  # of Linux: "/autogroup-25 nice 15"
    patience = group.read_text().split()[-1] if group.exists() else ""
    os.setsid()
    with suppress(OSError):
        if patience:
            group.write_text(patience)


def _end_with(parent: int) -> None:
    """Whoever started it may be killed at any moment: then it ends too (Linux)."""
    ask_to_be_killed = 1  # PR_SET_PDEATHSIG
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(ask_to_be_killed, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def print_to(out: Path) -> None:
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)


def fork(caller: socket.socket | None = None, patience: float | None = None) -> int | None:
    """None in the fork; for us, when it has ended, its exit code.

    Below 0 when it was ended: the caller hung up first, or so many seconds were over.
    """
    parent = os.getpid()
    child = os.fork()
    if not child:
        begin_session()
        _end_with(parent)
        return None
    end = os.pidfd_open(child)
    ready_now, _w, _x = select.select([end, caller] if caller else [end], [], [], patience)
    if end not in ready_now:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    _child, status = os.waitpid(child, 0)
    os.close(end)
    return os.waitstatus_to_exitcode(status)


def asks_pytest(tests: Iterable[str], folder: str, *, pure: bool) -> list[str]:
    """Its arguments. `pure`: only tests without rows, and without our fixtures, which take long to load."""
    import hypothesis

    hypothesis.settings.register_profile(
        "mutants",
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        derandomize=True,
        database=None,
    )
    tests = [name for name in tests if not pure or not MARKED.search(Path(name).read_text())]
    marks = "not browser and not kill" + (" and not django_db" if pure else "")
    told = ["-q", "-n", "0", "-p", "no:cacheprovider", "-m", marks, f"--basetemp={folder}/tests"]
    told += ["--hypothesis-profile=mutants", "-W", "ignore:Module already imported"]
    os.environ["SHOUWEN_CAST_ANEW"] = "yes"  # a mistake in the actions that make the cast has to be met
    told += ["--reuse-db", "--no-migrations"] if "SHOUWEN_READY_DATABASE" in os.environ else []
    return [*told, *(["--noconftest"] if pure else []), *tests]
