"""What can be done with a survey: form, action and sentence afterwards, by verb of `surveys`. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actions import survey_answers
from complaints.actions import surveys as acts
from complaints.forms import surveys as forms
from complaints.forms.surveys import SurveyForm
from complaints.models import Survey
from complaints.surveys import ACTS


@dataclass(frozen=True)
class Act:
    form: type[SurveyForm]
    act: Callable[..., Survey]
    done: str | Promise


SURVEY_FORMS: dict[str, Act] = {
    "edit": Act(forms.Edit, acts.edit, _("The plan is kept.")),
    "start": Act(forms.Start, acts.start, _("Set going. Every home has its link: print the sheets.")),
    "enter": Act(forms.PaperForm, survey_answers.enter, _("Entered. The next one, please.")),
    "remind": Act(forms.Plain, acts.remind, _("Reminded.")),
    "close": Act(forms.Note, acts.close, _("Closed. The results can be read.")),
    "publish": Act(forms.Publish, acts.publish, _("Answered. Owners read it on the portal.")),
    "drop": Act(forms.Note, acts.drop, _("Dropped; the reason stands with it.")),
}
if set(SURVEY_FORMS) != set(ACTS):
    raise ImportError("Every act on a survey has its form, and none besides.")
