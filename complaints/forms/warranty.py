"""What acts on a case's warranty ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints import warranty as rules
from complaints.actions.warranty_rows import LONGEST
from complaints.danger import longest_of
from complaints.forms.fields import anyway, ask_first, files, moment, pick, words
from complaints.models import Attachment, CaseWarranty, Complaint
from complaints.warranty import Confirmed, Way, Why
from config.framework.refusals import Refused
from owners.handed_over import builders_of
from owners.models import Builder
from owners.parts import Part
from staff.permissions import Permissions

YES_NO = [("yes", _("Under warranty")), ("no", _("Not under warranty"))]


def line(label: Any, hint: Any = "", *, needed: bool = True, longest: int = 100) -> Any:
    return forms.CharField(label=label, help_text=hint, required=needed, max_length=longest)


class WarrantyForm(forms.Form):
    """Knows the case, its warranty, who asks and when; `attachments` are the files sent with it."""

    def __init__(
        self,
        *args: Any,
        case: Complaint,
        row: CaseWarranty,
        person: Permissions,
        now: datetime,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.case, self.row, self.person, self.now = case, row, person, now
        self.attachments: list[Attachment] = []
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        ask_first(self, refusal.field)
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class ChoosePart(WarrantyForm):
    part = forms.ChoiceField(label=pgettext_lazy("warranty", "Part"), choices=Part.choices)

    def prepare(self) -> None:
        field: Any = self.fields["part"]
        field.choices = [("", gettext("Choose the part")), *Part.choices]
        if self.row.part:
            self.initial.setdefault("part", self.row.part)
        elif offer := rules.suggest(self.case.content):
            part, said = offer
            field.help_text = gettext("Perhaps: %(part)s, because it says “%(words)s”.") % {
                "part": part.label, "words": gettext(", ").join(longest_of(said)),
            }  # fmt: skip


class Decide(WarrantyForm):
    covered = pick(_("Decision"), YES_NO)
    ground = pick(_("What it rests on"), [(why.value, why.label) for why in Why if why in rules.REASONS])
    because = words(_("Reason"), _("What was seen, agreed or proved."), longest=LONGEST)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"covered": self.cleaned_data["covered"] == "yes"}


class Notify(WarrantyForm):
    builder = forms.ModelChoiceField(
        Builder.objects.none(), label=_("Builder"), required=False, empty_label=_("Another firm")
    )
    firm = line(
        _("Another firm"), _("Where it is not in the register: comes before the choice above."), needed=False
    )
    notified_how = pick(_("How"), Way.choices)
    whom = line(_("Whom"), _("Who took it there."), needed=False, longest=60)
    notified_at = moment(_("When"), _("Empty: now."))
    note = words(_("What the builder was told"), needed=False)

    def prepare(self) -> None:
        field: Any = self.fields["builder"]
        known = builders_of(self.case.estate_id, self.row.part)
        field.queryset = Builder.objects.filter(estate=self.case.estate_id)
        field.choices = [("", gettext("Another firm"))] + [(one.pk, shown(one)) for one in known]
        if known:
            self.initial.setdefault("builder", known[0].pk)


def shown(one: Builder) -> str:
    """A builder as a list offers him."""
    part = one.get_part_display() if one.part else gettext("all parts")
    return gettext("%(firm)s (%(role)s, %(part)s)") % {
        "firm": one.firm, "role": one.get_role_display(), "part": part,
    }  # fmt: skip


class AgreeVisit(WarrantyForm):
    visit_at = moment(_("The builder comes"), needed=True)
    note = words(_("What was agreed"), needed=False)
    anyway = anyway()


class SendPeople(WarrantyForm):
    whom = line(_("Who came"))
    sent_at = moment(_("When"), _("Empty: now."))


class Finish(WarrantyForm):
    done = words(_("What was repaired"), longest=LONGEST)
    done_at = moment(_("When"), _("Empty: now."))


class NotDone(WarrantyForm):
    because = words(_("Why"), longest=LONGEST)


class Again(WarrantyForm):
    because = words(_("What is to be repaired again"), longest=LONGEST)


class Sign(WarrantyForm):
    signed_how = pick(_("How the owner confirmed it"), Confirmed.choices)
    files = files(_("Signed sheet"))
    note = words(_("When and how, where nothing was signed"), needed=False)
    signed_at = moment(_("When"), _("Empty: now."))

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}


class RefuseToSign(WarrantyForm):
    because = words(_("Why the owner does not sign"), longest=LONGEST)


class Elsewhere(WarrantyForm):
    whom = line(_("Who repaired it"))
    because = words(_("Why the builder did not"), longest=LONGEST)
    cost = forms.DecimalField(
        label=_("Cost, to be claimed back (yuan)"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
    )
    repaired_at = moment(_("When"), _("Empty: now."))
