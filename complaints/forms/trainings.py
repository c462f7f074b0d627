"""What is typed of courses and of who passed them. A field bears the name of its action's keyword."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.fields import words
from complaints.forms.office.settings import Asked
from config.framework.typed_dates import DayInput
from staff.roles import Role
from staff.training_rows import TrainingCourse


class CourseForm(Asked):
    name = forms.CharField(label=_("Name of the course"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Required for"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever is posted to one of them without it: the product warns, and asks why."),
    )
    months = forms.IntegerField(
        label=_("Valid for months"), min_value=0, max_value=120, initial=0, help_text=_("0: for ever.")
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, course: TrainingCourse | None = None, **kwargs: Any) -> None:
        if course:
            kwargs["initial"] = {name: getattr(course, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class TrainingForm(Asked):
    """Somebody has passed a course."""

    course = forms.ModelChoiceField(TrainingCourse.objects.none(), label=_("Course"), empty_label=_("Choose"))
    passed_on = forms.DateField(label=pgettext_lazy("training", "Passed on"), widget=DayInput())
    result = forms.CharField(label=pgettext_lazy("training", "Result"), max_length=60, required=False)
    link = forms.URLField(
        label=_("Link to the certificate"), max_length=300, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = TrainingCourse.objects.filter(is_active=True)


class TakeBackForm(Asked):
    because = forms.CharField(label=_("Why it is taken back"), max_length=200)


class PasteForm(Asked):
    lines = words(
        _("Lines"),
        _("A line each: log-in, course, day, result. Copied out of a sheet, tabs do as well."),
        longest=30_000,
    )
