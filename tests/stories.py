"""What a story looks at: its due times, its approver, what the owner reads."""

from __future__ import annotations

from complaints.models import Clock, Complaint
from complaints.timeline import entries
from staff.roles import Role


def due(case: Complaint, cycle: int = 1) -> dict[str, object]:
    """Due times of a cycle's clocks by kind; the last one of a kind counts."""
    clocks = Clock.objects.filter(complaint=case, cycle__number=cycle).order_by("pk")
    return {clock.kind: clock.due_at for clock in clocks}


def approver_of(case: Complaint) -> Role:
    return Clock.objects.filter(complaint=case).first().policy.policy.approver(case.effective_severity)


def owner_reads(case: Complaint) -> str:
    lines = entries(list(case.events.order_by("at", "pk")), case, for_owner=True)
    return "\n".join(f"{line.text} {line.note}" for line in lines)
