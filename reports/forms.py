"""What is typed about due reports and the rules of their calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import words
from complaints.forms.office.settings import Asked
from config.framework.field_rendering import WITHOUT_OPTIONAL
from reports.due_files import ACCEPT
from reports.duties import Act

LONGEST_NOTE = 1000


class ActForm(Asked):
    """One act on a due report: a note where it wants words, a paper where it is handed in."""

    def __init__(self, *args: Any, act: Act, alone: bool = False, draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"prefix": act.verb})
        self.act = act
        if act.verb == "hand_in":
            hint = _("Empty: the draft the product made is handed in.") if draft else ""
            self.fields["text"] = words(_("Report"), hint, needed=False, longest=8000)
            self.fields["text"].widget.attrs["rows"] = 6
            self.fields["file"] = forms.FileField(
                label=_("Or a file"),
                required=False,
                help_text=_("PDF, Excel or Word, up to 10 MB."),
                widget=forms.FileInput({"accept": ACCEPT}),
            )
            if not draft:
                for name in ("text", "file"):
                    field: Any = self.fields[name]
                    field.template_name = WITHOUT_OPTIONAL
                    field.needed = gettext("(words or a file)"), ""
        label = _("Why") if act.needs_note else _("Remark")
        self.fields["note"] = words(label, needed=act.needs_note, longest=LONGEST_NOTE)
        self.fields["note"].widget.attrs["rows"] = 2
        if alone:
            self.fields["alone_because"] = words(
                _("Why you do it yourself"),
                _("You prepared this report; another person does this where one is there."),
                needed=False,
                longest=200,
            )
