"""Workbooks: nothing a person typed is ever taken for a formula, and times are real dates."""

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from openpyxl import load_workbook

from reports.excel import HEADER_ROW, Column, Table, workbook
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.monthly.workbook import sheets
from tests.cast import DAY, march

SHANGHAI = ZoneInfo("Asia/Shanghai")


def sheet_of(columns, rows, title="台账"):
    table = Table(sheet="台账", title=title, covers="2026-03", columns=columns, rows=rows)
    return load_workbook(BytesIO(workbook([table], SHANGHAI))).active


def first(columns, row):
    return sheet_of(columns, [row])[HEADER_ROW + 1]


@pytest.mark.parametrize("typed", ["=1+1", "+86 138", "-2", "@SUM(A1)", "=HYPERLINK('http://x')", "＝1"])
def test_what_a_person_typed_is_text_in_the_cell_and_in_the_title(typed):
    sheet = sheet_of([Column("内容")], [[typed]], title=typed)
    cell = sheet.cell(HEADER_ROW + 1, 1)
    assert (cell.value, cell.data_type) == (typed, "s")
    assert sheet["A1"].data_type == "s"


def test_typed_xml_is_text_too():
    (cell,) = first([Column("内容")], ["<r><t>=1+1</t></r>"])
    assert cell.value == " <r><t>=1+1</t></r>"


def test_sheets_of_one_name_are_told_apart():
    tables = [Table(name, "", "", [Column("A")], []) for name in ("A/B", "a b", "'A'", "A" * 40, "A" * 35)]
    names = load_workbook(BytesIO(workbook(tables, SHANGHAI))).sheetnames
    assert names == ["A B", "a b 2", "A", "A" * 31, f"{'A' * 28} 2"]


def test_characters_that_xml_cannot_hold_are_left_out():
    (cell,) = first([Column("内容")], ["电\x00梯\x0b又\ud800停\uffff了\n快来"])
    assert cell.value == "电梯又停了\n快来"


def test_a_moment_is_a_date_on_the_wall_clock_of_the_estate():
    moment = datetime(2026, 3, 31, 16, 30, 5, 99, tzinfo=UTC)
    cells = first([Column("受理", "datetime"), Column("日期", "date")], [moment, moment])
    assert cells[0].value == datetime(2026, 4, 1, 0, 30, 5) and cells[0].is_date
    assert cells[1].value == datetime(2026, 4, 1) and cells[1].is_date


def test_numbers_are_numbers_shares_are_percent_and_nothing_is_empty():
    cells = first([Column("数", "int"), Column("率", "percent"), Column("无", "percent")], [7, 0.25, None])
    assert [cell.value for cell in cells] == [7, 0.25, None]
    assert cells[1].number_format == "0.0%"


def test_the_sheet_prints_on_a4_landscape_and_repeats_its_header():
    sheet = sheet_of([Column("编号"), Column("数", "int")], [["a", 1]] * 3)
    assert sheet.freeze_panes == f"A{HEADER_ROW + 1}"
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert sheet.page_setup.orientation == "landscape" and str(sheet.page_setup.paperSize) == "9"
    assert sheet.auto_filter.ref == f"A{HEADER_ROW}:B{HEADER_ROW + 3}"


@pytest.mark.django_db
def test_the_workbook_opens_on_the_figures_of_the_report(case_in, jinxiu):
    case_in("handled", at=march(5))
    case_in("acting", at=march(20))
    with translation.override("en"):
        figures = monthly([jinxiu], Month(2026, 3), march(31) + 2 * DAY)
        first, *others = sheets(figures)
    assert first.sheet == "Key figures"
    told = {name: (number, of, share) for name, number, of, share in first.rows}
    assert told["Received"] == (2, None, None)
    kept = figures.on_time
    assert told["Handled on time"] == (kept.rate.part, 2, kept.rate.share) == (1, 2, 0.5)
    assert told["Late, still open"] == (1, 2, 0.5)
    assert told["Revisited within 3 days (target: all)"] == (0, 0, None)
    names = {each.sheet for each in others}
    assert names >= {"Decisions asked for", "Extensions", "Reasons for extensions"}
