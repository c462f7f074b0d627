"""What changed, when and by whom, read from the kept versions of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from staff.models import User


@dataclass(frozen=True)
class Version:
    """One change: `what` is the row it happened to, `changes` are (column, before, after)."""

    at: datetime
    by: User | None
    what: str
    verb: str
    changes: tuple[tuple[str, str, str], ...] = ()


def versions(*histories: tuple[str, QuerySet[Any]], limit: int = 100) -> list[Version]:
    """The latest changes of some rows, newest first. One query for each pair (word, history).

    Names, numbers and remarks are never among them: they are kept in the register only, so that a
    person can be erased.
    """
    found: list[Version] = []
    for word, history in histories:
        newest = history.select_related("history_user").order_by("-history_date", "-history_id")[:1000]
        rows = sorted(newest, key=lambda row: (row.id, row.history_date, row.history_id))
        for _pk, row_versions in groupby(rows, key=lambda row: row.id):
            found += _of_row(word, row_versions)
    return sorted(found, key=lambda version: version.at, reverse=True)[:limit]


def _of_row(word: str, rows: Iterable[Any]) -> list[Version]:
    verbs = {"+": _("added"), "~": pgettext("history", "changed"), "-": _("removed")}
    found = []
    before = None
    for row in rows:
        changes: tuple[tuple[str, str, str], ...] = ()
        if before is not None and row.history_type == "~":
            changes = tuple(_changes(before, row))
        found.append(Version(row.history_date, row.history_user, word, verbs[row.history_type], changes))
        before = row
    return found


def _changes(before: Any, after: Any) -> Iterable[tuple[str, str, str]]:
    for field in after.tracked_fields:
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            choices = dict(field.flatchoices)
            yield field.verbose_name, _plain(choices.get(old, old)), _plain(choices.get(new, new))


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return format_date(value, pgettext("date format", "j M Y"))
    return "" if value is None else str(value)
