"""Due times and their levels, worked out by hand (domain.md 4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from complaints.clocks import (
    Timing,
    anew,
    doers,
    explain,
    levels,
    limit_in_words,
    moved_due,
    rank,
    regraded_due,
    timing,
    until,
)
from complaints.policy import POLICY_1, Channel, ClockKind, Facts, Level, Severity
from complaints.worktime import Calendar, Limit
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march

CALENDAR = Calendar(SHANGHAI)
NOON = march(2, 12)


def of(text: str, start, due_at) -> list[tuple[str, object]]:
    limit = Limit.parse(text)
    return [(level.value, at) for level, at in levels(limit, start, due_at, POLICY_1, CALENDAR)]


@pytest.mark.parametrize(
    ("limit", "due_at", "expected"),
    [
        # A day or more warns when three quarters are gone.
        (
            "1 day",
            march(3, 12),
            [("warning", march(3, 6)), ("over", march(3, 12)), ("day_over", march(4, 12))],
        ),
        (
            "24 hours",
            march(3, 12),
            [("warning", march(3, 6)), ("over", march(3, 12)), ("day_over", march(4, 12))],
        ),
        ("23 hours", march(3, 11), [("over", march(3, 11)), ("again", march(4, 10))]),
        ("30 minutes", march(2, 12, 30), [("over", march(2, 12, 30)), ("again", march(2, 13))]),
        # As much again of service time, which closes at half past five.
        ("4 service hours", march(2, 16), [("over", march(2, 16)), ("again", march(3, 11))]),
    ],
)
def test_a_long_limit_warns_and_a_short_one_rings_twice(limit, due_at, expected):
    assert of(limit, NOON, due_at) == expected


@pytest.mark.parametrize(
    ("minutes", "limit"),
    [
        (-5, "1 minute"),
        (0, "1 minute"),
        (1, "1 minute"),
        (90, "90 minutes"),
        (1440, "1 day"),
        (1441, "1441 minutes"),
    ],
)
def test_a_due_time_of_others_is_a_limit_of_whole_minutes(minutes, limit):
    when = until(NOON + minutes * MINUTE, NOON, POLICY_1, CALENDAR)
    assert (when.due_at, when.limit.text) == (NOON + minutes * MINUTE, limit)


@pytest.mark.parametrize(
    ("old", "new", "at", "expected"),
    [
        (march(12, 12), march(5, 12), march(2, 13), march(5, 12)),  # the earlier of the two
        (march(3, 12), march(5, 12), march(2, 13), march(3, 12)),
        # Three days have a quarter left at least: eighteen hours from now.
        (march(12, 12), march(5, 12), march(5, 10), march(6, 4)),
        (march(6, 1), march(5, 12), march(5, 10), march(6, 1)),  # but never later than before
    ],
)
def test_another_severity_brings_the_earlier_due_time_with_a_quarter_left(old, new, at, expected):
    limit = Limit.parse("3 days")
    assert regraded_due(old, Timing(new, limit, ()), at, POLICY_1, CALENDAR) == expected
    later = max(old, new)
    assert moved_due(old, later, limit, at, POLICY_1, CALENDAR) == later  # more time at once
    if new < old:
        assert moved_due(old, new, limit, at, POLICY_1, CALENDAR) == expected


MINOR, IMPORTANT, MAJOR = Severity


@pytest.mark.parametrize(
    ("kind", "facts", "limit"),
    [
        ("deliver", {}, "30 service minutes"),
        ("deliver", {"channel": "wechat"}, "30 service minutes"),
        ("deliver", {"channel": "letter"}, "1 service hour"),
        ("deliver", {"channel": "portal"}, "1 service hour"),
        ("deliver", {"urgent": True, "channel": "portal"}, "30 minutes"),
        ("accept", {}, "4 service hours"),
        ("accept", {"urgent": True}, "30 minutes"),
        ("urgent_report", {}, None),
        ("urgent_report", {"urgent": True}, "4 hours"),
        ("urgent_report", {"severity": MAJOR}, "4 hours"),
        ("initial_answer", {}, None),
        ("initial_answer", {"severity": MAJOR}, "24 hours"),
        ("initial_answer", {"severity": MAJOR, "channel": "forum"}, "4 service hours"),
        ("initial_answer", {"channel": "wechat"}, "4 service hours"),
        ("initial_answer", {"channel": "letter"}, None),
        ("clear_answer", {"severity": IMPORTANT}, None),
        ("clear_answer", {"severity": MAJOR}, "2 days"),
        ("resolve", {}, "1 day"),
        ("resolve", {"severity": IMPORTANT}, "3 days"),
        ("resolve", {"severity": MAJOR, "urgent": True}, "10 days"),
        ("reply", {}, "24 hours"),
        ("revisit", {}, "3 days"),
        ("tries", {}, "7 days"),
        ("follow_up", {}, "3 days"),
        ("presence", {}, "2 service hours"),
        ("abnormal_review", {}, "30 days"),
        ("media", {}, None),
        ("media", {"in_media": True}, "48 hours"),
        ("external", {}, None),
        ("same_day", {}, None),  # off until a company switches it on
    ],
)
def test_each_clock_has_the_limit_of_its_row(kind, facts, limit):
    facts = Facts(**({"severity": MINOR} | facts))
    when = timing(ClockKind(kind), NOON, facts, POLICY_1, CALENDAR)
    assert (when and when.limit.text) == limit


def test_outside_service_an_hour_counts_from_opening_and_urgent_goes_round_the_clock():
    night = march(2, 23)
    ordinary = timing(ClockKind.DELIVER, night, Facts(MINOR), POLICY_1, CALENDAR)
    urgent = timing(ClockKind.DELIVER, night, Facts(MINOR, urgent=True), POLICY_1, CALENDAR)
    assert ordinary and ordinary.due_at == march(3, 9, 30)
    assert urgent and urgent.due_at == march(2, 23, 30)


def test_the_due_time_of_an_order_is_theirs():
    facts = Facts(MINOR, external_due_at=NOON + 5 * DAY + HOUR)
    when = timing(ClockKind.EXTERNAL, NOON, facts, POLICY_1, CALENDAR)
    assert when and (when.due_at, when.limit.amount) == (NOON + 5 * DAY + HOUR, timedelta(days=5, hours=1))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("1 day", "1 day"), ("2 working days", "2 working days"), ("72 hours", "72 hours"),
        ("73 hours", "3 days 1 hour"), ("96 hours", "96 hours"), ("119 minutes", "119 minutes"),
        ("121 minutes", "2 hours 1 minute"), ("90 service minutes", "90 minutes of service time"),
        ("73 service hours", "73 hours of service time"),
    ],
)  # fmt: skip
def test_a_limit_is_said_as_a_rule_writes_it(limit, words):
    with translation.override("en"):
        assert limit_in_words(Limit.parse(limit)) == words


@pytest.mark.parametrize(
    ("kind", "severity", "sentence"),
    [
        ("clear_answer", MAJOR, "Clear answer, Major: 3 days from Monday, due Thursday."),
        ("revisit", None, "Revisit: 3 days from Monday, due Thursday."),
        ("resolve", IMPORTANT, "Handling, Important: 3 days from Monday, as a rule by Thursday."),
        ("reply", None, "Reply: 3 days from Monday, as a rule by Thursday."),
    ],
)
def test_a_due_time_is_owed_or_usual_and_names_the_severity_that_sets_it(kind, severity, sentence):
    """Soft limits are those of handling and reply (G2)."""
    limit, by_severity = Limit.parse("3 days"), severity is not None
    with translation.override("en"):
        said = explain(ClockKind(kind), severity, limit, "Monday", "Thursday", by_severity=by_severity)
    assert said == sentence


@pytest.mark.parametrize(
    ("limit", "calendar", "expected"),
    [
        # A grave case online has 4 service hours and 24 hours at once; the earlier counts.
        ("4 service hours", CALENDAR, (march(2, 16), "4 service hours")),
        ("24 hours", CALENDAR, (march(2, 16), "4 service hours")),
        (
            "4 service hours",
            Calendar(SHANGHAI, staffed_on_days_off=False, days_off=frozenset({date(2026, 3, 2)})),
            (march(3, 12), "24 hours"),
        ),
        ("2 days", CALENDAR, (march(4, 12), "2 days")),  # what it had before its facts changed stays its own
    ],
)
def test_in_another_calendar_the_earliest_of_a_clocks_limits_counts_anew(limit, calendar, expected):
    facts = Facts(MAJOR, channel=Channel.FORUM)
    due_at, by = anew(ClockKind.INITIAL_ANSWER, Limit.parse(limit), NOON, facts, POLICY_1, calendar)
    assert (due_at, by.text) == expected


@pytest.mark.parametrize(
    ("kind", "level", "who"),
    [
        ("resolve", "warning", ["case_handler", "first_receiver", "accountable"]),  # he can still help
        ("resolve", "over", ["case_handler", "first_receiver"]),
        ("reply", "day_over", ["case_handler", "first_receiver"]),
        ("bulletin", "over", ["supervisor"]),
        ("presence", "again", ["property_manager"]),
        ("abnormal_review", "warning", ["property_manager"]),
    ],
)
def test_whoever_does_what_a_clock_waits_for_hears_of_each_level(kind, level, who):
    assert list(doers(ClockKind(kind), Level(level))) == who


def test_the_gravest_is_said_where_only_one_thing_is():
    """What is missed before what is soon due, then what was missed, its severity, how late (domain.md 4)."""
    from_light = [
        ("warning", "external", MAJOR),
        ("day_over", "follow_up", MAJOR),
        ("again", "urgent_report", MAJOR),
        ("over", "resolve", MINOR),
        ("day_over", "resolve", MINOR),
        ("over", "resolve", MAJOR),
        ("over", "clear_answer", MINOR),
    ]
    weights = [rank(Level(level), ClockKind(kind), severity) for level, kind, severity in from_light]
    assert weights == sorted(weights) and len(set(weights)) == len(weights)
