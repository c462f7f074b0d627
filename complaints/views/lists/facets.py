"""How many cases each choice of a filter would show, while all the other filters stay as they are.

At most eight statements, however many choices there are. The small questions (status, severity, grade,
channel) are counted in one go, as they occur together, and put apart here; the others, each with its own
filter lifted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from complaints.forms.lists.queue import MARKS, Filters
from complaints.models import sort_keys
from complaints.models.case import Complaints

#: Counted together: few answers each, so few of them together.
SMALL = {"status": "status", "severity": "severity", "grade": "grade", "channel": "channel"}
#: Each counted by itself.
LARGE = {"estate": "estate__code", "category": "category", "department": "department"}
PEOPLE = {"handler": "handler", "receiver": "first_receiver"}


def counts(filters: Filters, cases: Complaints, *, estates: bool) -> dict[str, dict[Any, int]]:
    """By filter and choice: how many of the `cases` of a view. Call after `narrow`.

    `estates`: count them by estate too. A mark's count is that of the cases shown that bear it besides.
    """
    found: dict[str, dict[Any, int]] = {name: Counter() for name in SMALL}
    asked = {name: _asked(filters, name) for name in SMALL}
    rows = filters.narrow(cases, but=SMALL).order_by().values_list(*SMALL.values()).annotate(n=Count("pk"))
    for *values, n in rows:
        answers = dict(zip(SMALL, values, strict=True))
        passes = {name: wanted in (None, answers[name]) for name, wanted in asked.items()}
        for name, value in answers.items():
            if all(ok for other, ok in passes.items() if other != name):
                found[name][value] += n
    names = LARGE if estates else {name: column for name, column in LARGE.items() if name != "estate"}
    for name, column in (names | PEOPLE).items():
        found[name] = _by(filters.narrow(cases, but=(name,)), column)
    held = filters.narrow(cases, but=("holder",)).annotate(held_by=sort_keys.BY_HOLDER)
    found["holder"] = _by(held, "held_by")
    # Under names that no column has: an alias would stand in the way of the queries.
    marks = {f"with_{mark}": Count("pk", filter=query) for mark, (_words, query) in MARKS.items()}
    counted = filters.narrow(cases).aggregate(**marks)
    found["marks"] = {mark: counted[f"with_{mark}"] for mark in MARKS}
    return found


def _asked(filters: Filters, name: str) -> Any:
    """What is asked for in the words of the column; None: nothing."""
    value = filters.cleaned_data.get(name) or None
    return "" if name == "severity" and value == "none" else value


def _by(cases: QuerySet[Any], column: str) -> dict[Any, int]:
    return dict(cases.order_by().values_list(column).annotate(n=Count("pk")))


def put_beside(filters: Filters, found: dict[str, dict[Any, int]]) -> None:
    """Each choice says how many it would show; people under whom nobody would find anything are left out."""
    counted = found | {
        "severity": {**found["severity"], "none": found["severity"].get("", 0)},
        "category": _with_groups(filters, found["category"]),
    }
    for name, numbers in counted.items():
        field, chosen = filters.fields[name], filters.cleaned_data.get(name)
        kept = str(getattr(chosen, "pk", chosen) or "")
        field.choices = list(_beside(field.choices, numbers, kept, only_found=name in (*PEOPLE, "holder")))


def _beside(
    choices: Iterable[Any], numbers: Mapping[Any, int], kept: str, *, only_found: bool
) -> Iterator[tuple[Any, Any]]:
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield key, list(_beside(words, numbers, kept, only_found=only_found))
            continue
        key = getattr(key, "value", key)  # of a row, as a select names it
        n = numbers.get(key, 0)
        if key == "":
            yield key, words
        elif n or not only_found or str(key) == kept:
            yield key, _("%(choice)s (%(n)s)") % {"choice": words, "n": n}


def _with_groups(filters: Filters, numbers: Mapping[Any, int]) -> dict[Any, int]:
    """A category counts its sub-categories' cases."""
    whole = dict(numbers)
    for _group, choices in filters.fields["category"].choices:
        if isinstance(choices, list | tuple) and choices:
            whole[choices[0][0]] = sum(numbers.get(key, 0) for key, _words in choices)
    return whole
