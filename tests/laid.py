"""The cast is made once by the actions, and laid as the same rows in every test.

A person, a home, an owner cost seven to fifteen milliseconds each of checks and histories: with the seven
people and the home that most tests ask for, seventy of each test. So all of the cast is made once in every
process, in a transaction that is taken back, and its rows are noted as they stand. A test that asks for
somebody gets these rows, in one statement a table, and a copy of what the fixture answered, in which the
fixtures it was given are those of this test.

Rows have the same numbers in each test, in the order in which the cast is defined, and below those of all
that a test writes itself.
"""

from __future__ import annotations

import copy
import functools
import inspect
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction

#: Set: everybody is made anew in each test (bin/mutants, where a mistake in the actions has to be met).
ANEW = "SHOUWEN_CAST_ANEW"


@dataclass
class Part:
    """One fixture of the cast."""

    make: Callable[..., Any]
    written: list[str] = field(default_factory=list)  # the statements that write its rows
    answer: Any = None  # as it was when just made
    here: Any = None  # what this test has of it

    @functools.cached_property
    def asks(self) -> list[str]:
        return [name for name in inspect.signature(self.make).parameters if name != "db"]


CAST: dict[str, Part] = {}


def laid(make: Callable[..., Any]) -> Callable[..., Any]:
    """For a fixture that inserts rows, changes none, and asks for nothing but `db` and others of its kind."""
    part = CAST[make.__name__] = Part(make)

    @functools.wraps(make)
    def lay(**given: Any) -> Any:
        # Where a test has a house of its own under one of these names, its people are made for it.
        if not part.written or any(CAST[name].here is not given[name] for name in part.asks):
            part.here = None
            return make(**given)
        write = [";".join(part.written)] if connection.vendor == "postgresql" else part.written
        with connection.cursor() as cursor:
            for statement in write:
                cursor.execute(statement)
        others = (other for other in CAST.values() if other is not part and other.here is not None)
        part.here = copy.deepcopy(part.answer, {id(other.answer): other.here for other in others})
        return part.here

    return lay


def make_cast() -> None:
    """Note the rows of all; before the first test, since nothing else may stand in the tables."""
    if os.environ.get(ANEW):
        return
    with transaction.atomic():
        last = _make_all()
        transaction.set_rollback(True)
    if connection.vendor == "sqlite":  # PostgreSQL's sequences go on by themselves
        _number_from(last)
    connection.close()


def _make_all() -> dict[str, int]:
    """Make and note the whole cast; by table, the last number that was given."""
    last: dict[str, int] = {}
    made: dict[str, Any] = {}
    for name, part in CAST.items():
        before: dict[str, int] = {}
        with connection.execute_wrapper(functools.partial(_note, before)):
            made[name] = part.make(**{ask: made[ask] for ask in part.asks}, **needs_rows(part))
        known = {id(made[other]): CAST[other].answer for other in made if other != name}
        part.answer = copy.deepcopy(made[name], known)
        for table, number in before.items():
            statement, last[table] = _as_written(table, number)
            part.written.append(statement)
    return last


def needs_rows(part: Part) -> dict[str, None]:
    """What stands in for pytest's `db` where a fixture is called without pytest."""
    return {"db": None} if "db" in inspect.signature(part.make).parameters else {}


_WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


def _note(before: dict[str, int], execute: Callable[..., Any], sql: str, *more: Any) -> Any:
    """Before the first row goes into a table: the number of its last one."""
    if found := _WRITES.match(sql):
        verb, table = found.groups()
        assert verb == "INSERT INTO", f"the cast is only laid, nothing in it changes: {sql}"
        if table not in before:
            before[table] = -1
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT coalesce(max("{_key(table)}"), 0) FROM "{table}"')
                before[table] = cursor.fetchone()[0]
    return execute(sql, *more)


def _key(table: str) -> str:
    models = apps.get_models(include_auto_created=True)
    return str(next(model for model in models if model._meta.db_table == table)._meta.pk.column)


def _as_written(table: str, before: int) -> tuple[str, int]:
    """The statement that writes all rows after a number once more, and the last of them."""
    key = _key(table)
    quoted = 'quote("{}")' if connection.vendor == "sqlite" else 'quote_nullable("{}"::text)'
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        values = ", ".join(quoted.format(name) for name in columns)
        cursor.execute(f'SELECT "{key}", {values} FROM "{table}" WHERE "{key}" > %s ORDER BY 1', [before])
        rows = cursor.fetchall()
    names = ", ".join(f'"{name}"' for name in columns)
    lines = ", ".join(f"({', '.join(row[1:])})" for row in rows)
    return f'INSERT INTO "{table}" ({names}) VALUES {lines}', rows[-1][0]


def _number_from(last: dict[str, int]) -> None:
    """Rows of the tests begin after those of the cast."""
    with connection.cursor() as cursor:
        for table, number in last.items():
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
