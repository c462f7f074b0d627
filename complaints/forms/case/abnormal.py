"""What is asked for when signs of an abnormal complaint are noted, decided on, or its circle named."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.fields import MoveForm, files, pick, tick, words
from complaints.forms.people import serving
from complaints.models import AbnormalSign, CircleMember, Sign
from complaints.models.case_queries import DECIDERS
from complaints.time_texts import day
from config.framework.typed_dates import DayInput
from staff.models import Posting, User
from staff.permissions import current
from staff.roles import Role

YES, NO = "yes", "no"


class NoteSign(MoveForm):
    sign = pick(pgettext_lazy("of an abnormal complaint", "Sign"), Sign.choices)
    note = words(
        _("Fact"), _("What was said or done, not what is thought of it. The customer does not see it.")
    )
    on = forms.DateField(label=_("Day of the fact"), widget=DayInput())
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=500,
        help_text=_("Recording, screenshot, witness; or attach it."),
    )
    files = files(_("Photos and papers"))

    def prepare(self) -> None:
        self.initial.setdefault("on", self.now.astimezone(self.complaint.estate.zone).date())

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}


class WithdrawSign(MoveForm):
    sign = pick(pgettext_lazy("of an abnormal complaint", "Sign"), ())
    note = words(_("Reason"), _("Why it was noted wrongly. It stays readable."))

    def prepare(self) -> None:
        rows = AbnormalSign.objects.filter(complaint=self.complaint, withdrawn_at=None).order_by("on", "pk")
        self.standing = {str(row.pk): row for row in rows}
        self.fields["sign"].choices = [
            (key, f"{row.get_sign_display()} · {day(row.on)} · {row.fact[:40]}")
            for key, row in self.standing.items()
        ]

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"sign": self.standing[self.cleaned_data["sign"]]}


class PeopleField(forms.MultipleChoiceField):
    """Some of the people who serve the estate; cleans to them."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, form: MoveForm) -> None:
        """Without those who read the case anyway: the people on it, and who decides on it."""
        case, estate = form.complaint, form.complaint.estate
        read = Posting.objects.filter(current(form.now), role=Role.AUDITOR).filter(
            Q(estate=estate) | Q(region__estates=estate) | Q(estate=None, region=None, department=None)
        )
        postings = [*serving(estate, form.now, complaint=case), *read.select_related("user")]
        decide = {posting.user_id for posting in postings if posting.role in DECIDERS}
        left_out = decide | {case.first_receiver_id, case.handler_id, case.accountable_id}
        named = CircleMember.objects.filter(complaint=case, until=None).select_related("user")
        self.people: dict[str, User] = {str(row.user_id): row.user for row in named}
        labels = {key: str(person) for key, person in self.people.items()}
        for posting in postings:
            if posting.user_id not in left_out or str(posting.user_id) in labels:
                self.people[str(posting.user_id)] = posting.user
                labels[str(posting.user_id)] = _("%(name)s (%(role)s)") % {
                    "name": posting.user, "role": posting.department or Role(posting.role).label,
                }  # fmt: skip
        self.choices = list(labels.items())
        form.initial.setdefault("circle", [str(row.user_id) for row in named])

    def clean(self, value: Any) -> list[User]:
        return [self.people[key] for key in super().clean(value)]


def _circle() -> Any:
    return PeopleField(
        label=_("Who reads the case"),
        required=False,
        help_text=_(
            "Besides the people on the case, property manager and general manager. Nobody else sees it."
        ),
    )


class DecideAbnormal(MoveForm):
    abnormal = pick(_("Abnormal"), [(YES, _("Yes, abnormal")), (NO, _("No"))])
    note = words(_("Reason"), _("Which facts decide it, and by which way it is answered: law, government."))
    circle = _circle()

    def prepare(self) -> None:
        self.fields["circle"].offer(self)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"abnormal": self.cleaned_data["abnormal"] == YES}


class ReviewAbnormal(MoveForm):
    stays = pick(_("The mark"), [(YES, _("Stays")), (NO, _("Is lifted"))])
    note = words(_("Reason"))
    keep_circle = tick(_("Lifted, the case stays restricted to its circle"))

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"stays": self.cleaned_data["stays"] == YES}


class SetCircle(MoveForm):
    circle = _circle()
    note = words(_("Reason"))

    def prepare(self) -> None:
        self.fields["circle"].offer(self)
