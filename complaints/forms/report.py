"""我要反映: what the portal's pages ask, one question each, in the owner's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.file_kinds import ACCEPT, MOST_FILES, in_mb
from complaints.forms.desk.places import Spot, spot
from complaints.forms.fields import FilesInput
from complaints.models import Complaint
from complaints.pasted_order import customers_words
from complaints.portal_words import (
    LONGEST_PLACE,
    LONGEST_REMEDY,
    LONGEST_WORDS,
    NEEDS_PLACE,
    Said,
)
from config.framework.field_rendering import WITHOUT_OPTIONAL
from config.framework.refusals import Refused
from owners.actions import one_phone
from owners.models import Unit
from owners.names import clean_line, clean_name
from staff.models import Estate

ANONYMOUS, NAMED = "anonymous", "named"
#: The common areas every estate has; those of its own register stand before them.
AREAS = {
    "lobby": _("Lobby or hallway"),
    "lift": _("Lift"),
    "stairs": _("Stairs"),
    "garage": _("Garage or parking"),
    "grounds": _("Paths, lawns, playground"),
    "gate": _("Gate or fence"),
}
#: What of the register is the same for the whole estate: then it is not offered twice.
SAME_AREA = {
    "lobby": "大堂|门厅|走廊|lobby|hall",
    "lift": "电梯|lift",
    "stairs": "楼梯|楼道|stair",
    "garage": "车库|停车|garage|parking",
    "grounds": "园区|花园|绿地|草坪|乐园|garden|ground",
    "gate": "门岗|大门|[东南西北]门|围墙|gate|fence",
}
MOST_OWN_AREAS = 8
#: So many estates are shown as buttons; of more, one is picked from a list.
MOST_BUTTONS = 8


def _say_not_optional(form: forms.Form, *names: str) -> None:
    """Of fields that are needed for one answer and not for another."""
    for name in names:
        form.fields[name].template_name = WITHOUT_OPTIONAL


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=Said.choices,
        widget=forms.RadioSelect({"class": "choices"}),
        error_messages={"required": _("Choose what it is."), "invalid_choice": _("Choose what it is.")},
    )

    def answers(self) -> dict[str, Any]:
        return {"kind": self.cleaned_data["kind"]}


class EstateForm(forms.Form):
    estate = forms.TypedChoiceField(
        label=_("Estate"),
        coerce=int,
        error_messages={
            "required": _("Choose your estate."),
            "invalid_choice": _("Choose your estate."),
        },
    )

    def __init__(self, *args: Any, estates: Sequence[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {estate.pk: estate for estate in estates}
        field: Any = self.fields["estate"]
        if len(estates) <= MOST_BUTTONS:
            field.widget = forms.RadioSelect({"class": "choices"})
            field.choices = [(estate.pk, estate.name) for estate in estates]
        else:
            field.choices = [("", gettext("Choose")), *((estate.pk, estate.name) for estate in estates)]

    def answers(self) -> dict[str, Any]:
        return {"estate": self.estates[self.cleaned_data["estate"]]}


class WhereForm(forms.Form):
    """A home, a common area, or words. The register says which places there are, never who lives there."""

    where = forms.CharField(
        label=_("Building, entrance and room, or in words"),
        help_text=_("Such as 1-2-101, building 3, or: by the east gate."),
        required=False,
        max_length=LONGEST_PLACE,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={
            "max_length": _("%(limit_value)s characters at most: say the rest in the next step.")
        },
    )
    area = forms.ChoiceField(
        label=_("If it is a place everybody uses, which?"),
        required=False,
        widget=forms.RadioSelect({"class": "choices"}),
    )

    def __init__(self, *args: Any, estate: Estate, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate, self.kind = estate, kind
        _say_not_optional(self, "where", "area")
        common = Unit.objects.filter(estate=estate, kind=Unit.Kind.COMMON).order_by("code")[:MOST_OWN_AREAS]
        self.own = {f"unit:{unit.pk}": unit for unit in common}
        choices: list[tuple[str, Any]] = [("", _("None of them"))]
        choices += [(key, unit.name) for key, unit in self.own.items()]
        whole = " ".join(unit.name for unit in self.own.values() if unit.building_id is None)
        choices += [(key, word) for key, word in AREAS.items() if not re.search(SAME_AREA[key], whole, re.I)]
        self.fields["area"].choices = choices

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        where, area = clean_line(said.get("where", "")), said.get("area", "")
        try:
            said["spot"] = spot(where, self.estate)
        except Refused as refusal:
            said["spot"] = Spot()
            self.add_error("where", str(refusal))
        if not where and not area and self.kind in NEEDS_PLACE:
            self.add_error("where", gettext("Say where it is: a room, a building, or a few words."))
        return said

    def answers(self) -> dict[str, Any]:
        said, area = self.cleaned_data, self.cleaned_data["area"]
        found: Spot = said["spot"]
        answer: dict[str, Any] = {"where": said["where"], "area": area, "where_done": True}
        if area in self.own:  # what stands in the register says the place; the words say it closer
            return answer | {"unit": int(area.partition(":")[2]), "building": None, "place": said["where"]}
        if area:
            building = found.building or (found.unit.building if found.unit else None)
            with translation.override(settings.LANGUAGE_CODE):  # whoever is sent there reads it
                words = " ".join(part for part in (said["where"], str(AREAS[area])) if part)
            return answer | {
                "unit": None, "building": building.pk if building else None, "place": words[:LONGEST_PLACE],
            }  # fmt: skip
        return answer | {
            "unit": found.unit.pk if found.unit else None,
            "building": found.building.pk if found.building else None,
            "place": found.words,
        }


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("What happened?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 7}),
        error_messages={"required": _("Say it in a few words.")},
    )
    remedy = forms.CharField(
        label=_("What should we do about it?"),
        required=False,
        max_length=LONGEST_REMEDY,
        widget=forms.Textarea({"rows": 3}),
    )
    LABELS = {
        Said.REPAIR: _("What is broken?"),
        Said.ENQUIRY: _("What would you like to know?"),
        Said.SUGGESTION: _("What do you suggest?"),
        Said.PRAISE: _("Whom would you like to praise, and what for?"),
        Said.HELP: _("What do you need help with?"),
    }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Said.COMPLAINT:
            self.fields["words"].help_text = _("When, who or what, how often. Say it as it was.")
        else:
            self.fields["words"].label = self.LABELS[Said(kind)]
            del self.fields["remedy"]

    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


def _how_many() -> str:
    return gettext("Up to %(most)s files, %(limit)s together. Where a photo was taken is not kept.") % {
        "most": MOST_FILES,
        "limit": in_mb(100 * 1024 * 1024),
    }


class PhotosForm(forms.Form):
    files: Any = forms.Field(
        label=_("Photos"),
        required=False,
        help_text=lazy(_how_many, str)(),
        widget=FilesInput({"accept": ACCEPT}),
    )


class WhoForm(forms.Form):
    who = forms.ChoiceField(
        label=_("How we reach you"),
        choices=[
            (NAMED, _("By phone: I give my name and number")),
            (ANONYMOUS, _("Not at all: I stay anonymous")),
        ],
        widget=forms.RadioSelect({"class": "choices"}),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Your phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    hidden = forms.BooleanField(
        label=_("Keep from the people concerned that it was me"),
        help_text=_("Only whoever follows your complaint and the supervisor read your name and phone."),
        required=False,
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_not_optional(self, "name", "phone")
        if kind != Said.COMPLAINT:
            del self.fields["hidden"]

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        if self.data.get("who") == ANONYMOUS:
            return ""
        try:
            return one_phone(self.cleaned_data["phone"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("who") == NAMED:
            if not said.get("name"):
                self.add_error("name", gettext("Give your name, or choose to stay anonymous."))
            if not said.get("phone") and "phone" not in self.errors:
                self.add_error("phone", gettext("Give your phone, or choose to stay anonymous."))
        return said

    def answers(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said["who"] == ANONYMOUS:
            return {"who": ANONYMOUS, "name": "", "phone": "", "hidden": False}
        return {"hidden": False} | {name: said[name] for name in self.fields}


class SameForm(forms.Form):
    same = forms.ChoiceField(
        label=_("One of these"),
        widget=forms.RadioSelect({"class": "choices"}),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )

    def __init__(self, *args: Any, cases: Iterable[Complaint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = []
        for case in cases:
            said = {
                "number": case.number,
                "words": customers_words(case.content)[:40],
                "state": case.owner_status.label,
            }
            if case.is_open:
                label = gettext("Yes, ask how it goes: %(number)s, %(state)s: %(words)s") % said
            else:
                label = gettext("Yes, open it again: %(number)s, %(state)s: %(words)s") % said
            choices.append((f"{'chase' if case.is_open else 'reopen'}:{case.number}", label))
        new = pgettext_lazy("portal", "No, it is something else")
        self.fields["same"].choices = [*choices, ("new", new)]

    def answers(self) -> dict[str, Any]:
        return {"same": self.cleaned_data["same"]}


class SendForm(forms.Form):
    """Nothing to fill in. `website` is seen by programs only, which fill in everything they find."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )
