"""The demo desk's words: texts filled from the case, an estate's own wording, and phrases sent all the same."""

from __future__ import annotations

from datetime import datetime

from complaints.actions.reply_values import texts_for
from complaints.actions.reply_words import first_reply_words, save_words
from complaints.models import Complaint, ForbiddenPhrase, ReplyTemplate
from complaints.reply_texts import Occasion, unfilled
from staff.models import Estate, User

#: What is said where no text fits.
PLAIN = "已安排专人处理，会尽快给您结果，请保持电话畅通。"
#: Every so many cases somebody sends a phrase all the same: the words, and why.
SELDOM = 19
SENT = (
    ("电梯配件厂家答复保证本周到货，到货当天安装。", "照录厂家书面答复，附件可查"),
    ("费用分摊的比例我们不清楚，已请财务核对，今天 17:00 前答复您。", "如实说明尚在核对，并已告知答复时间"),
    ("补开的发票您要去财务部领取，已约好今天下午三点。", "客户要求当面领取，时间已约好"),
)


def keep_words(estates: list[Estate], supervisors: list[User], *, by: User) -> None:
    """The words a company starts with, and what the first estate says in its own way."""
    first_reply_words(by=by)
    own = {
        "occasion": Occasion.RECEIPT,
        "key": "slgz",
        "title": "受理告知（锦绣花园）",
        "zh": "{称呼}：您好！您反映的问题已受理，编号 {编号}。{首问责任人}会跟进到办结，{下次告知时间}前告诉您处理安排。"
        "前台就在 1 号楼大堂，也可致电 {服务电话}。\n{客户服务中心}",
        "estate": estates[0],
    }
    save_words(ReplyTemplate(), own, by=supervisors[0])
    phrase = {
        "words": "找社区去",
        "language": "zh",
        "why_zh": "客户会觉得被推给别人。",
        "instead": "我先帮您问清社区的办理时间和所需材料",
        "estate": estates[0],
    }
    save_words(ForbiddenPhrase(), phrase, by=supervisors[0])


def answer_words(case: Complaint, *, by: User, at: datetime) -> dict[str, str]:
    """What the answer on the way says: a text of the house, or now and then a phrase with its reason."""
    if case.pk % SELDOM == 0:
        note, reason = SENT[case.pk // SELDOM % len(SENT)]
        return {"note": note, "phrase_reason": reason}
    texts = texts_for(case, "answer", by=by, now=at, shows_name=True)
    whole = [one.text for one in texts if one.occasion == Occasion.FIRST and not unfilled(one.text)]
    return {"note": whole[0] if whole else PLAIN}
