"""When homes are written to about a survey: by day, and one after the other. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Nobody's phone rings before or after, by the clock of his estate.
OPENS, CLOSES = time(9), time(20)
#: Between two of them, so that what is urgent never waits behind thousands: 20,000 take a day.
EVERY = timedelta(seconds=2)


def moments(at: datetime, zone: str) -> Iterator[datetime]:
    """The moments of one message after the other, the first now or when the day begins; it never ends."""
    place = ZoneInfo(zone)
    when = at
    while True:
        here = when.astimezone(place)
        if here.time() < OPENS:
            when = datetime.combine(here.date(), OPENS, place)
        elif here.time() >= CLOSES:
            when = datetime.combine(here.date() + timedelta(days=1), OPENS, place)
        yield when
        when = when + EVERY
