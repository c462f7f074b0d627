"""A past ledger is sent, and what its words mean is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from complaints.actions.past_ledger_plan import ASKED, MUST
from complaints.models import Category, Cause, Complaint
from complaints.past_ledger.headings import LABELS
from complaints.past_ledger.terms import OPEN
from complaints.policy import Channel, Severity
from complaints.statuses import Outcome
from owners.importing.files import MAX_BYTES
from staff.models import Department, Estate, User


class UploadForm(forms.Form):
    estate = forms.ChoiceField(label=gettext_lazy("Estate"))
    file = forms.FileField(
        label=gettext_lazy("Ledger"),
        help_text=gettext_lazy("An Excel workbook (.xlsx) or a text table (.csv), as the office keeps it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def __init__(self, estates: Iterable[Estate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {estate.code: estate for estate in estates}
        self.fields["estate"].choices = [(code, estate.name) for code, estate in self.estates.items()]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(size)d MB; send one year at a time."),
                params={"size": MAX_BYTES // 1024 // 1024},
            )
        return file


class TakeOverForm(forms.Form):
    """One field for each word nobody knows, and what holds for all rows."""

    receiver = forms.ChoiceField(label=gettext_lazy("Who follows the cases whose first receiver is not ours"))
    own_due = forms.ChoiceField(
        label=gettext_lazy("Time limits of the open cases"),
        choices=[
            ("", gettext_lazy("Run from now on")),
            ("1", gettext_lazy("As the ledger promised, where it did")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    skip_bad = forms.BooleanField(required=False)

    def __init__(
        self, result: dict[str, Any], estate: Estate, receivers: dict[int, User], user: User, *args: Any,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.asked = {
            f"{kind}-{number}": (kind, word)
            for kind in ASKED
            for number, word in enumerate(result["asked"].get(kind, {}))
        }
        for name, (kind, word) in self.asked.items():
            count = result["asked"][kind][word]
            self.fields[name] = forms.ChoiceField(
                label=_("%(column)s “%(word)s” (%(count)s)")
                % {"column": LABELS[kind], "word": word or _("(blank)"), "count": count},
                choices=[("", _("choose") if kind in MUST else _without(kind)), *_meanings(kind, estate)],
                required=kind in MUST,
            )
        self.order_fields([*self.asked, "receiver", "own_due"])
        self.fields["receiver"].choices = [(str(pk), str(one)) for pk, one in receivers.items()]
        self.fields["receiver"].initial = str(user.pk)
        if not result["unmatched_receivers"]:
            del self.fields["receiver"]
        if not result["promised"]:
            del self.fields["own_due"]

    def said(self) -> dict[str, Any]:
        """What was chosen, as the job keeps it."""
        words: dict[str, dict[str, str]] = {}
        for name, (kind, word) in self.asked.items():
            words.setdefault(kind, {})[word] = self.cleaned_data[name]
        return {
            "words": words,
            "own_due": bool(self.cleaned_data.get("own_due")),
            "receiver": self.cleaned_data.get("receiver") or "",
            "skip_bad": self.cleaned_data.get("skip_bad", False),
        }


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is voided"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


def _without(kind: str) -> Any:
    if kind == "validity":
        return Complaint.Validity.UNDECIDED.label
    return pgettext_lazy("past ledger", "keep it in words")


def _meanings(kind: str, estate: Estate) -> list[tuple[str, str]]:
    """What a word of that kind may mean, by code."""
    match kind:
        case "channel":
            return [(str(one), str(one.label)) for one in Channel]
        case "severity":
            return [(str(one), str(one.label)) for one in Severity]
        case "validity":
            decided = (Complaint.Validity.VALID, Complaint.Validity.INVALID)
            return [(str(one), str(one.label)) for one in decided]
        case "status":
            over = [(str(one), str(one.label)) for one in Outcome if one != Outcome.VOID]
            return [(OPEN, pgettext("past ledger", "Still open")), *over]
        case "category":
            return [
                (one.code, str(one)) for one in Category.objects.filter(parent__isnull=False, is_active=True)
            ]
        case "cause":
            return [(one.code, str(one)) for one in Cause.objects.filter(is_active=True)]
        case _:
            departments = Department.objects.filter(estate=estate).order_by("name")
            return [(str(one.pk), str(one)) for one in departments]
