"""Flat tables people go on working with: one row of headings, then rows of plain values, as CSV or Excel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from config.framework.csv_tables import csv_table
from reports import excel
from reports.excel import Column, Table

FORMS = ("csv", "xlsx")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def flat_file(
    form: str, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], zone: ZoneInfo
) -> HttpResponseBase:
    """The file to keep, `name` with its ending; never cached by others."""
    if form == "csv":
        response = csv_table("table.csv", _lines(columns, rows, zone))
    else:
        table = Table(name[:31], "", "", columns, rows, is_flat=True)
        response = HttpResponse(excel.workbook([table], zone), content_type=EXCEL)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _lines(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], zone: ZoneInfo
) -> Iterator[Iterable[object]]:
    yield [column.label for column in columns]
    for row in rows:
        yield [_plain(value, zone) for value in row]


def _plain(value: object, zone: ZoneInfo) -> object:
    """Excel reads 2026-03-02 09:14 as a moment; a share to four places, as 0.9333."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return round(value, 4) if isinstance(value, float) else value
