"""The form by which the targets of a year are set: a number for each figure, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from complaints.forms.office.settings import Asked
from reports.target_rows import YearTarget
from reports.target_rules import LONGEST, SHAPES, Indicator


class TargetForm(Asked):
    """A field bears the name of its figure; one left empty has no target."""

    started_from = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, targets: Mapping[str, YearTarget], started_from: int, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"started_from": started_from}
        for name, row in targets.items():
            if row.value is not None:
                initial[name] = round(row.value, SHAPES[name].places)
        super().__init__(*args, **kwargs | {"initial": initial})
        for name, shape in SHAPES.items():
            self.fields[name] = forms.DecimalField(
                label=Indicator(name).label,
                required=False,
                min_value=0,
                max_value=shape.most,
                decimal_places=shape.places,
                help_text=pgettext("target", "%(direction)s, in %(unit)s")
                % {"direction": shape.direction.label, "unit": shape.unit},
                widget=forms.TextInput({"inputmode": "decimal"}),
            )
        self.fields["because"] = forms.CharField(
            label=_("Why"),
            help_text=_("Stands with the version for good."),
            max_length=LONGEST,
        )

    def values(self) -> dict[str, Decimal | None]:
        """Call when valid."""
        return {name: self.cleaned_data[name] for name in SHAPES}

    def read_again(self, started_from: int) -> None:
        """What was typed stays; sent again, it is saved on top of what the other one saved."""
        again = cast("QueryDict", self.data).copy()
        again["started_from"] = str(started_from)
        self.data = again
