"""What acts on case studies ask for. A field bears the name of the action's keyword it fills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.fields import pick, words
from complaints.models import CaseStudy
from complaints.studies import CHOSEN, LONGEST, NEEDED, NEEDED_OF_MAJOR, TEXTS, Kind
from config.framework.refusals import Refused

HINTS: dict[str, Any] = {
    "facts": _(
        "Who, where and when in general words: “a household on the top floor”, no names, rooms or phones."
    ),
    "why": _("What broke or was left out, and why nobody noticed."),
    "handling": _("Step by step, what went wrong on the way too."),
    "helped": _("What turned the customer round, or solved it in the end."),
    "lesson": _("What a colleague does otherwise next time, in a sentence or two."),
    "deeper": _("What lies behind it and would let it happen again: rule, contract, staffing, equipment."),
    "measures": _("What was changed, by whom and by when."),
}


class StudyForm(forms.Form):
    """Knows the study."""

    def __init__(self, *args: Any, study: CaseStudy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study = study
        if "alone_because" in self.data:
            self.ask_why_alone()
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the study."""

    def ask_why_alone(self) -> None:
        """Where nobody else could check it."""
        self.fields["alone_because"] = words(_("Why you do it yourself"), needed=False, longest=500)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        """The sentence at its field; why nobody else can do it is asked for where it matters."""
        if refusal.field == "alone_because":
            self.ask_why_alone()
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def version_read() -> Any:
    """The version the page showed, so that nobody writes over, or publishes, what he has not read."""
    return forms.IntegerField(min_value=1, widget=forms.HiddenInput())


def text_of(name: str) -> Any:
    return words(TEXTS[name], HINTS[name], needed=False, longest=LONGEST[name])


class Write(StudyForm):
    """All of it; what is not ready yet may stay empty until it is sent."""

    version = version_read()
    kind = pick(pgettext_lazy("case study", "Kind"), [(one.value, one.label) for one in CHOSEN], needed=False)
    title = forms.CharField(label=TEXTS["title"], max_length=LONGEST["title"], required=False)
    facts, why, handling, helped = (text_of(name) for name in ("facts", "why", "handling", "helped"))
    lesson, deeper, measures = (text_of(name) for name in ("lesson", "deeper", "measures"))

    def prepare(self) -> None:
        row = self.study
        for name in TEXTS:
            # Asked for before it is checked; a draft may still lack it.
            field: Any = self.fields[name]
            field.is_asked = name in (NEEDED_OF_MAJOR if row.kind == Kind.MAJOR else NEEDED)
            self.initial.setdefault(name, getattr(row, name))
        self.initial.setdefault("version", row.version)
        if row.kind == Kind.MAJOR:
            del self.fields["kind"]
        else:
            kind: Any = self.fields["kind"]
            kind.is_asked = True  # a program may leave it as it is
            self.initial.setdefault("kind", row.kind)

    def arguments(self) -> dict[str, Any]:
        """What a program leaves out stays as it is; a page sends all."""
        return {name: said for name, said in self.cleaned_data.items() if name in self.data}


class Plain(StudyForm):
    """Nothing to say."""


class Note(StudyForm):
    note = words(_("Reason"), longest=LONGEST["lesson"])


class Recheck(StudyForm):
    version = version_read()
    note = words(_("Remark"), _("Stands in the history."), needed=False, longest=LONGEST["lesson"])

    def prepare(self) -> None:
        self.initial.setdefault("version", self.study.version)


class Check(StudyForm):
    version = version_read()
    publish = pick(
        pgettext_lazy("case study", "Finding"),
        [
            ("yes", _("Publish it: it names nobody and teaches something")),
            ("no", _("Send it back")),
        ],
    )
    note = words(_("What is missing"), _("Needed to send it back."), needed=False, longest=LONGEST["lesson"])

    def prepare(self) -> None:
        self.initial.setdefault("version", self.study.version)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"publish": self.cleaned_data["publish"] == "yes"}
