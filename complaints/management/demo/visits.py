"""Site visits of the demo's cases 上门: of every outcome, one where nobody has come, some still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from complaints.actions import site_visits as acts
from complaints.actions.site_visits import Plan
from complaints.actions.visits_due import remind_due
from complaints.management.demo.evidence import a_photo
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.models import Complaint, SiteVisit
from complaints.statuses import Status
from staff.models import Estate

#: Cases whose work goes on, so that somebody is sent.
AT_WORK = (Status.CLASSIFIED, Status.ACTING)


def stories(replay: Replay) -> Iterator[Story]:
    for estate in replay.company.estates[:2]:
        yield _met(replay, estate.code)
        yield _in_vain(replay, estate.code)
        yield _missed(replay, estate.code)
        yield _waiting(replay, estate.code)


def _cases(replay: Replay, code: str, at: datetime) -> list[Complaint]:
    """Those somebody works on, the newest first."""
    rows = Complaint.objects.filter(
        estate__code=code, status__in=AT_WORK, received_at__lt=at, restricted=False, handler__isnull=False,
        lead__isnull=True,
    )  # fmt: skip
    return list(
        rows.select_related("estate", "handler", "first_receiver").order_by("-received_at", "-pk")[:6]
    )


def _office_hours(at: datetime, estate: Estate) -> datetime:
    """`at`, or nine o'clock where the afternoon would be too short; no dice, which others' stories throw."""
    local = at.astimezone(estate.zone)
    if time(9) <= local.time() <= time(12):
        return at
    day = local.date() if local.time() < time(9) else local.date() + DAY
    return datetime.combine(day, time(9), estate.zone)


def _arrange(
    replay: Replay, case: Complaint, purpose: str, starts_at: datetime, at: datetime, **more: Any
) -> SiteVisit | None:
    """The handler goes, for an hour or two; agreed on by phone by whoever took the complaint."""
    handler = case.handler
    if handler is None:
        return None
    agreed = more.pop("agreed", "phone")
    plan = Plan(purpose, handler, agreed, starts_at, starts_at + 2 * HOUR)
    found: SiteVisit | None = replay.do(
        acts.arrange, case, plan=plan, anyway=True, by=case.first_receiver, at=at, **more
    )
    return found


def _there(
    replay: Replay, row: SiteVisit | None, at: datetime, *, later: timedelta = 0 * MINUTE, **found: Any
) -> None:
    """Arrived, found, left; `later`: entered so long after."""
    if row is None:
        return
    who = row.visitor
    done = {"done_at": at} if later else {}
    replay.do(acts.arrive, row, by=who, at=at + later, **done)
    replay.do(acts.find, row, by=who, at=at + later + 15 * MINUTE, **found)
    replay.do(acts.leave, row, by=who, at=at + later + 25 * MINUTE)


def _met(replay: Replay, code: str) -> Story:
    """Water at the customer's: seen with him, photos, done on the spot; and a common area without appointment."""
    yield (at := replay.now - 4 * DAY)
    cases = _cases(replay, code, at)
    if len(cases) < 2:
        return
    case, other = cases[:2]
    yield (at := _office_hours(at + HOUR, case.estate))
    row = _arrange(replay, case, "入户查看现场，确认原因和处理办法", at + 3 * HOUR, at)
    hall = _arrange(replay, other, "查看大堂和走廊公共部位", at + 2 * HOUR, at, agreed="none")
    yield (at := at + 2 * HOUR + 10 * MINUTE)
    _there(
        replay, hall, at, outcome="looked", found="公共部位现场已查看，情况与投诉一致。", later=3 * HOUR,
        measures="现场先行围挡，放置提示牌。",
    )  # fmt: skip
    yield (at := at + HOUR)
    if row:
        shot = a_photo(5, row.visitor, at)
        _there(
            replay, row, at, outcome="met", found="与客户一起查看，问题属实，位置已标记。", files=[shot],
            measures="当场临时处理，约定材料到后复修。", first_scene=True,
        )  # fmt: skip


def _in_vain(replay: Replay, code: str) -> Story:
    """Nobody at home, a note left, a new appointment; elsewhere not let in; one called off by the customer."""
    yield (at := replay.now - 3 * DAY)
    cases = _cases(replay, code, at)
    if len(cases) < 4:
        return
    case, other, third = cases[1:4]
    yield (at := _office_hours(at, case.estate))
    row = _arrange(replay, case, "入户核实并拍照", at + 2 * HOUR, at)
    shut = _arrange(replay, other, "入户查看，了解经过", at + 4 * HOUR, at)
    off = _arrange(replay, third, "上门沟通处理方案", at + DAY, at)
    yield (at := at + 2 * HOUR + 5 * MINUTE)
    _there(replay, row, at, outcome="absent", note_left=True)
    if off:
        replay.do(acts.call_off, off, note="客户来电：已在电话里说清，不用上门。", asked_by="customer",
                  by=off.visitor, at=at + HOUR)  # fmt: skip
    yield (at := at + 2 * HOUR)
    _there(replay, shut, at, outcome="refused", found="客户在门口表示暂不方便，改日再约。")
    if row:
        start = _office_hours(replay.now + DAY, case.estate)
        _arrange(replay, case, row.purpose, start, at + HOUR, follows=row)


def _missed(replay: Replay, code: str) -> Story:
    """Moved at the customer's wish, then missed by us."""
    yield (at := replay.now - 2 * DAY)
    cases = _cases(replay, code, at)
    if not cases:
        return
    case = cases[-1]
    yield (at := _office_hours(at, case.estate))
    row = _arrange(replay, case, "入户复查维修效果", at + HOUR, at)
    if row is None:
        return
    start = at + 5 * HOUR
    replay.do(
        acts.move, row, note="客户临时外出，改到下午。", asked_by="customer", starts_at=start,
        ends_at=start + HOUR, by=case.first_receiver, at=at + 20 * MINUTE,
    )  # fmt: skip
    yield (at := start + 40 * MINUTE)
    remind_due(at)
    row.refresh_from_db()
    replay.do(
        acts.miss, row, note="上一户抢修超时，未能赶到，也没有提前告知客户。", by=row.visitor, at=at + HOUR
    )


def _waiting(replay: Replay, code: str) -> Story:
    """As it stands now: somebody is late, somebody is there, somebody goes next."""
    now = replay.now.replace(second=0, microsecond=0)
    yield (at := now - DAY)
    cases = _cases(replay, code, at)
    if len(cases) < 3:
        return
    end = _working(now, cases[0].estate)
    yield (at := end - 3 * HOUR)
    late = _arrange(replay, cases[0], "入户查看渗水点", end - 50 * MINUTE, at)
    there = _arrange(replay, cases[1], "入户安装前测量", end - 30 * MINUTE, at)
    _arrange(replay, cases[2], "入户查看并确认处理方案", _office_hours(now + HOUR, cases[2].estate), at)
    yield (at := end - 25 * MINUTE)
    if there and end == now:
        replay.do(acts.arrive, there, by=there.visitor, at=at)
    elif there:
        _there(replay, there, at, outcome="met", found="尺寸已量，墙面平整，可以安装。")
    yield end - 10 * MINUTE
    if late:
        remind_due(end - 10 * MINUTE)


def _working(now: datetime, estate: Estate) -> datetime:
    """Now by day; at night when the last afternoon ended, for nobody visits then."""
    local = now.astimezone(estate.zone)
    if time(9) <= local.time() <= time(18):
        return now
    day = local.date() if local.time() > time(18) else local.date() - DAY
    return datetime.combine(day, time(17), estate.zone)
