"""What the address a report was opened by says already: a menu's link the estate, a poster the place."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from complaints.actions import posters
from complaints.models import PostedPlace
from complaints.portal_words import LONGEST_PLACE
from owners.names import clean_line
from staff.estates import ended
from staff.models import Estate


class Given(NamedTuple):
    """An estate and answers, in the words of `portal_drafts.begin`.

    `at`: the place of a poster in use; `sentence`: why a poster's code says no place.
    """

    estate: Estate | None = None
    said: dict[str, Any] = {}
    at: PostedPlace | None = None
    sentence: str = ""


def estates_open(at: datetime) -> QuerySet[Estate]:
    """The estates that take complaints, by name."""
    return Estate.objects.exclude(ended_at__lte=at).order_by("name", "pk")


def given(request: HttpRequest, at: datetime) -> Given:
    """`?at=` a poster's code; or `?estate=JX`, and `&place=` in words, which can be said closer.

    What is unknown is asked as usual.
    """
    if "at" in request.GET:
        return _by_poster(request.GET["at"], at)
    code = request.GET.get("estate", "")[:20]
    estate = estates_open(at).filter(code__iexact=code).first() if code else None
    place = clean_line(request.GET.get("place", ""))[:LONGEST_PLACE]
    return Given(estate, {"where": place, "where_done": False} if estate and place else {})


def _by_poster(code: str, at: datetime) -> Given:
    """A code that says nothing any more still opens the page: whoever stands there has something to say."""
    place = posters.find(code)
    if place is None:
        return Given(sentence=_("We do not know the code of this poster. Say in the next steps where it is."))
    if sentence := ended(place.estate, at):
        return Given(sentence=sentence)
    said = posters.answers(place)
    if place.taken_down_at:
        sentence = _("This poster is no longer in use. Go on all the same, and say where it is.")
        return Given(place.estate, said, sentence=sentence)
    return Given(place.estate, said, at=place)
