"""Figures as HTML tables: the same fragment in the page and in the PDF.

Written here and not in a template because a report has a thousand cells. Everything is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Column:
    label: str
    kind: Literal["", "num", "nowrap", "is-word", "is-text", "is-place"] = ""
    bold: bool = False


def num(label: str, *, bold: bool = False) -> Column:
    """A column of numbers."""
    return Column(label, "num", bold)


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]], *, keep: bool = True) -> SafeString:
    """The rows under their headings; nothing when there are none. `keep` leaves them on one page."""
    cells = [cell(column) for column in columns]
    body = "".join(
        "<tr>"
        + "".join(before + text(value) + after for (before, after), value in zip(cells, row, strict=True))
        + "</tr>\n"
        for row in rows
    )
    if not body:
        return SafeString("")
    head = "".join(
        f'<th class="num">{escape(column.label)}</th>'
        if column.kind == "num"
        else f"<th>{escape(column.label)}</th>"
        for column in columns
    )
    wrap = "table-wrap keep" if keep else "table-wrap"
    kind = "data" if any(column.kind == "nowrap" for column in columns) else "data is-even"
    return mark_safe(  # noqa: S308 (every value is escaped above)
        f'<div class="{wrap}" tabindex="0"><table class="{kind}">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody>\n</table></div>"
    )


def cell(column: Column) -> tuple[str, str]:
    before = f'<td class="{column.kind}">' if column.kind else "<td>"
    return (f"{before}<strong>", "</strong></td>") if column.bold else (before, "</td>")


def text(value: object) -> str:
    """As markup; most cells are numbers, which need no escaping, or links to lists."""
    return str(value) if isinstance(value, int | SafeString) else escape(str(value))
