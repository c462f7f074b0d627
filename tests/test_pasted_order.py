"""The text of an order is taken apart by its labels; what is not understood stays, and nothing is guessed."""

import re

import pytest

from complaints.pasted_order import LABELS, OTHERS, read, tidy_number
from tests.orders import HOTLINE

TABLE = (
    "工单编号\tGD20260302\t诉求人\t熊霞\n联系电话\t13494795057\n"
    "截止时间\t2026/3/5 17:00\n问题描述\t楼道灯不亮"
)
CELLS = "工单编号\nGD20260302\n联系人\n熊霞\n联系电话\n021-55550100\n内容\n噪音扰民，夜里两点还在施工"
BRACKETS = (
    "【受理编号】20260302-88【诉求人】熊霞\n【联系方式】13494795057\n"
    "【主要内容】电梯停运\n【要求反馈时间】2026.3.5 9:30"
)
ONE_LINE = (
    "工单编号：GD20260302，来电人：熊霞，联系电话：13494795057，"
    "地址：锦绣花园2-1-302，诉求内容：漏水，请尽快。"
)


def test_an_order_of_the_hotline_is_taken_apart() -> None:
    order = read(HOTLINE)
    content = order.values.pop("content")
    assert order.values == {
        "external_number": "GD-2026030200187",
        "external_unit": "市12345热线受理中心",
        "external_due_at": "2026-03-05T17:00",
        "name": "熊女士",
        "phone": "13494795057",
        "where": "锦绣花园2-1-302",
    }
    assert order.hotline and order.left == ()
    assert content.startswith("市民反映卫生间天花板漏水，已多次报修。\n物业称：需要等楼上配合。")
    for kept in (
        "来电时间：2026-03-02 08:41:22",
        "承办单位：湖滨街道办事处",
        "处理要求：请于时限内答复市民。",
        "转办单",
    ):
        assert kept in content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            TABLE,
            {
                "external_number": "GD20260302", "name": "熊霞", "phone": "13494795057",
                "external_due_at": "2026-03-05T17:00", "content": "楼道灯不亮",
            },
        ),
        (
            CELLS,
            {
                "external_number": "GD20260302", "name": "熊霞", "phone": "02155550100",
                "content": "噪音扰民，夜里两点还在施工",
            },
        ),
        (
            BRACKETS,
            {
                "external_number": "20260302-88", "name": "熊霞", "phone": "13494795057",
                "external_due_at": "2026-03-05T09:30", "content": "电梯停运",
            },
        ),
        (
            ONE_LINE,
            {
                "external_number": "GD20260302", "name": "熊霞", "phone": "13494795057",
                "where": "锦绣花园2-1-302", "content": "漏水，请尽快。",
            },
        ),
        (
            "联 系 人：熊霞\r\n手机号码:１３４９４７９５０５７",
            {"name": "熊霞", "phone": "13494795057"},
        ),
    ],
)  # fmt: skip
def test_orders_are_read_as_lines_tables_cells_brackets_and_one_line(text, expected) -> None:
    assert read(text).values == expected


@pytest.mark.parametrize(
    "line",
    [
        "联系电话：13494795057、13800001111",  # two numbers: whose?
        "联系电话：1349479505",  # a digit too few
        "截止时间：2026-03-05",  # no time of day
        "办理时限：5个工作日",
        "截止时间：3月5日17:00",  # no year
        "截止时间：2026-02-30 17:00",
        "工单编号：见附件",
        "来电人：匿名",
        "来电人：13494795057",
        "地址：锦绣花园，具体在二号楼附近。",
    ],
)
def test_a_value_that_does_not_read_as_its_label_says_stays_with_the_matter(line) -> None:
    order = read(f"{line}\n诉求内容：漏水")
    label, _colon, value = line.partition("：")
    assert order.values == {"content": f"漏水\n{line}"}
    assert order.left == ((label, value),)


def test_one_label_with_two_values_is_nobody_s() -> None:
    order = read("来电人：熊霞\n诉求人：李敏\n诉求内容：漏水")
    assert order.values == {"content": "漏水\n来电人：熊霞\n诉求人：李敏"}
    assert read("来电人：熊霞\n诉求人：熊霞").values == {"name": "熊霞"}


def test_who_has_to_answer_is_not_who_sent_it() -> None:
    assert "external_unit" not in read("承办单位：湖滨街道办事处\n主办单位：住建局").values


def test_a_unit_has_sixty_characters_at_most() -> None:
    unit = "市" * 60
    assert read(f"派单单位：{unit}\n诉求内容：漏水").values["external_unit"] == unit
    assert "external_unit" not in read(f"派单单位：{unit}市\n诉求内容：漏水").values


def test_an_order_that_keeps_the_caller_secret_says_so() -> None:
    assert read("来电人：熊霞\n是否保密：是").values["identity_hidden"] == "on"
    assert "identity_hidden" not in read("来电人：熊霞\n是否保密：否").values


@pytest.mark.parametrize(
    "text", [HOTLINE, TABLE, CELLS, BRACKETS, ONE_LINE, "随便写的一段话，没有标签", "备注：请速办，谢谢"]
)
def test_no_word_of_a_text_is_lost(text) -> None:
    said = "".join(read(text).values.values()) + "".join(LABELS_TEXT)
    for word in re.findall(r"[\u4e00-\u9fff]{2,}", text):
        assert word in said or all(part in said for part in (word[:2], word[-2:]))


LABELS_TEXT = [label for labels in LABELS.values() for label in labels] + list(OTHERS)


@pytest.mark.parametrize("text", ["", "：", "工单编号：", "\0", "【】", "联系电话：\n\n\n", "编" * 9000])
def test_odd_texts_are_read_without_a_fault(text) -> None:
    assert read(text).left == ()


def test_a_label_stands_for_one_field_only() -> None:
    assert len(LABELS_TEXT) == len(set(LABELS_TEXT))


def test_a_number_is_compared_without_blanks_in_half_width() -> None:
    assert tidy_number(" ＧＤ 2026 0302 ") == "GD20260302"


@pytest.mark.parametrize(
    "first",
    [
        "转办单编号：HZ20261127008899",
        "【12345政务服务便民热线】工单编号：HZ20261127008899",
        "【12345热线】 编号：HZ20261127008899",
    ],
)
def test_the_number_is_read_behind_the_hotlines_name_too(first) -> None:
    order = read(f"{first}\n诉求内容：漏水")
    assert order.values["external_number"] == "HZ20261127008899" and "HZ2026" not in order.values["content"]
