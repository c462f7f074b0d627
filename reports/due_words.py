"""A due report in words: which one, of what time, due when. Pure."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.dates import MONTHS_3
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.time_texts import day, moment
from reports.duties import SHAPES, DuePeriod, Every, ReportKind
from reports.figures.month import Month
from reports.words import month_name


def period_words(kind: str, period: DuePeriod) -> str:
    """2026年3月, 2026年第1季度, 2026年3月1日至15日 / March 2026, quarter 1 of 2026, 1–15 Mar 2026."""
    first, last = period.first, period.last
    match SHAPES[ReportKind(kind)].every:
        case Every.DAY:
            return day(first)
        case Every.MONTH:
            return month_name(Month(first.year, first.month))
        case Every.QUARTER:
            said = {"quarter": (first.month + 2) // 3, "year": first.year}
            return _("quarter %(quarter)s of %(year)s") % said
        case Every.YEAR:
            return _("year %(year)s") % {"year": first.year}
        case _days:
            return _days_between(first, last)


def period_code(kind: str, period: DuePeriod) -> str:
    """As part of the name of a file: 2026-03-02, 2026-03-01-15, 2026-03, 2026-Q1, 2026."""
    first, last = period.first, period.last
    match SHAPES[ReportKind(kind)].every:
        case Every.DAY:
            return str(first)
        case Every.MONTH:
            return f"{first:%Y-%m}"
        case Every.QUARTER:
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case Every.YEAR:
            return str(first.year)
        case _days if f"{first:%Y-%m}" == f"{last:%Y-%m}":
            return f"{first}-{last:%d}"
        case _days:
            return f"{first}-{last}"


def _days_between(first: date, last: date) -> str:
    if (get_language() or "").startswith("zh"):
        begins = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
        return f"{first.year}年{first.month}月{first.day}日至{begins}"
    begins = f"{first.day}" if first.month == last.month else f"{first.day} {MONTHS_3[first.month].title()}"
    return f"{begins}–{last.day} {MONTHS_3[last.month].title()} {last.year}"


def due_words(at: datetime, zone: ZoneInfo) -> str:
    """4月3日前 / before 3 Apr, where a day may be used up; else the moment."""
    local = at.astimezone(zone)
    if local.time() != time():
        return moment(at, zone)
    if (get_language() or "").startswith("zh"):
        return f"{local.month}月{local.day}日前"
    return _("before %(day)s") % {"day": f"{local.day} {MONTHS_3[local.month].title()}"}


def title(kind: str, scope_name: str, period: DuePeriod) -> str:
    """月报 · 锦绣花园 · 2026年3月."""
    return f"{ReportKind(kind).label} · {scope_name} · {period_words(kind, period)}"


def in_every_language(
    kind: str, scope_name: str, period: DuePeriod, at: datetime, zone: ZoneInfo
) -> dict[str, dict[str, str]]:
    """Name and due time as a message keeps them, whose reader's language is known when it goes out."""
    found: dict[str, dict[str, str]] = {"report_name": {}, "report_due": {}}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found["report_name"][language] = title(kind, scope_name, period)
            found["report_due"][language] = due_words(at, zone)
    return found
