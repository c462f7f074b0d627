"""The facts of a case as a form: overwritten one version after another, never blindly."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.choices import categories
from complaints.forms.desk.intake import column, new_matter
from complaints.forms.desk.places import spot
from complaints.forms.fields import moment, words
from complaints.models import Category, Cause, Complainant, Complaint
from complaints.models.field_names import field_name
from complaints.time_texts import moment as time_in_words
from config.framework.refusals import Refused

MARKS = (
    "urgent", "injury", "media_asked", "media_exposed", "media_threatened", "lawsuit_started",
    "lawsuit_threatened",
    "outside_help", "under_warranty", "is_collective", "restricted", "identity_hidden",
)  # fmt: skip
#: No facts of the case: why a mark that is taken back was wrong; that a known order is another matter.
NOTE, NEW_MATTER = SHOWN_APART = ("note", "new_matter")
PERSONAL = ("name", "phone", "capacity", "representative", "language", "no_texts")
#: Only for those who may know who complained: the place may be his door.
HIDDEN = (*PERSONAL, "identity_hidden", "place")
#: Parts of the page: title and fields.
PARTS = (
    (_("What happened"), ("content", "category", "cause", "kind")),
    (
        _("Where and how it came"),
        ("place", "channel", "external_number", NEW_MATTER, "external_unit", "external_due_at"),
    ),
    (_("What the customer wants"), ("demand", "remedy_asked", "headcount", "delay")),
    (_("Marks"), (*MARKS, NOTE)),
    (_("Complainant"), PERSONAL),
)


class EditForm(forms.Form):
    """`version` is the one the editor saw; where it has passed, `take_<field>` says whose value counts."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    content = words(_("What happened"))
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"), required=False)
    cause = forms.ModelChoiceField(Cause.objects.all(), label=_("Cause"), required=False, empty_label="–")
    kind = column("kind", required=True)
    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=80,
        help_text=_("1-2-101, or in words: east gate, garage."),
    )
    channel = column("channel", required=True)
    external_number = column("external_number")
    new_matter = new_matter()
    external_unit = column("external_unit")
    external_due_at = moment(_("Their due time"))
    demand = column("demand", choices=[("", _("Not said")), *Complaint.Demand.choices])
    remedy_asked = column("remedy_asked", widget=forms.TextInput)
    headcount = column("headcount", required=True, min_value=1, max_value=9999)
    representative = column("representative", Complainant)
    delay = column("delay", required=True)
    name = column("name", Complainant)
    phone = column("phone", Complainant)
    capacity = column("capacity", Complainant, required=True)
    language = column("language", Complainant, required=True)
    no_texts = column("no_texts", Complainant)
    note = words(
        _("Why a mark was wrong"),
        _(
            "Only where a mark is taken back that was set by mistake; the supervisor or a manager does it."
            " What was true stays on the record."
        ),
        needed=False,
        longest=500,
    )

    def __init__(self, data: Any = None, *, complaint: Complaint, shows: bool) -> None:
        super().__init__(data, initial=values_of(complaint) | {"version": complaint.version})
        self.complaint = complaint
        for mark in MARKS:
            self.fields[mark] = forms.BooleanField(label=field_name(Complaint, mark), required=False)
        self.fields["category"].choices = categories(complaint)
        self.fields["category"].queryset = Category.objects.filter(parent__isnull=False)
        self.fields["category"].required = complaint.category_id is not None
        if not shows:
            for name in HIDDEN:
                del self.fields[name]

    def clean_place(self) -> str:
        """Refused here already, so that the sentence stands at the field."""
        text: str = self.cleaned_data["place"]
        if text != self.initial["place"]:
            try:
                spot(text, self.complaint.estate)
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return text

    def taken(self) -> list[str]:
        """The facts for which what was typed here counts."""
        return [
            name
            for name in self.fields
            if name not in ("version", *SHOWN_APART) and self.data.get(f"take_{name}") != "theirs"
        ]

    def beside(self) -> dict[str, Any]:
        """What the action is told beside the changes."""
        return {name: self.cleaned_data[name] for name in SHOWN_APART}

    def changes(self) -> dict[str, Any]:
        """What the action should overwrite; a place that was left alone stays as it is."""
        said = {name: self.cleaned_data[name] for name in self.taken()}
        text = said.pop("place", self.initial["place"])
        if text != self.initial["place"]:
            found = spot(text, self.complaint.estate)
            building = found.unit.building if found.unit else found.building
            said |= {"unit": found.unit, "building": building, "place": found.words}
        return said

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by the parts of the page."""
        grouped = [(title, [self[name] for name in names if name in self.fields]) for title, names in PARTS]
        return [(title, fields) for title, fields in grouped if fields]


def values_of(row: Any, person: Complainant | None = None) -> dict[str, Any]:
    """A case's facts, or those of a version of it, as the form's values.

    Versions hold no names and phones: there, who complained is left out.
    """
    skipped = {"place", "category", "cause", *SHOWN_APART, *PERSONAL}
    values = {name: getattr(row, name) for _title, names in PARTS for name in names if name not in skipped}
    values |= {"category": row.category_id, "cause": row.cause_id, "place": _where(row)}
    person = person or getattr(row, "complainant", None)
    if person:
        values |= {name: getattr(person, name) for name in PERSONAL}
    return values


def _where(row: Any) -> str:
    return str(row.unit) if row.unit_id else row.place or (str(row.building) if row.building_id else "")


def in_words(name: str, value: Any, form: EditForm) -> str:
    """A value as it is read beside the field."""
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, forms.DateTimeField):
        return time_in_words(value, form.complaint.estate.zone) if value else "–"
    for key, label in _flat(getattr(field, "choices", ())):
        if str(key) == str(value):
            return str(label)
    return "–" if value in (None, "") else str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for key, label in choices:
        if isinstance(label, list | tuple):
            flat += label
        else:
            flat.append((key, label))
    return flat
