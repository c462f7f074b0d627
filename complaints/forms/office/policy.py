"""The rules as a form: one field for each leaf of a version, whatever clocks it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.office.settings import Asked
from complaints.notice_grade import Span
from complaints.policy import EXTENDABLE, ClockKind
from complaints.policy_fields import (
    ADDRESSEES,
    APPROVERS,
    Kind,
    Leaf,
    addressees,
    leaves,
    says_the_same,
    with_values,
)
from complaints.worktime import Limit

LIMIT_UNITS = [
    ("minutes", _("minutes")), ("hours", _("hours")), ("service minutes", _("minutes of service time")),
    ("service hours", _("hours of service time")), ("days", _("days")), ("working days", _("working days")),
]  # fmt: skip
SPAN_UNITS = [("days", _("days")), ("weeks", _("weeks")), ("months", _("months"))]


class Pair(forms.MultiWidget):
    """A number and its unit beside each other."""

    template_name = "complaints/lists/pair.html"

    def __init__(self, units: Any) -> None:
        number = forms.NumberInput(
            {"min": 1, "inputmode": "numeric", "aria-label": pgettext_lazy("of a limit", "Number")}
        )
        super().__init__([number, forms.Select({"aria-label": _("Unit")}, choices=units)])

    def decompress(self, value: str | None) -> list[Any]:
        if not value:
            return [None, "days"]
        number, _space, unit = as_typed(value).partition(" ")
        return [number, unit if unit.endswith("s") else f"{unit}s"]


def as_typed(text: str) -> str:
    """`60 service minutes` as `1 service hour`, the shortest way to say it."""
    try:
        return Limit.parse(text).text
    except ValueError:
        return text


class PairField(forms.MultiValueField):
    """`3 days` out of a number and a unit; an empty number is an empty text."""

    def __init__(self, units: Any, **kwargs: Any) -> None:
        number = forms.IntegerField(min_value=1, max_value=100_000, required=False)
        fields = [number, forms.ChoiceField(choices=units, required=False)]
        super().__init__(fields, widget=Pair(units), require_all_fields=False, **kwargs)

    def compress(self, values: list[Any]) -> str:
        if not values or not values[0]:
            return ""
        return f"{values[0]} {values[1] or 'days'}"


class PolicyForm(Asked):
    """`rules` is the data it shows; `started_from` the version it was taken from."""

    started_from = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: dict[str, Any], started_from: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": {"started_from": started_from}})
        self.rules = rules
        self.leaves = leaves(rules)
        for leaf in self.leaves:
            self.fields[leaf.path] = _field(leaf)

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields under their headings, in the order of the rules."""
        found: dict[str, list[BoundField]] = {}
        for leaf in self.leaves:
            found.setdefault(str(leaf.section), []).append(self[leaf.path])
        yield from found.items()

    def typed(self) -> dict[str, Any]:
        """The leaves as they would be stored; what says the same keeps its spelling. Call when valid."""
        said = {leaf.path: _stored(leaf, self.cleaned_data[leaf.path]) for leaf in self.leaves}
        same = {leaf.path: leaf.value for leaf in self.leaves if says_the_same(leaf, said[leaf.path])}
        return said | same

    def new_rules(self) -> dict[str, Any]:
        return with_values(self.rules, self.typed())

    def refuse_at(self, faults: dict[str, str]) -> None:
        """Each sentence at its field."""
        for path, sentence in faults.items():
            self.add_error(path if path in self.fields else None, sentence)


def _field(leaf: Leaf) -> forms.Field:
    common: dict[str, Any] = {"label": leaf.label, "initial": leaf.value, "required": not leaf.may_be_empty}
    match leaf.kind:
        case Kind.LIMIT:
            return PairField(LIMIT_UNITS, **common)
        case Kind.SPAN:
            return PairField(SPAN_UNITS, **common)
        case Kind.ROLE:
            return forms.ChoiceField(choices=[(role.value, role.label) for role in APPROVERS], **common)
        case Kind.ROLES:
            choices = [(role.value, role.label) for role in addressees(leaf.path)]
        case Kind.CLOCKS:
            choices = [(kind.value, kind.label) for kind in EXTENDABLE]
            common["required"] = False
        case Kind.SHARE:
            common["initial"] = round(leaf.value * 100)
            return forms.IntegerField(help_text="%", **common)
        case Kind.AMOUNT:
            return forms.IntegerField(min_value=0, help_text=_("yuan"), **common)
        case Kind.COUNT:
            return forms.IntegerField(**common)
        case Kind.YEARLY:
            hint = _("Month and day, such as 11-15.")
            return forms.CharField(max_length=5, help_text=hint, **common)
        case Kind.SWITCH:
            return forms.BooleanField(**common | {"required": False})
    ticks = forms.CheckboxSelectMultiple({"class": "segments"})
    return forms.MultipleChoiceField(choices=choices, widget=ticks, **common)


def _stored(leaf: Leaf, said: Any) -> Any:
    match leaf.kind:
        case Kind.SHARE:
            return said / 100
        case Kind.ROLES:
            return [role.value for role in ADDRESSEES if role in said]
        case Kind.CLOCKS:
            return [kind.value for kind in ClockKind if kind in said]
        case Kind.SPAN if said:
            return _said_as(Span, said)
        case Kind.LIMIT if said:
            return _said_as(Limit, said)
    return said


def _said_as(grammar: type[Span] | type[Limit], said: str) -> str:
    """In the grammar's own spelling; what it cannot read stays for the rules to refuse."""
    try:
        return grammar.parse(said).text
    except (ValueError, OverflowError):
        return said
