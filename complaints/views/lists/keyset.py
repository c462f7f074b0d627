"""Pages cut by the last row seen, not by counting: the same cost on the first page and the thousandth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict

#: Rows by their keys, in any order.
Reader = Callable[..., Iterable[Any]]

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page:
    """One page of rows; `older` and `newer` are the cursors of its neighbours, empty at the ends."""

    rows: list[Any]
    older: str
    newer: str


@dataclass(frozen=True)
class Order:
    """A time and the primary key. Ascending orders put rows without a time last."""

    column: str
    newest_first: bool = False

    def page(
        self, rows: QuerySet[Any], asked: QueryDict, size: int = PAGE, *, read: Reader | None = None
    ) -> Page:
        """The page that `?after=` or `?before=` names; without one, or with a broken one, the first.

        Two queries: the keys of the page, then what `read` wants of those few rows (columns, joins).
        So nothing is joined for rows that are not shown, whatever the database expects of them.
        """
        after, before = cursor(asked.get("after", "")), cursor(asked.get("before", ""))
        back = before is not None and after is None
        ascending = self.newest_first is back
        if edge := after or before:
            rows = rows.filter(self._beyond(*edge, ascending=ascending))
        keys = list(rows.order_by(*self._by(ascending)).values_list("pk", flat=True)[: size + 1])
        more = len(keys) > size
        keys = keys[:size]
        if back:
            keys.reverse()
        shown = read(*keys) if read and keys else rows.model._default_manager.filter(pk__in=keys)
        by_key = {_value(row, "pk"): row for row in shown}
        found = [by_key[key] for key in keys if key in by_key]
        older = (more or back) and bool(found)
        newer = (more if back else after is not None) and bool(found)
        return Page(
            found,
            older=self._name(found[-1]) if older else "",
            newer=self._name(found[0]) if newer else "",
        )

    def cursor(self, row: Any) -> str:
        """What `?after=` names to go on behind this row."""
        return self._name(row)

    def _by(self, ascending: bool) -> tuple[Any, str]:
        """The order asked of the database."""
        if self.newest_first:
            return (self.column, "pk") if ascending else (f"-{self.column}", "-pk")
        if ascending:
            return F(self.column).asc(nulls_last=True), "pk"
        return F(self.column).desc(nulls_first=True), "-pk"

    def _name(self, row: Any) -> str:
        value, pk = _value(row, self.column), _value(row, "pk")
        return f"{(value - EPOCH) // MICROSECOND if value else ''}.{pk}"

    def _beyond(self, value: datetime | None, pk: int, *, ascending: bool) -> Q:
        """Rows behind (value, pk) in the order asked of the database."""
        step = "gt" if ascending else "lt"
        behind = Q(**{self.column: value, f"pk__{step}": pk})
        if value is None:
            empty = Q(**{f"{self.column}__isnull": True, f"pk__{step}": pk})
            return empty if ascending else empty | Q(**{f"{self.column}__isnull": False})
        beyond = behind | Q(**{f"{self.column}__{step}": value})
        if self.newest_first:  # never empty there; the plain bound lets the index start at the page
            return Q(**{f"{self.column}__{step}e": value}) & beyond
        return beyond | Q(**{f"{self.column}__isnull": True}) if ascending else beyond


def _value(row: Any, column: str) -> Any:
    return row[column] if isinstance(row, dict) else getattr(row, column)


def cursor(text: str) -> tuple[datetime | None, int] | None:
    """The row a cursor names; None when it names none."""
    value, point, pk = text.partition(".")
    try:
        return (EPOCH + int(value) * MICROSECOND if value else None), int(pk)
    except (ValueError, OverflowError):
        return None
