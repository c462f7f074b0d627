"""Ways of laying a ledger out: side by side, columns twice, rows struck, hidden or summed up, blanks."""

import pytest
from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import Font

from owners.importing.loading import load
from owners.importing.register import read_register
from owners.models import Unit
from tests.cast import MONDAY_9AM
from tests.ledgers import csv_bytes, ledger, people, problems, saved, xlsx


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


LI = ("李四", "owner_occupier", ("13800138001",))
WANG = ("王五", "owner_occupier", ("13800138002",))
ROOMS = ["房号", "姓名", "电话"]
ROW_LI, ROW_WANG = ["1-2-101", "李四", "13800138001"], ["1-2-102", "王五", "13800138002"]


def left_out(reading) -> list[tuple[int, str]]:
    return [(line.row, line.sentence) for line in reading.skipped if line.sentence != "header"]


WORDS = {
    "place": ["房屋编号", "房产编号", "房屋地址", "门牌号", "单元房号", "Address"],
    "name": ["业主姓名", "客户名称", "产权人", "户主姓名", "住户", "Owner name"],
    "phone": ["联系电话", "手机号码", "业主手机", "联系方式（必填）", "移动电话", "Mobile"],
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
@pytest.mark.parametrize("words", list(zip(*WORDS.values(), strict=True)))
def test_other_words_orders_and_formats_read_the_same(words, order, kind):
    rows = [[row[i] for i in order] for row in (words, ROW_LI, ROW_WANG)]
    content = csv_bytes(rows) if kind == "csv" else xlsx(rows)
    reading = read_register(content, f"台账.{kind}")
    assert not reading.problems
    assert people(reading) == {"1-2-101": [LI], "1-2-102": [WANG]}


def test_tables_side_by_side_are_two_tables():
    rows = [
        [*ROOMS, *ROOMS],
        [*ROW_LI, *ROW_WANG],
        ["1-2-201", "赵六", None, None, None, None],
        ["1-2-301", None, "13800138003", "1-2-302", "钱七", "13800138004"],
    ]
    reading = read_register(xlsx(rows), "台账.xlsx")
    assert people(reading) == {
        "1-2-101": [LI],
        "1-2-201": [("赵六", "owner_occupier", ())],
        "1-2-102": [WANG],
        "1-2-302": [("钱七", "owner_occupier", ("13800138004",))],
    }
    assert problems(reading) == [(4, "There is a phone but no name.")]


def test_columns_before_tables_side_by_side_belong_to_both():
    rows = [["楼栋", *ROOMS, *ROOMS], ["5号楼", "101", *ROW_LI[1:], "102", *ROW_WANG[1:]]]
    reading = read_register(xlsx(rows), "台账.xlsx")
    assert people(reading) == {"5-101": [LI], "5-102": [WANG]}


def test_the_same_headings_twice_without_a_room_are_two_people_of_one_home():
    reading = ledger([*ROW_LI, "王五", "13800138002"], header=[*ROOMS, "姓名", "电话"])
    assert people(reading) == {"1-2-101": [LI, WANG]}


def test_a_second_column_of_the_same_meaning_must_not_tell_one_home_from_another(jinxiu, chenfang):
    header = ["楼栋", "楼号", "房号", "姓名"]
    reading = ledger(["1号楼", "甲", "101", "李四"], ["1号楼", "乙", "101", "李四"], header=header)
    assert problems(reading) == [(3, "Row 2 has “甲” for the same home and this row “乙”.")]
    reading = ledger(["1号楼", "1", "101", "李四"], ["1号楼", "1", "101", "李四"], header=header)
    assert not reading.problems


def _book(rows: list[list[str]]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def test_a_struck_out_cell_is_not_read_and_the_rest_of_its_row_is():
    book = _book([ROOMS, ROW_LI, ROW_WANG])
    book.active["C2"].font = Font(strike=True)
    reading = read_register(saved(book), "台账.xlsx")
    assert people(reading) == {"1-2-101": [("李四", "owner_occupier", ())], "1-2-102": [WANG]}
    assert [line.row for line in reading.notes if "struck out" in line.sentence] == [2]


def test_a_struck_out_place_beside_a_name_that_stands_is_a_problem():
    book = _book([ROOMS, ROW_LI, ROW_WANG])
    book.active["A2"].font = Font(strike=True)
    reading = read_register(saved(book), "台账.xlsx")
    assert {row for row, _sentence in problems(reading)} == {2}
    assert people(reading) == {"1-2-102": [WANG]}


def test_hidden_and_wholly_struck_rows_are_left_out_and_named():
    book = _book([ROOMS, ROW_LI, ROW_WANG, ["1-2-103", "赵六", "13800138003"]])
    book.active.row_dimensions[3].hidden = True
    for cell in book.active[4]:
        cell.font = Font(strike=True)
    reading = read_register(saved(book), "台账.xlsx")
    assert people(reading) == {"1-2-101": [LI]}
    assert left_out(reading) == [(3, "hidden row"), (4, "row struck out")]
    assert any("1 hidden row was not read" in line.sentence for line in reading.notes)


@pytest.mark.parametrize(
    "word",
    ["合计", "小计", "总计", "共计", "本页小计", "本栋合计：", "合计 24户", "合计：24", "Total", "subtotal"],
)
def test_a_row_that_begins_with_the_whole_word_is_a_subtotal(word):
    reading = ledger(ROW_LI, [None, word, "13800138009"], header=ROOMS)
    assert people(reading) == {"1-2-101": [LI]}
    assert left_out(reading) == [(3, "subtotal")]


@pytest.mark.parametrize(
    "name", ["合计强", "计小明", "总小华", "共志远", "合兴商行", "小计", "总计", "Total Energies"]
)
def test_a_name_that_begins_like_a_total_or_is_one_behind_its_room_is_a_name(name):
    reading = ledger(ROW_LI, ["1-2-102", name, "13800138002"], header=ROOMS)
    assert not reading.problems and left_out(reading) == []
    assert people(reading)["1-2-102"] == [(name, "owner_occupier", ("13800138002",))]


def _homes(column: str, values: list[str], other: tuple[str, str]) -> list[tuple[int, str]]:
    header = [column, other[0], "房号", "姓名"]
    rows = [[value, other[1], f"{n + 1}01", f"李{'一二三四五六'[n]}"] for n, value in enumerate(values)]
    return problems(ledger(*rows, header=header))


@pytest.mark.parametrize(
    ("column", "word", "other"), [("期数", "期", ("楼号", "1")), ("单元", "单元", ("楼号", "1"))]
)
def test_one_forgotten_where_the_other_rows_give_it_is_a_problem(column, word, other, jinxiu, chenfang):
    value = f"2{word}"
    assert [row for row, _s in _homes(column, [value, value, "", value, value], other)] == [4]
    assert _homes(column, [value, "", "", "", ""], other) == []  # written once above its homes


def test_what_is_forgotten_is_loaded_nowhere(jinxiu, chenfang):
    header = ["期数", "楼号", "单元", "房号", "姓名"]
    rows = [["一期", "1", "1", f"{n}01", "李四"] for n in range(1, 5)]
    rows[1][0], rows[2][2] = "", ""
    load(ledger(*rows, header=header), jinxiu, by=chenfang, at=MONDAY_9AM, skip_bad=True)
    assert sorted(Unit.objects.values_list("code", flat=True)) == ["1期1-1-101", "1期1-1-401"]


@pytest.mark.parametrize("name", ["合计强", "总计明", "小计文", "Total Energies"])
def test_a_name_that_begins_like_a_total_is_a_name_in_the_first_column_too(name):
    reading = ledger([name, "1-2-102", "13800138002"], header=["姓名", "房号", "电话"])
    assert people(reading) == {"1-2-102": [(name, "owner_occupier", ("13800138002",))]}
