"""Times as people say them: 3月2日 09:14（周一） / Mon 2 Mar 09:14; 距到期 3 小时 20 分 (design.md). Pure.

`language`: the active one, where somebody who writes fifty rows has asked for it once; it is no other.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Pressure(StrEnum):
    """How a due time presses; the colour of the time line follows it."""

    CALM = "calm"
    TODAY = "today"
    SOON = "soon"
    OVER = "over"


def _is_chinese(language: str | None = None) -> bool:
    return (language or get_language() or "").startswith("zh")


def moment(at: datetime, zone: ZoneInfo, *, year: bool = False, language: str | None = None) -> str:
    """Day, time and weekday in the estate's zone; the year only where it is asked for (`same_year`)."""
    local = at.astimezone(zone)
    if _is_chinese(language):
        weekday = "一二三四五六日"[local.weekday()]
        text = f"{local.month}月{local.day}日 {local:%H:%M}（周{weekday}）"
        return f"{local.year}年{text}" if year else text
    text = f"{WEEKDAYS_ABBR[local.weekday()]} {local.day} {MONTHS_3[local.month].title()}"
    return f"{text} {local.year} {local:%H:%M}" if year else f"{text} {local:%H:%M}"


def window(start: datetime, end: datetime, zone: ZoneInfo, *, year: bool = False) -> str:
    """From–to as an appointment names it: 3月4日（周三）14:00–16:00 / Wed 4 Mar 14:00–16:00."""
    local, until = start.astimezone(zone), end.astimezone(zone)
    if local.date() != until.date():
        return f"{moment(start, zone, year=year)} – {moment(end, zone)}"
    if _is_chinese():
        on = f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）"
        return (
            f"{local.year}年{on}{local:%H:%M}–{until:%H:%M}" if year else f"{on}{local:%H:%M}–{until:%H:%M}"
        )
    return f"{moment(start, zone, year=year)}–{until:%H:%M}"


def same_year(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether both lie in one year of the estate's zone, so that it need not be said."""
    return at.astimezone(zone).year == now.astimezone(zone).year


def short(at: datetime, now: datetime, zone: ZoneInfo, *, language: str | None = None) -> str:
    """3月2日 09:14 / 2 Mar 09:14: for columns; of another year than this one, the day alone with its year."""
    local = at.astimezone(zone)
    if not same_year(local, now, zone):
        return day(local.date())
    if _is_chinese(language):
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {MONTHS_3[local.month].title()} {local:%H:%M}"


def day(on: date) -> str:
    """2026年3月2日 / 2 Mar 2026."""
    if _is_chinese():
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {MONTHS_3[on.month].title()} {on.year}"


def span(length: timedelta, *, language: str | None = None) -> str:
    """A length in its two largest units: `2 days 3 h`, `3 h 20 min`, `5 min`."""
    return _minutes_in_words(max(abs(length) // MINUTE, 1) if length else 0, language or get_language())


@lru_cache(maxsize=2000)
def _minutes_in_words(length: int, language: str | None) -> str:
    """Kept, since a list says fifty of them; `language` only keys the cache."""
    days, rest = divmod(length, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        parts = [_("%(n)s d") % {"n": days}, _("%(n)s h") % {"n": hours} if hours else ""]
    elif hours:
        parts = [_("%(n)s h") % {"n": hours}, _("%(n)s min") % {"n": minutes} if minutes else ""]
    else:
        parts = [_("%(n)s min") % {"n": minutes}]
    return " ".join(part for part in parts if part)


def pressure(due_at: datetime, started_at: datetime | None, now: datetime, zone: ZoneInfo) -> Pressure:
    """Over; under a quarter of the time left (or an hour, when the start is unknown); today; calm."""
    left = due_at - now
    if left < timedelta(0):
        return Pressure.OVER
    whole = due_at - started_at if started_at else 4 * HOUR
    if left < whole / 4:
        return Pressure.SOON
    if due_at.astimezone(zone).date() == now.astimezone(zone).date():
        return Pressure.TODAY
    return Pressure.CALM


class Sentences(NamedTuple):
    """What is due, each with its `kind` and a `span`, `time` or `when`; `waiting` puts a remark behind it."""

    over: str
    soon: str
    today: str
    tomorrow: str
    later: str
    waiting: str


@cache
def _sentences(language: str | None) -> Sentences:
    """Kept, since a list says fifty of them; `language` only keys the cache."""
    return Sentences(
        over=_("%(kind)s overdue by %(span)s"),
        soon=_("%(kind)s due in %(span)s"),
        today=_("%(kind)s due today %(time)s"),
        tomorrow=_("%(kind)s due tomorrow %(time)s"),
        later=_("%(kind)s due %(when)s"),
        waiting=_("%(line)s (%(waiting)s)"),
    )


def time_line(
    kind: str,
    due_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    *,
    waiting: str = "",
    language: str | None = None,
) -> str:
    """What is due next, by when, and how long that is: the line every case shows."""
    left, language = due_at - now, language or get_language()
    sentences = _sentences(language)
    if left < timedelta(0):
        text = sentences.over % {"kind": kind, "span": span(left, language=language)}
    elif left < 6 * HOUR:
        text = sentences.soon % {"kind": kind, "span": span(left, language=language)}
    else:
        text = _due(kind, due_at, now, zone, language)
    return sentences.waiting % {"line": text, "waiting": waiting} if waiting else text


def _due(kind: str, at: datetime, now: datetime, zone: ZoneInfo, language: str | None) -> str:
    """Today and tomorrow by name, other days in full."""
    local, sentences = at.astimezone(zone), _sentences(language)
    days = (local.date() - now.astimezone(zone).date()).days
    if days in (0, 1):
        sentence = sentences.tomorrow if days else sentences.today
        return sentence % {"kind": kind, "time": f"{local:%H:%M}"}
    when = moment(local, zone, year=not same_year(local, now, zone), language=language)
    return sentences.later % {"kind": kind, "when": when}


class Staffed(Protocol):
    """The service hours of an estate."""

    @property
    def opens(self) -> time: ...

    @property
    def closes(self) -> time: ...

    @property
    def lunch_starts(self) -> time | None: ...

    @property
    def lunch_ends(self) -> time | None: ...

    @property
    def staffed_on_days_off(self) -> bool: ...


def service_hours(estate: Staffed) -> str:
    """When somebody is at the desk, as a sign at its door says it: 每天 08:30–12:00、13:30–17:30."""
    if estate.lunch_starts and estate.lunch_ends:
        spans = [(estate.opens, estate.lunch_starts), (estate.lunch_ends, estate.closes)]
    else:
        spans = [(estate.opens, estate.closes)]
    said = pgettext("between hours", ", ").join(
        f"{begin:%H:%M}–{end:%H:%M}" for begin, end in spans if begin < end
    )
    days = _("Every day %(hours)s") if estate.staffed_on_days_off else _("On working days %(hours)s")
    return days % {"hours": said}
