"""The days' logs of the first estate, and who has read them: all of last week's days but yesterday's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from complaints import actions
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from staff.models import Estate

DAYS = 7
#: Whose log-in, which log, at what hour, in what words; they come round.
NOTES = (
    ("qiantai", "duty", 18, "交班：前台钥匙齐全，来访登记 12 人，无异常。"),
    ("zhixu", "patrol", 21, "地下车库B1-B2巡查，2号坡道积水已清扫，其余正常。"),
    ("guanjia", "patrol", 10, "1至4号楼电梯机房巡查，3号楼2单元运行有异响，已报维保。"),
    ("zhixu", "duty", 20, "西门岗：外卖车辆集中进出，已疏导。"),
    ("guanjia", "patrol", 15, "水泵房压力正常，排污泵试运行 5 分钟。"),
)
#: How many days ago a note got an addition, and the supervisor's remark under a day.
ADDED, REMARKED = 3, 2


def stories(replay: Replay) -> Iterator[Story]:
    estate = replay.company.estates[0]
    for ago in range(DAYS, -1, -1):
        yield _day(replay, estate, ago)


def _day(replay: Replay, estate: Estate, ago: int) -> Story:
    day = replay.now.astimezone(estate.zone).date() - ago * DAY
    midnight = datetime.combine(day, time(), estate.zone)
    for login, kind, hour, words in (NOTES[ago % len(NOTES)], NOTES[(ago + 1) % len(NOTES)]):
        yield (at := midnight + hour * HOUR)
        note = replay.do(
            actions.write_day_note, estate=estate, day=day, kind=kind, words=words,
            by=replay.who(estate, login), at=at,
        )  # fmt: skip
        if note and ago == ADDED:
            yield (at := at + HOUR)
            replay.do(
                actions.write_day_note, estate=estate, day=day, words="补充：现场照片已发工程群。",
                corrects=note, by=replay.who(estate, login), at=at,
            )  # fmt: skip
    if ago > 1:
        yield (at := midnight + DAY + 9 * HOUR)
        remark = "已阅，异响请跟进到底。" if ago == REMARKED else ""
        replay.do(
            actions.sign_day, estate=estate, day=day, remark=remark, by=replay.who(estate, "zhuguan"), at=at
        )
