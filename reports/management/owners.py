"""What the demo tells owners: two reports of one estate, a meeting between them, its promises."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import translation

from complaints.actions.measures import Plan
from reports import owner_meetings, owner_papers, owner_reports
from reports.models import OwnerMeeting, OwnerReport
from reports.owner_accounts import Line
from reports.owner_meetings import Promised, Said
from reports.owner_rules import DAY, MONEY, Block, Span, first_day
from staff.models import Estate, Posting, User
from staff.permissions import current
from staff.roles import Role

HOUR = timedelta(hours=1)
TEXTS = {
    "greeting": "尊敬的各位业主：\n感谢您一直以来对管理处工作的理解和支持。",
    "purpose": "为让您了解小区的管理情况和费用收支，现将本季度管理工作报告如下。",
    "closing": "对本报告的意见，欢迎到前台、扫码或来电提出，管理处三个工作日内答复。",
    "ask_whom": "管理处项目经理",
}
WORDS = {
    Block.EQUIPMENT: "电梯按月维保并完成年检，水泵、配电设备每日巡检；易损件已建立更换清单。",
    Block.SECURITY: "秩序员三班在岗，夜间巡更每两小时一次；监控探头完好率 98%。",
    Block.FIRE: "消防联动测试一次，更换过期灭火器 36 具，组织业主参加的消防演习一次。",
    Block.PARKING: "重新划线 60 个车位，道闸系统升级；占用消防通道的车辆当日劝离。",
    Block.CLEANING: "楼道每日清扫，垃圾每日清运两次；外墙玻璃清洗一次。",
    Block.GREENING: "修剪乔灌木两次，补种草坪 320 平方米，病虫害防治一次。",
    Block.PEST: "灭蚊每周一次，灭鼠、灭蟑每月一次，投药点均有标识。",
    Block.FEES: "收费率较上期提高，支出以人工和能耗为主。",
    Block.FUND: "本期使用本体维修基金修复屋面防水和单元门禁，均经业主委员会同意。",
    Block.ASSESSMENT: "投诉及时受理，反复出现的问题已制定整改措施并跟踪效果。",
    Block.OTHER: "",
}
#: Direction, item, its English name, amount of the first report, of the second.
LINES: dict[Block, tuple[tuple[str, str, str, str, str], ...]] = {
    Block.FEES: (
        ("income", "物业服务费", "Management fee", "486200.00", "503650.00"),
        ("income", "停车费", "Parking fee", "92400.00", "95800.00"),
        ("expense", "人员费用", "Staff", "318500.00", "322900.00"),
        ("expense", "公共水电", "Water and power of common areas", "96300.50", "88410.20"),
        ("expense", "设备维保", "Maintenance of equipment", "74200.00", "81600.00"),
        ("expense", "清洁绿化", "Cleaning and greening", "52800.00", "54100.00"),
    ),
    Block.FUND: (
        ("income", "利息", "Interest", "3120.40", "3095.10"),
        ("expense", "屋面防水修复", "Repair of the roof", "28600.00", "41200.00"),
        ("expense", "单元门禁更换", "Entrance doors", "0.00", "16800.00"),
    ),
}
OPENING = {Block.FEES: Decimal("128400.00"), Block.FUND: Decimal("865320.80")}
MEETING: dict[str, Any] = {
    "kind": OwnerMeeting.Kind.TALK,
    "place": "架空层活动室",
    "owners": 26,
    "owners_as": "业主代表 20 人、业主委员会委员 6 人",
    "asked": "地下车库照明何时更换？\n南门夜间无人值守如何解决？\n屋面防水何时全部完成？",
    "answered": "车库照明分两批更换；南门增设夜班岗；屋面防水列入整改措施逐栋完成。",
}


def tell_owners(now: datetime) -> list[OwnerReport]:
    """Of the first estate with a manager; empty where nobody could check his reports."""
    with translation.override("zh-hans"):
        estate = Estate.objects.order_by("pk").first()
        writer, second = _holder(Role.PROPERTY_MANAGER, estate, now), _holder(Role.GENERAL_MANAGER, None, now)
        if estate is None or writer is None or second is None:
            return []
        running = first_day(Span.QUARTER, now.astimezone(estate.zone).date())
        last = running - DAY
        before = first_day(Span.QUARTER, last) - DAY
        made = [_report(estate, before, 0, writer, second, now)]
        _meet(estate, first_day(Span.QUARTER, last) + 20 * DAY, writer, now)
        made.append(_report(estate, last, 1, writer, second, now))
        owner_papers.make_waiting(now)
        return made


def _holder(role: Role, estate: Estate | None, at: datetime) -> User | None:
    held = Posting.objects.filter(current(at), role=role, estate=estate, region=None, department=None)
    posting = held.select_related("user").order_by("pk").first()
    return posting.user if posting else None


def _at(estate: Estate, day: date, hour: int, now: datetime) -> datetime:
    return min(datetime.combine(day, time(hour), estate.zone), now)


def _report(
    estate: Estate, day: date, which: int, writer: User, second: User, now: datetime
) -> OwnerReport:  # fmt: skip
    """Written ten days after its quarter, checked and issued on the next."""
    at = _at(estate, day + 10 * DAY, 10, now)
    row = owner_reports.draft(estate, Span.QUARTER, day, by=writer, at=at)
    said = TEXTS | {"ask_phone": estate.service_phone}
    row = owner_reports.write(row, **said, started_from=row.version, by=writer, at=at)
    for kind in Block:
        money: dict[str, Any] = {}
        if kind in MONEY:
            money = _money(kind, which)
        row = owner_reports.write_block(
            row, kind, words=WORDS[kind], words_en="", started_from=row.version, by=writer, at=at, **money
        )
    row = owner_reports.hand_in(row, by=writer, at=at + HOUR)
    row = owner_reports.check(row, by=second, at=at + 3 * HOUR)
    row = owner_reports.issue(row, by=second, at=at + 4 * HOUR)
    return owner_reports.post(row, by=writer, at=at + 5 * HOUR)


def _money(kind: Block, which: int) -> dict[str, Any]:
    """The second begins with what the first ended with."""
    opening = OPENING[kind]
    for turn in range(which + 1):
        amounts = [(line[0], Decimal(line[3 + turn])) for line in LINES[kind]]
        net = sum((amount if way == "income" else -amount for way, amount in amounts), Decimal(0))
        begun, opening = opening, opening + net
    lines = [Line(line[0], line[1], line[2], Decimal(line[3 + which])) for line in LINES[kind]]
    return {"lines": lines, "opening": begun, "balance": opening}


def _meet(estate: Estate, day: date, writer: User, now: datetime) -> None:
    """Three promises: one kept, one late, one carried out by a measure."""
    at = _at(estate, day, 17, now)
    held = Posting.objects.filter(current(at), role=Role.DEPARTMENT_HEAD, department__estate=estate)
    head = held.select_related("user", "department").order_by("pk").first()
    if head is None:
        return
    keeper = head.user
    said = Said(**MEETING, held_on=day, staff=f"{writer}、{keeper}")
    row = owner_meetings.record(estate, said, by=writer, at=at)
    promises = (("地下车库照明全部更换为感应灯", 25), ("南门增设夜班岗", 30), ("屋面防水逐栋完成", 120))
    kept, _late, measured = (
        owner_meetings.promise(row, Promised(what, keeper, day + days * DAY), by=writer, at=at)
        for what, days in promises
    )
    plan = Plan(
        "屋面防水层到期老化", "屋面防水逐栋整体维修", "repair", keeper, at + 120 * DAY, head.department
    )
    owner_meetings.set_measure_of(measured, plan, by=writer, at=at + HOUR)
    row.refresh_from_db()
    owner_meetings.sign(row, started_from=row.version, by=writer, at=at + 2 * HOUR)
    owner_meetings.settle(
        kept, state="done", on=day + 22 * DAY, note="两层车库共更换 180 盏。", started_from=kept.version,
        by=writer, at=_at(estate, day + 23 * DAY, 10, now),
    )  # fmt: skip
