"""What is asked for a paper of an objection, a clause that is cited, and what the court has done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.actions.evidence import shown_to
from complaints.actions.law import LONGEST_OUTCOME, LONGEST_REMARK, clauses_for
from complaints.actions.objections import LONGEST
from complaints.evidence import State
from complaints.file_kinds import limits_of_evidence
from complaints.forms.evidence import line
from complaints.forms.fields import files, moment, pick, tick, words
from complaints.law import Stage, Use
from complaints.models import Attachment, Clause, Complaint, Evidence
from config.framework.refusals import Refused
from staff.permissions import Permissions


class CaseForm(forms.Form):
    """Knows the case, who asks and when; `attachments` are the files sent with it, stored by the view."""

    def __init__(self, *args: Any, case: Complaint, person: Permissions, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.case, self.person, self.now = case, person, now
        self.attachments: list[Attachment] = []
        if "files" in self.fields:
            self.fields["files"].help_text = limits_of_evidence()
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class EvidenceField(forms.ModelChoiceField):
    """An item of evidence by its number in the case."""

    def label_from_instance(self, row: Any) -> str:
        return f"{row.number}. {row.what}"


class FileField(forms.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        return str(row.name)


class ClauseField(forms.ModelChoiceField):
    """A clause by its name and article; one that is not in force says so."""

    today: Any = None

    def label_from_instance(self, row: Any) -> str:
        named = str(row)
        if row.is_summary:
            named = _("%(clause)s (summary of ours, not the wording)") % {"clause": named}
        return named if row.holds_on(self.today) else _("%(clause)s (not in force)") % {"clause": named}


class LayPaper(CaseForm):
    """One of: files, an item of evidence, a file of the case, or why it is not needed.

    `revision`: the version this person has before him; without it, none.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=0, max_value=99999)
    files = files(_("Files"))
    evidence = EvidenceField(
        Evidence.objects.none(),
        label=_("Or evidence of the case"),
        required=False,
        empty_label=_("None"),
        to_field_name="number",
    )
    of_case = FileField(
        Attachment.objects.none(),
        label=_("Or a file the case has"),
        required=False,
        empty_label=_("None"),
    )
    not_needed_because = words(
        _("Or why it is not needed"), _("It stands under your name."), needed=False, longest=LONGEST
    )

    def prepare(self) -> None:
        evidence: Any = self.fields["evidence"]
        evidence.queryset = (
            shown_to(self.person, self.case).exclude(state=State.WITHDRAWN).order_by("-number")
        )
        of_case: Any = self.fields["of_case"]
        rows = self.case.attachments.filter(evidence=None, is_list=False)
        of_case.queryset = rows.order_by("-uploaded_at", "-pk")

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "files": tuple(self.attachments), "evidence": data["evidence"], "of_case": data["of_case"],
            "not_needed_because": data["not_needed_because"], "revision": data["revision"] or 0,
        }  # fmt: skip


class Cite(CaseForm):
    clause = ClauseField(
        Clause.objects.none(), label=_("Law or contract, and article"), empty_label=_("Choose one.")
    )
    use = pick(_("Cited in"), Use.choices)
    remark = line(_("What it is cited for"), longest=LONGEST_REMARK)
    although = tick(
        _("The old wording is meant, although it is not in force"),
        _("A matter of its time is judged by the law of its time."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["clause"]
        field.queryset = clauses_for(self.case)
        field.today = self.now.astimezone(self.case.estate.zone).date()


class EnterCourt(CaseForm):
    stage = pick(_("What"), Stage.choices)
    on_at = moment(_("Date and time"), _("Of a hearing: when it begins; it is reminded of."), needed=True)
    court = line(_("Court"), needed=True, longest=100)
    case_no = line(_("Case number of the court"), longest=60)
    outcome = words(_("Outcome"), needed=False, longest=LONGEST_OUTCOME)


class Outcome(CaseForm):
    outcome = words(_("What came of it"), longest=LONGEST_OUTCOME)


class Wrong(CaseForm):
    note = words(_("What is wrong about it"), longest=LONGEST_REMARK)


class CallOff(CaseForm):
    note = words(_("Why, and what the court has said"), longest=LONGEST_REMARK)
