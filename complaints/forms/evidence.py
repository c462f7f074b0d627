"""What acts on evidence ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions import roles_on
from complaints.actions.evidence import (
    LONGEST,
    LONGEST_REASON,
    LONGEST_STATEMENT,
    Collected,
    Holder,
    takes_statement,
)
from complaints.evidence import ADDED, NEXT, Added, Custody, Kind, Party
from complaints.file_kinds import limits_of_evidence
from complaints.forms.fields import RowsField, files, moment, pick, words
from complaints.forms.people import PersonField, serving
from complaints.models import Attachment, Complaint, Evidence
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions

YES_NO = [("yes", pgettext_lazy("first scene", "Yes")), ("no", pgettext_lazy("first scene", "No"))]
#: Nobody ticks more than a case carries.
OF_CASE = 9


def line(label: Any, hint: Any = "", *, needed: bool = False, longest: int = 200) -> Any:
    return forms.CharField(label=label, help_text=hint, required=needed, max_length=longest)


def who(name: Any) -> tuple[Any, Any]:
    """One of ours, and words for somebody else."""
    return (
        PersonField(label=name, required=False),
        line(
            _("Who, of somebody else"),
            _("Firm, office or institute; no name of a customer."),
            longest=100,
        ),
    )


class EvidenceForm(forms.Form):
    """Knows the case, who asks and when; `attachments` are the files sent with it, stored by the view."""

    def __init__(
        self,
        *args: Any,
        case: Complaint,
        row: Evidence | None,
        person: Permissions,
        now: datetime,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.case, self.row, self.person, self.now = case, row, person, now
        self.attachments: list[Attachment] = []
        if "files" in self.fields:
            self.fields["files"].help_text = limits_of_evidence()
        people = serving(case.estate, now)
        if person.is_contractor:  # of us he need not know who works here
            people = [one for one in people if one.department_id in person.outside]
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.offer(people, work=False)
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def himself(self, name: str) -> None:
        """Who asks is offered first, in the first of his postings here."""
        field: Any = self.fields[name]
        mine = (key for key, posting in field.postings.items() if posting.user_id == self.person.user.pk)
        self.initial.setdefault(name, next(mine, ""))

    def user(self, name: str) -> User | None:
        posting = self.cleaned_data.get(name)
        return posting.user if posting else None


class CollectedForm(EvidenceForm):
    """What is said of every item; who collected it, and when and where."""

    what = line(
        _("What it shows"),
        _("In one sentence: what can be seen, heard or read."),
        needed=True,
        longest=LONGEST,
    )
    collector = pick(_("Collected by"), Party.choices)
    collected_by, collected_by_other = who(_("Who of ours"))
    collected_at = moment(
        _("Collected"), _("When it was recorded or taken, not when it is entered."), needed=True
    )
    place = line(_("Where"), _("As exactly as somebody needs to find the spot."), needed=True)
    first_scene = pick(
        _("First scene, first time?"),
        YES_NO,
        hint=_("Collected where it happened, before anything was changed."),
    )

    def prepare(self) -> None:
        self.himself("collected_by")
        self.initial.setdefault("collector", Party.STAFF)

    def said(self, kind: str) -> Collected:
        data = self.cleaned_data
        staff = data["collector"] == Party.STAFF
        outside = data["collector"] == Party.OUTSIDE
        return Collected(
            kind=kind, what=data["what"], collected_at=data["collected_at"], place=data["place"],
            first_scene=data["first_scene"] == "yes", collector=data["collector"],
            collected_by=self.user("collected_by") if staff else None,
            collected_by_other=data["collected_by_other"] if outside else "", device=data.get("device", ""),
        )  # fmt: skip


class AddEvidence(CollectedForm):
    """A new item. Of a thing: who holds it, and where it is."""

    kind = pick(pgettext_lazy("evidence", "Kind"), Added)
    files = files(_("Files"))
    of_case = RowsField(
        Attachment.objects.none(),
        label=_("Files the case has already"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "segments"}),
    )
    device = line(_("Device"), _("Camera, phone or meter, with its number."))
    party = pick(
        _("Is there a thing to keep? Who holds it?"),
        [("", _("Nothing to keep")), *Party.choices],
        needed=False,
        hint=_("Of a sample always; of a contract or receipt the original."),
    )
    holder, holder_other = who(_("Held by whom of ours"))
    kept_at = line(_("Where it is kept"), _("Room, cupboard, seal number."))
    kept_since = moment(_("In custody since"), _("Empty: now."))
    field_order = (
        "kind", "files", "of_case", "what", "collected_at", "place", "first_scene", "collector",
        "collected_by", "collected_by_other", "device", "party", "holder", "holder_other", "kept_at",
        "kept_since",
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        if not takes_statement(self.case, roles_on(self.case, self.person)):
            kinds: Any = self.fields["kind"]
            kinds.choices = [(one.value, one.label) for one in ADDED if one != Kind.STATEMENT]
        rows = self.case.attachments.filter(evidence=None, is_list=False).order_by("-uploaded_at", "-pk")
        field: Any = self.fields["of_case"]
        if rows.exists():
            field.queryset = rows
            field.label_from_instance = _named
        else:
            del self.fields["of_case"]

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        holder = None
        if data["party"]:
            holder = Holder(
                data["party"], self.user("holder") if data["party"] == Party.STAFF else None,
                data["holder_other"] if data["party"] == Party.OUTSIDE else "", data["kept_at"],
                data["kept_since"],
            )  # fmt: skip
        return {
            "said": self.said(data["kind"]),
            "files": tuple(self.attachments),
            "of_case": tuple(data.get("of_case") or ()),
            "holder": holder,
        }


def _named(file: Any) -> str:
    return str(file.name)


class TakeStatement(CollectedForm):
    """客户书面陈述: what the customer states; printed, read over and signed by him."""

    statement = words(
        _("What the customer states"),
        _("In his own words. Empty: he writes on the printed form himself."),
        needed=False,
        longest=LONGEST_STATEMENT,
    )
    field_order = ("what", "statement", "collected_at", "place", "first_scene", "collector", "collected_by")

    def prepare(self) -> None:
        super().prepare()
        for name, label in (
            ("collector", _("Taken down by")),
            ("collected_at", pgettext_lazy("statement", "Taken down")),
            ("what", _("About")),
        ):
            self.fields[name].label = label
        self.fields["what"].help_text = _("In one sentence: which facts he states.")
        self.fields["collected_at"].help_text = ""
        self.initial.setdefault("collected_at", self.now)

    def arguments(self) -> dict[str, Any]:
        return {"said": self.said(Kind.STATEMENT), "statement": self.cleaned_data["statement"]}


class Sign(EvidenceForm):
    files = files(_("Scan or photo of the signed sheet"), needed=True)

    def arguments(self) -> dict[str, Any]:
        return {"files": tuple(self.attachments)}


class HandOver(EvidenceForm):
    """The next line of the custody. `after`: the last one on the page that is sent."""

    act = pick(pgettext_lazy("custody", "What"), [(one.value, one.label) for one in NEXT])
    party = pick(_("To whom, or by whom"), Party.choices)
    holder, holder_other = who(_("Who of ours"))
    kept_at = line(_("Where it is now"), _("Not needed once it is given back or disposed of."))
    handed_at = moment(_("When"), _("Empty: now."))
    note = words(_("Remark"), _("Of a disposal: how and why."), needed=False, longest=LONGEST)
    after = forms.IntegerField(widget=forms.HiddenInput(), required=True)

    def prepare(self) -> None:
        self.initial.setdefault("act", Custody.HANDED)
        if self.row and self.row.custody:
            self.initial.setdefault("after", self.row.custody[-1].number)

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        to = Holder(
            data["party"], self.user("holder") if data["party"] == Party.STAFF else None,
            data["holder_other"] if data["party"] == Party.OUTSIDE else "", data["kept_at"],
        )  # fmt: skip
        return {
            "act": data["act"], "to": to, "handed_at": data["handed_at"], "note": data["note"],
            "after": data["after"],
        }  # fmt: skip


class Reason(EvidenceForm):
    note = words(_("Reason"), longest=LONGEST_REASON)


class Confirm(EvidenceForm):
    note = words(_("Remark"), needed=False, longest=LONGEST_REASON)


class Nothing(EvidenceForm):
    pass
