"""What a move asks for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import case_numbers
from complaints.actions.danger_question import words_of_danger
from complaints.actions.visibility import roles_on
from complaints.forms.case.analysis import cause_field, prepare_cause
from complaints.forms.case.opinion import opinion_of_taker
from complaints.forms.case.revisits import METHODS
from complaints.forms.choices import categories, severities
from complaints.forms.desk.danger import in_words
from complaints.forms.fields import MoveForm, files, moment, pick, tick, words
from complaints.forms.offers import Shown, offers_for
from complaints.forms.people import PersonField, at_desks, serving
from complaints.forms.warranty_offer import offered_for
from complaints.models import Category, Complaint, Cycle
from complaints.policy import NoticeGrade
from complaints.statuses import CaseRole
from config.framework.field_rendering import WITHOUT_OPTIONAL
from staff.models import Department
from staff.permissions import Permissions


class Nothing(MoveForm):
    """The button says it all."""


class Reason(MoveForm):
    note = words(_("Reason"))


class CheckOnSpot(MoveForm):
    note = words(_("What was found on the spot"))
    done_at = moment(_("When"), _("Empty: now."))


class Void(MoveForm):
    note = words(
        _("Reason"),
        _("For a complaint entered by mistake. Its clocks stop and no report counts it; it stays readable."),
    )


class CloseReceipts(MoveForm):
    note = words(
        _("What happened to the receipt"),
        _("Every link made so far closes, those in text messages too; whoever reads the page is put out."),
    )


class WhatCustomerSays(MoveForm):
    note = words(_("What the customer says"))


class Chase(MoveForm):
    note = words(_("What the customer says"), needed=False)


class Remind(MoveForm):
    note = words(
        _("What matters"), _("Goes to whoever holds the case; may stay empty."), needed=False, longest=300
    )


class AddNote(MoveForm):
    note = words(_("Note"), _("The customer does not see it."))


class ProposeInvalid(MoveForm):
    """Not upheld, with the ground; a second person decides."""

    note = words(
        _("Ground"),
        _("The contract, rule or record it rests on. A second person decides."),
        longest=500,
    )


class Opinion(MoveForm):
    """Hard to judge: what the referrer thinks of it."""

    note = words(
        _("Your opinion"), _("What speaks for it, what against it. The supervisor decides."), longest=500
    )


class ConfirmInvalid(MoveForm):
    """Not upheld, says the second person too."""

    note = words(_("Ground, if another one"), _("Empty: as proposed."), needed=False, longest=500)


class CloseUnsatisfied(MoveForm):
    note = words(
        _("What the customer was told"),
        _("Include the outside ways: 12345, owners' committee, mediation, court. The customer sees it."),
    )


class Act(MoveForm):
    note = words(_("What was done"))
    files = files(_("Photos"))
    done_at = moment(_("When"), _("Empty: now."))
    owner_sees = tick(_("The customer sees this entry, with its photos"))

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}


class Answer(MoveForm):
    note = words(
        _("Words to the customer"),
        _("What will be done and by when; nothing beyond it. The customer sees it."),
    )
    method = pick(_("How"), Cycle.ReplyMethod.choices)
    clear = tick(_("This is the clear answer"), _("Says what will be done, by whom and by when."))
    promised_at = moment(_("Promised for"))
    done_at = moment(_("When"), _("Empty: now."))


class Handle(MoveForm):
    note = words(
        _("Result"),
        _(
            "What is done now. A repair that is arranged is not handled. "
            "The customer reads the reply, not this."
        ),
    )
    evidence = words(
        _("How the result can be seen"),
        _("Signature, measurement, who checked."),
        needed=False,
    )
    files = files(_("Photos of the result"))
    cause = cause_field()
    done_at = moment(_("When"), _("Empty: now."))

    def prepare(self) -> None:
        prepare_cause(self, self.complaint)
        for name in ("evidence", "files"):
            self.fields[name].template_name = WITHOUT_OPTIONAL
            self.fields[name].needed = _("(one of the two is needed)"), ""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}


class Attach(MoveForm):
    files = files(_("Files"), needed=True)
    owner_sees = tick(_("The customer sees them"))

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": self.attachments}


class Reply(MoveForm):
    note = words(_("Words of the reply"), _("The result, in words the customer keeps. The customer sees it."))
    method = pick(_("How"), Cycle.ReplyMethod.choices)
    accepted = tick(_("The customer accepts the reply"))
    done_at = moment(_("When"), _("Empty: now."))

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"accepted": self.cleaned_data["accepted"] or None}


class Withdraw(MoveForm):
    method = pick(_("How the customer confirmed it"), METHODS)
    note = words(_("What the customer says"))

    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], "confirmed_by": self.cleaned_data["method"]}


class Classify(MoveForm):
    """Severity with its limit beside it, category, and who handles it."""

    severity = pick(_("Severity"), ())
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), empty_label=_("Choose a category")
    )
    handler = PersonField(label=_("Handler"))
    reason = words(_("Why the severity changes"), needed=False, longest=500)
    opinion = opinion_of_taker()

    def prepare(self) -> None:
        self.fields["severity"].choices = severities()
        self.fields["category"].choices = categories(self.complaint)
        self.fields["category"].queryset = Category.objects.filter(parent__isnull=False)
        people = serving(self.complaint.estate, self.now, complaint=self.complaint)
        self.fields["handler"].offer(people)
        if self.complaint.cycle_number > 1:
            self._begin_with_earlier_handler()
        if self.complaint.under_warranty:
            self._begin_with_warranty()
        self.initial.setdefault("severity", self.complaint.severity)
        self.initial.setdefault("category", self.complaint.category_id)
        if not self.complaint.severity:
            del self.fields["reason"]

    @property
    def suggestions(self) -> list[Shown]:
        return offers_for(self.complaint, chosen=self.data or self.initial)

    @property
    def asks_urgent(self) -> str:
        return "" if self.complaint.urgent else in_words(words_of_danger(self.complaint.content))

    def _begin_with_earlier_handler(self) -> None:
        """Whoever handled it last knows the matter; unless he is away or may not any more."""
        earlier = Cycle.objects.filter(complaint=self.complaint, handled_by__isnull=False).order_by("-number")
        last = earlier.values_list("handled_by", flat=True).first()
        field = self.fields["handler"]
        present = (key for key, p in field.postings.items() if p.user_id == last and not p.is_away)
        if key := next(present, None):
            self.initial.setdefault("handler", key)
            field.help_text = gettext("Set to whoever handled it in the earlier round.")

    def _begin_with_warranty(self) -> None:
        """Under warranty it is the warranty officer's, else the builder's who works with us (T48)."""
        field = self.fields["handler"]
        if found := offered_for(self.complaint, field.postings):
            self.initial.setdefault("handler", found)
            field.help_text = gettext("Under warranty: set to whoever sees to that. Another may be chosen.")

    def arguments(self) -> dict[str, Any]:
        posting = self.cleaned_data["handler"]
        return self.cleaned_data | {"handler": posting.user, "department": posting.department}


class Reassign(MoveForm):
    handler = PersonField(label=_("New handler"))
    note = words(_("Reason"), needed=False)
    opinion = opinion_of_taker()

    def prepare(self) -> None:
        people = serving(self.complaint.estate, self.now, complaint=self.complaint)
        if CaseRole.CONTRACTOR in roles_on(self.complaint, self.person):
            people = [posting for posting in people if posting.department_id in self.person.outside]
        self.fields["handler"].offer(people)

    def arguments(self) -> dict[str, Any]:
        posting = self.cleaned_data["handler"]
        return self.cleaned_data | {"handler": posting.user, "department": posting.department}


class Transfer(MoveForm):
    person: Any = PersonField(label=_("New first receiver"))
    note = words(_("Reason"))

    def prepare(self) -> None:
        estate = self.complaint.estate
        people = serving(estate, self.now, complaint=self.complaint)
        self.fields["person"].offer(at_desks(people, [estate]), work=False)

    def arguments(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["person"].user, "note": self.cleaned_data["note"]}


class Regrade(MoveForm):
    severity = pick(_("Severity"), ())
    note = words(_("Reason"))

    def prepare(self) -> None:
        self.fields["severity"].choices = severities()
        self.initial.setdefault("severity", self.complaint.severity)


class SetGrade(MoveForm):
    grade = pick(_("Notice grade"), NoticeGrade.choices)
    note = words(_("Reason"))

    def prepare(self) -> None:
        self.initial.setdefault("grade", self.complaint.grade)


class CaseNumber(forms.CharField):
    """Another case by its number; cleans to the case, if the person may see it."""

    person: Permissions

    def clean(self, value: Any) -> Complaint:
        number = case_numbers.clean(super().clean(value))
        case = Complaint.objects.visible_to(self.person).filter(number=number).first() if number else None
        if case is None:
            raise forms.ValidationError(gettext("There is no such case. Example: JX-2026-000018."))
        return case


class Join(MoveForm):
    lead = CaseNumber(label=_("Number of the lead case"), max_length=20)

    def prepare(self) -> None:
        self.fields["lead"].person = self.person


class Link(MoveForm):
    number = CaseNumber(label=_("Number of the earlier case"), max_length=20)

    def prepare(self) -> None:
        self.fields["number"].person = self.person

    def arguments(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["number"]}


class NameRespondent(MoveForm):
    """Somebody with a log-in, a department, or a name."""

    person: Any = PersonField(label=_("Colleague"), required=False)
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department or contractor"), required=False, empty_label="–"
    )
    name = forms.CharField(label=_("Or a name"), max_length=60, required=False)

    def prepare(self) -> None:
        people = serving(self.complaint.estate, self.now, complaint=self.complaint)
        self.fields["person"].offer(people, work=False)
        estate = self.complaint.estate
        here = Department.objects.filter(estate=estate) | Department.objects.filter(estate=None)
        self.fields["department"].queryset = here.order_by("name")

    def clean(self) -> dict[str, Any]:
        said = [value for value in self.cleaned_data.values() if value]
        if len(said) != 1:
            raise forms.ValidationError(gettext("Name one: a colleague, a department or a name."))
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"person": said["person"].user if said["person"] else said["department"] or said["name"]}
