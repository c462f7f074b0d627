"""Limits as people say them, and deadlines that name a severity only where it sets them (domain.md 4)."""

from __future__ import annotations

import pytest
from django.utils import translation

from complaints.clocks import limit_in_words, until
from complaints.policy import DEFAULTS, POLICY_1, ClockKind, Facts, Severity
from complaints.views.case.clock_lines import clock_lines
from complaints.worktime import Calendar, Limit
from tests.api_client import client_of
from tests.cast import DAY, MINUTE, SHANGHAI, march
from tests.looking import clock_of


@pytest.mark.parametrize(
    ("limit", "chinese", "english"),
    [
        ("2 days", "2 日", "2 days"),
        ("24 hours", "24 小时", "24 hours"),
        ("48 hours", "48 小时", "48 hours"),
        ("90 minutes", "90 分钟", "90 minutes"),
        ("150 minutes", "2 小时 30 分钟", "2 hours 30 minutes"),
        ("30 service minutes", "30 分钟（服务时间）", "30 minutes of service time"),
        ("4 service hours", "4 小时（服务时间）", "4 hours of service time"),
        ("100 service hours", "100 小时（服务时间）", "100 hours of service time"),
        ("1 working day", "1 个工作日", "1 working day"),
        ("7199 minutes", "4 日 23 小时 59 分钟", "4 days 23 hours 59 minutes"),
        ("101 hours", "4 日 5 小时", "4 days 5 hours"),
        ("96 hours", "96 小时", "96 hours"),  # a rule that is written so
        ("1441 minutes", "24 小时 1 分钟", "24 hours 1 minute"),
    ],
)
def test_a_limit_reads_as_people_say_it(limit, chinese, english):
    with translation.override("zh-hans"):
        assert limit_in_words(Limit.parse(limit)) == chinese
    with translation.override("en"):
        assert limit_in_words(Limit.parse(limit)) == english


@pytest.mark.parametrize(
    ("typed", "words"),
    [(march(10, 11, 20), "5 days"), (march(10, 11, 19), "4 days 23 hours 59 minutes")],
)
def test_a_due_time_that_others_typed_reads_in_days(typed, words):
    timing = until(typed, march(5, 11, 20), POLICY_1, Calendar(SHANGHAI))
    with translation.override("en"):
        assert limit_in_words(timing.limit) == words
    assert timing.due_at == typed
    assert timing.levels[-1][1] == typed + DAY


def expected(kind: ClockKind, facts: Facts) -> bool:
    """Named by hand: of all clocks, severity sets these."""
    return kind == "resolve" or (
        kind in ("urgent_report", "initial_answer", "clear_answer") and facts.severity == Severity.MAJOR
    )


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("kind", [kind for kind in ClockKind if kind not in ("external", "bulletin")])
def test_only_what_severity_sets_names_it(kind, severity):
    facts = Facts(severity)
    for limit in POLICY_1.limits(kind, facts, in_service=True):
        assert POLICY_1.is_by_severity(kind, severity, limit) == expected(kind, facts)


def test_what_else_sets_a_limit_does_not_name_a_severity():
    """An urgent report of a minor case is due because it is urgent, an answer online because it is online."""
    rules = DEFAULTS["clocks"]
    urgent = Limit.parse(rules["urgent_report"]["limits"]["urgent"])
    online = Limit.parse(rules["initial_answer"]["limits"]["online"])
    assert not POLICY_1.is_by_severity(ClockKind.URGENT_REPORT, Severity.MINOR, urgent)
    assert not POLICY_1.is_by_severity(ClockKind.INITIAL_ANSWER, Severity.MINOR, online)
    assert not POLICY_1.is_by_severity(ClockKind.INITIAL_ANSWER, Severity.MAJOR, online)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "kind", "chinese", "english"),
    [
        (
            "replied", "revisit",
            "3 日，自 3月2日 09:40（周一）起算，应于 3月5日 09:40（周四）前回访；依据时限规则第 1 版。",
            "Revisit: 3 days from Mon 2 Mar 09:40, due Thu 5 Mar 09:40; by policy version 1.",
        ),
        (
            "handled", "reply",
            "24 小时，自 3月2日 09:30（周一）起算，一般于 3月3日 09:30（周二）前回复，不宜超过；"
            "依据时限规则第 1 版。",
            "Reply: 24 hours from Mon 2 Mar 09:30, as a rule by Tue 3 Mar 09:30; by policy version 1.",
        ),
        (
            "acting", "resolve",
            "重要 → 3 日，自 3月2日 09:00（周一）起算，一般于 3月5日 09:00（周四）前处理完毕，不宜超过；"
            "依据时限规则第 1 版。",
            "Handling, Important: 3 days from Mon 2 Mar 09:00, as a rule by Thu 5 Mar 09:00; "
            "by policy version 1.",
        ),
    ],
)  # fmt: skip
def test_a_case_explains_each_clock_by_what_sets_it(case_in, status, kind, chinese, english):
    case = case_in(status)
    for language, sentence in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            [line] = clock_lines([clock_of(case, kind)], [], SHANGHAI)
        assert line.why == sentence


@pytest.mark.django_db
def test_an_unclassified_case_is_called_so_only_where_it_matters(walk_in):
    case = walk_in()
    with translation.override("en"):
        said = {
            line.clock.kind: line.why
            for line in clock_lines(case.clocks.all(), [], SHANGHAI, classified=False)
        }
    assert said["deliver"].startswith("Assignment: 30 minutes of service time")
    assert said["resolve"].startswith("Handling, not classified, for now as minor: 1 day")


@pytest.mark.django_db
def test_the_api_speaks_of_limits_like_the_page(walk_in, limin):
    case = walk_in(channel="hotline", facts={"external_due_at": march(7, 9) - MINUTE})
    clocks = client_of(limin).get(f"/api/v1/cases/{case.number}/").json()["clocks"]
    limits = {clock["kind"]: clock["limit"] for clock in clocks}
    assert limits["external"] == "4 days 23 hours 59 minutes"
    assert limits["deliver"] == "30 minutes of service time"
