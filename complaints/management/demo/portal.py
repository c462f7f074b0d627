"""What owners said on the portal themselves: taken and worked on, settled, and some still waiting today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from complaints import actions
from complaints.actions import portal_drafts, portal_reports
from complaints.management.demo.posted_places import where_it_was_seen
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.models import Complaint, ContactNote
from staff.models import Estate

#: How long ago, what it is, the common area, in what words, what was asked for, what became of it.
REPORTS: tuple[tuple[timedelta, str, str, str, str, str], ...] = (
    (40 * DAY, "complaint", "lift", "电梯门反复开合，老人不敢坐，已经三天了。", "请尽快检修", "worked"),
    (16 * DAY, "complaint", "grounds", "草坪浇水的水管一直在漏，路面全是水。", "", "worked"),
    (3 * DAY, "suggestion", "gate", "建议晚上十点以后大门照明再亮一些。", "", "answered"),
    (26 * HOUR, "complaint", "stairs", "楼道里堆了好几天的装修垃圾，没人清理。", "请今天清走", "claimed"),
    (50 * MINUTE, "repair", "", "厨房水龙头一直滴水，关不紧。", "", ""),
    (25 * MINUTE, "complaint", "garage", "地下车库坡道灯全灭，看不清路，很危险。", "请先装临时照明", ""),
)
PRAISED = (9 * DAY, "praise", "", "感谢保安小刘下雨天帮老人把东西提上楼。", "", "answered")
AREAS = {"lift": "电梯", "grounds": "园区", "gate": "大门", "stairs": "楼梯间", "garage": "车库"}


def stories(replay: Replay) -> Iterator[Story]:
    for n, said in enumerate((*REPORTS, PRAISED)):
        yield _sent(replay, replay.company.estates[n % 2 if n < 4 else 0], *said)


def _sent(
    replay: Replay, estate: Estate, ago: timedelta, kind: str, area: str, words: str, remedy: str, then: str
) -> Story:
    at = replay.now - ago
    yield (at := replay.work_time(at, estate) if ago > DAY else at)
    home = replay.dice.choice(replay.residents[estate.pk])
    place: dict[str, Any] = {"unit": home.unit_id}
    if area and home.unit.building:
        place = {"building": home.unit.building_id, "place": f"{home.unit.building} {AREAS[area]}"}
        place["poster"] = where_it_was_seen(estate, area, home.unit.building_id)
    phone = replay.phone(home)
    _draft, secret = portal_drafts.begin(
        network="", at=at, estate=estate, kind=kind, words=words, remedy=remedy, who="named",
        name=home.owner.name, phone=phone, verified=phone, where_done=True, **place,
    )  # fmt: skip
    draft = portal_reports.send(secret, network="", at=at)
    if not then:
        return
    clerk = replay.who(estate, "qiantai")
    yield (at := replay.work_time(at + 12 * MINUTE, estate))
    if draft.note:
        replay.do(actions.take_waiting_note, draft.note, by=clerk, at=at)
        yield (at := replay.work_time(at + 3 * HOUR, estate))
        note = ContactNote.objects.get(pk=draft.note.pk)
        replay.do(
            actions.edit_note, note, outcome="已转告相关部门，谢谢您。", external_number="", by=clerk, at=at
        )
        return
    if not draft.complaint:
        return
    case = Complaint.objects.get(pk=draft.complaint.pk)
    replay.do(actions.claim, case, by=clerk, at=at)
    if then == "worked":
        yield (at := replay.work_time(at + HOUR, estate))
        replay.do(
            actions.withdraw, case, note="已处理好，业主来电表示满意，撤回投诉。", confirmed_by="phone",
            by=clerk, at=at,
        )  # fmt: skip
