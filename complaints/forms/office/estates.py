"""What is asked about an estate: its facts, its opening and its end."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.office.settings import Asked
from config.framework.typed_dates import DayInput
from owners.phones import digits_in
from staff.models import Estate
from staff.zones import COMMON, read_zone


class EstateForm(Asked):
    """What a property manager looks after in his estate."""

    name = forms.CharField(label=_("Name of the estate"), max_length=60)
    service_phone = forms.CharField(
        label=_("Service phone"), max_length=30, help_text=_("Shown to owners on receipts and on the portal.")
    )
    households = forms.IntegerField(
        label=_("Households"),
        min_value=0,
        max_value=1_000_000,
        help_text=_("Used to calculate complaints per 1,000 households."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=COMMON.items,
        initial="Asia/Shanghai",
        help_text=_("Deadlines that are already running do not change."),
    )
    other_zone = forms.CharField(
        label=_("Another time zone"),
        max_length=60,
        required=False,
        help_text=_("Only where it is not in the list: the nearest big city in English, such as Tokyo."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    robot_key = forms.CharField(
        label=_("WeCom group robot"),
        max_length=200,
        required=False,
        help_text=_("The robot's address or its key. It tells the group what is overdue, without any name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.initial.get("time_zone")
        if present and present not in COMMON:
            self.fields["time_zone"].choices = [(present, present), *COMMON.items()]

    def clean_other_zone(self) -> str:
        typed = self.cleaned_data["other_zone"].strip()
        return read_zone(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        """One answer to where it lies: what was typed goes before what was chosen."""
        super().clean()
        said = self.cleaned_data
        if other := said.pop("other_zone", ""):
            said["time_zone"] = other
        return said

    def clean_service_phone(self) -> str:
        """Written as the company prints it, with dashes and extension; but something one can dial."""
        typed: str = self.cleaned_data["service_phone"]
        if not digits_in(typed):
            raise ValidationError(gettext("Enter a phone number, such as 0551-65550100 or 400-820-8820."))
        return typed

    def clean_robot_key(self) -> str:
        """Only the key is kept: messages go to WeCom and nowhere else."""
        key: str = self.cleaned_data["robot_key"].strip().rpartition("key=")[2]
        if key and not re.fullmatch(r"[\w-]{1,64}", key):
            raise ValidationError(gettext("This is no address or key of a WeCom group robot."))
        return key


class EndEstateForm(Asked):
    """Handed back, or merged into another one; from which day on, and whom the owners turn to."""

    day = forms.DateField(
        label=_("First day we no longer manage it"),
        widget=DayInput(),
    )
    into = forms.ModelChoiceField(
        Estate.objects.none(),
        label=_("Merged into"),
        required=False,
        empty_label=_("Not merged (handed back)"),
    )
    turn_to = forms.CharField(
        label=_("New contact for owners"),
        max_length=120,
        required=False,
        help_text=_(
            "Name and phone number. The front desk reads it out to callers. Not needed for a merger."
        ),
    )
    because = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Estate.objects.filter(ended_at=None).exclude(pk=estate.pk)
        self.fields["into"].queryset = others.order_by("name")


class ResumeEstateForm(Asked):
    because = forms.CharField(label=_("Reason"), max_length=200)


class NewEstateForm(EstateForm):
    """What is asked once, when an estate is taken under management."""

    code = forms.CharField(
        label=_("Code of the estate"),
        max_length=6,
        help_text=_("Every complaint number begins with it, and it never changes. Example: JX."),
    )
    region_name = forms.CharField(
        label=_("Region"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "regions", "autocomplete": "off"}),
    )
    field_order = ("code", "name", "region_name")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].upper()
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,5}", code):
            raise ValidationError(
                gettext("Two to six capital letters or digits, a letter first. Example: JX.")
            )
        if Estate.objects.filter(code=code).exists():
            raise ValidationError(gettext("An estate has this code already."))
        return code

    def clean_region_name(self) -> str:
        return " ".join(self.cleaned_data["region_name"].split())
