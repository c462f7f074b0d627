"""Working time against a minute-by-minute oracle. bin/faults: 6,000 cases, every zone and odd night."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from complaints.worktime import Calendar, EmptyCalendar, Limit, Unit, due, in_service

ZONES = [
    "Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Apia", "Africa/Casablanca", "Asia/Urumqi", "Africa/Cairo", "Asia/Gaza",
    "America/Havana", "Pacific/Chatham",
]  # fmt: skip
CASES = 6000 if os.environ.get("FAULTS") == "full" else 200  # full: bin/faults
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
randomly = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


# The oracle ------------------------------------------------------------------------------------------


def is_open(wall: datetime, calendar: Calendar) -> bool:
    """As a person reads it off the notice at the door."""
    day = wall.date()
    worked = day in calendar.make_up_days or (
        day.weekday() in calendar.weekdays and day not in calendar.days_off
    )
    if not worked and not calendar.staffed_on_days_off:
        return False
    if calendar.lunch and calendar.lunch[0] <= wall.time() < calendar.lunch[1]:
        return False
    return calendar.opens <= wall.time() < calendar.closes


def oracle(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """Count open minutes one by one, looking at the wall clock each time."""
    left, at = amount // MINUTE, start
    while left:
        left -= is_open(at.astimezone(calendar.zone), calendar)
        at += MINUTE
    return at


def day_by_day(start: datetime, working_days: int, calendar: Calendar) -> date:
    """The date on which so many working days have begun since `start`."""
    day = start.astimezone(calendar.zone).date()
    while working_days:
        day += DAY
        off = day.weekday() not in calendar.weekdays or day in calendar.days_off
        working_days -= day in calendar.make_up_days or not off
    return day


# Random calendars, many of them in a night when the clocks change ---------------------------------------


@cache
def changes(zone: str) -> list[datetime]:
    """The hours from 2024 on in which the zone's clocks change."""
    found, at = [], FIRST
    while at < LAST:
        if at.astimezone(ZoneInfo(zone)).utcoffset() != (at + HOUR).astimezone(ZoneInfo(zone)).utcoffset():
            found.append(at)
        at += HOUR
    return found


@st.composite
def beginnings(draw, zone: str) -> datetime:
    """Any minute of four years; every second time within two days before a change of the clocks."""
    if changes(zone) and draw(st.booleans()):
        return draw(st.sampled_from(changes(zone))) - draw(st.integers(-120, 2 * 24 * 60)) * MINUTE
    return FIRST + draw(st.integers(0, (LAST - FIRST) // MINUTE)) * MINUTE


def clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


@st.composite
def worlds(draw) -> tuple[datetime, Calendar]:
    """A start, and a calendar with holidays and make-up days around it."""
    zone = draw(st.sampled_from(ZONES))
    start = draw(beginnings(zone))
    edges = draw(st.lists(st.integers(0, 24 * 60 - 1), min_size=4, max_size=4, unique=True).map(sorted))
    opens, *lunch, closes = (clock(minutes) for minutes in edges)
    assume(edges[-1] - edges[0] - (edges[2] - edges[1]) >= 60)
    days = st.integers(0, 20).map(lambda n: start.date() + n * DAY)
    return start, Calendar(
        ZoneInfo(zone),
        opens,
        closes,
        lunch=draw(st.sampled_from([None, (lunch[0], lunch[1])])),
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        staffed_on_days_off=draw(st.booleans()),
        days_off=draw(st.frozensets(days, max_size=8)),
        make_up_days=draw(st.frozensets(days, max_size=4)),
    )


@randomly
@given(world=worlds(), amount=st.integers(1, 20 * 60))
def test_service_time_equals_the_minutes_counted_one_by_one(world, amount):
    start, calendar = world
    limit = Limit(amount * MINUTE, Unit.SERVICE_HOURS)
    assert due(start, limit, calendar) == oracle(start, limit.amount, calendar)


@randomly
@given(world=worlds(), days=st.integers(1, 15))
def test_working_days_end_on_the_day_counted_one_by_one(world, days):
    start, calendar = world
    end = due(start, Limit(days * DAY, Unit.WORKING_DAYS), calendar)
    wall = datetime.combine(
        day_by_day(start, days, calendar), start.astimezone(calendar.zone).time(), calendar.zone
    )
    assert end == wall.astimezone(UTC)


@randomly
@given(world=worlds())
def test_in_service_is_what_the_notice_at_the_door_says(world):
    start, calendar = world
    assert in_service(start, calendar) == is_open(start.astimezone(calendar.zone), calendar)


@randomly
@given(data=st.data(), zone=st.sampled_from(ZONES), days=st.integers(1, 30))
def test_a_day_is_the_same_wall_time_on_a_later_date(data, zone, days):
    calendar, start = Calendar(ZoneInfo(zone)), data.draw(beginnings(zone))
    end = due(start, Limit(timedelta(days=days), Unit.DAYS), calendar).astimezone(calendar.zone)
    begin = start.astimezone(calendar.zone)
    assert end.date() == begin.date() + timedelta(days=days) or _in_gap(begin, days, calendar)
    assert end.time() == begin.time() or _in_gap(begin, days, calendar)


def _in_gap(begin: datetime, days: int, calendar: Calendar) -> bool:
    """The wall time does not exist on that day: clocks were put forward over it."""
    wall = datetime.combine(begin.date() + timedelta(days=days), begin.time(), calendar.zone)
    return wall.astimezone(UTC).astimezone(calendar.zone).time() != wall.time()


# As a person would say it --------------------------------------------------------------------------------


SHANGHAI = Calendar(
    ZoneInfo("Asia/Shanghai"),
    days_off=frozenset({date(2026, 4, 6)}),
    make_up_days=frozenset({date(2026, 2, 28)}),
)


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI.zone)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        (shanghai(2026, 3, 2, 9), "30 service minutes", shanghai(2026, 3, 2, 9, 30)),
        (shanghai(2026, 3, 2, 17, 20), "30 service minutes", shanghai(2026, 3, 3, 8, 50)),
        (shanghai(2026, 3, 2, 17, 30), "60 service minutes", shanghai(2026, 3, 3, 9, 30)),
        (shanghai(2026, 3, 2, 2), "60 service minutes", shanghai(2026, 3, 2, 9, 30)),
        (shanghai(2026, 3, 2, 14), "4 service hours", shanghai(2026, 3, 3, 9)),
        (shanghai(2026, 3, 2, 2), "30 minutes", shanghai(2026, 3, 2, 2, 30)),
        (shanghai(2026, 12, 31, 23), "1 day", shanghai(2027, 1, 1, 23)),
        (shanghai(2026, 3, 6, 10), "1 working day", shanghai(2026, 3, 9, 10)),
        (shanghai(2026, 4, 3, 10), "1 working day", shanghai(2026, 4, 7, 10)),
        (shanghai(2026, 2, 27, 10), "1 working day", shanghai(2026, 2, 28, 10)),
    ],
)
def test_a_limit_ends_when_a_person_would_say(start, limit, end):
    assert due(start, Limit.parse(limit), SHANGHAI) == end


def test_a_day_in_the_spring_gap_ends_after_the_gap():
    berlin = Calendar(ZoneInfo("Europe/Berlin"))
    start = datetime(2026, 3, 28, 2, 30, tzinfo=berlin.zone)
    assert due(start, Limit.parse("1 day"), berlin) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_closing_minute_is_outside_service():
    assert in_service(shanghai(2026, 3, 2, 8, 30), SHANGHAI)
    assert not in_service(shanghai(2026, 3, 2, 17, 30), SHANGHAI)


@pytest.mark.parametrize(
    ("calendar", "why"),
    [
        (Calendar(SHANGHAI.zone, opens=time(9), closes=time(9)), "close later than it opens"),
        (Calendar(SHANGHAI.zone, weekdays=frozenset()), "one day of the week"),
        (Calendar(SHANGHAI.zone, lunch=(time(8), time(18))), "covers all"),
        (Calendar(SHANGHAI.zone, lunch=(time(13), time(12))), "end later than it starts"),
        (Calendar(SHANGHAI.zone, lunch=(time(12), time(12))), "end later than it starts"),
        (Calendar(SHANGHAI.zone, lunch=(time(8), time(9))), "within the service hours"),
        (Calendar(SHANGHAI.zone, lunch=(time(17), time(18))), "within the service hours"),
        (Calendar(SHANGHAI.zone, lunch=(time(8, 30), time(17, 30))), "covers all"),
    ],
)
@pytest.mark.parametrize("limit", ["1 service hour", "1 working day"])
def test_an_empty_calendar_is_refused_instead_of_counted_forever(calendar, why, limit):
    with translation.override("en"), pytest.raises(EmptyCalendar, match=why):
        due(shanghai(2026, 3, 2), Limit.parse(limit), calendar)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        (shanghai(2026, 3, 2, 11, 50), "30 service minutes", shanghai(2026, 3, 2, 13, 50)),
        (shanghai(2026, 3, 2, 12, 30), "30 service minutes", shanghai(2026, 3, 2, 14)),
        (shanghai(2026, 3, 2, 11), "1 service hour", shanghai(2026, 3, 2, 12)),  # at the stroke of lunch
        (shanghai(2026, 3, 2, 16, 30), "1 service hour", shanghai(2026, 3, 2, 17, 30)),  # and of closing
        (shanghai(2026, 3, 2, 9), "7 service hours", shanghai(2026, 3, 2, 17, 30)),
        (shanghai(2026, 3, 2, 14), "4 service hours", shanghai(2026, 3, 3, 9)),
        (shanghai(2026, 3, 6, 17), "1 service hour", shanghai(2026, 3, 9, 9)),  # no service at weekends
        (shanghai(2026, 4, 3, 17), "1 service hour", shanghai(2026, 4, 7, 9)),  # nor on Tomb-Sweeping Day
        (shanghai(2026, 2, 27, 17), "1 service hour", shanghai(2026, 2, 28, 9)),  # a make-up Saturday
    ],
)
def test_lunch_and_days_off_do_not_count_as_service(start, limit, end):
    office = replace(SHANGHAI, lunch=(time(12), time(13, 30)), staffed_on_days_off=False)
    assert due(start, Limit.parse(limit), office) == end


def test_an_hour_that_comes_twice_is_worked_twice():
    berlin = Calendar(ZoneInfo("Europe/Berlin"), opens=time(0), closes=time(6))
    night = datetime(2026, 10, 25, tzinfo=berlin.zone)
    assert due(night, Limit.parse("4 service hours"), berlin) == datetime(2026, 10, 25, 2, tzinfo=UTC)
    spring = datetime(2026, 3, 29, tzinfo=berlin.zone)
    assert due(spring, Limit.parse("4 service hours"), berlin) == datetime(2026, 3, 29, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["3 working days", "30 service minutes", "1 day", "4 hours", "90 minutes"])
def test_a_limit_is_written_as_it_is_read(text):
    assert Limit.parse(text).text == text


@pytest.mark.parametrize("starts", [time(8, 30), time(16, 30)])
def test_lunch_may_begin_or_end_the_service_hours(starts):
    office = replace(SHANGHAI, lunch=(starts, time(starts.hour + 1, 30)))
    office.check()
    inside = shanghai(2026, 3, 2, starts.hour, starts.minute)
    assert not in_service(inside, office) and in_service(shanghai(2026, 3, 2, 11), office)


@pytest.mark.parametrize(
    ("text", "is_long", "by_the_office"),
    [
        ("23 hours", False, False), ("24 hours", True, False), ("1 day", True, False),
        ("90 service minutes", False, True), ("24 service hours", True, True), ("1 working day", True, True),
    ],
)  # fmt: skip
def test_a_limit_of_a_day_warns_and_working_time_asks_the_calendar(text, is_long, by_the_office):
    limit = Limit.parse(text)
    assert (limit.is_long, limit.counts_working_time) == (is_long, by_the_office)


@pytest.mark.parametrize("text", ["", "soon", "0 days", "-1 day", "2 weeks", "3 working hours", "1.5 days"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(ValueError, match="not a limit"):
        Limit.parse(text)
