"""A customer who is told by the official account, and the sender at work."""

from __future__ import annotations

from datetime import datetime

from complaints.models import WeChatBinding
from complaints.notifications import send_due
from tests.gateways import MORNING

PHONE = "13494795057"


def bound(openid: str = "openid-1", name_key: str = "熊霞") -> WeChatBinding:
    return WeChatBinding.objects.create(phone=PHONE, name_key=name_key, openid=openid, bound_at=MORNING)


def drain(now: datetime) -> None:
    while send_due(now):
        pass
