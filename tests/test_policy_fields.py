"""The rules as a page of figures: what stands where, what may stand there, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from complaints.policy import DEFAULTS, POLICY_1, ClockKind, Facts, Policy, Severity, complete
from complaints.policy_fields import differences, doubts, faults, in_words, leaves, with_values
from complaints.worktime import Limit


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def changed(**values: Any) -> dict[str, Any]:
    return with_values(DEFAULTS, {path.replace("__", "."): value for path, value in values.items()})


def test_the_defaults_can_stand_and_every_figure_of_them_is_on_the_page():
    assert faults(DEFAULTS) == {}
    flat = {leaf.path for leaf in leaves(DEFAULTS)}
    for kind, table in DEFAULTS["clocks"].items():
        assert {f"clocks.{kind}.{part}.{key}" for part in ("limits", "over") for key in table[part]} <= flat
    assert {"warning_share", "reopen_within_days", "revisit.tries", "notice.same.within"} <= flat
    assert all(in_words(leaf) for leaf in leaves(DEFAULTS) if not leaf.optional)
    assert all(str(leaf.section) and str(leaf.label) for leaf in leaves(DEFAULTS))


def test_a_clock_added_to_the_table_has_its_place_by_itself(monkeypatch):
    more = with_values(DEFAULTS, {"clocks.reply.limits.urgent": "2 hours"})
    assert "clocks.reply.limits.urgent" in {leaf.path for leaf in leaves(more)}


def test_a_clock_of_one_severity_can_be_given_to_the_others():
    empty = {leaf.path for leaf in leaves(DEFAULTS) if leaf.optional}
    assert {"clocks.clear_answer.limits.minor", "clocks.clear_answer.limits.important"} <= empty
    assert not any(path.startswith(("clocks.resolve.", "clocks.reply.")) for path in empty)
    rules = Policy(2, changed(clocks__clear_answer__limits__important="3 days"))
    limits = rules.limits(ClockKind.CLEAR_ANSWER, Facts(Severity.IMPORTANT), in_service=True)
    assert limits == [Limit.parse("3 days")]


@pytest.mark.parametrize(
    ("values", "path", "sentence"),
    [
        ({"clocks.resolve.limits.minor": ""}, "clocks.resolve.limits.minor", "nothing would ever be due"),
        ({"clocks.resolve.limits.minor": "0 days"}, "clocks.resolve.limits.minor", "whole number of 1"),
        ({"clocks.resolve.limits.minor": "soon"}, "clocks.resolve.limits.minor", "whole number of 1"),
        ({"clocks.resolve.limits.minor": "400 days"}, "clocks.resolve.limits.minor", "a year at most"),
        (
            {"clocks.resolve.limits.minor": f"{'9' * 30} days"},
            "clocks.resolve.limits.minor",
            "a year at most",
        ),
        ({"clocks.clear_answer.limits.minor": "x"}, "clocks.clear_answer.limits.minor", "whole number"),
        ({"clocks.reply.over.any": []}, "clocks.reply.over.any", "at least one role"),
        ({"clocks.reply.over.any": ["auditor"]}, "clocks.reply.over.any", "Choose one of"),
        ({"extension.approvers.minor": "handler"}, "extension.approvers.minor", "Choose one of"),
        ({"extension.caps.minor": "20 hours"}, "extension.caps.minor", "days or working days"),
        ({"extension.clocks": ["clear_answer"]}, "extension.clocks", "Only these can be extended: Handling"),
        ({"extension.confirm_oral_within": "1 day"}, "extension.confirm_oral_within", "minutes or hours"),
        ({"warning_share": 1.2}, "warning_share", "between 5 and 95"),
        ({"reopen_within_days": 0}, "reopen_within_days", "from 1 to"),
        ({"notice.same.within": "1 hour"}, "notice.same.within", "days, weeks or months"),
        ({"notice.collective.hot": 10}, "notice.collective.hot", "fewer people"),
        ({"notice.unsolved.hot": "2 months"}, "notice.unsolved.hot", "earlier"),
        ({"warning.minor": []}, "warning.minor", "at least one role"),
        ({"clocks.media.warning.any": ["front_desk"]}, "clocks.media.warning.any", "Choose one of"),
        ({"next_up.day_over": 3}, "next_up.day_over", "from 0 to 2"),
        ({"next_up.again": -1}, "next_up.again", "from 0 to 2"),
        ({"digest.readers": ["department_head"]}, "digest.readers", "Choose one of: Supervisor"),
        ({"digest.readers": ["supervisor"]}, "digest.instead.minor", "must get the digest"),
        ({"digest.instead.minor": ["department_head"]}, "digest.instead.minor", "Choose one of"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_with_a_sentence_at_its_field(values, path, sentence):
    found = faults(with_values(DEFAULTS, values))
    assert list(found) == [path]
    assert sentence in found[path]


def test_who_is_told_stands_on_the_page_by_severity_and_by_clock():
    said = {
        leaf.path: (str(leaf.section), str(leaf.label), in_words(leaf))
        for leaf in leaves(DEFAULTS)
        if not leaf.optional
    }
    told = "Who is told of deadlines"
    besides = "Warned besides whoever does it"
    assert said["warning.minor"] == (told, f"{besides}, Minor", "Supervisor")
    assert said["digest.instead.minor"] == (
        told,
        "Read of these in the digest alone, Minor",
        "General manager",
    )
    assert said["next_up.again"][2] == "0"
    media = ("Answer to the media", f"{besides}, All cases", "Supervisor, Property manager")
    assert said["clocks.media.warning.any"] == media
    assert faults(with_values(DEFAULTS, {"digest.instead.minor": []})) == {}  # each is told of at once


def test_every_figure_left_out_is_missed():
    for leaf in leaves(DEFAULTS):
        if not leaf.optional:
            assert leaf.path in faults(with_values(DEFAULTS, {leaf.path: ""})), leaf.path


def test_a_difference_is_said_in_words():
    rules = changed(clocks__resolve__limits__important="2 working days", warning_share=0.5)
    with translation.override("zh-hans"):
        said = [
            (str(d.leaf.section), str(d.leaf.label), d.before, d.after) for d in differences(DEFAULTS, rules)
        ]
    assert said == [
        ("处理完毕", "时限（重要）", "3 日", "2 个工作日"),
        ("预警与调整等级", "已用时达到多少时预警", "75%", "50%"),
    ]


def test_the_same_said_otherwise_is_no_difference():
    rules = changed(
        clocks__deliver__limits__outside="1 service hour",
        clocks__resolve__over__major=["property_manager", "general_manager"],
    )
    assert differences(DEFAULTS, rules) == []


def test_a_version_older_than_a_rule_goes_by_the_defaults():
    old = {key: value for key, value in DEFAULTS.items() if key != "notice"}
    old["clocks"] = {"resolve": {"limits": {"minor": "5 days"}}}
    data = complete(old)
    assert faults(data) == {}
    assert data["clocks"]["resolve"]["limits"] == DEFAULTS["clocks"]["resolve"]["limits"] | {
        "minor": "5 days"
    }
    assert (data["clocks"]["reply"], data["notice"]) == (DEFAULTS["clocks"]["reply"], DEFAULTS["notice"])
    assert complete({}) == POLICY_1.data


def test_a_graver_complaint_has_longer_to_be_handled_and_shorter_to_be_answered():
    assert doubts(DEFAULTS) == []
    resolve = with_values(DEFAULTS, {"clocks.resolve.limits.major": "4 working days"})
    assert doubts(resolve) == []
    answer = with_values(DEFAULTS, {"clocks.initial_answer.limits.minor": "8 service hours"})
    assert doubts(answer) == []  # eight hours of service are a day
    slow = with_values(DEFAULTS, {"clocks.initial_answer.limits.minor": "4 service hours"})
    assert doubts(slow) == [
        "Initial answer: Major has 24 hours, more than Minor with 4 hours of service time."
    ]
    caps = with_values(DEFAULTS, {"extension.caps.important": "2 days"})
    assert len(doubts(caps)) == 1 and "less than Minor" in doubts(caps)[0]


def test_the_first_version_has_the_figures_of_the_sources() -> None:
    """By hand, beside the limits of test_due_times (domain.md 3 to 5, K7, K11, X7, T36, T37)."""
    rules = POLICY_1
    assert rules.number == 1
    assert rules.reopen_window == rules.shown_for == rules.offered_for == timedelta(days=90)
    assert rules.data["revisit"] == {"tries": 3, "apart": "4 hours", "second_call_share": 0.1}
    assert (rules.data["warning_share"], rules.data["regrade_least_share"]) == (0.75, 0.25)
    assert rules.data["next_up"] == {"day_over": 1, "again": 0}
    assert (rules.people_together, rules.notice["collective"]["major"], rules.notice["same"]["hot"]) == (
        3,
        10,
        3,
    )
    assert rules.oral_window == timedelta(hours=24)
    assert [rules.cap(severity).text for severity in Severity] == ["3 days", "7 days", "10 days"]


@pytest.mark.parametrize(
    ("amount", "who"),
    [
        ("500", "supervisor"),
        ("500.01", "property_manager"),
        ("5000", "property_manager"),
        ("5000.01", "general_manager"),
    ],
)
def test_money_up_to_its_limit_is_approved_by_the_nearest(amount: str, who: str) -> None:
    assert POLICY_1.approves(Decimal(amount)) == who


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({}, False),
        ({"clocks__bulletin__limits__hot": "2 working days"}, False),  # it has days of its own
        ({"clocks__resolve__limits__minor": "2 working days"}, True),
        ({"extension__caps__major": "10 working days"}, True),
    ],
)
def test_holidays_matter_where_a_limit_or_a_cap_is_in_working_days(
    values: dict[str, str], counts: bool
) -> None:
    assert Policy(2, changed(**values)).counts_working_days is counts


def test_every_figure_has_its_name_on_the_page() -> None:
    """A key of the table is no word: a new figure gets its label and its section."""
    unnamed = {leaf.path for leaf in leaves(DEFAULTS) if "_" in f"{leaf.section}{leaf.label}"}
    assert unnamed == set()
