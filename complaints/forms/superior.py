"""What is asked for when the customer insists, and what the superior answers (W12)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions.words_to_customers import ForbiddenWords
from complaints.forms.approvals import DecisionForm
from complaints.forms.fields import MoveForm, pick, why_so, words
from complaints.models import SuperiorRequest
from config.framework.refusals import Refused


class AskSuperior(MoveForm):
    note = words(_("What the customer insists on"), _("In the customer's words."))
    offers = words(_("What we can do"), _("What has been offered, and on which ground."))


class Decide(DecisionForm):
    outcome = pick(
        pgettext_lazy("superior", "Decision"), [(state, state.label) for state in SuperiorRequest.DECIDED]
    )
    note = words(
        _("Words for the customer"),
        _("The first receiver says them. Say what we can do; an amount is approved as a compensation."),
    )
    comment = words(_("Reason, for us"), needed=False)

    def __init__(self, data: Any = None, **known: Any) -> None:
        super().__init__(data, **known)
        if "phrase_reason" in self.data:
            self._ask_why_so()

    def refuse(self, refusal: Refused) -> None:
        if isinstance(refusal, ForbiddenWords):
            self._ask_why_so()
        super().refuse(refusal)

    def _ask_why_so(self) -> None:
        self.fields["phrase_reason"] = why_so()


class PassUp(DecisionForm):
    opinion = words(_("Opinion"), _("What speaks for it and against it; the property manager reads it."))


class TakeBack(DecisionForm):
    comment = words(_("Reason"), needed=False)
