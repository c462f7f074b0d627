"""The pages of the staff. Each finds through `visible_to`, asks for one action, and answers.

What every page needs of whoever asks: `person_of(request, now)`, his authority, one query a request
however often it is asked; `estates_of(request, now)`, what the estate switcher offers; `estate_of(request,
now)`, the estate chosen there, or None for all of his.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from complaints.models import Notification
from staff.directory import Authority, authority
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
    """What the signed-in person may do, kept on the request."""
    if not hasattr(request, "person"):
        request.person = authority(request.user, now)
    return request.person


def estates_of(request: HttpRequest, now: datetime) -> list[Place]:
    """The estates whose cases the person reads, by name. Counts his unread lines in the same query."""
    if not hasattr(request, "estates"):
        person = person_of(request, now)
        mine = Estate.objects.all()
        if not person.reads_company():
            mine = mine.filter(pk__in=person.estate_ids())
        unread = (
            Notification.objects.filter(user=OuterRef("reader"), read_at=None)
            .order_by()
            .values("user")
            .annotate(n=Count("pk"))
            .values("n")
        )
        rows = list(
            mine.annotate(reader=Value(request.user.pk))
            .annotate(unread=Coalesce(Subquery(unread), 0))
            .order_by("name")
            .values_list("pk", "code", "name", "unread")
        )
        request.estates = [Place(pk, code, name) for pk, code, name, _ in rows]
        request.unread = rows[0][3] if rows else 0
    return request.estates


def unread_of(request: HttpRequest, now: datetime) -> int:
    """How many lines of the person's inbox are unread."""
    estates_of(request, now)
    return request.unread


def estate_of(request: HttpRequest, now: datetime) -> Place | None:
    """The estate chosen in the switcher, or his only one; None: all of his."""
    estates = estates_of(request, now)
    if len(estates) == 1:
        return estates[0]
    chosen = request.session.get(CHOSEN_ESTATE)
    return next((estate for estate in estates if estate.pk == chosen), None)
