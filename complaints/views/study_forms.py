"""What can be done with a case study: form, action and sentence afterwards, by verb of `studies`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import studies as acts
from complaints.forms import studies as forms
from complaints.forms.studies import StudyForm
from complaints.models import CaseStudy
from complaints.studies import ACTS


@dataclass(frozen=True)
class Act:
    form: type[StudyForm]
    act: Callable[..., CaseStudy]
    done: str | Promise


STUDY_FORMS: dict[str, Act] = {
    "write": Act(forms.Write, acts.write, _("Kept. Send it once it is ready to be checked.")),
    "send": Act(forms.Plain, acts.send, _("Sent. Another person checks it.")),
    "check": Act(forms.Check, acts.check, _("The check of the case study is recorded.")),
    "recheck": Act(forms.Recheck, acts.recheck, _("Checked once more: it stands as it is.")),
    "read": Act(forms.Plain, acts.read, _("Noted: you have read it.")),
    "allow": Act(forms.Note, acts.allow, _("Let into the library; the reason stands with it.")),
    "revise": Act(forms.Note, acts.revise, _("A draft again. The next edition is checked anew.")),
    "drop": Act(forms.Note, acts.drop, _("Not taken up; the reason stands with the case study.")),
    "resume": Act(forms.Plain, acts.resume, _("A draft again.")),
}
if set(STUDY_FORMS) != set(ACTS):
    raise ImportError("Every act on a case study has its form, and none besides.")
