"""The cause of a case and its analysis, as pages and API ask for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.actions.causes import LONGEST_WORDS, current_needs_cause, departments_to_ask
from complaints.actions.current_policy import current_policy
from complaints.actions.situations import analysis_of
from complaints.forms.fields import MoveForm, moment, words
from complaints.models import Cause, Complaint
from complaints.thorough import ASPECTS, HINTS
from complaints.worktime import Limit, Unit
from staff.models import Department


def cause_field() -> Any:
    """Why it came to the complaint; which cases need it, the rules say."""
    return forms.ModelChoiceField(
        Cause.objects.filter(is_active=True).order_by("order", "pk"),
        label=_("Cause"),
        required=False,
        empty_label="–",
        error_messages={
            "required": _("Choose the cause: a case of this severity is not handled without one.")
        },
    )


def prepare_cause(form: forms.Form, complaint: Complaint) -> None:
    """Begins with what is known; asked for where the rules ask, and nowhere without causes to choose from."""
    field: Any = form.fields["cause"]
    form.initial.setdefault("cause", complaint.cause_id)
    if complaint.cause_id:
        field.queryset = field.queryset | Cause.objects.filter(pk=complaint.cause_id)
    elif current_needs_cause(complaint.effective_severity):
        field.required = True
    elif not field.queryset.exists():
        del form.fields["cause"]


class Analyse(MoveForm):
    """By the five aspects; what has nothing to do with it stays empty."""

    people = words(ASPECTS["people"], HINTS["people"], needed=False, longest=LONGEST_WORDS)
    equipment = words(ASPECTS["equipment"], HINTS["equipment"], needed=False, longest=LONGEST_WORDS)
    material = words(ASPECTS["material"], HINTS["material"], needed=False, longest=LONGEST_WORDS)
    method = words(ASPECTS["method"], HINTS["method"], needed=False, longest=LONGEST_WORDS)
    surroundings = words(ASPECTS["surroundings"], HINTS["surroundings"], needed=False, longest=LONGEST_WORDS)

    def prepare(self) -> None:
        if row := analysis_of(self.complaint):
            for name in ASPECTS:
                self.initial.setdefault(name, getattr(row, name))
        for name in ASPECTS:
            self.fields[name].widget.attrs["rows"] = 2


class AskAnalysis(MoveForm):
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department that knows"), required=False, empty_label=None
    )
    due_at = moment(_("By when"), needed=True)
    note = words(_("What it should look at"), needed=False, longest=500)

    def prepare(self) -> None:
        field: Any = self.fields["department"]
        field.queryset = Department.objects.filter(departments_to_ask(self.complaint)).order_by("name")
        self.initial.setdefault("department", self.complaint.department_id)
        limit = Limit.parse(current_policy().policy.data["thorough"]["analysis_within"])
        if limit.unit == Unit.DAYS:
            self.initial.setdefault("due_at", self.now + limit.amount)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data
