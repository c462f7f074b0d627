"""How versions of a row are reached."""

from __future__ import annotations

from functools import cache
from typing import Any

from simple_history.manager import HistoryManager


class Versions(HistoryManager):
    """simple_history builds a new manager class at every look, also at every save; once is enough."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)
