"""What the register asks people for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.framework.refusals import Refused
from config.framework.typed_dates import DayInput
from owners.actions import one_phone
from owners.importing.files import MAX_BYTES
from owners.models import Occupancy, Owner, Unit
from owners.phones import read_phones
from owners.places import parse_entrance, parse_room


class NumbersField(forms.CharField):
    """One or several phone numbers; cleans to their digits, and never repairs one."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value)
        numbers = read_phones(text)
        if numbers.problems:
            raise forms.ValidationError([str(problem) for problem in numbers.problems])
        return [number.kept for number in numbers.good]

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: list[str]) -> None:
        return


class PhoneField(forms.CharField):
    """One phone, by the rule of every door (`actions.one_phone`); cleans to what is kept."""

    def clean(self, value: Any) -> str:
        try:
            return one_phone(super().clean(value))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **kwargs)


class PersonForm(forms.Form):
    """Somebody moves in, or was never entered."""

    name = forms.CharField(
        label=_("name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    numbers = NumbersField(
        label=_("phones"),
        required=False,
        help_text=_("Several are separated by a slash."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    capacity = forms.ChoiceField(label=_("relation to the unit"), choices=Occupancy.Capacity.choices)
    starts_on = day_field(pgettext_lazy("moved in", "since"), required=False)


class NumberForm(forms.Form):
    numbers = NumbersField(
        label=pgettext_lazy("one number", "phone"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class MoveOutForm(forms.Form):
    on = day_field(_("moved out on"))


class OccupancyForm(forms.ModelForm):
    class Meta:
        model = Occupancy
        fields = ["capacity", "starts_on", "starts_precision"]
        widgets = {"starts_on": DayInput()}


class OwnerForm(forms.ModelForm):
    class Meta:
        model = Owner
        fields = ["name", "kind", "email", "language", "preferred_contact", "remark"]


class UnitForm(forms.Form):
    """A room entered wrongly. Its short name and its name follow from entrance and number."""

    kind = forms.ChoiceField(label=_("kind"), choices=Unit.Kind.choices)
    entrance = forms.CharField(label=_("entrance"), max_length=10, required=False)
    number = forms.CharField(label=_("number"), max_length=30)
    area = forms.DecimalField(
        label=_("area (m²)"), required=False, min_value=0, max_digits=9, decimal_places=2
    )

    def clean_entrance(self) -> str:
        entrance = parse_entrance(self.cleaned_data["entrance"])
        if entrance is None:
            raise forms.ValidationError(_("An entrance is a number or a letter, such as 2."))
        return entrance

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        if self.cleaned_data.get("kind") == Unit.Kind.COMMON:
            return typed
        room = parse_room(typed)
        if room is None:
            raise forms.ValidationError(_("A room number is like 101, S101 or B1-023."))
        return room


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("register"),
        help_text=_("An Excel workbook (.xlsx) or a text table (.csv), as the office keeps it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(size)d MB; send one estate or one building at a time."),
                params={"size": MAX_BYTES // 1024 // 1024},
            )
        return file
