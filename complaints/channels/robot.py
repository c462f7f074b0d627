"""The robot of an estate's WeCom group: overdue clocks, without any name, phone or place.

Everybody in the group reads it, so it says the number, the severity, the clock and how long; who it is
about stands behind the number, for those who may know.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import message_texts
from complaints.channels import web
from complaints.channels.outcomes import NotNeeded
from complaints.channels.wecom import checked
from complaints.models import Complaint, OutboxMessage
from complaints.policy import ClockKind
from complaints.time_texts import moment, span

TOLD = frozenset({"level_over", "level_day_over", "level_again", "levels_together"})


def hears_of(kind: str, complaint: Complaint | None) -> bool:
    """Whether the estate's group is told; never of cases that few may know of."""
    return (
        kind in TOLD
        and complaint is not None
        and bool(complaint.estate.robot_key)
        and not complaint.restricted
    )


class Robot:
    name = "robot"

    def send(self, message: OutboxMessage) -> None:
        case = message.complaint
        if case is None or not hears_of(message.kind, case):
            raise NotNeeded("The estate has no robot any more, or the case is restricted.")
        address = f"{settings.WECOM_URL}/cgi-bin/webhook/send?{urlencode({'key': case.estate.robot_key})}"
        checked(web.exchange(address, {"msgtype": "text", "text": {"content": sentence(message, case)}}))


def sentence(message: OutboxMessage, case: Complaint) -> str:
    """The same at every try: how long is counted to the moment of the escalation."""
    with translation.override(settings.LANGUAGE_CODE):
        if message.kind == "levels_together":
            return message_texts.words(message.kind, message.params, None).line
        due_at = datetime.fromisoformat(message.params["due_at"])
        said = _("%(number)s · %(severity)s · %(clock)s overdue by %(span)s (due %(due)s)") % {
            "number": case.number,
            "severity": case.get_severity_display() or _("Not classified"),
            "clock": ClockKind(message.params["clock"]).label,
            "span": span(message.created_at - due_at),
            "due": moment(due_at, case.estate.zone),
        }
        return said + message_texts.more(message.params)
