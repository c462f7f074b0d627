"""Words that must not be confused on one row: what is due, and how it stands."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils.html import strip_tags
from django.utils.translation import gettext, override

from complaints.models import Complaint
from complaints.policy import ClockKind
from complaints.statuses import Status, status_in_words
from complaints.templatetags import times
from complaints.time_texts import time_line
from complaints.timeline import fill
from owners.models import Owner, Unit
from tests.cast import SHANGHAI, march


@pytest.mark.parametrize("kind", list(ClockKind))
def test_a_time_line_says_what_should_be_done_and_not_that_it_is(kind) -> None:
    with override("zh-hans"):
        lines = [time_line(str(kind.label), march(3), now, SHANGHAI) for now in (march(2), march(4))]
        assert lines[1].startswith(f"应{kind.label} · 已超时")
        assert not any(line.startswith(str(status.label)) for line in lines for status in Status)
    with override("en"):
        assert kind.label not in [status.label for status in Status]


def test_words_for_clocks_are_things_that_can_be_done() -> None:
    with override("zh-hans"):
        assert (
            time_line(str(ClockKind.RESOLVE.label), march(3), march(5), SHANGHAI)
            == "应处理完毕 · 已超时 2 天"
        )
        assert time_line(str(ClockKind.EXTERNAL.label), march(3), march(2, 22), SHANGHAI).startswith("明天")
        assert not [kind for kind in ClockKind if "时限" in str(kind.label)]


@pytest.mark.parametrize(
    ("status", "cycle", "words"),
    [
        ("recorded", 1, "To be classified"),
        ("recorded", 2, "To be assigned again"),
        ("acting", 2, "In progress"),
    ],
)
def test_in_a_later_cycle_it_is_the_handler_that_waits_to_be_named(status, cycle, words) -> None:
    with override("en"):
        assert str(status_in_words(status, cycle)) == words


def test_words_are_those_a_property_company_prints() -> None:
    with override("zh-hans"):
        assert str(Complaint.Demand.VENT.label) == "求倾听"
        assert gettext("their order number") == "转办单号" and gettext("Their due time") == "办理时限"
        assert gettext("I received first") == "我首接的"


def test_names_are_parted_as_chinese_parts_them_and_a_time_stands_apart() -> None:
    with override("zh-hans"):
        assert fill({"told": [1, 2]}, SHANGHAI, {1: "陈芳", 2: "周军"})["told"] == "陈芳、周军"
        assert time_line("接单", march(2, 19), march(2, 9), SHANGHAI) == "今天 19:00 前接单"
        assert time_line("接单", march(3, 19), march(2, 9), SHANGHAI) == "明天 19:00 前接单"
        assert time_line("接单", march(4, 19), march(2, 9), SHANGHAI) == "3月4日 19:00（周三）前接单"


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "2025年12月31日 09:00（周三）"), ("en", "Wed 31 Dec 2025 09:00")],
)
def test_a_time_of_another_year_says_its_year_on_a_page_and_one_of_this_year_does_not(language, said) -> None:
    last_year = datetime(2025, 12, 31, 9, tzinfo=SHANGHAI)
    with override(language):
        assert f">{said}</time>" in times.moment(last_year, SHANGHAI)
        assert "2026" not in strip_tags(times.moment(march(2), SHANGHAI))


def test_a_due_time_of_next_year_says_its_year() -> None:
    due, now = datetime(2027, 1, 5, 9, tzinfo=SHANGHAI), datetime(2026, 12, 20, 9, tzinfo=SHANGHAI)
    with override("en"):
        assert time_line("Reply", due, now, SHANGHAI) == "Reply due Tue 5 Jan 2027 09:00"
        assert "2026" not in time_line("Reply", march(9), march(2), SHANGHAI)


def test_only_a_complaint_is_said_to_have_the_kind_of_a_complaint() -> None:
    with override("zh-hans"):
        assert Complaint._meta.get_field("kind").verbose_name == "投诉性质"
        assert {str(model._meta.get_field("kind").verbose_name) for model in (Unit, Owner)} == {"类别"}
