"""What acts on commendations ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.commendations import LONGEST, Reach, State
from complaints.forms.fields import pick, words
from complaints.forms.people import PersonField
from complaints.models import Commendation
from config.framework.refusals import Refused
from staff.models import Posting


def reach_field() -> Any:
    return pick(
        pgettext_lazy("commendation", "Read by"),
        Reach.choices,
        hint=_("The property manager decides on what his estate reads, the general manager on the rest."),
    )


def words_field() -> Any:
    return words(
        pgettext_lazy("commendation", "What is published"),
        _("What he did and what came of it. Nobody else is named: no customer, room or phone."),
        longest=LONGEST,
    )


class CommendationForm(forms.Form):
    """Knows the commendation."""

    def __init__(self, *args: Any, row: Commendation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if "alone_because" in self.data:
            self.ask_why_alone()
        if "version" in self.fields:
            self.initial.setdefault("version", row.version)
        self.prepare()

    def prepare(self) -> None:
        """What stands in it already."""

    def ask_why_alone(self) -> None:
        """Where nobody else could do it."""
        self.fields["alone_because"] = words(_("Why you do it yourself"), needed=False, longest=500)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        """The sentence at its field; why nobody else can do it is asked for where it matters."""
        if refusal.field == "alone_because":
            self.ask_why_alone()
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def version_read() -> Any:
    """The version the page showed, so that nobody writes over, or approves, what he has not read."""
    return forms.IntegerField(min_value=1, widget=forms.HiddenInput())


class Edit(CommendationForm):
    version = version_read()
    words = words_field()
    reach = reach_field()

    def prepare(self) -> None:
        self.initial.setdefault("words", self.row.words)
        self.initial.setdefault("reach", self.row.reach)
        if self.row.state == State.APPROVED:
            self.fields["words"].help_text = _("It is approved already: changed, it is decided on again.")


class Approve(CommendationForm):
    version = version_read()
    note = words(_("Remark"), _("Stands in the history."), needed=False, longest=LONGEST)


class Plain(CommendationForm):
    """Nothing to say."""


class Note(CommendationForm):
    note = words(_("Reason"), longest=LONGEST)


class Withdraw(Note):
    note = words(_("Reason"), _("Everybody who read it reads this too: nobody is named."), longest=LONGEST)


class Propose(forms.Form):
    """Who, why, and how far it is to reach."""

    person = PersonField(label=pgettext_lazy("commendation", "Who is commended"))
    because = words(
        pgettext_lazy("commendation", "What he did well"),
        _("It becomes the draft of what is published. Nobody else is named: no customer, room or phone."),
        longest=LONGEST,
    )
    reach = reach_field()

    def __init__(self, *args: Any, postings: list[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.offer(postings, work=False)
        self.initial.setdefault("reach", Reach.ESTATE)

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        posting: Posting = said["person"]
        return said | {"person": posting.user, "department": posting.department}

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
