"""What acts on measures ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints import case_numbers
from complaints.actions.current_policy import current_policy
from complaints.actions.measure_rows import LONGEST
from complaints.actions.measures import CHECKED_AFTER, Plan
from complaints.actions.told_estates import estates_to_tell, policy_days
from complaints.forms.fields import RowsField, moment, pick, words
from complaints.forms.people import PersonField, serving
from complaints.measures import Answer, Kind
from complaints.models import Complaint, Measure, ToldEstate
from complaints.thorough import days
from config.framework.refusals import Refused
from staff.models import Estate
from staff.permissions import Permissions

#: As many cases are named at once.
MOST_CASES = 50


class CaseNumbers(forms.CharField):
    """Several cases by their numbers, with spaces or commas between; cleans to those the person may see."""

    person: Permissions

    def clean(self, value: Any) -> list[Complaint]:
        numbers = case_numbers.several(str(super().clean(value) or ""))
        if len(numbers) > MOST_CASES:
            raise forms.ValidationError(
                gettext("These are %(n)s cases; at most %(most)s are named at once.")
                % {"n": len(numbers), "most": MOST_CASES}
            )
        seen = Complaint.objects.visible_to(self.person).select_related("estate")
        found = {case.number: case for case in seen.filter(number__in=numbers)}
        if lost := next((number for number in numbers if number not in found), None):
            raise forms.ValidationError(
                gettext("There is no case %(number)s. Example: JX-2026-000018.") % {"number": lost}
            )
        return list(found.values())


def cases_field(*, needed: bool = True) -> Any:
    return CaseNumbers(
        label=_("Cases it comes from"),
        help_text=_("Their numbers, with spaces between."),
        max_length=1200,
        required=needed,
    )


class MeasureForm(forms.Form):
    """Knows the measure (None: a new one), its estate, who asks and when."""

    def __init__(
        self,
        *args: Any,
        measure: Measure | None,
        estate: Estate | None,
        person: Permissions,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.measure, self.estate, self.person, self.now = measure, estate, person, now
        if "alone_because" in self.data:
            self.ask_why_alone()
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the measure."""

    def ask_why_alone(self) -> None:
        """Where nobody else could check it."""
        self.fields["alone_because"] = words(_("Why you do it yourself"), needed=False, longest=500)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        """The sentence at its field; why nobody else can do it is asked for where it matters."""
        if refusal.field == "alone_because":
            self.ask_why_alone()
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class PlanForm(MeasureForm):
    """Why it came to it, and what is changed."""

    root_cause = words(_("Root cause"), _("What lies behind the cases, not what broke."), longest=LONGEST)
    what = words(pgettext_lazy("noun", "Measure"), _("What is changed from now on."), longest=LONGEST)
    kind = pick(pgettext_lazy("measure", "Kind"), Kind.choices)
    process_before = words(
        _("Work flow before"),
        _("For a changed work flow: how it read until now."),
        needed=False,
        longest=LONGEST,
    )
    owner = PersonField(label=_("Responsible"))
    due_at = moment(_("To be done by"), needed=True)
    check_after_days = forms.IntegerField(
        label=_("Checked after days"), min_value=CHECKED_AFTER[0], max_value=CHECKED_AFTER[1], required=False
    )

    def prepare(self) -> None:
        if self.estate:
            self.fields["owner"].offer(serving(self.estate, self.now), work=False)
        self.initial.setdefault("check_after_days", days(current_policy().policy.data, "check_after").days)

    @property
    def plan(self) -> Plan:
        said, posting = self.cleaned_data, self.cleaned_data["owner"]
        return Plan(
            root_cause=said["root_cause"], what=said["what"], kind=said["kind"], owner=posting.user,
            department=posting.department, due_at=said["due_at"], process_before=said["process_before"],
            check_after_days=said["check_after_days"],
        )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        return {"plan": self.plan}


class SetMeasure(PlanForm):
    cases = cases_field()
    field_order = ("cases", "root_cause", "what", "kind", "process_before", "owner", "due_at")

    def prepare(self) -> None:
        super().prepare()
        self.fields["cases"].person = self.person

    def arguments(self) -> dict[str, Any]:
        return {"plan": self.plan, "cases": self.cleaned_data["cases"]}


class Adopt(PlanForm):
    pass


class Reason(MeasureForm):
    note = words(_("Reason"), longest=LONGEST)


class Do(MeasureForm):
    note = words(_("What was done"), longest=LONGEST)
    process_after = words(_("Work flow after"), _("How it reads now."), needed=False, longest=LONGEST)

    def prepare(self) -> None:
        if self.measure and self.measure.kind != Kind.PROCESS:
            self.fields["process_after"].help_text = _("Where a work flow was changed with it.")


class Check(MeasureForm):
    effective = pick(
        _("Did it help?"),
        [("yes", _("Yes: it has not happened again")), ("no", _("No: it is tried again"))],
    )
    note = words(_("What was found"), _("Where you looked and what you saw."), longest=LONGEST)
    what = words(_("What is tried now"), _("Empty: the same again."), needed=False, longest=LONGEST)
    due_at = moment(_("To be done again by"), _("Only where it did not help."))

    def arguments(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name != "effective"}
        return said | {"effective": self.cleaned_data["effective"] == "yes"}


class Change(MeasureForm):
    owner = PersonField(label=_("Responsible"), required=False)
    due_at = moment(_("To be done by"))
    root_cause = words(_("Root cause"), needed=False, longest=LONGEST)
    what = words(pgettext_lazy("noun", "Measure"), needed=False, longest=LONGEST)
    process_before = words(_("Work flow before"), needed=False, longest=LONGEST)
    note = words(_("Why it is changed"), longest=LONGEST)

    def prepare(self) -> None:
        row = self.measure
        if row is None:
            return
        self.fields["owner"].offer(serving(row.estate, self.now), work=False)
        self.initial.setdefault("owner", f"{row.owner_id}-{row.department_id or 0}")
        for name in ("root_cause", "what", "process_before"):
            self.initial.setdefault(name, getattr(row, name))
        if row.state == "open":
            self.initial.setdefault("due_at", row.next_due_at)
        else:  # what was done stays as it was
            for name in ("owner", "what", "due_at"):
                del self.fields[name]

    def arguments(self) -> dict[str, Any]:
        posting = self.cleaned_data.get("owner")
        said = {name: value for name, value in self.cleaned_data.items() if name != "owner"}
        return said | (
            {"owner": posting.user, "department": posting.department} if posting else {"owner": None}
        )


class AddCases(MeasureForm):
    cases = cases_field()

    def prepare(self) -> None:
        self.fields["cases"].person = self.person


class Tell(MeasureForm):
    estates = RowsField(
        Estate.objects.none(),
        label=_("Estates to tell"),
        widget=forms.CheckboxSelectMultiple({"class": "segments"}),
    )
    note = words(_("What they should look at"), needed=False, longest=500)

    def prepare(self) -> None:
        if self.measure:
            field: Any = self.fields["estates"]
            field.queryset = estates_to_tell(self.measure, self.person, self.now)
            field.help_text = gettext("Each answers within %(days)s days.") % {"days": policy_days()}


class AnswerForm(forms.Form):
    """What an estate that was told says of it."""

    reply = pick(_("Here"), Answer.choices)
    note = words(_("In words"), _("What is done here by when, or why it does not apply."), longest=LONGEST)

    def __init__(self, *args: Any, told: ToldEstate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if told.answer:  # what applies was said; now it is done, or it turned out otherwise
            field: Any = self.fields["reply"]
            field.choices = [choice for choice in Answer.choices if choice[0] != told.answer]

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
