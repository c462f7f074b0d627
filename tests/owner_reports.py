"""A report to owners on the first quarter of 2026, written and issued."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from reports import owner_meetings as meetings
from reports import owner_reports as acts
from reports.models import OwnerPromise, OwnerReport
from reports.owner_accounts import Line
from reports.owner_meetings import Promised, Said
from reports.owner_rules import MONEY, Block
from staff.models import Estate, User
from staff.roles import Role
from tests.cast import DAY, march, person

Q1 = date(2026, 1, 1), date(2026, 3, 31)
APRIL_8 = march(31) + 8 * DAY
TEXTS = {
    "greeting": "尊敬的各位业主：",
    "purpose": "现将本期管理工作报告如下。",
    "closing": "欢迎各位业主提出意见，我们逐条答复。",
    "ask_whom": "周军（项目经理）",
    "ask_phone": "021-5555 0100",
}
LINES = [Line("income", "物业服务费", "", Decimal(80)), Line("expense", "人工", "", Decimal(50))]


def written(
    estate, by, row: OwnerReport | None = None, *, at=APRIL_8, day=date(2026, 3, 1), opening=100
) -> OwnerReport:
    """A draft with words in every block."""
    row = row or acts.draft(estate, "quarter", day, by=by, at=at)
    row = acts.write(row, **TEXTS, started_from=row.version, by=by, at=at)
    for kind in Block:
        money: dict[str, Any] = {}
        if kind in MONEY:
            money = {"lines": LINES, "opening": Decimal(opening), "balance": Decimal(opening + 30)}
        row = acts.write_block(
            row, kind, words=f"{kind.value}：已按计划完成。", words_en="", started_from=row.version, by=by,
            at=at, **money,
        )  # fmt: skip
    return row


def issued(
    estate, people, *, at=APRIL_8, day=date(2026, 3, 1), writer=None, checker="wuzong", opening=100
) -> OwnerReport:
    """Written by the property manager, checked and issued by the general manager."""
    by = writer or people.zhoujun
    row = written(estate, by, at=at, day=day, opening=opening)
    row = acts.hand_in(row, by=by, at=at)
    second = getattr(people, checker) if checker else _another(estate)
    row = acts.check(row, by=second, at=at)
    return acts.issue(row, by=people.wuzong, at=at)


def _another(estate):
    return person(f"pm{estate.pk}", "林文博", Role.PROPERTY_MANAGER, estate=estate)


def to_owners() -> OwnerReport:
    """A draft of the first estate's, one at most."""
    by = User.objects.get(username="zhoujun")
    estate = Estate.objects.get(code="JX")
    return OwnerReport.objects.first() or acts.draft(estate, "quarter", date(2026, 3, 1), by=by, at=APRIL_8)


def promise_to_owners() -> OwnerPromise:
    """What the property manager promised at a talk in March, once."""
    by, at = User.objects.get(username="zhoujun"), march(3)
    if row := OwnerPromise.objects.first():
        return row
    said = Said("talk", date(2026, 3, 2), "活动室", 9, "", "周军", "何时更换照明？", "本月更换。")
    meeting = meetings.record(Estate.objects.get(code="JX"), said, by=by, at=at)
    return meetings.promise(meeting, Promised("照明更换", by, date(2026, 3, 20)), by=by, at=at)
