"""How a row of staff's is written: with who did it in its history."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from staff.models import User


def edit(row: Model, changes: dict[str, Any], *, by: User) -> None:
    """Overwrite the named columns of a staff row; the version before stays in its history."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean(exclude={f.name for f in row._meta.fields} - set(changes))
    row._history_user = by
    row.save(update_fields=list(changes))


def keep(row: Model, by: User | None) -> None:
    if by is not None:
        row._history_user = by
    row.full_clean(validate_unique=True)
    row.save()
