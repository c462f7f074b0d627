"""The months a random history goes through, and how each of them stood at its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reports.figures.month import Month
from tests.cast import DAY, HOUR, SHANGHAI, march
from tests.histories import House, swept
from tests.slow_month import Photo, photograph

FEBRUARY, MARCH, APRIL = (Month(2026, number) for number in (2, 3, 4))
START = march(1) - 20 * DAY
ENDS = {month: month.bounds(SHANGHAI)[1] for month in (FEBRUARY, MARCH)}


def history(house: House, acts: list[Any], step: timedelta) -> tuple[dict[Month, Photo], datetime]:
    """The acts one after the other, the sweep going by, and a photograph at the end of each month."""
    photos: dict[Month, Photo] = {}
    at = START
    for verb, which, dice, gap in acts:
        at += gap * step
        for month, end in ENDS.items():
            if month not in photos and at >= end:
                swept(end - timedelta(seconds=1))
                photos[month] = photograph(end)
        swept(at)
        house.act(verb, which, dice, at)
    at = max(at, ENDS[MARCH] + HOUR)
    swept(at)
    for month, end in ENDS.items():
        photos.setdefault(month, photograph(end))
    return photos, at + HOUR
