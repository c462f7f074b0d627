"""The holidays of a year, from the library `holidays` or from a file of the office. Reads no rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from owners.importing.cells import DAY as EXACT
from owners.importing.cells import Bad, date_of, text_of
from owners.importing.files import Row, Sheet, read_sheets
from owners.names import clean_line

ONE_DAY = timedelta(days=1)
SHOWN = 5
OFF_WORDS = frozenset(
    {
        "休", "休息", "休息日", "公休", "公休日", "放假", "假", "假期", "节假日", "法定节假日", "法定假日",
        "法定假", "法定", "节日", "调休放假", "放假调休", "调休休息", "holiday", "public holiday",
        "off", "day off", "rest day",
    }
)  # fmt: skip
WORK_WORDS = frozenset(
    {
        "班", "上班", "补班", "调班", "补班日", "上班日", "工作日", "调休上班", "调休补班", "补休上班",
        "work", "working", "working day", "workday", "make-up", "make-up day",
    }
)  # fmt: skip
#: Days are swapped; whether this one is given or taken, only the office knows.
SWAP_WORDS = frozenset({"调休", "调休日", "换休", "swapped"})
#: A title may say the year in which days without one lie.
_YEAR = re.compile(r"(20\d\d)\s*年?")
_ONE_DAY = re.compile(r"(?:(20\d\d)[年\-/.])?(\d{1,2})[月\-/.](\d{1,2})[日号]?|(\d{1,2})[日号]")
_TO = re.compile(r"\s*(?:至|到|~|—+|–|―|－|(?<=[日号])\s*-|\s-\s|--)\s*")
#: More days than this in one row are no holiday.
LONGEST_RANGE = 31
_COLUMNS = {
    "date": 0, "day": 0, "日期": 0, "时间": 0, "放假日期": 0, "放假时间": 0, "type": 1, "kind": 1, "类型": 1,
    "类别": 1, "性质": 1, "休/班": 1, "安排": 1, "name": 2, "名称": 2, "节日": 2, "节日名称": 2, "节假日": 2,
    "假期名称": 2, "说明": 2, "备注": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """What is special about a date: a holiday 休, or a make-up working day 班."""

    is_working: bool
    name: str


class NotAnnounced(Refused):
    """The State Council has not announced the year: what a library says of it is a guess."""


def announced(year: int) -> dict[date, Day]:
    """Days off and make-up days of a year as the State Council arranged them, by date.

    Weekends beside a holiday belong to it, as in the notice, so that an estate that works on
    Saturdays rests too. Raises NotAnnounced.
    """
    import holidays  # here, since every start would pay 0.2 s for it

    known = holidays.country_holidays("CN", years=year, language="zh_CN")
    make_up = sorted(day for day in known.weekend_workdays if day.year == year)
    if not make_up:
        raise NotAnnounced(
            _(
                "The holidays of %(year)s have not been announced yet, or are newer than this program: no"
                " make-up day of that year is known. Enter them from the State Council's notice or a file."
            )
            % {"year": year}
        )
    told = {day: name for day, name in known.items() if day.year == year}
    feasts = {day: _plain(name) for day, name in told.items() if "调休" not in name}
    #: make-up day: the day off that is worked on it, which the library writes into the name
    given_for = {
        date.fromisoformat(found[0]): day
        for day, name in told.items()
        if (found := re.search(r"\d{4}-\d\d-\d\d", name))
    }

    def feast(day: date) -> str:
        return feasts[min(feasts, key=lambda other: (abs(other - day), other))]

    off = {day: Day(False, feast(day)) for day in told}
    for day in _weekends_beside(off, make_up, year):
        off[day] = Day(False, feast(day))
    work = {day: Day(True, f"{feast(given_for.get(day, day))}调休") for day in make_up}
    return dict(sorted((off | work).items()))


def _plain(name: str) -> str:
    """清明节（补假） is 清明节, and New Year's Eve a day of the Spring Festival."""
    return "春节" if "除夕" in name else re.sub(r"（.*?）", "", name)


def _weekends_beside(off: dict[date, Day], make_up: list[date], year: int) -> set[date]:
    found = set()
    for start in off:
        for step in (ONE_DAY, -ONE_DAY):
            day = start + step
            while day.weekday() >= 5 and day not in off and day not in make_up and day.year == year:
                found.add(day)
                day += step
    return found


def read_file(content: bytes, filename: str, *, swapped: str = "") -> dict[date, Day]:
    """The days of a table with the columns date, 休 or 班, name; rows of titles and headings stand above it.

    A date may be a range, `2027-02-05至2027-02-11` or `2月5日—11日`, in the year that a title names.
    `swapped` says what 调休 alone means, "off" or "work"; empty: it is asked. Raises
    Refused with the rows that cannot be read, for the file as a whole: a year is loaded whole.
    """
    found: dict[date, Day] = {}
    wrong: list[str] = []
    for sheet in read_sheets(content, filename):
        order, year, begun = [0, 1, 2], None, False
        for row in _filled(sheet):
            cells = [*row.cells, *[None] * (3 + max(order))]
            if not begun and (headings := _headings(row)):
                order = headings
                continue
            picked = [cells[place] for place in order]
            if not begun and not _says_something(picked):
                year = _year_of(row) or year
                continue
            begun = True
            try:
                days, what = _days(picked, sheet, year, swapped)
            except Bad as bad:
                wrong.append(_("row %(row)s: %(why)s") % {"row": row.number, "why": bad})
                continue
            for day in days:
                if found.setdefault(day, what) != what:
                    why = _("%(day)s stands there twice.") % {"day": day}
                    wrong.append(_("row %(row)s: %(why)s") % {"row": row.number, "why": why})
    if wrong:
        more = _(" And %(n)s more.") % {"n": len(wrong) - SHOWN} if len(wrong) > SHOWN else ""
        raise Refused(_("Not read, %(rows)s") % {"rows": " ".join(wrong[:SHOWN])} + more, field="file")
    if not found:
        raise Refused(_("There is no day in the file: write date, 休 or 班, and the name."), field="file")
    return found


def _filled(sheet: Sheet) -> Iterator[Row]:
    return (row for row in sheet.rows if not row.is_blank)


def _said(cell: object) -> str:
    """A cell's words without blanks: 休 息 日 is 休息日, Day off is day off."""
    text = clean_line(unicodedata.normalize("NFKC", text_of(cell))).lower()
    return text if text.isascii() else text.replace(" ", "")


def _headings(row: Row) -> list[int] | None:
    """Where date, kind and name stand, when the row names at least the first two of them."""
    where: dict[int, int] = {}
    for place, cell in enumerate(row.cells):
        if isinstance(cell, str) and (column := _COLUMNS.get(_said(cell))) is not None:
            where.setdefault(column, place)
    if not {0, 1} <= set(where):
        return None
    return [where[0], where[1], where.get(2, len(row.cells))]


def _says_something(picked: list[object]) -> bool:
    """Whether a row above the first day is meant for a day: it has a date, or a word such as 休."""
    if _said(picked[1]) in OFF_WORDS | WORK_WORDS | SWAP_WORDS:
        return True
    return not isinstance(picked[0], str) or bool(re.search(r"\d[月\-/.]\d", picked[0]))


def _year_of(row: Row) -> int | None:
    """The one year that a title names."""
    years = {match[1] for cell in row.cells if cell is not None for match in _YEAR.finditer(text_of(cell))}
    return int(years.pop()) if len(years) == 1 else None


def _days(picked: list[object], sheet: Sheet, year: int | None, swapped: str) -> tuple[list[date], Day]:
    days = _dates(picked[0], sheet, year)
    word, shown = _said(picked[1]), text_of(picked[1])
    if word in SWAP_WORDS and not swapped:
        raise Bad(
            _("%(day)s says only “%(word)s”. Is it a day off (休) or a working day (班)?")
            % {"day": days[0], "word": shown}
        )
    if word not in OFF_WORDS | WORK_WORDS | SWAP_WORDS:
        raise Bad(_("“%(word)s” is neither 休 nor 班.") % {"word": shown})
    name = clean_line(text_of(picked[2]))
    if not name or len(name) > 60:
        raise Bad(_("the third column needs a name of at most 60 characters."))
    return days, Day(swapped == "work" if word in SWAP_WORDS else word in WORK_WORDS, name)


def _dates(cell: object, sheet: Sheet, year: int | None) -> list[date]:
    """The dates of a cell: one, several with commas between, or ranges with both ends."""
    if not isinstance(cell, str):
        return [_exact(cell, sheet)]
    text = re.sub(r"[(（].*?[)）]", "", unicodedata.normalize("NFKC", clean_line(cell)))
    dates: list[date] = []
    for part in filter(None, (part.strip() for part in re.split(r"[、,，;]", text))):
        ends = _TO.split(part)
        first = _end(ends[0], dates[-1] if dates else None, year, sheet)
        last = _end(ends[1], first, year, sheet) if len(ends) == 2 else first
        if len(ends) > 2 or not timedelta() <= last - first < timedelta(days=LONGEST_RANGE):
            raise Bad(_("“%(text)s” does not go from one date to a later one.") % {"text": part})
        dates += [first + n * ONE_DAY for n in range((last - first).days + 1)]
    if not dates:
        raise Bad(_("the first column is no date such as 2026-10-01."))
    return dates


def _end(text: str, before: date | None, year: int | None, sheet: Sheet) -> date:
    """One end of a range; of what it leaves out, the year is that of the title, the month that before it."""
    match = _ONE_DAY.fullmatch(text.strip())
    if match is None:
        return _exact(text, sheet)
    said = match[1] or (before.year if before else year)
    if said is None:
        raise Bad(_("“%(text)s” does not say its year.") % {"text": text})
    if match[4] and before is None:
        raise Bad(_("“%(text)s” does not say its month.") % {"text": text})
    month = before.month if match[4] and before else match[2]
    return _exact(f"{said}-{month}-{match[4] or match[3]}", sheet)


def _exact(cell: object, sheet: Sheet) -> date:
    when = date_of(cell, sheet.epoch)
    if when is None or when.precision != EXACT or not 2000 <= when.date.year <= 2100:
        raise Bad(_("the first column is no date such as 2026-10-01."))
    return when.date
