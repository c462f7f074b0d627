"""Writing rows by the thousand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as tuples of `columns` (every one without a default in the database); what is there stays.

    One statement, prepared once; without a model object for each row it is a tenth of bulk_create's work.
    """
    fields = [model._meta.get_field(column) for column in columns]
    adapters = [_adapter(field) for field in fields]
    values = [[adapt(value) for adapt, value in zip(adapters, row, strict=True)] for row in rows]
    if not values:
        return
    sql = (  # names of our own columns only
        f"INSERT INTO {model._meta.db_table} ({', '.join(field.column for field in fields)})"  # noqa: S608
        f" VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _adapter(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.JSONField):
        return json.dumps
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
