"""How long a page may wait for the database; the jobs in the background may take longer (settings)."""

from __future__ import annotations

from typing import Any

#: Seconds. A page says within ten that the database does not answer, so that is the most it waits.
STATEMENT = LOCKED_FILE = 6
SILENCE = 7


def for_pages(database: dict[str, Any]) -> None:
    """Shorten the waiting of this process, which has not connected yet. `database`: as in settings."""
    options = database["OPTIONS"]
    if database["ENGINE"].endswith("sqlite3"):
        options["timeout"] = LOCKED_FILE
        return
    database["WAIT"] = SILENCE
    options["options"] += f" -c statement_timeout={STATEMENT * 1000}"
