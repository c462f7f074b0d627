"""What acts on a record of questions ask for. A field bears the name of the action's keyword it fills.

Questions and answers are fields of their own, `question_1`, `answer_1` and so on: as many as the draft has
and three more, so that the page grows by saving, without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions.inquiries import LONGEST_CORRECTIONS, Talk
from complaints.evidence import Party
from complaints.file_kinds import limits_of_evidence
from complaints.forms.evidence import line
from complaints.forms.fields import files, moment, pick, words
from complaints.forms.people import PersonField, serving
from complaints.inquiries import LONGEST_LINE, MOST_LINES
from complaints.models import Attachment, Complaint, Inquiry
from config.framework.field_rendering import WITHOUT_OPTIONAL
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions

#: Empty questions below those there are.
SPARE = 3


class InquiryForm(forms.Form):
    """Knows the case, the record, who asks and when; `revision` is the one this person has before him."""

    revision = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=0)

    def __init__(
        self,
        *args: Any,
        case: Complaint,
        row: Inquiry | None,
        person: Permissions,
        now: datetime,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.case, self.row, self.person, self.now = case, row, person, now
        self.attachments: list[Attachment] = []
        if row:
            self.initial.setdefault("revision", row.revision)
        else:
            del self.fields["revision"]
        if "files" in self.fields:
            self.fields["files"].help_text = limits_of_evidence()
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def clean_revision(self) -> int:
        return self.cleaned_data["revision"] or 0

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class Write(InquiryForm):
    """The draft as a whole: the talk, and its questions and answers."""

    subject = line(
        pgettext_lazy("inquiry", "About"), _("In one sentence: what the talk is about."), needed=True
    )
    held_at = moment(_("When it was held"), needed=True)
    place = line(_("Where"), needed=True)
    asker = line(_("Who asks"), _("His name, as on his pass."), needed=True, longest=60)
    asker_unit = line(_("Of which office or court"), needed=True, longest=100)
    asker_position = line(pgettext_lazy("of a person", "Position"), longest=60)
    answerer = pick(_("Who answers"), Party.choices)
    answered_by = PersonField(label=_("Who of ours"), required=False)
    answered_by_other = line(_("Who, of somebody else"), _("Name, firm and position."), longest=100)
    recorder = PersonField(label=_("Who writes it down"))

    def __init__(self, *args: Any, lines: Sequence[tuple[str, str]] | None = None, **more: Any) -> None:
        """`lines`: questions and answers to begin with, where they are not those of the record."""
        self._begun = lines
        super().__init__(*args, **more)

    def prepare(self) -> None:
        people = serving(self.case.estate, self.now)
        for name in ("answered_by", "recorder"):
            field: Any = self.fields[name]
            field.offer(people, work=False)
        if self.row:
            self._begin_with(self.row)
        else:
            self.initial.setdefault("answerer", Party.STAFF)
            self.initial.setdefault("held_at", self.now)
            self.initial.setdefault("recorder", self._key_of("recorder", self.person.user))
        there = self._begun if self._begun is not None else self.row.pairs if self.row else []
        for number, (question, answer) in enumerate(there, 1):
            self.initial.setdefault(f"question_{number}", question)
            self.initial.setdefault(f"answer_{number}", answer)
        sent = max(
            (number for number in range(1, MOST_LINES + SPARE + 1) if self._is_sent(number)), default=0
        )
        self.count = max(len(there) + SPARE, sent)
        for number in range(1, self.count + 1):
            for name, label in (("question", _("Question")), ("answer", pgettext_lazy("inquiry", "Answer"))):
                field = words(label, needed=False, longest=LONGEST_LINE)
                field.template_name = WITHOUT_OPTIONAL
                self.fields[f"{name}_{number}"] = field

    def _is_sent(self, number: int) -> bool:
        return any(f"{name}_{number}" in self.data for name in ("question", "answer"))

    def _begin_with(self, row: Inquiry) -> None:
        for name in (
            "subject", "held_at", "place", "asker", "asker_unit", "asker_position", "answerer",
            "answered_by_other",
        ):  # fmt: skip
            self.initial.setdefault(name, getattr(row, name))
        self.initial.setdefault("recorder", self._key_of("recorder", row.recorder))
        if row.answered_by:
            self.initial.setdefault("answered_by", self._key_of("answered_by", row.answered_by))

    def _key_of(self, name: str, person: User) -> str:
        """The choice that stands for somebody: the first of his postings."""
        field: Any = self.fields[name]
        return next((key for key, posting in field.postings.items() if posting.user_id == person.pk), "")

    @property
    def talk_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.rpartition("_")[0] not in ("question", "answer")]

    @property
    def line_fields(self) -> list[tuple[int, Any, Any]]:
        """Number, question and answer."""
        return [(n, self[f"question_{n}"], self[f"answer_{n}"]) for n in range(1, self.count + 1)]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """As they were sent; where none was, those of the record stay."""
        if self.row and not any(self._is_sent(n) for n in range(1, self.count + 1)):
            return self.row.pairs
        data = self.cleaned_data
        return [
            (data.get(f"question_{n}") or "", data.get(f"answer_{n}") or "") for n in range(1, self.count + 1)
        ]

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        talk = Talk(
            subject=data["subject"], held_at=data["held_at"], place=data["place"], asker=data["asker"],
            asker_unit=data["asker_unit"], asker_position=data["asker_position"], answerer=data["answerer"],
            answered_by=self._user("answered_by") if data["answerer"] == Party.STAFF else None,
            answered_by_other=data["answered_by_other"] if data["answerer"] == Party.OUTSIDE else "",
            recorder=self._user("recorder"),
        )  # fmt: skip
        more = {"revision": data["revision"]} if self.row else {}
        return {"talk": talk, "lines": self.lines} | more

    def _user(self, name: str) -> User | None:
        posting = self.cleaned_data.get(name)
        return posting.user if posting else None


class ReadOver(InquiryForm):
    corrections = words(
        _("What he had corrected"),
        _("Which answer, and how it reads now. Empty: nothing."),
        needed=False,
        longest=LONGEST_CORRECTIONS,
    )
    read_at = moment(_("When"), _("Empty: now."))


class Sign(InquiryForm):
    files = files(_("Scan of the signed pages"))
    signed_at = moment(_("When"), _("Empty: now."))

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "signed_at": data["signed_at"], "files": tuple(self.attachments), "revision": data["revision"],
        }  # fmt: skip


class Drop(InquiryForm):
    note = words(_("Reason"), longest=LONGEST_CORRECTIONS)
