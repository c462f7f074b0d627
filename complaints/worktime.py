"""When a limit runs out: start + limit in an estate's calendar (domain.md 4, K2). Pure.

Instants go in and come out in UTC; the calendar's zone decides what a day and an opening hour are,
daylight saving included. Walks over days, never over minutes. Answers exactly what counting open
minutes by the wall clock would: an hour that a change of the clocks repeats counts twice, one it
leaves out does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MONDAY_TO_FRIDAY = frozenset(range(5))


class Unit(StrEnum):
    HOURS = "hours"  # plain time, round the clock
    DAYS = "days"  # calendar days: the same wall time n days later
    SERVICE_HOURS = "service hours"  # only while the estate is staffed
    WORKING_DAYS = "working days"  # the same wall time n working days later


class EmptyCalendar(ValueError):
    """The calendar never opens, so nothing could ever be due; the text says why, `field` what is wrong."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Calendar:
    """An estate's time: zone, staffed hours with their lunch break, and which days are worked.

    Service time runs on every day unless `staffed_on_days_off` is false; then on working days only.
    """

    zone: ZoneInfo
    opens: time = time(8, 30)
    closes: time = time(17, 30)
    lunch: tuple[time, time] | None = None
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY  # 0 is Monday
    staffed_on_days_off: bool = True
    days_off: frozenset[date] = field(default_factory=frozenset)
    make_up_days: frozenset[date] = field(default_factory=frozenset)

    def instant(self, day: date, at: time) -> datetime:
        """A wall time as an instant; in a spring gap, as far after the gap as it lies in it."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() in self.weekdays and day not in self.days_off

    def shifts(self, day: date) -> tuple[tuple[time, time], ...]:
        """The staffed stretches of a day, from a wall time up to but without another."""
        if not (self.staffed_on_days_off or self.is_working_day(day)):
            return ()
        if self.lunch is None:
            return ((self.opens, self.closes),)
        return ((self.opens, self.lunch[0]), (self.lunch[1], self.closes))

    def check(self) -> None:
        """Raise EmptyCalendar with a sentence when a limit in this calendar could never run out."""
        if not self.weekdays:
            raise EmptyCalendar(_("At least one day of the week must be a working day."), "weekdays")
        if self.opens >= self.closes:
            raise EmptyCalendar(_("Service must close later than it opens."), "closes")
        if self.lunch is None:
            return
        starts, ends = self.lunch
        if starts >= ends:
            raise EmptyCalendar(_("The lunch break must end later than it starts."), "lunch_ends")
        if starts <= self.opens and ends >= self.closes:
            raise EmptyCalendar(_("The lunch break covers all service hours."), "lunch_ends")
        if starts < self.opens or ends > self.closes:
            raise EmptyCalendar(_("The lunch break must lie within the service hours."), "lunch_starts")


@dataclass(frozen=True)
class Limit:
    """An amount in a unit; `amount` is a timedelta for hours and whole days for days."""

    amount: timedelta
    unit: Unit

    @classmethod
    @lru_cache(maxsize=256)
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
    def counts_working_time(self) -> bool:
        """Whether an estate's hours or holidays have a say in it."""
        return self.unit in (Unit.SERVICE_HOURS, Unit.WORKING_DAYS)

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
    local = at.astimezone(calendar.zone)
    return any(opens <= local.time() < closes for opens, closes in calendar.shifts(local.date()))


def end_of_service(at: datetime, calendar: Calendar) -> datetime:
    """When the service ends of the day of `at`; where it has ended, of the next staffed day."""
    calendar.check()
    day = at.astimezone(calendar.zone).date()
    while True:
        for shift in calendar.shifts(day)[-1:]:
            if (end := calendar.instant(day, shift[1])) > at:
                return end
        day += DAY


def _same_wall_time(start: datetime, days: int, calendar: Calendar) -> datetime:
    local = start.astimezone(calendar.zone)
    return calendar.instant(local.date() + timedelta(days=days), local.time())


def _working_span(start: datetime, working_days: int, calendar: Calendar) -> int:
    calendar.check()
    day = start.astimezone(calendar.zone).date()
    left, span = working_days, 0
    while left:
        span += 1
        left -= calendar.is_working_day(day + timedelta(days=span))
    return span


def _add_service_time(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    calendar.check()
    start, left = start.astimezone(UTC), amount
    while True:
        end, offset = _steady(start, calendar.zone)
        for opens, closes in _open_between(_wall(start, offset), _wall(end, offset), calendar):
            if left <= closes - opens:
                return (opens + left - offset).replace(tzinfo=UTC)
            left -= closes - opens
        start = end


def _steady(start: datetime, zone: ZoneInfo) -> tuple[datetime, timedelta]:
    """Up to when the zone keeps the offset it has at `start`, at most a day; and that offset."""
    offset, end = _offset(start, zone), start + DAY
    if _offset(end, zone) != offset:
        before = start
        while end - before > SECOND:
            middle = before + (end - before) / 2
            if _offset(middle, zone) == offset:
                before = middle
            else:
                end = middle
        # Clocks change on a full second.
        end = end.replace(microsecond=0)
    return end, offset


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _wall(at: datetime, offset: timedelta) -> datetime:
    """What a clock on the wall shows, without a zone."""
    return (at + offset).replace(tzinfo=None)


def _open_between(begin: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The staffed stretches between two wall times of one offset."""
    day = begin.date()
    while day <= end.date():
        for opens, closes in calendar.shifts(day):
            since = max(begin, datetime.combine(day, opens))
            until = min(end, datetime.combine(day, closes))
            if since < until:
                yield since, until
        day += DAY
