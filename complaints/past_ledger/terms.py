"""The words that stand in the cells of complaint ledgers, and what they mean here. Pure.

A word is matched whole. What is not here, and no word of the company, is asked for on the page (一般 may be a
severity, and a notice grade).
"""

from __future__ import annotations

import re

from complaints.policy import Channel, NoticeGrade, Severity
from complaints.statuses import Outcome
from owners.importing.words import plain

CHANNELS: dict[str, str] = {
    Channel.WALK_IN: "来访 上门 现场 当面 前台 面谈 到访 来访接待 现场投诉 前台接待 客服前台 亲临 walkin visit inperson frontdesk",
    Channel.PHONE: "电话 来电 致电 电话投诉 热线 服务热线 400 400电话 客服热线 客服电话 phone call telephone",
    Channel.PORTAL: "业主网页 网页 app 小程序 业主app 线上 portal web ownerportal",
    Channel.WECHAT: "微信 微信投诉 企业微信 公众号 微信公众号 wechat",
    Channel.GROUP: "业主群 微信群 qq群 群 业主微信群 group ownersgroup",
    Channel.EMAIL: "邮件 电子邮件 邮箱 email mail",
    Channel.FORUM: "论坛 网络 业主论坛 贴吧 微博 网帖 forum online",
    Channel.LETTER: "信函 来信 信件 书面 函件 letter",
    Channel.OPINION_BOX: "意见箱 opinionbox",
    Channel.PATROL: "巡查 巡检 巡视 巡逻 patrol",
    Channel.HOTLINE: "12345 12345热线 市长热线 政府热线 政务热线 市民热线 12345工单 hotline",
    Channel.REGULATOR: "监管部门 住建局 房管局 街道 社区 居委会 街道办 主管部门 住建委 信访 regulator",
    Channel.MEDIA: "媒体 电视台 报纸 记者 media press",
    Channel.EMPLOYEE: "员工转达 员工 同事转达 转达 内部转办 转办 employee",
}
SEVERITIES: dict[str, str] = {
    Severity.MINOR: "轻微 轻微投诉 minor low",
    Severity.IMPORTANT: "重要 重要投诉 important medium",
    Severity.MAJOR: "重大 重大投诉 major high",
}
GRADES: dict[str, str] = {
    NoticeGrade.GENERAL: "一般 通报一般 普通 general",
    NoticeGrade.IMPORTANT: "重要 通报重要 important",
    NoticeGrade.HOT: "热点 通报热点 hot",
    NoticeGrade.MAJOR: "重大 通报重大 major",
}
VALIDITIES: dict[str, str] = {
    "valid": "有效 有效投诉 是 成立 属实 √ ✓ y yes valid upheld",
    "invalid": "无效 无效投诉 否 不成立 不属实 × x n no invalid notupheld",
}
#: The case is not over.
OPEN = "open"
#: `open` and the outcomes of a case that is over.
STATES: dict[str, str] = {
    OPEN: """
        处理中 跟进中 未完成 未办结 未关闭 未处理 进行中 待处理 未解决 待跟进 待回复 待回访 否 未结案 未销单 处理中待跟进 open pending
        inprogress no""",
    Outcome.RESOLVED: """
        已办结 办结 已关闭 关闭 已完成 完成 已处理 已解决 解决 处理完毕 已结案 结案 是 已回访 已销单 √ ✓ closed done resolved completed
        yes""",
    Outcome.WITHDRAWN: "撤回 已撤回 撤诉 业主撤回 withdrawn",
    Outcome.UNSATISFIED: "未满意办结 不满意办结 closedunsatisfied",
    Outcome.INVALID: "无效 无效投诉 不成立 invalid",
}
#: A result that is said in one word says that it is over.
DONE = re.compile(r"(?:已|已经)?(?:处理|解决|完成|办结|修复|维修|整改|关闭)(?:完毕|完成|好)?了?[。.]?")
DITTO = frozenset({"同上", "同前", "〃", "″", "''", '"', "ditto", "〞", "”"})


def _table(words: dict[str, str]) -> dict[str, str]:
    return {plain(word): value for value, text in words.items() for word in text.split()}


_TABLES = {
    "channel": _table(CHANNELS),
    "severity": _table(SEVERITIES),
    "grade": _table(GRADES),
    "validity": _table(VALIDITIES),
    "status": _table(STATES),
}


def term(kind: str, word: str) -> str:
    """What a word means in a column of that kind; empty when it is not known.

    >>> str(term("channel", "来电")), term("severity", "一般"), str(term("grade", "通报·热点"))
    ('phone', '', 'hot')
    """
    return _TABLES[kind].get(re.sub(r"[·・\s:：-]", "", plain(word)), "")
