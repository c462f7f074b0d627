"""Days and times as ledgers write them. Pure; what may be two days is refused, never guessed.

A date without its year has one where the sheet's name, its title or the file's name says one year and no
other (2026年3月投诉台账). The month said there must be that of the day of receipt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from owners.importing.cells import Bad, text_of

NOTHING = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "暂无", "n/a", "none", "未", "待定", "无需"})
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[年./_-]?\s*度?(?:(0?[1-9]|1[0-2])(?!\d)\s*月?)?")
_MONTH = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])\s*月(?!\s*\d)")
_TIME = (
    r"(?P<half>上午|下午|晚上|晚|凌晨|中午|早上|am|pm)?\s*(?P<hour>\d{1,2})(?:[:：时点](?P<minute>\d{1,2})?)"
    r"(?:[:：]\d{1,2}(?:\.\d+)?)?分?\s*(?P<after>am|pm)?"
)
_CLOCK = re.compile(_TIME, re.IGNORECASE)
_FULL = re.compile(
    r"(?P<year>\d{4})\s*[-./年\\]\s*(?P<month>\d{1,2})\s*[-./月\\]\s*(?P<day>\d{1,2})\s*[日号]?"
)
_SHORT_YEAR = re.compile(r"(?P<year>\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_NO_YEAR = re.compile(r"(?P<month>\d{1,2})\s*(?P<mark>[-./月])\s*(?P<day>\d{1,2})\s*(?P<end>[日号])?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_WEEKDAY = re.compile(r"[(（]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)）]?")
_ENGLISH = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y")


@dataclass(frozen=True)
class Said:
    """The year, and perhaps the month, that a title says for all days below it."""

    year: int | None = None
    month: int | None = None


@dataclass(frozen=True)
class Moment:
    """A day, with its time where the ledger gives one."""

    day: date
    clock: time | None = None

    def at(self, zone: ZoneInfo, *, not_before: datetime | None = None, end: bool = False) -> datetime:
        """As a moment of the estate. A day alone is its beginning, or its `end`; on the day of `not_before`
        it is not before that."""
        clock = self.clock or (time(23, 59) if end else time())
        found = datetime.combine(self.day, clock, zone)
        if self.clock is None and not_before and not_before.astimezone(zone).date() == self.day:
            return max(found, not_before)
        return found


def said_in(texts: Iterable[str], fallback: str = "") -> Said:
    """What titles say of the year and the month; two years say none. `fallback`: the file's name.

    >>> said_in(["锦绣花园2026年3月投诉台账"]), said_in(["3月"], "2026年投诉台账.xlsx")
    (Said(year=2026, month=3), Said(year=2026, month=3))
    """
    texts = [unicodedata.normalize("NFKC", text) for text in texts]
    found = {(int(year), int(month or 0)) for text in texts for year, month in _YEAR.findall(text)}
    if not found:
        found = {
            (int(year), int(month or 0))
            for year, month in _YEAR.findall(unicodedata.normalize("NFKC", fallback))
        }
    years, months = {year for year, _month in found}, {month for _year, month in found if month}
    if not months:
        months = {int(month) for text in texts for month in _MONTH.findall(text)}
    if len(years) != 1:
        return Said()
    return Said(years.pop(), months.pop() if len(months) == 1 else None)


def moment_of(
    cell: object, epoch: datetime, said: Said, *, typed: bool = False, checks_month: bool = False
) -> Moment | None:
    """The moment a cell gives; None where it gives none. `typed`: texts of the file are texts as typed (a
    workbook), so that 3.1 is no 3.10. `checks_month`: it must lie in the month of the title. Raises Bad."""
    if isinstance(cell, datetime):
        return _moment(cell.year, cell.month, cell.day, _clock_of(cell))
    if isinstance(cell, date):
        return _moment(cell.year, cell.month, cell.day)
    shown = text_of(cell)
    text = unicodedata.normalize("NFKC", shown).strip()
    if text.lower() in NOTHING:
        return None
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return moment_of(from_excel(float(text), epoch), epoch, said)
    text = _WEEKDAY.sub(" ", text).replace(",", " ").replace("T", " ").strip(" .。")
    day, clock = _parted(text, shown)
    is_text = typed and isinstance(cell, str)
    found = _with_year(day, clock) or _without_year(day, clock, said, shown, is_text=is_text)
    if found is None:
        raise Bad(_("“%(text)s” is not a date that can be read: write it as 2026-03-05.") % {"text": shown})
    if checks_month and said.month and not _FULL.match(day) and found.day.month != said.month:
        raise Bad(
            _("“%(text)s” does not lie in month %(month)s, which the title says: write the whole date.")
            % {"text": shown, "month": said.month}
        )
    return found


def clock_of(cell: object) -> time | None:
    """A time of day of a column of its own. Raises Bad."""
    if isinstance(cell, datetime):
        return cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    text = unicodedata.normalize("NFKC", text_of(cell)).strip()
    if text.lower() in NOTHING:
        return None
    if match := _CLOCK.fullmatch(text):
        return _time(match, text)
    raise Bad(_("“%(text)s” is not a time of day: write it as 14:30.") % {"text": text})


def _parted(text: str, shown: str) -> tuple[str, time | None]:
    """The day and the time of a text."""
    if match := re.search(rf"(?<=[\s日号\d])\s*(?<![\d./-]){_TIME}$", text, re.IGNORECASE):
        before = text[: match.start()].strip()
        if before and match["hour"]:
            return before, _time(match, shown)
    return text, None


def _time(match: re.Match[str], shown: str) -> time:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or match["after"] or "").lower()
    if half in ("下午", "晚上", "晚", "pm") and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        raise Bad(_("“%(text)s” is not a time of day: write it as 14:30.") % {"text": shown})
    return time(hour, minute)


def _with_year(day: str, clock: time | None) -> Moment | None:
    for pattern in (_FULL, _COMPACT):
        if match := pattern.fullmatch(day):
            return _moment(int(match["year"]), int(match["month"]), int(match["day"]), clock)
    if match := _SHORT_YEAR.fullmatch(day):
        return _moment(2000 + int(match["year"]), int(match["month"]), int(match["day"]), clock)
    if match := _YEAR_LAST.fullmatch(day):
        one, two, year = (int(part) for part in match.groups())
        if (one > 12) != (two > 12) or one == two:
            return _moment(year, min(one, two), max(one, two), clock)
        raise Bad(_("“%(text)s” may be two days: write it as %(year)s-MM-DD.") % {"text": day, "year": year})
    for form in _ENGLISH:
        try:
            found = datetime.strptime(day, form)  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
        return _moment(found.year, found.month, found.day, clock)
    return None


def _without_year(day: str, clock: time | None, said: Said, shown: str, *, is_text: bool) -> Moment | None:
    match = _NO_YEAR.fullmatch(day)
    if match is None:
        return None
    if match["mark"] == "." and not match["end"] and not is_text and match["day"] in ("1", "2", "3"):
        # A cell of numbers shows 3.10 as 3.1.
        raise Bad(
            _("“%(text)s” may be day %(day)s or day %(other)s: write the whole date.")
            % {"text": shown, "day": match["day"], "other": match["day"] + "0"}
        )
    if said.year is None:
        raise Bad(
            _("“%(text)s” has no year, and neither the sheet's name nor its title says one.")
            % {"text": shown}
        )
    return _moment(said.year, int(match["month"]), int(match["day"]), clock)


def _moment(year: int, month: int, day: int, clock: time | None = None) -> Moment:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Bad(_("There is no such date: %(text)s.") % {"text": f"{year}-{month}-{day}"}) from None
    if not 2000 <= found.year <= 2100:
        raise Bad(_("There is no such date: %(text)s.") % {"text": f"{year}-{month}-{day}"})
    return Moment(found, clock)


def _clock_of(cell: datetime) -> time | None:
    """Midnight is what Excel has for a day without a time."""
    clock = cell.time().replace(second=0, microsecond=0)
    return clock if clock != time() else None
