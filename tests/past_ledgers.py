"""A complaint ledger as an office keeps it: a title, a heading of two rows with merged cells, 同上, days in
every spelling, a total and a line to sign below."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from complaints.actions import ledger_loads
from complaints.models import LedgerLoad
from tests.ledgers import saved

TITLE = "锦绣花园2026年1月客户投诉台账"
UPPER = [
    "序号", "编号", "接报", None, "来源", "客户信息", None, None, "投诉内容", "被投诉部门", "类别", "等级",
    "首问责任人", "处理情况", None, None, None, "回访", None, None, "是否办结", "备注", "所属项目",
]  # fmt: skip
LOWER = [
    None, None, "日期", "时间", None, "姓名", "房号", "电话", None, None, None, None, None,
    "经办人", "处理结果", "承诺时间", "完成时间", "时间", "人", "满意度", None, None, None,
]  # fmt: skip
ROWS: list[list[Any]] = [
    [
        *(
            1,
            "TS-031",
            "2026年1月5日",
            "9:20",
            "来电",
            "王女士",
            "1-2-101",
            "138 0013 8000",
            "地库漏水，车被淋了",
        ),
        *(
            "工程部",
            "维修",
            "轻微",
            "李敏",
            "王建军",
            "已更换接头",
            "1月6日",
            "1月6日",
            "1.8",
            "陈芳",
            "满意",
        ),
        *("是", None, "锦绣花园"),
    ],
    [
        *(
            2,
            "TS-032",
            1.5,
            "14时30分",
            "微信群",
            "张先生",
            "商铺S101",
            "021-5555 1234",
            "楼上半夜吵闹",
            None,
        ),
        *("噪音", "一般", "同上", "老王", "劝说两次", None, None, None, None, None, "跟进中", None, None),
    ],
    [
        *(3, "TS-033", 46031, None, "同上", "赵六", "东门岗亭", "无", "保安态度差", "秩序部", "服务态度"),
        *("重要", "李敏", "王建军", None, "1月20日", None, None, None, None, None, "业主要求道歉", None),
    ],
    [4, "TS-034", "上周三", None, "来访", "钱七", "1-2-102", None, "草坪枯了", None, "绿化"],
    [
        *(
            5,
            "TS-035",
            "2026-1-12",
            None,
            "来访",
            "孙八",
            "2-1-101",
            None,
            "催费短信发错了",
            None,
            "收费",
            None,
        ),
        *("李敏", None, "已更正", None, "1月13日", None, None, None, "是", None, "翠湖雅苑"),
    ],
]


def messy(rows: list[list[Any]] = ROWS, title: str = TITLE, sheet: str = "1月") -> bytes:
    book = Workbook()
    page = book.active
    page.title = sheet
    page.append([title])
    page.append(["填报单位：锦绣花园物业服务中心"])
    page.append(UPPER)
    page.append(LOWER)
    for row in rows:
        page.append(row)
    page.append(["合计", None, len(rows)])
    page.append(["编制：李敏        审核：陈芳"])
    for cells in ("A1:W1", "C3:D3", "F3:H3", "N3:Q3", "R3:T3", *(f"{c}3:{c}4" for c in "ABEIJKLMUVW")):
        page.merge_cells(cells)
    return saved(book)


def send(browser, content: bytes, name: str = "台账.xlsx", estate: str = "JX"):
    """Send a file and let the worker read it: the answer to the sending."""
    answer = browser.post("/past-ledgers/", {"estate": estate, "file": SimpleUploadedFile(name, content)})
    work()
    return answer


def work() -> int:
    return ledger_loads.work_waiting(timezone.now)


def taken(estate, by, content: bytes, at, name: str = "台账.xlsx", **choices: Any) -> LedgerLoad:
    """A ledger taken over as the worker does it, with its bad rows left out."""
    job = ledger_loads.ask(estate, by, content, name, "zh-hans", at)
    ledger_loads.work_waiting(lambda: at)
    job.refresh_from_db()
    ledger_loads.confirm(job, by, at, choices={"skip_bad": True} | choices)
    ledger_loads.work_waiting(lambda: at)
    job.refresh_from_db()
    return job
