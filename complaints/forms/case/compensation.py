"""What the steps of a compensation ask for: amount, payment, the customer's acceptance, taking it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.current_policy import current_policy
from complaints.actions.row_conditions import fault_in_amount
from complaints.forms.fields import MoveForm, files, pick, words
from complaints.models import Compensation
from complaints.policy import PAYING
from complaints.time_texts import day as day_in_words
from config.framework.field_rendering import WITHOUT_OPTIONAL
from config.framework.typed_dates import DayInput
from staff.roles import Role


def amount(label: Any, **more: Any) -> Any:
    """Yuan with two places at most."""
    return forms.DecimalField(
        label=label, max_digits=11, decimal_places=2, min_value=Decimal("0.01"), localize=False, **more
    )


def day(label: Any) -> Any:
    return forms.DateField(label=label, widget=DayInput())


class ProposeCompensation(MoveForm):
    kind = pick(_("Payment or waiver"), Compensation.Kind.choices, needed=False)
    kind.is_asked = True  # answered on the page; the API may leave it out
    amount = amount(_("Amount (yuan)"))
    note = words(_("Reason"), _("Damage, survey, agreement. The customer is told nothing before approval."))

    def prepare(self) -> None:
        self.initial.setdefault("kind", Compensation.Kind.PAY)
        policy = current_policy().policy
        limits = policy.data["compensation"]["limits"]
        steps = [
            gettext("up to %(amount)s: %(role)s") % {"amount": f"{limits[role]:,}", "role": Role(role).label}
            for role in PAYING
        ]
        steps.append(gettext("above: %(role)s") % {"role": Role.GENERAL_MANAGER.label})
        self.fields["amount"].help_text = gettext(
            "Approves, by all amounts of this case together: %(steps)s."
        ) % {"steps": gettext("; ").join(steps)}

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"kind": self.cleaned_data["kind"] or Compensation.Kind.PAY.value}


class AmountField(forms.ModelChoiceField):
    """One of the amounts of the case that this step is about."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Compensation.objects.none(), label=_("Which amount"), empty_label=None,
            widget=forms.RadioSelect, error_messages={"invalid_choice": _("Choose from the list.")}, **kwargs,
        )  # fmt: skip

    def label_from_instance(self, row: Compensation) -> str:
        said = {"kind": row.get_kind_display(), "amount": f"{row.shown_amount:,.2f}"}
        proposed = row.proposed_at.astimezone(row.complaint.estate.zone).date()
        return gettext("%(kind)s, %(amount)s yuan") % said + f" · {day_in_words(proposed)}"


class OfOneAmount(MoveForm):
    """A step of one amount: the only one is chosen already."""

    compensation = AmountField()

    def prepare(self) -> None:
        rows = self.complaint.compensations.select_related("proposed_by").order_by("pk")
        fitting = [row.pk for row in rows if not fault_in_amount(self.verb, row, self.person.user.pk)]
        self.fields["compensation"].queryset = self.complaint.compensations.filter(pk__in=fitting).order_by(
            "pk"
        )
        if not self.is_bound and fitting:
            self.initial.setdefault("compensation", fitting[0])


class Pay(OfOneAmount):
    paid_on = day(_("Paid on"))
    voucher = forms.CharField(
        label=_("Voucher number"), max_length=60, help_text=_("Of the payment, or of the corrected bill.")
    )
    files = files(_("Voucher"))

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("paid_on", self.now.astimezone(self.complaint.estate.zone).date())

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}


class AcceptPayment(OfOneAmount):
    accepted_on = day(_("Accepted on"))
    how = words(_("How the customer confirmed it"), needed=False, longest=500)
    files = files(_("Receipt or settlement, signed"))

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("accepted_on", self.now.astimezone(self.complaint.estate.zone).date())
        for name in ("how", "files"):
            self.fields[name].template_name = WITHOUT_OPTIONAL
            self.fields[name].needed = _("(one of the two is needed)"), ""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}


class WithdrawCompensation(OfOneAmount):
    note = words(_("Reason"))
