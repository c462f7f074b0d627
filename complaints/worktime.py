"""When a limit runs out: start + limit in an estate's calendar (domain.md 4, K2). Pure.

Instants go in and come out in UTC; the calendar's zone decides what a day and an opening hour are,
daylight saving included. Walks over days, never over minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
#: A calendar in which this many days pass without one open minute is a mistake, not a calendar.
LONGEST_CLOSURE_DAYS = 400


class Unit(StrEnum):
    HOURS = "hours"  # plain time, round the clock
    DAYS = "days"  # calendar days: the same wall time n days later
    SERVICE_HOURS = "service hours"  # only while the estate is staffed
    WORKING_DAYS = "working days"  # the same wall time n working days later


class EmptyCalendar(ValueError):
    """The calendar never opens, so nothing could ever be due."""


@dataclass(frozen=True)
class Calendar:
    """An estate's time: zone, staffed hours of every day, and which days are worked."""

    zone: ZoneInfo
    opens: time = time(8, 30)
    closes: time = time(17, 30)
    days_off: frozenset[date] = field(default_factory=frozenset)
    make_up_days: frozenset[date] = field(default_factory=frozenset)

    def instant(self, day: date, at: time) -> datetime:
        """A wall time as an instant; in a spring gap, as far after the gap as it lies in it."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.days_off


@dataclass(frozen=True)
class Limit:
    """An amount in a unit; `amount` is a timedelta for hours and whole days for days."""

    amount: timedelta
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read `30 minutes`, `4 hours`, `30 service minutes`, `4 service hours`, `1 day`, `3 working days`.

        Raises ValueError for anything else.
        """
        words = text.split()
        if len(words) not in (2, 3) or not words[0].isdigit() or int(words[0]) < 1:
            raise ValueError(f"{text!r} is not a limit: write it like '30 service minutes' or '3 days'.")
        number, noun = int(words[0]), words[-1].rstrip("s")
        kinds = {
            ("minute", ""): (timedelta(minutes=number), Unit.HOURS),
            ("hour", ""): (timedelta(hours=number), Unit.HOURS),
            ("minute", "service"): (timedelta(minutes=number), Unit.SERVICE_HOURS),
            ("hour", "service"): (timedelta(hours=number), Unit.SERVICE_HOURS),
            ("day", ""): (timedelta(days=number), Unit.DAYS),
            ("day", "working"): (timedelta(days=number), Unit.WORKING_DAYS),
        }
        try:
            return cls(*kinds[noun, words[1] if len(words) == 3 else ""])
        except KeyError:
            raise ValueError(f"{text!r} is not a limit: write it like '3 working days'.") from None

    @property
    def text(self) -> str:
        """As `parse` reads it; whole hours as hours, anything less in minutes."""
        if self.unit in (Unit.DAYS, Unit.WORKING_DAYS):
            number, noun = self.amount.days, "day"
        elif self.amount % timedelta(hours=1):
            number, noun = self.amount // timedelta(minutes=1), "minute"
        else:
            number, noun = self.amount // timedelta(hours=1), "hour"
        kind = {Unit.SERVICE_HOURS: "service ", Unit.WORKING_DAYS: "working "}.get(self.unit, "")
        return f"{number} {kind}{noun}{'' if number == 1 else 's'}"

    @property
    def is_long(self) -> bool:
        """A day or more: such limits are warned of before they run out."""
        return self.amount >= DAY


def due(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """The instant at which `limit`, begun at `start`, has run out."""
    match limit.unit:
        case Unit.HOURS:
            return start.astimezone(UTC) + limit.amount
        case Unit.DAYS:
            return _same_wall_time(start, limit.amount.days, calendar)
        case Unit.WORKING_DAYS:
            return _same_wall_time(start, _working_span(start, limit.amount.days, calendar), calendar)
        case Unit.SERVICE_HOURS:
            return _add_service_time(start, limit.amount, calendar)


def in_service(at: datetime, calendar: Calendar) -> bool:
    """Whether the estate is staffed at `at`; the closing minute is outside."""
    day = at.astimezone(calendar.zone).date()
    return calendar.instant(day, calendar.opens) <= at < calendar.instant(day, calendar.closes)


def _same_wall_time(start: datetime, days: int, calendar: Calendar) -> datetime:
    local = start.astimezone(calendar.zone)
    return calendar.instant(local.date() + timedelta(days=days), local.time())


def _working_span(start: datetime, working_days: int, calendar: Calendar) -> int:
    day = start.astimezone(calendar.zone).date()
    left, span = working_days, 0
    while left:
        span += 1
        if span > working_days * 7 + LONGEST_CLOSURE_DAYS:
            raise EmptyCalendar("No working day ahead.")
        left -= calendar.is_working_day(day + timedelta(days=span))
    return span


def _add_service_time(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    if calendar.opens >= calendar.closes:
        raise EmptyCalendar("The service hours are empty.")
    start, left = start.astimezone(UTC), amount
    day = start.astimezone(calendar.zone).date()
    while True:
        opens, closes = calendar.instant(day, calendar.opens), calendar.instant(day, calendar.closes)
        begin = max(start, opens)
        if begin < closes:
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        day += DAY
