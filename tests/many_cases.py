"""Many cases at once: copies of one that was really taken, rows and clocks and all."""

from __future__ import annotations

from complaints.models import Clock, Complainant, Complaint, Cycle, Deadline


def crowd(case: Complaint, count: int) -> list[Complaint]:
    """`count` more cases like `case`, each with a cycle and the same clocks and levels as its first."""
    columns = [f.attname for f in Complaint._meta.concrete_fields if f.attname not in ("id", "number")]
    values = {name: getattr(case, name) for name in columns}
    copies = Complaint.objects.bulk_create(
        Complaint(number=f"{case.number}.{n}", **values) for n in range(count)
    )
    Complainant.objects.bulk_create(Complainant(complaint=copy) for copy in copies)
    cycles = Cycle.objects.bulk_create(
        Cycle(complaint=copy, number=1, started_at=case.received_at) for copy in copies
    )
    for like in list(case.clocks.running().prefetch_related("deadlines")):
        clocks = Clock.objects.bulk_create(
            Clock(
                complaint=cycle.complaint, cycle=cycle, kind=like.kind, policy_id=like.policy_id,
                severity=like.severity, limit=like.limit, started_at=like.started_at,
                first_due_at=like.first_due_at, due_at=like.due_at,
            )
            for cycle in cycles
        )  # fmt: skip
        Deadline.objects.bulk_create(
            Deadline(clock=clock, revision=1, level=level.level, due_at=level.due_at)
            for clock in clocks
            for level in like.deadlines.all()
            if level.revision == like.revision
        )
    return copies
