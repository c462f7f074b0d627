"""What the owner's pages ask for. Owners are addressed in their own words, one question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import case_numbers
from complaints.actions import Answers, Opinion
from complaints.file_kinds import ACCEPT, limits_for_customers
from complaints.forms.fields import FilesInput
from complaints.models import Revisit
from complaints.models.field_names import field_name
from owners.phones import digits_in, is_mobile, kept
from staff.models import Estate

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_WORDS = 2000
YES_NO = [("yes", pgettext_lazy("owner", "Yes")), ("no", pgettext_lazy("owner", "No"))]
STARS = [
    (5, pgettext_lazy("owner", "5 · Very satisfied")),
    (4, pgettext_lazy("owner", "4 · Satisfied")),
    (3, pgettext_lazy("owner", "3 · Acceptable")),
    (2, pgettext_lazy("owner", "2 · Not satisfied")),
    (1, pgettext_lazy("owner", "1 · Very dissatisfied")),
]
QUESTIONS = ("believed", "informed", "passed_around", "polite", "accused")


class EntryForm(forms.Form):
    number = forms.CharField(
        label=_("Complaint number"),
        help_text=_("On your receipt, such as JX-2026-000018."),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the number from your receipt.")},
    )
    phone = forms.CharField(
        label=_("Your phone"),
        help_text=_("The one you gave with the complaint."),
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Type the phone you gave with the complaint.")},
    )

    def clean_number(self) -> str:
        """Tells a slip of the finger by the check digit, which says nothing about any case."""
        number = case_numbers.clean(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(_("That is not a complaint number. Compare it with your receipt."))
        return number

    def clean_phone(self) -> str:
        if not digits_in(self.cleaned_data["phone"]):
            raise forms.ValidationError(_("Type the phone you gave with the complaint."))
        return str(self.cleaned_data["phone"])


class OwnCasesForm(forms.Form):
    """The phone whose cases are asked for, and the estate where there are several."""

    estate = forms.TypedChoiceField(
        label=pgettext_lazy("owner", "Your estate"),
        coerce=int,
        error_messages={"required": _("Choose your estate."), "invalid_choice": _("Choose your estate.")},
    )
    phone = forms.CharField(
        label=_("Your phone"),
        help_text=_("The mobile number you gave with your complaints."),
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Type the phone you gave with the complaint.")},
    )

    def __init__(self, *args: Any, estates: Sequence[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {estate.pk: estate for estate in estates}
        field: Any = self.fields["estate"]
        field.choices = [("", _("Choose")), *((estate.pk, estate.name) for estate in estates)]
        if len(estates) == 1:
            del self.fields["estate"]

    def clean_phone(self) -> str:
        """A code reaches mobiles only; that says nothing about any case."""
        phone = str(self.cleaned_data["phone"])
        if not is_mobile(kept(phone)):
            raise forms.ValidationError(
                _(
                    "A code can be sent to a mobile number only, of 11 digits."
                    " With another phone, use your receipt."
                )
            )
        return phone

    def chosen(self) -> Estate:
        return (
            self.estates[self.cleaned_data["estate"]]
            if "estate" in self.fields
            else [*self.estates.values()][0]
        )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=pgettext_lazy("one-time", "Code"),
        help_text=_("Six digits."),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": _("Type the six digits.")},
    )


class ActForm(forms.Form):
    """Carries the key by which a form that is sent twice acts once."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def words(self) -> dict[str, Any]:
        """The action's keywords."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class Button(ActForm):
    """Nothing to fill in."""


class Words(ActForm):
    """A few words; `label` is the question they answer."""

    note = forms.CharField(max_length=LONGEST_WORDS, widget=forms.Textarea({"rows": 6}))

    def __init__(self, *args: Any, label: StrOrPromise, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = label
        self.fields["note"].required = needed
        self.fields["note"].error_messages["required"] = _("A few words are needed here.")


class Photos(ActForm):
    files: Any = forms.Field(
        label=_("Photos, a PDF, video or sound"),
        help_text=limits_for_customers(),
        widget=FilesInput({"accept": ACCEPT}),
        error_messages={"required": _("Choose a file.")},
    )


class Rating(ActForm):
    """1 to 5, and the five questions; only the first must be answered."""

    satisfaction = forms.TypedChoiceField(
        label=_("Your satisfaction with how we handled it"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five.")},
    )
    remarks = forms.CharField(
        label=_("What you want to tell us"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    new_opinion = forms.CharField(
        label=_("Something new we should look into"),
        help_text=_("A colleague will call you about it."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in QUESTIONS:
            self.fields[name] = forms.TypedChoiceField(
                label=field_name(Revisit, name),
                choices=YES_NO,
                coerce=lambda answer: answer == "yes",
                empty_value=None,
                required=False,
                widget=forms.RadioSelect({"class": "segments"}),
            )
        self.order_fields(["key", "satisfaction", *QUESTIONS, "remarks", "new_opinion"])

    def words(self) -> dict[str, Any]:
        said = super().words()
        opinion = said.pop("new_opinion")
        return {"answers": Answers(**said, opinions=(Opinion(opinion),) if opinion else ())}
