"""A collective complaint 集体投诉: one lead case owns clocks, work and reply (domain.md 3).

Its members keep number, receipt and revisit; what they say counts for the lead's notice grade.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.actions.case_locks import lock
from complaints.actions.notice_grade import rise
from complaints.actions.speaker import follow_speaker
from complaints.actions.unit_of_work import UnitOfWork
from complaints.clocks import RUNS_IN
from complaints.models import Complaint
from complaints.statuses import Status
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role


@transaction.atomic
def join(complaint: Complaint, *, lead: Complaint, by: User, at: datetime) -> Complaint:
    """Become a member of a collective complaint: the lead case owns clocks, work and reply."""
    lead = {row.pk: row for row in lock(Q(pk__in=[complaint.pk, lead.pk]))}[lead.pk]
    case = UnitOfWork(complaint, "join", by=by, at=at)
    if lead.pk == case.row.pk or lead.lead_id:
        raise Refused(_("Choose the lead case of the collective complaint."), field="lead")
    if lead.estate_id != case.row.estate_id or not lead.takes_members:
        raise Refused(_("The lead case must be of the same estate and not yet replied to."), field="lead")
    case.set(lead=lead)
    case.record("joined", owner_sees=True, number=lead.number)
    follow_speaker(case, lead.speaker)
    notify_of_conflict(case)
    case.commit()
    leader = UnitOfWork(lead, "edit", by=by, at=at)
    leader.set(is_collective=True)
    leader.record("member_joined", number=case.row.number, count=leader.row.people)
    rise(leader)
    leader.commit()
    return case.row


@transaction.atomic
def leave(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """Out of the collective complaint again: the case runs by its own clocks from now on."""
    case = UnitOfWork(complaint, "leave", by=by, at=at, note=note)
    lead = Complaint.objects.get(pk=case.row.lead_id)
    case.set(lead=None)
    case.start(RUNS_IN[Status(case.row.status)])
    case.record("left", note, number=lead.number)
    follow_speaker(case, None)
    case.commit()
    leader = UnitOfWork(lead, "note", by=by, at=at, note=note)
    leader.record("member_left", number=case.row.number, count=leader.row.people)
    rise(leader)
    leader.commit()
    return case.row


def notify_of_conflict(case: UnitOfWork) -> None:
    """Whoever is complained about here works on the lead: the managers part the two (domain.md 2)."""
    lead = case.row.lead
    if lead is None:
        return
    working = {lead.first_receiver_id, lead.handler_id, lead.accountable_id}
    for person in sorted(case.barred & working):
        conflict: dict[str, Any] = {"person": person, "number": lead.number}
        if conflict not in case.past.get("lead_conflict", []):
            case.record("lead_conflict", **conflict)
            managers = [*case.reach(Role.SUPERVISOR), *case.reach(Role.PROPERTY_MANAGER)]
            case.notify(managers, "lead_conflict", **conflict)


def reply_to_members(lead: UnitOfWork, note: str) -> None:
    """The lead's reply is the members' reply; each keeps its own revisit."""
    for member in _working_members(lead):
        # By rule: whoever is named in one member's complaint does not keep all the others waiting.
        case = UnitOfWork(member, None, by=None, at=lead.at, recorded_at=lead.recorded_at)
        case.set(status=Status.REPLIED)
        case.set_cycle(
            handled_at=lead.cycle.handled_at,
            handled_by=lead.cycle.handled_by,
            result=lead.cycle.result,
            replied_at=lead.at,
            replied_by=lead.by,
            reply_method=lead.cycle.reply_method,
            reply=lead.cycle.reply,
        )
        case.apply_clocks("replied_by_lead")  # it may have clocks of its own, begun by a dispute
        case.record("replied", note, owner_sees=True, method=lead.cycle.reply_method, number=lead.row.number)
        case.commit()


def let_members_go(lead: UnitOfWork) -> None:
    """Members whose lead ended without a reply to them: their own clocks run from now on."""
    for member in _working_members(lead):
        case = UnitOfWork(member, None, by=None, at=lead.at, recorded_at=lead.recorded_at)
        case.set(lead=None)
        case.start(RUNS_IN[Status(case.row.status)])
        case.record("left", number=lead.row.number)
        follow_speaker(case, None)
        case.commit()


def _working_members(lead: UnitOfWork) -> list[Complaint]:
    return list(lead.row.members.open().exclude(status=Status.REPLIED).order_by("pk"))
