"""What the explanation of an overrun asks for, and the decision on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.overruns import faults_in_told
from complaints.actions.vocabulary import extension_reasons
from complaints.decisions import OVERRUN
from complaints.forms.approvals import DecisionForm
from complaints.forms.fields import moment, pick, words
from complaints.models import Overrun
from config.framework.field_rendering import WITHOUT_OPTIONAL
from staff.models import User


class OverrunForm(DecisionForm):
    """Knows who asks: whoever was involved is asked why nobody else decides."""

    def __init__(self, data: Any = None, *, row: Overrun, person: User, now: datetime) -> None:
        self.person = person
        super().__init__(data, row=row, now=now)


class Explain(OverrunForm):
    """Reason, words, and the customer: when and how he was told, or why not. Corrected until decided on."""

    reason = forms.ChoiceField(label=_("Reason"))
    note = words(_("Why it took longer"), _("What held it up, and what is done so that it does not again."))
    customer_told_at = moment(_("When the customer was told"), _("Empty: he was not told."))
    customer_told_how = pick(_("How he was told"), Overrun.Method.choices, needed=False)
    not_told_because = words(_("Why he was not told"), needed=False, longest=300)

    def prepare(self) -> None:
        reasons = [(reason.code, str(reason)) for reason in extension_reasons()]
        self.fields["reason"].choices = [("", gettext("Choose a reason")), *reasons]
        for name in ("customer_told_at", "not_told_because"):
            self.fields[name].template_name = WITHOUT_OPTIONAL
            self.fields[name].needed = gettext("(when he was told, or why not)"), ""
        for name in self.fields:
            self.initial[name] = getattr(self.row, "reason_id" if name == "reason" else name)

    def clean(self) -> dict[str, Any]:
        """All that is wrong with what the customer was told in one answer; the action asks once more."""
        said = self.cleaned_data
        told = (said.get("customer_told_at"), said.get("customer_told_how", ""))
        because = said.get("not_told_because", "")
        if "customer_told_at" in said:
            for fault in faults_in_told(self.row.complaint, *told, because, self.now):
                self.refuse(fault)
        return said


class Decision(OverrunForm):
    def prepare(self) -> None:
        if self.person.pk in OVERRUN.involved(self.row):
            self.fields["alone_because"] = words(
                _("Why you do it yourself"), _("Kept in the timeline."), needed=False, longest=300
            )


class Accept(Decision):
    comment = words(_("Comment"), needed=False)


class Decline(Decision):
    comment = words(_("Why it is not accepted"), _("Whoever explained it reads it."))
    usual = (
        _("It does not say what caused the delay."),
        _("It does not say how it will not happen again."),
        _("The complainant was not told in time."),
    )
