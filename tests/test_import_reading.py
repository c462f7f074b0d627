"""Ledgers of other companies: sheets by building, other words, other orders, other ways."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from owners.importing.register import read_register
from tests.ledgers import HEADER, csv_bytes, ledger, people, problems, saved, xlsx


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


LI = ("李四", "owner_occupier", ("13800138001",))
WANG = ("王五", "owner_occupier", ("13800138002",))


def test_one_sheet_a_building_takes_the_building_from_the_sheets_name():
    header = ["房号", "姓名", "手机"]
    reading = read_register(
        xlsx(
            **{
                "1号楼": [header, ["1-101", "李四", "13800138001"]],
                "2栋": [header, ["2-101", "王五", "13800138002"]],
                "3栋": [header, ["1-101", "赵六", None]],
                "说明": [["本表由客服部填写"]],
            }
        ),
        "台账.xlsx",
    )
    assert people(reading) == {
        "1-1-101": [LI],
        "2-2-101": [WANG],
        "3-1-101": [("赵六", "owner_occupier", ())],
    }
    assert [entry.building_name for entry in reading.entries] == ["1号楼", "2栋", "3栋"]
    assert [line.sentence for line in reading.skipped if line.sheet == "说明"] == [
        "No header row was found in this sheet; it was not read."
    ]


def test_a_room_that_repeats_its_building_in_every_row_has_no_entrance():
    reading = ledger(["1栋", "1-101", "李四"], ["2栋", "2-101", "王五"], header=["楼栋", "房号", "姓名"])
    assert list(people(reading)) == ["1-101", "2-101"]


def test_only_the_sheet_asked_for_is_read():
    content = xlsx(
        **{"1号楼": [["房号", "姓名"], ["101", "李四"]], "2号楼": [["房号", "姓名"], ["101", "王五"]]}
    )
    assert list(people(read_register(content, "a.xlsx", sheet="2号楼"))) == ["2-101"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(encoding):
    rows = [["房屋编号", "客户姓名", "手机", "客户类型"], ["1-2-101", "李四", "13800138001", "业主"]]
    assert people(read_register(csv_bytes(rows, encoding), "台账.csv")) == {"1-2-101": [LI]}


def test_a_csv_may_be_separated_by_tabs_and_named_after_its_building():
    content = "房号\t姓名\t电话\n2-101\t李四\t13800138001\n".encode()
    assert people(read_register(content, "3号楼.csv")) == {"3-2-101": [LI]}


@pytest.mark.parametrize(
    "header",
    [
        ["房屋编号", "业主", "手机"],
        ["房屋编号", "姓名", "手机号码"],
        ["门牌号", "住户姓名", "电话"],
        ["地址", "户主", "联系方式"],
        ["房号", "产权人", "联系电话1"],
        ["Address", "Owner name", "Mobile"],
        ["Unit No.", "Name", "Phone number"],
    ],
)
def test_other_header_words_mean_the_same(header):
    assert people(ledger(["1号楼2单元101", "李四", "13800138001"], header=header)) == {"1-2-101": [LI]}


def test_the_columns_may_stand_in_any_order():
    reading = ledger(
        ["", "13800138001", "李四", "101", 98.5, "1号楼", "2020-06-01", "2单元"],
        header=["备注", "电话", "业主", "室号", "面积", "栋", "入住时间", "单元"],
    )
    assert people(reading) == {"1-2-101": [LI]}
    assert reading.entries[0].area == Decimal("98.50")


def test_one_row_a_person_keeps_each_persons_own_number_and_relation():
    header = ["房屋编号", "姓名", "手机号", "与业主关系"]
    reading = ledger(
        ["1-2-101", "李四", "13800138001", "本人"],
        ["1-2-101", "王五", "13800138002", "配偶"],
        ["1-2-102", "赵六", "13800138003", "投资业主"],
        ["1-2-102", "钱七", "13800138004", "租客"],
        ["1-2-101", "孙八", "13800138005", "女儿"],
        header=header,
    )
    assert not reading.problems
    assert people(reading) == {
        "1-2-101": [
            LI,
            ("王五", "family", ("13800138002",)),
            ("孙八", "family", ("13800138005",)),
        ],
        "1-2-102": [
            ("赵六", "investor", ("13800138003",)),
            ("钱七", "tenant", ("13800138004",)),
        ],
    }


def test_a_room_merged_over_several_people_is_theirs():
    book = Workbook()
    sheet = book.active
    for row in [["楼栋", "单元", "房号", "姓名", "电话"], ["1号楼", 1, 101, "李四", "13800138001"]]:
        sheet.append(row)
    sheet.append([None, None, None, "王五", "13800138002"])
    for letter in "ABC":
        sheet.merge_cells(f"{letter}2:{letter}3")
    assert people(read_register(saved(book), "a.xlsx")) == {"1-1-101": [LI, WANG]}


def test_a_person_without_a_room_is_a_problem_where_no_cells_are_merged():
    reading = ledger(["1号楼", 1, 101, "李四", "13800138001"], [None, None, None, "王五", "13800138002"])
    assert problems(reading) == [(3, "There is no room number.")]


def test_blank_buildings_and_entrances_repeat_the_row_above():
    reading = ledger(
        ["1号楼", "1单元", "101", "李四", "13800138001"],
        [None, None, "102", "王五", "13800138002"],
        [None, "2单元", "101", "赵六", None],
        ["2号楼", None, "101", "钱七", None],
    )
    assert list(people(reading)) == ["1-1-101", "1-1-102", "1-2-101", "2-101"]


def test_tenants_may_have_columns_of_their_own():
    reading = ledger(
        ["1-2-101", "李四", "13800138001", "王五", "13800138002"],
        header=["房号", "业主姓名", "业主电话", "租户姓名", "租户电话"],
    )
    assert people(reading) == {
        "1-2-101": [("李四", "investor", ("13800138001",)), ("王五", "tenant", ("13800138002",))]
    }


def test_a_name_beside_a_number_says_whose_it_is():
    reading = ledger(["1号楼", 1, 101, "李四、王五", "李四13800138001、13800138002（王五）"])
    assert people(reading) == {"1-1-101": [LI, WANG]}


def test_a_word_in_brackets_says_who_a_person_is():
    reading = ledger(["1号楼", 1, 101, "李四、王五（租户）", None])
    assert [p.capacity for p in reading.entries[0].people] == ["owner_occupier", "tenant"]


def test_an_unknown_header_is_shown_as_not_read_and_identity_numbers_never_are():
    reading = ledger(
        ["1-2-101", "李四", "310101199001011234", "13800138001"], header=["房号", "姓名", "身份证号", "电话"]
    )
    assert [column.header for column in reading.columns if column.meaning is None] == ["身份证号"]
    assert people(reading) == {"1-2-101": [LI]}


def test_a_header_in_two_rows_is_one_header():
    reading = read_register(
        xlsx(
            [
                ["房屋信息", None, "业主信息", None],
                ["房号", None, "姓名", "电话"],
                ["1-2-101", None, "李四", "13800138001"],
            ]
        ),
        "a.xlsx",
    )
    assert people(reading) == {"1-2-101": [LI]}


def test_a_header_printed_again_on_the_next_page_is_skipped():
    reading = ledger(["1号楼", 1, 101, "李四", "13800138001"], HEADER, [None, 1, 102, "王五", "13800138002"])
    assert list(people(reading)) == ["1-1-101", "1-1-102"]
    assert not reading.problems


def test_a_building_may_be_a_heading_of_its_own():
    header = ["房号", "姓名", "电话"]
    reading = ledger(
        ["1号楼"], ["101", "李四", "13800138001"], ["2号楼"], ["101", "王五", None], header=header
    )
    assert list(people(reading)) == ["1-101", "2-101"]


def test_hidden_columns_are_read_and_hidden_sheets_are_not():
    book = Workbook()
    book.active.append(["房号", "姓名", "电话"])
    book.active.append(["1-2-101", "李四", "13800138001"])
    book.active.column_dimensions["C"].hidden = True
    old = book.create_sheet("旧")
    old.append(["房号", "姓名"])
    old.append(["9-9-999", "旧人"])
    old.sheet_state = "hidden"
    reading = read_register(saved(book), "a.xlsx")
    assert people(reading) == {"1-2-101": [LI]}
    assert any(line.sheet == "旧" for line in reading.skipped)


def test_formatted_blank_rows_below_the_table_cost_nothing():
    book = Workbook()
    book.active.append(["房号", "姓名"])
    book.active.append(["1-2-101", "李四"])
    for row in range(3, 3000):
        book.active.cell(row, 1).fill = PatternFill("solid", fgColor="FFFF00")
    assert len(read_register(saved(book), "a.xlsx").skipped) == 1


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        (datetime(2023, 6, 30), date(2023, 6, 30), "day"),
        (45107, date(2023, 6, 30), "day"),
        ("45107", date(2023, 6, 30), "day"),
        ("20230630", date(2023, 6, 30), "day"),
        ("2023-06-30 00:00:00", date(2023, 6, 30), "day"),
        ("２０２３年６月３０日", date(2023, 6, 30), "day"),
        ("2023. 6. 30 ", date(2023, 6, 30), "day"),
        ("30/06/2023", date(2023, 6, 30), "day"),
        ("2023年6月", date(2023, 6, 1), "month"),
        ("2023.6", date(2023, 6, 1), "month"),
        ("2023年", date(2023, 1, 1), "year"),
    ],
)
def test_dates_are_read_in_any_way_that_leaves_no_doubt(cell, day, precision):
    moved_in = ledger(["1号楼", 1, 101, "李四", None, None, cell]).entries[0].people[0].moved_in
    assert (moved_in.date, moved_in.precision) == (day, precision)


@pytest.mark.parametrize("cell", ["03/04/2023", "23.6.30", "2023-02-30", "2023-13-01", "去年", "1023-01-01"])
def test_a_doubtful_date_is_a_problem(cell):
    assert [row for row, _ in problems(ledger(["1号楼", 1, 101, "李四", None, None, cell]))] == [2]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["1号楼", 1, 101, "李四", "1380013800"], "“1380013800” has 10 digits; a mobile number has 11"),
        (["1号楼", 1, 101, "李四", 1.38e10], "is a rounded number, its last digits may be lost"),
        (["1号楼", 1, "三楼", "李四", None], "“三楼” is not a room number."),
        (["1号楼", "东边", 101, "李四", None], "“东边” is not an entrance."),
        (["1号楼", 1, "2-2-101", "李四", None], "does not agree with its building 1号楼"),
        ([None, None, 101, "李四", None], "It is not said which building room “101” is in."),
        (["1号楼", 1, 101, None, "13800138001"], "There is a phone but no name."),
        (["1号楼", 1, 101, "张三丰 李四光", None], "may be one name or two"),
        (["1号楼", 1, 101, "13800138001", None], "is not a name"),
        (["1号楼", 1, 101, "李四", None, "一百"], "is not an area"),
        (["1号楼", 1, 101, "李四", None, -5], "cannot be right"),
        (["1号楼", 1, 101, "#N/A", None], "The cell shows the Excel error #N/A."),
    ],
)
def test_a_wrong_cell_is_a_problem_of_its_row_said_in_a_sentence(row, sentence):
    reading = ledger(row)
    assert not reading.entries
    assert [number for number, text in problems(reading) if sentence in text] == [2]


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    assert len(problems(ledger(["1号楼", 1, 101, "李四", "138", "一百", "去年"]))) == 3


def test_a_unit_with_two_areas_is_a_problem_of_both_rows():
    reading = ledger(
        ["1号楼", 1, 101, "李四", None, 90],
        ["1号楼", 1, 102, "王五", None, 90],
        ["1号楼", 1, 101, "李四", None, 91],
    )
    assert [row for row, _ in problems(reading)] == [2, 4]


def test_a_unit_that_turns_up_again_with_others_is_a_problem_of_both_rows():
    reading = ledger(["1号楼", 1, 101, "李四"], ["1号楼", 1, 102, "王五"], ["1号楼", 1, 101, "赵六"])
    assert [row for row, _ in problems(reading)] == [2, 4]
    assert list(people(reading)) == ["1-1-102"]


def test_a_remark_that_only_looks_like_a_tenant_is_kept_as_a_remark():
    reading = ledger(["1号楼", 1, 101, "李四", None, None, None, "租户欠费，联系女儿13800138009"])
    assert [p.name for p in reading.entries[0].people] == ["李四"]
    assert reading.phones == 0
    assert reading.entries[0].remark == "租户欠费，联系女儿13800138009"
    assert len(reading.notes) == 3  # no relation column, no tenant, no phone


def test_parking_spaces_and_kinds_of_place_are_known():
    header = ["房屋类型", "房屋编号", "姓名"]
    reading = ledger(
        ["住宅", "1-2-101", "李四"], ["车位", "B1-023", "李四"], ["商铺", "101", "王五"], header=header
    )
    assert [(e.place.kind, e.place.code) for e in reading.entries] == [
        ("home", "1-2-101"),
        ("parking", "B1-023"),
        ("shop", "S101"),
    ]


def test_phases_keep_buildings_of_the_same_number_apart():
    reading = ledger(
        ["一期", 1, 1, 101, "李四"],
        ["二期", 1, 1, 101, "王五"],
        header=["期", "楼号", "单元", "房号", "姓名"],
    )
    assert list(people(reading)) == ["1期1-1-101", "2期1-1-101"]
