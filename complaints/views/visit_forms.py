"""What can be done with a site visit: form, action and sentence afterwards, by verb. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import site_visits as acts
from complaints.forms import site_visits as forms
from complaints.forms.site_visits import VisitForm
from complaints.models import SiteVisit
from complaints.site_visits import ACTS


@dataclass(frozen=True)
class Act:
    form: type[VisitForm]
    act: Callable[..., SiteVisit]
    done: str | Promise
    drastic: bool = False


VISIT_FORMS: dict[str, Act] = {
    "arrive": Act(forms.Arrive, acts.arrive, _("You are there. Write down what you find.")),
    "find": Act(forms.Find, acts.find, _("Written down. When you go, press “Left”.")),
    "leave": Act(forms.Leave, acts.leave, _("The visit is over.")),
    "take_back": Act(forms.TakeBack, acts.take_back, _("Taken back: nobody is there.")),
    "move": Act(forms.Move, acts.move, _("Changed; whoever is sent has been told.")),
    "call_off": Act(forms.CallOff, acts.call_off, _("Called off."), drastic=True),
    "miss": Act(
        forms.Miss, acts.miss, _("Entered as missed. Apologise to the customer and agree on a new time."),
        drastic=True,
    ),
}  # fmt: skip
if set(VISIT_FORMS) != set(ACTS):
    raise ImportError("Every act on a visit has its form, and none besides.")
