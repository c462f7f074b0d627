"""Whose a phone, a name or a relation is: what no list of words knows is never the owner's."""

import pytest
from django.utils import translation

from owners.importing.loading import load
from owners.importing.reading import Reading
from owners.importing.register import read_register
from owners.models import Owner, Phone
from tests.cast import MONDAY_9AM
from tests.ledgers import csv_bytes, people, problems, xlsx


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def _words(text: str) -> list[str]:
    return text.split()


def ledger(*rows: list[str], header: list[str]) -> Reading:
    return read_register(csv_bytes([header, *rows]), "台账.csv")


HIS, OTHERS = "13800138001", "13700137001"
LI = ("李四", "owner_occupier", (HIS,))
ALONE = ("李四", "owner_occupier", ())
STRANGERS = _words("""
    代办人 监护人 法人 法定代表人 法人代表 经办人 委托人 受托人 推荐人 介绍人 担保人 缴费人 付款人
    开票人 看房人 保管人 收件人
    置业顾问 销售顾问 销售 顾问 置业 代办 监护 保姆 司机 家长 护工 邻居 朋友 秘书 助理 律师 中介
    房东代表 楼长 网格 管家 客服
    物业助理 前台 装修公司 施工单位 银行 车主 钥匙保管 Agent Guardian Broker Caretaker Secretary Nurse
    """)
STRANGERS_NUMBERS = [
    *(f"{word}{ending}" for word in STRANGERS for ending in ("电话", "手机号", "联系方式")),
    *_words("""代办人-电话 代办人_手机 电话（代办人） 手机(监护人) 联系电话（法人）
    联系方式【保姆】 业主/代办人电话 业主代表电话"""),
    "代办人\n电话",
    *("Agent phone", "Guardian's mobile", "Phone (agent)", "单位电话", "办公电话", "公司电话"),
]
THINGS = _words("""
    序号 身份证号 证件号码 证件类型 性别 民族 国籍 籍贯 户籍地 出生日期 年龄 学历 职业 工作单位
    政治面貌 婚姻状况 户型 朝向 楼层 套内面积 公摊面积 物业费
    物业费单价 收费标准 欠费金额 车牌号 车位号 产权证号 合同编号 合同签订日期 购房日期 付款方式 邮箱
    微信号 QQ 邮编 通讯地址 家庭人数 常住人口数 是否党员 装修状态
    水表号 电表读数 门禁卡号 产权人身份证号 客户编号 Email Gender Nationality
    """)


@pytest.mark.parametrize("header", STRANGERS_NUMBERS)
def test_a_number_headed_by_a_word_nobody_knows_is_nobodys(header):
    reading = ledger(["1-2-101", "李四", HIS, OTHERS], header=["房号", "业主姓名", "电话", header])
    assert people(reading) == {"1-2-101": [LI]}
    assert any(" ".join(header.split()) in line.sentence for line in reading.notes)


@pytest.mark.parametrize("header", STRANGERS)
def test_a_number_behind_somebody_nobody_knows_is_not_the_owners(header):
    reading = ledger(["1-2-101", "李四", "王五", OTHERS], header=["房号", "业主姓名", header, "联系电话"])
    assert people(reading) == {"1-2-101": [ALONE]}
    (sentence,) = [line.sentence for line in reading.notes if "is not read" in line.sentence]
    assert "联系电话" in sentence and header in sentence


@pytest.mark.parametrize("header", STRANGERS)
def test_the_owners_own_number_stands_however_the_next_column_is_called(header):
    columns = ["房号", "业主姓名", "联系电话", header, "手机", "业主电话"]
    reading = ledger(["1-2-101", "李四", HIS, "王五", OTHERS, "13800138003"], header=columns)
    assert people(reading) == {"1-2-101": [("李四", "owner_occupier", (HIS, "13800138003"))]}


@pytest.mark.parametrize("header", STRANGERS)
def test_people_under_a_heading_nobody_knows_are_no_owners(header):
    reading = read_register(
        xlsx(
            [
                ["房屋信息", "业主信息", None, f"{header}信息", None],
                ["房号", "姓名", "电话", "姓名", "电话"],
                ["1-2-101", "李四", HIS, "王五", OTHERS],
            ]
        ),
        "a.xlsx",
    )
    assert people(reading) == {"1-2-101": [LI]}


@pytest.mark.parametrize("header", THINGS)
def test_what_is_known_to_be_no_person_takes_nothing_from_the_owner(header):
    reading = ledger(["1-2-101", "李四", "值", HIS], header=["房号", "业主姓名", header, "联系电话"])
    assert people(reading) == {"1-2-101": [LI]}


@pytest.mark.parametrize(
    "header",
    [
        "手机（必填）",
        "手机号码(11位)",
        "联系电话（手机/固话）",
        "电话（业主）",
        "电话（本人）",
        "Phone (mobile)",
        "电话【多个】",
    ],
)
def test_how_to_fill_a_column_in_names_nobody(header):
    reading = ledger(["1-2-101", "李四", HIS], header=["房号", "姓名", header])
    assert people(reading) == {"1-2-101": [LI]}


@pytest.mark.parametrize(("word", "capacity"), [("租户", "tenant"), ("承租方", "tenant"), ("配偶", "family")])
def test_a_known_word_in_brackets_says_whose_the_columns_are(word, capacity):
    reading = ledger(
        ["1-2-101", "李四", HIS, "王五", OTHERS],
        header=["房号", "业主姓名", "业主电话", f"姓名（{word}）", f"电话（{word}）"],
    )
    assert people(reading)["1-2-101"][1] == ("王五", capacity, (OTHERS,))


def test_a_name_in_brackets_nobody_knows_is_no_owner():
    reading = ledger(["1-2-101", "王五", OTHERS], header=["房号", "姓名（代办人）", "电话"])
    assert people(reading) == {"1-2-101": []}


@pytest.mark.parametrize("other", ["销售", "代办", "楼长"])
def test_a_relation_behind_somebody_nobody_knows_stops_the_load(other, jinxiu, chenfang):
    reading = ledger(
        ["1-2-101", "李四", HIS, "王五", "配偶"], header=["房号", "姓名", "电话", other, "与业主关系"]
    )
    assert "“与业主关系”" in problems(reading)[0][1] and f"“{other}”" in problems(reading)[0][1]
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM, skip_bad=True)
    assert not Owner.objects.exists()


def test_the_day_of_moving_in_is_the_homes_whatever_stands_before_it():
    reading = ledger(
        ["1-2-101", "李四", HIS, "王五", "2020-06-01"], header=["房号", "姓名", "电话", "销售", "入住日期"]
    )
    assert str(reading.entries[0].people[0].moved_in.date) == "2020-06-01"


def test_a_number_before_the_only_name_is_his_and_one_before_somebody_else_is_asked():
    header = ["房号", "电话", "业主姓名", "手机", "代办人"]
    reading = ledger(["1-2-101", HIS, "李四", OTHERS, "王五"], header=header)
    assert not reading.entries and "“手机”" in problems(reading)[0][1]
    reading = ledger(["1-2-101", HIS, "李四", "王五"], header=["房号", "电话", "业主姓名", "代办人"])
    assert people(reading) == {"1-2-101": [LI]}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_number_of_a_stranger_is_stored(kind, jinxiu, chenfang):
    rows = [
        ["房号", "业主姓名", "电话", "代办人电话", "置业顾问", "手机", "监护人", "联系方式"],
        ["1-2-101", "李四", HIS, "13700137001", "甲", "13700137002", "乙", "13700137003"],
    ]
    content = csv_bytes(rows, "gb18030") if kind == "csv" else xlsx(rows)
    load(read_register(content, f"台账.{kind}"), jinxiu, by=chenfang, at=MONDAY_9AM)
    assert [phone.number for phone in Phone.objects.all()] == [HIS]


@pytest.mark.parametrize("word", ["租户", "租客", "承租人", "家属"])
@pytest.mark.parametrize("heading", ["状态", "备注"])
def test_a_word_for_a_person_in_a_remark_is_asked_and_makes_nobody_the_owner(word, heading) -> None:
    reading = read_register(
        f"楼栋,房号,姓名,电话,{heading}\n9号楼,901,李四,13911110001,{word}\n".encode(), "r.csv"
    )
    assert word in reading.problems[0].sentence and not reading.entries
