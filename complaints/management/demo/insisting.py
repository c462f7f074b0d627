"""Customers of the demo who insist, each decision at another step; and posts on the network (W12, L2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaints import actions
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.management.demo.texts import matter_of, opinion_of
from complaints.models import Complaint
from staff.models import Estate

#: kind, words of the complaint, what the customer insists on, what we can do, the superior's words for him.
CASES = (
    (
        "fees", "地库漏水把车顶滴花了，物业费我一年都不交了！",
        "要求免一年物业费（约 4,300 元），否则不交费、不撤诉。",
        "可以免费抛光处理车顶，漏点已封堵；减免当月车位管理费可按赔付/减免申请。",
        "漏点已封堵，车顶由我们请专业店处理。物业费按合同收取；当月车位管理费的减免已提交审批，周五前把结果告诉您。",
    ),
    (
        "noise", "楼上晚上十一点还在跑步机上跑，你们上去说了三次都没用。",
        "要求物业没收楼上的跑步机。",
        "可以每晚 22 点后上门劝阻并记录，出面约双方到社区调解，协助报警。",
        "我们无权处置住户物品。今晚起 22 点后安排秩序员上门劝阻并留记录，周三请社区调解员约双方面谈。",
    ),
    (
        "parking", "固定车位又被占，我打电话等了四十分钟没人来。",
        "要求以后有人占位就锁车，并赔偿误工费 2,000 元。",
        "可以加装车位锁（免安装费），秩序员 10 分钟内到场联系挪车；误工费需票据，另行审批。",
        "车位锁本周内免费给您装好，今后有人占位，秩序员 10 分钟内到场联系挪车；误工费请您提供凭证，我们按程序审批后答复。",
    ),
    (
        "repairs", "卫生间漏水修了两次还漏，我要求全部重做。",
        "要求把整个卫生间防水和瓷砖全部重做。",
        "可以重做漏水侧墙面及地面防水，更换受损瓷砖，保修两年。",
        "",
    ),
)  # fmt: skip
OPINION = "建议同意部分：防水按漏点范围重做，不整间重做；请项目经理决定。"
FORUM = (
    "lifts", "业主论坛发帖《3号楼电梯一个月坏四次，物业在干什么》，跟帖 60 余条。",
    ("电梯为什么一个月坏四次？", "维修费是不是从公共收益里出的？", "什么时候换新电梯？"),
    ("门机皮带老化，已全部更换并试运行。", "在维保合同范围内，由维保单位承担，未动用公共收益。"),
    "是否更换须由业主大会表决，本帖不作答复，已转业主委员会。",
)  # fmt: skip
GROUP = (
    "cleaning", "业主群里多人贴照片：5号楼垃圾桶两天没清，还有蚊虫。",
    ("垃圾多久清一次？", "什么时候消杀？"),
)  # fmt: skip


def stories(replay: Replay) -> Iterator[Story]:
    first, second = replay.company.estates
    yield _insists(replay, first, 24, 0, "told")
    yield _insists(replay, second, 1.2, 1, "decided")
    yield _insists(replay, first, 0.3, 2, "waits")
    yield _insists(replay, second, 4.2, 3, "climbs")
    yield _insists(replay, first, 1.1, 3, "passed")
    yield _posted(replay, first, 9)
    yield _half_answered(replay, second, 0.4)


def _worked(replay: Replay, estate: Estate, days: float) -> datetime:
    """Working time so long ago, or a day earlier where that is still to come."""
    at = replay.work_time(replay.now - days * DAY, estate)
    return at if at < replay.now - HOUR else at - DAY


def _taken(replay: Replay, estate: Estate, kind: str, words: str, channel: str, at: datetime) -> Complaint:
    """In work, with its department's opinion."""
    matter = matter_of(kind)
    case = replay.take(matter, estate, at, words=words, channel=channel)
    handler = replay.handler(estate, matter)
    replay.do(
        actions.classify, case, severity="important", category=case.category, handler=handler,
        department=replay.department(estate, matter), by=replay.who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    replay.do(actions.accept, case, note=opinion_of(kind, "important"), by=handler, at=at)
    return case


def _insists(replay: Replay, estate: Estate, days: float, number: int, how_far: str) -> Story:
    kind, words, asks, offers, answer = CASES[number]
    supervisor, manager = replay.who(estate, "zhuguan"), replay.who(estate, "jingli")
    yield (at := _worked(replay, estate, days))
    case = _taken(replay, estate, kind, words, "walk_in", at)
    replay.do(actions.ask_superior, case, note=asks, offers=offers, by=case.first_receiver, at=at)
    row = case.superior_requests.first()
    if row is None or how_far in ("waits", "climbs"):
        return
    yield (at := at + 2 * HOUR)
    if how_far == "passed":
        replay.do(actions.pass_up, row, opinion=OPINION, by=supervisor, at=at)
        return
    if how_far == "told":
        replay.do(actions.pass_up, row, opinion="涉及收费，请项目经理决定。", by=supervisor, at=at)
        yield (at := replay.work_time(at + 4 * HOUR, estate))
    replay.do(
        actions.decide_superior, row, outcome="partly", note=answer, comment="合同无减免依据。",
        by=manager if how_far == "told" else supervisor, at=at,
    )  # fmt: skip
    if how_far == "told":
        yield (at := at + HOUR / 2)
        replay.do(actions.answer, case, note=answer, method="phone", by=case.first_receiver, at=at)


def _post(replay: Replay, case: Complaint, points: tuple[str, ...], platform: str, at: datetime) -> None:
    replay.do(
        actions.note_post, case, platform=platform, link=f"https://bbs.example.com/t/{case.pk}",
        posted_at=at - HOUR, note="\n".join(points), by=case.first_receiver, at=at,
    )  # fmt: skip


def _posted(replay: Replay, estate: Estate, days: float) -> Story:
    """Two points answered, one left out for a reason, and the answer below the post."""
    kind, words, points, answers, reason = FORUM
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = _taken(replay, estate, kind, words, "forum", at)
    _post(replay, case, points, "业主论坛", at)
    post = case.online_posts.first()
    if post is None:
        return
    yield (at := at + HOUR)
    for point, answer in zip(post.points.all(), (*answers, reason), strict=True):
        replay.do(
            actions.answer_point, case, point=point, note=answer, left_out=answer == reason,
            by=case.first_receiver, at=at,
        )  # fmt: skip
    note = "\n".join(["感谢各位业主的监督。就帖中问题答复如下：", *answers, f"{estate.name}客户服务中心"])
    replay.do(
        actions.answer_post, case, note=note, answer_link=f"{post.link}#reply-61", by=case.first_receiver,
        at=at,
    )  # fmt: skip


def _half_answered(replay: Replay, estate: Estate, days: float) -> Story:
    """One point is still to be answered: nothing can be posted yet."""
    kind, words, points = GROUP
    yield (at := _worked(replay, estate, days))
    case = _taken(replay, estate, kind, words, "group", at)
    _post(replay, case, points, "业主群", at)
    post = case.online_posts.first()
    if post and (point := post.points.first()):
        replay.do(
            actions.answer_point, case, point=point, note="每天 7 点、14 点、20 点各清运一次，今天已补清。",
            by=case.first_receiver, at=at,
        )  # fmt: skip
