"""Cases under warranty 保修 in the demo, at every step with the builder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from complaints.actions import warranty as acts
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.models import CaseWarranty, Complaint
from complaints.statuses import Outcome
from owners.models import Builder
from staff.models import Estate

#: Days before now at which a case is taken up, how far it comes, and its part.
STEPS = (
    (58, "signed", "outer_wall"), (41, "elsewhere", "wet_rooms"), (33, "not_covered", "plumbing"),
    (24, "refused", "outer_wall"), (17, "signed", "wet_rooms"), (11, "done", "outer_wall"),
    (8, "late", "wet_rooms"), (4, "agreed", "outer_wall"), (2, "notified", "wet_rooms"),
    (1, "to_notify", "outer_wall"),
)  # fmt: skip
LEAKS = ("渗水", "漏水", "滴水", "墙皮")


def stories(replay: Replay) -> Iterator[Story]:
    for estate in replay.company.estates[:2]:
        for days, to, part in STEPS:
            yield _case(replay, estate, replay.now - days * DAY, to, part)


def _case(replay: Replay, estate: Estate, begins: datetime, to: str, part: str) -> Story:
    yield (at := begins)
    case = _leak(estate, at)
    if case is None:
        return
    officer = replay.who(estate, "guanjia")
    yield (at := replay.work_time(at + HOUR, estate))
    replay.do(acts.choose_part, case, part=part, by=officer, at=at)
    row = CaseWarranty.objects.filter(complaint=case).first()
    if row is None or to == "to_notify" or to == "not_covered" or not row.covered:
        return
    builder = Builder.objects.filter(estate=estate, part__in=[part, ""]).order_by("-part", "pk").first()
    yield (at := at + HOUR)
    replay.do(
        acts.notify_builder, case, builder=builder, notified_how="wechat", whom=builder.contact if builder else "",
        note="已发现场照片，请三日内到场。", by=officer, at=at,
    )  # fmt: skip
    if to in ("late", "notified"):
        return
    if to == "elsewhere":
        yield (at := replay.work_time(at + 8 * DAY, estate))
        replay.do(
            acts.repair_elsewhere, case, whom="本项目工程部", because="催促三次，施工单位未到场。",
            cost=Decimal("860.00"), by=officer, at=at,
        )  # fmt: skip
        return
    yield (at := at + HOUR)
    replay.do(acts.agree_visit, case, visit_at=replay.work_time(at + 2 * DAY, estate), by=officer, at=at)
    if to == "agreed":
        return
    yield (at := replay.work_time(at + 2 * DAY, estate))
    replay.do(acts.send_people, case, whom="施工班组两人", by=officer, at=at)
    yield (at := replay.work_time(at + DAY, estate))
    replay.do(acts.finish, case, done="铲除空鼓层，重做防水，闭水试验二十四小时不漏。", by=officer, at=at)
    if to == "done":
        return
    yield (at := replay.work_time(at + DAY, estate))
    if to == "refused":
        replay.do(acts.refuse_to_sign, case, because="雨后墙角仍有水迹，要求重做。", by=officer, at=at)
        return
    replay.do(acts.sign, case, signed_how="confirmed", note="电话回访，业主确认不再渗漏。", by=officer, at=at)


def _leak(estate: Estate, at: datetime) -> Complaint | None:
    """The newest leak somebody works on or has worked on, of which nothing is said yet."""
    rows = Complaint.objects.filter(estate=estate, received_at__lt=at, restricted=False, warranty=None)
    rows = rows.filter(handler__isnull=False, lead=None).exclude(outcome=Outcome.VOID)
    rows = rows.select_related("estate").order_by("-received_at", "-pk")[:60]
    return next((case for case in rows if any(word in case.content for word in LEAKS)), None)
