"""No statement is waited for without end: a server that is frozen keeps its sockets and says nothing.

The time-outs of the server end with the server, and those of TCP end only what the other kernel no
longer answers. So the waiting itself has a limit: `WAIT` of the database's settings, in seconds,
longer than its own `statement_timeout`, which comes first on a server that lives. What has waited too
long is closed without a goodbye, and the next request connects anew.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, errors

#: Seconds to hear from a connection that was idle, and to open one (what libpq takes at the least).
CHECK = CONNECT = 2
#: Seconds nobody tries to connect after it was tried in vain: else each thread would wait in its turn.
PAUSE = 1.0

_silent_until: dict[Any, float] = {}


class Patience:
    """Stands for the connection's own `wait`."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self.connection, self.seconds = connection, seconds

    def __call__(self, gen: Generator[Any, Any, Any], interval: float = 0.1, timeout: Any = None) -> Any:
        limit = self.seconds if timeout is None else min(timeout, self.seconds)
        try:
            return type(self.connection).wait(self.connection, gen, interval, limit)
        except errors._WaitTimeout:
            self.connection.pgconn.finish()
            raise errors.OperationalError(f"The database was silent for {limit:g} seconds.") from None


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def _server(self) -> tuple[Any, Any]:
        return self.settings_dict["HOST"], self.settings_dict["PORT"]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        if time.monotonic() < _silent_until.get(self._server, 0):
            raise errors.ConnectionTimeout("The database did not answer a moment ago.")
        try:
            connection: Any = super().get_new_connection(conn_params)
        except errors.ConnectionTimeout:
            _silent_until[self._server] = time.monotonic() + PAUSE
            raise
        connection.wait = Patience(connection, self.settings_dict["WAIT"])
        patient: Connection = connection
        return patient

    def is_usable(self) -> bool:
        with self._at_most(CHECK):
            return super().is_usable()

    @contextmanager
    def _at_most(self, seconds: float) -> Iterator[None]:
        patience = getattr(self.connection, "wait", None)
        if not isinstance(patience, Patience):
            yield
            return
        usual, patience.seconds = patience.seconds, seconds
        try:
            yield
        finally:
            patience.seconds = usual
