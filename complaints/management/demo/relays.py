"""What colleagues were told and passed on to the desk 转达: some settled, some still waiting today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from complaints import actions
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from staff.models import Estate

#: How long ago, whose log-in, where, in what words.
RELAYS = (
    (9 * DAY, "dianti", "2号楼大堂", "业主说大堂地面有水，老人差点滑倒。", "settled"),
    (5 * DAY, "gongcheng", "5号楼1单元", "修水管时隔壁住户反映楼道灯晚上不亮。", "filed"),
    (50 * MINUTE, "zhixu", "西门岗", "车主反映临停收费和公示牌不一致。", ""),
    (4 * MINUTE, "dianti", "3号楼1单元电梯", "轿厢停在七楼，里面困着一位女士，已通知维保单位。", "urgent"),
    (15 * MINUTE, "dianti", "3号楼2单元电梯", "住户说按键面板松动，已说过两次。", ""),
)
LAST = timedelta(minutes=20)


def stories(replay: Replay) -> Iterator[Story]:
    first = replay.company.estates[0]
    for ago, login, place, words, then in RELAYS:
        yield _passed_on(replay, first, ago, login, place, words, then)


def _passed_on(
    replay: Replay, estate: Estate, ago: timedelta, login: str, place: str, words: str, then: str
) -> Story:
    at = replay.now - ago
    yield (at := replay.work_time(at, estate) if ago > DAY else at)
    home = replay.dice.choice(replay.residents[estate.pk])
    relay = replay.do(
        actions.pass_on, estate=estate, words=words, place=place, name=home.owner.name,
        phone=replay.phone(home), by=replay.who(estate, login), at=at,
        danger="yes" if then == "urgent" else "",
    )  # fmt: skip
    if then in ("", "urgent") or relay is None:
        return
    clerk = replay.who(estate, "qiantai")
    yield (at := at + LAST)
    replay.do(actions.take_relay, relay, by=clerk, at=at)
    yield (at := at + 5 * MINUTE)
    if then == "settled":
        replay.do(actions.settle_relay, relay, because="保洁已当场处理并回电告知业主。", by=clerk, at=at)
        return
    case = replay.do(
        actions.register,
        actions.Intake(
            estate=estate,
            content=words,
            person=actions.Person(
                name=home.owner.name, phone=replay.phone(home), capacity=home.capacity, owner=home.owner
            ),
            channel="employee",
            unit=home.unit,
            category=replay.categories["repairs"],
            recorded=True,
            from_relay=relay,
        ),
        by=clerk,
        at=at,
    )
    if case is not None:
        yield (at := at + HOUR)
        replay.do(actions.withdraw, case, note="已换灯，业主来电表示不用再跟进。", by=clerk, at=at)
