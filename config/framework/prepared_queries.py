"""Queries whose shape never changes, put into SQL once a process."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, ValuesIterable, get_related_populators

#: Statements kept for one query. A new sort of keys after that takes the place of the oldest.
MOST_STATEMENTS = 200


class Keys(Protocol):
    """Several keys that go together, such as the places where somebody may read."""

    def sort(self) -> Hashable:
        """What of them decides about the SQL: never the keys themselves."""

    def like_these(self, numbers: Iterator[int]) -> Self:
        """Keys of the same sort that nobody has, made of the next `numbers`."""

    def stored(self) -> list[int]:
        """The keys, in the order in which `like_these` makes them."""


#: What a query is asked with: a key, a word, a time, keys that go together, or None where it does without.
Key = int | str | datetime | Keys | None


class PreparedQuery:
    """The rows of a query that differs from time to time in its keys only.

    Putting a query of many joins into SQL costs the ORM more than the database takes to answer it: kept where
    a page's figures need it, each use with its gain. `build` says the query in the ORM's words, with one
    argument for each key, or `*keys` for any number of them. It is asked once for each sort of keys: how many
    there are, numbers, words or times. Only the SQL is kept; whose keys are asked for is said anew every
    time. What `build` works out of a key, such as the end of a day, must be a key of its own: else
    ValueError. What it reads by itself, such as a policy, must not decide about the SQL.

    Rows come as the query says: `values_list` as lists, `values` as dictionaries, else as objects with what
    `select_related` and `annotate` put on them.

    >>> files_of = PreparedQuery(lambda case: Attachment.objects.filter(complaint=case).values_list("name"))
    >>> list(files_of(7))  # doctest: +SKIP
    [['leak.jpg']]
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._statements: dict[tuple[Any, ...], _Statement] = {}

    def __call__(self, *keys: Key) -> Iterator[Any]:
        sort = tuple(map(_sort, keys))
        statement = self._statements.get(sort)
        if statement is None:
            statement = _Statement(self._build, keys)
            while len(self._statements) >= MOST_STATEMENTS:
                self._statements.pop(next(iter(self._statements)), None)
            self._statements[sort] = statement
        return statement.run(keys)


class _Statement:
    """One query in SQL, and how its rows are read."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], keys: Sequence[Key]) -> None:
        stand_ins = [_stand_in(key, numbers) for numbers in [count(1)] for key in keys]
        rows = build(*stand_ins)
        self._compiler = rows.query.get_compiler(connection=connection)
        try:
            self._sql, self._params = self._compiler.as_sql()
        except EmptyResultSet:  # no row can answer it, whatever the keys are
            self._sql = ""
            return
        self._places = {key: place for place, key in enumerate(_stored(stand_ins))}
        self._refuse_worked_out(build, keys)
        self._converters = self._compiler.get_converters([column for column, *_ in self._compiler.select])
        self._names = list(rows.query.selected or ())
        readers = {ModelIterable: self._objects, ValuesIterable: self._dictionaries}
        self._read = readers.get(rows._iterable_class, iter)

    def run(self, keys: Sequence[Key]) -> Iterator[Any]:
        if not self._sql:
            return iter(())
        stored = _stored(keys)
        params = [stored[self._places[p]] if p in self._places else p for p in self._params]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            return self._read(self._compiler.apply_converters(cursor.fetchall(), self._converters))

    def _refuse_worked_out(self, build: Callable[..., QuerySet[Any, Any]], keys: Sequence[Key]) -> None:
        """A parameter that is no key must be the same whatever the keys are."""
        others = [_stand_in(key, numbers) for numbers in [count(10_001)] for key in keys]
        _sql, params = build(*others).query.get_compiler(connection=connection).as_sql()
        pairs = zip(self._params, params, strict=True)
        if any(repr(p) != repr(other) for p, other in pairs if p not in self._places):
            raise ValueError("A prepared query works something out of its keys; make that a key too.")

    def _dictionaries(self, rows: Iterator[Sequence[Any]]) -> Iterator[dict[str, Any]]:
        return (dict(zip(self._names, row, strict=True)) for row in rows)

    def _objects(self, rows: Iterator[Sequence[Any]]) -> Iterator[Any]:
        """As Django puts objects together of a row's columns."""
        info, annotations = self._compiler.klass_info, self._compiler.annotation_col_map
        own = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        columns = [column.target.attname for column, *_ in self._compiler.select[own]]
        # The stubs are those of a later Django.
        related = get_related_populators(info, self._compiler.select, connection.alias)  # type: ignore[call-arg]
        for row in rows:
            found = info["model"].from_db(connection.alias, columns, row[own])
            for other in related:
                other.populate(row, found)
            for name, place in annotations.items():
                setattr(found, name, row[place])
            yield found


# Keys ----------------------------------------------------------------------------------------------


def _sort(key: Key) -> Any:
    """What of a key decides about the SQL."""
    if key is None or isinstance(key, int | str | datetime):
        return type(key)
    return type(key), key.sort()


def _stand_in(key: Key, numbers: Iterator[int]) -> Key:
    """A key of the same sort that nobody has."""
    match key:
        case None:
            return None
        case str():
            return f"stands in {next(numbers)}"
        case datetime():
            return datetime(1900, 1, 1, tzinfo=UTC) + timedelta(hours=next(numbers))
        case int():
            return next(_nobodys(numbers))
        case _:
            return key.like_these(_nobodys(numbers))


def _nobodys(numbers: Iterator[int]) -> Iterator[int]:
    """Keys that no row has."""
    return (-(2**62) + number for number in numbers)


def _stored(keys: Sequence[Key]) -> list[Any]:
    """The keys as the database takes them, one after the other."""
    stored: list[Any] = []
    for key in keys:
        if isinstance(key, datetime):
            stored.append(connection.ops.adapt_datetimefield_value(key))
        elif key is None or isinstance(key, int | str):
            stored.append(key)
        else:
            stored += key.stored()
    return stored
