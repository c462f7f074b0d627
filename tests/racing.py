"""Threads that begin at the same moment, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at once; what each returned, or the exception it raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(30)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def failures(outcomes: list[Any], *expected: type[Exception]) -> list[Exception]:
    """The exceptions among outcomes that were not expected."""
    return [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, expected)]
