"""Reads the cells of one row and gathers everything wrong with it, not only the first. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from owners.importing.cells import Bad, text_of
from owners.importing.files import Row
from owners.importing.table import Table
from owners.importing.words import Column

T = TypeVar("T")


class RowReader:
    """`wrong` are the sentences on what cannot be read, `notes` on what was decided."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.row = table, row
        self.wrong: list[str] = []
        self.notes: list[str] = []

    def cell(self, column: Column) -> Any:
        return self.table.get(self.row, column)

    def attempt(self, read: Callable[..., T], *args: Any, default: T) -> T:
        try:
            return read(*args)
        except Bad as sentence:
            self.wrong.append(str(sentence))
            return default

    def text(self, column: Column) -> str:
        return self.attempt(text_of, self.cell(column), default="")
