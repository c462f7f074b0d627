"""Site visits for tests: what is said when one is arranged, and one walked to a state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from complaints.actions import site_visits as acts
from complaints.actions.site_visits import Plan
from complaints.models import Complaint, SiteVisit
from staff.models import User
from tests.cast import HOUR, march

#: The appointment of most tests: Wednesday, 14:00 to 16:00.
BEGINS = march(4, 14)
ARRANGED = march(3)


def plan(visitor: User, **more: Any) -> Plan:
    said: dict[str, Any] = {
        "purpose": "查看卫生间天花板渗水点", "visitor": visitor, "agreed": "phone", "starts_at": BEGINS,
        "ends_at": BEGINS + 2 * HOUR,
    }  # fmt: skip
    return Plan(**(said | more))


def arranged(
    case: Complaint, visitor: User, *, by: User | None = None, at: datetime = ARRANGED, **more: Any
) -> SiteVisit:
    return acts.arrange(case, plan(visitor, **more), anyway=True, by=by or visitor, at=at)


def walked(row: SiteVisit, to: str, by: User, at: datetime = BEGINS) -> SiteVisit:
    """On to `there`, `looked` or `ended`, ten minutes each."""
    row = acts.arrive(row, by=by, at=at)
    if to != "there":
        row = acts.find(
            row,
            outcome="met",
            found="管根渗水，天花板有水渍。",
            measures="关闭阀门。",
            by=by,
            at=at + HOUR / 6,
        )
    if to == "ended":
        row = acts.leave(row, by=by, at=at + HOUR / 3)
    row.refresh_from_db()
    return row
