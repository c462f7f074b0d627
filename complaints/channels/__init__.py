"""The ways out of the house: mail, text message, WeCom message and group robot, official account.

Each is a small class with one `send()`. It delivers, or raises one of `outcomes`; anything else it
raises is a failure that passes. What it sends is worked out when it is sent: rows of the outbox hold
codes and ids, never a name, a phone or a secret.
"""

from __future__ import annotations

from typing import Protocol

from complaints.channels.mails import Email
from complaints.channels.robot import Robot
from complaints.channels.texts import Sms
from complaints.channels.wechat import ACCOUNT
from complaints.channels.wecom import WeCom
from complaints.models import OutboxMessage


class Channel(Protocol):
    name: str

    def send(self, message: OutboxMessage) -> None:
        """Deliver or raise; the exception's text is kept for the administrator."""


CHANNELS: dict[str, Channel] = {
    channel.name: channel for channel in (Email(), WeCom(), Sms(), Robot(), ACCOUNT)
}
