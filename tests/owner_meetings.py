"""A talk with owners in March 2026, its promises, signed and settled by the property manager."""

from __future__ import annotations

from datetime import date

from reports import owner_meetings as acts
from reports.models import OwnerPromise
from reports.owner_meetings import Promised, Said
from tests.cast import march

SAID = Said(
    "talk", date(2026, 3, 2), "架空层活动室", 26, "业主代表 20 人、业委会委员 6 人", "周军、陈芳",
    "地下车库照明何时更换？\n南门夜间无人值守。", "照明三月内更换；南门增加夜班。",
)  # fmt: skip
AT, MARCH_25 = march(3), march(25)


def promise(row, people, due_on=date(2026, 3, 20), what="地下车库照明全部更换", keeper=None) -> OwnerPromise:
    said = Promised(what, keeper or people.wanggong, due_on)
    return acts.promise(row, said, by=people.zhoujun, at=AT)


def sign(row, people, at=AT):
    return acts.sign(row, started_from=row.version, by=people.zhoujun, at=at)


def settle(row, people, state="done", on=date(2026, 3, 18), note="", at=MARCH_25, version=None):
    return acts.settle(
        row, state=state, on=on, note=note, started_from=version or row.version, by=people.zhoujun, at=at
    )
