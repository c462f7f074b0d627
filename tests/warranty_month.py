"""Cases under warranty in every state, and the record of the month they stand in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from complaints.actions import warranty as acts
from complaints.models import Complaint
from owners import actions as register
from owners.models import Builder
from reports.figures.period import all_listed
from reports.figures.warranty import warranty_record
from tests.cast import DAY, SHANGHAI, march

ENGLISH = {"accept-language": "en"}


NOW, BEGUN = march(9), march(2)


#: The record that is due before 27 March: 26 February to 25 March.
DAYS = date(2026, 2, 26), date(2026, 3, 25)


ENDED = march(27)


@pytest.fixture
def built(jinxiu, zhoujun) -> Builder:
    register.set_hand_over(jinxiu, date(2023, 5, 12), by=zhoujun, at=march(1))
    row = Builder(estate=jinxiu, firm="华建三局", contact="刘工", phone="13800000001")
    return register.save_builder(row, by=zhoujun, at=march(1))


@pytest.fixture
def covered(built, case_in, chenfang):
    """A case under warranty, taken at a time, and brought as far as asked."""

    def make(at: datetime = BEGUN, *, to: str = "", **said: Any) -> Complaint:
        case = case_in("acting", at=at, **said)
        acts.choose_part(case, part="outer_wall", by=chenfang, at=at + DAY)
        if to:
            acts.notify_builder(case, builder=built, notified_how="phone", by=chenfang, at=at + DAY)
        if to in ("done", "refused", "signed"):
            acts.finish(case, done="重新打胶", by=chenfang, at=at + 2 * DAY)
        if to == "refused":
            acts.refuse_to_sign(case, because="还渗水", by=chenfang, at=at + 3 * DAY)
        if to == "signed":
            acts.sign(case, signed_how="confirmed", note="电话确认", by=chenfang, at=at + 3 * DAY)
        if to == "elsewhere":
            acts.repair_elsewhere(
                case, whom="工程部", because="未到场", cost=Decimal("860"), by=chenfang, at=at + 5 * DAY
            )
        case.refresh_from_db()
        return case

    return make


HEADER = ["楼栋", "单元", "房号", "业主姓名", "联系电话", "交付日期"]


def record(
    jinxiu: Any, at: datetime = ENDED, days: tuple[date, date] = DAYS, unlisted: Any = all_listed
) -> Any:
    return warranty_record([jinxiu], *days, at, "锦绣花园", unlisted)


@pytest.fixture
def month(covered) -> dict[str, Complaint]:
    """Before the days: one open and one finished. In them one of each kind. After them one more."""
    feb = datetime(2026, 2, 2, 9, tzinfo=SHANGHAI)
    return {
        "carried": covered(feb, to="notified"),
        "finished": covered(feb + DAY, to="signed"),
        "signed": covered(march(3), to="signed"),
        "refused": covered(march(4), to="refused"),
        "elsewhere": covered(march(5), to="elsewhere"),
        "told": covered(march(10), to="notified"),
        "new": covered(march(12)),
        "later": covered(march(25)),  # its part is chosen on the 26th
    }
