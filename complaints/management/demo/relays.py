"""What colleagues were told and passed on to the desk 转达: some settled, some still waiting today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from complaints import actions
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Story
from staff.models import Estate

if TYPE_CHECKING:
    from complaints.management.demo.past import Past

#: How long ago, whose log-in, where, in what words.
RELAYS = (
    (9 * DAY, "dianti", "2号楼大堂", "业主说大堂地面有水，老人差点滑倒。", "settled"),
    (5 * DAY, "gongcheng", "5号楼1单元", "修水管时隔壁住户反映楼道灯晚上不亮。", "filed"),
    (50 * MINUTE, "zhixu", "西门岗", "车主反映临停收费和公示牌不一致。", ""),
    (15 * MINUTE, "dianti", "3号楼2单元电梯", "住户说按键面板松动，已说过两次。", ""),
)
LAST = timedelta(minutes=20)


def stories(past: Past) -> Iterator[Story]:
    first = past.company.estates[0]
    for ago, login, place, words, then in RELAYS:
        yield _passed_on(past, first, ago, login, place, words, then)


def _passed_on(
    past: Past, estate: Estate, ago: timedelta, login: str, place: str, words: str, then: str
) -> Story:
    at = past.now - ago
    yield (at := past._work_time(at, estate) if ago > DAY else at)
    home = past.dice.choice(past.residents[estate.pk])
    relay = past._do(
        actions.pass_on, estate=estate, words=words, place=place, name=home.owner.name,
        phone=past._phone(home), by=past._who(estate, login), at=at,
    )  # fmt: skip
    if not then or relay is None:
        return
    clerk = past._who(estate, "qiantai")
    yield (at := at + LAST)
    past._do(actions.take_relay, relay, by=clerk, at=at)
    yield (at := at + 5 * MINUTE)
    if then == "settled":
        past._do(actions.settle_relay, relay, because="保洁已当场处理并回电告知业主。", by=clerk, at=at)
        return
    case = past._do(
        actions.register,
        actions.Intake(
            estate=estate,
            content=words,
            person=actions.Person(
                name=home.owner.name, phone=past._phone(home), capacity=home.capacity, owner=home.owner
            ),
            channel="employee",
            unit=home.unit,
            category=past.categories["repairs"],
            recorded=True,
            from_relay=relay,
        ),
        by=clerk,
        at=at,
    )
    if case is not None:
        yield (at := at + HOUR)
        past._do(actions.withdraw, case, note="已换灯，业主来电表示不用再跟进。", by=clerk, at=at)
