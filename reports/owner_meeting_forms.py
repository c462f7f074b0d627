"""What is typed of a meeting with owners and its promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.fields import pick, words
from complaints.forms.measures import CaseNumbers, SetMeasure, cases_field
from complaints.forms.office.settings import Asked
from complaints.forms.people import PersonField, serving
from reports import owner_meetings as acts
from reports.meeting_forms import day
from reports.models import OwnerMeeting, OwnerPromise
from reports.owner_meetings import Promised, Said
from staff.models import Estate
from staff.permissions import Permissions

LONGEST = 4000


def version() -> Any:
    return forms.IntegerField(widget=forms.HiddenInput)


class Kept(Asked):
    """Knows the estate, who asks and when; what was typed stays when somebody else has saved meanwhile."""

    def __init__(
        self,
        *args: Any,
        estate: Estate | None = None,
        meeting: OwnerMeeting | None = None,
        promised: OwnerPromise | None = None,
        person: Permissions,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        self.estate, self.meeting, self.promised = estate, meeting, promised
        self.person, self.now = person, now
        row = promised or meeting
        begun = {"started_from": row.version} if row else {}
        super().__init__(*args, **kwargs | {"initial": begun | kwargs.get("initial", {})})
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the meeting."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def start_from(self, number: int) -> None:
        if "started_from" in self.fields:
            again = cast("QueryDict", self.data).copy()
            again["started_from"] = str(number)
            self.data = again


class RecordForm(Kept):
    kind = pick(pgettext_lazy("owner meeting", "Kind"), OwnerMeeting.Kind.choices)
    held_on = day(_("Held on"))
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=100)
    owners = forms.IntegerField(label=_("Owners present"), min_value=0, max_value=100_000)
    owners_as = forms.CharField(
        label=_("As what"),
        max_length=200,
        required=False,
        help_text=_("By their parts, such as members of the committee. No names, no rooms."),
    )
    staff = words(_("Our people present"), _("Names, as they stand in the record."), longest=1000)
    asked = words(_("What was asked"), _("One question a line; no names."), longest=LONGEST)
    answered = words(_("What we answered"), needed=False, longest=LONGEST)

    def arguments(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in Said.__dataclass_fields__}
        more = {name: self.cleaned_data[name] for name in ("started_from",) if name in self.fields}
        return {"said": Said(**said), **more}


class NewMeeting(RecordForm):
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.fields["key"].initial = token_urlsafe(16)

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"key": self.cleaned_data["key"]}


class CorrectForm(RecordForm):
    started_from = version()

    def prepare(self) -> None:
        row = cast("OwnerMeeting", self.meeting)
        self.initial.update({name: getattr(row, name) for name in Said.__dataclass_fields__})


class PromiseForm(Kept):
    what = words(pgettext_lazy("promise", "What was promised"), _("Owners read it."), longest=500)
    what_en = words(_("In English"), needed=False, longest=500)
    keeper = PersonField(label=_("Who keeps it"))
    due_on = day(pgettext_lazy("promise", "By when"))
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.fields["key"].initial = token_urlsafe(16)
        if self.estate:
            cast("PersonField", self.fields["keeper"]).offer(serving(self.estate, self.now), work=False)

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        made = Promised(said["what"], said["keeper"].user, said["due_on"], said["what_en"])
        return {"said": made, "key": said["key"]}


class SignForm(Kept):
    started_from = version()


class SupplementForm(Kept):
    words = words(pgettext_lazy("owner meeting", "What is added"), longest=LONGEST)


class SettleForm(Kept):
    state = pick(pgettext_lazy("promise", "State"), OwnerPromise.State.choices)
    on = day(_("On which day"), needed=False)
    note = words(_("What was done, or why"), _("Owners read it."), needed=False, longest=500)
    started_from = version()

    def prepare(self) -> None:
        if not self.is_bound and self.promised:
            field = cast("forms.ChoiceField", self.fields["state"])
            field.choices = [one for one in OwnerPromise.State.choices if one[0] != self.promised.state]


class ReportForm(Kept):
    on = day(_("On which day"))
    note = words(_("What was done"), _("Owners read it."), longest=500)
    started_from = version()


class ChangeForm(Kept):
    what = words(pgettext_lazy("promise", "What was promised"), _("Owners read it."), longest=500)
    what_en = words(_("In English"), needed=False, longest=500)
    due_on = day(pgettext_lazy("promise", "By when"))
    started_from = version()

    def prepare(self) -> None:
        row = cast("OwnerPromise", self.promised)
        self.initial.update({name: getattr(row, name) for name in ("what", "what_en", "due_on")})


class GiveForm(Kept):
    keeper = PersonField(label=_("Who keeps it"))
    started_from = version()

    def prepare(self) -> None:
        if self.estate:
            cast("PersonField", self.fields["keeper"]).offer(serving(self.estate, self.now), work=False)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"keeper": self.cleaned_data["keeper"].user}


class FollowUpForm(Kept):
    case = CaseNumbers(label=_("Case"), help_text=_("Its number, such as JX-2026-000018."), max_length=40)

    def prepare(self) -> None:
        cast("CaseNumbers", self.fields["case"]).person = self.person

    def clean_case(self) -> Any:
        found = self.cleaned_data["case"]
        if len(found) != 1:
            raise forms.ValidationError(_("Name one case."))
        return found[0]


class MeasureOfPromise(SetMeasure):
    """The measure that carries a promise out; cases only where it has some."""

    cases = cases_field(needed=False)
    field_order = ("what", "root_cause", "kind", "process_before", "owner", "due_at", "cases")


@dataclass(frozen=True)
class Act:
    label: str | Promise
    form: type[Kept]
    act: Callable[..., Any]
    done: str | Promise


#: What is done with a meeting, and with one of its promises.
OF_MEETING: dict[str, Act] = {
    "promise": Act(_("Add a promise"), PromiseForm, acts.promise, _("Added. Who keeps it is reminded.")),
    "correct": Act(_("Correct the record"), CorrectForm, acts.correct, _("Saved.")),
    "sign": Act(
        _("Sign the record"), SignForm, acts.sign, _("Signed. From now on the record is only added to.")
    ),
    "supplement": Act(_("Add to the record"), SupplementForm, acts.supplement, _("Added.")),
}
OF_PROMISE: dict[str, Act] = {
    "settle": Act(_("Kept, or not kept"), SettleForm, acts.settle, _("Saved.")),
    "report": Act(
        pgettext_lazy("promise", "Report it as kept"), ReportForm, acts.report_kept,
        _("Saved. The property manager knows."),
    ),
    "follow_up": Act(
        _("Follow it up in a case"), FollowUpForm, acts.follow_up_of, _("It is a follow-up of the case now.")
    ),
    "give": Act(
        pgettext_lazy("promise", "Give it to somebody else"), GiveForm, acts.give,
        _("Saved. Who keeps it now is told."),
    ),
    "change": Act(pgettext_lazy("promise", "Correct it"), ChangeForm, acts.change, _("Saved.")),
    "drop": Act(pgettext_lazy("promise", "Take it out"), SignForm, acts.drop, _("Taken out.")),
}  # fmt: skip
#: Its form is that of measures, on a page of its own.
MEASURE = "measure"


def acts_on(meeting: OwnerMeeting) -> list[str]:
    """What may be done with a record by whoever keeps it."""
    return ["supplement"] if meeting.signed_at else ["promise", "sign", "correct"]


def acts_on_promise(row: OwnerPromise, *, office: bool, keeper: bool) -> list[str]:
    """By whoever keeps the record, and by who keeps the promise."""
    is_open = row.state == OwnerPromise.State.OPEN
    possible = {
        "settle": office,
        "report": keeper and not office and is_open,
        "follow_up": office and is_open and not row.follow_up_id,
        MEASURE: office and is_open and not row.measure_id,
        "give": office and is_open,
        "change": office and not row.meeting.signed_at,
        "drop": office and not row.meeting.signed_at and not (row.follow_up_id or row.measure_id),
    }
    return [verb for verb, may in possible.items() if may]


def label_of(verb: str) -> str:
    return str(_("Set a measure") if verb == MEASURE else OF_PROMISE[verb].label)
