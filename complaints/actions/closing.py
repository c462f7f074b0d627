"""A case ends, or begins again: closed, withdrawn, voided, reopened, its next cycle (domain.md 3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.causes import carry_over
from complaints.actions.collective import let_members_go
from complaints.actions.follow_ups import end_with_entry
from complaints.actions.notice_grade import rise
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint, Cycle, Revisit
from complaints.statuses import Outcome, Status
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role


@transaction.atomic
def close_unsatisfied(
    complaint: Complaint, *, note: str, by: User, at: datetime, phrase_reason: str = ""
) -> Complaint:
    """After the second cycle the general manager may close; the customer is told the outside ways."""
    case = UnitOfWork(complaint, "close_unsatisfied", by=by, at=at, note=note, phrase_reason=phrase_reason)
    case.record("outside_ways_told", note, owner_sees=True)
    close(case, Outcome.UNSATISFIED)
    return case.commit()


@transaction.atomic
def withdraw(
    complaint: Complaint, *, note: str, by: User | None, at: datetime, confirmed_by: str = "portal"
) -> Complaint:
    """The customer takes the complaint back; how he confirmed it is written down."""
    case = UnitOfWork(complaint, "withdraw", by=by, at=at, note=note)
    if confirmed_by not in Revisit.Method.values:
        raise Refused(
            _("Say how the customer confirmed it: by a call, a visit or in writing."), field="method"
        )
    case.record("withdrawn", note, owner_sees=True, method=confirmed_by)
    case.notify([case.row.first_receiver, case.row.handler], "withdrawn")
    close(case, Outcome.WITHDRAWN)
    return case.commit()


@transaction.atomic
def void(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """A wrong entry 作废; it stays readable."""
    case = UnitOfWork(complaint, "void", by=by, at=at, note=note)
    case.record("voided", note)
    end_with_entry(case)
    case.notify([case.row.first_receiver, case.row.handler], "voided")
    close(case, Outcome.VOID)
    return case.commit()


@transaction.atomic
def reopen(complaint: Complaint, *, note: str, by: User | None, at: datetime) -> Complaint:
    """Soon enough after the closing: a new cycle with fresh clocks."""
    case = UnitOfWork(complaint, "reopen", by=by, at=at, note=note)
    case.set(outcome="", closed_at=None)
    case.record("reopened", note, owner_sees=True)
    begin_next_cycle(case, Cycle.Why.REOPENED)
    return case.commit()


def outcome_of(case: UnitOfWork) -> Outcome:
    return Outcome.INVALID if case.row.validity == Complaint.Validity.INVALID else Outcome.RESOLVED


def close(case: UnitOfWork, outcome: Outcome) -> None:
    case.apply_clocks("closing")
    case.set_cycle(ended_at=case.at)
    case.set(status=Status.CLOSED, outcome=outcome, closed_at=case.at, awaits_claim=False)
    case.record("closed", owner_sees=outcome != Outcome.VOID, outcome=outcome)
    let_members_go(case)


def begin_next_cycle(case: UnitOfWork, why: Cycle.Why) -> None:
    """Second complaint after completion: everything starts again at this moment, delivery included.

    It makes the notice grade at least important, and that the severity (V7, K1).
    """
    case.apply_clocks("cycle_over")
    case.set_cycle(ended_at=case.at)
    case.set(
        status=Status.RECORDED,
        cycle_number=case.row.cycle_number + 1,
        severity=case.row.effective_severity,
        handler=None,
        validity=Complaint.Validity.VALID,
        invalid_because="",
        invalid_proposed_by=None,
        promised_at=None,
    )
    del case.cycle
    case.cycle = Cycle.objects.create(
        complaint=case.row, number=case.row.cycle_number, started_at=case.at, why=why
    )
    case.record("cycle_started", owner_sees=True, cycle=case.row.cycle_number, why=why)
    rise(case)  # before its clocks begin, so that they begin with the severity it asks for
    case.apply_clocks("cycle_begun")
    carry_over(case)
    case.notify(
        [case.row.first_receiver, *case.reach(Role.SUPERVISOR), *case.reach(Role.PROPERTY_MANAGER)],
        "cycle_started",
        cycle=case.row.cycle_number,
    )
