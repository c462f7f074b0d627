"""Abnormal complaints of the demo's past, and the media asking and letting go: each at another step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from complaints import actions
from complaints.management.demo.outside import _matter
from complaints.management.demo.replay import DAY, HOUR, Story
from complaints.models import Complaint
from staff.models import Estate

if TYPE_CHECKING:
    from complaints.management.demo.past import Past

SCRATCH = "车在地库被划了，开始说赔2000，现在要20万！我不去定损，不给钱我就天天发抖音、拉横幅。"
SIGNS = (
    ("groundless", "划痕修补报价2000元，索要20万元。", "维修厂报价单"),
    ("rising", "首日要求2000元，次日改口5万元，第三日改口20万元。", "来电录音三段"),
    ("byways", "扬言不给钱就天天发抖音、在大门口拉横幅。", "前台来电录音"),
    ("no_proof", "三次约其共同定损均拒绝，也不提供行驶记录仪视频。", "短信往来截图"),
)
FOUND = "划痕属实，报价2000元；由客服主管牵头，请业主共同定损，三日内书面答复。"
NOISE = "楼上装修吵得我神经衰弱，物业不赔我十万精神损失费，我就把你们的照片贴满小区。"
NOISE_SIGNS = (
    ("groundless", "装修在规定时段内进行，仍索要十万元。", "施工登记与巡查记录"),
    ("pressure", "连续三日到前台大声辱骂并拍摄工作人员。", "前台监控"),
)
REFUND = "停车费多收了三个月，不退我就去告你们。"
REPORTER = "业主反映地库长期积水，都市频道记者来电求证。"
DROPPED = "都市频道记者来电：业主已说明整改进度，本台不再采访。"


def stories(past: Past) -> Iterator[Story]:
    first, second = past.company.estates
    yield _marked(past, first, 34)
    yield _suggested(past, second, 2)
    yield _declined(past, second, 95)
    yield _asked(past, first, 12)


def _note(past: Past, case: Complaint, signs: tuple[tuple[str, str, str], ...], at: datetime) -> None:
    day = at.astimezone(case.estate.zone).date()
    for sign, fact, evidence in signs:
        past._do(
            actions.note_sign, case, sign=sign, note=fact, on=day, evidence=evidence,
            by=case.first_receiver, at=at,
        )  # fmt: skip


def _marked(past: Past, estate: Estate, days: int) -> Story:
    """Four signs, decided, reviewed once after thirty days, and still worked on with the law on its side."""
    matter = _matter("parking")
    yield (at := past._work_time(past.now - days * DAY, estate))
    case = past._take(
        matter, estate, at, words=SCRATCH, media_threatened=True, demand="compensate", restricted=True
    )
    manager, supervisor = past._who(estate, "jingli"), past._who(estate, "zhuguan")
    past._add(_decide(past, case, at), at)
    yield (at := at + HOUR)
    past._do(
        actions.classify, case, severity="important", category=case.category, handler=supervisor, by=supervisor,
        at=at,
    )  # fmt: skip
    yield (at := at + HOUR)
    past._do(actions.accept, case, note=FOUND, by=supervisor, at=at)
    past._do(
        actions.answer, case, note="请您先到维修厂定损，我们派人陪同；定损后三日内按程序协商。", method="phone",
        by=case.first_receiver, at=at,
    )  # fmt: skip
    yield (at := past._work_time(at + DAY, estate))
    past._do(
        actions.act,
        case,
        note="报派出所备案，调取地库监控存档，通过12345书面说明情况。",
        by=supervisor,
        at=at,
    )
    yield (at := past._work_time(past.now - (days - 29) * DAY, estate))
    past._do(actions.review_abnormal, case, stays=True, note="仍拒绝定损，维持认定。", by=manager, at=at)


def _decide(past: Past, case: Complaint, at: datetime) -> Story:
    estate = case.estate
    manager, supervisor = past._who(estate, "jingli"), past._who(estate, "zhuguan")
    yield (at := past._work_time(at + 5 * HOUR, estate))
    _note(past, case, SIGNS, at)
    yield (at := past._work_time(at + HOUR, estate))
    past._do(actions.propose_abnormal, case, note="四项迹象属实，证据齐全。", by=supervisor, at=at)
    yield (at := past._work_time(at + 2 * HOUR, estate))
    past._do(
        actions.decide_abnormal, case, abnormal=True, circle=[supervisor, past._who(estate, "zhixu")],
        note="依法定损协商，报派出所备案，通过12345书面答复。", by=manager, at=at,
    )  # fmt: skip


def _suggested(past: Past, estate: Estate, days: int) -> Story:
    """Two signs: the supervisor has yet to check them."""
    matter = _matter("noise")
    yield (at := past._work_time(past.now - days * DAY, estate))
    case = past._take(matter, estate, at, words=NOISE, demand="compensate")
    yield (at := at + HOUR)
    _note(past, case, NOISE_SIGNS, at)
    yield from past._work(case, matter, at, 0.9)


def _declined(past: Past, estate: Estate, days: int) -> Story:
    """Two signs, but he was right: not abnormal, and handled like any other."""
    matter = _matter("fees")
    yield (at := past._work_time(past.now - days * DAY, estate))
    case = past._take(matter, estate, at, words=REFUND)
    yield (at := at + HOUR)
    signs = (("groundless", "无缴费凭证，要求退三个月。", ""), ("pressure", "一日内来电九次。", "通话记录"))
    _note(past, case, signs, at)
    past._do(actions.propose_abnormal, case, note="请审定。", by=past._who(estate, "zhuguan"), at=at + HOUR)
    past._do(
        actions.decide_abnormal, case, abnormal=False, note="核对账目确有多收，诉求有据。",
        by=past._who(estate, "jingli"), at=at + 2 * HOUR,
    )  # fmt: skip
    yield from past._work(case, matter, at + 2 * HOUR, 0.9)


def _asked(past: Past, estate: Estate, days: int) -> Story:
    """A reporter asked, and withdrew the question when the work was shown to him."""
    matter = _matter("water-power")
    yield (at := past._work_time(past.now - days * DAY, estate))
    case = past._take(matter, estate, at, words="地库积水三天没人抽，车都没法开。")
    past._add(_drop(past, case, at), at)
    yield from past._work(case, matter, at, 0.9)


def _drop(past: Past, case: Complaint, at: datetime) -> Story:
    yield (at := past._work_time(at + 2 * HOUR, case.estate))
    past._do(actions.note_media, case, note=REPORTER, by=case.first_receiver, at=at)
    yield (at := past._work_time(at + 20 * HOUR, case.estate))
    past._do(actions.drop_media, case, note=DROPPED, by=past._who(case.estate, "jingli"), at=at)
