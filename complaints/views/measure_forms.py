"""What can be done with a measure: form, action and sentence afterwards, by verb of `measures`. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import measures as acts
from complaints.actions import told_estates
from complaints.forms import measures as forms
from complaints.forms.measures import MeasureForm
from complaints.measures import ACTS
from complaints.models import Measure


@dataclass(frozen=True)
class Act:
    form: type[MeasureForm]
    act: Callable[..., Measure]
    done: str | Promise


MEASURE_FORMS: dict[str, Act] = {
    "adopt": Act(forms.Adopt, acts.adopt, _("Taken up. Whoever is responsible knows.")),
    "dismiss": Act(forms.Reason, acts.dismiss, _("Not taken up; the reason stands with it.")),
    "do": Act(forms.Do, acts.do, _("Done. Another person checks the effect.")),
    "check": Act(forms.Check, acts.check, _("The check is recorded.")),
    "tell": Act(forms.Tell, told_estates.tell, _("Told. Each estate answers.")),
    "add_case": Act(forms.AddCases, acts.add_cases, _("Added.")),
    "change": Act(forms.Change, acts.change, _("Changed; what it was before stays in the history.")),
    "withdraw": Act(forms.Reason, acts.withdraw, _("Withdrawn. It stays readable.")),
}
if set(MEASURE_FORMS) != set(ACTS):
    raise ImportError("Every act on a measure has its form, and none besides.")
