"""The first page of the monthly report: every sentence is true of the figures it speaks of. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from reports.figures.overrun_shapes import Overruns, OverrunTable
from reports.figures.shapes import (
    Aftercare,
    Cases,
    Decision,
    Decisions,
    EstateLine,
    HeatMap,
    HeatRow,
    Monthly,
    OnTime,
    Rate,
    RepeatLine,
    Satisfaction,
    Stock,
)
from reports.monthly.heat import COLUMNS, ROWS, heat_table, shade
from reports.monthly.links import Links
from reports.monthly.summary import asks, changes, tiles
from tests.cast import SHANGHAI, march
from tests.made_up_month import LINE, NONE_LATE, month

pytestmark = pytest.mark.usefixtures("in_english")


def said(figures: Monthly) -> list[str]:
    return changes(figures, SHANGHAI)


# What changed ------------------------------------------------------------------------------------

NO_MONTH = "No complaint was received in the twelve months before: there is no month to compare with."
NO_RATE = "No upheld complaint had its time to be handled end this month: there is no on-time rate."
NO_ANSWERS = "No revisit due this month has an answer on satisfaction."


@pytest.mark.parametrize(
    ("received", "last", "sentence"),
    [
        (5, 3, "Received 5: 2 more than last month (3)."),
        (3, 5, "Received 3: 2 fewer than last month (5)."),
        (4, 4, "Received 4: as many as last month."),
        (0, 4, "Received 0: 4 fewer than last month (4)."),
        (1, 0, NO_MONTH),
        (0, 0, NO_MONTH),
    ],
)
def test_what_was_received_is_compared_with_last_month_where_there_is_one(received, last, sentence):
    assert said(month(received, last))[0] == sentence


def test_a_last_month_without_complaints_is_compared_with_when_earlier_ones_had_some():
    figures = month(2)
    older = replace(figures.trend[3], received=1)
    figures = replace(figures, trend=(*figures.trend[:3], older, *figures.trend[4:]))
    assert said(figures)[0] == "Received 2: 2 more than last month (0)."


@pytest.mark.parametrize(
    ("received", "year_ago", "sentence"),
    [
        (5, 3, "Upheld 5: 2 more than in the same month a year ago (3)."),
        (1, 3, "Upheld 1: 2 fewer than in the same month a year ago (3)."),
        (3, 3, "Upheld 3: as many as in the same month a year ago."),
    ],
)
def test_what_was_upheld_is_compared_with_a_year_ago(received, year_ago, sentence):
    assert said(month(received, 1, year_ago))[1] == sentence


def test_without_any_complaint_in_the_year_before_nothing_is_said_of_a_year_ago():
    assert not [line for line in said(month(5, 3)) if "year" in line]


@pytest.mark.parametrize(
    ("opening", "closing", "sentence"),
    [
        (8, 5, "Open 5: 3 fewer than when the month began (8)."),
        (0, 1, "Open 1: 1 more than when the month began (0)."),
        (2, 2, "Open 2: as many as when the month began."),
    ],
)
def test_open_cases_are_compared_with_the_months_begin(opening, closing, sentence):
    assert sentence in said(month(stock=Stock(opening, 0, 0, 0, closing)))


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (OnTime(3, 0, 1, 0), OnTime(4, 0, 1, 0), "On-time rate 75%: down 5 points from last month (80%)."),
        (OnTime(4, 0, 1, 0), OnTime(3, 0, 1, 0), "On-time rate 80%: up 5 points from last month (75%)."),
        (OnTime(1, 1, 0, 0), OnTime(3, 0, 0, 0), "On-time rate 100%: as last month."),
        # Counted between the numbers as they are printed: 66.7 and 33.3.
        (OnTime(2, 0, 1), OnTime(1, 0, 2), "On-time rate 66.7%: up 33.4 points from last month (33.3%)."),
        (OnTime(0, 0, 0, 1), OnTime(), "On-time rate 0%: last month has none to compare with."),
        (OnTime(), OnTime(3, 0, 1, 0), NO_RATE),
    ],
)  # fmt: skip
def test_the_on_time_rate_moves_by_points_and_a_share_of_nothing_is_none(now, before, sentence):
    figures = month(on_time=now)
    assert sentence in said(replace(figures, before=replace(figures.before, on_time=before)))


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ((0, 0, 0, 0, 4), (0, 1, 0, 0, 3), "Satisfied 100%: up 25 points from last month (75%)."),
        ((1, 0, 0, 0, 0), (0,) * 5, "Satisfied 0%: last month has none to compare with."),
        ((0,) * 5, (0, 1, 0, 0, 3), NO_ANSWERS),
    ],
)
def test_satisfaction_is_said_of_answers_alone(now, before, sentence):
    figures = month(satisfaction=Satisfaction(now))
    assert sentence in said(
        replace(figures, before=replace(figures.before, satisfaction=Satisfaction(before)))
    )


def test_overdue_without_approval_is_told_when_this_month_or_the_last_had_any():
    late = Overruns(OverrunTable(2, 2, 0, ()), NONE_LATE, NONE_LATE)
    assert "Overdue without approval 2: 2 more than last month (0)." in said(month(overruns=late))
    figures = month()
    gone = replace(figures, before=replace(figures.before, overruns=3))
    assert "Overdue without approval 0: 3 fewer than last month (3)." in said(gone)
    assert not [line for line in said(figures) if "Overdue" in line]


def test_the_estates_that_moved_most_are_named_where_there_are_several():
    up = EstateLine("翠湖雅苑", 500, 4, 4, 1, 0)
    down = EstateLine("锦绣花园", 1000, 1, 1, 3, 0)
    unknown = EstateLine("新项目", 0, 9, 9, 0, 0)
    told = said(month(estates=(up, down, unknown)))
    assert "翠湖雅苑 rose most: from 2.00 to 8.00 upheld complaints per 1,000 households." in told
    assert "锦绣花园 fell most: from 3.00 to 1.00 upheld complaints per 1,000 households." in told
    assert not [line for line in said(month(estates=(up,))) if "most" in line]
    assert not [
        line for line in said(month(estates=(unknown, replace(unknown, name="二期")))) if "most" in line
    ]
    still = replace(up, valid_last_month=4)
    assert not [line for line in said(month(estates=(still, still))) if "most" in line]


def test_a_month_that_is_not_over_says_so():
    sentence = "The month is not over: its first days are compared with whole months."
    assert said(month(as_of=march(10)))[-1] == sentence
    assert sentence not in said(month())


def test_a_month_with_nothing_at_all_has_a_sentence_for_each_thing_that_is_not_there():
    assert said(month()) == [NO_MONTH, "Open 0: as many as when the month began.", NO_RATE, NO_ANSWERS]
    assert asks(month(), SHANGHAI) == []
    assert [tile.figure for tile in tiles(month())] == ["0", "–", "0", "–"]


# What is asked -----------------------------------------------------------------------------------


def asked(**changed: object) -> list[tuple[str, str]]:
    return [(ask.text, ask.part) for ask in asks(month(**changed), SHANGHAI)]


def test_the_longest_wait_is_named_with_its_day():
    waits = Decision("JX-2026-000007", "Extension", "General manager", march(5))
    text = "Decide 2 matters that wait. The longest, of JX-2026-000007, since Thu 5 Mar 09:00."
    later = replace(waits, number="JX-2026-000009", since=march(6))
    assert asked(decisions=Decisions(2, (waits, later))) == [(text, "decisions")]
    assert asked(decisions=Decisions(1, ())) == [("Decide 1 matter that waits.", "decisions")]


def test_how_many_are_overdue_is_said_only_where_all_are_listed():
    late = replace(LINE, overdue=timedelta(hours=3))
    watch = "Watch 2 open cases of grave notice, lawsuit, media or authority."
    assert asked(attention=Cases(2, (LINE, LINE))) == [(watch, "attention")]
    assert asked(attention=Cases(2, (LINE, late))) == [(f"{watch} 1 of them is overdue.", "attention")]
    assert asked(attention=Cases(2, (late,), withheld=1)) == [(watch, "attention")]


def test_each_thing_that_waits_is_counted_and_points_to_its_part():
    late = OverrunTable(3, 2, 0, ())
    found = asked(
        overruns=Overruns(late, NONE_LATE, replace(late, open=1)),
        second_open=1,
        revisit=Rate(3, 5),
        aftercare=Aftercare(raised=4, late=1),
        repeats=(RepeatLine("3号楼", "Lifts", 4),),
    )
    assert found == [
        ("Have 3 complaints handled that are overdue without approval.", "overdue"),
        ("See to 1 case that came back this month and is still open.", "second"),
        ("Ask why 2 revisits due this month were not made within 3 days; the target is all.", "kept"),
        ("Press for 1 follow-up raised this month that is over its time.", "kept"),
        ("Find the cause of 1 matter complained about three times or more at one place.", "causes"),
    ]


# The heat map ------------------------------------------------------------------------------------


def test_the_shade_goes_up_by_quarters_of_the_largest_and_none_is_white():
    assert [shade(count, 8) for count in range(9)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert shade(0, 0) == 0 and shade(1, 1) == 4


def test_sums_stand_on_both_sides_and_what_does_not_fit_is_summed_up_and_not_lost():
    names = tuple(f"类别{n}" for n in range(COLUMNS + 3))
    rows = tuple(HeatRow(f"{n}号楼", tuple((n + m) % 3 for m in range(len(names)))) for n in range(ROWS + 2))
    table = str(heat_table(HeatMap(names, rows)))
    total = sum(row.total for row in rows)
    assert f'<td class="num">{total}</td></tr></tbody>' in table
    assert "Others" in table and "Other places (2)" in table and names[COLUMNS] not in table
    for line in re.findall(r"<tr><th scope=.row.*?</tr>", table):
        shades = re.findall(r"heat-(\d)", line)
        assert not shades or (len(shades), shades[-1]) == (COLUMNS + 1, "0")
    others = table[table.index("Other places") :]
    assert "heat-1" not in others and "heat-4" not in others, "a sum of many is not shaded"
    assert heat_table(HeatMap()) == ""


def test_the_number_of_more_places_than_an_address_can_name_is_no_link():
    links = Links("/list/", "estate-1", "2026-03-01", "2026-03-31")
    for more, is_link in ((20, True), (700, False)):
        rows = tuple(HeatRow(f"{n}号楼", (1, 1), f"{n}") for n in range(1000, 1000 + ROWS + more))
        table = unescape(str(heat_table(HeatMap(("电梯", "漏水"), rows, ("1", "2")), links)))
        (others,) = (line for line in table.splitlines() if "Other places" in line)
        assert others.count("<a ") == (3 if is_link else 0) and f">{2 * more}<" in others
        assert table.count("<a ") == 3 * ROWS + 3 + others.count("<a ")
        assert max(map(len, re.findall(r'href="([^"]+)"', table))) < 3500


def test_a_name_with_markup_stays_a_name_in_the_heat_map():
    table = str(heat_table(HeatMap(("<b>电梯</b>",), (HeatRow("<i>3号楼</i>", (1,)),))))
    assert "<b>" not in table and "<i>" not in table and "&lt;i&gt;3号楼" in table


def test_on_a_page_the_numbers_of_the_sentences_open_their_cases_and_on_paper_none():
    links = Links("/list/", "estate-1", "2026-03-01", "2026-03-31")
    figures = month(received=4, stock=Stock(2, 0, 0, 1, 3), second_open=2)
    shown = changes(figures, SHANGHAI, links) + [ask.text for ask in asks(figures, SHANGHAI, links)]
    plain = changes(figures, SHANGHAI) + [ask.text for ask in asks(figures, SHANGHAI)]
    assert [re.sub(r"<[^>]+>", "", unescape(one)) for one in shown] == plain
    assert not any("<a" in one for one in plain)
    opened = re.findall(r"figure=(\w+)[^>]*>(\d+)</a>", " ".join(map(str, shown)))
    assert ("closing", "3") in opened and ("second_open", "2") in opened
