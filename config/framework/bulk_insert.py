"""New rows of several tables in one call: objects by `bulk_create`, with the first version of their history.

Tuples are for the sweep and the outbox, which write rows by the thousand that nobody reads back: an object of
each costs more than the database takes to keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models


class Rows(NamedTuple):
    """Rows as tuples of `columns`, of every one without a default; what is there already stays.

    A foreign key is a key or an object, which may be written in the same call.
    """

    model: type[models.Model]
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write(*what: models.Model | Rows, by: models.Model | None = None, at: datetime | None = None) -> None:
    """Write new rows, parents before children; objects get their keys.

    Of a model with a history the first version is written too, at the time `at` in the name of `by`
    (None: the customer, or a rule of ours). Raises ValueError for a parent that is nowhere.
    """
    objects: dict[type[models.Model], list[models.Model]] = {}
    for each in what:
        if isinstance(each, models.Model):
            objects.setdefault(type(each), []).append(each)
    for model, some in objects.items():
        model._default_manager.bulk_create(some)
        if hasattr(model, "history"):
            write_versions(model, [row.pk for row in some], by, at)
    for each in what:
        if isinstance(each, Rows):
            insert(*each)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write tuples of one model; a row that is there already stays as it is."""
    statement, fields = _insert(model, tuple(columns))
    prepared = [
        [
            field.get_db_prep_save(value.pk if isinstance(value, models.Model) else value, connection)
            for field, value in zip(fields, row, strict=True)
        ]
        for row in rows
    ]
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(statement, prepared)


@cache
def _insert(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, list[Any]]:
    fields: list[Any] = [model._meta.get_field(column) for column in columns]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(["%s"] * len(fields))
    into = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({values})"  # noqa: S608
    return f"{into} ON CONFLICT DO NOTHING", fields


@cache
def first_version(model: Any, kind: str = "+", dated: str = "%s") -> str:
    """The statement that takes the first version of rows from where they stand, `{source}`.

    `kind` "~": a later one. `dated`: the column whose value is its time, where that is not one for all.
    """
    versions = model.history.model._meta
    kept = {field.column for field in versions.concrete_fields}
    shared = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column in kept)
    return (
        f"INSERT INTO {versions.db_table} ({shared}, history_type, history_date, history_user_id)"  # noqa: S608
        f" SELECT {shared}, '{kind}', {dated}, %s FROM {{source}}"
    )


def write_versions(
    model: type[models.Model],
    keys: Sequence[int],
    by: models.Model | None,
    at: datetime | None,
    *,
    kind: str = "+",
    dated: str = "",
) -> None:
    """A version of each row as it stands, in one statement: at `at`, or at the time in its column `dated`."""
    if at is None and not dated:
        raise ValueError("The first version of a row needs its time.")
    marks = ", ".join(["%s"] * len(keys))
    source = f"{model._meta.db_table} WHERE id IN ({marks})"
    when = [] if at is None else [connection.ops.adapt_datetimefield_value(at)]
    statement = first_version(model, kind, dated or "%s").format(source=source)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*when, by.pk if by else None, *keys])
