"""What a collective complaint asks for: its list of signatories, who speaks for us, the manager in person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints import signatory_list
from complaints.actions.presence import principals
from complaints.actions.speaker import candidates
from complaints.forms.fields import MoveForm, files, moment, words
from complaints.models import Respondent, Signatory
from complaints.restricted_access import CaseReaders
from complaints.signatory_list import LONGEST, Signer
from config.framework.request_guard import whole_number
from staff.models import User
from staff.stand_ins import StandIns


def column(name: str, label: Any, hint: Any = "") -> Any:
    return forms.CharField(label=label, required=False, max_length=LONGEST[name], help_text=hint)


class AddSignatories(MoveForm):
    """One by one, or the whole list pasted; a line that cannot be read is named, and all text stays."""

    name = column("name", _("Name"))
    room = column("room", _("Room"))
    phone = column("phone", _("Phone"))
    signer_note = column("note", pgettext_lazy("signatory", "Note"))
    lines = forms.CharField(
        label=_("Or paste a list, a line each"),
        required=False,
        widget=forms.Textarea({"rows": 6, "placeholder": "张三 3-1-502 13800000000"}),
        help_text=_("Name, room and phone in any order, with blanks, commas or tabs between."),
    )
    files = files(_("Photo of the list"))

    def prepare(self) -> None:
        self.signers: list[Signer] = []

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        one = [said.get(name, "") for name in ("name", "room", "phone", "signer_note")]
        if any(one):
            if not one[0]:
                self.add_error("name", gettext("A signatory has a name."))
            self.signers.append(Signer(*one))
        signers, faults = signatory_list.read(said.get("lines", ""))
        self.signers += signers
        for fault in faults:
            self.add_error("lines", fault)
        return said

    def arguments(self) -> dict[str, Any]:
        return {"signers": self.signers, "files": tuple(self.attachments)}


class SignatoryField(forms.ModelChoiceField):
    def label_from_instance(self, row: Signatory) -> str:
        return f"{row.name} {row.room}".strip()


class OneSignatory(MoveForm):
    signatory = SignatoryField(
        queryset=Signatory.objects.none(), label=_("Which signatory"), empty_label=_("Choose a person")
    )

    def prepare(self) -> None:
        rows = Signatory.objects.filter(complaint=self.complaint).listed()
        self.fields["signatory"].queryset = rows
        self.row = rows.filter(pk=chosen).first() if (chosen := self._chosen()) else None

    def _chosen(self) -> int | None:
        return whole_number(self.initial.get("signatory", ""))


class EditSignatory(OneSignatory):
    """All columns as they should stand; they begin as they are."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST["name"])
    room = column("room", _("Room"))
    phone = column("phone", _("Phone"))
    signer_note = column("note", pgettext_lazy("signatory", "Note"))

    def prepare(self) -> None:
        super().prepare()
        if self.row:
            of_row = {"name": self.row.name, "room": self.row.room, "phone": self.row.phone}
            self.initial.update(of_row, signer_note=self.row.note)


class RemoveSignatory(OneSignatory):
    note = words(_("Reason"), _("Twice on the list, never lived here, took the signature back. No names."))


class _Colleague(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)


class NameSpeaker(MoveForm):
    person: Any = _Colleague(
        label=_("Who speaks for us"), required=False, empty_label=_("Nobody alone any more")
    )
    note = words(
        _("Reason"),
        _("Needed when another one spoke for us before. The customer does not see it."),
        needed=False,
    )

    def prepare(self) -> None:
        stand_ins = _stand_ins(self)
        barred = _barred(self) | CaseReaders(self.complaint, stand_ins).without_access
        people = candidates(stand_ins, self.complaint, barred)
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in people])
        self.initial.setdefault("person", self.complaint.speaker_id)


class Appear(MoveForm):
    person: Any = _Colleague(label=_("Who came"), empty_label=_("Choose a person"))
    place = forms.CharField(label=_("Where"), max_length=80)
    note = words(_("What was said"), _("The customer reads that you came, not these words."))
    done_at = moment(_("When"), _("Empty: now."))

    def prepare(self) -> None:
        people = principals(_stand_ins(self), self.complaint.estate_id, _barred(self))
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in people])
        me = self.person.user.pk
        chosen = me if me in {one.pk for one in people} else people[0].pk if people else None
        self.initial.setdefault("person", chosen)


def _stand_ins(form: MoveForm) -> StandIns:
    return StandIns.load(form.now, [form.complaint.estate])


def _barred(form: MoveForm) -> frozenset[int]:
    named = Respondent.objects.filter(complaint=form.complaint, user__isnull=False)
    return frozenset(named.values_list("user_id", flat=True))
