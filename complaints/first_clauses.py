"""The clauses a company starts with: articles on property service and consumers, summed up by us (X3).

Each says 摘要: what it is about in our words, never the wording itself. Whoever cites one puts the wording in
first. Its managers change them under Settings.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class First(NamedTuple):
    title: str
    title_en: str
    article: str
    zh: str
    en: str
    valid_from: date


_CODE = ("中华人民共和国民法典", "Civil Code")
_CONSUMERS = ("中华人民共和国消费者权益保护法", "Consumer Protection Law")
_SINCE_2021, _SINCE_2014 = date(2021, 1, 1), date(2014, 3, 15)

FIRST: tuple[First, ...] = (
    First(
        *_CODE, "第九百三十七条",
        "摘要：物业服务合同的定义，即物业服务人向业主提供建筑物及附属设施维修养护、环境卫生和秩序管理维护等服务，业主支付物业费。",
        "Summary: what a property service contract is.", _SINCE_2021,
    ),
    First(
        *_CODE, "第九百三十八条",
        "摘要：物业服务合同的内容和形式；物业服务人公开作出的有利于业主的服务承诺属于合同内容；合同采用书面形式。",
        "Summary: content and form; promises made in public in the owners' favour are part of the contract.",
        _SINCE_2021,
    ),
    First(
        *_CODE, "第九百四十一条",
        "摘要：部分专项服务可委托专业机构，物业服务人就该部分向业主负责；不得将全部物业服务转委托或支解后分别转委托。",
        "Summary: single services may go to specialised firms, for which the manager answers; not all.",
        _SINCE_2021,
    ),
    First(
        *_CODE, "第九百四十二条",
        "摘要：物业服务人的主要义务，包括维修养护共有部分、维护基本秩序、保护业主人身和财产安全；对违法违规行为制止、报告并协助处理。",
        "Summary: the main duties of the manager; unlawful acts are stopped and reported.", _SINCE_2021,
    ),
    First(
        *_CODE, "第九百四十三条",
        "摘要：物业服务人应定期公开服务事项、质量要求、收费项目和标准、履行情况、维修资金使用和共有部分收益等，并报告。",
        "Summary: what the manager discloses and reports regularly.", _SINCE_2021,
    ),
    First(
        *_CODE, "第九百四十四条",
        "摘要：业主应按约定支付物业费；逾期可催告，仍不支付可起诉或申请仲裁；不得以停止供电、供水、供热、供燃气等方式催交。",
        "Summary: fees are paid as agreed; no cutting off of power, water, heat or gas to collect them.",
        _SINCE_2021,
    ),
    First(
        *_CONSUMERS, "第七条",
        "摘要：消费者购买、使用商品和接受服务时，享有人身、财产安全不受损害的权利。",
        "Summary: the consumer's right to safety of person and property.", _SINCE_2014,
    ),
    First(
        *_CONSUMERS, "第八条",
        "摘要：消费者享有知悉商品或服务真实情况的权利。",
        "Summary: the consumer's right to know the true facts.", _SINCE_2014,
    ),
)  # fmt: skip
