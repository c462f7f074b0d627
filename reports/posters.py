"""Posters and stickers with codes (domain.md 2): what stands on them, in Chinese first and English below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.utils import dates
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext_lazy

from complaints.actions.emergency_numbers import numbers_of
from complaints.actions.posters import address, in_order
from complaints.models import EmergencyNumber, PostedPlace
from reports import pdf
from staff.models import Company, Estate

#: So many A4 sheets one document takes within the memory and time it may use (typeset.py): 330 MB and ten
#: seconds of a processor. More is printed kind by kind.
MOST = 300


class Size(StrEnum):
    A4 = "a4"
    A6 = "a6"
    SMALL = "small"


#: How many of a size are on one sheet of A4; the page of the places says what they are called.
SIZES = {Size.A4: 1, Size.A6: 4, Size.SMALL: 12}


class Both(NamedTuple):
    """One thing said twice."""

    zh: str
    en: str


TEXTS: dict[str, str | Promise] = {
    "title": pgettext_lazy("poster", "Tell us"),
    "scan": pgettext_lazy("poster", "Scan to report a problem"),
    "about": pgettext_lazy("poster", "Complaints · repairs · questions · suggestions · praise"),
    "easy": pgettext_lazy("poster", "No app, no sign-in. You may stay anonymous."),
    "phone": pgettext_lazy("poster", "Service phone"),
    "danger": pgettext_lazy("poster", "In danger, call first"),
    "fire": pgettext_lazy("poster", "Fire"),
    "police": pgettext_lazy("poster", "Police"),
    "ambulance": pgettext_lazy("poster", "Ambulance"),
    "lift": pgettext_lazy("poster", "Trapped in a lift"),
    "trapped": pgettext_lazy(
        "poster", "If you are trapped: press the alarm in the car, do not force the doors, wait for help."
    ),
}


class Poster(NamedTuple):
    place: PostedPlace
    link: str
    code: SafeString


def sheet(estate: Estate, places: Iterable[PostedPlace], size: str, now: datetime, language: str) -> bytes:
    """All of them in one PDF, in the order one walks. Three queries. Raises ReportError."""
    some = [one_poster(place) for place in in_order(places)]
    per_page = SIZES[Size(size)]
    context: dict[str, Any] = {
        "estate": estate,
        "company": Company.objects.first(),
        "sheets": [some[start : start + per_page] for start in range(0, len(some), per_page)],
        "size": size,
        "printed": now.astimezone(estate.zone),
        "say": {name: both(text) for name, text in TEXTS.items()},
        "hours": hours(estate),
        "lift_firm": next((n for n in numbers_of(estate.pk) if n.kind == EmergencyNumber.Kind.LIFT), None),
    }
    title = f"{estate} {_('Posters')}"
    return pdf.render("reports/posters_pdf.html", context, language, title, style="posters.css")


def one_poster(place: PostedPlace) -> Poster:
    """A quarter of the code may be scratched off. The white around it belongs to it."""
    link = settings.BASE_URL + address(place)
    drawn = segno.make_qr(link, error="q").svg_inline(border=4, omitsize=True, title=place.name)
    return Poster(place, link, mark_safe(drawn))  # noqa: S308 drawn by us


def both(text: Any) -> Both:
    with override("zh-hans"):
        zh = str(text)
    with override("en"):
        return Both(zh, str(text))


def hours(estate: Estate) -> Both:
    """`每天 08:30–17:30`, and the lunch break where there is one."""
    times = [f"{estate.opens:%H:%M}–{estate.closes:%H:%M}"]
    if estate.lunch_starts and estate.lunch_ends:
        halves = ((estate.opens, estate.lunch_starts), (estate.lunch_ends, estate.closes))
        times = [f"{start:%H:%M}–{end:%H:%M}" for start, end in halves]
    said = []
    for language in Both._fields:
        with override({"zh": "zh-hans"}.get(language, language)):
            said.append(f"{_days(estate)} {_(', ').join(times)}")
    return Both(*said)


def _days(estate: Estate) -> str:
    if estate.staffed_on_days_off or estate.weekdays == "1234567":
        return _("Every day")
    days = [int(day) - 1 for day in estate.weekdays]
    names = [str(dates.WEEKDAYS[day]) for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return _(", ").join(names)
