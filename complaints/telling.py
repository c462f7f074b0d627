"""What a message says, by kind, in the reader's language: inbox line, mail subject, mail body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L

from complaints.models import Complaint
from complaints.timeline import PEOPLE, fill, people_named
from complaints.timewords import moment

#: kind: what the person should know or do, in one line
LINES: dict[str, Any] = {
    "received": L("New complaint to be classified and delivered."),
    "urgent_received": L("Urgent: people first. New complaint; acknowledge it."),
    "claimed": L("%(person)s has claimed the complaint you received at night."),
    "delivered": L("A complaint was delivered to you; accept it or send it back."),
    "taken_over": L("%(person)s is now the handler."),
    "returned": L("The handler sent the complaint back; name another one."),
    "handled": L("Handled; the reply to the customer is due."),
    "invalid_proposed": L("Proposed as not upheld; a second person must decide."),
    "invalid_confirmed": L("Confirmed as not upheld; explain it to the customer."),
    "invalid_rejected": L("The complaint is upheld; go on with it."),
    "satisfied": L("The customer accepts the reply."),
    "rated_with_opinion": L("The customer is satisfied and has a new opinion; revisit."),
    "withdrawn": L("The customer withdrew the complaint."),
    "voided": L("The entry was voided."),
    "opinion_raised": L("The revisit brought up a new opinion; read and sign it."),
    "cycle_started": L("Cycle %(cycle)s has begun; the customer is not satisfied."),
    "regraded": L("The severity is now: %(severity)s."),
    "transferred": L("First receiver is now %(person)s."),
    "chased": L("The customer asks how it goes."),
    "remarked": L("The customer added something."),
    "extension_requested": L("Extension of %(clock)s waits for your decision."),
    "extension_approved": L("Extension of %(clock)s approved until %(new_due_at)s."),
    "extension_declined": L("Extension of %(clock)s declined; the clock runs on."),
    "oral_approval": L("Confirm your oral approval by %(confirm_by_at)s."),
    "compensation_proposed": L("A compensation of %(amount)s yuan waits for your decision."),
    "compensation_decided": L("The compensation of %(amount)s yuan has been decided on."),
    "level_warning": L("%(clock)s is due %(due_at)s; three quarters of the time are gone."),
    "level_over": L("%(clock)s overdue since %(due_at)s."),
    "level_day_over": L("%(clock)s one day overdue; due was %(due_at)s."),
    "level_again": L("%(clock)s overdue by as much again; due was %(due_at)s."),
    "digest": L("Overdue today: %(count)s complaints, %(important)s of them important or major."),
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """A message, put into words."""

    subject: str
    line: str
    facts: list[tuple[str, str]]
    path: str


def words(
    kind: str,
    params: dict[str, Any],
    complaint: Complaint | None,
    people: dict[int, str] | None = None,
) -> Words:
    """The message in the active language; names no customer, so that a mail can be read over a shoulder.

    `people` are names by id when many messages are put into words at once.
    """
    if people is None:
        people = people_named(params.get(name, 0) for name in PEOPLE)
    zone = complaint.estate.zone if complaint else ZoneInfo(settings.TIME_ZONE)
    line = str(LINES[kind]) % fill(params, zone, people)
    if complaint is None:
        return Words(line, line, [], "/cases/?view=overdue")
    facts = [
        (_("Number"), complaint.number),
        (_("Estate"), str(complaint.estate)),
        (_("Place"), complaint.where or "–"),
        (_("Severity"), complaint.get_severity_display() or _("Not classified")),
        (_("Received"), moment(complaint.received_at, zone)),
    ]
    if complaint.next_due_at:
        facts.append((_("Next due"), moment(complaint.next_due_at, zone)))
    return Words(f"{complaint.number} · {line}", line, facts, complaint.get_absolute_url())
