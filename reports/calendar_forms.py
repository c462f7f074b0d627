"""Forms of the report calendar's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.fields import tick, words
from complaints.forms.office.settings import Asked
from reports.calendar_rules import Who
from reports.duties import NEXT, SHAPES, STAYS, Part, ReportKind, Rule, rule_of
from reports.models import CalendarVersion, ReportDuty
from staff.models import User
from staff.roles import MANAGERS, Role

#: Who may prepare, check, sign and get a report: those who read figures and answer for them.
ROLES = tuple(role for role in Role if role in MANAGERS | {Role.DEPARTMENT_HEAD})
PARTS = {
    Part.PREPARER: _("Who prepares it"),
    Part.CHECKER: _("Who checks it"),
    Part.APPROVER: _("Who signs it"),
}
_TICKS = {"class": "segments"}


class DutyForm(Asked):
    """Whether it is due, and named people instead of the roles of the rules."""

    is_on = tick(_("This report is due"))
    started_from = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, row: ReportDuty | None, rule: Rule, people: Sequence[User], **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"started_from": row.number if row else 0, "is_on": bool(row and row.is_on)}
        for part in Part:
            initial[part.value] = (row.named(part) if row else None) or ""
        initial["readers"] = [str(pk) for pk in row.readers] if row else []
        super().__init__(*args, **kwargs | {"initial": initial})
        self.people = {str(user.pk): user for user in people}
        named = [(pk, str(user)) for pk, user in self.people.items()]
        for part, label in PARTS.items():
            role = rule.role_of(part)
            if role is None:
                continue
            nobody = _("Whoever is: %(role)s") % {"role": role.label}
            self.fields[part.value] = forms.ChoiceField(
                label=label, required=False, choices=[("", nobody), *named]
            )
        self.fields["readers"] = forms.MultipleChoiceField(
            label=_("Also goes to"),
            required=False,
            choices=named,
            widget=forms.CheckboxSelectMultiple(_TICKS),
        )

    def who(self) -> Who:
        """Call when valid."""
        named = {part: self.people.get(self.cleaned_data.get(part.value) or "") for part in Part}
        return Who(
            preparer=named[Part.PREPARER],
            checker=named[Part.CHECKER],
            approver=named[Part.APPROVER],
            readers=tuple(self.people[pk] for pk in self.cleaned_data["readers"]),
        )


class RuleForm(Asked):
    """The rules of one kind, and why they change."""

    started_from = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: ReportKind, version: CalendarVersion, **kwargs: Any) -> None:
        rule = rule_of(version.data, kind)
        self.kind, self.rule = kind, rule
        initial: dict[str, Any] = {"started_from": version.number, **rule.due}
        for name in ("prepares", "checks", "approves", "second", "remind_hours", "send_at_once", "attach"):
            initial[name] = getattr(rule, name) or (0 if name == "remind_hours" else "")
        initial |= {"recipients": list(rule.recipients), "over": list(rule.over)}
        super().__init__(*args, **kwargs | {"initial": initial})
        self._add_due()
        self._add_people()
        self.fields["note"] = words(
            _("Why the rules change"), _("Stands with the version for good."), longest=200
        )

    def _add_due(self) -> None:
        said = self.rule.due
        if "working_days" in said:
            label = (
                _("Working days before that report") if SHAPES[self.kind].before else _("Working days later")
            )
            self.fields["working_days"] = forms.IntegerField(label=label, min_value=1, max_value=20)
        if "day" in said:
            self.fields["day"] = forms.IntegerField(
                label=_("Day of the month"), min_value=1, max_value=28,
                help_text=_("With the time 00:00 it has to be there before that day begins."),
            )  # fmt: skip
        if "time" in said:
            self.fields["time"] = forms.TimeField(
                label=_("Time"), widget=forms.TextInput({"placeholder": "09:00", "inputmode": "numeric"}),
                error_messages={"invalid": _("Write a time like 09:00.")},
            )  # fmt: skip
        if "on_day_off" in said:
            choices = [(STAYS, _("It stays there")), (NEXT, _("It moves to the next working day"))]
            self.fields["on_day_off"] = forms.ChoiceField(
                label=_("When that is a day off"), choices=choices, widget=forms.RadioSelect(_TICKS)
            )

    def _add_people(self) -> None:
        roles = [(role.value, role.label) for role in ROLES]
        ticks = forms.CheckboxSelectMultiple(_TICKS)
        choices: dict[str, Any] = {
            "prepares": forms.ChoiceField(label=_("Prepares"), choices=roles),
            "checks": forms.ChoiceField(
                label=_("Checks"), choices=[("", _("nobody")), *roles], required=False
            ),
            "approves": forms.ChoiceField(label=_("Signs"), choices=roles),
            "second": tick(_("Another person checks and signs"), _("Not the one who prepared it.")),
            "recipients": forms.MultipleChoiceField(
                label=pgettext_lazy("report", "Goes to"), choices=roles, widget=ticks
            ),
            "over": forms.MultipleChoiceField(label=_("Overdue goes to"), choices=roles, widget=ticks),
            "remind_hours": forms.IntegerField(
                label=_("Reminder, hours before it is due"),
                min_value=0,
                max_value=240,
                help_text=_("0: none."),
            ),
            "send_at_once": tick(_("Sent as it is signed")),
            "attach": tick(
                _("PDF goes with the mail"), _("Otherwise the mail has a link for who is signed in.")
            ),
        }
        self.fields.update(choices)

    def said(self) -> dict[str, Any]:
        """The rules as a version keeps them. Call when valid."""
        data = self.cleaned_data
        due = {name: data[name] for name in self.rule.due}
        if "time" in due:
            due["time"] = f"{due['time']:%H:%M}"
        names = ("prepares", "checks", "approves", "second", "remind_hours", "send_at_once", "attach")
        found = {name: data[name] for name in names}
        lists = {
            name: [role.value for role in ROLES if role in data[name]] for name in ("recipients", "over")
        }
        return {"due": due, **found, **lists}
