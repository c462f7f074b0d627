"""What acts on surveys ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.actions.survey_rows import today
from complaints.actions.surveys import Plan
from complaints.forms.fields import RowsField, pick, words
from complaints.forms.lists.queue import IN_OUR_TIME
from complaints.models import Survey, SurveyItem
from complaints.surveys import LONGEST_ANSWER, LONGEST_WORDS, MOST_ITEMS, SCALE, USUAL_ITEMS, Sample
from config.framework.refusals import Refused
from config.framework.typed_dates import DayInput
from owners.models import Building, Unit
from owners.names import clean_line
from staff.models import Estate

#: Between the Chinese and the English of an item.
_PARTS = re.compile(r"\s*[|｜\t]\s*")
#: How long a survey runs where nobody says otherwise, and when it reminds.
USUAL_RUN, USUAL_REMINDER = timedelta(days=13), timedelta(days=7)
LONGEST_INTRO = 600
#: An item in Chinese and in English, as its row holds them.
LONGEST_ITEM = (40, 60)


def day(label: Any, hint: Any = "", *, needed: bool = True) -> Any:
    return forms.DateField(
        label=label, help_text=hint, required=needed, widget=DayInput(), validators=IN_OUR_TIME
    )


class SurveyForm(forms.Form):
    """Knows the survey (None: a new one)."""

    def __init__(self, *args: Any, row: Survey | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if row and "version" in self.fields:
            self.initial.setdefault("version", row.version)
        self.prepare()

    def prepare(self) -> None:
        """What stands in it already, and choices that depend on the survey."""

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def version_read() -> Any:
    """The version the page showed, so that nobody writes over what he has not read."""
    return forms.IntegerField(min_value=1, widget=forms.HiddenInput())


class PlanForm(SurveyForm):
    """Of the estates he may plan in: `estates`."""

    title = forms.CharField(
        label=pgettext_lazy("survey", "Title"),
        max_length=60,
        help_text=_("Owners read it: 2026年下半年满意度调查."),
    )
    title_en = forms.CharField(
        label=pgettext_lazy("survey", "Title in English"), max_length=80, required=False
    )
    estates: Any = RowsField(
        label=_("Estates"),
        queryset=Estate.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the estate.")},
    )
    starts_on = day(pgettext_lazy("survey", "First day"), _("On this day it begins by itself."))
    ends_on = day(pgettext_lazy("survey", "Last day"), _("At its end it closes by itself."))
    remind_on = day(
        pgettext_lazy("survey", "Reminded on"),
        _("On this day homes that have not answered are written to once more."),
        needed=False,
    )
    items = forms.CharField(
        label=pgettext_lazy("survey", "What is asked about"),
        help_text=_("One a line; behind a stroke the English: 设备 | Equipment."),
        widget=forms.Textarea({"rows": 10}),
    )
    intro = words(
        pgettext_lazy("survey", "Words to owners"),
        _("They stand above the questions."),
        needed=False,
        longest=LONGEST_INTRO,
    )
    intro_en = words(
        pgettext_lazy("survey", "Words to owners in English"), needed=False, longest=LONGEST_INTRO
    )
    sample = pick(pgettext_lazy("survey", "Who is asked"), Sample.choices)
    sample_size = forms.IntegerField(
        label=pgettext_lazy("survey", "How many"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Only where homes are drawn by lot, when it is set going: its number is shown then."),
    )
    buildings: Any = RowsField(
        label=_("Buildings"),
        queryset=Building.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Only where those of some buildings are asked."),
    )

    def __init__(self, *args: Any, estates: Sequence[Estate], at: Any, **kwargs: Any) -> None:
        self.places, self.at = list(estates), at
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        keys = [one.pk for one in self.places]
        self.fields["estates"].queryset = Estate.objects.filter(pk__in=keys).order_by("name", "pk")
        buildings = Building.objects.filter(estate__in=keys).select_related("estate")
        field = self.fields["buildings"]
        field.queryset = buildings.order_by("estate__name", "pk")
        several = len(keys) > 1
        field.label_from_instance = lambda one: f"{one.estate} · {one}" if several else str(one)
        for name, value in (_said(self.row) if self.row else self._usual()).items():
            self.initial.setdefault(name, value)

    def _usual(self) -> dict[str, Any]:
        first = today(self.at) + timedelta(days=1)
        return {
            "estates": [self.places[0].pk] if len(self.places) == 1 else [],
            "starts_on": first,
            "ends_on": first + USUAL_RUN,
            "remind_on": first + USUAL_REMINDER,
            "items": "\n".join(f"{zh} | {en}" for zh, en in USUAL_ITEMS),
            "sample": Sample.ALL,
        }

    def clean_items(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["items"].splitlines():
            zh, *more = _PARTS.split(line.strip(), maxsplit=1)
            if not zh:
                continue
            en = clean_line(more[0]) if more else ""
            if len(zh) > LONGEST_ITEM[0] or len(en) > LONGEST_ITEM[1]:
                raise forms.ValidationError(gettext("“%(item)s” is too long.") % {"item": zh[:40]})
            found.append((clean_line(zh), en))
        if len(found) > MOST_ITEMS:
            raise forms.ValidationError(
                gettext("Ask about 1 to %(n)s things, one a line.") % {"n": MOST_ITEMS}
            )
        return found

    def arguments(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        said |= {"estates": list(said["estates"]), "buildings": list(said["buildings"] or [])}
        return {"plan": Plan(**said)}


def _said(row: Survey) -> dict[str, Any]:
    """What a survey's plan says, as its form shows it."""
    names = (
        "title", "title_en", "starts_on", "ends_on", "remind_on", "intro", "intro_en", "sample",
        "sample_size",
    )  # fmt: skip
    said = {name: getattr(row, name) for name in names}
    lines = [f"{one.zh} | {one.en}" if one.en else one.zh for one in row.items.all()]
    said["items"] = "\n".join(lines)
    said["estates"] = [one.pk for one in row.estates.all()]
    return said | {"buildings": [one.pk for one in row.buildings.all()]}


class Edit(PlanForm):
    version = version_read()

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"version": self.cleaned_data["version"]}


class Plain(SurveyForm):
    """Nothing to say."""


class Start(SurveyForm):
    version = version_read()


class Note(SurveyForm):
    note = words(_("Reason"), longest=500)


class Publish(SurveyForm):
    version = version_read()
    answer = words(
        pgettext_lazy("survey", "Our answer"),
        _("What came of it, what is done now, and by when. Nobody is named."),
        longest=LONGEST_ANSWER,
    )
    answer_en = words(pgettext_lazy("survey", "Our answer in English"), needed=False, longest=LONGEST_ANSWER)

    def prepare(self) -> None:
        if self.row:
            self.initial.setdefault("answer", self.row.answer)
            self.initial.setdefault("answer_en", self.row.answer_en)


class AnswersForm(SurveyForm):
    """A field or two for each item, by the key of its row."""

    def __init__(self, *args: Any, items: Sequence[SurveyItem] = (), **kwargs: Any) -> None:
        self.items = list(items)
        super().__init__(*args, **kwargs)

    def arguments(self) -> dict[str, Any]:
        return {"ratings": self.ratings(), "words": self.cleaned_data["words"]}

    def ratings(self) -> dict[int, tuple[int, int]]:
        """What was answered, by item. Call when valid."""
        raise NotImplementedError


class OwnersForm(AnswersForm):
    """The questions as an owner reads them: two rows of five for each item."""

    website = forms.CharField(label=_("Leave this empty"), required=False, widget=forms.TextInput())
    words = forms.CharField(
        label=pgettext_lazy("owner", "What else you want to tell us"),
        help_text=_("Names, rooms and phones are left out before it is kept."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 4}),
    )

    def prepare(self) -> None:
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        for item in self.items:
            for name, label in (
                (f"i{item.pk}", gettext("How important to you?")),
                (f"s{item.pk}", gettext("How satisfied are you?")),
            ):
                self.fields[name] = forms.TypedChoiceField(
                    # Read aloud with the item, which stands above both in large letters.
                    label=format_html('<span class="visually-hidden">{}: </span>{}', item, label),
                    choices=[(n, str(n)) for n in SCALE],
                    coerce=int,
                    empty_value=None,
                    required=False,
                    widget=forms.RadioSelect({"class": "segments"}),
                )
                self.fields[name].is_asked = True  # every line may be left out; it is said once, above

    @property
    def pairs(self) -> list[tuple[SurveyItem, Any, Any]]:
        return [(item, self[f"i{item.pk}"], self[f"s{item.pk}"]) for item in self.items]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for item in self.items:
            one, two = said.get(f"i{item.pk}"), said.get(f"s{item.pk}")
            if (one is None) != (two is None) and not self.errors.get(f"i{item.pk}"):
                missing = f"i{item.pk}" if one is None else f"s{item.pk}"
                self.add_error(missing, gettext("Answer both for “%(item)s”, or neither.") % {"item": item})
        return said

    def ratings(self) -> dict[int, tuple[int, int]]:
        said = self.cleaned_data
        pairs = {item.pk: (said[f"i{item.pk}"], said[f"s{item.pk}"]) for item in self.items}
        return {pk: pair for pk, pair in pairs.items() if None not in pair}


class PaperForm(AnswersForm):
    """What came back on paper, typed fast: the home, then two digits a line. `places`: where he may enter."""

    estate: Any = forms.ModelChoiceField(
        label=_("Estate"),
        queryset=Estate.objects.none(),
        required=False,
        empty_label=pgettext_lazy("survey", "Any"),
        help_text=_("Only where several have a home of this name."),
    )
    unit = forms.CharField(
        label=pgettext_lazy("survey", "Home"),
        max_length=80,
        help_text=_("As on the sheet: 2-1-302."),
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
        error_messages={"required": _("Type the home, as on the sheet.")},
    )
    words = words(
        pgettext_lazy("survey", "Words"),
        _("Names, rooms and phones are left out before it is kept."),
        needed=False,
        longest=LONGEST_WORDS,
    )

    def __init__(self, *args: Any, places: Sequence[Estate] = (), **kwargs: Any) -> None:
        self.places = list(places)
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        keys = [one.pk for one in self.places]
        self.fields["estate"].queryset = Estate.objects.filter(pk__in=keys).order_by("name", "pk")
        last = self.fields.pop("words")
        for item in self.items:
            self.fields[f"r{item.pk}"] = forms.CharField(
                label=str(item),
                required=False,
                max_length=3,
                widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "size": 4}),
            )
        self.fields["words"] = last

    @property
    def lines(self) -> list[Any]:
        return [self[f"r{item.pk}"] for item in self.items]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for item in self.items:
            name = f"r{item.pk}"
            typed = re.sub(r"\D", "", said.get(name) or "")
            if said.get(name) and not (len(typed) == 2 and {int(one) for one in typed} <= set(SCALE)):
                self.add_error(name, gettext("Two digits from 1 to 5: 53."))
        return said

    def clean_unit(self) -> Unit:
        """Of the homes that are asked where he may enter, by its short name or its whole name."""
        typed = clean_line(self.cleaned_data["unit"])
        if self.row is None:
            raise forms.ValidationError(gettext("Type the home, as on the sheet."))
        chosen = self.cleaned_data.get("estate")
        asked = Unit.objects.filter(
            pk__in=self.row.invitations.values("unit"), estate__in=[chosen] if chosen else self.places
        )
        found = list(asked.filter(code__iexact=typed)[:2]) or list(asked.filter(name=typed)[:2])
        if not found:
            raise forms.ValidationError(gettext("%(unit)s is not asked by this survey.") % {"unit": typed})
        if len(found) > 1 and found[0].estate_id != found[1].estate_id:
            raise forms.ValidationError(
                gettext("Several estates have a home of this name: choose the estate.")
            )
        if len(found) > 1:
            raise forms.ValidationError(gettext("There are several of this name: type it whole."))
        return found[0]

    def ratings(self) -> dict[int, tuple[int, int]]:
        found = {}
        for item in self.items:
            if typed := re.sub(r"\D", "", self.cleaned_data[f"r{item.pk}"] or ""):
                found[item.pk] = (int(typed[0]), int(typed[1]))
        return found

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"unit": self.cleaned_data["unit"]}
