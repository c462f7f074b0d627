"""How tables are emptied after a test whose rows were really written.

Django truncates all of them, a hundred and more files on PostgreSQL, and makes the types of content and the
permissions anew, whatever the test wrote: here those rows stay, and only tables that hold others are emptied.
"""

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

#: What Django would make again just as it is.
STAYS = frozenset({"django_content_type", "auth_permission"})


def empty_after(test: TransactionTestCase) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    for alias in test._databases_names(include_mirrors=False):
        empty(connections[alias])


def empty(database: BaseDatabaseWrapper) -> list[str]:
    """Delete every row of the house's tables; the tables that had any."""
    tables = sorted(set(database.introspection.django_table_names(only_existing=True)) - STAYS)
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables
    )
    off, block = database.constraint_checks_disabled(), transaction.atomic(database.alias)
    with off, block, database.cursor() as cursor:
        if database.vendor == "postgresql":  # rows go in any order, and no trigger asks why
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(asked)
        found = [table for (table,) in cursor.fetchall()]
        for table in found:
            cursor.execute(f'DELETE FROM "{table}"')
    return found
