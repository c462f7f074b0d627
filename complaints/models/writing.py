"""New rows in plain statements: putting them into SQL costs the ORM more than the database takes.

`insert` writes tuples by the thousand and leaves alone what is there, `write` a few rows of one model
and gives them their keys, `add` one row with the first version of its history.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
        if table.takes_all_as_one:
            cursor.execute(f"{table.from_json} ON CONFLICT DO NOTHING", [table.json(rows)])
        else:
            cursor.executemany(f"{table.from_values} ON CONFLICT DO NOTHING", [*map(table.adapted, rows)])


def write(rows: Iterable[models.Model]) -> None:
    """Write new rows of one model, which get their keys; nothing else of them is read back."""
    rows = list(rows)
    if not rows:
        return
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    table = _table(model, tuple(field.attname for field in fields))
    values = [[getattr(row, field.attname) for field in fields] for row in rows]
    key = f"RETURNING {model._meta.pk.column}"
    with connection.cursor() as cursor:
        if table.takes_all_as_one and len(rows) > 1:
            cursor.execute(f"{table.from_json} {key}", [table.json(values)])
            keys = [made for (made,) in cursor.fetchall()]
        else:
            keys = []
            for one in values:
                cursor.execute(f"{table.from_values} {key}", table.adapted(one))
                keys.append(cursor.fetchone()[0])
    for row, made in zip(rows, keys, strict=True):
        _is_there(row, made)


def add(row: models.Model, *, by: User | None, at: datetime) -> None:
    """Write a new row and the first version of its history, in the name of `by` (None: the customer)."""
    known = _versioned(type(row))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in known.fields]
    made_by = [connection.ops.adapt_datetimefield_value(at), by.pk if by else None]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            version = known.version.format(source="made", which="")
            cursor.execute(f"WITH made AS ({known.row} RETURNING *) {version}", [*values, *made_by])
            key = cursor.fetchone()[0]
        else:
            cursor.execute(f"{known.row} RETURNING {known.key}", values)
            key = cursor.fetchone()[0]
            version = known.version.format(source=known.name, which=f" WHERE {known.key} = %s")
            cursor.execute(version, [*made_by, key])
    _is_there(row, key)


def _is_there(row: models.Model, key: int) -> None:
    row.pk = key
    row._state.adding, row._state.db = False, connection.alias


# Statements, each put together once a process ----------------------------------------------------------


class _Table:
    """How rows of some columns go into their table."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        fields: list[Any] = [model._meta.get_field(column) for column in columns]
        self._adapters = [_adapter(field) for field in fields]
        quoted = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        into = f"INSERT INTO {model._meta.db_table} ({quoted})"
        self.from_values = f"{into} VALUES ({', '.join(['%s'] * len(fields))})"
        # All rows as one value: on PostgreSQL each parameter of its own costs more than its row.
        self.takes_all_as_one = connection.vendor == "postgresql"
        cells = ", ".join(f"(said->>{place})::{_type(field)}" for place, field in enumerate(fields))
        self.from_json = f"{into} SELECT {cells} FROM jsonb_array_elements(%s::jsonb) AS said"  # noqa: S608

    def json(self, rows: Sequence[Sequence[Any]]) -> str:
        return json.dumps(rows, default=datetime.isoformat)

    def adapted(self, row: Sequence[Any]) -> list[Any]:
        return [adapt(value) for adapt, value in zip(self._adapters, row, strict=True)]


@cache
def _table(model: type[models.Model], columns: tuple[str, ...]) -> _Table:
    return _Table(model, columns)


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


@dataclass(frozen=True)
class _Versioned:
    """How one row goes into its table, and from there into that of its versions."""

    name: str
    key: str
    fields: list[Any]
    row: str
    version: str


@cache
def _versioned(model: Any) -> _Versioned:
    table, versions = model._meta, model.history.model._meta
    fields = [field for field in table.concrete_fields if not field.primary_key]
    kept = {field.column for field in versions.concrete_fields}
    columns = [field.column for field in fields]
    shared = ", ".join(f'"{name}"' for name in [table.pk.column, *columns] if name in kept)
    row = ", ".join(f'"{name}"' for name in columns)
    return _Versioned(
        name=table.db_table,
        key=table.pk.column,
        fields=fields,
        row=f"INSERT INTO {table.db_table} ({row}) VALUES ({', '.join(['%s'] * len(fields))})",  # noqa: S608
        version=(
            f"INSERT INTO {versions.db_table} ({shared}, history_type, history_date, history_user_id)"  # noqa: S608
            f" SELECT {shared}, '+', %s, %s FROM {{source}}{{which}} RETURNING {table.pk.column}"
        ),
    )
