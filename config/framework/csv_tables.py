"""Tables people open in Excel: it reads them as UTF-8, and takes no cell of theirs for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpResponse

#: Without it Excel takes UTF-8 for the local code page.
BEGINNING = "\ufeff"
CONTENT_TYPE = "text/csv; charset=utf-8"


class _Echo:
    """What csv writes comes back as text."""

    def write(self, text: str) -> str:
        return text


_WRITER = csv.writer(_Echo())


def csv_line(cells: Iterable[object]) -> str:
    line: str = _WRITER.writerow(map(_inert, cells))
    return line


def csv_table(filename: str, lines: Iterable[Iterable[object]]) -> HttpResponse:
    """A file to download; the first of `lines` is the heading."""
    response = HttpResponse(BEGINNING + "".join(map(csv_line, lines)), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _inert(value: object) -> str:
    text = str(value)
    if isinstance(value, int | float | Decimal):  # a number less than nothing is no formula
        return text
    return "'" + text if text[:1] in "=+-@\t\r\n＝＋－＠" and text else text
