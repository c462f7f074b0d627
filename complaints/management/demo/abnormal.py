"""Abnormal complaints of the demo's past, and the media asking and letting go: each at another step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaints import actions
from complaints.management.demo.handling import work
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.management.demo.texts import matter_of, opinion_of
from complaints.models import Complaint
from staff.models import Estate

SCRATCH = "车在地库被划了，开始说赔2000，现在要20万！我不去定损，不给钱我就天天发抖音、拉横幅。"
SIGNS = (
    ("groundless", "划痕修补报价2000元，索要20万元。", "维修厂报价单"),
    ("rising", "首日要求2000元，次日改口5万元，第三日改口20万元。", "来电录音三段"),
    ("byways", "扬言不给钱就天天发抖音、在大门口拉横幅。", "前台来电录音"),
    ("no_proof", "三次约其共同定损均拒绝，也不提供行驶记录仪视频。", "短信往来截图"),
)
NOISE = "楼上装修吵得我神经衰弱，物业不赔我十万精神损失费，我就把你们的照片贴满小区。"
NOISE_SIGNS = (
    ("groundless", "装修在规定时段内进行，仍索要十万元。", "施工登记与巡查记录"),
    ("pressure", "连续三日到前台大声辱骂并拍摄工作人员。", "前台监控"),
)
REFUND = "停车费多收了三个月，不退我就去告你们。"
REPORTER = "业主反映地库长期积水，都市频道记者来电求证。"
DROPPED = "都市频道记者来电：业主已说明整改进度，本台不再采访。"


def stories(replay: Replay) -> Iterator[Story]:
    first, second = replay.company.estates
    yield _marked(replay, first, 34)
    yield _suggested(replay, second, 2)
    yield _declined(replay, second, 95)
    yield _asked(replay, first, 12)


def _note(replay: Replay, case: Complaint, signs: tuple[tuple[str, str, str], ...], at: datetime) -> None:
    day = at.astimezone(case.estate.zone).date()
    for sign, fact, evidence in signs:
        replay.do(
            actions.note_sign, case, sign=sign, note=fact, on=day, evidence=evidence,
            by=case.first_receiver, at=at,
        )  # fmt: skip


def _marked(replay: Replay, estate: Estate, days: int) -> Story:
    """Four signs, decided, reviewed once after thirty days, and still worked on with the law on its side."""
    matter = matter_of("parking")
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = replay.take(
        matter, estate, at, words=SCRATCH, media_threatened=True, demand="compensate", restricted=True
    )
    manager, supervisor = replay.who(estate, "jingli"), replay.who(estate, "zhuguan")
    replay.add(_decide(replay, case, at), at)
    yield (at := at + HOUR)
    replay.do(
        actions.classify, case, severity="important", category=case.category, handler=supervisor, by=supervisor,
        at=at,
    )  # fmt: skip
    yield (at := at + HOUR)
    replay.do(actions.give_opinion, case, note=opinion_of(matter.category, "important"), by=supervisor, at=at)
    replay.do(
        actions.answer, case, note="请您先到维修厂定损，我们派人陪同；定损后三日内按程序协商。", method="phone",
        by=case.first_receiver, at=at,
    )  # fmt: skip
    yield (at := replay.work_time(at + DAY, estate))
    replay.do(
        actions.act,
        case,
        note="报派出所备案，调取地库监控存档，通过12345书面说明情况。",
        by=supervisor,
        at=at,
    )
    yield (at := replay.work_time(replay.now - (days - 29) * DAY, estate))
    replay.do(actions.review_abnormal, case, stays=True, note="仍拒绝定损，维持认定。", by=manager, at=at)


def _decide(replay: Replay, case: Complaint, at: datetime) -> Story:
    estate = case.estate
    manager, supervisor = replay.who(estate, "jingli"), replay.who(estate, "zhuguan")
    yield (at := replay.work_time(at + 5 * HOUR, estate))
    _note(replay, case, SIGNS, at)
    yield (at := replay.work_time(at + HOUR, estate))
    replay.do(actions.propose_abnormal, case, note="四项迹象属实，证据齐全。", by=supervisor, at=at)
    yield (at := replay.work_time(at + 2 * HOUR, estate))
    replay.do(
        actions.decide_abnormal, case, abnormal=True, circle=[supervisor, replay.who(estate, "zhixu")],
        note="依法定损协商，报派出所备案，通过12345书面答复。", by=manager, at=at,
    )  # fmt: skip


def _suggested(replay: Replay, estate: Estate, days: int) -> Story:
    """Two signs: the supervisor has yet to check them."""
    matter = matter_of("noise")
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = replay.take(matter, estate, at, words=NOISE, demand="compensate")
    yield (at := at + HOUR)
    _note(replay, case, NOISE_SIGNS, at)
    yield from work(replay, case, matter, at, 0.9)


def _declined(replay: Replay, estate: Estate, days: int) -> Story:
    """Two signs, but he was right: not abnormal, and handled like any other."""
    matter = matter_of("fees")
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = replay.take(matter, estate, at, words=REFUND)
    yield (at := at + HOUR)
    signs = (("groundless", "无缴费凭证，要求退三个月。", ""), ("pressure", "一日内来电九次。", "通话记录"))
    _note(replay, case, signs, at)
    replay.do(actions.propose_abnormal, case, note="请审定。", by=replay.who(estate, "zhuguan"), at=at + HOUR)
    replay.do(
        actions.decide_abnormal, case, abnormal=False, note="核对账目确有多收，投诉有据。",
        by=replay.who(estate, "jingli"), at=at + 2 * HOUR,
    )  # fmt: skip
    yield from work(replay, case, matter, at + 2 * HOUR, 0.9)


def _asked(replay: Replay, estate: Estate, days: int) -> Story:
    """A reporter asked, and withdrew the question when the work was shown to him."""
    matter = matter_of("water-power")
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = replay.take(matter, estate, at, words="地库积水三天没人抽，车都没法开。")
    replay.add(_drop(replay, case, at), at)
    yield from work(replay, case, matter, at, 0.9)


def _drop(replay: Replay, case: Complaint, at: datetime) -> Story:
    yield (at := replay.work_time(at + 2 * HOUR, case.estate))
    replay.do(actions.note_media, case, note=REPORTER, by=case.first_receiver, at=at)
    yield (at := replay.work_time(at + 20 * HOUR, case.estate))
    replay.do(actions.drop_media, case, note=DROPPED, by=replay.who(case.estate, "jingli"), at=at)
