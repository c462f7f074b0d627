"""What the register asks of the warranty: hand-over dates, builders, and who sees to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from owners.forms import day_field
from owners.models import Builder, Building, Unit
from staff.models import Department, Estate, Posting, User
from staff.permissions import current
from staff.roles import BYSTANDERS


class HandOverForm(forms.Form):
    """The whole estate, a building, or one unit by its short name."""

    building = forms.ModelChoiceField(
        Building.objects.none(), label=_("Building"), required=False, empty_label=_("The whole estate")
    )
    unit = forms.CharField(
        label=_("Or one unit"), required=False, max_length=60, help_text=_("Its short name, such as 1-2-101.")
    )
    day = day_field(_("Hand-over date"))

    def __init__(self, *args: Any, estate: Estate, **more: Any) -> None:
        super().__init__(*args, **more)
        self.estate = estate
        field: Any = self.fields["building"]
        field.queryset = estate.buildings.order_by("code")

    def clean_unit(self) -> Unit | None:
        code = self.cleaned_data["unit"].strip()
        if not code:
            return None
        found = Unit.objects.filter(Q(code__iexact=code) | Q(name=code), estate=self.estate).first()
        if found is None:
            raise forms.ValidationError(gettext("There is no unit “%(code)s” here.") % {"code": code})
        return found

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("unit") and said.get("building"):
            if said["unit"].building_id != said["building"].pk:
                self.add_error("unit", gettext("This unit stands in another building."))
            said["building"] = None
        return said


class BuilderForm(forms.ModelForm):
    class Meta:
        model = Builder
        fields = ["part", "role", "firm", "contact", "phone", "department"]
        help_texts = {
            "part": _("Empty: all parts that no other firm is named for."),
            "department": _("Where its people sign in as a contractor."),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        department: Any = self.fields["department"]
        department.queryset = Department.objects.filter(estate=self.instance.estate_id, is_contractor=True)
        part: Any = self.fields["part"]
        part.choices = [("", gettext("All parts")), *list(part.choices)[1:]]

    def validate_constraints(self) -> None:
        """The action says in a sentence which firm is entered for the same part."""

    def validate_unique(self) -> None:
        """As above."""


class WarrantySettingsForm(forms.Form):
    officer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Warranty officer"),
        required=False,
        empty_label=_("Nobody: as other cases"),
        help_text=_("Cases under warranty are offered to this person, who hears when a builder is late."),
    )
    design_life = forms.IntegerField(
        label=_("Design life, in years"),
        min_value=1,
        max_value=200,
        help_text=_("Main structure, foundation and works outside are under warranty for so long."),
    )

    def __init__(self, *args: Any, estate: Estate, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        here = Q(estate=estate) | Q(department__estate=estate)
        posted = Posting.objects.filter(current(now), here).exclude(role__in=BYSTANDERS)
        posted = posted.exclude(department__is_contractor=True)
        field: Any = self.fields["officer"]
        field.queryset = User.objects.filter(pk__in=posted.values("user"), is_active=True).order_by("name")
