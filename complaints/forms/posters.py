"""What is asked about posters: which place, how large, which days are counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.desk.places import Spot, spot
from complaints.forms.lists.queue import IN_OUR_TIME
from complaints.forms.office.settings import Asked
from complaints.models import PostedPlace
from complaints.portal_words import LONGEST_PLACE
from config.framework.refusals import Refused
from config.framework.typed_dates import DayInput
from owners.models import Unit
from staff.models import Estate

#: Counted by itself, as far back as nothing was chosen.
LATELY = timedelta(days=29)


class PlaceForm(Asked):
    kind = forms.ChoiceField(label=_("Kind of place"), choices=PostedPlace.Kind.choices)
    name = forms.CharField(
        label=_("What the poster says"),
        max_length=LONGEST_PLACE,
        help_text=_("Such as 3号楼2单元电梯. A building or area of the register is found by its name."),
    )

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate = estate

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        found = Spot()
        if name := said.get("name", ""):
            try:
                found = spot(name, self.estate)
            except Refused as refusal:
                self.add_error("name", str(refusal))
        if found.unit and found.unit.kind == Unit.Kind.HOME:
            self.add_error("name", gettext("Posters hang where everybody passes, not at somebody's home."))
        building = found.building or (found.unit.building if found.unit else None)
        return said | {"unit": found.unit, "building": building}


class ManyForm(forms.Form):
    """What the register has and no poster yet, by kind, with how many they are."""

    kinds = forms.MultipleChoiceField(
        label=_("Which places?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one kind.")},
    )

    def __init__(self, *args: Any, offered: dict[str, list[PostedPlace]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [
            (kind, f"{PostedPlace.Kind(kind).label} ({len(places)})") for kind, places in offered.items()
        ]


class ShownForm(forms.Form):
    """Which of the places are listed, and of which days the scans are counted; both days are included."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("Kind of place"), required=False, choices=[("", _("All")), *PostedPlace.Kind.choices]
    )
    first = forms.DateField(
        label=_("Counted from"), required=False, widget=DayInput(), validators=IN_OUR_TIME
    )
    last = forms.DateField(label=_("Until"), required=False, widget=DayInput(), validators=IN_OUR_TIME)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", gettext("The last day lies before the first."))
        return said

    def days(self, today: date) -> tuple[date, date]:
        """What was chosen, else the last thirty days; call it when valid."""
        last = self.cleaned_data["last"] or max(today, self.cleaned_data["first"] or today)
        return self.cleaned_data["first"] or last - LATELY, last
