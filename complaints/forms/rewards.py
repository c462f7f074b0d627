"""What acts on rewards and penalties ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.forms.fields import words
from complaints.models import Reward
from complaints.rewards import LONGEST
from config.framework.refusals import Refused


class RewardForm(forms.Form):
    """Knows the row. Every act says why."""

    note = words(
        gettext_lazy("Reason"),
        pgettext_lazy("rewards", "Whom it concerns reads it: no customer, room or phone is named."),
        longest=LONGEST,
    )

    def __init__(self, *args: Any, row: Reward, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        self.prepare()

    def prepare(self) -> None:
        """What stands in it already."""

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class Approve(RewardForm):
    amount = forms.IntegerField(label=pgettext_lazy("rewards", "Amount in yuan"), min_value=0)
    field_order = ("amount", "note")

    def prepare(self) -> None:
        most = self.row.by_rule
        self.initial.setdefault("amount", most)
        self.fields["amount"].help_text = _("From 0 to %(most)s yuan: no more than the rule says.") % {
            "most": most
        }
        self.fields["amount"].widget.attrs["max"] = most
