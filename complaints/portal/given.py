"""What the address a report was opened by says already: a menu's link the estate, a sign the place."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest

from complaints.portal_words import LONGEST_PLACE
from owners.names import clean_line
from staff.models import Estate


class Given(NamedTuple):
    """An estate and answers, in the words of `portal_drafts.begin`."""

    estate: Estate | None = None
    said: dict[str, Any] = {}


def estates_open(at: datetime) -> QuerySet[Estate]:
    """The estates that take complaints, by name."""
    return Estate.objects.exclude(ended_at__lte=at).order_by("name", "pk")


def given(request: HttpRequest, at: datetime) -> Given:
    """`?estate=JX`, and `&place=` in words, which can be said closer. What is unknown is asked as usual."""
    code = request.GET.get("estate", "")[:20]
    estate = estates_open(at).filter(code__iexact=code).first() if code else None
    place = clean_line(request.GET.get("place", ""))[:LONGEST_PLACE]
    return Given(estate, {"where": place, "where_done": False} if estate and place else {})
