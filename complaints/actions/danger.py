"""People in danger: who is told, who has seen it, and who has taken it in hand (`complaints.danger`)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints import danger
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint, Event
from complaints.policy import ClockKind
from complaints.statuses import CaseRole
from staff.models import User
from staff.roles import Role


def follow(case: UnitOfWork) -> None:
    """Where an act begins or ends the danger: supervisor, property manager and whoever handles the case
    already are told at once, by day and by night.

    Who takes the case or marks it knows already, and is not told.
    """
    row, new = case.row, "registered" in case.recorded_kinds
    began = row.received_at if new else case.at
    changed = danger.MARKS if new else case.changed
    before, after = (
        row.danger_since,
        danger.since(row, changed=changed, said=case.recorded_kinds, began=began),
    )
    if after == before:
        return
    case.set(danger_since=after)
    if before is None:
        people = [*case.reach(Role.SUPERVISOR), *case.reach(Role.PROPERTY_MANAGER), row.handler]
        if told := case.notify(people, "urgent_received"):
            case.record("danger_reported", by_rule=True, told=[person.pk for person in told])


@transaction.atomic
def see(complaint: Complaint, *, by: User, at: datetime) -> bool:
    """Somebody has opened the page of a case in danger; whether that was news.

    Each is written down once, but for whoever took it, and an auditor, who writes nothing. A property or
    general manager acknowledges it by that, and his report is made (domain.md 4, 紧急上报).
    """
    if _is_no_news(complaint, by):
        return False
    case = UnitOfWork(complaint, None, by=by, at=at)
    answers = case.roles - {Role.AUDITOR, CaseRole.CUSTOMER}
    if case.row.danger_since is None or not answers or _is_no_news(case.row, by):
        return False
    case.record("seen")
    if danger.acknowledges(case.roles):
        case.record("acknowledged")
        if ClockKind.URGENT_REPORT in case.running:
            case.apply_clocks("acknowledge")
    case.commit()
    return True


def _is_no_news(case: Complaint, by: User) -> bool:
    if by.pk == case.first_receiver_id and not case.awaits_claim:
        return True
    return Event.objects.filter(complaint=case.pk, kind="seen", actor=by).exists()
