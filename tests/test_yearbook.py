"""A year's holidays from the library and from the office's own table."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook

from complaints.yearbook import Day, NotAnnounced, announced, read_file
from staff.refusals import Refused

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
