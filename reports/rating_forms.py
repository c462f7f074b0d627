"""What is typed of a contractor's monthly rating, and of the criteria. A field bears its action's keyword."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import pick, words
from complaints.forms.measures import cases_field
from complaints.forms.office.settings import Asked
from complaints.models import Complaint
from reports.models import ContractorRating
from reports.rating_rules import LONGEST, MOST_CRITERIA, Criterion, Trade, criteria_of
from reports.ratings import Given, Said
from staff.permissions import Permissions


def version_read() -> Any:
    """The version the page showed, so that nobody writes over, or publishes, what he has not read."""
    return forms.IntegerField(min_value=0, widget=forms.HiddenInput())


class RatingForm(Asked):
    """Knows the rating, and whoever acts."""

    def __init__(self, *args: Any, row: ContractorRating | None, person: Permissions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.person = row, person
        if "version" in self.fields:
            self.initial.setdefault("version", row.version if row else 0)
        if cases := self.fields.get("cases"):
            cast("Any", cases).person = person
        self.prepare()

    def prepare(self) -> None:
        """What stands in it already."""

    def read_again(self, version: int) -> None:
        """What was typed stays; sent again, the rating as it is now was read."""
        again = cast("QueryDict", self.data).copy()
        again["version"] = str(version)
        self.data = again

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data


class Rate(RatingForm):
    """Points and words for each criterion, then all of it in words."""

    version = version_read()
    words = words(
        pgettext_lazy("rating", "The month in words"),
        _("The contractor reads it once it is published. Nobody is named: no customer, room or phone."),
        longest=LONGEST,
    )
    cases = cases_field(needed=False)

    def __init__(self, *args: Any, criteria: Sequence[Criterion], trade: str, **kwargs: Any) -> None:
        self.criteria, self.trade = criteria, trade
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        self.fields["cases"].label = _("Cases to look at")
        given = {one.key: (points, said) for one, points, said in (self.row.given if self.row else [])}
        for one in self.criteria:
            points, said = given.get(one.key, (None, ""))
            self.fields[f"points_{one.key}"] = forms.IntegerField(
                label=str(one), min_value=0, max_value=one.points, initial=points,
                help_text=gettext("0 to %(points)s points.") % {"points": one.points},
            )  # fmt: skip
            self.fields[f"words_{one.key}"] = words(
                gettext("Why, or what was good"), needed=False, longest=LONGEST
            )
            self.initial.setdefault(f"words_{one.key}", said)
        self.order_fields(
            ["version", *(f"{part}_{one.key}" for one in self.criteria for part in ("points", "words"))]
        )
        if self.row:
            self.initial.setdefault("words", self.row.words)
            self.initial.setdefault("cases", " ".join(self._cases(self.row)))

    def _cases(self, row: ContractorRating) -> Iterable[str]:
        """Those he may know of; the others stay linked without him."""
        seen = Complaint.objects.visible_to(self.person).filter(pk__in=row.cases.values("pk"))
        return seen.order_by("number").values_list("number", flat=True)

    @property
    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"points_{one.key}"], self[f"words_{one.key}"]) for one in self.criteria]

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        given = {one.key: Given(said[f"points_{one.key}"], said[f"words_{one.key}"]) for one in self.criteria}
        return {
            "said": Said(self.trade, given, said["words"], tuple(said["cases"])),
            "version": said["version"],
        }


class Check(RatingForm):
    version = version_read()


class SendBack(RatingForm):
    version = version_read()
    note = words(_("What is missing"), longest=LONGEST)


class Remark(RatingForm):
    note = words(
        pgettext_lazy("rating", "Your remark"),
        _("One remark for the whole rating. It stays beside it and cannot be changed."),
        longest=LONGEST,
    )


FORMS: dict[str, type[RatingForm]] = {
    "rate": Rate, "check": Check, "send_back": SendBack, "remark": Remark,
}  # fmt: skip


class RulesForm(Asked):
    """The criteria of one trade, a line each, and the day."""

    started_from = forms.IntegerField(widget=forms.HiddenInput)
    criteria = forms.CharField(
        label=_("Criteria"),
        help_text=_("A line each: points | Chinese | English. 100 points together."),
        widget=forms.Textarea({"rows": 8}),
        max_length=3000,
    )
    due_day = forms.IntegerField(
        label=_("Reminder on this day of the next month"),
        help_text=_("0: nobody is reminded. Goes for all trades."),
        min_value=0,
        max_value=28,
    )
    because = forms.CharField(label=_("Why it is changed"), required=False, max_length=200)

    def __init__(self, *args: Any, number: int, data: dict[str, Any], trade: str, **kwargs: Any) -> None:
        self.trade, self.before = trade, criteria_of(data, trade)
        lines = "\n".join(f"{one.points} | {one.zh} | {one.en}" for one in self.before)
        initial = {"started_from": number, "criteria": lines, "due_day": data["due_day"]}
        super().__init__(*args, **kwargs | {"initial": initial})

    def read_again(self, number: int) -> None:
        """What was typed stays; sent again, the version there is now was read."""
        again = cast("QueryDict", self.data).copy()
        again["started_from"] = str(number)
        self.data = again

    def clean_criteria(self) -> list[dict[str, Any]]:
        """As a version keeps them; a criterion that keeps its name keeps its key."""
        keys = {one.zh: one.key for one in self.before}
        found: list[dict[str, Any]] = []
        lines = [line for line in self.cleaned_data["criteria"].splitlines() if line.strip()]
        if len(lines) > MOST_CRITERIA:
            raise forms.ValidationError(gettext("At most %(n)s criteria.") % {"n": MOST_CRITERIA})
        taken = set(keys.values())
        for line in lines:
            points, _bar, names = line.partition("|")
            zh, _bar, en = (part.strip() for part in names.partition("|"))
            if not points.strip().isdecimal() or not zh or len(points.strip()) > 3:
                raise forms.ValidationError(
                    gettext("“%(line)s” is not: points | Chinese | English.") % {"line": line.strip()}
                )
            if not (key := keys.get(zh)):
                key = next(name for n in range(1, 100) if (name := f"c{n}") not in taken)
                taken.add(key)
            found.append({"key": key, "zh": zh[:60], "en": en[:80], "points": int(points)})
        return found

    def changes(self) -> dict[str, Any]:
        return {
            "due_day": self.cleaned_data["due_day"],
            "criteria": {self.trade: self.cleaned_data["criteria"]},
        }


class TradeForm(forms.Form):
    """Which trade a contractor is of: it says which criteria are asked."""

    trade = pick(pgettext_lazy("contractor", "Trade"), Trade.choices)
