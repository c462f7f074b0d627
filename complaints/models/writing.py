"""New rows in plain statements: putting them into SQL costs the ORM more than the database takes.

`insert` writes tuples by the thousand and leaves alone what is there, `write` a few rows of one model
and gives them their keys, `add` one row with the first version of its history.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

from staff.models import User


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as tuples of `columns`, of every one without a default; what is there already stays."""
    rows = list(rows)
    if not rows:
        return
    table = _table(model, tuple(columns))
    with connection.cursor() as cursor:
        if table.takes_json:
            cursor.execute(f"{table.into} ON CONFLICT DO NOTHING", [table.json(rows)])
        else:
            cursor.executemany(f"{table.into} ON CONFLICT DO NOTHING", [*map(table.adapted, rows)])


def write(rows: Iterable[models.Model]) -> None:
    """Write new rows of one model, which get their keys; nothing else of them is read back."""
    rows = list(rows)
    if not rows:
        return
    table = _all_of(type(rows[0]))
    with connection.cursor() as cursor:
        if table.takes_json:
            cursor.execute(f"{table.into} RETURNING id", [table.json([table.values(row) for row in rows])])
            keys = [made for (made,) in cursor.fetchall()]
        else:
            keys = []
            for row in rows:
                cursor.execute(f"{table.into} RETURNING id", table.adapted(table.values(row)))
                keys.append(cursor.fetchone()[0])
    for row, made in zip(rows, keys, strict=True):
        _is_there(row, made)


def add(row: models.Model, *, by: User | None, at: datetime) -> None:
    """Write a new row and the first version of its history, in the name of `by` (None: the customer)."""
    table, version = _all_of(type(row)), _first_version(type(row))
    made_by = [connection.ops.adapt_datetimefield_value(at), by.pk if by else None]
    with connection.cursor() as cursor:
        if table.takes_json:
            both = f"WITH made AS ({table.into} RETURNING *) {version.format(source='made', which='')}"
            cursor.execute(both, [table.json([table.values(row)]), *made_by])
            key = cursor.fetchone()[0]
        else:
            cursor.execute(f"{table.into} RETURNING id", table.adapted(table.values(row)))
            key = cursor.fetchone()[0]
            of_it = version.format(source=row._meta.db_table, which=" WHERE id = %s")
            cursor.execute(of_it, [*made_by, key])
    _is_there(row, key)


def _is_there(row: models.Model, key: int) -> None:
    row.pk = key
    row._state.adding, row._state.db = False, connection.alias


# Statements, each put together once a process ----------------------------------------------------------


class _Table:
    """How rows of some columns go into their table; keys are called id."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        fields: list[Any] = [model._meta.get_field(column) for column in columns]
        self._names = [field.attname for field in fields]
        self._adapters = [_adapter(field) for field in fields]
        quoted = ", ".join(f'"{field.column}"' for field in fields)
        # All rows as one value: on PostgreSQL each parameter of its own costs more than its row.
        self.takes_json = connection.vendor == "postgresql"
        if self.takes_json:
            cells = ", ".join(f"(said->>{place})::{_type(field)}" for place, field in enumerate(fields))
            source = f"SELECT {cells} FROM jsonb_array_elements(%s::jsonb) AS said"  # noqa: S608
        else:
            source = f"VALUES ({', '.join(['%s'] * len(fields))})"
        self.into = f"INSERT INTO {model._meta.db_table} ({quoted}) {source}"

    def values(self, row: models.Model) -> list[Any]:
        return [getattr(row, name) for name in self._names]

    def json(self, rows: Sequence[Sequence[Any]]) -> str:
        return json.dumps(rows, default=datetime.isoformat)

    def adapted(self, row: Sequence[Any]) -> list[Any]:
        return [adapt(value) for adapt, value in zip(self._adapters, row, strict=True)]


@cache
def _table(model: type[models.Model], columns: tuple[str, ...]) -> _Table:
    return _Table(model, columns)


@cache
def _all_of(model: type[models.Model]) -> _Table:
    return _Table(model, [field.attname for field in model._meta.concrete_fields if not field.primary_key])


@cache
def _first_version(model: Any) -> str:
    """How the version of a row is taken from where it stands: `{source}`, `{which}`."""
    versions = model.history.model._meta
    kept = {field.column for field in versions.concrete_fields}
    shared = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column in kept)
    return (
        f"INSERT INTO {versions.db_table} ({shared}, history_type, history_date, history_user_id)"  # noqa: S608
        f" SELECT {shared}, '+', %s, %s FROM {{source}}{{which}} RETURNING id"
    )


def _type(field: Any) -> str:
    """Without its length: a cast would cut what is too long, the column refuses it."""
    return str(field.db_type(connection)).partition("(")[0]


def _adapter(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.JSONField):
        return json.dumps
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
