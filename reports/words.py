"""Figures as people write them, the same in page, PDF and chart. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from complaints import time_texts
from reports.figures.month import Month
from reports.figures.shapes import Rate

NOTHING = "–"


def month_name(month: Month) -> str:
    """2026年3月 / March 2026"""
    if (get_language() or "").startswith("zh"):
        return f"{month.year}年{month.number}月"
    return f"{MONTHS[month.number]} {month.year}"


def short_month(month: Month) -> str:
    """Under a column: the year only where it begins or the row does not say it."""
    return f"{month.year % 100:02}-{month.number:02}"


def share(value: Rate | float | None) -> str:
    """A share of 1 as 93.3%; a dash when there was nothing to divide."""
    number = value.share if isinstance(value, Rate) else value
    if number is None:
        return NOTHING
    return f"{number * 100:.1f}".removesuffix(".0") + "%"


def parts(value: Rate) -> str:
    """14 of 15"""
    return _("%(part)s of %(whole)s") % {"part": value.part, "whole": value.whole}


def withheld(count: int) -> str:
    """That so many cases are counted and not listed; nothing when there are none."""
    if not count:
        return ""
    return ngettext(
        "%(count)s more, of restricted access, is counted only",
        "%(count)s more, of restricted access, are counted only",
        count,
    ) % {"count": count}


def not_shown(count: int) -> str:
    """That so many cases are counted and not shown to whoever reads, whatever keeps them from him."""
    if not count:
        return ""
    return ngettext(
        "%(count)s more is counted, and not shown to you",
        "%(count)s more are counted, and not shown to you",
        count,
    ) % {"count": count}


def decimals(value: float | None, places: int = 1) -> str:
    return NOTHING if value is None else f"{value:.{places}f}"


def hours(value: float | None) -> str:
    """Hours up to two days, days beyond."""
    if value is None:
        return NOTHING
    if value < 48:
        return _("%(n)s h") % {"n": f"{value:.1f}"}
    return _("%(n)s days") % {"n": f"{value / 24:.1f}"}


def late(length: timedelta | None) -> str:
    """Whole days, under a day whole hours, under an hour minutes; a dash for what is not late."""
    if length is None:
        return NOTHING
    minutes = int(length.total_seconds() // 60)
    if minutes >= 24 * 60:
        return _("%(n)s d") % {"n": minutes // (24 * 60)}
    if minutes >= 60:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s min") % {"n": max(minutes, 1)}


def moment(at: datetime | None, zone: ZoneInfo, beside: datetime | None = None) -> str:
    """3月2日 09:14（周一）, with the year when it is not that of `beside`; a dash for no time."""
    if at is None:
        return NOTHING
    other_year = beside is not None and at.astimezone(zone).year != beside.astimezone(zone).year
    return time_texts.moment(at, zone, year=other_year)


def moment_year(at: datetime | None, zone: ZoneInfo) -> str:
    """2026年3月2日 09:14（周一）: for papers that are kept; a dash for no time."""
    return time_texts.moment(at, zone, year=True) if at else NOTHING


def stamp(at: datetime | None, zone: ZoneInfo) -> str:
    """2026-03-02 09:14 for narrow columns, or a dash."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else NOTHING


def short_stamp(at: datetime, zone: ZoneInfo, beside: datetime) -> str:
    """03-02 09:14 where columns are many; with the year when it is not that of `beside`."""
    local = at.astimezone(zone)
    return f"{local:%m-%d %H:%M}" if local.year == beside.astimezone(zone).year else stamp(at, zone)


def yuan(value: Decimal) -> str:
    return f"¥{value:,.2f}"


def change(now: int, before: int) -> str:
    """+3, −2 or ±0 against an earlier count."""
    difference = now - before
    if not difference:
        return "±0"
    return f"+{difference}" if difference > 0 else f"−{-difference}"
