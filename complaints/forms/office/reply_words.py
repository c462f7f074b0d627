"""What is typed when a text, a forbidden phrase, a rule that suggests, a step card or a clause is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.reply_words import LONGEST_TEXT, kept_estates
from complaints.forms.office.settings import Asked
from complaints.law import Kind as ClauseKind
from complaints.models import Category, Clause, ForbiddenPhrase, ReplyTemplate, StepCard, SuggestionRule
from complaints.phrases import Kind, Language
from complaints.policy import Severity
from complaints.reply_texts import Occasion
from complaints.step_cards import CardKind
from config.framework.typed_dates import DayInput
from staff.models import Estate
from staff.permissions import Permissions


def _label(model: type[Any], name: str) -> Any:
    return model._meta.get_field(name).verbose_name


def _hint(model: type[Any], name: str) -> Any:
    return model._meta.get_field(name).help_text


def _text(model: type[Any], name: str, *, longest: int, rows: int) -> Any:
    return forms.CharField(
        label=_label(model, name),
        help_text=_hint(model, name),
        required=False,
        max_length=longest,
        widget=forms.Textarea({"rows": rows}),
    )


class CategoryField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent} · {obj}" if obj.parent else str(obj)


class KeptForm(Asked):
    """Whose words they are: of one of the estates a person keeps, or, of headquarters, of the company."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    estate = forms.ModelChoiceField(Estate.objects.none(), label=_("Where it is used"), required=False)

    def __init__(self, *args: Any, person: Permissions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = kept_estates(person)
        field = self.fields["estate"]
        field.queryset = Estate.objects.order_by("name")
        field.empty_label = gettext("In the whole company")
        if kept is not None:
            field.queryset = field.queryset.filter(pk__in=kept)
            field.required = True
            field.empty_label = gettext("Choose") if len(kept) > 1 else None
        self.order_fields([*(name for name in self.fields if name != "estate"), "estate"])

    def changes(self) -> dict[str, Any]:
        """Columns and their values. Call when valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class TemplateForm(KeptForm):
    occasion = forms.ChoiceField(label=_label(ReplyTemplate, "occasion"), choices=Occasion.choices)
    key = forms.CharField(
        label=_label(ReplyTemplate, "key"), help_text=_hint(ReplyTemplate, "key"), max_length=16
    )
    title = forms.CharField(label=_label(ReplyTemplate, "title"), max_length=40)
    title_en = forms.CharField(label=_label(ReplyTemplate, "title_en"), max_length=60, required=False)
    category = CategoryField(
        Category.objects.none(),
        label=_label(ReplyTemplate, "category"),
        required=False,
        empty_label=_("For all categories"),
    )
    zh = _text(ReplyTemplate, "zh", longest=LONGEST_TEXT, rows=8)
    en = _text(ReplyTemplate, "en", longest=LONGEST_TEXT, rows=8)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.select_related("parent").order_by("order", "pk")

    def clean_key(self) -> str:
        return str(self.cleaned_data["key"]).strip().lstrip("/、").lower()


class PhraseForm(KeptForm):
    words = forms.CharField(
        label=_label(ForbiddenPhrase, "words"), help_text=_hint(ForbiddenPhrase, "words"), max_length=60
    )
    language = forms.ChoiceField(
        label=_label(ForbiddenPhrase, "language"),
        choices=Language.choices,
        widget=forms.RadioSelect({"class": "segments"}),
    )
    kind = forms.ChoiceField(
        label=_label(ForbiddenPhrase, "kind"),
        choices=Kind.choices,
        widget=forms.RadioSelect({"class": "segments"}),
    )
    why_zh = forms.CharField(label=_label(ForbiddenPhrase, "why_zh"), max_length=200)
    why_en = forms.CharField(label=_label(ForbiddenPhrase, "why_en"), max_length=300, required=False)
    instead = forms.CharField(
        label=_label(ForbiddenPhrase, "instead"),
        help_text=_hint(ForbiddenPhrase, "instead"),
        max_length=200,
        required=False,
    )
    unless = _text(ForbiddenPhrase, "unless", longest=1000, rows=3)


class CardForm(KeptForm):
    kind = forms.ChoiceField(label=_label(StepCard, "kind"), choices=CardKind.choices)
    title = forms.CharField(label=_label(StepCard, "title"), max_length=40)
    title_en = forms.CharField(label=_label(StepCard, "title_en"), max_length=60, required=False)
    zh = _text(StepCard, "zh", longest=LONGEST_TEXT, rows=8)
    en = _text(StepCard, "en", longest=LONGEST_TEXT, rows=8)


class ClauseForm(KeptForm):
    kind = forms.ChoiceField(
        label=_label(Clause, "kind"),
        choices=ClauseKind.choices,
        widget=forms.RadioSelect({"class": "segments"}),
    )
    title = forms.CharField(label=_label(Clause, "title"), max_length=100)
    title_en = forms.CharField(label=_label(Clause, "title_en"), max_length=120, required=False)
    article = forms.CharField(label=_label(Clause, "article"), max_length=40)
    zh = _text(Clause, "zh", longest=LONGEST_TEXT, rows=8)
    en = _text(Clause, "en", longest=LONGEST_TEXT, rows=4)
    valid_from = forms.DateField(label=_label(Clause, "valid_from"), widget=DayInput())
    valid_until = forms.DateField(
        label=_label(Clause, "valid_until"),
        help_text=_hint(Clause, "valid_until"),
        required=False,
        widget=DayInput(),
    )


class RuleForm(KeptForm):
    words = forms.CharField(
        label=_("Words"),
        help_text=_hint(SuggestionRule, "words"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )
    unless = forms.CharField(
        label=_("Excepted words"),
        help_text=_hint(SuggestionRule, "unless"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    category = CategoryField(
        Category.objects.none(),
        label=_("Category"),
        required=False,
        empty_label=_("Suggests none"),
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=[("", _("Suggests none")), *Severity.choices],
        required=False,
        widget=forms.RadioSelect({"class": "segments"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Category.objects.filter(parent__isnull=False).select_related("parent")
        self.fields["category"].queryset = offered.order_by("parent__order", "order", "pk")
