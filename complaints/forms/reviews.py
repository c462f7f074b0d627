"""What a second person says: agreed, or sent back and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.office.settings import Asked
from config.framework.request_guard import whole_number
from staff.models import Review


class AgreeForm(forms.Form):
    """The reviews that were ticked, each with the mailbox that stood beside it."""

    def seen(self) -> dict[Review, str]:
        said = self.data
        keys = {pk for key in said.getlist("review") if (pk := whole_number(key)) is not None}
        rows = Review.objects.filter(pk__in=keys).select_related("user").order_by("asked_at", "pk")
        return {row: said.get(f"mailbox-{row.pk}", "") for row in rows}


class SendBackForm(Asked):
    """Why it is sent back; who takes his own request back need not say."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, row: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": f"id_{row.pk}_%s"})
        self.row = row
