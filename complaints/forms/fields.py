"""The fields a move's form is made of, and what all such forms know."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.words_to_customers import ForbiddenWords
from complaints.file_kinds import ACCEPT, limits
from complaints.models import Attachment, Complaint
from complaints.moves import MOVES
from complaints.phrases import Found
from config.framework.refusals import Refused
from config.framework.typed_dates import MomentInput
from staff.permissions import Permissions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NOTE = 4000
#: No key of a row is as large.
BEYOND = 2**63
#: Verbs that ask for another person, or for the reason why there is none.
ALONE = frozenset(
    {"try_revisit", "revisit", "except_revisit", "confirm_invalid", "decide_abnormal", "second_call"}
)
#: Verbs whose words the customer reads: a forbidden phrase in them needs a reason.
TOLD = frozenset(
    {"answer", "reply", "apologise", "act", "close_unsatisfied", "do_follow_up", "tell_follow_up",
     "drop_follow_up", "answer_external", "answer_post"}
)  # fmt: skip


def words(
    label: StrOrPromise, hint: StrOrPromise = "", *, needed: bool = True, longest: int = LONGEST_NOTE
) -> Any:
    """A text of some sentences."""
    return forms.CharField(
        label=label, help_text=hint, required=needed, max_length=longest, widget=forms.Textarea({"rows": 3})
    )


def why_so() -> Any:
    """Why words to a customer go out although a phrase in them is not said to customers (domain.md 9)."""
    return words(
        _("Why it is sent as it is"),
        _("For training only; the customer never sees it."),
        needed=False,
        longest=500,
    )


def moment(label: StrOrPromise, hint: StrOrPromise = "", *, needed: bool = False) -> Any:
    """A wall time in the estate's zone, which the view has made the current one."""
    return forms.DateTimeField(
        label=label,
        help_text=hint,
        required=needed,
        widget=MomentInput(),
        error_messages={"invalid": _("Give day and time, such as 2026-03-02 14:30.")},
    )


class RowsField(forms.ModelMultipleChoiceField):
    """Rows by their keys; a number no key can be is no choice, before a database is asked for it."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            try:
                number = int(key)
            except (TypeError, ValueError):
                continue  # as every other wrong choice
            if abs(number) >= BEYOND:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key}
                )
        return super().clean(value)


def pick(label: StrOrPromise, choices: Any, *, needed: bool = True, hint: StrOrPromise = "") -> Any:
    """One of a few, as buttons in a row."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        required=needed,
        widget=forms.RadioSelect({"class": "segments"}),
        error_messages={"required": _("Choose one.")},
    )


def tick(label: StrOrPromise, hint: StrOrPromise = "") -> Any:
    return forms.BooleanField(label=label, help_text=hint, required=False)


def anyway() -> Any:
    """Asked only once the act has said what speaks against it: hidden until then (`ask_first`)."""
    return forms.BooleanField(label=_("Both are to come"), required=False, widget=forms.HiddenInput())


def ask_first(form: forms.Form, field: str | None) -> None:
    """The act asks first: what was hidden is a box to tick."""
    if field == "anyway" and "anyway" in form.fields:
        form.fields["anyway"].widget = forms.CheckboxInput()


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


def files(label: StrOrPromise, *, needed: bool = False) -> Any:
    """Sent files. The view stores them before the form is judged; here is only their place on the page.

    `needed`: they are all that is asked for, so nothing says that they may be left out.
    """
    field = forms.Field(
        label=label, required=False, help_text=limits(), widget=FilesInput({"accept": ACCEPT})
    )
    field.is_asked = needed  # in the field's own way: see field_rendering
    return field


class MoveForm(forms.Form):
    """Knows the case, who asks and when; subclasses fill their choices in `prepare`.

    A field may be called like one of its attributes, `person` say: Django takes the fields off the class.
    """

    def __init__(
        self, *args: Any, verb: str, complaint: Complaint, person: Permissions, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.verb = verb
        self.complaint, self.person, self.now = complaint, person, now
        self.attachments: list[Attachment] = []
        #: The forbidden phrases in what was typed, when it was refused for them.
        self.found: tuple[Found, ...] = ()
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = gettext("Choose one.")
        if "note" in self.fields and self.verb in MOVES:
            note = self.fields["note"]
            # xgettext:no-python-format  (in Chinese the field alone says it)
            note.error_messages["required"] = gettext("“%(verb)s” needs a few words under “%(field)s”.") % {
                "verb": MOVES[self.verb].label,
                "field": note.label,
            }
        if "alone_because" in self.data and verb in ALONE:
            self._ask_why_alone()
        if verb in TOLD and ("phrase_reason" in self.data or "phrase_reason" in self.initial):
            self._ask_why_so()
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    @property
    def offers(self) -> list[Any]:
        """What the words of the case suggest for its fields."""
        return []

    @property
    def asks_urgent(self) -> str:
        """The question whether the case is urgent, where its words ask it and it is not."""
        return ""

    def arguments(self) -> dict[str, Any]:
        """The action's keywords."""
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        """Put the sentence at its field; the question why nobody else can do it appears when it matters."""
        if refusal.field == "alone_because":
            self._ask_why_alone()
        if isinstance(refusal, ForbiddenWords):
            self.found = refusal.found
            self._ask_why_so()
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal))

    def _ask_why_so(self) -> None:
        self.fields["phrase_reason"] = why_so()

    def _ask_why_alone(self) -> None:
        self.fields["alone_because"] = words(
            _("Why you do it yourself"), _("Kept in the timeline."), needed=False, longest=500
        )
