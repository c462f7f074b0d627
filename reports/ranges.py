"""Any first and last day, those usually asked for, and the days they are compared with. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from reports.figures.month import Month

Days = tuple[date, date]  # first and last, both of them


def presets(today: date) -> dict[str, Days]:
    """By code, in the order they are offered."""
    this = Month(today.year, today.month)
    quarter = Month(today.year, (today.month - 1) // 3 * 3 + 1)
    return {
        "this_month": _months(this, this),
        "last_month": _months(this.plus(-1), this.plus(-1)),
        "this_quarter": _months(quarter, quarter.plus(2)),
        "last_quarter": _months(quarter.plus(-3), quarter.plus(-1)),
        "this_year": _months(Month(today.year, 1), Month(today.year, 12)),
        "last_12_months": _months(this.plus(-12), this.plus(-1)),
    }


def before(first: date, last: date) -> Days:
    """As many whole months before, where the days are whole months, else as many days."""
    if many := whole_months(first, last):
        of = Month(first.year, first.month)
        return _months(of.plus(-many), of.plus(-1))
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


def year_before(first: date, last: date) -> Days:
    """The same days of the year before; of February its last day."""
    if whole_months(first, last):
        return _months(Month(first.year, first.month).plus(-12), Month(last.year, last.month).plus(-12))
    return _a_year_earlier(first), _a_year_earlier(last)


def whole_months(first: date, last: date) -> int:
    """How many months the days are; 0 where they are not whole months."""
    begins, ends = Month(first.year, first.month), Month(last.year, last.month)
    if first != begins.first_day or last != ends.last_day or last < first:
        return 0
    return (ends.year - begins.year) * 12 + ends.number - begins.number + 1


def _months(begins: Month, ends: Month) -> Days:
    return begins.first_day, ends.last_day


def _a_year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
