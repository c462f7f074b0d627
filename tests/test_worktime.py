"""Working time against a minute-by-minute oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.worktime import Calendar, EmptyCalendar, Limit, Unit, due, in_service

ZONES = [
    "Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Apia", "Africa/Casablanca", "Asia/Urumqi", "America/Sao_Paulo", "Asia/Gaza",
]  # fmt: skip
MINUTE = timedelta(minutes=1)


def oracle(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """Count open minutes one by one, looking at the wall clock each time."""
    left, at = amount // MINUTE, start
    while left:
        wall = at.astimezone(calendar.zone).time()
        if calendar.opens <= wall < calendar.closes:
            left -= 1
        at += MINUTE
    return at


@settings(max_examples=400, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(
        lambda d: d.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    # Within the hours that no daylight-saving change touches, so that walls and edges agree.
    opens=st.integers(5 * 60, 10 * 60),
    length=st.integers(60, 10 * 60),
    amount=st.integers(1, 15 * 60),
)
def test_service_time_equals_the_minutes_counted_one_by_one(zone, start, opens, length, amount):
    calendar = Calendar(
        ZoneInfo(zone), time(opens // 60, opens % 60), time((opens + length) // 60, (opens + length) % 60)
    )
    limit = Limit(timedelta(minutes=amount), Unit.SERVICE_HOURS)
    assert due(start, limit, calendar) == oracle(start, limit.amount, calendar)


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda d: d.replace(tzinfo=UTC)),
    days=st.integers(1, 30),
)
def test_a_day_is_the_same_wall_time_on_a_later_date(zone, start, days):
    calendar = Calendar(ZoneInfo(zone))
    end = due(start, Limit(timedelta(days=days), Unit.DAYS), calendar).astimezone(calendar.zone)
    begin = start.astimezone(calendar.zone)
    assert end.date() == begin.date() + timedelta(days=days) or _in_gap(begin, days, calendar)
    assert end.time() == begin.time() or _in_gap(begin, days, calendar)


def _in_gap(begin: datetime, days: int, calendar: Calendar) -> bool:
    """The wall time does not exist on that day: clocks were put forward over it."""
    wall = datetime.combine(begin.date() + timedelta(days=days), begin.time(), calendar.zone)
    return wall.astimezone(UTC).astimezone(calendar.zone).time() != wall.time()


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


def test_an_empty_calendar_is_refused_instead_of_counted_forever():
    never = Calendar(ZoneInfo("UTC"), opens=time(9), closes=time(9))
    with pytest.raises(EmptyCalendar):
        due(shanghai(2026, 3, 2), Limit.parse("1 service hour"), never)


@pytest.mark.parametrize("text", ["3 working days", "30 service minutes", "1 day", "4 hours", "90 minutes"])
def test_a_limit_is_written_as_it_is_read(text):
    assert Limit.parse(text).text == text


@pytest.mark.parametrize("text", ["", "soon", "0 days", "-1 day", "2 weeks", "3 working hours", "1.5 days"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(ValueError, match="not a limit"):
        Limit.parse(text)
