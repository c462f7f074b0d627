"""The cases an address of the queue names: view, filters, order. Every act on a list asks here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.http import QueryDict

from complaints.forms.lists.queue import Filters
from complaints.models.case_queries import ComplaintQuerySet
from complaints.views import estate_key, estates_of, person_of
from complaints.views.colleagues import departments, on_cases
from complaints.views.lists import sorting
from complaints.views.lists.keyset import Order
from complaints.views.lists.saved_views import VIEWS, cases_of, midnight_after, usual
from staff.permissions import Permissions
from staff.requests import StaffRequest

#: The view beside the saved ones that is about the past, and has no count.
CLOSED = "closed"
#: What an address says besides its filters: where one is, and what stands open.
NO_FILTERS = frozenset({"view", "sort", "own", "after", "before", "filters", "done"})
#: Of these, what makes no other list.
PLACE = ("after", "before", "filters", "done")


@dataclass(frozen=True)
class Listing:
    """`cases`: those of the view, `shown`: of these, what passes the filters; both without an order."""

    slug: str
    sort: str
    filters: Filters | None
    cases: ComplaintQuerySet
    shown: ComplaintQuerySet

    @property
    def closed(self) -> bool:
        return self.slug == CLOSED

    @property
    def order(self) -> Order:
        return sorting.order_of(self.sort, closed=self.closed)


def filters_of(
    request: StaffRequest, person: Permissions, at: datetime, asked: QueryDict | None = None
) -> Filters:
    """The filters of the address, or of another one."""
    return Filters(
        request.GET if asked is None else asked,
        estates=[(estate.code, estate.name) for estate in estates_of(request, at)],
        people=on_cases(person, at),
        departments=departments(person),
    )


def view_in(asked: QueryDict, person: Permissions) -> str:
    slug = asked.get("view", "")
    return slug if slug in VIEWS or slug == CLOSED else usual(person)


def listing(request: StaffRequest, asked: QueryDict, at: datetime) -> Listing:
    """What an address names to this person. No query; its filters ask for theirs where there are any."""
    person, chosen = person_of(request, at), estate_key(request, at)
    slug = view_in(asked, person)
    cases = cases_of(person, chosen)
    if slug == CLOSED:
        cases = cases.filter(closed_at__isnull=False)
    else:
        cases = VIEWS[slug].among(cases).filter(VIEWS[slug].holds(person, at, midnight_after(at)))
    filters = filters_of(request, person, at, asked) if set(asked) - NO_FILTERS else None
    shown = filters.narrow(cases) if filters else cases
    return Listing(slug, sorting.sort_in(asked.get("sort", "")), filters, cases, shown)


class Heading(NamedTuple):
    """The head of a column: where a click leads, and how the rows stand by it now."""

    name: str
    label: Any
    explains: Any
    url: str
    stands: str  # ascending, descending, or empty


def headings(asked: QueryDict, found: Listing) -> Iterator[Heading]:
    """A first click puts the rows in order, a second one turns it round."""
    now = sorting.stands(found.sort, closed=found.closed)
    rest = asked.copy()
    for name in ("sort", *PLACE):
        rest.pop(name, None)
    kept = f"{rest.urlencode()}&" if rest else ""
    for name, column in sorting.columns(closed=found.closed).items():
        there = "descending" if now == f"-{name}" else "ascending" if now == name else ""
        turned = f"-{name}" if there == "ascending" else name
        yield Heading(name, column.label, column.explains, f"?{kept}sort={turned}", there)
