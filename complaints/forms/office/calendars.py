"""An estate's working time: hours, one day, a year from elsewhere, and what was shown before saving."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.calendars import DayChange
from complaints.forms.office.settings import Asked
from complaints.holidays import Day
from config.framework.typed_dates import DayInput, HourInput
from owners.importing.files import MAX_BYTES
from staff.models import Estate

#: More days than this were not typed by people.
MOST_CHANGES = 1000


def _time(label: Any, hint: Any = "", *, needed: bool = True) -> forms.TimeField:
    return forms.TimeField(label=label, help_text=hint, required=needed, widget=HourInput())


#: In a form that calls a field `date`.
Date = date


class HoursForm(Asked):
    """When the estate is staffed, and which days of the week are worked."""

    opens = _time(_("Service opens"))
    closes = _time(_("Service closes"))
    lunch_starts = _time(_("Lunch break from"), _("Service time stands still in it."), needed=False)
    lunch_ends = _time(_("Lunch break until"), needed=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Working days of the week"),
        choices=[(str(number + 1), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple({"class": "segments"}),
        error_messages={"required": _("At least one day of the week must be a working day.")},
        help_text=_("Limits in working days count these, without holidays and with make-up days."),
    )
    staffed_on_days_off = forms.BooleanField(
        label=_("Staffed on days off too"),
        required=False,
        help_text=_("Service hours run on weekends and holidays as on any day."),
    )

    def clean_weekdays(self) -> str:
        return "".join(sorted(self.cleaned_data["weekdays"]))


KINDS = [("off", _("Holiday")), ("work", _("Make-up working day")), ("plain", _("Nothing special"))]


class DayForm(Asked):
    """One date: a holiday, a make-up working day, or again a day like any other."""

    date = forms.DateField(
        label=_("Date"),
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
    )
    kind = forms.ChoiceField(
        label=_("What it is"), choices=KINDS, widget=forms.RadioSelect({"class": "segments"})
    )
    name = forms.CharField(
        label=_("Name of the day"),
        max_length=60,
        required=False,
        help_text=_("Shown in the timeline of cases whose deadlines change."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        said = self.cleaned_data
        if said.get("kind") in ("off", "work") and not said.get("name", "").strip():
            self.add_error("name", gettext("Give the day a name, such as National Day."))
        return said

    def wanted(self) -> dict[Date, Day | None]:
        said = self.cleaned_data
        plain = said["kind"] == "plain"
        return {said["date"]: None if plain else Day(said["kind"] == "work", said["name"].strip())}


class YearForm(Asked):
    """The year as the State Council arranged it."""

    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    whole = forms.BooleanField(
        label=_("Remove all other days of that year"),
        required=False,
        help_text=_("Otherwise days entered by hand are kept."),
    )


class FileForm(Asked):
    """Days from a table of the office."""

    file = forms.FileField(
        label=_("Table"),
        help_text=_("Excel or CSV with the columns date, 休 or 班, name."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    swapped = forms.ChoiceField(
        label=_("How to read 调休 on its own"),
        required=False,
        choices=[("", _("Ask me")), ("off", _("Day off 休")), ("work", _("Working day 班"))],
        widget=forms.RadioSelect({"class": "segments"}),
        help_text=_("It can mean either, so nothing is assumed: the rows are listed and you choose."),
    )
    whole = forms.BooleanField(
        label=_("Remove all other days of those years"),
        required=False,
        help_text=_("Otherwise days not in the table are kept."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(gettext("The file is too large."))
        return file


class CopyForm(Asked):
    """A year of this calendar for other estates."""

    year = forms.IntegerField(widget=forms.HiddenInput, min_value=2020, max_value=2100)
    estates = forms.ModelMultipleChoiceField(
        Estate.objects.none(),
        label=_("To these estates"),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
        error_messages={"required": _("Choose at least one estate.")},
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["estates"].queryset = others


class SeenForm(forms.Form):
    """The changes that were shown, to be written exactly so: by estate's code, date, before, after."""

    changes = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000)

    def clean_changes(self) -> dict[str, list[DayChange]]:
        try:
            said = json.loads(self.cleaned_data["changes"])
            shown = {
                str(code): [
                    DayChange(date.fromisoformat(day), _day(before), _day(after))
                    for day, before, after in rows
                ]
                for code, rows in said.items()
            }
        except (ValueError, TypeError, AttributeError):
            raise forms.ValidationError("no changes") from None
        if sum(map(len, shown.values())) > MOST_CHANGES * 200:
            raise forms.ValidationError("no changes")
        return shown


def _day(said: Any) -> Day | None:
    if said is None:
        return None
    is_working, name = said
    if not isinstance(is_working, bool) or not isinstance(name, str) or len(name) > 60:
        raise ValueError("no day")
    return Day(is_working, name)


def as_sent(changes: dict[str, list[DayChange]]) -> str:
    """What SeenForm reads."""

    def plain(day: Day | None) -> list[Any] | None:
        return [day.is_working, day.name] if day else None

    return json.dumps(
        {
            code: [[c.date.isoformat(), plain(c.before), plain(c.after)] for c in rows]
            for code, rows in changes.items()
        },
        ensure_ascii=False,
    )
