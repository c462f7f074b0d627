"""New rows in plain statements: putting them into SQL costs the ORM more than the database takes.

`write` takes objects of several models and tuples by the thousand, parents before children; `insert` is
its short form for tuples of one model. On PostgreSQL all of it is one statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models

from staff.models import User


class Rows(NamedTuple):
    """Rows as tuples of `columns`, of every one without a default; what is there already stays.

    A foreign key is a key or an object, which may be written in the same call.
    """

    model: type[models.Model]
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    write(Rows(model, columns, list(rows)))


def write(*what: models.Model | Rows, by: User | None = None, at: datetime | None = None) -> None:
    """Write new rows, parents before children. Objects get their keys; nothing else of them is read back.

    Of a model with a history the first version is written too, at the time `at` in the name of `by`
    (None: the customer, or a rule of ours). Raises ValueError for a parent that is nowhere.
    """
    parts = list(_parts(what))
    if parts and connection.vendor == "postgresql":
        _write_at_once(parts, by, at)
    elif parts:
        _write_one_by_one(parts, by, at)


# Parts: the rows of one table ------------------------------------------------------------------------


class _Part(NamedTuple):
    table: _Table
    objects: Sequence[models.Model]  # none for tuples
    rows: Sequence[Sequence[Any]]


#: Where an object stands that has no key yet: its part, its place in it from 1.
Places = dict[int, tuple[int, int]]


def _parts(what: Iterable[models.Model | Rows]) -> Iterator[_Part]:
    objects: dict[type[models.Model], list[models.Model]] = {}
    tuples: list[_Part] = []
    for each in what:
        if isinstance(each, models.Model):
            objects.setdefault(type(each), []).append(each)
        elif each.rows:
            tuples.append(_Part(_table(each.model, tuple(each.columns)), (), each.rows))
    for model, some in objects.items():
        table = _table(model, None)
        yield _Part(table, some, [table.values(row) for row in some])
    yield from tuples


def _keyed(part: _Part, places: Places) -> tuple[list[list[Any]], dict[int, int]]:
    """The rows with keys for objects; for one without a key its place, below every key.

    Besides, which columns hold places, and of which part.
    """
    rows, waiting = [list(row) for row in part.rows], {}
    for row in rows:
        for column, _name in part.table.parents:
            if isinstance(parent := row[column], models.Model):
                if parent.pk is None and id(parent) not in places:
                    raise ValueError(f"{parent!r} is to be written before its rows in {part.table.name}.")
                if parent.pk is None:
                    waiting[column], place = places[id(parent)]
                row[column] = parent.pk or -place
    return rows, waiting


def _made_by(by: User | None, at: datetime | None) -> list[Any]:
    if at is None:
        raise ValueError("The first version of a row needs its time.")
    return [connection.ops.adapt_datetimefield_value(at), by.pk if by else None]


# SQLite: one statement a row --------------------------------------------------------------------------


def _write_one_by_one(parts: list[_Part], by: User | None, at: datetime | None) -> None:
    with connection.cursor() as cursor:
        for part in parts:
            table, rows = part.table, map(part.table.adapted, _keyed(part, {})[0])
            if not part.objects:
                cursor.executemany(f"{table.into} {table.one} ON CONFLICT DO NOTHING", [*rows])
                continue
            for object_, row in zip(part.objects, rows, strict=True):
                cursor.execute(f"{table.into} {table.one} RETURNING id", row)
                key = cursor.fetchone()[0]
                if table.version:
                    of_it = table.version.format(source=f"{table.name} WHERE id = %s")
                    cursor.execute(of_it, [*_made_by(by, at), key])
                table.is_there(object_, key)


# PostgreSQL: one statement, the rows of each table as one value -----------------------------------------


def _write_at_once(parts: list[_Part], by: User | None, at: datetime | None) -> None:
    """Each parameter of its own costs more than its row, each statement more than its table."""
    new = [(part.table, object_) for part in parts for object_ in part.objects]
    places = {
        id(object_): (number, place)
        for number, part in enumerate(parts)
        for place, object_ in enumerate(part.objects, start=1)
    }
    params: list[Any] = []
    shape = []
    for part in parts:
        rows, waiting = _keyed(part, places)
        shape.append((part.table, bool(part.objects), tuple(waiting.items())))
        params.append(json.dumps(rows, default=datetime.isoformat))
        if part.table.version:
            params += _made_by(by, at)
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(shape)), params)
        made = cursor.fetchall() if new else []
    for (table, object_), (key,) in zip(new, made, strict=True):
        table.is_there(object_, key)


@cache
def _statement(shape: tuple[tuple[_Table, bool, tuple[tuple[int, int], ...]], ...]) -> str:
    """The parts as one statement: for each its table, whether keys come back, and which of its columns
    hold places in which other part.
    """
    named = {number for _table, _keys, parents in shape for _column, number in parents}
    steps, answers = [], []
    for number, (table, has_keys, parents) in enumerate(shape):
        cells = ", ".join(table.cell(place, dict(parents).get(place)) for place in range(len(table.names)))
        rows = f"{table.into} SELECT {cells} FROM jsonb_array_elements(%s::jsonb) AS said"  # noqa: S608
        if not has_keys:
            steps.append(f"made{number} AS ({rows} ON CONFLICT DO NOTHING)")
            continue
        steps.append(f"made{number} AS ({rows} RETURNING {'*' if table.version else 'id'})")
        answers.append(f"SELECT id FROM made{number}")  # noqa: S608
        if table.version:
            steps.append(f"version{number} AS ({table.version.format(source=f'made{number}')})")
        if number in named:
            steps.append(
                f"keys{number} AS (SELECT id, -row_number() OVER () AS place FROM made{number})"  # noqa: S608
            )
    return f"WITH {', '.join(steps)} {' UNION ALL '.join(answers) or 'SELECT 1'}"


# Tables, each put together once a process ---------------------------------------------------------------


class _Table:
    """How rows of some columns go into their table; keys are called id."""

    def __init__(self, model: Any, columns: Sequence[str] | None) -> None:
        every = [field for field in model._meta.concrete_fields if not field.primary_key]
        fields: list[Any] = [model._meta.get_field(c) for c in columns] if columns else every
        self.name = model._meta.db_table
        self.names = [field.attname for field in fields]
        self.parents = [(place, field.name) for place, field in enumerate(fields) if field.is_relation]
        self._adapters = [_adapter(field) for field in fields]
        self._types = [_type(field) for field in fields]
        quoted = ", ".join(f'"{field.column}"' for field in fields)
        self.into = f"INSERT INTO {self.name} ({quoted})"
        self.one = f"VALUES ({', '.join(['%s'] * len(fields))})"
        self.version = "" if columns or not hasattr(model, "history") else first_version(model)

    def values(self, row: models.Model) -> list[Any]:
        """The row's columns; for a parent that has no key yet the parent itself."""
        values = [getattr(row, name) for name in self.names]
        for place, name in self.parents:
            if values[place] is None:
                values[place] = row._state.fields_cache.get(name)
        return values

    def is_there(self, row: models.Model, key: int) -> None:
        """Tell an object its key, and those of parents that had none when it named them."""
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
        for place, name in self.parents:
            if getattr(row, self.names[place]) is None and (parent := row._state.fields_cache.get(name)):
                setattr(row, name, parent)

    def cell(self, place: int, parents: int | None) -> str:
        """One column of a row; where another part may hold the parent, the key of the one at that place."""
        value = f"(said->>{place})::{self._types[place]}"
        if parents is None:
            return value
        return f"COALESCE((SELECT id FROM keys{parents} WHERE place = {value}), {value})"  # noqa: S608

    def adapted(self, row: Sequence[Any]) -> list[Any]:
        return [adapt(value) for adapt, value in zip(self._adapters, row, strict=True)]


@cache
def _table(model: type[models.Model], columns: tuple[str, ...] | None) -> _Table:
    """`columns` None: all but the key."""
    return _Table(model, columns)


def first_version(model: Any) -> str:
    """The statement that takes the first version of rows from where they stand, `{source}`."""
    versions = model.history.model._meta
    kept = {field.column for field in versions.concrete_fields}
    shared = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column in kept)
    return (
        f"INSERT INTO {versions.db_table} ({shared}, history_type, history_date, history_user_id)"  # noqa: S608
        f" SELECT {shared}, '+', %s, %s FROM {{source}}"
    )


def _type(field: Any) -> str:
    """Without its length: a cast would cut what is too long, the column refuses it."""
    return str(field.db_type(connection)).partition("(")[0]


def _adapter(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return json.dumps if isinstance(field, models.JSONField) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
