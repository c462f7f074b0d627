"""What is typed of an upheld complaint for owners to read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.fields import words
from reports.meeting_forms import Kept
from reports.public_rows import LONGEST, PublicAccount


class PublicAccountForm(Kept):
    """A short account and what was done; or why the case is left out."""

    account = words(
        _("What it was about"),
        _("One sentence for owners, without names, rooms and phones."),
        needed=False,
        longest=LONGEST,
    )
    handling = words(
        pgettext_lazy("public list", "What was done"),
        _("Empty: only the state is told."),
        needed=False,
        longest=LONGEST,
    )
    left_out_because = words(
        _("Or leave it out, because"),
        _("Where owners would know who it is however it is told. Read by us only."),
        needed=False,
        longest=LONGEST,
    )

    def __init__(self, *args: Any, number: str, row: PublicAccount | None, **kwargs: Any) -> None:
        # Nothing is put in to begin with: words of the customer would go out unread.
        initial: dict[str, Any] = {"started_from": 0}
        if row:
            initial = {name: getattr(row, name) for name in ("account", "handling", "left_out_because")}
            initial["started_from"] = row.number
        super().__init__(*args, **kwargs | {"initial": initial, "prefix": number})
        for name in ("account", "handling", "left_out_because"):
            self.fields[name].widget.attrs["rows"] = 2

    def said(self) -> dict[str, Any]:
        """Call when valid."""
        return dict(self.cleaned_data)
