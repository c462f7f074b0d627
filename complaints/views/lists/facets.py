"""How many cases each choice of a filter would show, while all the other filters stay as they are.

Two walks over the cases of the view, however many choices there are, and one more for each of the larger
questions that is answered already: its own filter is lifted. What occurs together is counted together and
put apart here.
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

#: Few answers each: counted with all of their filters lifted, and put apart.
SMALL = {"status": "status", "severity": "severity", "grade": "grade", "channel": "channel"}
#: Many answers each. Who holds a case follows from the last two.
LARGE = {
    "estate": "estate__code",
    "category": "category",
    "department": "department",
    "handler": "handler",
    "receiver": "first_receiver",
}
PEOPLE = ("handler", "receiver", "holder")


def counts(filters: Filters, cases: Complaints) -> dict[str, dict[Any, int]]:
    """By filter and choice: how many of the `cases` of a view. Call after `narrow`.

    A mark's count is that of the cases shown that bear it besides.
    """
    found: dict[str, dict[Any, int]] = _small(filters, cases) | _large(filters, cases)
    for name, column in LARGE.items():
        if filters.cleaned_data.get(name):
            found[name] = _by(filters.narrow(cases, but=(name,)), column)
    if filters.cleaned_data.get("holder"):
        held = filters.narrow(cases, but=("holder",)).annotate(held_by=sort_keys.BY_HOLDER)
        found["holder"] = _by(held, "held_by")
    return found


def _small(filters: Filters, cases: Complaints) -> dict[str, dict[Any, int]]:
    found: dict[str, dict[Any, int]] = {name: Counter() for name in SMALL}
    asked = {name: _asked(filters, name) for name in SMALL}
    rows = filters.narrow(cases, but=SMALL).order_by().values_list(*SMALL.values()).annotate(n=Count("pk"))
    for *values, n in rows:
        answers = dict(zip(SMALL, values, strict=True))
        passes = {name: wanted in (None, answers[name]) for name, wanted in asked.items()}
        for name, value in answers.items():
            if all(ok for other, ok in passes.items() if other != name):
                found[name][value] += n
    return found


def _large(filters: Filters, cases: Complaints) -> dict[str, dict[Any, int]]:
    """With every filter as it is; right for what is not filtered by."""
    found: dict[str, dict[Any, int]] = {name: Counter() for name in (*LARGE, "holder", "marks")}
    # Under names that no column has: an alias would stand in the way of the queries.
    marks = {f"with_{mark}": Count("pk", filter=query) for mark, (_words, query) in MARKS.items()}
    rows = filters.narrow(cases).order_by().values_list(*LARGE.values())
    for *values, n in rows.annotate(n=Count("pk"), **marks).values_list(*LARGE.values(), *marks, "n"):
        answers = dict(zip(LARGE, values, strict=False))
        for name, value in answers.items():
            found[name][value] += n
        found["holder"][answers["handler"] or answers["receiver"]] += n
        for mark, bearing in zip(MARKS, values[len(LARGE) :], strict=True):
            found["marks"][mark] += bearing
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
        field.choices = list(_beside(field.choices, numbers, kept, only_found=name in PEOPLE))


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
