"""What acts on a site visit ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions.site_visits import Plan
from complaints.actions.visit_rows import LONGEST, LONGEST_PURPOSE
from complaints.file_kinds import limits_of_evidence
from complaints.forms.fields import FilesInput, anyway, ask_first, files, moment, pick, tick, words
from complaints.forms.people import PersonField, serving
from complaints.models import Attachment, Complaint, SiteVisit
from complaints.site_visits import Agreed, AskedBy, Outcome, is_kept_waiting
from config.framework.refusals import Refused
from staff.permissions import Permissions

#: What becomes of a visit on the spot; what was missed is no finding.
FINDINGS = [one for one in Outcome.choices if one[0] != Outcome.MISSED]
NOTE_LEFT = [("yes", pgettext_lazy("note left", "Yes")), ("no", pgettext_lazy("note left", "No"))]


def said_at() -> Any:
    return moment(
        _("When the customer said it"),
        _("Only of what he said before it began, and entered by somebody else than who was sent."),
    )


class VisitForm(forms.Form):
    """Knows the case, who asks and when; `attachments` are the files sent with it, stored by the view."""

    def __init__(
        self,
        *args: Any,
        case: Complaint,
        row: SiteVisit | None,
        person: Permissions,
        now: datetime,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.case, self.row, self.person, self.now = case, row, person, now
        self.attachments: list[Attachment] = []
        if "visitor" in self.fields:
            people = serving(case.estate, now, complaint=case)
            if person.is_contractor:  # of us he need not know who works here
                people = [one for one in people if one.department_id in person.outside]
            self.fields["visitor"].offer(people, work=False)
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the visit."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        ask_first(self, refusal.field)
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def ask_when(self) -> None:
        """When the customer said it is asked for only where he has waited since."""
        row = self.row
        if row and not is_kept_waiting(row.agreed, row.ends_at, self.now):
            del self.fields["asked_at"]

    def begin_with(self, user: int) -> None:
        """Whom the form offers first, in the first of his postings here."""
        field: Any = self.fields["visitor"]
        his = (key for key, posting in field.postings.items() if posting.user_id == user)
        self.initial.setdefault("visitor", next(his, ""))


class Arrange(VisitForm):
    purpose = forms.CharField(
        label=_("What for"),
        help_text=_("What is looked at or done there."),
        max_length=LONGEST_PURPOSE,
        widget=forms.Textarea({"rows": 2}),
    )
    agreed = pick(
        _("Agreed with the customer"),
        Agreed.choices,
        hint=_("The customer is told and reads it on the page of the case. Of a common area none is needed."),
    )
    starts_at = moment(pgettext_lazy("appointment", "From"), needed=True)
    ends_at = moment(pgettext_lazy("appointment", "To"), needed=True)
    visitor = PersonField(label=_("Who is sent"))
    anyway = anyway()

    def prepare(self) -> None:
        self.begin_with(self.case.handler_id or self.person.user.pk)

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "plan": Plan(
                purpose=data["purpose"], visitor=data["visitor"].user, agreed=data["agreed"],
                starts_at=data["starts_at"], ends_at=data["ends_at"],
            ),
            "anyway": data["anyway"],
        }  # fmt: skip


class Move(VisitForm):
    """`seen`: how often it had been changed on the page that is sent."""

    starts_at = moment(pgettext_lazy("appointment", "From"), needed=True)
    ends_at = moment(pgettext_lazy("appointment", "To"), needed=True)
    visitor = PersonField(label=_("Who is sent"), required=False)
    asked_by = pick(_("Who asked for it"), AskedBy.choices)
    asked_at = said_at()
    note = words(_("Reason"), longest=LONGEST)
    seen = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    anyway = anyway()

    def prepare(self) -> None:
        self.ask_when()
        if self.row:
            self.initial.setdefault("starts_at", self.row.starts_at)
            self.initial.setdefault("ends_at", self.row.ends_at)
            self.initial.setdefault("seen", self.row.moved)
            self.begin_with(self.row.visitor_id)

    def arguments(self) -> dict[str, Any]:
        posting = self.cleaned_data["visitor"]
        said = self.cleaned_data | {"visitor": posting.user if posting else None}
        row = self.row
        if row:  # the form shows minutes: what was not touched stays to the second
            for name in ("starts_at", "ends_at"):
                kept = getattr(row, name)
                if said[name] == kept.replace(second=0, microsecond=0):
                    said[name] = kept
        return said


class CallOff(VisitForm):
    asked_by = pick(_("Who asked for it"), AskedBy.choices)
    asked_at = said_at()
    note = words(_("Reason"), longest=LONGEST)

    def prepare(self) -> None:
        self.ask_when()


class TakeBack(VisitForm):
    note = words(_("Reason"), longest=LONGEST)


class Miss(VisitForm):
    note = words(_("Why nobody came"), longest=LONGEST)


class Arrive(VisitForm):
    done_at = moment(_("Arrived at"), _("Only where it is entered later. Empty: now."))


class Leave(VisitForm):
    done_at = moment(_("Left at"), _("Only where it is entered later. Empty: now."))


class Find(VisitForm):
    """What was found. `files` come straight from the camera; `more_files` from the album."""

    more_files = files(_("Photos from the album, other files"))
    files = files(_("Take photos"))
    outcome = pick(pgettext_lazy("visit", "Customer"), FINDINGS)
    note_left = pick(_("Customer not there: note left?"), NOTE_LEFT, needed=False)
    found = words(
        pgettext_lazy("visit", "What was found"),
        _("What is seen, measured, said. Needed wherever you saw the place."),
        needed=False,
        longest=LONGEST,
    )
    measures = words(_("Done on the spot"), needed=False, longest=LONGEST)
    first_scene = tick(_("First scene: photographed before anything was changed"))
    field_order = ("outcome", "note_left", "files", "found", "measures", "first_scene", "more_files")

    def prepare(self) -> None:
        offered: Any = self.fields["outcome"]
        if self.row is not None and self.row.is_appointment:  # somebody waits for whoever comes
            offered.choices = [one for one in FINDINGS if one[0] != Outcome.LOOKED]
        self.fields["files"].widget = FilesInput({"accept": "image/*", "capture": "environment"})
        self.fields["files"].help_text = ""
        self.fields["more_files"].help_text = limits_of_evidence()

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "outcome": data["outcome"], "found": data["found"], "measures": data["measures"],
            "note_left": {"yes": True, "no": False}.get(data["note_left"]),
            "first_scene": data["first_scene"], "files": tuple(self.attachments),
        }  # fmt: skip
