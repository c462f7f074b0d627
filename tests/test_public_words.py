"""What of words for owners is taken for a person or a room, and what is not."""

from __future__ import annotations

import pytest

from complaints import public_words
from complaints.public_words import Known, named_in, without_names

KNOWN = Known.of(["熊霞", "13912345678", "1-2-101", "王工", "Li Na"])
ROOMS_AND_PEOPLE = [
    "1栋2单元101漏水", "1号楼2单元201", "3栋2单元1201业主反映", "8幢602漏水", "1201号漏水",
    "1-2-201天花板渗水", "5-1-302天然气泄漏", "3-1502分户墙开裂", "李奶奶", "张姐", "保安小王", "李工",
    "王 芳", "301室漏水", "李女士反映", "由刘师傅更换", "熊 霞反映", "LI NA said", "１－２－３０１漏水",
    "八幢602", "王总经理", "8#602", "602业主", "陈总已处理", "301住户", "301户漏水", "物业老李",
    "5栋 1203", "周姐", "3—2—501漏水", "2单元1802家", "沪A12345占用", "Mrs. Wang was",
    "in Room 301 water", "电话 139 1234 5678", "高工到场", "欧阳女士", "7号楼西单元502",
]  # fmt: skip
NOBODY = [
    "小区东门道闸故障，已更换。", "3号楼2025年12月起电梯故障频繁", "地下车库照明老化，更换灯具120盏",
    "小程序缴费失败，已恢复", "施工方工期延误，高层供水不足", "总经理已批示", "全楼共120户受影响",
    "2单元门禁失灵", "三方工作会议确定", "任何工单24小时内响应", "正常工作日8:00-18:00",
    "老旧管道更换200米", "小高层电梯、小马路路灯", "人民路1201号门口积水", "电源总闸跳闸，对于总表已校验",
    "保持安静，夜间22:00-6:00禁止施工", "水泵房压力0.35MPa，供水恢复", "2号楼 地下室渗水",
    "拨打12345热线", "养老金认证点", "工程总负责人现场查看", "费用100-200元",
    "5号楼300平方米屋面防水翻修", "3号楼1200平米", "3号楼约120户停水", "A座大堂空调26度",
    "1号楼、2号楼、3号楼电梯", "二期1号楼至5号楼101盏灯", "绿化修剪，小叶榕200株", "噪声超过50-100分贝",
    "7-10个工作日", "维修工程师到场", "4号楼2026年3月15日恢复供水",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("熊霞反映电梯停运", "熊霞"),
        ("电梯停运，王工已修好", "王工"),
        ("1-2-101门前积水", "1-2-101"),
        ("301室漏水", "301室"),
        ("电话 139 1234 5678", "139 1234 5678"),
        ("李女士反映漏水", "李女士"),
        ("程先生反映", "程先生"),
        ("由刘师傅更换", "刘师傅"),
        ("write to a.b@example.com", "a.b@example.com"),
        ("沪A12345占用车位", "沪A12345"),
        ("Mrs. Wang was told", "Mrs. Wang"),
        ("in Room 301 water", "Room 301"),
    ],
)
def test_words_that_name_somebody_are_found(text, name):
    assert named_in(text, KNOWN) == name


@pytest.mark.parametrize("text", ROOMS_AND_PEOPLE)
def test_rooms_and_people_are_found_however_they_are_written(text):
    assert named_in(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "3号楼电梯2026-03-04停运，当日恢复。",
        "维修师傅48小时内到场，物业经理现场查看。",
        "退还多收费用1200元，3-5天到账。",
        "这位女士已接受处理结果",
        "",
        *NOBODY,
    ],
)
def test_words_that_name_nobody_pass(text):
    assert named_in(text, KNOWN) == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("熊霞反映1-2-101漏水，电话 139 1234 5678。", "××反映××漏水，电话 ××。"),
        ("王工已修好，Li Na said", "××已修好，×× said"),
        ("3号楼电梯停运。", "3号楼电梯停运。"),
        ("", ""),
        ("熊霞熊霞 熊霞", "×××× ××"),
    ],
)
def test_names_are_left_out_and_nothing_else(text, left):
    assert without_names(text, KNOWN) == left


@pytest.mark.parametrize("text", [*ROOMS_AND_PEOPLE, *NOBODY])
def test_what_is_left_names_nobody(text):
    left = without_names(text, KNOWN)
    assert named_in(left, KNOWN) == ""
    assert (left == text) == (text in NOBODY)


def test_somebody_called_as_what_stands_for_a_name_ends_nothing():
    assert without_names("××家漏水", Known.of(["××", "×××"])) == "××家漏水"


# Whoever the case knows, by surname or whole name and a form of address -----------------------------------

ADDRESSES = ["工", "总", "经理", "主任", "师傅", "阿姨", "女士", "先生"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("李志强", "李"), ("仇海", "仇"), ("单小平", "单"), ("查良才", "查"), ("于谦", "于"), ("明亮", "明"),
        ("欧阳娜娜", "欧阳"), ("司马光明", "司马"), ("诸葛云", "诸葛"), ("上官婉", "上官"),
        ("西门庆", "西门"),
    ],
)  # fmt: skip
def test_a_person_of_the_case_by_surname_and_address(name, surname, address):
    known = Known.of([name])
    for said in (f"{surname}{address}", f"{name}{address}"):
        text = f"当天{said}到场，修好了。"
        assert named_in(text, known)
        assert without_names(text, known) == "当天××到场，修好了。"


@pytest.mark.parametrize(
    "text",
    ["明工已到", "西门总出口", "查工单后答复", "单总控制箱", "于工作日到场"],
)
def test_a_word_is_no_person_whom_the_case_does_not_know(text):
    assert named_in(text, Known.of(["王芳"])) == ""


@pytest.mark.parametrize("text", ["于工作日到场", "明总体方案", "仇工程款已付"])
def test_nor_where_the_address_is_the_beginning_of_another_word(text):
    assert named_in(text, Known.of(["于谦", "明亮", "仇海"])) == ""


def test_a_role_or_a_shop_bears_no_surname():
    known = Known.of(["保洁员", "幸福超市", "2号楼1单元302", "Smith"])
    assert named_in("维保工到场，幸总，2号总", known) == ""


@pytest.mark.parametrize(
    ("surname", "text"),
    [
        ("方", "对方经理到场"), ("方", "施工方师傅到场"), ("方", "甲方主任签字"), ("商", "开发商经理答复"),
        ("管", "主管经理到场"), ("管", "分管经理到场"), ("时", "当时师傅没来"), ("车", "停车师傅指引"),
        ("查", "检查师傅到场"), ("查", "巡查师傅发现"), ("单", "派单师傅"), ("程", "工程主管"),
        ("安", "保安师傅"), ("王", "感谢保洁阿姨"), ("王", "电工师傅当天修好"),
    ],
)  # fmt: skip
def test_ordinary_words_before_an_address_are_no_surname(surname, text):
    assert named_in(text, Known.of([f"{surname}小平"])) == ""
    assert named_in(f"由{surname}师傅更换", Known.of([f"{surname}小平"])) == f"{surname}师傅"


@pytest.mark.parametrize("known", ["方小平", "王芳"])
@pytest.mark.parametrize("text", ["业主方女士反映", "对方方女士反映", "由方师傅更换", "客户车先生"])
def test_a_customer_after_an_ordinary_word_is_one(known, text):
    assert named_in(text, Known.of([known]))


def test_no_customers_name_is_kept_for_long():
    for n in range(2000):
        named_in("漏水", Known.of([f"李{chr(0x4E00 + n)}"]))
    assert public_words._addressed.cache_info().currsize <= 500
