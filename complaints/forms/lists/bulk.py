"""What acts on several cases at once ask for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.case.opinion import opinion
from complaints.forms.choices import categories, severities
from complaints.forms.fields import pick, words
from complaints.forms.people import PersonField, at_desks, serving_all
from complaints.models import Category, Complaint
from staff.models import Estate


class ManyForm(forms.Form):
    """Knows the cases; subclasses fill their choices in `prepare`."""

    def __init__(self, data: Any = None, *, cases: Collection[Complaint], now: datetime) -> None:
        super().__init__(data)
        self.cases, self.now = cases, now
        self.estates: list[Estate] = list({case.estate_id: case.estate for case in cases}.values())
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the cases."""

    def said_of(self, case: Complaint) -> dict[str, Any]:
        """The action's keywords for one of the cases."""
        raise NotImplementedError


class TransferMany(ManyForm):
    """Another first receiver for several cases: of the desk of all their estates."""

    person = PersonField(label=_("New first receiver"))
    note = words(
        _("Reason"), _("Stands in every case's timeline. Example: shift change, leaving."), longest=500
    )

    def prepare(self) -> None:
        people = serving_all(self.estates, self.now)
        self.fields["person"].offer(at_desks(people, self.estates), work=False)

    def said_of(self, case: Complaint) -> dict[str, Any]:
        return {"to": self.cleaned_data["person"].user, "note": self.cleaned_data["note"]}


class RemindMany(ManyForm):
    """Whoever holds the cases is reminded of each."""

    note = words(
        _("What matters"), _("Goes to whoever holds the case; may stay empty."), needed=False, longest=300
    )

    def said_of(self, case: Complaint) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"]}


class AcceptMany(ManyForm):
    """The department's opinion on each case (T32); what is the same for several is written once."""

    note = opinion(_("For the cases that have none of their own below."), needed=False)

    def prepare(self) -> None:
        for case in self.cases:
            self.fields[f"note_{case.pk}"] = forms.CharField(
                label=_("Opinion on %(number)s") % {"number": case.number},
                required=False,
                max_length=1000,
                widget=forms.Textarea({"rows": 2}),
            )

    def said_of(self, case: Complaint) -> dict[str, Any]:
        return {"note": self.cleaned_data[f"note_{case.pk}"] or self.cleaned_data["note"]}


class DeliverMany(ManyForm):
    """One handler for several cases; what a case knows already of severity and category stays."""

    severity = pick(_("Severity"), ())
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), empty_label=_("Choose a category")
    )
    handler = PersonField(label=_("Handler"))

    def prepare(self) -> None:
        if all(case.severity for case in self.cases):
            del self.fields["severity"]
        else:
            self.fields["severity"].choices = severities()
            self.fields["severity"].help_text = _("For those that have none yet.")
        if all(case.category_id for case in self.cases):
            del self.fields["category"]
        else:
            self.fields["category"].choices = categories()
            self.fields["category"].queryset = Category.objects.filter(parent__isnull=False)
            self.fields["category"].help_text = _("For those that have none yet.")
        self.fields["handler"].offer(serving_all(self.estates, self.now))

    def said_of(self, case: Complaint) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "severity": case.severity or said["severity"],
            "category": case.category or said["category"],
            "handler": said["handler"].user,
            "department": said["handler"].department,
        }
