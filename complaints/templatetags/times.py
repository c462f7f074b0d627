"""Times on pages, in the words of `time_texts`: {% load times %}.

{{ event.at|moment:zone }}          <time>3月2日 09:14（周一）</time>; of another year, with it
{{ event.at|moment_year:zone }}     with its year in every case: for what is kept or handed over
{{ visit|appointment }}             3月4日（周三）14:00–16:00
{{ estate.time_zone|zone_words }}   as an office calls it
{{ length|span }}                   3 小时 20 分
{{ event.at|since:now }}            the same, from a time until now
{{ event.at|clock:zone }}           <time>09:14</time>
{{ estate|service_hours }}          每天 08:30–17:30
{{ clock.kind|kept_how }}           应当, or 不宜超过
{% due kind due_at now zone started_at=clock.started_at %}   the time line as a mark, counting on
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.safestring import SafeString
from django.utils.timezone import now as read_clock  # noqa: TID251 - a page is read when it is rendered
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints import clocks, time_texts
from config.framework.templatetags.basics import silent
from staff.zones import zone_words

register = template.Library()
register.filter(zone_words)
register.filter(time_texts.service_hours)

DUE_ICONS = {"calm": "clock", "today": "calendar", "soon": "hourglass", "over": "alarm"}


def as_element(at: datetime | None, zone: ZoneInfo, *, year: bool) -> SafeString | str:
    if at is None:
        return ""
    local = at.astimezone(zone)
    return SafeString(  # numbers and names of days and months
        f'<time datetime="{local.isoformat(timespec="seconds")}">'
        f"{time_texts.moment(local, zone, year=year)}</time>"
    )


@register.filter
def moment(at: datetime | None, zone: ZoneInfo) -> SafeString | str:
    """A page is read now, so this year goes without saying and no other does."""
    return as_element(at, zone, year=at is not None and not time_texts.same_year(at, read_clock(), zone))


@register.filter
def moment_year(at: datetime | None, zone: ZoneInfo) -> SafeString | str:
    return as_element(at, zone, year=True)


@register.filter
def appointment(visit: Any) -> str:
    """From–to of a site visit, in the zone of its estate; of another year than this with it."""
    zone = visit.complaint.estate.zone
    year = not time_texts.same_year(visit.starts_at, read_clock(), zone)
    return time_texts.window(visit.starts_at, visit.ends_at, zone, year=year)


@register.filter
def day(on: date) -> str:
    return time_texts.day(on)


@register.filter
def span(length: timedelta | None) -> str:
    return time_texts.span(length) if length is not None else ""


@register.filter
def since(at: datetime | None, now: datetime) -> str:
    """How long it has lasted by now."""
    return time_texts.span(now - at) if at else ""


@register.filter
def clock(at: datetime | None, zone: ZoneInfo) -> SafeString | str:
    """The time of a day alone, where the day goes without saying; the whole moment in its title."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return SafeString(  # numbers
        f'<time datetime="{local.isoformat(timespec="seconds")}" title="{time_texts.moment(local, zone)}">'
        f"{local:%H:%M}</time>"
    )


@register.filter
def kept_how(kind: str) -> str:
    """A clock's limit in one word: 应当 or 不宜超过."""
    return clocks.kept_how(kind)


@register.simple_tag
def due(
    kind: str,
    due_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    *,
    started_at: datetime | None = None,
    waiting: str = "",
    large: bool = False,
    red: bool = False,
    language: str | None = None,
) -> SafeString | str:
    """The time line of a running clock: icon, what is due and how long that is.

    `red`: once it is overdue it stands on red (`complaints.danger.is_red`), else it is late in a quieter way.
    `language`: as in `time_texts`.

    The sentences with `{span}` are for static/js/app.js, which counts on in place.
    """
    if due_at is None:
        return ""
    language = language or get_language()
    state = time_texts.pressure(due_at, started_at, now, zone)
    whole = due_at - started_at if started_at else timedelta(hours=4)
    left, over = ("", "") if waiting else _counting(kind, language)
    marks = f"due is-{state}{' is-large' if large else ''}{' is-red' if red else ''}"
    said = time_texts.time_line(kind, due_at, now, zone, waiting=waiting, language=language)
    # Put together by hand: fifty of these stand on a page.
    return SafeString(  # every text is escaped, every other value is a time
        f'<span class="{marks}">{silent(DUE_ICONS[state])}'
        f'<time datetime="{due_at.astimezone(zone).isoformat(timespec="seconds")}"'
        f' title="{time_texts.moment(due_at, zone, language=language)}"'
        f' data-soon="{(due_at - whole / 4).astimezone(zone).isoformat(timespec="seconds")}"'
        f' data-left="{left}" data-over="{over}">'
        f"{escape(said)}</time></span>"
    )


@cache
def _counting(kind: str, language: str | None) -> tuple[str, str]:
    """The sentences the browser counts on with, escaped; `language` only keys the cache."""
    words = {"kind": kind, "span": "{span}"}
    return escape(_("%(kind)s due in %(span)s") % words), escape(_("%(kind)s overdue by %(span)s") % words)


@register.simple_tag
def span_units() -> str:
    """The units of `span` as JSON, for the browser."""
    units = {"d": _("%(n)s d"), "h": _("%(n)s h"), "min": _("%(n)s min")}
    return json.dumps(units, ensure_ascii=False)
