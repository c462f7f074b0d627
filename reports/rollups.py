"""Roll-ups are written here, and nowhere else: one row for each estate and month that is over.

A row is made of the cases the slow way and put in one statement, so a reader finds the old one or the new;
two who make the same at once leave one of two, and whichever saw less does not hold (`figures.kept`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from complaints.models import Complaint
from reports.figures import facts
from reports.figures.counts import TREND_MONTHS
from reports.figures.kept import Seen, of_estate
from reports.figures.month import Month
from reports.figures.period import Period
from reports.models import MonthRollup
from reports.rollup_rows import FORM
from staff.models import Estate

logger = logging.getLogger(__name__)
#: A month is left alone for so long after its end: what was being written then is written by now.
SETTLED = timedelta(hours=1)
#: What the trend and the dashboard read of a row without its facts.
SUMS = ("received", "valid", "closed", "flow")
#: So many failures in one round mean that more is wrong than one month.
MOST_FAILURES = 5
#: So far back every estate has rows, be they empty: the trend, and the year it is compared with.
AT_LEAST = TREND_MONTHS + 12


@dataclass(frozen=True)
class Place:
    """Where a row belongs."""

    estate: Estate
    month: Month

    def __str__(self) -> str:
        return f"{self.month} {self.estate}"


def fill(now: datetime, *, go_on: Callable[[], bool] = lambda: True) -> int:
    """Make what is missing or holds no longer, the newest months first, as long as `go_on`; how many.

    One that fails keeps no other from being made; it is told at the end. Raises ExceptionGroup.
    """
    made = 0
    failures: list[Exception] = []
    for place in lacking(now):
        if not go_on() or len(failures) == MOST_FAILURES:
            break
        try:
            make(place, now)
        except Exception as failure:
            logger.exception("no roll-up could be made: %s", place)
            failures.append(failure)
        else:
            made += 1
    if failures:
        raise ExceptionGroup("the roll-ups", failures)
    return made


def rebuild(now: datetime, *, tell: Callable[[Place], None] = lambda place: None) -> int:
    """Make every row anew; what belongs nowhere is thrown away. How many."""
    MonthRollup.objects.exclude(form=FORM).delete()
    made = 0
    for place in places(now):
        make(place, now)
        tell(place)
        made += 1
    return made


def differing(now: datetime) -> Iterator[Place]:
    """Where a row that holds says something else than the cases do."""
    estates = list(Estate.objects.order_by("pk"))
    seen = Seen.now({estate.pk: estate.zone for estate in estates})
    for place in places(now):
        row = MonthRollup.objects.filter(estate=place.estate, month=place.month.first_day).first()
        if row is None or not of_estate(row, place.estate.zone, seen, now):
            continue
        period, columns = _period(place, now), _counted(place, now)
        told = facts.in_order(facts.put_together(period, [row])), *(getattr(row, name) for name in SUMS)
        true = facts.in_order(facts.counted(period)), *(columns[name] for name in SUMS)
        if told != true:
            yield place


def lacking(now: datetime) -> list[Place]:
    """Without a row that holds. Five queries, however many there are."""
    wanted = list(places(now))
    zones = {place.estate.pk: place.estate.zone for place in wanted}
    seen = Seen.now(zones)
    rows = MonthRollup.objects.filter(estate__in=zones).defer("flow", "facts", "times")
    held = {
        (row.estate_id, row.month)
        for row in rows.order_by("pk")
        if of_estate(row, zones[row.estate_id], seen, now)
    }
    return [place for place in wanted if (place.estate.pk, place.month.first_day) not in held]


def places(now: datetime) -> Iterator[Place]:
    """Every estate's months that have settled, the newest first. Two queries."""
    estates = list(Estate.objects.order_by("pk"))
    first = dict(Complaint.objects.order_by().values_list("estate").annotate(at=Min("received_at")))
    last = {estate.pk: Month.of(now - SETTLED, estate.zone).plus(-1) for estate in estates}
    begins = {
        estate.pk: min(
            Month.of(first[estate.pk], estate.zone) if estate.pk in first else last[estate.pk],
            last[estate.pk].plus(1 - AT_LEAST),
        )
        for estate in estates
    }
    month = max(last.values(), default=None)
    while month and month >= min(begins.values()):
        for estate in estates:
            if begins[estate.pk] <= month <= last[estate.pk]:
                yield Place(estate, month)
        month = month.plus(-1)


def make(place: Place, now: datetime) -> None:
    """Count one month of one estate and put its row in the place of what was there.

    What changes a past month is read before it is counted: who comes between is not in the row's account,
    and the row does not hold.
    """
    estate, month = place.estate, place.month
    voids, loads = Seen.now({estate.pk: estate.zone}).of(estate.pk, month)
    row = MonthRollup(
        estate=estate, month=month.first_day, zone=estate.zone.key, form=FORM, voids=voids, loads=loads,
        made_at=now, **_counted(place, now),
    )  # fmt: skip
    columns = [f.name for f in MonthRollup._meta.fields if f.name not in ("id", "estate", "month")]
    MonthRollup.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["estate", "month"], update_fields=columns
    )


def _counted(place: Place, now: datetime) -> dict[str, Any]:
    """The columns of a month; nothing need be counted before the estate's first case."""
    before = Complaint.objects.filter(
        estate=place.estate, received_at__lt=place.month.bounds(place.estate.zone)[1]
    )
    return facts.packed(_period(place, now)) if before.exists() else facts.NOTHING


def _period(place: Place, now: datetime) -> Period:
    return Period((place.estate,), place.month, now)
