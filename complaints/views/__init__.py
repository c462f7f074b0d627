"""The pages of the staff. Each finds through `visible_to`, asks for one action, and answers.

What every page needs of whoever asks: `person_of(request, now)`, his authority, one query a request
however often it is asked; `estates_of(request, now)`, what the estate switcher offers; `estate_of(request,
now)`, the estate chosen there, or None for all of his.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Subquery
from django.http import HttpRequest

from complaints.models import Notification
from staff.directory import SCOPE, Authority, gather, postings_of
from staff.models import Estate

#: Where the session keeps the primary key of the chosen estate.
CHOSEN_ESTATE = "estate"


@dataclass(frozen=True)
class Place:
    """An estate as the switcher shows it."""

    pk: int
    code: str
    name: str


def person_of(request: HttpRequest, now: datetime) -> Authority:
    """What the signed-in person may do, kept on the request; the same query counts his unread lines."""
    if not hasattr(request, "person"):
        unread = (
            Notification.objects.filter(user=request.user, read_at=None)
            .order_by()
            .values("user")
            .values_list(Count("pk"))
        )
        rows = list(postings_of(request.user, now).values_list(*SCOPE, Subquery(unread)))
        request.person = gather(request.user, [row[:-1] for row in rows])
        request.unread = rows[0][-1] or 0 if rows else 0
    return request.person


def unread_of(request: HttpRequest, now: datetime) -> int:
    """How many lines of the person's inbox are unread; who holds no posting reads none."""
    person_of(request, now)
    return request.unread


def estates_of(request: HttpRequest, now: datetime) -> list[Place]:
    """The estates whose cases the person reads, by name."""
    if not hasattr(request, "estates"):
        person = person_of(request, now)
        mine = Estate.objects.order_by("name")
        if not person.reads_company():
            mine = mine.filter(pk__in=person.estate_ids())
        request.estates = [Place(*row) for row in mine.values_list("pk", "code", "name")]
    return request.estates


def estate_of(request: HttpRequest, now: datetime) -> Place | None:
    """The estate chosen in the switcher, or his only one; None: all of his."""
    estates = estates_of(request, now)
    if len(estates) == 1:
        return estates[0]
    chosen = request.session.get(CHOSEN_ESTATE)
    return next((estate for estate in estates if estate.pk == chosen), None)
