"""What waits for a decision is a card with forms; how one of them is carried out, for every kind alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from complaints.actions.extension_reach import Granted
from complaints.forms.approvals import DecisionForm
from complaints.models import Attachment, Complaint, Event, Extension
from config.framework.refusals import Refused
from staff.requests import StaffRequest


@dataclass(frozen=True)
class Decision:
    form: Callable[..., DecisionForm]
    act: Callable[..., Any]
    done: str | Promise
    #: Not the approver's: who takes it goes back to the case, the approver on to his next card.
    by_requester: bool = False


@dataclass
class Card:
    """One request on the page, with the forms of what the reader may do about it."""

    kind: str  # extension, amount, invalid, overrun or superior
    row: Any
    complaint: Complaint
    due_at: datetime
    forms: dict[str, Any] = field(default_factory=dict)
    decides: bool = False
    has_clock: bool = False  # of an overrun or a superior's decision: it has a time of its own, `due_at`
    asked: str = ""  # the decision whose form must be corrected
    refusals: list[str] = field(default_factory=list)  # what stands at no field on the page
    earlier: list[Extension] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    told: Event | None = None
    opinion: Event | None = None  # the department's
    in_all: Decimal | None = None  # of an amount: what the case costs with it
    hindrance: str = ""  # why it cannot be granted as it was asked
    so_far: Granted = Granted(0, timedelta())  # what was granted on this clock before

    @property
    def zone(self) -> Any:
        return self.complaint.estate.zone

    @property
    def added(self) -> timedelta:
        """By how much the due time would move."""
        added: timedelta = self.row.asked_due_at - self.row.old_due_at
        return added

    def correct(self, verb: str, form: DecisionForm) -> Card:
        """With what was typed and what is wrong with it; where it is no longer his to do, with why."""
        self.asked = verb
        if verb in self.forms:
            self.forms[verb] = form
            self.refusals = [str(fault) for fault in form.non_field_errors()]
        else:
            self.refusals = [str(fault) for faults in form.errors.values() for fault in faults]
        return self


def carry_out(
    decision: Decision, form: DecisionForm, request: StaffRequest, at: datetime
) -> HttpResponse | None:
    """Decide on the row of the form, and go on: to the case or the next card. None: the form says why not."""
    if not form.is_valid():
        return None
    try:
        decision.act(form.row, **form.arguments(), by=request.user, at=at)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    messages.success(request, str(decision.done))
    return redirect(form.row.complaint if decision.by_requester else "approvals")
