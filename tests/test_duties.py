"""The table of the report calendar, said a second time by hand: which days, due when, who does what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Calendar
from reports.duties import (
    ACTS,
    DEFAULTS,
    SHAPES,
    DueLevel,
    DuePeriod,
    DueState,
    Part,
    ReportKind,
    due_at,
    follows,
    opens_at,
    period_ending_after,
    periods_from,
    rule_of,
    waits_for,
)
from staff.roles import Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: National Day 2026: off from Thursday 1 to Wednesday 7 October; Saturday the 10th is worked.
CALENDAR = Calendar(
    zone=SHANGHAI,
    days_off=frozenset(date(2026, 10, n) for n in range(1, 8)),
    make_up_days=frozenset({date(2026, 10, 10)}),
)


def at(*wall: int, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime(*wall, tzinfo=zone).astimezone(UTC)


# kind, a day of its time, the days it is about, before when it has to be there
BY_HAND = [
    ("daily", date(2026, 3, 2), (date(2026, 3, 2), date(2026, 3, 3)), at(2026, 3, 3, 9)),
    ("daily", date(2026, 3, 6), (date(2026, 3, 6), date(2026, 3, 7)), at(2026, 3, 9, 9)),  # Friday
    ("daily", date(2026, 3, 7), (date(2026, 3, 7), date(2026, 3, 8)), at(2026, 3, 9, 9)),  # Saturday
    ("daily", date(2026, 9, 30), (date(2026, 9, 30), date(2026, 10, 1)), at(2026, 10, 8, 9)),
    ("daily", date(2026, 10, 9), (date(2026, 10, 9), date(2026, 10, 10)), at(2026, 10, 10, 9)),  # make-up day
    ("daily", date(2026, 12, 31), (date(2026, 12, 31), date(2027, 1, 1)), at(2027, 1, 1, 9)),
    ("half_monthly", date(2026, 2, 28), (date(2026, 3, 1), date(2026, 3, 16)), at(2026, 3, 18)),
    ("half_monthly", date(2026, 3, 15), (date(2026, 3, 1), date(2026, 3, 16)), at(2026, 3, 18)),
    ("half_monthly", date(2026, 12, 16), (date(2027, 1, 1), date(2027, 1, 16)), at(2027, 1, 18)),
    ("monthly", date(2026, 2, 10), (date(2026, 2, 1), date(2026, 3, 1)), at(2026, 3, 3)),
    ("monthly", date(2026, 12, 31), (date(2026, 12, 1), date(2027, 1, 1)), at(2027, 1, 3)),
    ("monthly", date(2026, 9, 30), (date(2026, 9, 1), date(2026, 10, 1)), at(2026, 10, 3)),
    ("quarterly", date(2026, 3, 31), (date(2026, 1, 1), date(2026, 4, 1)), at(2026, 4, 11)),
    ("quarterly", date(2026, 11, 5), (date(2026, 10, 1), date(2027, 1, 1)), at(2027, 1, 11)),
    ("annual", date(2026, 7, 1), (date(2026, 1, 1), date(2027, 1, 1)), at(2027, 1, 21)),
    ("department", date(2024, 2, 29), (date(2024, 2, 1), date(2024, 3, 1)), at(2024, 3, 3)),
    ("department_year", date(2026, 7, 1), (date(2026, 1, 1), date(2027, 1, 1)), at(2027, 1, 21)),
    ("warranty", date(2026, 3, 25), (date(2026, 2, 26), date(2026, 3, 26)), at(2026, 3, 27)),
    ("warranty", date(2026, 3, 26), (date(2026, 3, 26), date(2026, 4, 26)), at(2026, 4, 27)),
    ("warranty", date(2026, 12, 30), (date(2026, 12, 26), date(2027, 1, 26)), at(2027, 1, 27)),
    # Two working days before the 18th, a Wednesday; before the 3rd, in National Day; before a Sunday.
    ("input_half", date(2026, 3, 1), (date(2026, 3, 1), date(2026, 3, 16)), at(2026, 3, 16)),
    ("input_month", date(2026, 9, 1), (date(2026, 9, 1), date(2026, 10, 1)), at(2026, 9, 29)),
    ("input_month", date(2026, 4, 1), (date(2026, 4, 1), date(2026, 5, 1)), at(2026, 4, 30)),
    ("public_list", date(2026, 12, 31), (date(2026, 12, 1), date(2027, 1, 1)), at(2027, 1, 6)),
    ("contractors", date(2026, 3, 31), (date(2026, 3, 1), date(2026, 4, 1)), at(2026, 4, 8)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "day", "days", "due"), BY_HAND)
def test_a_report_is_about_these_days_and_due_then(kind, day, days, due):
    kind = ReportKind(kind)
    period = period_ending_after(SHAPES[kind].every, day)
    assert (period.first, period.until) == days
    assert due_at(kind, period, {}, CALENDAR) == due


def test_every_kind_is_in_the_hand_written_table():
    assert {kind for kind, *_rest in BY_HAND} == set(ReportKind) == set(DEFAULTS) == set(SHAPES)


@pytest.mark.parametrize("kind", ReportKind)
def test_the_times_of_a_kind_follow_one_another_and_never_overlap(kind):
    periods = list(islice(periods_from(SHAPES[kind].every, date(2025, 11, 20)), 40))
    for one, after in zip(periods, periods[1:], strict=False):
        assert one.first < one.until <= after.first
        gap = (after.first - one.until).days
        assert gap == 0 or kind in ("half_monthly", "input_half") and 13 <= gap <= 16


@pytest.mark.parametrize("kind", ReportKind)
def test_a_report_is_asked_for_before_it_is_due_and_due_after_its_time_but_for_inputs(kind):
    for period in islice(periods_from(SHAPES[kind].every, date(2026, 1, 1)), 14):
        due = due_at(kind, period, {}, CALENDAR)
        opens = opens_at(kind, period, due, CALENDAR)
        assert opens < due
        ends = at(*period.until.timetuple()[:3])
        assert opens <= ends and (due >= ends or kind.startswith("input"))


def test_a_due_time_is_the_estates_own_and_stays_at_its_wall_time_through_daylight_saving():
    new_york = Calendar(zone=ZoneInfo("America/New_York"))
    march = DuePeriod(date(2026, 3, 1), date(2026, 4, 1))
    assert due_at(ReportKind.MONTHLY, march, {}, new_york) == at(2026, 4, 3, zone=new_york.zone)
    saturday = DuePeriod(date(2026, 3, 7), date(2026, 3, 8))  # clocks go forward on the 8th
    assert due_at(ReportKind.DAILY, saturday, {}, new_york) == datetime(2026, 3, 9, 13, tzinfo=UTC)


def test_what_falls_on_a_day_off_waits_for_the_next_working_day_where_the_rules_say_so():
    september = DuePeriod(date(2026, 9, 1), date(2026, 10, 1))
    rules = {"monthly": {"due": {"day": 3, "time": "00:00", "on_day_off": "next"}}}
    # The last day is the 2nd, a holiday; the next working day is the 8th, and all of it may be used.
    assert due_at(ReportKind.MONTHLY, september, rules, CALENDAR) == at(2026, 10, 9)
    at_noon = {"monthly": {"due": {"day": 3, "time": "12:00", "on_day_off": "next"}}}
    assert due_at(ReportKind.MONTHLY, september, at_noon, CALENDAR) == at(2026, 10, 8, 12)
    assert due_at(ReportKind.INPUT_MONTH, september, at_noon, CALENDAR) == at(2026, 9, 29, 12)


def test_a_version_that_does_not_say_a_rule_goes_by_the_defaults():
    rule = rule_of({"monthly": {"remind_hours": 48}}, "monthly")
    assert (rule.remind_hours, rule.prepares, rule.checks) == (48, Role.SUPERVISOR, Role.PROPERTY_MANAGER)


# Who ----------------------------------------------------------------------------------------------

# kind: prepares, checks, approves, whether another person must
PARTS = {
    "daily": ("supervisor", None, "supervisor", False),
    "half_monthly": ("supervisor", "property_manager", "general_manager", True),
    "monthly": ("supervisor", "property_manager", "general_manager", True),
    "quarterly": ("supervisor", "property_manager", "general_manager", True),
    "annual": ("supervisor", "property_manager", "general_manager", True),
    "department": ("department_head", "supervisor", "property_manager", True),
    "department_year": ("department_head", "supervisor", "property_manager", True),
    "warranty": ("supervisor", None, "property_manager", False),
    "input_half": ("supervisor", None, "property_manager", False),
    "input_month": ("supervisor", None, "property_manager", False),
    "public_list": ("supervisor", "property_manager", "general_manager", True),
    "contractors": ("supervisor", None, "property_manager", False),
}


@pytest.mark.parametrize("kind", ReportKind)
def test_who_prepares_checks_and_approves(kind):
    rule = rule_of({}, kind)
    assert (rule.prepares, rule.checks, rule.approves, rule.second) == PARTS[kind]


def test_overdue_goes_to_the_roles_of_the_table_and_a_day_later_one_up():
    rule = rule_of({}, "daily")
    assert rule.told(DueLevel.REMIND) == []
    assert rule.told(DueLevel.OVER) == [Role.PROPERTY_MANAGER]
    assert rule.told(DueLevel.DAY_OVER) == [Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER]


# What follows ---------------------------------------------------------------------------------------

NEXT = {
    # state, handed in: acts with a checker; acts without
    ("to_prepare", False): ({"hand_in", "excuse"}, {"hand_in", "excuse"}),
    ("draft", False): ({"hand_in", "excuse"}, {"hand_in", "excuse"}),
    ("draft", True): ({"check", "send_back", "take_back"}, {"sign", "send_back", "take_back"}),
    ("checked", True): ({"sign", "send_back"}, {"sign", "send_back"}),
    ("signed", True): ({"send", "reissue"}, {"send", "reissue"}),
    ("sent", True): ({"reissue"}, {"reissue"}),
    ("excused", False): ({"resume"}, {"resume"}),
}


@pytest.mark.parametrize(("state", "handed_in"), NEXT)
def test_what_may_follow(state, handed_in):
    for kind, expected in zip(("monthly", "daily"), NEXT[state, handed_in], strict=True):
        rule = rule_of({}, kind)
        assert {
            verb for verb, act in ACTS.items() if follows(act, state, handed_in=handed_in, rule=rule)
        } == expected


def test_whose_turn_it_is():
    with_checker, without = rule_of({}, "monthly"), rule_of({}, "daily")
    turns = {
        (state, handed_in): (
            waits_for(state, handed_in=handed_in, rule=with_checker),
            waits_for(state, handed_in=handed_in, rule=without),
        )
        for state, handed_in in NEXT
    }
    he, second, last = Part.PREPARER, Part.CHECKER, Part.APPROVER
    assert turns == {
        ("to_prepare", False): (he, he),
        ("draft", False): (he, he),
        ("draft", True): (second, last),
        ("checked", True): (last, last),
        ("signed", True): (last, last),
        ("sent", True): (None, None),
        ("excused", False): (None, None),
    }
    assert {state for state, _handed_in in NEXT} == set(DueState)
