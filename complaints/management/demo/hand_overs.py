"""What the demo's warranty goes by: hand-over dates, builders and officers of its estates 保修."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from complaints.warranty_terms import years_later
from owners.actions import save_builder, set_hand_over, set_warranty
from owners.models import Builder
from staff.models import Department, Estate, User

#: firm, part, as, contact
BUILDERS = (
    ("锦泰建筑工程有限公司", "", "builder", "刘工"),
    ("锦泰置业有限公司", "", "developer", "客服部 方经理"),
    ("固安防水工程有限公司", "outer_wall", "builder", "马工"),
)


def hand_over(
    estate: Estate, *, officer: User, lift: Department, by: User, at: datetime, now: datetime
) -> None:
    """Handed over three years ago as a whole; its first building earlier, so that five years end soon."""
    today = now.astimezone(estate.zone).date()
    set_hand_over(estate, _before(today, 3, 40), by=by, at=now)
    first = estate.buildings.order_by("pk").first()
    if first:
        set_hand_over(estate, _before(today, 5, -55), building=first, by=by, at=now)
    for firm, part, role, contact in BUILDERS:
        row = Builder(estate=estate, firm=firm, part=part, role=role, contact=contact, phone="021-55550666")
        save_builder(row, by=by, at=at)
    lifts = Builder(estate=estate, firm=lift.name, part="installation", role="builder", department=lift)
    save_builder(lifts, by=by, at=at)
    set_warranty(estate, officer=officer, design_life=50, by=by, at=at)


def _before(today: date, years: int, days: int) -> date:
    return years_later(today, -years) - timedelta(days=days)
