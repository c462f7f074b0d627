"""What rows of the settings said before, newest change first: who changed what, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from complaints.views.case.versions import Change, shown

SHOWN = 40


@dataclass(frozen=True)
class Edit:
    """One change of one row; `what` names the row's kind."""

    at: datetime
    by: str
    what: Any
    changes: list[Change]


def edits(histories: dict[Any, QuerySet[Any]], *, silent: Iterable[str] = ()) -> list[Edit]:
    """The newest edits over several kinds of rows, by the kind's name. One query a kind."""
    found = []
    for what, history in histories.items():
        model = history.model.instance_type
        kept = {field.name for field in history.model.tracked_fields}
        fields = [
            field
            for field in model._meta.concrete_fields
            if field.name in kept and not field.primary_key and field.name not in set(silent)
        ]
        related = [field.name for field in fields if field.is_relation]
        rows = list(
            history.select_related("history_user", *related).order_by("id", "-history_date", "-history_id")
        )
        for row, before in zip_longest(rows, rows[1:]):
            same = before if before is not None and before.id == row.id else None
            found.append(_edit(row, same, fields, what))
    found.sort(key=lambda edit: edit.at, reverse=True)
    return [edit for edit in found if edit.changes][:SHOWN]


def _edit(row: Any, before: Any | None, fields: list[Any], what: Any) -> Edit:
    """A first version tells what was filled in; a deletion says so."""
    zone = get_current_timezone()
    if row.history_type == "-":
        changes = [Change(_("Taken back"), "", "")]
    else:
        changes = [
            Change(str(field.verbose_name), shown(before, field, zone) if before else "", after)
            for field in fields
            for after in [shown(row, field, zone)]
            if (getattr(before, field.attname) != getattr(row, field.attname) if before else after != "–")
        ]
    return Edit(row.history_date, str(row.history_user or _("System")), what, changes)
