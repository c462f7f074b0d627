"""The first quarter of 2026 in 锦绣花园, with its meeting and what the one before decided."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from complaints import actions
from complaints.models import Cause
from reports import meetings
from reports.duties import DuePeriod
from reports.meetings import Decided, Held
from reports.models import QuarterMeeting
from tests.cast import DAY, HOUR, march

Q4 = DuePeriod(date(2025, 10, 1), date(2026, 1, 1))
Q1 = DuePeriod(date(2026, 1, 1), date(2026, 4, 1))
JANUARY_8, APRIL_8 = march(1) - 52 * DAY, march(31) + 8 * DAY
WORDS = Held(
    held_on=date(2026, 1, 8),
    place="公司二楼会议室",
    present="吴海涛、周军、陈芳、王建军",
    reported="通报四季度投诉 6 件，电梯与漏水为主；分析两件热点投诉的起因。",
)


def held(code: str, quarter: DuePeriod, day: date, by, at) -> QuarterMeeting:
    said = Held(day, WORDS.place, WORDS.present, WORDS.reported)
    return meetings.keep(code, quarter, said, started_from=0, by=by, at=at)


@pytest.fixture
def last_meeting(jinxiu, office_of_jinxiu) -> QuarterMeeting:
    """On the fourth quarter of 2025, held on 8 January: three decisions; one was done in February."""
    by = office_of_jinxiu.zhoujun
    row = held(f"estate-{jinxiu.pk}", Q4, date(2026, 1, 8), by, JANUARY_8)
    done, *_others = [
        meetings.decide(row, Decided(what, who, due_on), by=by, at=JANUARY_8 + HOUR)
        for what, who, due_on in (
            ("更换 2 号楼电梯钢丝绳", "工程部 王建军", date(2026, 2, 28)),
            ("漏水投诉 24 小时内上门查看", "工程部 孙志远", date(2026, 3, 1)),
            ("前台重新培训首问责任制", "客服部 陈芳", date(2026, 5, 1)),
        )
    ]
    meetings.settle(
        done, "done", date(2026, 2, 20), "已更换并检测合格", started_from=1, by=by, at=march(1) - 8 * DAY
    )
    return row


@pytest.fixture
def this_meeting(jinxiu, office_of_jinxiu) -> QuarterMeeting:
    """On the first quarter of 2026, held on 8 April."""
    by = office_of_jinxiu.zhoujun
    row = held(f"estate-{jinxiu.pk}", Q1, date(2026, 4, 8), by, APRIL_8)
    said = Decided("地下车库照明全部改为感应灯", "工程部 王建军", date(2026, 6, 30))
    meetings.decide(row, said, by=by, at=APRIL_8)
    return row


@pytest.fixture
def busy_quarter(case_in, office_of_jinxiu, categories):
    """Some of everything: closed, late, in the eye of a lawyer, come back, paid for; and a year before."""
    people = office_of_jinxiu
    case_in("closed", at=march(1) - 400 * DAY)
    for days in (100, 90):  # in the quarter before
        case_in("closed", at=march(1) - days * DAY, category=categories["lifts"])
    case_in("closed", at=march(1) - 20 * DAY)
    grave = case_in("acting", at=march(3), facts={"lawsuit_threatened": True})
    again = case_in("replied", at=march(4))
    actions.dispute(again, note="还在漏", by=None, at=march(6))
    money = case_in("acting", at=march(20), severity="minor")
    actions.propose_compensation(money, amount=Decimal(300), note="地板", by=people.limin, at=march(21))
    waiting = money.compensations.get()
    actions.decide_compensation(waiting, approve=True, comment="见记录", by=people.chenfang, at=march(22))
    grave.refresh_from_db()
    worn = Cause.objects.create(code="worn", zh="设施老化", en="Worn out")  # the others were handled without
    actions.edit(grave, {"cause": worn}, version=grave.version, by=people.limin, at=march(4))
    actions.act(grave, note="已请厂家检测，等待配件。", by=people.wanggong, at=march(5))
    return grave
