"""The form by which a report is asked for by hand: which, of whom, of what time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.office.settings import Asked
from config.framework.typed_dates import DayInput
from reports.duties import DuePeriod, period_of
from reports.kinds import WRITERS
from reports.models import IssuedReport
from reports.scopes import Scope, find

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


class AskForm(Asked):
    """A kind, a scope and any day of the time it is to cover. `period` and `scope` once it is valid."""

    scope: Scope
    period: DuePeriod

    def __init__(self, *args: Any, scopes: Sequence[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "ask_%s"})
        self.scopes = scopes
        kinds = [(value, label) for value, label in IssuedReport.KINDS if value in WRITERS]
        self.fields["kind"] = forms.ChoiceField(label=_("Report"), choices=kinds)
        self.fields["scope"] = forms.ChoiceField(
            label=_("Covers"), choices=[(scope.code, scope.name) for scope in scopes]
        )
        self.fields["day"] = forms.DateField(
            label=_("A day of its time"),
            help_text=_("Any day that it covers: of the month for a monthly report."),
            widget=DayInput(),
            error_messages={"invalid": _("Give a day, such as 2026-03-02.")},
        )
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def clean_scope(self) -> str:
        code: str = self.cleaned_data["scope"]
        if scope := find(self.scopes, code):
            self.scope = scope
        return code

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not date(2000, 1, 1) <= day <= date(2999, 12, 31):
            raise forms.ValidationError(_("Give a day between 2000 and 2999."))
        if kind := self.cleaned_data.get("kind"):
            if period := period_of(kind, day):
                self.period = period
            else:
                raise forms.ValidationError(
                    gettext(
                        "The half-monthly report covers the 1st to the 15th; the rest of a month is told by "
                        "its monthly report."
                    )
                )
        return day
