"""What is typed of a report to owners. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from secrets import token_urlsafe
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import pick, words
from complaints.forms.office.settings import Asked
from config.framework.typed_dates import DayInput
from reports import owner_reports as acts
from reports.models import OwnerReport, OwnerReportBlock
from reports.owner_accounts import Line
from reports.owner_content import TEXTS
from reports.owner_reports import LONGEST
from reports.owner_rules import ACTS, MONEY, Block, Direction, Span, first_day
from staff.models import Estate

#: As many lines of an account; an amount has so many digits before the point.
MOST_LINES, DIGITS = 60, 12
DIRECTIONS = {
    "收入": Direction.INCOME, "income": Direction.INCOME, "in": Direction.INCOME,
    "支出": Direction.EXPENSE, "expenditure": Direction.EXPENSE, "expense": Direction.EXPENSE,
    "out": Direction.EXPENSE,
}  # fmt: skip
#: As a sheet gives its cells when they are copied, or as they are typed.
CELLS = re.compile(r"\t|\||｜|;|；")
CHINESE = re.compile("[\u4e00-\u9fff]")


class DraftForm(Asked):
    """The report of the time a day lies in."""

    estate: Any = forms.ModelChoiceField(Estate.objects.none(), label=_("Estate"))
    span = pick(pgettext_lazy("owner report", "Time"), Span.choices)
    day = forms.DateField(
        label=_("A day in this time"), widget=DayInput(), help_text=_("Any day of the quarter, half or year.")
    )
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, estates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.queryset = Estate.objects.filter(pk__in=[one.pk for one in estates]).order_by("name")
        self.fields["key"].initial = token_urlsafe(16)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data


class OfReport(Asked):
    """Knows the report; what was typed stays when somebody else has saved meanwhile."""

    def __init__(self, *args: Any, report: OwnerReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def start_from(self, version: int) -> None:
        if "started_from" in self.fields:
            again = cast("QueryDict", self.data).copy()
            again["started_from"] = str(version)
            self.data = again


class Plain(OfReport):
    """Nothing is asked for."""


class Because(OfReport):
    note = words(_("Reason"), longest=500)


def text(label: Any, hint: Any = "") -> Any:
    field = words(label, hint, needed=False, longest=LONGEST)
    field.widget.attrs["rows"] = 4
    return field


class WriteForm(OfReport):
    greeting = text(pgettext_lazy("owner report", "Greeting"), _("How owners are addressed."))
    greeting_en = text(_("Greeting in English"))
    purpose = text(pgettext_lazy("owner report", "Purpose"), _("What the report is for."))
    purpose_en = text(_("Purpose in English"))
    closing = text(
        pgettext_lazy("owner report", "What follows"), _("How owners may ask, and how it goes on.")
    )
    closing_en = text(_("What follows, in English"))
    ask_whom = forms.CharField(label=pgettext_lazy("owner report", "Whom to ask"), max_length=60)
    ask_phone = forms.CharField(label=_("Phone"), max_length=30)
    started_from = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: OwnerReport, **kwargs: Any) -> None:
        names = [*TEXTS, *(f"{name}_en" for name in TEXTS), "ask_whom", "ask_phone"]
        begun = {name: getattr(report, name) for name in names} | {"started_from": report.version}
        super().__init__(*args, report=report, **kwargs | {"initial": begun})


class LinesField(forms.CharField):
    """Lines of an account as they are copied out of a sheet: direction, item, amount, last time's amount."""

    def clean(self, value: Any) -> list[Line]:
        rows = [row for row in str(super().clean(value) or "").splitlines() if row.strip()]
        if len(rows) > MOST_LINES:
            raise forms.ValidationError(gettext("At most %(n)s lines.") % {"n": MOST_LINES})
        return [_line(row, place) for place, row in enumerate(rows, 1)]


def _line(row: str, place: int) -> Line:
    cells = [cell.strip() for cell in CELLS.split(row)]
    direction = DIRECTIONS.get(cells[0].lower())
    if direction is None or not 3 <= len(cells) <= 4:
        raise forms.ValidationError(
            gettext("Line %(n)s: write “income | item | amount”, with the amount of last time if wanted.")
            % {"n": place}
        )
    item, item_en = _names(cells[1])
    if not item or len(item) > 60 or len(item_en) > 80:
        raise forms.ValidationError(
            gettext("Line %(n)s: name the item in at most 60 characters.") % {"n": place}
        )
    before = _amount(cells[3], place) if len(cells) == 4 else None
    return Line(direction, item, item_en, _amount(cells[2], place), before)


def _names(typed: str) -> tuple[str, str]:
    """Chinese and English name: 水/电费 / Water and power. A slash parts them only before what is English."""
    for slash in re.finditer("/", typed):
        item, item_en = typed[: slash.start()], typed[slash.end() :]
        spaced = item.endswith(" ") and item_en.startswith(" ")
        english = re.search("[A-Za-z]", item_en) and not CHINESE.search(item_en)
        if english and (spaced or CHINESE.search(item)):
            return item.strip(), item_en.strip()
    return typed.strip(), ""


def _amount(typed: str, place: int) -> Decimal | None:
    plain = re.sub(r"[,，\s元¥￥]", "", typed)
    if not plain:
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0 or amount.adjusted() >= DIGITS or amount.quantize(
        Decimal("0.01")
    ) != amount:  # fmt: skip
        raise forms.ValidationError(
            gettext("Line %(n)s: “%(typed)s” is no amount such as 125,000.00.") % {"n": place, "typed": typed}
        )
    return amount


def lines_in_words(block: OwnerReportBlock) -> str:
    """The lines as they are typed."""
    rows = []
    for one in block.items.all():
        item = f"{one.item} / {one.item_en}" if one.item_en else one.item
        cells = [gettext("income") if one.direction == Direction.INCOME else gettext("expenditure"), item]
        cells += ["" if amount is None else f"{amount:,.2f}" for amount in (one.amount, one.amount_before)]
        rows.append(" | ".join(cells[: 4 if cells[3] else 3]))
    return "\n".join(rows)


def yuan(label: Any) -> Any:
    return forms.DecimalField(label=label, max_digits=DIGITS + 2, decimal_places=2, required=False)


class BlockForm(OfReport):
    """Words of one block; of money its lines and balances besides."""

    words = text(pgettext_lazy("owner report", "Words"), _("In plain words: what was done, what came of it."))
    words_en = text(_("In English"))
    lines = LinesField(
        label=_("Income and expenditure"),
        required=False,
        max_length=8000,
        widget=forms.Textarea({"rows": 10}),
        help_text=_(
            "One line each: income or expenditure | item / in English | amount | last time's amount. "
            "Rows can be pasted from Excel."
        ),
    )
    opening = yuan(_("Balance at the beginning (yuan)"))
    balance = yuan(_("Balance at the end (yuan)"))
    started_from = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: OwnerReport, block: OwnerReportBlock, **kwargs: Any) -> None:
        begun: dict[str, Any] = {
            "words": block.words, "words_en": block.words_en, "started_from": report.version,
            "opening": block.opening, "balance": block.balance,
        }  # fmt: skip
        if block.kind in MONEY:
            begun["lines"] = lines_in_words(block)
        super().__init__(*args, report=report, **kwargs | {"initial": begun})
        self.block = block
        if block.kind not in MONEY:
            for name in ("lines", "opening", "balance"):
                del self.fields[name]

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"kind": self.block.kind}


@dataclass(frozen=True)
class Act:
    form: type[OfReport]
    act: Callable[..., OwnerReport]
    done: str | Promise


FORMS: dict[str, Act] = {
    "write": Act(WriteForm, acts.write, _("Saved.")),
    "refresh": Act(Plain, acts.refresh, _("The figures are as they are now.")),
    "hand_in": Act(Plain, acts.hand_in, _("Handed in. Another person checks it.")),
    "check": Act(Plain, acts.check, _("Checked. It can be issued.")),
    "issue": Act(Plain, acts.issue, _("Issued. From now on it cannot change; its PDF is being made.")),
    "post": Act(Plain, acts.post, _("Posted. Owners read it on the portal.")),
    "send_back": Act(Because, acts.send_back, _("Sent back to be written on.")),
    "drop": Act(Because, acts.drop, _("Dropped. It stays readable.")),
    "withdraw": Act(Because, acts.withdraw, _("Withdrawn. Its page says so.")),
    "reissue": Act(Plain, acts.reissue, _("Begun anew; it will name the report it replaces.")),
}
if set(FORMS) != set(ACTS):
    raise ImportError("Every act on a report to owners has its form, and none besides.")


def block_form(report: OwnerReport, kind: str, data: Any = None) -> BlockForm:
    """Of one of its blocks. Raises DoesNotExist."""
    block = report.blocks.prefetch_related("items").get(kind=Block(kind))
    return BlockForm(data, report=report, block=block)


def usual_day(today: date) -> date:
    """A day of the quarter that is over: the one a report is written on."""
    return first_day(Span.QUARTER, today) - date.resolution
