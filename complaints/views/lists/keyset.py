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
#: The row a page begins behind: the value of its column and its primary key.
Edge = tuple[Any, int]

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
    """A column and the primary key. Ascending orders put rows without a value last, descending ones first.

    `expression`: what `column` is called here and no column of the table: put to the rows when they are
    asked for. `numbers`: it holds whole numbers, not times. `nullable`: it may be empty; of descending orders
    nobody expects it unless it is said.
    """

    column: str
    newest_first: bool = False
    expression: Any = None
    numbers: bool = False
    nullable: bool | None = None

    def page(
        self,
        rows: QuerySet[Any],
        asked: QueryDict,
        size: int = PAGE,
        *,
        read: Reader | None = None,
        find: Callable[[Edge | None, bool, int], Iterable[Any]] | None = None,
    ) -> Page:
        """The page that `?after=` or `?before=` names; without one, or with a broken one, the first.

        Two queries: the keys of the page, then what `read` wants of those few rows (columns, joins).
        So nothing is joined for rows that are not shown, whatever the database expects of them.
        `find`: what `keys` finds among the `rows`, by a prepared query.
        """
        after, before = self._edge(asked.get("after", "")), self._edge(asked.get("before", ""))
        back = before is not None and after is None
        ascending = self.newest_first is back
        edge, most = after or before, size + 1
        keys = list(find(edge, ascending, most) if find else self.keys(rows, edge, ascending, most))
        more = len(keys) > size
        keys = keys[:size]
        if back:
            keys.reverse()
        shown: Iterable[Any] = ()
        if keys and read:
            shown = read(*(pk for pk, _at in keys))
        elif keys:
            shown = rows.model._default_manager.filter(pk__in=[pk for pk, _at in keys])
        by_key = {_value(row, "pk"): row for row in shown}
        keys = [key for key in keys if key[0] in by_key]
        older = (more or back) and bool(keys)
        newer = (more if back else after is not None) and bool(keys)
        return Page(
            [by_key[pk] for pk, _at in keys],
            older=self._name(*keys[-1]) if older else "",
            newer=self._name(*keys[0]) if newer else "",
        )

    def keys(
        self, rows: QuerySet[Any], edge: Edge | None, ascending: bool, most: int
    ) -> QuerySet[Any, tuple[int, Any]]:
        """Primary key and column of the first `most` rows, or of those behind `edge`."""
        rows = self._with_column(rows)
        if edge:
            rows = rows.filter(self._beyond(*edge, ascending=ascending))
        return rows.order_by(*self._by(ascending)).values_list("pk", self.column)[:most]

    def cursor(self, rows: QuerySet[Any], pk: int) -> str:
        """What `?after=` names to go on behind this row, as it stands now. One query."""
        found = self._with_column(rows).filter(pk=pk).order_by().values_list("pk", self.column)
        return next((self._name(*row) for row in found), "")

    def _with_column(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if self.expression is None else rows.annotate(**{self.column: self.expression})

    @property
    def _may_be_empty(self) -> bool:
        return not self.newest_first if self.nullable is None else self.nullable

    def _by(self, ascending: bool) -> tuple[Any, str]:
        """The order asked of the database."""
        if not self._may_be_empty:
            return (self.column, "pk") if ascending else (f"-{self.column}", "-pk")
        if ascending:
            return F(self.column).asc(nulls_last=True), "pk"
        return F(self.column).desc(nulls_first=True), "-pk"

    def _name(self, pk: int, value: Any) -> str:
        if value is not None and not self.numbers:
            value = (value - EPOCH) // MICROSECOND
        return f"{'' if value is None else value}.{pk}"

    def _edge(self, text: str) -> Edge | None:
        """The row a cursor names; None when it names none."""
        value, _point, pk = text.partition(".")
        try:
            found, key = int(value) if value else None, int(pk)
            if not _fits(key):
                return None
            if found is not None and not self.numbers:
                return EPOCH + found * MICROSECOND, key
            return (found, key) if _fits(found) else None
        except (ValueError, OverflowError):
            return None

    def _beyond(self, value: Any, pk: int, *, ascending: bool) -> Q:
        """Rows behind (value, pk) in the order asked of the database."""
        step = "gt" if ascending else "lt"
        behind = Q(**{self.column: value, f"pk__{step}": pk})
        if value is None:
            empty = Q(**{f"{self.column}__isnull": True, f"pk__{step}": pk})
            return empty if ascending else empty | Q(**{f"{self.column}__isnull": False})
        beyond = behind | Q(**{f"{self.column}__{step}": value})
        if not self._may_be_empty:  # the plain bound lets the index start at the page
            return Q(**{f"{self.column}__{step}e": value}) & beyond
        return beyond | Q(**{f"{self.column}__isnull": True}) if ascending else beyond


def _fits(number: int | None) -> bool:
    """Whether the databases can hold it."""
    return number is None or abs(number) < 2**63


def _value(row: Any, column: str) -> Any:
    return row[column] if isinstance(row, dict) else getattr(row, column)
