"""What is typed of an appraisal: entries, acts on a sheet, checks, and a version of the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import words
from complaints.forms.office.settings import Asked
from config.framework.refusals import Refused
from config.framework.typed_dates import DayInput
from reports import appraisal_scheme as scheme
from reports.appraisal_points import Sort
from reports.appraisal_rows import AppraisalEntry, AppraisalScheme, AppraisalSheet
from reports.appraisal_rules import ACTS, State
from reports.appraisal_scheme import Content, Item, Object
from reports.appraisals import sheets
from reports.appraisals.sheets import Said

LONGEST = 1000


def tenths(label: Any, hint: Any = "", *, needed: bool = True) -> forms.DecimalField:
    """Points: whole or tenths."""
    return forms.DecimalField(
        label=label, help_text=hint, required=needed, min_value=Decimal(0), max_digits=4, decimal_places=1
    )


class SheetForm(Asked):
    """A form of one act on a sheet, sent from the version a person has before him."""

    started_from = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: AppraisalSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": {"started_from": sheet.version}})
        self.sheet = sheet

    def start_from(self, version: int) -> None:
        """What was typed stays; it is saved on top of what somebody else has done."""
        again = cast("QueryDict", self.data).copy()
        again["started_from"] = str(version)
        self.data = again


class Plain(SheetForm):
    """Nothing to say."""


class Deduct(SheetForm):
    what = forms.ChoiceField(label=pgettext_lazy("appraisal", "Item and criterion"))
    points = tenths(
        pgettext_lazy("appraisal", "Points"), _("Empty: as many as the criterion says."), needed=False
    )
    words = words(_("What happened"), _("Day and facts."), longest=LONGEST)
    case = forms.CharField(
        label=_("Case number"), help_text=_("Where a complaint shows it."), max_length=20, required=False
    )
    evidence = forms.CharField(
        label=pgettext_lazy("appraisal", "Evidence"), help_text=_("What shows it, and where it lies."),
        max_length=200, required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [("", _("Choose")), *map(_group, self.sheet.items)]  # type: ignore[attr-defined]

    def said(self) -> Said:
        """Call when valid."""
        said = self.cleaned_data
        item, _colon, criterion = said["what"].partition(":")
        points = said["points"]
        if points is None:
            row = next(one for one in self.sheet.items if one.code == item)
            found = row.criterion(criterion)
            if found is None:
                raise Refused(gettext("Give the points."), field="points")
            points = found.points
        return Said(said["words"], item, criterion, points, evidence=said["evidence"], case=said["case"])


def _group(item: Item) -> tuple[str, list[tuple[str, str]]]:
    listed = [(f"{item.code}:{one.code}", f"{one} (−{one.points})") for one in item.criteria]
    other = gettext("%(item)s: something not listed") % {"item": item}
    return f"{item.aspect.label} · {item}", [*listed, (f"{item.code}:", other)]


class Lose(SheetForm):
    item = forms.ChoiceField(label=pgettext_lazy("appraisal", "Item"))
    words = words(_("What happened"), _("The harm that was done, and against which rule."), longest=LONGEST)
    penalty = forms.CharField(label=pgettext_lazy("appraisal", "Penalty"), max_length=200)
    case, evidence = Deduct.base_fields["case"], Deduct.base_fields["evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.aspect.label} · {one} ({one.points})") for one in self.sheet.items]
        self.fields["item"].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]

    def said(self) -> Said:
        """Call when valid."""
        return Said(
            **{name: self.cleaned_data[name] for name in ("words", "item", "penalty", "evidence", "case")}
        )


class Reward(SheetForm):
    points = tenths(pgettext_lazy("appraisal", "Points"), _("1 to 10, on top of the sheet's points."))
    words = words(
        pgettext_lazy("appraisal", "What for"), _("The commendation or award, with its day."), longest=LONGEST
    )
    evidence = Deduct.base_fields["evidence"]

    def said(self) -> Said:
        """Call when valid."""
        return Said(**{name: self.cleaned_data[name] for name in ("words", "points", "evidence")})


def may_be_struck(sheet: AppraisalSheet, entry: AppraisalEntry) -> bool:
    """An appeal takes no reward away."""
    return not entry.struck_at and not (sheet.state == State.APPEALED and entry.sort == Sort.REWARD)


class Strike(SheetForm):
    entry = forms.ChoiceField(label=pgettext_lazy("appraisal", "Entry"))
    because = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {one.code: str(one) for one in self.sheet.items}
        rows = [one for one in self.sheet.entries.all() if may_be_struck(self.sheet, one)]
        choices = [
            (one.pk, f"{named.get(one.item, one.get_sort_display())} · {one.words[:40]}") for one in rows
        ]
        self.fields["entry"].choices = choices  # type: ignore[attr-defined]


class Note(SheetForm):
    note = words(_("Why"), longest=300)


class Remark(SheetForm):
    remark = words(_("Remark"), _("If you have one. You may still appeal."), needed=False, longest=LONGEST)


class Appeal(SheetForm):
    words = words(_("What is wrong with it"), longest=LONGEST)


class Decide(SheetForm):
    words = words(_("What was decided, and why"), longest=LONGEST)


@dataclass(frozen=True)
class Act:
    """A form, what is done with what it says, and the sentence afterwards."""

    form: type[SheetForm]
    act: Callable[..., Any]
    says: Callable[[Any], tuple[Any, ...]]
    done: str | Promise


def _fields(*names: str) -> Callable[[Any], tuple[Any, ...]]:
    return lambda form: tuple(form.cleaned_data[name] for name in names)


def _entry(form: Any) -> tuple[Any, ...]:
    return int(form.cleaned_data["entry"]), form.cleaned_data["because"]


FORMS: dict[str, Act] = {
    "deduct": Act(Deduct, sheets.deduct, lambda form: (form.said(),), _("Written down.")),
    "lose": Act(Lose, sheets.lose, lambda form: (form.said(),), _("Written down.")),
    "reward": Act(Reward, sheets.reward, lambda form: (form.said(),), _("Written down.")),
    "strike": Act(Strike, sheets.strike, _entry, _("Struck out; it stays readable.")),
    "show": Act(Plain, sheets.show, _fields(), _("Shown. The person has been told.")),
    "take_back": Act(
        Note, sheets.take_back, _fields("note"), _("Taken back. The person no longer reads it.")
    ),
    "sign": Act(Remark, sheets.sign, _fields("remark"), _("Signed.")),
    "appeal": Act(Appeal, sheets.appeal, _fields("words"), _("The next manager has been told.")),
    "strike_on_appeal": Act(Strike, sheets.strike, _entry, _("Struck out; it stays readable.")),
    "decide": Act(Decide, sheets.decide, _fields("words"), _("Decided. The sheet is closed.")),
}
if set(FORMS) != set(ACTS):
    raise ImportError("Every act on a sheet has its form, and none besides.")


# Checks ------------------------------------------------------------------------------------------------


class CheckForm(Asked):
    """So many of an item's points were reached on a day."""

    on = forms.DateField(label=_("Day"), widget=DayInput())
    item = forms.ChoiceField(label=pgettext_lazy("appraisal", "Item"))
    points = tenths(pgettext_lazy("appraisal", "Points reached"))
    words = forms.CharField(label=_("What was found"), max_length=300)

    def __init__(self, *args: Any, items: tuple[Item, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (one.code, gettext("%(item)s, of %(n)s") % {"item": one, "n": one.points}) for one in items
        ]
        self.fields["item"].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]


class StrikeCheck(Asked):
    because = forms.CharField(label=_("Why"), max_length=300)


# Versions ------------------------------------------------------------------------------------------------


def _whole(label: Any, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most)


class SchemeForm(Asked):
    """Every number and every criterion of the next version."""

    checks = _whole(_("Weight of checks, %"), 0, 100)
    monthly = _whole(_("Weight of monthly appraisals, %"), 0, 100)
    annual = _whole(_("Weight of the annual appraisal, %"), 0, 100)
    reward_most = _whole(_("Most points of a reward"), 1, 10)
    appeal_days = _whole(_("Days to appeal"), 1, 60)
    decide_days = _whole(_("Days to decide an appeal"), 1, 60)
    due_day = _whole(_("Sheets are due by this day of the next month"), 1, 28)
    kept_years = _whole(_("Years they are kept"), 2, 10)
    holds_from = forms.DateField(
        label=_("Holds from"), widget=DayInput(), help_text=_("First day of a month.")
    )
    note = forms.CharField(label=_("Why the rules change"), max_length=200)
    started_from = forms.IntegerField(widget=forms.HiddenInput)
    NUMBERS = ("appeal_days", "decide_days", "due_day", "kept_years")

    def __init__(self, *args: Any, version: AppraisalScheme, holds_from: date, **kwargs: Any) -> None:
        self.rows = scheme.DEFAULTS | version.data
        initial: dict[str, Any] = {**self.rows["weights"], "started_from": version.number}
        initial |= {name: self.rows[name] for name in (*self.NUMBERS, "reward_most")}
        super().__init__(*args, **kwargs | {"initial": initial | {"holds_from": holds_from}})
        for one in Object:
            for row in self.rows["items"][one.value]:
                self._add(f"{one.value}-{row['code']}", row)

    def _add(self, prefix: str, row: dict[str, Any]) -> None:
        shown = scheme.criteria_in_lines(row["criteria"])
        added: dict[str, forms.Field] = {
            "zh": forms.CharField(label=_("Name in Chinese"), max_length=30, initial=row["zh"]),
            "en": forms.CharField(
                label=_("Name in English"), max_length=40, required=False, initial=row["en"]
            ),
            "points": tenths(pgettext_lazy("appraisal", "Points")),
            "content": forms.ChoiceField(label=_("Content"), choices=Content.choices, initial=row["content"]),
            "criteria": words(_("Criteria"), needed=False, longest=2000),
        }
        added["points"].initial, added["criteria"].initial = row["points"], shown
        for name, field in added.items():
            self.fields[f"{prefix}-{name}"] = field

    def groups(self) -> list[tuple[str, list[tuple[str, list[forms.BoundField], bool]]]]:
        """Object by object, item by item, the fields of each, and whether something is wrong with one."""
        return [
            (str(one.label), [self._group(one, row) for row in self.rows["items"][one.value]])
            for one in Object
        ]

    def _group(self, one: Object, row: dict[str, Any]) -> tuple[str, list[forms.BoundField], bool]:
        names = ("zh", "en", "points", "content", "criteria")
        fields = [self[f"{one.value}-{row['code']}-{name}"] for name in names]
        return scheme.worded(row["zh"], row["en"]), fields, any(field.errors for field in fields)

    def numbers(self) -> list[forms.BoundField]:
        """All fields that are of no item."""
        return [self[name] for name in self.fields if "-" not in name and name != "started_from"]

    def said(self) -> dict[str, Any]:
        """The data of the version; call when valid. Raises Refused, at its field."""
        said = self.cleaned_data
        data: dict[str, Any] = {name: said[name] for name in self.NUMBERS}
        data["reward_most"] = f"{said['reward_most']}"
        data["weights"] = {name: said[name] for name in ("checks", "monthly", "annual")}
        data["items"] = {
            one.value: [self._item(one, row) for row in self.rows["items"][one.value]] for one in Object
        }
        return data

    def _item(self, one: Object, row: dict[str, Any]) -> dict[str, Any]:
        prefix, said = f"{one.value}-{row['code']}", self.cleaned_data
        try:
            criteria = scheme.lines_as_criteria(row["code"], said[f"{prefix}-criteria"])
        except Refused as wrong:
            raise Refused(str(wrong), field=f"{prefix}-criteria") from None
        points = said[f"{prefix}-points"].normalize()
        return row | {
            "zh": said[f"{prefix}-zh"], "en": said[f"{prefix}-en"], "points": f"{points:f}",
            "content": said[f"{prefix}-content"], "criteria": criteria,
        }  # fmt: skip
