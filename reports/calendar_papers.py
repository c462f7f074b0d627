"""The papers of due reports: made by the product, or a file or words that people hand in.

Called by the acts and by beat, under their locks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from complaints import uploads
from reports import issue
from reports.kinds import is_made
from reports.models import DuePaper, DueReport, IssuedReport
from reports.scopes import all_scopes, find
from staff.models import User

# Kinds whose paper the product makes (`reports.kinds`) -------------------------------------------------


def put_in_line(due: DueReport, now: datetime, by: User | None = None) -> IssuedReport | None:
    """Ask for the draft, in the installation's language; None where no paper is made of this kind."""
    return put_all_in_line([due], now, by)[0]


def put_all_in_line(
    rows: Sequence[DueReport], now: datetime, by: User | None = None
) -> list[IssuedReport | None]:
    """As `put_in_line`, of several at once. At midnight hundreds of estates ask for theirs."""
    scopes = all_scopes() if any(is_made(row.kind) for row in rows) else []
    places = [find(scopes, row.scope) if is_made(row.kind) else None for row in rows]
    wanted = [
        issue.Wanted(row.kind, place, row.period) for row, place in zip(rows, places, strict=True) if place
    ]
    made = iter(issue.put_all_in_line(wanted, settings.LANGUAGE_CODE, now, by))
    return [next(made) if place else None for place in places]


# Files and words -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A file that passed `reports.due_files.check`, as it is kept."""

    name: str
    content_type: str
    body: Any


def keep(row: DueReport, text: str, sent: Sent | None, by: User, at: datetime) -> DuePaper:
    """A file, words, or both, as the next version. The row is locked."""
    kept = uploads.keep(sent.body) if sent else None
    try:
        return DuePaper.objects.create(
            due=row,
            version=_next_version(row),
            text=text,
            stored=kept.stored if kept else "",
            name=sent.name if sent else "",
            content_type=sent.content_type if sent else "",
            size=kept.size if kept else 0,
            sha256=kept.sha256 if kept else hashlib.sha256(text.encode()).hexdigest(),
            kept_at=at,
            kept_by=by,
        )
    except BaseException:  # a file that no row names would lie there for ever
        if kept:
            uploads.discard(kept.stored)
        raise


def _next_version(row: DueReport) -> int:
    newest = DuePaper.objects.filter(due=row).order_by("-version").first()
    return newest.version + 1 if newest else 1


def keep_made(row: DueReport, made: IssuedReport, at: datetime) -> DuePaper:
    """What the product made, as the next version of the paper. The row is locked."""
    return DuePaper.objects.create(
        due=row,
        version=_next_version(row),
        made=made,
        sha256=made.pdf_sha256,
        kept_at=at,
        kept_by=made.asked_by,
    )
