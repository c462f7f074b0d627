"""What the cases of fourteen months have taught: drafts by rule, written, checked, published and read (F14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from complaints.actions import studies as acts
from complaints.actions import studies_due
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.models import CaseStudy
from complaints.studies import Kind
from staff.models import User

#: By category: what helped, the lesson, what lies deeper, what was changed.
TAUGHT: dict[str, tuple[str, str, str, str]] = {
    "lifts": (
        "维保到场前由客服每十分钟告知进展，当天贴出停梯通知。",
        "电梯停运先安抚、先告知预计恢复时间，再催维保；不能只说“已报修”。",
        "维保合同没有易损件更换周期，故障后才换。",
        "与维保单位补签易损件清单，每半年复核一次。",
    ),
    "water-power": (
        "停水当天为老人家庭送水，恢复后逐户确认。",
        "停水停电先说明原因和预计时间，超过两小时主动再告知一次。",
        "水泵控制板无备件，坏了等厂家发货。",
        "控制板常备一块，泵房每日测湿度。",
    ),
    "repairs": (
        "维修前后拍照，请客户当场确认。",
        "渗漏先查清水源再修，修完过一场雨再回访。",
        "屋面防水到期老化，逐户补漏治标不治本。",
        "列入年度维修计划，申请维修资金整体翻修。",
    ),
    "noise": (
        "两边分别沟通，约定可以施工的时间。",
        "装修噪声先看备案时间，再上门；调解要有书面约定。",
        "装修备案时没有告知楼下住户。",
        "备案时同步张贴施工告知单。",
    ),
    "": (
        "首问责任人当天上门说明处理办法，次日再电话确认。",
        "第一次答复要说清谁来做、什么时候做完，做不到的提前告知。",
        "交接班没有书面记录，第二班不知道前一班答应过什么。",
        "交接表增加“已答应客户的事项”一栏，主管每日抽查。",
    ),
}
READERS = ("qiantai", "qiantai2", "gongcheng", "gczg", "zhuguan", "jingli")


def stories(replay: Replay) -> Iterator[Story]:
    yield _library(replay)


def _library(replay: Replay) -> Story:
    """Looked for every fortnight, and a last time this morning; what is closed by then is written, mostly."""
    at = replay.begins + 20 * DAY
    while at < replay.now - 2 * HOUR:
        yield at
        studies_due.draft_due(at)
        studies_due.remind_due(at)
        waiting = CaseStudy.objects.filter(state="draft", complaint__closed_at__isnull=False)
        for row in waiting.select_related("estate", "category").order_by("pk"):
            if row.kind == Kind.MAJOR or replay.dice.random() < 0.5:
                replay.add(_write(replay, row, at), at)
        at += 14 * DAY
    yield replay.now - 2 * HOUR
    studies_due.draft_due(replay.now - 2 * HOUR)


def _words(row: CaseStudy) -> dict[str, Any]:
    """What the draft has, and what somebody thought of."""
    helped, lesson, deeper, measures = TAUGHT.get(row.category.code if row.category else "", TAUGHT[""])
    said = {
        "title": row.title or "服务投诉", "facts": row.facts, "why": row.why or "日常检查没有发现，客户反映后才处理。",
        "handling": row.handling or "当天到场查看，次日处理完毕。", "helped": row.helped or helped,
        "lesson": lesson, "deeper": row.deeper or deeper, "measures": row.measures or measures,
    }  # fmt: skip
    return {"version": row.version, **said}


def _write(replay: Replay, row: CaseStudy, at: datetime) -> Story:
    estate, dice = row.estate, replay.dice
    supervisor, manager = replay.who(estate, "zhuguan"), replay.who(estate, "jingli")
    yield (at := replay.work_time(at + dice.uniform(0.5, 9) * DAY, estate))
    row.refresh_from_db()
    if row.written_by_id:  # a fortnight later somebody else had it in mind too
        return
    if row.kind != Kind.MAJOR and dice.random() < 0.15:
        replay.do(acts.drop, row, note="与已发布的案例相同，无新的经验。", by=supervisor, at=at)
        return
    if replay.do(acts.write, row, by=supervisor, at=at, **_words(row)) is None:
        return
    yield (at := replay.work_time(at + dice.uniform(1, 20) * HOUR, estate))
    replay.do(acts.send, row, by=supervisor, at=at)
    row.refresh_from_db()
    yield (at := replay.work_time(at + dice.uniform(0.5, 4) * DAY, estate))
    replay.do(acts.check, row, version=row.version, publish=True, by=manager, at=at)
    for login in READERS:
        if dice.random() < 0.6:
            by: User = replay.who(estate, login)
            yield (at := replay.work_time(at + dice.uniform(1, 40) * HOUR, estate))
            replay.do(acts.read, row, by=by, at=at)
