"""What is promised to the customer of a case, read from its clocks."""

from __future__ import annotations

from datetime import datetime

from complaints.actions.clock_rows import calendar_of
from complaints.actions.current_policy import current_policy
from complaints.models import Clock, Complaint
from complaints.policy import ClockKind
from complaints.promises import Promise, promises
from complaints.statuses import Status
from complaints.worktime import due

#: How far a case has come, for whoever goes with the lead of a collective complaint.
STEP_OF = {
    Status.RECEIVED: 0,
    Status.RECORDED: 1,
    Status.CLASSIFIED: 2,
    Status.ACTING: 3,
    Status.HANDLED: 3,
    Status.REPLIED: 4,
    Status.CLOSED: 5,
}


def status_seen(status: str, lead_status: str | None) -> Status:
    """A case's status; a member of a collective complaint goes with its lead until it has its own reply."""
    own = Status(status)
    ahead = Status(lead_status) if lead_status else own
    return ahead if STEP_OF[own] < STEP_OF[ahead] <= STEP_OF[Status.HANDLED] else own


def arranged_by(case: int, delivery: datetime | None) -> datetime:
    """When the case, or the lead that works for it, is accepted at the latest if nothing is late.

    The acceptance limit after its `delivery` is due, or after it was typed in where that is later. One query,
    and one for the newest policy.
    """
    own = Complaint.objects.select_related("estate", "lead").get(pk=case)
    works = own.lead or own
    begins = max(own.registered_at, delivery or own.registered_at)
    policy = current_policy().policy
    calendar = calendar_of(own.estate, policy)
    limits = policy.limits(ClockKind.ACCEPT, works.facts, in_service=True)
    return min(due(begins, limit, calendar) for limit in limits)


def promises_to(case: Complaint) -> list[Promise]:
    """What stands on the customer's receipt; for a closed case nothing."""
    lead = case.lead
    rows = Clock.objects.running().filter(complaint__in=[case.pk, case.lead_id or case.pk])
    return promises(
        status_seen(case.status, lead.status if lead else None),
        dict(rows.order_by("-due_at").values_list("kind", "due_at")),
        graded=bool(case.severity or lead and lead.severity),
        promised_at=case.promised_at or (lead.promised_at if lead else None),
        registered_at=case.registered_at,
        arranged_by=lambda delivery: arranged_by(case.pk, delivery),
    )
