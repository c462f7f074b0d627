"""How far a register is while its rows are written: a small file beside the upload.

All rows are written in one transaction, which nobody else sees into; and SQLite has one writer, so nothing
can be told through the database meanwhile. A file is seen at once, on both databases alike. It is replaced
whole, so whoever reads it finds the word before or the word after.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.storage import default_storage


@dataclass(frozen=True)
class Progress:
    """Rows done, of how many, and when this was said."""

    done: int
    total: int
    at: datetime


def tell(stored: str, progress: Progress) -> None:
    """Say how far the upload kept as `stored` is."""
    path = _path(stored)
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps([progress.done, progress.total, progress.at.isoformat()]))
    os.replace(fresh, path)


def told(stored: str) -> Progress | None:
    """The last word on it; None when there is none."""
    try:
        done, total, at = json.loads(_path(stored).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Progress(done, total, datetime.fromisoformat(at))


def forget(stored: str) -> None:
    _path(stored).unlink(missing_ok=True)


def _path(stored: str) -> Path:
    return Path(default_storage.path(f"{stored}.progress"))
