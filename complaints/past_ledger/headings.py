"""What the columns of a complaint ledger are called. Pure.

A heading of two rows is one: the lower word under the upper (回访 over 时间). The two together are looked
up first, then the lower alone; 时间 alone means nothing, and under 回访 the time of the revisit.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from owners.importing.words import plain


class Column(StrEnum):
    """What a column says of its case."""

    SERIAL = "serial"
    NUMBER = "number"
    ESTATE = "estate"
    RECEIVED = "received"
    TIME = "time"
    CHANNEL = "channel"
    NAME = "name"
    CAPACITY = "capacity"
    BUILDING = "building"
    PLACE = "place"
    PHONE = "phone"
    CONTENT = "content"
    ABOUT = "about"
    CATEGORY = "category"
    CAUSE = "cause"
    SEVERITY = "severity"
    GRADE = "grade"
    VALIDITY = "validity"
    RECEIVER = "receiver"
    HANDLER = "handler"
    DEPARTMENT = "department"
    PROMISED = "promised"
    RESULT = "result"
    HANDLED = "handled"
    REPLIED = "replied"
    REPLY_HOW = "reply_how"
    AMOUNT = "amount"
    REVISITED = "revisited"
    REVISITED_BY = "revisited_by"
    SATISFACTION = "satisfaction"
    OVERDUE = "overdue"
    RECTIFIED = "rectified"
    STATUS = "status"
    CLOSED = "closed"
    REMARK = "remark"


LABELS: dict[str, str | Promise] = {
    Column.SERIAL: _("Serial number"),
    Column.NUMBER: _("Former number"),
    Column.ESTATE: _("Estate"),
    Column.RECEIVED: pgettext_lazy("report", "Received"),
    Column.TIME: _("Time of day"),
    Column.CHANNEL: _("Channel"),
    Column.NAME: _("Customer"),
    Column.CAPACITY: _("Capacity"),
    Column.BUILDING: _("Building"),
    Column.PLACE: _("Place"),
    Column.PHONE: _("Phone"),
    Column.CONTENT: _("What happened"),
    Column.ABOUT: _("Complained about"),
    Column.CATEGORY: _("Category"),
    Column.CAUSE: _("Cause"),
    Column.SEVERITY: _("Severity"),
    Column.GRADE: _("Notice grade"),
    Column.VALIDITY: _("Validity"),
    Column.RECEIVER: _("First receiver"),
    Column.HANDLER: _("Handler"),
    Column.DEPARTMENT: _("Department"),
    Column.PROMISED: _("Promised for"),
    Column.RESULT: pgettext_lazy("report", "Result"),
    Column.HANDLED: pgettext_lazy("report", "Handled"),
    Column.REPLIED: pgettext_lazy("report", "Replied"),
    Column.REPLY_HOW: _("How replied"),
    Column.AMOUNT: _("Compensation"),
    Column.REVISITED: pgettext_lazy("report", "Revisited"),
    Column.REVISITED_BY: _("Revisited by"),
    Column.SATISFACTION: _("Satisfaction"),
    Column.OVERDUE: _("Overtime and who approved it"),
    Column.RECTIFIED: _("Put right for good"),
    Column.STATUS: _("Status"),
    Column.CLOSED: pgettext_lazy("report", "Closed"),
    Column.REMARK: _("Remark"),
}

#: Headings as offices write them; of two rows the upper word and the lower as one.
_HEADINGS: dict[Column, str] = {
    Column.SERIAL: "序号 项次 行号 no no. serial serialnumber item #",
    Column.NUMBER: """
        编号 投诉编号 单号 投诉单号 受理编号 受理单号 登记编号 记录编号 流水号 台账编号 案件编号 工单号 工单编号
        number casenumber caseno complaintnumber complaintno reference ref caseid ticketnumber""",
    Column.ESTATE: "小区 小区名称 项目 项目名称 所属项目 所属小区 楼盘 estate project community",
    Column.RECEIVED: """
        日期 投诉日期 投诉时间 接报时间 接报日期 受理时间 受理日期 接诉时间 接诉日期 登记时间 登记日期 接待时间 接待日期
        来电时间 来访时间 接单时间 发生时间 报单时间 接收时间 接收日期 接投诉时间 接到时间 受诉时间
        date received receivedat receiveddate datereceived complaintdate reported reportedat""",
    Column.TIME: "时刻 时分 接报时刻 具体时间 钟点 timeofday timereceived",
    Column.CHANNEL: """
        渠道 投诉渠道 来源 投诉来源 投诉方式 受理渠道 受理方式 接报渠道 接报方式 接诉方式 来电方式 途径 投诉途径 信息来源
        channel source via""",
    Column.NAME: """
        客户 客户姓名 客户名称 业主 业主姓名 投诉人 投诉人姓名 姓名 住户 住户姓名 投诉者 投诉客户 投诉业主 来访人 来电人 联系人
        业主/客户 客户信息姓名 业主信息姓名 投诉人信息姓名 customer customername complainant name owner resident""",
    Column.CAPACITY: "客户类型 客户身份 身份 业主类型 capacity customertype",
    Column.BUILDING: "楼栋 楼号 栋号 幢号 栋 幢 楼栋号 building block",
    Column.PLACE: """
        房号 房间号 房屋 房产 地址 住址 投诉地址 位置 地点 发生地点 单元房号 楼栋房号 栋号房号 投诉房号 门牌号 室号 业主房号 客户房号
        房间 客户/房号 事发地点 投诉位置 place unit room address roomnumber location""",
    Column.PHONE: """
        电话 联系电话 联系方式 手机 手机号 手机号码 客户电话 业主电话 投诉人电话 电话号码 投诉电话 来电号码 联系手机
        phone phonenumber mobile telephone tel contact""",
    Column.CONTENT: """
        内容 投诉内容 事由 投诉事由 投诉事项 事项 问题 问题描述 投诉问题 情况 投诉情况 事件 事件描述 投诉描述 内容描述 诉求
        诉求内容 反映问题 反映内容 主要内容 投诉主要内容 content complaint description details whathappened matter""",
    Column.ABOUT: """
        被投诉人 被投诉部门 被投诉人/部门 被投诉部门/人 被投诉对象 被投诉单位 被诉部门 被诉人 投诉对象 被投诉人或部门
        complainedabout about respondent against""",
    Column.CATEGORY: """
        类别 投诉类别 类型 投诉类型 分类 投诉分类 问题类别 问题分类 事项类别 专业类别 业务类别 category type complainttype""",
    Column.CAUSE: "原因 投诉原因 原因分析 发生原因 问题原因 成因 cause reason rootcause",
    Column.SEVERITY: "等级 投诉等级 级别 投诉级别 严重程度 重要程度 severity level priority",
    Column.GRADE: "通报级别 通报等级 通报 noticegrade grade",
    Column.VALIDITY: "有效性 是否有效 有效投诉 是否有效投诉 有效/无效 投诉有效性 是否成立 validity valid upheld",
    Column.RECEIVER: """
        首问责任人 首问人 首问 受理人 接待人 接报人 接诉人 登记人 记录人 接听人 接单人 受理人员 接待人员 受理客服 客服 前台
        firstreceiver receiver receivedby takenby recordedby""",
    Column.HANDLER: "经办人 处理人 责任人 跟进人 经办 处理人员 承办人 跟进人员 处理责任人 handler handledby assignee",
    Column.DEPARTMENT: "责任部门 部门 处理部门 承办部门 责任单位 经办部门 归口部门 主办部门 department handlingdepartment",
    Column.PROMISED: """
        承诺时间 承诺完成时间 承诺日期 要求完成时间 计划完成时间 时限 处理时限 预计完成时间 约定时间 完成时限 应完成时间 截止时间
        promised promisedfor due dueby deadline""",
    Column.RESULT: """
        处理结果 处理情况 结果 处理措施 处理过程 处理意见 处理方案 跟进情况 解决情况 处理经过 处理情况结果 处理结果及措施
        result outcome resolution actiontaken handling""",
    Column.HANDLED: """
        处理完毕 处理完毕时间 处理时间 处理日期 完成时间 完成日期 处理完成时间 解决时间 实际完成时间 处理完毕日期
        处理情况完成时间 处理情况时间 处理时间完成 handled handledat completed completedat done resolvedat resolved""",
    Column.REPLIED: """
        回复时间 回复日期 答复时间 反馈时间 反馈日期 回复客户时间 回复情况时间 回复时间/方式 答复日期
        replied repliedat replydate""",
    Column.REPLY_HOW: "回复方式 答复方式 反馈方式 回复情况方式 replymethod howreplied",
    Column.AMOUNT: "赔付 赔偿 赔付金额 赔偿金额 减免 减免金额 赔付/减免 补偿 补偿金额 compensation amount paid",
    Column.REVISITED: """
        回访时间 回访日期 回访 回访情况时间 回访情况日期 回访情况 回访时间/人/满意度 revisited revisitedat revisitdate followupcall""",
    Column.REVISITED_BY: "回访人 回访人员 回访情况人 回访情况回访人 revisitedby",
    Column.SATISFACTION: """
        满意度 客户满意度 回访结果 满意情况 是否满意 客户评价 回访满意度 回访评价 回访情况满意度 回访情况结果 satisfaction rating""",
    Column.OVERDUE: """
        超时 是否超时 延期批准人 超时/延期批准人 延期审批 延期情况 超期 是否超期 超时/延期批准 超时情况 延期批准 overdue late approvedby""",
    Column.RECTIFIED: "整改 整改措施 整改情况 纠正措施 预防措施 纠正预防措施 correctiveaction rectified",
    Column.STATUS: """
        状态 处理状态 是否办结 是否关闭 完成情况 办理状态 是否完成 关闭情况 办结情况 进度 是否解决 是否结案 status state closed?""",
    Column.CLOSED: "办结时间 办结日期 关闭时间 关闭日期 结案时间 结案日期 销单时间 closed closedat closingdate dateclosed",
    Column.REMARK: "备注 说明 备注说明 其他 其它 remark remarks note notes comment comments",
}
_MEANING = {word: column for column, words in _HEADINGS.items() for word in words.split()}
#: Of a lower word alone, what it means under an upper one that begins so.
_UNDER: dict[str, dict[str, Column]] = {
    "回访": {
        "时间": Column.REVISITED, "日期": Column.REVISITED, "人": Column.REVISITED_BY, "人员": Column.REVISITED_BY,
        "结果": Column.SATISFACTION, "情况": Column.SATISFACTION, "意见": Column.SATISFACTION,
    },
    "回复": {"时间": Column.REPLIED, "日期": Column.REPLIED, "方式": Column.REPLY_HOW},
    "答复": {"时间": Column.REPLIED, "日期": Column.REPLIED, "方式": Column.REPLY_HOW},
    "处理": {
        "时间": Column.HANDLED, "日期": Column.HANDLED, "人": Column.HANDLER, "人员": Column.HANDLER,
        "部门": Column.DEPARTMENT, "措施": Column.RESULT, "情况": Column.RESULT,
    },
    "受理": {
        "时间": Column.RECEIVED, "日期": Column.RECEIVED, "人": Column.RECEIVER, "人员": Column.RECEIVER,
        "方式": Column.CHANNEL,
    },
    "接报": {"时间": Column.RECEIVED, "日期": Column.RECEIVED, "人": Column.RECEIVER, "方式": Column.CHANNEL},
    "接待": {"时间": Column.RECEIVED, "日期": Column.RECEIVED, "人": Column.RECEIVER, "方式": Column.CHANNEL},
    "投诉": {"时间": Column.RECEIVED, "方式": Column.CHANNEL, "人": Column.NAME},
    "办结": {"时间": Column.CLOSED, "日期": Column.CLOSED},
}  # fmt: skip
#: Columns of which a ledger has one; the second under the same word is not read.
NEEDED = (Column.RECEIVED, Column.CONTENT)


def meaning(lower: object, upper: object = "") -> Column | None:
    """What a heading means, whatever its blanks, brackets, stars and colons.

    >>> meaning("接报时间"), meaning("时间", "回访情况"), meaning("备 注*"), meaning("鞋码")
    (<Column.RECEIVED: 'received'>, <Column.REVISITED: 'revisited'>, <Column.REMARK: 'remark'>, None)
    """
    if not isinstance(lower, str) or len(lower) > 40:
        return None
    return _meaning(lower, upper if isinstance(upper, str) else "")


@lru_cache(4096)
def _meaning(lower: str, upper: str) -> Column | None:
    word, over = _bare(lower), _bare(upper)
    if over and word != over:
        under = next((words for start, words in _UNDER.items() if over.startswith(start)), {})
        found = _MEANING.get(over + word) or under.get(word)
        if found:
            return found
    return _MEANING.get(word)


def _bare(text: str) -> str:
    word = re.sub(r"[(\[【（].*?[)\]】）]|[*:：]", "", plain(text))
    return word.replace("及", "/").replace("、", "/").replace("\\", "/")


def columns_of(cells: tuple[Any, ...], over: tuple[Any, ...] = ()) -> dict[Column, int]:
    """The position of each column, if this row is the heading of a complaint ledger; else nothing."""
    found: dict[Column, int] = {}
    group: object = ""
    for position, cell in enumerate(cells):
        above = over[position] if position < len(over) else None
        group = above if above not in (None, "") else group if cell not in (None, "") else ""
        column = meaning(cell, group) if cell not in (None, "") else meaning(above)
        if _bare(str(cell)) in ("时间", "time") and found.get(Column.RECEIVED) == position - 1:
            column = Column.TIME  # of the day beside it
        if column and column not in found:
            found[column] = position
    if Column.RECEIVED not in found and Column.TIME in found:
        found[Column.RECEIVED] = found.pop(Column.TIME)
    return found if set(NEEDED) <= set(found) and len(found) > 2 else {}


def likeness(cells: tuple[Any, ...]) -> int:
    return sum(meaning(cell) is not None for cell in cells)
