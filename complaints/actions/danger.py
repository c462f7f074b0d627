"""People in danger: who is told, who has seen it, and who has taken it in hand (`complaints.danger`)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints import danger
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint, Event, SiteVisit
from complaints.policy import ClockKind
from complaints.statuses import CaseRole
from staff.models import User
from staff.roles import Role

#: In the entry of an arrival: since when the danger stood that it has taken in hand.
DANGER = "danger_since"


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
        _tell(case)


def _tell(case: UnitOfWork) -> None:
    people = [*case.reach(Role.SUPERVISOR), *case.reach(Role.PROPERTY_MANAGER), case.row.handler]
    if told := case.notify(people, "urgent_received"):
        case.record("danger_reported", by_rule=True, told=[person.pk for person in told])


def come_back(case: UnitOfWork, visit: SiteVisit) -> None:
    """Whoever had taken the danger in hand by arriving is not there after all: it stands as it did before,
    and is told of anew, unless somebody else has taken it in hand since.
    """
    before = Event.objects.filter(complaint=case.row, kind="visit_arrived", params__has_key=DANGER)
    taken = before.order_by("-pk").first()
    if taken is None or case.row.danger_since or not danger.stands(case.row):
        return
    since = {"recorded_at__gte": taken.recorded_at, "kind__in": danger.REACTIONS - {"visit_arrived"}}
    others = SiteVisit.objects.filter(complaint=case.row, arrived_entered_at__gte=taken.recorded_at)
    if Event.objects.filter(complaint=case.row, **since).exists() or others.exclude(pk=visit.pk).exists():
        return
    case.set(danger_since=datetime.fromisoformat(taken.params[DANGER]))
    _tell(case)


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
