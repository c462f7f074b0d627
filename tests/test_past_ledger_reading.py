"""How a complaint ledger is read, whatever its headings and dates look like. No row is needed."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from openpyxl.utils.datetime import WINDOWS_EPOCH

from complaints.past_ledger.headings import Column, meaning
from complaints.past_ledger.moments import Moment, Said, moment_of, said_in
from complaints.past_ledger.reading import read_ledger
from owners.importing.cells import Bad
from owners.importing.files import Unreadable
from tests.ledgers import csv_bytes, xlsx
from tests.past_ledgers import messy

HEADER = ["编号", "日期", "内容", "渠道"]
MARCH = Said(2026, 3)


def read(cell: object, said: Said = MARCH, *, typed: bool = True) -> Moment | None:
    return moment_of(cell, WINDOWS_EPOCH, said, typed=typed, checks_month=True)


@pytest.mark.parametrize(
    "cell",
    [
        "2026年3月5日",
        "2026-3-5",
        "2026/03/05",
        "20260305",
        "3.5",
        "3月5日",
        3.5,
        46086,
        "15/3/2026",
        "5 Mar 2026",
    ],
)
def test_a_day_is_read_in_every_spelling(cell) -> None:
    found = read(cell)
    assert found == Moment(date(2026, 3, 15 if cell == "15/3/2026" else 5))


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("2026-3-5 9:05", time(9, 5)),
        ("3月5日 下午2点30分", time(14, 30)),
        (46086.5, time(12)),
        (datetime(2026, 3, 5, 23, 15), time(23, 15)),
        ("2026年3月5日（周四）14:30", time(14, 30)),
    ],
)
def test_the_time_beside_it_too(cell, clock) -> None:
    assert read(cell) == Moment(date(2026, 3, 5), clock)


@pytest.mark.parametrize(
    ("cell", "said", "typed"),
    [
        ("5/3/2026", MARCH, True),  # May or March
        (3.1, MARCH, True),  # the 1st or the 10th
        ("3.1", MARCH, False),  # of a text table it may have been a number
        ("3月5日", Said(), True),  # of which year
        ("4.5", MARCH, True),  # the title says March
        ("2026-2-30", MARCH, True),
        ("上周三", MARCH, True),
    ],
)
def test_what_may_be_two_days_or_none_is_refused(cell, said, typed) -> None:
    with pytest.raises(Bad):
        read(cell, said, typed=typed)


@pytest.mark.parametrize(
    ("titles", "filename", "said"),
    [
        (["锦绣花园2026年3月投诉台账"], "", Said(2026, 3)),
        (["3月"], "2026年投诉台账.xlsx", Said(2026, 3)),
        (["2025-2026年投诉台账"], "", Said()),
        (["投诉台账"], "", Said()),
    ],
)
def test_a_title_says_the_year_and_the_month_if_it_says_one(titles, filename, said) -> None:
    assert said_in(titles, filename) == said


def test_a_heading_of_two_rows_says_whose_time_it_is() -> None:
    assert meaning("时间", "回访情况") == Column.REVISITED
    assert meaning("时间", "处理情况") == Column.HANDLED
    assert meaning("时间") is None


def test_the_messy_ledger_has_five_cases_and_its_titles_total_and_signatures_are_none() -> None:
    reading = read_ledger(messy(), "台账.xlsx")
    assert [entry.row for entry in reading.entries] == [5, 6, 7, 8, 9]
    assert [line.row for line in reading.left] == [1, 2, 3, 10, 11]
    assert {column.header for column in reading.columns if not column.meaning} == set()


def test_a_time_beside_the_day_and_what_repeats_the_row_above_are_read() -> None:
    first, second, third, *_rest = read_ledger(messy(), "台账.xlsx").entries
    assert first.moments[Column.RECEIVED] == Moment(date(2026, 1, 5), time(9, 20))
    assert second.moments[Column.RECEIVED] == Moment(date(2026, 1, 5), time(14, 30))
    assert (second.get(Column.RECEIVER), third.get(Column.CHANNEL)) == ("李敏", "微信群")


def test_what_repeats_nothing_is_wrong() -> None:
    rows = [HEADER, ["1", "2026-3-5", "漏水", "同上"]]
    assert read_ledger(xlsx(rows), "台账.xlsx").entries[0].wrong


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_table_of_either_code_page_is_read(encoding) -> None:
    content = csv_bytes([HEADER, ["TS-1", "2026-3-5", "电梯停了", "来电"]], encoding)
    (entry,) = read_ledger(content, "台账.csv").entries
    assert (entry.get(Column.CONTENT), entry.get(Column.NUMBER)) == ("电梯停了", "TS-1")


def test_english_headings_are_known() -> None:
    rows = [
        ["No.", "Case number", "Date received", "Description", "Channel"],
        [1, "C-1", "2026-03-05", "Leak", "phone"],
    ]
    (entry,) = read_ledger(xlsx(rows), "ledger.xlsx").entries
    assert (entry.get(Column.NUMBER), entry.get(Column.CONTENT)) == ("C-1", "Leak")


def test_every_sheet_is_read_and_says_its_month() -> None:
    rows = [HEADER, ["1", "5日", "漏水", "来电"]]
    reading = read_ledger(
        xlsx(**{"3月": [HEADER, ["1", "3.15", "漏水", ""]], "说明": [["填写说明"]]}), "2026年.xlsx"
    )
    assert [entry.moments[Column.RECEIVED].day for entry in reading.entries] == [date(2026, 3, 15)]
    assert reading.left[-1].sheet == "说明"
    assert read_ledger(xlsx(rows), "2026年3月.xlsx").entries[0].wrong


def test_a_file_without_such_a_heading_is_no_ledger() -> None:
    with pytest.raises(Unreadable):
        read_ledger(xlsx([["姓名", "房号"], ["张三", "1-101"]]), "业主.xlsx")
