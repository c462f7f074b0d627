"""The pages of the staff. Each finds through `visible_to`, asks for one action, and answers.

What every page needs of whoever asks: `person_of(request, now)`, his authority, one query a request
however often it is asked; `estates_of(request, now)`, what the estate switcher offers; `estate_of(request,
now)`, the estate chosen there, or None for all of his.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Subquery

from complaints.models import Notification, Respondent
from config.framework.prepared_queries import PreparedQuery
from staff.estates import marked
from staff.models import Company, Estate
from staff.permissions import SCOPE, Permissions, gather, postings_of
from staff.requests import Place, StaffRequest

#: Where the session keeps the primary key of the chosen estate.
CHOSEN_ESTATE = "estate"


def _unread_of(user: int) -> QuerySet[Notification, Any]:
    about_him = Respondent.objects.filter(user=user).values("complaint")
    return (
        Notification.objects.filter(user=user, read_at=None)
        .exclude(complaint__in=about_him)  # the inbox leaves them out, too
        .order_by()
        .values("user")
        .values_list(Count("pk"))
    )


#: Prepared: saves 1.1 ms of every form that is sent.
_postings = PreparedQuery(lambda user, now: postings_of(user, now).values_list(*SCOPE))
#: Prepared: saves 0.8 ms where a sent form is shown again.
_unread = PreparedQuery(_unread_of)
#: Prepared: saves 2.4 ms of every page.
_postings_and_unread = PreparedQuery(
    lambda user, now: postings_of(user, now).values_list(
        *SCOPE, Subquery(_unread_of(user)), Subquery(Company.objects.values("name")[:1])
    )
)


def _places_of(person: Permissions) -> QuerySet[Estate, Any]:
    his = Estate.objects.all()
    if not person.reads_company():
        his = his.filter(pk__in=person.estate_ids())
    return his.order_by("name").values_list(*Place._fields)


#: Prepared: saves 0.2 ms of every page.
_places = PreparedQuery(_places_of)


def person_of(request: StaffRequest, now: datetime) -> Permissions:
    """What the signed-in person may do, kept on the request.

    Where a page is asked for, the same query counts his unread lines and reads the company's name. A form
    that is sent seldom shows them; where it does, the lines are counted apart.
    """
    if not hasattr(request, "person"):
        if request.method == "POST":
            rows = list(_postings(request.user.pk, now))
        else:
            rows = list(_postings_and_unread(request.user.pk, now))
            request.unread, request.company = rows[0][len(SCOPE) :] if rows else (0, "")
            request.unread = request.unread or 0
        request.person = gather(request.user, [row[: len(SCOPE)] for row in rows])
    return request.person


def unread_of(request: StaffRequest, now: datetime) -> int:
    """How many lines of the person's inbox are unread; who holds no posting reads none."""
    person = person_of(request, now)
    if not hasattr(request, "unread"):
        request.unread = next(_unread(request.user.pk), [0])[0] if person.everywhere() else 0
    return request.unread


def estates_of(request: StaffRequest, now: datetime) -> list[Place]:
    """The estates whose cases the person reads, by name."""
    if not hasattr(request, "estates"):
        places = [Place(*row) for row in _places(person_of(request, now))]
        request.estates = [one._replace(name=marked(one.name, one.ended_at, now)) for one in places]
    return request.estates


def estate_key(request: StaffRequest, now: datetime) -> int | None:
    """The key of the estate chosen in the switcher; None: all of his."""
    estate = estate_of(request, now)
    return estate.pk if estate else None


def estate_of(request: StaffRequest, now: datetime) -> Place | None:
    """The estate chosen in the switcher, or his only one; None: all of his."""
    estates = estates_of(request, now)
    if len(estates) == 1:
        return estates[0]
    chosen = request.session.get(CHOSEN_ESTATE)
    return next((estate for estate in estates if estate.pk == chosen), None)
