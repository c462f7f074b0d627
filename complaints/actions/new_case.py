"""A case that is new with this act: its number, and what the act gives the unit of work it goes on in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from complaints import case_numbers
from complaints.models import Clock, Cycle, PolicyVersion
from complaints.policy import ClockKind
from complaints.worktime import Calendar
from staff.models import Estate
from staff.stand_ins import StandIns


@dataclass(frozen=True)
class NewCase:
    """What the act that takes a case has read and written for it: nobody else can hold it yet."""

    stand_ins: StandIns
    barred: frozenset[int]
    policy_version: PolicyVersion
    calendar: Calendar
    cycle: Cycle
    running: dict[ClockKind, Clock]


def next_number(estate: Estate, at: datetime) -> str:
    """The next number of the estate's year, gap-free: the counter is locked until the case is written."""
    return next_numbers(estate, at.astimezone(estate.zone).year, 1)[0]


def next_numbers(estate: Estate, year: int, many: int) -> list[str]:
    """So many numbers of the estate's year in one go, gap-free as one is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO complaints_numberseries (estate_id, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (estate_id, year) DO UPDATE SET last = complaints_numberseries.last + excluded.last"
            " RETURNING last",
            [estate.pk, year, many],
        )
        last = cursor.fetchone()[0]
    return [case_numbers.compose(estate.code, year, serial) for serial in range(last - many + 1, last + 1)]
