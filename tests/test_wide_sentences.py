"""What a quarter's and a year's paper say in sentences is true of the figures, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from reports.figures.overrun_shapes import Overruns, OverrunTable
from reports.figures.shapes import OnTime, Rate, Satisfaction, Stock
from reports.figures.wide_shapes import AnalysedCases, Meeting, PlaceLine, Quarter
from reports.wide.sentences import asks, changes, fate, tiles
from tests.cast import DAY, SHANGHAI, march
from tests.made_up_quarter import HELD, NONE_LATE, compared, decision, department, quarter, totals, year

SATISFIED = Satisfaction((1, 0, 0, 0, 3))


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def said(figures) -> list[str]:
    return changes(figures, SHANGHAI)


def asked(figures) -> list[tuple[str, int | None]]:
    return [(ask.text, ask.number) for ask in asks(figures)]


# What changed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (5, 3, "Received 5: 2 more than in the quarter before (3)."),
        (3, 5, "Received 3: 2 fewer than in the quarter before (5)."),
        (4, 4, "Received 4: as many as in the quarter before."),
        (4, 0, "Nothing was received in the quarter before: there is nothing to compare with."),
    ],
)
def test_a_count_is_told_against_the_time_before(now, before, sentence):
    figures = quarter(total=totals(received=now), before=totals(received=before))
    assert said(figures)[0] == sentence
    assert sentence.replace("quarter", "year") in said(
        year(total=totals(received=now), before=totals(received=before))
    )


def test_shares_are_told_in_points_and_a_share_of_nothing_is_told_as_none():
    before = totals(on_time=OnTime(1, 0, 1, 0), satisfaction=SATISFIED)
    up = quarter(total=totals(on_time=OnTime(2, 1, 1, 0), satisfaction=SATISFIED), before=before)
    assert "On-time rate 75%: up 25 points from the quarter before (50%)." in said(up)
    assert "Satisfied 75%: as in the quarter before." in said(up)
    down = quarter(total=totals(on_time=OnTime(0, 0, 0, 1)), before=before)
    assert "On-time rate 0%: down 50 points from the quarter before (50%)." in said(down)
    assert "No revisit due in it has an answer on satisfaction." in said(down)
    alone = quarter(total=totals(on_time=OnTime(1)))
    assert "On-time rate 100%: the quarter before has none to compare with." in said(alone)
    none = "No upheld complaint had its time to be handled end in it: there is no on-time rate."
    assert none in said(quarter())


def test_what_is_open_overdue_and_second_is_told_where_there_is_any():
    before = totals(received=5, second=2)
    figures = quarter(total=totals(overruns=3, second=1), before=before, stock=Stock(4, 0, 0, 1, 3))
    found = said(figures)
    assert "Open 3 at its end, 4 at its beginning." in found
    assert "Overdue without approval 3: 3 more than in the quarter before (0)." in found
    assert "Second complaints 1: 1 fewer than in the quarter before (2)." in found
    assert not any("Overdue" in one or "Second" in one for one in said(quarter()))


@pytest.mark.parametrize("paper", [quarter, year])
def test_nothing_is_compared_with_a_time_in_which_nothing_was_received(paper):
    figures = paper(
        total=totals(received=4, valid=3, overruns=3, second=1), before=totals(overruns=1, second=2),
        departments=(department("Engineering", 3, 1), department("Security", 2)),
    )  # fmt: skip
    found = said(figures)
    assert "Overdue without approval: 3." in found and "Second complaints: 1." in found
    assert "Engineering has the most upheld complaints of all departments: 3." in found
    before = "the quarter before" if paper is quarter else "the year before"
    assert [one for one in found if before in one and "nothing to compare" not in one.lower()] == [
        one for one in found if "none to compare" in one
    ]
    nothing = said(paper(total=totals(received=4), before=totals(overruns=1, second=2)))
    assert not any("Overdue" in one or "Second" in one for one in nothing)


def test_the_most_are_named_only_where_one_alone_has_the_most():
    first = quarter(
        total=totals(valid=5), departments=(department("Engineering", 3, 1), department("Security", 2)),
        categories=(compared("Lifts", 4), compared("Noise", 1)), before=totals(received=2),
    )  # fmt: skip
    sentence = "Engineering has the most upheld complaints of all departments: 3, in the quarter before 1."
    assert sentence in said(first)
    assert "Most upheld complaints are about Lifts: 4 of 5." in said(first)
    tie = quarter(
        departments=(department("Engineering", 2), department("Security", 2)),
        categories=(compared("Lifts", 1), compared("Noise", 1)),
    )
    one = quarter(departments=(department("Engineering", 2),), categories=(compared("Lifts", 0),))
    for figures in (tie, one):
        assert not any("most" in sentence for sentence in said(figures))


def test_the_cause_that_rose_most_is_named_where_there_was_a_time_before():
    lines = (compared("Worn out", 5, 2), compared("Neglect", 4, 3))
    sentence = "As a cause, Worn out rose most: 5 upheld complaints after 2."
    assert sentence in said(quarter(causes=lines, before=totals(received=5, valid=5)))
    assert sentence not in said(quarter(causes=lines))


def test_of_several_estates_the_highest_the_risen_and_the_fallen_are_named():
    estates = (PlaceLine("甲", 1000, 9, 9, 12), PlaceLine("乙", 1000, 5, 5, 1), PlaceLine("丙", 0, 3, 3, 0))
    found = said(quarter(estates=estates, before=totals(received=13, valid=13)))
    assert "甲 has the most upheld complaints per 1,000 households: 9.00." in found
    assert "乙 rose most: from 1.00 to 5.00 upheld complaints per 1,000 households." in found
    assert "甲 fell most: from 12.00 to 9.00 upheld complaints per 1,000 households." in found
    assert not any("households" in one for one in said(quarter()))
    first = said(quarter(estates=estates))  # nothing before: nothing rose or fell
    assert not any("rose" in one or "fell" in one for one in first) and any("9.00" in one for one in first)


def test_what_has_no_department_category_or_cause_is_never_named_as_the_first():
    nowhere, nameless = replace(department("No department", 9), is_named=False), compared("None", 9)
    found = said(quarter(
        departments=(nowhere, department("Engineering", 2), department("Security", 1)),
        categories=(replace(nameless, is_named=False), compared("Lifts", 2), compared("Noise", 1)),
        causes=(replace(nameless, is_named=False), compared("Worn out", 2), compared("Neglect", 1)),
        before=totals(received=1, valid=1),
    ))  # fmt: skip
    assert not any("No department" in one or "None" in one for one in found)
    assert sum("Engineering" in one or "Lifts" in one or "Worn out" in one for one in found) == 3


def test_a_time_that_is_not_over_says_so():
    figures = quarter()
    early = replace(figures, as_of=figures.as_of - timedelta(seconds=1))
    sentence = "It is not over: its first days are compared with the whole of the quarter before."
    assert sentence in said(early) and sentence not in said(figures)


# What is asked ---------------------------------------------------------------------------------------


def test_nothing_is_asked_where_nothing_waits():
    assert asked(quarter()) == [] and asked(year()) == []


def test_a_quarter_asks_for_what_is_late_grave_decided_and_not_written_down():
    late = OverrunTable(2, 2, 0, ())
    figures = quarter(
        overruns=Overruns(late, NONE_LATE, NONE_LATE), second_open=1, total=totals(revisit=Rate(3, 5)),
        analysed=AnalysedCases(2, ()), meeting=None,
        earlier=(decision(), decision(due_on=date(2026, 3, 31)), decision("done"), decision("dropped")),
    )  # fmt: skip
    assert asked(figures) == [
        ("Have 2 complaints handled that are overdue without approval.", 3),
        ("See to 1 case that came back in it and is still open.", 4),
        ("Ask why 2 revisits due in it were not made within 3 days; the target is all.", 4),
        ("Read 2 cases of notice grade hot or major.", 1),
        ("Carry out 2 decisions of earlier meetings. 1 of them is past its time.", 8),
        ("Write down the meeting on this quarter: no record of it is here yet.", 9),
    ]
    held = quarter(meeting=replace(HELD, decisions=(decision(), decision("done"))))
    assert asked(held) == [("Carry out 1 decision of the meeting on this quarter.", 9)]


def test_a_year_tells_of_the_decisions_made_in_it_and_asks_for_those_not_done():
    first = Meeting(
        "2026-Q1", date(2026, 4, 8), "", "", "",
        (decision(), decision("done"), decision("dropped"), decision(due_on=date(2027, 5, 1))),
    )  # fmt: skip
    # Held after the year had ended: nothing can have become of what it decided.
    fourth = Meeting("2026-Q4", date(2027, 1, 8), "", "", "", (decision(due_on=date(2027, 2, 1)),))
    quarters = tuple(Quarter(f"2026-Q{n}", totals()) for n in (1, 2, 3, 4))
    figures = year(meetings=(first, fourth), quarters=quarters)
    assert fate(figures) == ("Decisions made in the year: 4; when it ended done 1, dropped 1, not done 2.")
    assert asked(figures) == [
        ("Carry out 2 decisions of the year's meetings. 1 of them is past its time.", 7),
        ("No record of a meeting is here on: quarter 2, quarter 3.", 7),
    ]
    running = replace(figures, as_of=march(2) - 5 * DAY)
    assert fate(running) == "Decisions made in the year so far: 4; done 1, dropped 1, not done yet 2."
    assert asked(running)[0] == ("Carry out 2 decisions of the year's meetings.", 7)  # none is late by then
    assert fate(year(meetings=(fourth,))) == ""
    # Held before the year began: it is of the year before.
    early = replace(first, quarter="2025-Q4", held_on=date(2025, 12, 30))
    assert fate(year(meetings=(early,))) == ""


# The four numbers, and Chinese -------------------------------------------------------------------------


def test_the_four_numbers_stand_beside_those_of_the_time_before():
    now = totals(received=7, valid=5, on_time=OnTime(3, 0, 1, 0), overruns=2, satisfaction=SATISFIED)
    before = totals(received=9, overruns=1, on_time=OnTime(1))
    figures = quarter(
        total=now, before=before, overruns=Overruns(OverrunTable(1, 1, 0, ()), NONE_LATE, NONE_LATE)
    )
    assert [(tile.figure, tile.note) for tile in tiles(figures)] == [
        ("7", "of these upheld 5; the quarter before 9"),
        ("75%", "3 of 4; the quarter before 100%"),
        ("2", "not handled yet 1; the quarter before 1"),
        ("75%", "mean 4.0 of 5, 4 answers; the quarter before –"),
    ]


def test_the_same_is_said_in_chinese():
    figures = quarter(
        total=totals(received=5, on_time=OnTime(1, 0, 1, 0)), before=totals(received=3, on_time=OnTime(1)),
        earlier=(decision(),), departments=(department("工程部", 3, 1), department("秩序部", 2)),
    )  # fmt: skip
    with translation.override("zh-hans"):
        found = said(figures)
        assert found[0] == "受理 5 件，比上季度（3）多 2。"
        assert "及时率 50%，比上季度（100%）下降 50 个百分点。" in found
        assert "有效投诉最多的部门：工程部，3 件，上季度 1 件。" in found
        assert [ask.text for ask in asks(figures)] == ["落实此前会议未完成的决议 1 项。其中已超期 1 项。"]
        assert (
            said(year(total=totals(received=5), before=totals(received=3)))[0]
            == "受理 5 件，比上年（3）多 2。"
        )
