"""The holidays of a year, from the library `holidays` or from a file of the office. Reads no rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from owners.importing.cells import DAY as EXACT
from owners.importing.cells import Bad, date_of, text_of
from owners.importing.files import Row, Sheet, read_sheets
from staff.refusals import Refused

ONE_DAY = timedelta(days=1)
SHOWN = 5
OFF_WORDS = frozenset({"休", "休息", "放假", "假", "节假日", "holiday", "off", "day off"})
WORK_WORDS = frozenset(
    {"班", "上班", "补班", "调休", "调休上班", "工作日", "work", "working", "working day", "make-up"}
)


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
    import holidays  # here, since every start would pay for it

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


def read_file(content: bytes, filename: str) -> dict[date, Day]:
    """The days of a table with the columns date, 休 or 班, name; a title row is passed over.

    Raises Refused with the rows that cannot be read, for the file as a whole: a year is loaded whole.
    """
    found: dict[date, Day] = {}
    wrong: list[str] = []
    for sheet in read_sheets(content, filename):
        for position, row in enumerate(_filled(sheet)):
            try:
                day, what = _day(row, sheet)
            except Bad as bad:
                if position or found:  # the first row may be a title
                    wrong.append(_("row %(row)s: %(why)s") % {"row": row.number, "why": bad})
                continue
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


def _day(row: Row, sheet: Sheet) -> tuple[date, Day]:
    cells = [*row.cells, None, None, None]
    when = date_of(cells[0], sheet.epoch)
    if when is None or when.precision != EXACT or not 2000 <= when.date.year <= 2100:
        raise Bad(_("the first column is no date such as 2026-10-01."))
    word = text_of(cells[1]).lower()
    if word not in OFF_WORDS | WORK_WORDS:
        raise Bad(_("“%(word)s” is neither 休 nor 班.") % {"word": word})
    name = text_of(cells[2])
    if not name or len(name) > 60:
        raise Bad(_("the third column needs a name of at most 60 characters."))
    return when.date, Day(word in WORK_WORDS, name)
