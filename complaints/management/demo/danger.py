"""People in danger: whom each estate calls, who opens such a case, and one of now that nobody has taken in hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from complaints import actions
from complaints.actions.emergency_numbers import save_number
from complaints.models import Complaint, EmergencyNumber
from staff.models import Estate, User

if TYPE_CHECKING:
    from complaints.management.demo.past import Past
    from complaints.management.demo.replay import Replay, Story

MINUTE = timedelta(minutes=1)
Kind = EmergencyNumber.Kind
NUMBERS = (
    (Kind.LIFT, "24小时", "400-820-5119"),
    (Kind.CONTROL_ROOM, "昼夜有人", "021-6555 0119"),
    (Kind.ENGINEER, "值班手机", "13800550110"),
)
TRAPPED = "1号楼2单元电梯停在9楼和10楼之间，里面困了一位老人和一个孩子，已经十多分钟，老人说胸闷，电梯里的呼叫按钮没人应答。"


def list_numbers(estate: Estate, *, by: User) -> None:
    for order, (kind, name, phone) in enumerate(NUMBERS):
        said = {"kind": kind, "name": name, "phone": phone, "order": order}
        save_number(None, said, estate=estate, by=by)


def opens(past: Replay, case: Complaint, at: datetime) -> Story:
    """The property manager opens what is urgent within the half hour."""
    yield (at := at + 25 * MINUTE)
    past._do(actions.see, case, by=past._who(case.estate, "jingli"), at=at)


def stories(past: Past) -> Iterator[Story]:
    yield _trapped(past)


def _trapped(past: Past) -> Story:
    """Of this hour: the supervisor has opened it, the property manager has not."""
    estate = past.company.estates[0]
    yield (at := past.now - 14 * MINUTE)
    home = next(home for home in past.residents[estate.pk] if home.unit.code.startswith("1-2-"))
    intake = actions.Intake(
        estate=estate,
        content=TRAPPED,
        person=actions.Person(
            name=home.owner.name, phone=past._phone(home), capacity=home.capacity, owner=home.owner
        ),
        channel="phone",
        building=home.unit.building,
        place="1号楼2单元电梯",
        category=past.categories["lifts"],
        recorded=True,
        facts={"urgent": True, "injury": True, "headcount": 2},
    )
    case = actions.register(intake, by=past._who(estate, "qiantai"), at=at)
    yield (at := at + 5 * MINUTE)
    past._do(actions.see, case, by=past._who(estate, "zhuguan"), at=at)
