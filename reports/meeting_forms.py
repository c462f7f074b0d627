"""What is typed of a quarter's meeting and its decisions."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.fields import pick, words
from complaints.forms.measures import SetMeasure, cases_field
from complaints.forms.office.settings import Asked
from config.framework.typed_dates import DayInput
from reports.meetings import Decided, Held
from reports.models import MeetingDecision, QuarterMeeting

State = MeetingDecision.State
LONGEST = 4000


def day(label: Any, *, needed: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=needed, widget=DayInput())


class Kept(Asked):
    """A form that corrects what may have been changed meanwhile."""

    started_from = forms.IntegerField(widget=forms.HiddenInput)
    row: QuarterMeeting | MeetingDecision | None = None  # what it corrects

    def start_from(self, version: int) -> None:
        """What was typed stays; it is saved on top of what somebody else has saved."""
        again = cast("QueryDict", self.data).copy()
        again[self.add_prefix("started_from")] = str(version)
        self.data = again


class MeetingForm(Kept):
    held_on = day(_("Held on"))
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=100)
    present = words(
        pgettext_lazy("meeting", "Present"), _("Names, as they stand in the record."), longest=1000
    )
    reported = words(_("What was reported"), longest=LONGEST)

    def __init__(self, *args: Any, row: QuarterMeeting | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"started_from": 0}
        if row:
            initial = {name: getattr(row, name) for name in ("held_on", "place", "present", "reported")}
            initial["started_from"] = row.version
        super().__init__(*args, **kwargs | {"initial": initial})
        self.row = row

    def said(self) -> Held:
        """Call when valid."""
        return Held(*(self.cleaned_data[name] for name in ("held_on", "place", "present", "reported")))


class DecisionForm(Kept):
    what = words(pgettext_lazy("decision", "What"), longest=1000)
    who = forms.CharField(
        label=pgettext_lazy("decision", "Who"), max_length=100, help_text=_("A person, with the department.")
    )
    due_on = day(pgettext_lazy("decision", "By when"))

    def __init__(self, *args: Any, row: MeetingDecision | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"started_from": 0}
        if row:
            initial = {"what": row.what, "who": row.who, "due_on": row.due_on, "started_from": row.version}
        super().__init__(
            *args, **kwargs | {"initial": initial, "prefix": f"correct{row.pk}" if row else "decide"}
        )
        self.row = row
        if row is None:
            key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
            self.fields["key"] = key
            key.initial = token_urlsafe(16)

    def said(self) -> Decided:
        """Call when valid."""
        return Decided(*(self.cleaned_data[name] for name in ("what", "who", "due_on")))


class MeasureOfDecision(SetMeasure):
    """The measure that carries a decision out; cases only where it has some."""

    cases = cases_field(needed=False)
    field_order = ("what", "root_cause", "kind", "process_before", "owner", "due_at", "cases")


class SettleForm(Kept):
    """Done, dropped, or open again: what it is not already."""

    on = day(_("On which day"), needed=False)
    note = words(_("What was done, or why"), needed=False, longest=500)

    def __init__(self, *args: Any, row: MeetingDecision, **kwargs: Any) -> None:
        super().__init__(
            *args, **kwargs | {"initial": {"started_from": row.version}, "prefix": f"settle{row.pk}"}
        )
        self.row = row
        # What somebody else has saved meanwhile is answered by the act, in a sentence of ours.
        states = [(value, label) for value, label in State.choices if self.is_bound or value != row.state]
        self.fields["state"] = pick(pgettext_lazy("decision", "State"), states)
        self.order_fields(["state", "on", "note", "started_from"])
