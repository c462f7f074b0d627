"""Passing a complaint on to the desk: four short fields, filled in on a phone in a corridor."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.actions.relays import LONGEST
from complaints.forms.desk.danger import ANSWERS
from complaints.forms.fields import files, pick
from complaints.forms.office.settings import Asked
from complaints.models import Attachment, Relay
from config.framework.field_rendering import WITHOUT_OPTIONAL
from staff.models import Estate


class SaidForm(Asked):
    """Who said it, how to reach him, where, and what. Only the words are needed."""

    words = forms.CharField(
        label=_("What was said"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4, "autofocus": True}),
        help_text=_("In the customer's words. Promise nothing: the desk answers."),
    )
    name = forms.CharField(label=_("Who said it"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Phone to call back"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    place = forms.CharField(
        label=_("Where"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"placeholder": _("2-1-302, lobby of building 3 …")}),
    )

    danger = pick(_("Is anybody in danger?"), ANSWERS, needed=False)
    files = files(_("Photos and papers"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["danger"].template_name = WITHOUT_OPTIONAL  # where it is asked it is needed

    def arguments(self, attachments: Iterable[Attachment]) -> dict[str, Any]:
        """The action's keywords; files are kept before the form is judged."""
        return self.cleaned_data | {"files": tuple(attachments)}


class RelayForm(SaidForm):
    """With the estate, for a page."""

    estate = forms.ModelChoiceField(Estate.objects.none(), label=_("Estate"), empty_label=None)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, estates: QuerySet[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["estate"].queryset = estates
        self.fields["key"].initial = token_urlsafe(16)

    @property
    def asks(self) -> bool:
        """Whether the page asks if anybody is in danger: once the words were refused for it."""
        return bool(self["danger"].value() or "danger" in self.errors)


class SettleForm(Asked):
    """Why nothing is to be done; whoever passed it on reads it."""

    because = forms.CharField(
        label=_("Reason"),
        max_length=Relay._meta.get_field("because").max_length,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Whoever passed it on reads it."),
    )
