"""Why it came to it and what was changed: analyses of causes, and measures in every state (W17, G12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import actions
from complaints.actions import measures as acts
from complaints.actions import measures_due, told_estates
from complaints.actions.measure_rows import NOT_BEGUN
from complaints.actions.measures import Plan
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.models import Complaint, Measure
from complaints.statuses import Outcome
from staff.models import Estate

#: By category what an analysis says of people, equipment, material, method and surroundings.
ANALYSES: dict[str, dict[str, str]] = {
    "lifts": {
        "equipment": "门机皮带使用 4 年，已过厂家建议的更换周期。",
        "method": "维保计划只写半月保养，没有写皮带到期更换。",
    },
    "water-power": {
        "equipment": "水泵控制板受潮，近一年第二次损坏。",
        "surroundings": "泵房地面潮湿，排风扇停用。",
    },
    "": {"people": "当班人员未按巡查路线检查。", "method": "巡查表没有这一项，交接时也没有说明。"},
}


#: An analysis that is still owed belongs to a case handled since.
LATELY = 15 * DAY


@dataclass(frozen=True)
class Course:
    """One measure: what it is about, when it was set, and how far it has come."""

    category: str
    days_ago: float
    lasts: float  # days until it is due
    how_far: str
    kind: str
    root_cause: str
    what: str
    done: str = ""
    before: str = ""
    after: str = ""


COURSES = (
    Course(
        "water-power", 150, 20, "told", "process",
        "水泵控制板受潮损坏后只换板，不处理泵房潮湿；没有备件，每次等货两天。",
        "泵房改为每日测湿度，湿度超过 70% 即开排风；控制板常备一块。",
        "排风扇已修复，湿度计挂墙，备用控制板已入库。",
        "坏了报修，等厂家发货。", "每日测湿度并记录，超过 70% 开排风；备件两小时内更换。",
    ),
    Course(
        "lifts", 75, 15, "again", "contract",
        "维保合同没有写易损件到期更换，皮带用到断为止。",
        "与维保单位补签易损件更换清单，皮带满 3 年更换。", "补充协议已签，两部电梯皮带已更换。",
    ),
    Course(
        "parking", 45, 10, "check", "training",
        "岗亭换班时不交接占位车辆，业主反映后才处理。", "换班交接表增加占位车辆一项，培训全部岗亭人员。",
        "两班共 14 人已培训，交接表已启用。",
    ),
    Course(
        "cleaning", 40, 12, "late", "process",
        "垃圾清运只有早上一次，周末投放量大时桶满无人处理。", "周末增加下午清运一次，调整保洁排班。",
    ),
    Course(
        "repairs", 12, 17, "open", "repair",
        "顶层防水层到期老化，逐户补漏治标不治本。", "3号楼屋面防水整体维修，维修资金申请已启动。",
    ),
    Course(
        "noise", 8, 45, "open", "process",
        "装修备案没有告知楼下住户施工时间，矛盾先起后调。", "装修备案时同步张贴施工时间告知单，楼管家上门送达楼下住户。",
    ),
    Course(
        "security", 60, 20, "withdrawn", "equipment",
        "东门道闸老化，经常抬不起来。", "更换东门道闸。",
    ),
)  # fmt: skip


def analyse_later(replay: Replay, case: Complaint, at: datetime) -> None:
    """What was handled and owes an analysis gets it in a day or two; some of the last weeks still wait."""
    waits = replay.dice.random() < 0.15 and replay.now - at < LATELY
    if case.severity in ("important", "major") and not waits:
        replay.add(_analyse(replay, case, at), at)


def _analyse(replay: Replay, case: Complaint, at: datetime) -> Story:
    yield (at := replay.work_time(at + replay.dice.choice([0.3, 1.1, 1.9]) * DAY, case.estate))
    code = case.category.code if case.category else ""
    words = ANALYSES.get(code, ANALYSES[""])
    replay.do(actions.analyse, case, by=case.handler or replay.who(case.estate, "gczg"), at=at, **words)


def stories(replay: Replay) -> Iterator[Story]:
    for number, course in enumerate(COURSES):
        yield _course(replay, course, replay.company.estates[number % 2])
    yield _proposals(replay)


def _proposals(replay: Replay) -> Story:
    """What the rule proposes: looked for three weeks ago, one of them taken up, one not; and again now."""
    yield (at := replay.now - 21 * DAY)
    measures_due.propose_due(at)
    yield (at := at + 5 * HOUR)
    first, *others = [*Measure.objects.filter(state="proposed").select_related("estate").order_by("pk")][
        :2
    ] or [None]
    if first:
        replay.do(
            acts.dismiss, first, note="三件均由同一次市政停电引起，已由供电部门处理。",
            by=replay.who(first.estate, "zhuguan"), at=at,
        )  # fmt: skip
    for row in others:
        plan = _plan(replay, COURSES[0], row.estate, replay.now + 5 * DAY)
        replay.do(acts.adopt, row, plan=plan, by=replay.who(row.estate, "zhuguan"), at=at)
    yield (at := replay.now - 2 * HOUR)
    measures_due.propose_due(at)


def _plan(replay: Replay, course: Course, estate: Estate, due_at: datetime) -> Plan:
    owner = replay.who(estate, "gczg")
    return Plan(
        root_cause=course.root_cause, what=course.what, kind=course.kind, owner=owner, due_at=due_at,
        department=replay.company.departments[estate.code, "engineering"], process_before=course.before,
    )  # fmt: skip


def _course(replay: Replay, course: Course, estate: Estate) -> Story:
    yield (at := replay.work_time(replay.now - course.days_ago * DAY, estate))
    cases = list(
        Complaint.objects.filter(
            estate=estate, category__code=course.category, received_at__lt=at, restricted=False
        )
        .exclude(outcome=Outcome.VOID)
        .exclude(status__in=NOT_BEGUN)
        .select_related("estate")
        .order_by("-received_at")[:3]
    )
    if not cases:
        return
    due_at = at + course.lasts * DAY
    supervisor = replay.who(estate, "zhuguan")
    said: dict[str, Any] = {"cases": cases, "by": supervisor, "at": at}
    row = replay.do(acts.set_measure, _plan(replay, course, estate, due_at), **said)
    if row is None or course.how_far in ("open", "late"):
        return
    if course.how_far == "withdrawn":
        yield (at := at + 10 * DAY)
        replay.do(acts.withdraw, row, note="东门随外围改造整体更换，另行立项。", by=supervisor, at=at)
        return
    yield (at := replay.work_time(due_at - 2 * DAY, estate))
    head = replay.who(estate, "gczg")
    replay.do(acts.do, row, note=course.done, process_after=course.after, by=head, at=at)
    if course.how_far == "check":
        return
    if course.how_far == "again":
        yield (at := replay.work_time(at + 24 * DAY, estate))
        replay.do(
            acts.check, row, effective=False, note="更换后又发生两次关门异常，皮带正常，光幕积灰。",
            what="皮带更换照旧，另加每周清洁光幕并登记。", due_at=replay.now + 3 * DAY, by=supervisor, at=at,
        )  # fmt: skip
        return
    yield (at := replay.work_time(at + 32 * DAY, estate))
    replay.do(
        acts.check, row, effective=True, note="32 天内水压类投诉为零，湿度记录完整。", by=supervisor, at=at
    )
    yield from _tell(replay, row, estate, at)


def _tell(replay: Replay, row: Measure, estate: Estate, at: datetime) -> Story:
    """Told to the other estate, which answers twice: it applies, then it is done."""
    others = [one for one in replay.company.estates if one != estate]
    yield (at := at + 3 * HOUR)
    note = "请检查各自泵房的排风和备件。"
    manager = replay.company.general_manager
    replay.do(told_estates.tell, row, estates=others, note=note, by=manager, at=at)
    for one in list(row.told.all()):
        yield (at := replay.work_time(at + 2 * DAY, one.estate))
        by = replay.who(one.estate, "zhuguan")
        reply = {"reply": "applies", "note": "本项目泵房无排风，下月加装。"}
        replay.do(told_estates.answer, one, by=by, at=at, **reply)
        yield (at := replay.work_time(at + 25 * DAY, one.estate))
        reply = {"reply": "done", "note": "排风扇已加装，备用控制板已采购。"}
        replay.do(told_estates.answer, one, by=by, at=at, **reply)
