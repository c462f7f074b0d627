"""What a decision asks for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.extension_reach import fault_in_asked, latest_due, usual_due
from complaints.actions.oral_approval import may_say
from complaints.forms.case.compensation import amount
from complaints.forms.fields import moment, words
from complaints.models import Extension
from complaints.time_texts import moment as time_in_words
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role, ladder
from staff.stand_ins import StandIns


class DecisionForm(forms.Form):
    """`row` is what is decided on; the ids of its fields are the row's own, many stand on one page."""

    #: What is said most often as `comment`, to be put in by one tap.
    usual: tuple[str | Promise, ...] = ()

    def __init__(self, data: Any = None, *, row: Any, now: datetime) -> None:
        self.row, self.now = row, now
        super().__init__(data, auto_id=f"id_{type(self).__name__.lower()}_{row.pk}_%s")
        self.prepare()

    def prepare(self) -> None:
        """Choices and first values that depend on the row."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class Approve(DecisionForm):
    comment = words(_("Comment"), needed=False)


class Decline(DecisionForm):
    comment = words(_("Why not"), _("The one who asked reads it."))
    usual = (
        _("Please keep to the limit as it stands."),
        _("The reason does not suffice; ask again with what supports it."),
        _("Tell the complainant first where it stands."),
    )


class Until(DecisionForm):
    """Another time than asked 改批至, earlier or later; a day more where that one cannot be granted."""

    granted_due_at = moment(_("Approve until"), needed=True)
    comment = words(_("Comment"), needed=False)

    def prepare(self) -> None:
        request: Extension = self.row
        clock, estate = request.clock, request.complaint.estate
        as_asked = fault_in_asked(request, clock, self.now, estate) is None
        self.initial["granted_due_at"] = (
            request.asked_due_at if as_asked else usual_due(clock, self.now, estate)
        )
        latest = time_in_words(latest_due(clock, self.now, estate), estate.zone)
        self.fields["granted_due_at"].help_text = gettext("Until %(latest)s at the latest.") % {
            "latest": latest
        }


class Confirm(DecisionForm):
    """The oral yes is meant as it was said; another time only where that one has passed."""

    granted_due_at = moment(_("Approve until"))
    comment = words(_("Comment"), needed=False)

    def prepare(self) -> None:
        request: Extension = self.row
        if request.asked_due_at <= self.now:
            self.initial["granted_due_at"] = usual_due(request.clock, self.now, request.complaint.estate)


class Withdraw(DecisionForm):
    """The one who asked needs it no longer."""


class Oral(DecisionForm):
    """Somebody said yes by word of mouth; he confirms it within 24 hours (domain.md 5)."""

    said_by = forms.ModelChoiceField(
        User.objects.none(), label=_("Who said yes"), empty_label=_("Choose a person")
    )
    said_at = moment(_("When"), needed=True)

    def prepare(self) -> None:
        people = self._may_say()
        self.fields["said_by"].queryset = User.objects.filter(pk__in=people)
        self.can_be_noted = bool(people)

    def _may_say(self) -> list[int]:
        """Holders of the approver's role and of those above, with their deputies: those whose yes counts."""
        request: Extension = self.row
        case = request.complaint
        stand_ins = StandIns.load(self.now, [case.estate])
        people: list[User] = []
        for role in ladder(Role(request.approver_role)):
            people += stand_ins.holders(role, case.estate_id)
        people += stand_ins.present(people)
        about = set(case.respondents.values_list("user_id", flat=True))
        return [
            person.pk
            for person in people
            if person.pk not in about and may_say(request, stand_ins.permissions_of(person))
        ]


class DeclineAmount(Decline):
    usual = (
        _("It is not clear yet whose fault it is; propose it again when it is."),
        _("The amount needs bills or an offer to support it."),
        _("Offer repair or replacement first."),
    )

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"approve": False}


class ApproveAmount(Approve):
    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"approve": True}


class LessAmount(ApproveAmount):
    """Less than was asked for; as much is the approval itself."""

    granted_amount = amount(_("Approve (yuan)"))

    field_order = ("granted_amount", "comment")

    def clean_granted_amount(self) -> Decimal:
        granted: Decimal = self.cleaned_data["granted_amount"]
        if granted >= self.row.amount:
            raise forms.ValidationError(_("Name less than was asked for, or approve the amount."))
        return granted
