"""What a figure counts, one by one: a case, and which deadline, request or round of it is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet


class Counted(NamedTuple):
    """`kind`: the model of the thing counted, by its lower-case name, and its primary key; none for the case
    itself."""

    case: int
    kind: str = ""
    key: int = 0


def of_pairs(kind: str, pairs: Iterable[tuple[Any, ...]]) -> list[Counted]:
    """Of (case, key of the thing)."""
    return [Counted(case, kind, key) for case, key in pairs]


def of_rows(found: QuerySet[Any]) -> list[Counted]:
    """Of rows about complaints."""
    return of_pairs(found.model._meta.model_name or "", found.values_list("complaint", "pk"))


def newest_first(found: Collection[Counted]) -> list[Counted]:
    """The newest case first; of one case the thing that was there first."""
    return sorted(found, key=lambda one: (-one.case, one.kind, one.key))


def repeated(found: Iterable[Counted]) -> bool:
    """Whether a case is counted more than once."""
    return any(n > 1 for n in Counter(one.case for one in found).values())
