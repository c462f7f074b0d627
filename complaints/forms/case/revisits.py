"""What revisits, follow-ups and second calls ask for. A field bears the name of the action's keyword."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions import (
    Answers,
    Opinion,
    departments_for,
    rated_opinions,
    roles_on,
)
from complaints.actions.row_conditions import fault_in_follow_up
from complaints.actions.situations import calls_to_make
from complaints.forms.fields import MoveForm, moment, pick, words
from complaints.models import FollowUp, Revisit, SecondCall
from complaints.models.field_names import field_name
from complaints.time_texts import moment as time_in_words
from staff.models import Department

YES_NO = (("yes", _("Yes")), ("no", _("No")), ("", _("Not asked")))
SCALE = ((5, _("5, very satisfied")), (4, "4"), (3, _("3, satisfied")), (2, "2"), (1, _("1, not at all")))
QUESTIONS = ("believed", "informed", "passed_around", "polite", "accused")
METHODS = [choice for choice in Revisit.Method.choices if choice[0] != Revisit.Method.PORTAL]
#: The places for new opinions: what is added to the names of their three fields.
PLACES = ("", "_2", "_3")


class TryRevisit(MoveForm):
    note = words(_("What was tried"), _("Number called, how often, who was at the door."))


def question(name: str) -> Any:
    return pick(field_name(Revisit, name), YES_NO, needed=False)


def an_opinion() -> Any:
    return words(
        _("New opinion"),
        _("Something new the customer brings up; it becomes a follow-up. The customer sees it."),
        needed=False,
    )


def a_department() -> Any:
    return forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("That of the case")
    )


def a_time() -> Any:
    return moment(
        _("Agreed time"), _("For a question without an answer yet: until when the customer hears of it.")
    )


class _Departments(MoveForm):
    """A form that gives new opinions to departments."""

    def prepare(self) -> None:
        offered = Department.objects.filter(departments_for(self.complaint)).order_by("name")
        for name, field in self.fields.items():
            if name.startswith("department"):
                field.queryset = offered


class RevisitForm(_Departments):
    """The five questions of the owners, the satisfaction, and what is new (domain.md 3, K7, F3)."""

    template_name = "complaints/case/revisit_fields.html"

    method = pick(_("How"), METHODS)
    satisfaction = pick(
        _("Satisfaction"), SCALE, hint=_("3 and more closes the case; less begins a new round.")
    )
    believed = question("believed")
    informed = question("informed")
    passed_around = question("passed_around")
    polite = question("polite")
    accused = question("accused")
    remarks = words(
        _("Remarks"),
        _("With 1 or 2: what is still wrong. Whoever handles it in the next round begins with these words."),
        needed=False,
    )
    new_opinion = an_opinion()
    department = a_department()
    agreed_at = a_time()
    new_opinion_2 = an_opinion()
    department_2 = a_department()
    agreed_at_2 = a_time()
    new_opinion_3 = an_opinion()
    department_3 = a_department()
    agreed_at_3 = a_time()

    def prepare(self) -> None:
        super().prepare()
        self.rated = rated_opinions(self.complaint)

    @property
    def questions(self) -> Iterator[BoundField]:
        """The fields before the new opinions."""
        return (field for field in self if not self._is_of_opinion(field.name))

    @property
    def places(self) -> list[tuple[int, list[BoundField], bool]]:
        """The places for new opinions: number, fields, and whether it stands open."""
        found = []
        for number, end in enumerate(PLACES, start=1):
            fields = [self[f"{name}{end}"] for name in ("new_opinion", "department", "agreed_at")]
            found.append((number, fields, any(field.value() or field.errors for field in fields)))
        return found

    @staticmethod
    def _is_of_opinion(name: str) -> bool:
        return name.startswith(("new_opinion", "department", "agreed_at"))

    def clean(self) -> dict[str, Any]:
        for end in PLACES:
            words, at = (self.cleaned_data.get(f"{name}{end}") for name in ("new_opinion", "agreed_at"))
            if at and not words:
                self.add_error(f"new_opinion{end}", gettext("Say what the time was agreed for."))
            elif at and at <= self.now:
                self.add_error(f"agreed_at{end}", gettext("The agreed time must lie in the future."))
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        opinions = tuple(
            Opinion(said[f"new_opinion{end}"], said[f"department{end}"], said[f"agreed_at{end}"])
            for end in PLACES
            if said[f"new_opinion{end}"]
        )
        answers = Answers(
            satisfaction=int(said["satisfaction"]),
            remarks=said["remarks"],
            opinions=opinions,
            **{name: {"yes": True, "no": False}.get(said[name]) for name in QUESTIONS},
        )
        return {"answers": answers, "method": said["method"]} | _why_alone(said)


class ExceptRevisit(MoveForm):
    exception = pick(_("Why there is no revisit"), Revisit.Exception.choices)
    note = words(_("What was tried and said"))


def _why_alone(said: dict[str, Any]) -> dict[str, Any]:
    return {"alone_because": said["alone_because"]} if "alone_because" in said else {}


class AddFollowUp(_Departments):
    note = an_opinion()
    department = a_department()
    agreed_at = a_time()

    def prepare(self) -> None:
        super().prepare()
        self.fields["note"].required = True


class FollowUpField(forms.ModelChoiceField):
    """One of the case's follow-ups, by its words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(FollowUp.objects.none(), **kwargs)

    def label_from_instance(self, row: Any) -> str:
        return Truncator(" ".join(row.words.split())).chars(40)


class _OfFollowUp(MoveForm):
    """An act on one follow-up; where only one can be meant it is chosen."""

    follow_up = FollowUpField(label=_("Follow-up"), empty_label=_("Choose a follow-up"))

    def prepare(self) -> None:
        rows = FollowUp.objects.filter(complaint=self.complaint).select_related("complaint").order_by("pk")
        roles = roles_on(self.complaint, self.person)
        fitting = [row for row in rows if not fault_in_follow_up(self.verb, row, roles, self.person)]
        field = self.fields["follow_up"]
        field.queryset = FollowUp.objects.filter(pk__in=[row.pk for row in fitting]).order_by("pk")
        if len(fitting) == 1:
            self.initial.setdefault("follow_up", fitting[0].pk)


class DoFollowUp(_OfFollowUp):
    note = words(_("What was done"), _("The customer sees it."))
    told = words(
        _("What the customer was told"),
        _("Empty: he has not been told yet. The customer sees it."),
        needed=False,
    )
    method = pick(_("How he was told"), FollowUp.Method.choices, needed=False)
    done_at = moment(_("When"), _("Empty: now."))


class TellFollowUp(_OfFollowUp):
    note = words(_("What the customer was told"), _("The customer sees it."))
    method = pick(_("How"), FollowUp.Method.choices)
    done_at = moment(_("When"), _("Empty: now."))


class SignFollowUp(_OfFollowUp):
    """What was done stands beside it on the case."""


class DropFollowUp(_OfFollowUp):
    into = FollowUpField(
        label=_("Goes on in"),
        required=False,
        empty_label=_("In none: the customer takes it back"),
        help_text=_("Where another follow-up of this case is about the same."),
    )
    note = words(_("Reason"), _("The customer sees it."))

    def prepare(self) -> None:
        super().prepare()
        going_on = FollowUp.objects.filter(complaint=self.complaint, merged_into=None, withdrawn_because="")
        self.fields["into"].queryset = going_on.order_by("pk")


class SecondCallForm(MoveForm):
    """The customer is asked once more, by the head of service (K7)."""

    outcome = pick(_("How the call went"), SecondCall.Outcome.choices)
    satisfaction = pick(
        _("Satisfaction"), SCALE, needed=False, hint=_("What the customer says now, if he was reached.")
    )
    # Not `matches`: a control of that name hides the form's own `matches()` from the page's scripts.
    record_matches = pick(
        SecondCall._meta.get_field("matches").verbose_name,
        YES_NO,
        needed=False,
        hint=_("Tell him what was written down; does he say the same?"),
    )
    note = words(_("What the customer said"), _("If he was not reached: what was tried."), needed=False)

    def prepare(self) -> None:
        """What the first revisit wrote down, which is what he is asked about."""
        if (call := calls_to_make(self.complaint).first()) and (first := call.revisit):
            said = {
                "when": time_in_words(first.at, self.complaint.estate.zone),
                "by": first.by or gettext("the customer on his page"),
                "satisfaction": first.satisfaction,
            }
            record = gettext("Written down on %(when)s by %(by)s: %(satisfaction)s of 5.") % said
            remarks = gettext(" “%(words)s”") % {"words": first.remarks} if first.remarks else ""
            hint = self.fields["record_matches"].help_text
            self.fields["record_matches"].help_text = f"{record}{remarks} {hint}"

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "outcome": said["outcome"],
            "satisfaction": int(said["satisfaction"]) if said["satisfaction"] else None,
            "matches": {"yes": True, "no": False}.get(said["record_matches"]),
            "note": said["note"],
        } | _why_alone(said)
