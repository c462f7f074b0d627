"""What is owed to others than the customer: media, hotline and regulator (domain.md 4, X4, X5).

These clocks run beside the case. Our reply, another cycle or the customer's withdrawal does not end
them: the media still ask, an order is still open at 12345, and a period for objecting still runs out.
Only what they wait for ends them, or that the entry was void. The media's begins when they ask or
publish, never at a customer's threat; they are answered, they withdraw their question, or a mark that
said they asked was wrong from the beginning (`marks`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.arguments import done_earlier
from complaints.actions.extensions import extend
from complaints.actions.marks import OF_THE_MEDIA
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.validity import owe_apology
from complaints.clocks import until
from complaints.models import Complaint
from complaints.policy import Channel, ClockKind
from complaints.statuses import TheirDecision
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

# The media -----------------------------------------------------------------------------------------


@transaction.atomic
def answer_media(
    complaint: Complaint, *, note: str, by: User, at: datetime, done_at: datetime | None = None
) -> Complaint:
    """What the media were told, and which; the customer is answered apart from it (T16)."""
    case = done_earlier(complaint, "answer_media", note=note, by=by, at=at, done_at=done_at)
    case.check_began("answer_media")
    case.record("media_answered", note)
    return case.commit()


@transaction.atomic
def note_media(
    complaint: Complaint, *, note: str, by: User, at: datetime, done_at: datetime | None = None
) -> Complaint:
    """The media have asked 媒体来询, at `done_at`: which, who, and what they want to know (T16).

    Possible after the closing too, and again after an answer: each question is answered in its time.
    """
    case = done_earlier(complaint, "note_media", note=note, by=by, at=at, done_at=done_at)
    if not case.row.media_asked:
        case.set(media_asked=True)
    case.record("media_asked", note)
    _notify_of_media(case)
    return case.commit()


@transaction.atomic
def drop_media(
    complaint: Complaint, *, note: str, by: User, at: datetime, done_at: datetime | None = None
) -> Complaint:
    """They withdrew their question: who said so, when and why. That they asked stays on the record."""
    case = done_earlier(complaint, "drop_media", note=note, by=by, at=at, done_at=done_at)
    case.check_began("drop_media")
    case.record("media_dropped", note)
    return case.commit()


def _notify_of_media(case: UnitOfWork) -> None:
    case.notify(case.reach(Role.PROPERTY_MANAGER), "media_marked")


def let_media_go(case: UnitOfWork, wrong: Collection[str]) -> None:
    """Marks taken back as wrong: where none of them is left, the media never waited for an answer."""
    if OF_THE_MEDIA & set(wrong) and not case.row.facts.in_media and ClockKind.MEDIA in case.running:
        case.apply_clocks("drop_media")
        case.record("media_never_asked", by_rule=True)


# The hotline and the regulator ---------------------------------------------------------------------


@transaction.atomic
def answer_external(
    complaint: Complaint,
    *,
    note: str,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    phrase_reason: str = "",
) -> Complaint:
    """Our answer on their order was filed; `note` is its text, kept as it went out."""
    case = done_earlier(
        complaint, "answer_external", note=note, by=by, at=at, done_at=done_at, phrase_reason=phrase_reason
    )
    case.check_began("answer_external")
    case.record("external_answered", note, order=case.row.external_number or None)
    return case.commit()


@transaction.atomic
def move_external(
    complaint: Complaint,
    *,
    decision: str,
    note: str,
    new_due_at: datetime | None = None,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
) -> Complaint:
    """What they decided about their due time; `done_at` is when, and it counts as their approval.

    Extended: a later due time. Sent back to us: the order begins again with a due time of its own.
    Taken back 退单: it is no longer ours to answer.
    """
    case = done_earlier(complaint, "move_external", note=note, by=by, at=at, done_at=done_at)
    clock = case.running.get(ClockKind.EXTERNAL)
    if decision not in TheirDecision.values:
        raise Refused(_("Say what they decided."), field="decision")
    if decision == TheirDecision.TAKEN_BACK:
        if clock is None:
            raise Refused(_("No order of theirs waits for an answer."), field="decision")
        case.apply_clocks("order_over")
        case.record("external_ended", note, decision=decision)
        return case.commit()
    if new_due_at is None:
        raise Refused(_("Say until when they want the answer now."), field="new_due_at")
    if new_due_at <= case.at:
        raise Refused(_("Their new due time lies after their decision."), field="new_due_at")
    before = case.row.external_due_at
    if decision == TheirDecision.EXTENDED:
        if clock is None:
            raise Refused(_("No order of theirs waits for an answer."), field="decision")
        if new_due_at <= clock.due_at:
            raise Refused(_("The new due time must lie after the present one."), field="new_due_at")
        extend(case, clock, new_due_at, approved_at=case.at)
        case.set(external_due_at=new_due_at)
    else:
        case.set(external_due_at=new_due_at)
        case.apply_clocks("order")
    case.record(
        "external_moved", note, decision=decision, new_due_at=new_due_at.isoformat(),
        old_due_at=before.isoformat() if before else None,
    )  # fmt: skip
    case.notify(
        [case.row.first_receiver, case.row.handler], "external_moved", new_due_at=new_due_at.isoformat()
    )
    return case.commit()


# The regulator's finding ---------------------------------------------------------------------------


@transaction.atomic
def record_finding(
    complaint: Complaint, *, note: str, found_at: datetime, by: User, at: datetime
) -> Complaint:
    """A finding against us: the days for objecting count from its date (T15)."""
    case = UnitOfWork(complaint, "record_finding", by=by, at=at, note=note)
    if found_at > at:
        raise Refused(_("The finding cannot be dated in the future."), field="found_at")
    case.apply_clocks("record_finding", start=found_at)
    case.record("finding_recorded", note, found_at=found_at.isoformat())
    case.notify(case.reach(Role.PROPERTY_MANAGER) + case.reach(Role.GENERAL_MANAGER), "finding_recorded")
    return case.commit()


# What an edit of the facts does to these clocks ------------------------------------------------------


def check_external_due(case: UnitOfWork, changed: dict[str, Any]) -> None:
    """Their due time is filled in or made earlier by an edit; later only by what they decided."""
    if "external_due_at" not in changed:
        return
    new, clock = changed["external_due_at"], case.running.get(ClockKind.EXTERNAL)
    if new and new <= case.row.received_at:
        raise Refused(_("Their due time lies after the time of receipt."), field="external_due_at")
    ran = clock or case.row.clocks.filter(kind=ClockKind.EXTERNAL).first()
    if ran and (clock is None or new is None or new > clock.due_at):
        raise Refused(
            _("Their due time moves only by what they decide: record their extension or return."),
            field="external_due_at",
        )


def follow_facts(case: UnitOfWork, changed: dict[str, Any]) -> None:
    """Start what a new mark, order or category gives a ground; stop an order that has lost it."""
    asked = changed.get("media_exposed") or changed.get("media_asked")
    if asked or changed.get("channel") == Channel.MEDIA:
        case.apply_clocks("note_media")
        _notify_of_media(case)
    if {"external_due_at", "channel"} & changed.keys():
        _follow_order(case)
    if "category" in changed:
        owe_apology(case)


def _follow_order(case: UnitOfWork) -> None:
    due_at, clock = case.row.facts.external_due_at, case.running.get(ClockKind.EXTERNAL)
    if due_at is None:
        case.apply_clocks("order_over")
    elif clock is None:
        if not case.row.clocks.filter(kind=ClockKind.EXTERNAL).exists():
            case.apply_clocks("order", start=case.row.received_at)
    elif due_at < clock.due_at:
        when = until(due_at, clock.started_at, case.policy, case.calendar)
        case.revise(clock, when, first_due_at=due_at, limit=when.limit.text)
