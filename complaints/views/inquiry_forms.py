"""What can be done with a record of questions: form, action and sentence afterwards, by verb. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import inquiries as acts
from complaints.forms import inquiries as forms
from complaints.forms.inquiries import InquiryForm
from complaints.inquiries import ACTS
from complaints.models import Inquiry


@dataclass(frozen=True)
class Act:
    form: type[InquiryForm]
    act: Callable[..., Inquiry]
    done: str | Promise
    drastic: bool = False


INQUIRY_FORMS: dict[str, Act] = {
    "edit": Act(forms.Write, acts.edit, _("Saved.")),
    "read_over": Act(forms.ReadOver, acts.read_over, _("Recorded. Print it now and have every page signed.")),
    "sign": Act(forms.Sign, acts.sign, _("Signed. Its words stay as they are and are evidence of the case.")),
    "drop": Act(forms.Drop, acts.drop, _("Set aside; the draft stays readable."), drastic=True),
}
if set(INQUIRY_FORMS) != set(ACTS):
    raise ImportError("Every act on a record has its form, and none besides.")
