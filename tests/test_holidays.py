"""A year's holidays from the library and from the office's own table."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook

from complaints.holidays import Day, NotAnnounced, announced, read_file
from config.framework.refusals import Refused

NATIONAL, WORKED = Day(False, "国庆节"), Day(True, "国庆节调休")


def test_a_year_is_as_the_state_council_announced_it():
    days = announced(2026)
    off = [(day.month, day.day) for day, what in days.items() if not what.is_working]
    assert off == [
        (1, 1), (1, 2), (1, 3), *((2, n) for n in range(15, 24)), (4, 4), (4, 5), (4, 6),
        *((5, n) for n in range(1, 6)), (6, 19), (6, 20), (6, 21), (9, 25), (9, 26), (9, 27),
        *((10, n) for n in range(1, 8)),
    ]  # fmt: skip
    work = [(day.month, day.day) for day, what in days.items() if what.is_working]
    assert work == [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert (days[date(2026, 2, 16)], days[date(2026, 10, 10)]) == (Day(False, "春节"), WORKED)


def test_a_year_without_make_up_days_is_not_announced_and_refused():
    with translation.override("en"), pytest.raises(NotAnnounced, match="2031 have not been announced"):
        announced(2031)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_with_or_without_a_title(encoding):
    rows = "日期,类型,名称\n2026-10-01,休,国庆节\n2026年10月10日,班,国庆节调休\n"
    assert read_file(rows.encode(encoding), "2026.csv") == {
        date(2026, 10, 1): NATIONAL, date(2026, 10, 10): WORKED,
    }  # fmt: skip
    assert read_file(rows.split("\n", 1)[1].encode(encoding), "2026.csv")[date(2026, 10, 1)] == NATIONAL


def test_a_workbook_is_read_too():
    book, file = Workbook(), BytesIO()
    book.active.append(["日期", "休/班", "名称"])
    book.active.append([date(2026, 10, 1), "休", "国庆节"])
    book.save(file)
    assert read_file(file.getvalue(), "2026.xlsx") == {date(2026, 10, 1): NATIONAL}


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("日期,类型,名称\n", "no day in the file"),
        ("2026-10-01,休,国庆节\n2026-10-32,休,国庆节\n", "row 2"),
        ("2026-10-01,休,国庆节\n2026-10,休,国庆节\n", "row 2: the first column is no date"),
        ("2026-10-01,休,国庆节\n2026-10-02,也许,国庆节\n", "“也许” is neither"),
        ("2026-10-01,休,国庆节\n2026-10-02,休,\n", "needs a name"),
        ("2026-10-01,休,国庆节\n2026-10-01,班,国庆节\n", "stands there twice"),
    ],
)
def test_a_table_that_cannot_be_read_whole_is_refused_with_its_rows(rows, why):
    with translation.override("en"), pytest.raises(Refused, match=why):
        read_file(rows.encode(), "2026.csv")


SWAPPED = (Path(__file__).parent / "data" / "cases" / "c01-calendar-swapped-day-off.csv").read_bytes()


def test_a_swapped_day_is_asked_with_its_row_and_both_readings():
    with translation.override("en"), pytest.raises(Refused) as refused:
        read_file(SWAPPED, "c01.csv")
    assert str(refused.value) == (
        "Not read, row 3: 2027-02-08 says only “调休”. Is it a day off (休) or a working day (班)?"
    )


@pytest.mark.parametrize(("answer", "is_working"), [("off", False), ("work", True)])
def test_a_swapped_day_is_what_the_office_says_it_is(answer, is_working):
    assert read_file(SWAPPED, "c01.csv", swapped=answer) == {
        date(2027, 2, 5): Day(False, "春节"),
        date(2027, 2, 8): Day(is_working, "春节"),
        date(2027, 2, 14): Day(True, "春节"),
    }


def test_a_title_and_a_heading_stand_above_the_days():
    content = (Path(__file__).parent / "data" / "cases" / "c02-calendar-title-and-header.csv").read_bytes()
    assert read_file(content, "c02.csv") == {date(2027, 1, 1): Day(False, "元旦")}


@pytest.mark.parametrize(
    "row",
    [
        "2027-02-05至2027-02-07",
        "2月5日—7日",
        "2月5日至2月7日",
        "2027年2月5日（周五）至7日（周日）",
        "2027/2/5~2027/2/7",
        "2月5日-7日",
        "2月5日、6日、7日",
    ],
)
def test_a_range_is_all_its_days(row):
    table = f"2027年放假安排,,\n日期,类型,名称\n{row},法定节假日,春节\n"
    spring = Day(False, "春节")
    assert read_file(table.encode(), "2027.csv") == {date(2027, 2, n): spring for n in (5, 6, 7)}


@pytest.mark.parametrize(
    ("word", "is_working"),
    [
        ("休息日", False),
        ("法定节假日", False),
        ("放假", False),
        ("上班", True),
        ("补班", True),
        ("调休上班", True),
    ],
)
def test_the_usual_words_of_such_tables_are_known(word, is_working):
    assert read_file(f"2027-02-14,{word},春节\n".encode(), "2027.csv") == {
        date(2027, 2, 14): Day(is_working, "春节")
    }


def test_columns_are_read_by_their_headings():
    table = "节日名称,放假时间,类型\n春节,2027-02-05,休\n"
    assert read_file(table.encode(), "2027.csv") == {date(2027, 2, 5): Day(False, "春节")}


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("2月5日至7日,休,春节\n", "row 1: “2月5日” does not say its year"),
        ("2027-02-30,休,春节\n", "row 1: There is no such date"),
        ("2027-02-11至2027-02-05,休,春节\n", "row 1: .* from one date to a later one"),
        ("2027-02-05,也许,春节\n", "row 1: “也许” is neither"),
        ("元旦前后,休,元旦\n", "row 1"),
    ],
)
def test_a_first_row_that_is_meant_for_a_day_is_never_passed_over_as_a_title(rows, why):
    with translation.override("en"), pytest.raises(Refused, match=why):
        read_file(rows.encode(), "2027.csv")
