"""What the notice grade's moves ask for: a bulletin, and another case of the same matter."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.forms.case.moves import CaseNumber
from complaints.forms.fields import MoveForm, words
from complaints.models import Bulletin


class IssueBulletin(MoveForm):
    """The next issue; measures and help stand as in the last one, to be brought up to date."""

    note = words(
        _("Where it stands"),
        _("What happened and what has been done. No names and phones of customers: it goes to managers."),
    )
    measures = words(_("Measures"), _("What will be done, by whom and by when."), needed=False)
    help_needed = words(_("Help needed"), _("From managers, headquarters or others."), needed=False)

    def prepare(self) -> None:
        if not self.is_bound:
            last = Bulletin.objects.filter(complaint=self.complaint).order_by("-issue").first()
            if last:
                self.initial.update(measures=last.measures, help_needed=last.help_needed)


class ConfirmSame(MoveForm):
    number = CaseNumber(
        label=_("Number of the other case"),
        max_length=20,
        help_text=_("Another person's complaint about the same thing in the same building or common area."),
    )

    def prepare(self) -> None:
        self.fields["number"].person = self.person

    def arguments(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["number"]}
