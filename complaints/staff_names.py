"""Colleagues by what is typed of their names: the reading of an owner's name (owners/names.py), everywhere.

Several words in any order, parts, any dot or none, full width, no case and no accents.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from owners.names import name_key, name_keys
from staff.models import User


def holds(name: str, words: Collection[str]) -> bool:
    """Whether `name` holds every one of the keys `words` (`name_keys`).

    >>> holds("Wong Siu Ming", name_keys("ｓｉｕ wong")), holds("阿卜杜·尼亚孜", name_keys("尼亚孜 阿卜"))
    (True, True)
    >>> holds("Wong Siu Ming", name_keys("Wong Tai")), holds("Wong Siu Ming", name_keys("…"))
    (False, False)
    """
    key = name_key(name)
    return bool(words) and all(word in key for word in words)


@dataclass
class Colleagues:
    """Some people's names, read once, when they are first asked for: one query.

    A company has some thousands of colleagues at most, so their names are compared here: no column has to
    follow them, and every spelling of today's rule finds every name of before.
    """

    people: QuerySet[User] = field(default_factory=User.objects.all)

    @cached_property
    def _names(self) -> Sequence[tuple[int, str, str]]:
        return list(self.people.order_by().values_list("pk", "name", "username"))

    def called(self, query: str) -> list[int]:
        """The keys of those whose names hold every word of `query`."""
        words = name_keys(query)
        return [pk for pk, name, _said in self._names if holds(name, words)] if words else []

    def called_or_named(self, query: str) -> list[int]:
        """Those, and whose user name holds the whole of it."""
        typed = "".join(unicodedata.normalize("NFKC", query).casefold().split())
        return [*{*self.called(query), *(pk for pk, _name, said in self._names if typed in said.casefold())}]

    def meant_by(self, word: str) -> list[int]:
        """Those of `called`; of one letter alone, whose whole name it is: else it were everybody."""
        if len(name_key(word)) != 1:
            return self.called(word)
        return [pk for pk, name, _said in self._names if name_key(name) == name_key(word)]
