"""What can be done with a commendation: form, action and sentence afterwards, by verb of `commendations`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import commendations as acts
from complaints.commendations import ACTS
from complaints.forms import commendations as forms
from complaints.forms.commendations import CommendationForm
from complaints.models import Commendation


@dataclass(frozen=True)
class Act:
    form: type[CommendationForm]
    act: Callable[..., Commendation]
    done: str | Promise


COMMENDATION_FORMS: dict[str, Act] = {
    "edit": Act(forms.Edit, acts.edit, _("The words are kept.")),
    "approve": Act(forms.Approve, acts.approve, _("Approved. It is read once it is published.")),
    "publish": Act(forms.Plain, acts.publish, _("Published. Whoever is commended knows.")),
    "decline": Act(forms.Note, acts.decline, _("Not commended; the reason stands with it.")),
    "withdraw": Act(forms.Withdraw, acts.withdraw, _("Withdrawn. It stays readable with the mark.")),
}
if set(COMMENDATION_FORMS) != set(ACTS):
    raise ImportError("Every act on a commendation has its form, and none besides.")
