"""What can be done with a case's warranty: form, action and sentence afterwards, by verb. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import warranty as acts
from complaints.forms import warranty as forms
from complaints.forms.warranty import WarrantyForm
from complaints.models import CaseWarranty
from complaints.warranty import ACTS


@dataclass(frozen=True)
class Act:
    form: type[WarrantyForm]
    act: Callable[..., CaseWarranty]
    done: str | Promise


WARRANTY_FORMS: dict[str, Act] = {
    "part": Act(
        forms.ChoosePart, acts.choose_part, _("Worked out from part, hand-over date and day of receipt.")
    ),
    "decide": Act(forms.Decide, acts.decide_otherwise, _("Decided. It stays, whatever is corrected later.")),
    "notify": Act(forms.Notify, acts.notify_builder, _("Entered. The builder's days run from then on.")),
    "agree": Act(forms.AgreeVisit, acts.agree_visit, _("Entered. After that time the builder is late.")),
    "send": Act(forms.SendPeople, acts.send_people, _("Entered: the builder is at work.")),
    "finish": Act(forms.Finish, acts.finish, _("Entered. The owner is to confirm it.")),
    "not_done": Act(
        forms.NotDone, acts.take_report_back, _("Taken back: it stands as before it was reported.")
    ),
    "sign": Act(forms.Sign, acts.sign, _("Entered. It stands in the record of the month.")),
    "refuse": Act(forms.RefuseToSign, acts.refuse_to_sign, _("Entered, with the reason.")),
    "elsewhere": Act(forms.Elsewhere, acts.repair_elsewhere, _("Entered, with what is to be claimed back.")),
    "again": Act(forms.Again, acts.repair_again, _("Entered. The builder is to be told.")),
}
if set(WARRANTY_FORMS) != set(ACTS):
    raise ImportError("Every act on a warranty has its form, and none besides.")
