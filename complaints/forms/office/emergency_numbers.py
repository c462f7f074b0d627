"""What is asked about a number to call when people are in danger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.office.settings import Asked
from complaints.models import EmergencyNumber


class EmergencyNumberForm(Asked):
    kind = forms.ChoiceField(
        label=pgettext_lazy("emergency number", "Who"), choices=EmergencyNumber.Kind.choices
    )
    name = forms.CharField(
        label=_("Name or remark"),
        max_length=60,
        required=False,
        help_text=_("Such as the firm, or from when to when somebody is there."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=30)
    order = forms.IntegerField(
        label=_("Order"), min_value=0, max_value=999, initial=0, help_text=_("The lowest is shown first.")
    )
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("Without the tick it is no longer shown; its history is kept."),
    )

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["is_active"]
