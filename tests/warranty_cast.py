"""An estate that was handed over, its builder, and a case under warranty."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from complaints.actions import warranty as acts
from complaints.models import CaseWarranty, Complaint, Notification
from owners import actions as register
from owners.models import Builder
from staff.roles import Role
from tests.cast import march, person

#: 12 May 2023: five years end 11 May 2028, two years ended 11 May 2025.
HANDED = date(2023, 5, 12)


TUESDAY = march(3)


@pytest.fixture
def built(jinxiu, home, zhoujun) -> Builder:
    """锦绣花园 was handed over as a whole, and 华建 built it."""
    register.set_hand_over(jinxiu, HANDED, by=zhoujun, at=march(1))
    row = Builder(estate=jinxiu, firm="华建三局", contact="刘工", phone="13800000001")
    return register.save_builder(row, by=zhoujun, at=march(1))


@pytest.fixture
def leak(built, case_in) -> Complaint:
    return case_in("acting")


@pytest.fixture
def covered(leak, chenfang) -> Complaint:
    acts.choose_part(leak, part="outer_wall", by=chenfang, at=TUESDAY)
    leak.refresh_from_db()
    return leak


@pytest.fixture
def officer(jinxiu, zhoujun) -> Any:
    one = person("baoxiu", "保修 钱工", Role.FRONT_DESK, estate=jinxiu)
    register.set_warranty(jinxiu, officer=one, design_life=50, by=zhoujun, at=march(1))
    return one


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def told(case: Complaint, builder: Builder, by: Any, at: datetime = TUESDAY, **more: Any) -> CaseWarranty:
    return acts.notify_builder(case, builder=builder, notified_how="phone", whom="刘工", by=by, at=at, **more)
