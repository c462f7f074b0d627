"""People in danger: who opens such a case, and one of now that nobody has taken in hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaints import actions
from complaints.management.demo.replay import MINUTE, Replay, Story
from complaints.models import Complaint

TRAPPED = "1号楼2单元电梯停在9楼和10楼之间，里面困了一位老人和一个孩子，已经十多分钟，老人说胸闷，电梯里的呼叫按钮没人应答。"


def opens(replay: Replay, case: Complaint, at: datetime) -> Story:
    """The property manager opens what is urgent within the half hour."""
    yield (at := at + 25 * MINUTE)
    replay.do(actions.see, case, by=replay.who(case.estate, "jingli"), at=at)


def stories(replay: Replay) -> Iterator[Story]:
    yield _trapped(replay)


def _trapped(replay: Replay) -> Story:
    """Of this hour: the supervisor has opened it, the property manager has not."""
    estate = replay.company.estates[0]
    yield (at := replay.now - 14 * MINUTE)
    homes = [home for home in replay.residents[estate.pk] if home.unit.building]
    home = next((home for home in homes if home.unit.code.startswith("1-2-")), homes[0])
    intake = actions.Intake(
        estate=estate,
        content=TRAPPED,
        person=actions.Person(
            name=home.owner.name, phone=replay.phone(home), capacity=home.capacity, owner=home.owner
        ),
        channel="phone",
        building=home.unit.building,
        place="1号楼2单元电梯",
        category=replay.categories["lifts"],
        recorded=True,
        facts={"urgent": True, "injury": True, "headcount": 2},
    )
    case = actions.register(intake, by=replay.who(estate, "qiantai"), at=at)
    yield (at := at + 5 * MINUTE)
    replay.do(actions.see, case, by=replay.who(estate, "zhuguan"), at=at)
