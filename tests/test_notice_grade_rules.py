"""The rules of the notice grade, stated a second time by hand (V5 to V8, T36, T37, K14, K17)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation

from complaints import notice_grade
from complaints.notice_grade import CaseFacts, Reason, Span, Thresholds
from complaints.policy import POLICY_1, Policy
from tests.cast import DAY, MINUTE, SHANGHAI, march

LIMITS = Thresholds(POLICY_1.notice, SHANGHAI)
NOON = march(2, 12)


def grade(facts: CaseFacts, at: datetime = NOON) -> str:
    return notice_grade.grade_of(notice_grade.holding(facts, LIMITS, at)).value


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "general"),
        ({"lawsuit_started": True}, "major"),
        ({"media_exposed": True}, "major"),
        ({"lawsuit_threatened": True}, "hot"),
        ({"media_threatened": True}, "hot"),
        ({"media_asked": True}, "hot"),
        ({"people": 2}, "general"),
        ({"people": 3}, "hot"),
        ({"people": 9}, "hot"),
        ({"people": 10}, "major"),
        ({"same": 2, "same_ever": 5}, "general"),
        ({"same": 3, "same_ever": 3}, "hot"),
        ({"cycle": 2}, "general"),  # reopened, but nothing had been completed
        ({"cycle": 2, "completed": True}, "important"),
        ({"outside_help": True}, "important"),
        ({"cycle": 3, "completed": True, "outside_help": True, "lawsuit_threatened": True}, "hot"),
    ],
)
def test_each_fact_raises_what_the_table_says(facts, expected):
    assert grade(CaseFacts(**facts)) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (march(9, 9) - MINUTE, "general"),
        (march(9, 9), "hot"),
        (march(2, 9) + 31 * DAY - MINUTE, "hot"),
        (march(2, 9) + 31 * DAY, "major"),  # 2 April
    ],
)
def test_a_week_and_a_month_unresolved_count_to_the_minute(now, expected):
    assert grade(CaseFacts(unsolved_since=march(2, 9)), now) == expected


def test_the_next_moment_is_the_week_then_the_month_then_none():
    facts = CaseFacts(unsolved_since=march(2, 9))
    assert notice_grade.next_moment(facts, LIMITS, NOON, notice_grade.G.GENERAL, {}) == march(9, 9)
    assert notice_grade.next_moment(facts, LIMITS, NOON, notice_grade.G.HOT, {}) == march(2, 9) + 31 * DAY
    assert notice_grade.next_moment(facts, LIMITS, NOON, notice_grade.G.MAJOR, {}) is None
    assert notice_grade.next_moment(CaseFacts(), LIMITS, NOON, notice_grade.G.GENERAL, {}) is None


def test_the_next_moment_passes_over_what_was_overruled_in_this_cycle():
    facts = CaseFacts(unsolved_since=march(2, 9), cycle=2)
    month = march(2, 9) + 31 * DAY
    general = notice_grade.G.GENERAL
    assert notice_grade.next_moment(facts, LIMITS, NOON, general, {"unsolved_hot": 2}) == month
    assert notice_grade.next_moment(facts, LIMITS, NOON, general, {"unsolved_hot": 1}) == march(9, 9)
    assert notice_grade.next_moment(facts, LIMITS, march(9, 9), general, {}) == month  # the week is over


def test_a_reason_bears_the_figure_and_a_mark_that_grows():
    marked = {"lawsuit_threatened": True, "outside_help": True}
    facts = CaseFacts(
        people=12, same=3, same_ever=5, cycle=2, completed=True, unsolved_since=march(2, 9), **marked
    )
    assert notice_grade.holding(facts, LIMITS, march(9, 9)) == {
        "lawsuit_threatened": (1, None), "outside_help": (1, None),
        "collective_major": (12, 12), "collective_hot": (12, 12), "same": (5, 3), "second": (2, 2),
        "unsolved_hot": (2, "1 week"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reasons", "grade", "bears", "why"),
    [
        ({}, "general", "general", []),
        ({"unsolved_major": (1, "1 month")}, "major", "general", []),  # age alone bears nothing
        ({"unsolved_major": (1, "1 month"), "second": (2, 2)}, "major", "important", ["second"]),
        ({"same": (3, 3), "second": (2, 2)}, "hot", "hot", ["same"]),
        ({"by_hand": (1, "hot")}, "major", "hot", ["by_hand"]),
        ({"by_hand": (1, None)}, "major", "major", ["by_hand"]),
    ],
)
def test_the_floor_is_that_of_the_gravest_reason_that_says_what_the_case_is(reasons, grade, bears, why):
    grade = notice_grade.G(grade)
    assert notice_grade.bearing(reasons, grade) == bears
    said = [notice_grade.sentence(name, reasons[name][1]) for name in why]
    assert notice_grade.why_bearing(reasons, grade) == said


def test_a_case_counts_in_the_month_that_ends_with_it_and_in_the_one_that_begins_with_it():
    heard = [(march(1), "a"), (march(20), "b"), (march(31), "c")]
    for around, _who in heard:
        assert notice_grade.most_within(heard, around, MONTH, SHANGHAI) == 3
    assert notice_grade.most_within([], march(1), MONTH, SHANGHAI) == 0


def test_what_was_overruled_counts_again_only_with_a_new_fact():
    reasons = {"collective_hot": Reason(3, 3), "second": Reason(2, 2)}
    assert notice_grade.not_overruled(reasons, {"collective_hot": 3}) == {"second": Reason(2, 2)}
    assert "collective_hot" in notice_grade.not_overruled(
        {"collective_hot": Reason(4, 4)}, {"collective_hot": 3}
    )


def test_a_month_keeps_the_wall_time_and_ends_on_a_shorter_months_last_day():
    january = datetime(2026, 1, 31, 9, tzinfo=SHANGHAI)
    assert Span.parse("1 month").after(january, SHANGHAI) == datetime(2026, 2, 28, 9, tzinfo=SHANGHAI)
    assert Span.parse("1 month").before(march(31, 9), SHANGHAI) == datetime(2026, 2, 28, 9, tzinfo=SHANGHAI)
    assert Span.parse("2 weeks").after(march(2), SHANGHAI) == march(16)
    assert Span.parse("1 week").before(march(9), SHANGHAI) == march(2)
    assert Span.parse("10 days").after(march(2), SHANGHAI) == march(12)
    december = datetime(2026, 12, 15, 9, tzinfo=SHANGHAI)
    assert Span.parse("1 month").after(december, SHANGHAI) == datetime(2027, 1, 15, 9, tzinfo=SHANGHAI)
    assert Span.parse("12 months").before(december, SHANGHAI) == datetime(2025, 12, 15, 9, tzinfo=SHANGHAI)
    assert [Span.parse(text).text for text in ("1 day", "2 weeks", "1 month")] == [
        "1 day",
        "2 weeks",
        "1 month",
    ]
    for wrong in ("", "1", "0 days", "1 year", "a week"):
        with pytest.raises(ValueError, match="not a span"):
            Span.parse(wrong)


MONTH = Span.parse("1 month")


@pytest.mark.parametrize(
    ("days", "most"),
    [
        ([(1, "a"), (5, "b"), (9, "c")], 3),
        ([(1, "a"), (5, "a"), (9, "b")], 2),  # one person twice is one person
        ([(1, "a"), (5, "b"), (32, "c")], 2),  # 1 April: a month after 1 March to the minute is outside
        ([(2, "a"), (5, "b"), (32, "c")], 3),
    ],
)
def test_different_people_are_counted_in_a_rolling_month(days, most):
    heard = [(march(1) + (day - 1) * DAY, who) for day, who in days]
    assert notice_grade.most_within(heard, heard[1][0], MONTH, SHANGHAI) == most


def test_a_case_counts_only_in_the_months_it_lies_in():
    heard = [(march(1) + n * DAY, who) for n, who in ((0, "a"), (60, "b"), (70, "c"), (80, "d"))]
    assert notice_grade.most_within(heard, heard[0][0], MONTH, SHANGHAI) == 1
    assert notice_grade.most_within(heard, heard[2][0], MONTH, SHANGHAI) == 3
    heard = [(march(1), "a"), (march(1) + 31 * DAY, "b"), (march(1) + 31 * DAY, "c")]
    assert notice_grade.most_within(heard, march(1), MONTH, SHANGHAI) == 1  # theirs begins after his minute


def test_reasons_are_read_in_both_languages_with_the_number_of_their_rule():
    reasons = {"collective_hot": (12, 12), "collective_major": (12, 12), "unsolved_hot": (1, "1 week")}
    with translation.override("en"):
        assert notice_grade.in_words(reasons) == [
            "12 people complain together",
            "unresolved for 1 week for our reasons",
        ]
    with translation.override("zh-hans"):
        assert notice_grade.in_words(reasons) == ["12 人集体投诉", "因我方原因满 1 周未解决"]


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ({"lawsuit_started": (1, None), "lawsuit_threatened": (1, None)}, ["a lawsuit has been started"]),
        (
            {"media_threatened": (1, None), "media_asked": (1, None)},
            ["the media have asked"],
        ),
        ({"media_asked": (1, None), "media_exposed": (1, None)}, ["the media have reported it"]),
        (
            {"by_hand": (1, "hot"), "same": (3, 3)},
            ["the same complaint from 3 different people", "set by hand"],
        ),
        ({"unsolved_hot": (1, "10 days")}, ["unresolved for 10 days for our reasons"]),
        ({"unsolved_major": (1, "1 month")}, ["unresolved for 1 month for our reasons"]),
    ],
)
def test_each_matter_is_said_once_the_gravest_first(reasons, words):
    with translation.override("en"):
        assert notice_grade.in_words(reasons) == words


def test_a_version_without_the_section_goes_by_the_defaults():
    assert Policy(7, {"clocks": {}}).notice == POLICY_1.notice
