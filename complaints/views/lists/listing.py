"""The cases an address of the queue names: view, filters, order. Every act on a list asks here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

from complaints.forms.lists.queue import Filters
from complaints.models import Complaint
from complaints.models.case import Complaints
from complaints.views import estate_key, estates_of, person_of
from complaints.views.colleagues import departments, on_cases
from complaints.views.lists import sorting
from complaints.views.lists.keyset import Edge, Order, Page, Reader
from complaints.views.lists.saved_views import VIEWS, cases_of, midnight_after, usual
from config.framework.prepared_queries import PreparedQuery
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
    """What one person sees of one estate, or of all of his, at one moment."""

    slug: str
    sort: str
    filters: Filters | None
    person: Permissions
    estate: int | None
    at: datetime

    @cached_property
    def cases(self) -> Complaints:
        """Those of the view, without an order."""
        return _cases_in(self.slug, self.person, self.estate, self.at, midnight_after(self.at))

    @cached_property
    def shown(self) -> Complaints:
        """Of these, what passes the filters."""
        return self.filters.narrow(self.cases) if self.filters else self.cases

    def page(self, asked: QueryDict, *, read: Reader, but: Sequence[int] = ()) -> Page:
        """The page of the list that the address names, without the cases `but`. Two queries."""
        if self.filters:
            return self.order.page(self.shown.exclude(pk__in=but) if but else self.shown, asked, read=read)

        def find(edge: Edge | None, ascending: bool, most: int) -> Iterable[Any]:
            keys = _keys_in(self.slug, self.sort, ascending, most, behind=edge is not None)
            return keys(self.person, self.estate, self.at, midnight_after(self.at), *(edge or ()), *but)

        return self.order.page(Complaint.objects.none(), asked, read=read, find=find)

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
    filters = filters_of(request, person, at, asked) if set(asked) - NO_FILTERS else None
    sort = sorting.sort_in(asked.get("sort", ""))
    return Listing(view_in(asked, person), sort, filters, person, chosen, at)


def _cases_in(
    slug: str, person: Permissions, estate: int | None, at: datetime, until: datetime
) -> Complaints:
    cases = cases_of(person, estate)
    if slug == CLOSED:
        return cases.filter(closed_at__isnull=False)
    return VIEWS[slug].among(cases).filter(VIEWS[slug].holds(person, at, until))


@lru_cache(maxsize=100)
def _keys_in(slug: str, sort: str, ascending: bool, most: int, *, behind: bool) -> PreparedQuery:
    """The keys of a page that no filter narrows: `behind` a row, or the first ones.

    Prepared: saves 2 ms of every page of the queue (6,300 of 30,100 calls).
    """
    order = sorting.order_of(sort, closed=slug == CLOSED)

    def build(
        person: Permissions, estate: int | None, at: datetime, until: datetime, *keys: Any
    ) -> QuerySet[Any, Any]:
        (edge, but) = (keys[:2], keys[2:]) if behind else (None, keys)
        cases = _cases_in(slug, person, estate, at, until)
        return order.keys(cases.exclude(pk__in=but) if but else cases, edge, ascending, most)

    return PreparedQuery(build)


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
