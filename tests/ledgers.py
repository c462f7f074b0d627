"""Ledgers as property companies keep them, made in memory for the tests of the importer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from owners.importing.reading import Reading
from owners.importing.register import read_register

JINXIU = Path(__file__).parent / "data" / "register-jinxiu.xlsx"
HEADER = ["楼栋", "单元", "房号", "业主姓名", "联系电话", "建筑面积\n（㎡）", "入住日期", "备注"]

Rows = Iterable[Iterable[Any]]


def xlsx(rows: Rows = (), *, name: str = "Sheet1", **sheets: Rows) -> bytes:
    """A workbook of one sheet called `name`, or of several given by their names."""
    book = Workbook()
    book.remove(book.active)
    for title, table in (sheets or {name: rows}).items():
        sheet = book.create_sheet(title)
        for row in table:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_bytes(rows: Rows, encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


def ledger(*rows: Iterable[Any], header: list[str] = HEADER) -> Reading:
    """The reading of a one-sheet workbook with the usual header and these rows below it."""
    return read_register(xlsx([header, *rows]), "台账.xlsx")


def problems(reading: Reading) -> list[tuple[int, str]]:
    return [(line.row, line.sentence) for line in reading.problems]


def people(reading: Reading) -> dict[str, list[tuple[str, str, tuple[str, ...]]]]:
    """Short name of the unit → (name, capacity, numbers) of everyone there."""
    found: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
    for entry in reading.entries:
        found.setdefault(entry.place.code, []).extend(
            (person.name, person.capacity, person.phones) for person in entry.people
        )
    return found
