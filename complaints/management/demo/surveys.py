"""Satisfaction surveys of the first estate 满意度调查: one of last year, one answered to owners, one that runs.

Both buildings' homes answer by link and on paper; the second survey has about three hundred answers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime

from complaints.actions import survey_answers
from complaints.actions import surveys as acts
from complaints.actions.survey_rows import today
from complaints.channels.customers import link_token
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.models import Survey, SurveyInvitation
from complaints.surveys import USUAL_ITEMS
from staff.models import Estate

#: Of each item: how important it is to owners, how satisfied they were half a year ago, and how they are now.
MEANS = {
    "设备": (4.6, 3.1, 2.9),
    "治安": (4.5, 3.9, 4.2),
    "消防": (4.4, 3.6, 3.9),
    "停车": (4.3, 2.6, 2.5),
    "清洁": (4.1, 3.8, 4.0),
    "绿化": (3.2, 3.9, 4.1),
    "消杀": (3.1, 3.2, 3.1),
    "客服": (3.6, 3.9, 4.2),
    "投诉处理": (4.2, 3.0, 3.5),
    "收费透明": (3.5, 3.0, 3.2),
}
WORDS = (
    "电梯经常停，早上等十几分钟。", "地库车位太难找，外来车占位。", "保洁师傅很认真，楼道干净。",
    "门岗态度好，晚上巡逻放心。", "投诉有回音了，比去年强。", "希望公示维修资金的使用。",
    "夏天蚊子多，请多消杀几次。", "充电桩不够用，排队到半夜。", "前台接电话快，解释清楚。",
)  # fmt: skip
INTRO = "为了做好下一年的服务，请您对以下各项说说有多重要、是否满意。不记名，两分钟即可完成。"
INTRO_EN = "Tell us what matters to you and how satisfied you are. Two minutes, without your name."
ANSWER = (
    "感谢大家的参与。设备和停车是大家最看重、也最不满意的两项：\n"
    "一、两台故障最多的电梯明年三月底前大修，每月在公告栏公布故障次数。\n"
    "二、地库下月起清理外来车辆，新增固定车位指引，年底前增加十二个充电位。\n"
    "消杀从每月一次增加到每月两次。半年后我们再请大家评价。"
)
ANSWER_EN = (
    "Thank you. Equipment and parking matter most to you and satisfy you least. Two lifts are overhauled by the"
    " end of March; from next month cars of strangers are kept out of the garage, and twelve charging places are added."
)


def stories(replay: Replay) -> Iterator[Story]:
    estate = replay.company.estates[0]
    yield _before(replay, estate)
    yield _answered(replay, estate)
    yield _running(replay, estate)


def _plan(replay: Replay, estate: Estate, title: tuple[str, str], first: date, last: date) -> acts.Plan:
    return acts.Plan(
        title=title[0], title_en=title[1], estates=[estate], starts_on=first, ends_on=last, items=USUAL_ITEMS,
        intro=INTRO, intro_en=INTRO_EN, remind_on=first + 5 * DAY,
    )  # fmt: skip


def _begun(replay: Replay, estate: Estate, title: tuple[str, str], at: datetime, days: int) -> Survey | None:
    manager = replay.who(estate, "jingli")
    row = replay.do(
        acts.plan, _plan(replay, estate, title, today(at), today(at) + days * DAY), by=manager, at=at
    )
    return replay.do(acts.start, row, by=manager, at=at) if row else None


def _before(replay: Replay, estate: Estate) -> Story:
    yield (at := replay.work_time(replay.now - 215 * DAY, estate))
    row = _begun(replay, estate, ("上半年满意度调查", "Survey of the first half year"), at, 13)
    if row is None:
        return
    yield (at := at + 6 * DAY)
    _some(replay, row, at, 0.55, now=False)
    yield (at := replay.work_time(at + 8 * DAY, estate))
    replay.do(acts.close, row, note="问卷已收齐。", by=replay.who(estate, "jingli"), at=at)


def _answered(replay: Replay, estate: Estate) -> Story:
    yield (at := replay.work_time(replay.now - 34 * DAY, estate))
    row = _begun(replay, estate, ("下半年满意度调查", "Survey of the second half year"), at, 13)
    if row is None:
        return
    yield (at := at + 4 * DAY)
    _some(replay, row, at, 0.5, now=True)
    yield (at := at + 5 * DAY)
    _some(replay, row, at, 0.6, now=True)
    manager = replay.who(estate, "jingli")
    yield (at := replay.work_time(at + 3 * DAY, estate))
    replay.do(acts.close, row, note="问卷已收齐。", by=manager, at=at)
    yield (at := replay.work_time(at + 5 * DAY, estate))
    row.refresh_from_db()
    replay.do(acts.publish, row, answer=ANSWER, answer_en=ANSWER_EN, version=row.version, by=manager, at=at)


def _running(replay: Replay, estate: Estate) -> Story:
    yield (at := replay.work_time(replay.now - 4 * DAY, estate))
    row = _begun(replay, estate, ("电梯大修前意见征集", "Before the lifts are overhauled"), at, 10)
    if row:
        yield replay.now - 2 * HOUR
        _some(replay, row, replay.now - 2 * HOUR, 0.2, now=True)


def _some(replay: Replay, row: Survey, at: datetime, share: float, *, now: bool) -> None:
    """Of those that have not answered, so many do, every third on paper."""
    dice = random.Random(row.pk * 100 + at.day)
    items = list(row.items.all())
    clerk = replay.who(replay.company.estates[0], "qiantai")
    waiting = SurveyInvitation.objects.filter(survey=row, answered_on=None).select_related("unit")
    for n, asked in enumerate(waiting.order_by("pk")):
        if dice.random() > share:
            continue
        ratings = {
            item.pk: (_near(dice, MEANS[item.zh][0]), _near(dice, MEANS[item.zh][2 if now else 1]))
            for item in items
            if dice.random() < 0.96
        }
        words = dice.choice(WORDS) if dice.random() < 0.12 else ""
        if n % 3:
            token = link_token(asked.key)
            replay.do(survey_answers.answer_by_link, token, ratings=ratings, words=words, at=at)
        else:
            replay.do(
                survey_answers.enter, row, unit=asked.unit, ratings=ratings, words=words, by=clerk, at=at
            )


def _near(dice: random.Random, mean: float) -> int:
    return max(1, min(5, round(dice.gauss(mean, 0.8))))
