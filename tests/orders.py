"""An order of the hotline: what the desk types of it, and what it reads like."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Complaint
from config.framework.refusals import Refused
from tests.cast import march

RECEIVED = march(5, 11, 20)
DUE = march(10, 11, 20)
ORDER = {"external_number": "12345-0099", "external_unit": "浦东分中心", "external_due_at": DUE}


def edited(case: Complaint, people, at, **changes) -> Complaint:
    return actions.edit(case, changes, version=case.version, by=people.limin, at=at)


def refused(act, *args, field: str | None = None, **words) -> None:
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    assert refusal.value.field == field


HOTLINE = """【12345政务服务便民热线】转办单
工单编号：GD-2026030200187
来电人：熊女士　　联系电话：134 9479 5057
来电时间：2026-03-02 08:41:22
事发地址：锦绣花园2-1-302
诉求内容：市民反映卫生间天花板漏水，已多次报修。
物业称：需要等楼上配合。望尽快处理，联系电话：可随时拨打。
承办单位：湖滨街道办事处
派单单位：市12345热线受理中心
办理时限：2026年3月5日 17:00前
处理要求：请于时限内答复市民。"""
