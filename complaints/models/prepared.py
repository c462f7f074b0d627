"""Queries whose shape never changes, put into SQL once a process."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """The rows of a `values_list` that differs from time to time in its keys only.

    Putting a query of many joins into SQL costs the ORM more than the database takes to answer it. `build`
    says the query in the ORM's words, with one argument for each key; it is asked once.

    >>> files_of = Prepared(lambda case: Attachment.objects.filter(complaint=case).values_list("name"))
    >>> list(files_of(7))  # doctest: +SKIP
    [['leak.jpg']]
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...], dict[Any, int], Any]:
        # Keys that no row has stand for those to come.
        keys = {-(2**62) - n: n for n in range(len(inspect.signature(self._build).parameters))}
        compiler = self._build(*keys).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return compiler, sql, params, keys, converters

    def __call__(self, *keys: int) -> Iterator[list[Any]]:
        compiler, sql, params, places, converters = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [keys[places[p]] if p in places else p for p in params])
            return compiler.apply_converters(cursor.fetchall(), converters)
