"""Writing into the day's logs, and signing a day."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions.daily_readings import LONGEST, LONGEST_REMARK
from complaints.forms.fields import files, pick, words
from complaints.forms.office.settings import Asked
from complaints.models import DayNote
from config.framework.field_rendering import WITHOUT_OPTIONAL
from config.framework.request_guard import whole_number


class NoteForm(Asked):
    """A line of a log: which one, and the words. An addition asks for the words alone."""

    kind = pick(_("Which log?"), DayNote.Kind.choices, needed=False)
    words = words(pgettext_lazy("log", "What happened"), longest=LONGEST)
    files = files(_("Photos"))
    corrects = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = token_urlsafe(16)
        self.fields["kind"].template_name = WITHOUT_OPTIONAL  # an addition alone leaves it out

    def arguments(self) -> dict[str, Any]:
        """The action's keywords; the note it adds to by its key, 0 for none."""
        said = dict(self.cleaned_data)
        del said["files"]  # the view keeps them before the form is judged
        return said | {"corrects": whole_number(said["corrects"]) or 0}


class SignForm(Asked):
    """A remark, if there is one; how many notes were on the page."""

    remark = words(_("Remark"), needed=False, longest=LONGEST_REMARK)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
