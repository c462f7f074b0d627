"""Training of the demo's people 上岗培训: three courses; one colleague has none, of one it lapses soon."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from staff import actions as office
from staff.models import User
from staff.roles import Role

#: Name, in English, for whom, how many months it is valid.
COURSES = (
    ("首问责任制与服务礼仪", "First contact and manners", (Role.FRONT_DESK, Role.DUTY_DESK, Role.STEWARD), 0),
    ("现场作业与应急处置", "Work on site and emergencies", (Role.HANDLER,), 12),
    ("投诉处理四步法", "Four steps of handling complaints", (Role.SUPERVISOR, Role.DEPARTMENT_HEAD), 24),
)
#: By the beginning of his log-in: who has not been there; and whose lapses in so many days.
MISSING, LAPSES, IN_DAYS = "baojie.ch", "zhixu.jx", 20


def train(people: Collection[tuple[User, Role]], *, by: User, at: datetime, now: datetime) -> None:
    """Everybody has passed what his role needs some weeks ago, but for two. `at`: when the courses began."""
    for name, english, roles, months in COURSES:
        said = {
            "name": name, "name_en": english, "roles": [str(role) for role in roles], "months": months,
            "is_active": True,
        }  # fmt: skip
        course = office.keep_course(None, said, by=by, at=at)
        for number, (user, role) in enumerate(people):
            if role not in roles or user.username == MISSING:
                continue
            days = 365 - IN_DAYS if user.username == LAPSES else 60 + 7 * (number % 9)
            office.record_training(
                user, course, (now - timedelta(days=days)).date(), result=f"{86 + number % 13}分", by=by,
                at=now - timedelta(days=1),
            )  # fmt: skip
