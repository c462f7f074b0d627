"""Requests for more time that nobody decides on any more, because their clock has stopped (domain.md 5)."""

from __future__ import annotations

from complaints.actions.unit_of_work import UnitOfWork
from staff.roles import Role

#: The messages that ask an approver for more time.
ASKED_FOR_TIME = ("extension_requested", "extension_waits", "oral_approval")


def notify(case: UnitOfWork) -> None:
    """Whoever asked for more time, or was asked, need not wait for an answer any more."""
    for request in case.lapsed:
        case.settle(Role(request.approver_role), *ASKED_FOR_TIME, extension=request.pk)
        # Not before it was asked for, however early the clock has stopped.
        case.record("extension_lapsed", by_rule=True, at=case.recorded_at, clock=request.clock.kind)
        asked = case.reach(Role(request.approver_role), barred=[request.requested_by_id])
        people = [request.requested_by, *asked]
        case.notify(people, "extension_lapsed", clock=request.clock.kind, lapsed=request.pk)
