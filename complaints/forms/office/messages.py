"""How a person wants to be told: over which ways of each sort of message, and his quiet hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.channels.preferences import Sort, Way, chosen, open_ways, reaches
from complaints.forms.office.settings import Asked
from config.framework.typed_dates import HourInput
from staff.models import User


class MessagesForm(Asked):
    """One row of ticks for each sort of message, over the ways this installation has."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=HourInput())
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=HourInput())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"quiet_from": user.quiet_from, "quiet_until": user.quiet_until} | {
            sort.value: chosen(user, sort) for sort in Sort
        }
        super().__init__(*args, **kwargs)
        ways = [(way.value, _label(way, user)) for way in open_ways()]
        quiet = self.fields.copy()
        self.fields.clear()
        for sort in Sort:
            self.fields[sort.value] = forms.MultipleChoiceField(
                label=sort.label,
                choices=ways,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields.update(quiet)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begin, end = said.get("quiet_from"), said.get("quiet_until")
        if (begin is None) != (end is None) and not self.errors:
            missing = "quiet_from" if begin is None else "quiet_until"
            self.add_error(missing, gettext("Quiet hours have a beginning and an end; or leave both empty."))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", gettext("Quiet hours must end at another time than they begin."))
        return said

    def said(self, user: User) -> dict[str, Any]:
        """The columns to write. What this installation has no way for stays as it was chosen."""
        closed = {sort: [way for way in chosen(user, sort) if way not in open_ways()] for sort in Sort}
        return {
            "channels": {sort.value: [*self.cleaned_data[sort.value], *closed[sort]] for sort in Sort},
            "quiet_from": self.cleaned_data["quiet_from"],
            "quiet_until": self.cleaned_data["quiet_until"],
        }


def _label(way: Way, user: User) -> str:
    if reaches(way, user):
        return str(way.label)
    return gettext("%(way)s (we know no address of yours)") % {"way": way.label}
