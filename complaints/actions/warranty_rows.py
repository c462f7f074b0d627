"""A case's warranty held for one act; what is worked out for it; and what follows from an edit (T48).

`Complaint.under_warranty` is what lists and reports read, and true where the row here is covered. A tick set
at the desk or by an edit is a person's decision.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from complaints import warranty as rules
from complaints.actions.current_policy import current_policy
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on
from complaints.models import Attachment, CaseWarranty, Complaint, Event, PolicyVersion
from complaints.warranty import BEFORE, ENDED, OPEN_TO_CORRECT, State, Why
from complaints.warranty_terms import Verdict, verdict
from config.framework.refusals import Refused
from owners.handed_over import handed_over
from owners.models import EstateWarranty
from owners.parts import DESIGN_LIFE
from staff.models import User
from staff.permissions import Permissions

LONGEST = 500


def warranty_of(estate: int) -> EstateWarranty:
    """What an estate says of its warranty; nobody and the usual life where it says nothing. One query."""
    found = EstateWarranty.objects.filter(estate=estate).select_related("officer").first()
    return found or EstateWarranty(estate_id=estate, officer=None, design_life=DESIGN_LIFE)


def is_officer(person: Permissions, estate: EstateWarranty) -> bool:
    """Whether he sees to the warranty there, or stands in for who does."""
    return estate.officer_id in person.stands_for


def row_of(case: Complaint) -> CaseWarranty:
    """What is kept of a case's warranty; where nothing is yet, as it would begin. One query or two."""
    found = (
        CaseWarranty.objects.filter(complaint=case).select_related("builder", "decided_by", "scan").first()
    )
    row = found or CaseWarranty(complaint=case, policy=current_policy())
    row.complaint = case
    return row


def acts_on(case: Complaint, row: CaseWarranty, person: Permissions, estate: EstateWarranty) -> list[str]:
    """What he may do about it now, as the acts themselves would say."""
    officer, roles = is_officer(person, estate), roles_on(case, person)
    return rules.possible(row.state, roles, outcome=case.outcome, is_officer=officer, lead=lead_of(case))


def lead_of(case: Complaint) -> str:
    """The number of the case it is joined to; empty: none, and no query."""
    return case.lead.number if case.lead else ""


def work_out(case: Complaint, part: str, version: PolicyVersion, estate: EstateWarranty) -> Verdict:
    """Whether the part is under warranty at the place of the case on the day it was received. One query."""
    return verdict(
        part,
        handed_over(case.estate_id, case.building_id, case.unit),
        case.received_at.astimezone(case.estate.zone).date(),
        version.policy.data["warranty"],
        estate.design_life,
    )


class HeldWarranty:
    """The warranty of a locked case, for one act. Raises a Refused before anything is written."""

    def __init__(self, complaint: Complaint, verb: str, *, by: User, at: datetime) -> None:
        self.case = UnitOfWork(complaint, None, by=by, at=at)
        self.row = row_of(self.case.row)
        self.by, self.at = by, at
        self.check(verb)
        self.was: str = self.row.state
        if to := rules.ACTS[verb].to:
            self.row.state = to

    def check(self, verb: str) -> None:
        """Raises a Refused where this person may not do this now."""
        officer = is_officer(self.case.stand_ins.permissions_of(self.by), self.estate)
        case = self.case.row
        fault = rules.refusal(
            verb,
            self.row.state,
            self.case.roles,
            outcome=case.outcome,
            is_officer=officer,
            lead=lead_of(case),
        )
        if fault:
            raise fault

    @cached_property
    def estate(self) -> EstateWarranty:
        return warranty_of(self.case.row.estate_id)

    @cached_property
    def builder_days(self) -> timedelta:
        """So long a builder who was told has to come."""
        return timedelta(days=self.case.policy.data["warranty"]["builder_days"])

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)

    def due(self, at: datetime) -> None:
        """Somebody has to see to it from then on, as long as its state gives."""
        set_due(self.row, rules.due(self.row.state, at, self.builder_days))

    def late_from(self, at: datetime) -> None:
        """When the builder is late: neither being told again nor a later visit moves it."""
        self.set(late_from=at)
        set_due(self.row, at)

    def day(self, given: datetime | None, field: str, *, after: datetime | None = None) -> datetime:
        """When it happened: now, unless it was said. Raises Refused for the future, or before `after`."""
        when = given or self.at
        if when > self.at:
            raise Refused(_("What was done cannot lie in the future."), field=field)
        if after and when < after:
            raise Refused(_("That lies before the step it follows."), field=field)
        return when

    def tell_officer(self, kind: str, **params: Any) -> None:
        """Whoever sees to the warranty of the estate; nobody where none is named."""
        self.case.notify([self.estate.officer], kind, **params)

    def commit(self, kind: str, note: str = "", **params: Any) -> CaseWarranty:
        """The entry, the case and its warranty with their versions."""
        self.case.record(kind, note, **params)
        settle(self.case, self.row)
        self.case.commit()
        return self.row


def settle(case: UnitOfWork, row: CaseWarranty) -> None:
    """Write the row, and what lists and reports read of it on the case."""
    covered = bool(row.covered)
    if case.row.under_warranty != covered:
        case.set(under_warranty=covered)
    row._history_user, row._history_date = case.by, case.recorded_at
    row.save()


#: What was done with the builder in one repair.
NOT_BEGUN: dict[str, Any] = {
    "builder": None, "firm": "", "notified_at": None, "notified_how": "", "notified_whom": "",
    "visit_at": None, "sent_at": None, "sent_whom": "", "done_at": None, "done": "", "signed_at": None,
    "signed_how": "", "scan": None, "refused_at": None, "refused_because": "", "elsewhere_at": None,
    "elsewhere_by": "",
    "elsewhere_because": "", "cost": None, "late_from": None,
}  # fmt: skip


def begin_anew(row: CaseWarranty) -> None:
    """No step with a builder has been done: the versions keep those that were."""
    for name, value in NOT_BEGUN.items():
        setattr(row, name, value)


def set_due(row: CaseWarranty, at: datetime | None) -> None:
    row.due_at = row.remind_at = at


def decide(case: UnitOfWork, row: CaseWarranty, covered: bool | None, at: datetime) -> None:
    """What follows from being covered or not; who sees to the warranty hears of what becomes covered.

    What was begun with the builder goes on while it is covered, and is over with it.
    """
    was = bool(row.covered)
    row.covered, row.decided_at = covered, at
    if covered and was and row.state not in BEFORE:
        return
    row.state = State.UNDECIDED if covered is None else State.TO_NOTIFY if covered else State.NOT_COVERED
    begin_anew(row)
    row.opened_at = (row.opened_at or at) if covered else None
    if not (covered and was and row.due_at):
        set_due(row, rules.due(row.state, at, timedelta()))
    if covered and not was:
        case.notify([warranty_of(case.row.estate_id).officer], "warranty_yours", warranty=case.row.number)


def apply(case: UnitOfWork, row: CaseWarranty, found: Verdict, version: PolicyVersion, at: datetime) -> None:
    """What was worked out, with what it rests on; a tick stays where nothing can be worked out."""
    if found.covered is None and row.why == Why.BY_HAND:
        return
    given = found.handed_over
    row.handed_over_on, row.handed_over_of = (given.day, given.of) if given else (None, "")
    row.until, row.policy = found.until, version
    row.decided_by, row.why, row.because = None, "", ""
    decide(case, row, found.covered, at)


def said(row: CaseWarranty) -> dict[str, Any]:
    """The parameters of an entry on it: codes and days."""
    days = {"handed_over": row.handed_over_on, "until": row.until}
    found: dict[str, Any] = {"warranty_part": row.part or None}
    return found | {name: day.isoformat() for name, day in days.items() if day}


def kind_of(row: CaseWarranty) -> str:
    """The kind of entry that says what was worked out."""
    if row.by_person:
        return "warranty_part"
    if row.covered is None:
        return "warranty_unknown"
    return "warranty_covered" if row.covered else "warranty_over"


def follow(case: UnitOfWork) -> None:
    """A tick set or taken off by hand is a person's decision; another place is worked out anew.

    What a person decided stays, and so does what a builder was told of already. An act on the warranty has
    said it itself. With a case that is dropped its warranty is, and comes back with it.
    """
    if "identity_hidden" in case.changed and case.row.identity_hidden:
        _hide_sheets(case.row)
    if any(kind.startswith("warranty_") for kind in case.recorded_kinds):
        return
    new = "registered" in case.recorded_kinds
    ticked = case.row.under_warranty if new else "under_warranty" in case.changed
    moved = not new and bool({"unit", "building"} & case.changed)
    ends = not new and bool({"outcome", "validity", "lead"} & case.changed)
    if not ticked and not moved and not ends:
        return
    row = CaseWarranty(complaint=case.row, policy=case.policy_version) if new else row_of(case.row)
    if ticked:
        _by_hand(case, row, new=new)
    elif moved and row.part and not row.by_person and row.state in BEFORE:
        # By the terms it was told by: later ones change no case.
        found = work_out(case.row, row.part, row.policy, warranty_of(case.row.estate_id))
        apply(case, row, found, row.policy, case.at)
        case.record(kind_of(row), by_rule=True, **said(row))
        settle(case, row)
    if ends and not row._state.adding:
        _end_with_case(case, row)


def _hide_sheets(case: Complaint) -> None:
    """Sheets that the customer signed before he went into hiding bear his name too, of every round."""
    signed = Event.objects.filter(complaint=case, kind="warranty_signed").values_list("params", flat=True)
    sheets = {key for params in signed for key in params.get("sheets", ())}
    sheets |= set(CaseWarranty.history.filter(complaint=case.pk).values_list("scan", flat=True))
    Attachment.objects.filter(complaint=case, pk__in=sheets - {None}).update(is_list=True)


def _end_with_case(case: UnitOfWork, row: CaseWarranty) -> None:
    """Nobody is reminded of a repair that the case does not ask for any more."""
    invalid = case.row.validity == Complaint.Validity.INVALID
    over = invalid or case.row.outcome in rules.DROPS or case.row.lead_id is not None
    if over and row.state not in ENDED:
        row.state = State.DROPPED
        set_due(row, None)
        case.record("warranty_dropped", by_rule=True)
    elif not over and row.state == State.DROPPED:
        row.state = State.UNDECIDED
        covered, row.covered = row.covered, None
        decide(case, row, covered, case.at)
        case.record("warranty_back", by_rule=True)
    else:
        return
    settle(case, row)


def _by_hand(case: UnitOfWork, row: CaseWarranty, *, new: bool) -> None:
    covered = case.row.under_warranty
    if fault := rules.case_fault(case.row.outcome, lead_of(case.row)):
        raise Refused(str(fault), field="under_warranty")
    if not covered and row.state not in OPEN_TO_CORRECT:
        raise Refused(_("It was repaired under warranty already; the mark stays."), field="under_warranty")
    if row.state not in BEFORE or row.by_person and row.why != Why.BY_HAND:
        _check_decides(case, row)
    row.why, row.because, row.decided_by = Why.BY_HAND, "", case.by
    decide(case, row, covered, case.recorded_at)
    if not new:
        kind = "warranty_decided_covered" if covered else "warranty_decided_over"
        case.record(kind, warranty_why=Why.BY_HAND.value)
    settle(case, row)


def _check_decides(case: UnitOfWork, row: CaseWarranty) -> None:
    """A tick is no way past who decides: what he decided, or what is with the builder, is his to change."""
    estate = warranty_of(case.row.estate_id)
    officer = case.by is not None and is_officer(case.stand_ins.permissions_of(case.by), estate)
    fault = rules.refusal("decide", row.state, case.roles, outcome=case.row.outcome, is_officer=officer)
    if fault:
        raise Refused(str(fault), field="under_warranty")
