"""When the database is away, frozen, full or busy: how it is told from a mistake of ours.

Nothing here asks the database for anything.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

#: PostgreSQL, by class or code: connection lost, rolled back for others' sake, out of room, stopped or
#: cancelled, not readable; read-only, held by others, idle for too long.
PASSING = ("08", "40", "53", "57", "58", "25006", "25P03", "55P03")
#: SQLite, by primary code.
PASSING_ON_SQLITE = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip
#: One row held by somebody else: the code that asked for it may have another way.
HELD = "55P03"
#: No room on the disk, in the quota or under the limit of a file's size; not writable; broken.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


def is_outage(error: BaseException | None) -> bool:
    """Whether something around us failed, which passes without a change of ours; causes included."""
    return any(_is_outage(link) for link in _chain(error))


def _is_outage(error: BaseException) -> bool:
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return error.errno in FULL
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in PASSING_ON_SQLITE
    if state := getattr(cause, "sqlstate", None):
        return str(state).startswith(PASSING)
    return isinstance(error, OperationalError | InterfaceError)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


class Patient:
    """Around every statement of one request: after one that failed for want of a database, none waits."""

    def __init__(self) -> None:
        self.failure: Exception | None = None

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.failure and not sql.startswith(("ROLLBACK", "RELEASE")):
            raise OperationalError("The database failed a moment ago.") from self.failure
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            if is_outage(error) and getattr(error.__cause__, "sqlstate", "") != HELD:
                self.failure = error
            raise


def one_failure_is_enough(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Else each part of a request, the session and the log-in limit too, would wait in its turn."""

    def middleware(request: HttpRequest) -> HttpResponse:
        patient = Patient()
        with connection.execute_wrapper(patient):
            response = get_response(request)
        if patient.failure and response.status_code == 429:
            raise patient.failure  # the log-in limit could not count, and took that for too many
        return response

    return middleware
