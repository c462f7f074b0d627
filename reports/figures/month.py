"""A calendar month, or any days, as half-open intervals. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int  # 1 to 12

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2026-03`. Raises ValueError for anything else."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
        if not match or not 1 <= int(match[2]) <= 12 or not 2000 <= int(match[1]) <= 2999:
            raise ValueError(f"{text!r} is not a month: write it like 2026-03.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Month:
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def plus(self, months: int) -> Month:
        """The month so many later; earlier when negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first instant to the first instant of the next month, which is not part of it."""
        return Days(self.first_day, self.last_day).bounds(zone)


@dataclass(frozen=True, order=True)
class Days:
    """Any days one after the other: a day, half a month, a quarter, a year. The last is one of them."""

    first_day: date
    last_day: date

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the first instant to that of the day after the last, which is not part of them."""
        start, end = (
            datetime.combine(day, time(), zone) for day in (self.first_day, self.last_day + timedelta(days=1))
        )
        return start.astimezone(UTC), end.astimezone(UTC)
