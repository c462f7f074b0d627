"""What can be done with an item of evidence: form, action and sentence afterwards, by verb. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import evidence as acts
from complaints.evidence import ACTS
from complaints.forms import evidence as forms
from complaints.forms.evidence import EvidenceForm
from complaints.models import Evidence


@dataclass(frozen=True)
class Act:
    form: type[EvidenceForm]
    act: Callable[..., Evidence]
    done: str | Promise
    drastic: bool = False


EVIDENCE_FORMS: dict[str, Act] = {
    "sign": Act(forms.Sign, acts.sign, _("Added. The signed sheet stands beside the printed one.")),
    "hand_over": Act(forms.HandOver, acts.hand_over, _("Entered; the lines before stay as they are.")),
    "propose_withdrawal": Act(
        forms.Reason,
        acts.propose_withdrawal,
        _("Proposed. Until a second person confirms, it stays in force."),
    ),
    "confirm_withdrawal": Act(
        forms.Confirm, acts.confirm_withdrawal, _("Withdrawn. It stays readable, marked."), drastic=True
    ),
    "keep": Act(forms.Reason, acts.keep, _("Kept; whoever proposed it knows why.")),
    "take_back": Act(forms.Nothing, acts.take_back, _("Taken back; the evidence stays in force.")),
}
if set(EVIDENCE_FORMS) != set(ACTS):
    raise ImportError("Every act on evidence has its form, and none besides.")
