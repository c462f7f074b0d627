"""How long a page may wait for the database; the jobs in the background may take longer (settings)."""

from __future__ import annotations

from typing import Any

#: Seconds. A page says within ten that the database does not answer, so that is the most it waits.
STATEMENT = LOCKED_FILE = 6
SILENCE = 7
#: A page that wakes a worker does not wait for a queue that is frozen: the worker looks by itself too.
QUEUE = {
    "broker_transport_options": {"socket_timeout": 1, "socket_connect_timeout": 1},
    "task_publish_retry": False,
}


def for_pages(database: dict[str, Any]) -> None:
    """Shorten the waiting of this process, which has not connected yet. `database`: as in settings."""
    options = database["OPTIONS"]
    if database["ENGINE"].endswith("sqlite3"):
        options["timeout"] = LOCKED_FILE
        return
    database["WAIT"] = SILENCE
    options["options"] += f" -c statement_timeout={STATEMENT * 1000}"
