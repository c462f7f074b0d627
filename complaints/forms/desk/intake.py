"""The desk's one form: who, where, what, how serious, what they want (domain.md 2).

The form reads what was typed; `intake()` and `note()` say it in the actions' words. Hidden parts of
the page are sent empty or are left unread, so one form serves a complaint and a short contact note.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import actions, case_numbers
from complaints.actions import Intake, Person
from complaints.forms.choices import categories, severities
from complaints.forms.desk import danger as question
from complaints.forms.desk.places import Spot, spot
from complaints.forms.desk.who import capacity_of, owner_of
from complaints.forms.fields import files, moment, pick, tick, words
from complaints.forms.people import PersonField, serving
from complaints.models import Attachment, Category, Cause, Complainant, Complaint, ContactNote
from complaints.models.field_names import field_name
from complaints.policy import OFFICIAL, Channel, Severity
from config.framework.field_rendering import WITHOUT_OPTIONAL
from config.framework.refusals import Refused
from owners.actions import one_phone
from owners.models import Owner
from owners.names import clean_name, name_key
from staff.models import Department, Estate, Posting, User
from staff.permissions import Permissions
from staff.roles import Role

COMPLAINT, CHASE = "complaint", "chase"
WHAT = [(COMPLAINT, _("Complaint")), *ContactNote.Kind.choices, (CHASE, _("Chase"))]
#: Ticks of the fold, each a column of the case.
MARKS = (
    "injury", "media_asked", "media_exposed", "media_threatened", "lawsuit_started", "lawsuit_threatened",
    "outside_help", "under_warranty", "restricted",
)  # fmt: skip
#: Columns the form fills under their own names.
FACTS = (
    "urgent", "identity_hidden", "kind", "demand", "remedy_asked", "promised_at", "is_collective",
    *MARKS,
)  # fmt: skip
EXTERNAL = ("external_number", "external_unit", "external_due_at")


def column(name: str, model: Any = Complaint, **changes: Any) -> Any:
    """The form field of a model's column, under the column's own name."""
    field = model._meta.get_field(name)
    return field.formfield(**{"help_text": "", "required": False} | changes)


def new_matter() -> Any:
    """The word without which an order that is a case already makes no second one."""
    return tick(
        _("A new matter under the same order number"),
        _("Only where the order is a case already and this is none of it; else chase that case."),
    )


class DeskForm(forms.Form):
    """What a clerk types. `estate` decides which places, people and handlers are meant."""

    use_required_attribute = False

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    from_note = forms.IntegerField(widget=forms.HiddenInput, required=False)
    from_relay = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # A draft keeps whose name it holds, so that the next look-up lets go of him.
    owner = forms.IntegerField(widget=forms.HiddenInput({"data-keep": ""}), required=False)

    what = pick(_("What is it?"), WHAT)
    channel = column("channel", initial=Channel.WALK_IN)
    urgent = tick(_("Urgent"), _("People hurt, trapped or in danger; fire, water or current running."))
    external_number = column("external_number")
    new_matter = new_matter()
    external_unit = column("external_unit")
    external_due_at = moment(_("Their due time"))
    received_at = moment(_("Received at"), _("Empty: now. Up to 31 days back."))
    backdated_because = column("backdated_because", help_text=_("Such as: on paper during an outage."))

    name = column("name", Complainant)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=60)
    capacity = forms.ChoiceField(
        label=_("Capacity"),
        required=False,
        choices=[("", _("Visitor (default)")), *Complainant.Capacity.choices],
    )
    language = column("language", Complainant, label=_("Language of the receipt"), initial="zh-hans")
    identity_hidden = tick(
        _("Hide who complained"), _("Shown to the first receiver and the supervisor only.")
    )
    where = forms.CharField(
        label=_("Where"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"placeholder": _("1-2-101, or in words: east gate")}),
    )

    content = words(_("What was said"), needed=False)
    danger = pick(_("Is it urgent?"), question.ANSWERS, needed=False)
    category = forms.ModelChoiceField(
        Category.objects.filter(parent__isnull=False, is_active=True), label=_("Category"), required=False
    )
    cause = forms.ModelChoiceField(
        Cause.objects.filter(is_active=True).order_by("order", "pk"),
        label=_("Cause"),
        required=False,
        empty_label="–",
    )
    respondents = forms.CharField(
        label=_("Complained about"),
        required=False,
        max_length=200,
        help_text=_("Colleagues named here do not see the case."),
        widget=forms.TextInput(
            {
                "list": "colleagues",
                "autocomplete": "off",
                "placeholder": _("Names, with commas between"),
            }
        ),
    )
    files = files(_("Photos and papers"))
    recorded = tick(_("Read back and confirmed"))

    severity = pick(_("Severity"), [("", ""), *Severity.choices], needed=False)
    handler = PersonField(label=_("Handler"), required=False)
    headcount = forms.IntegerField(
        label=_("Number of people"), required=False, min_value=1, max_value=9999, initial=1
    )
    is_collective = tick(_("Collective complaint"), _("They speak as one; a representative is named."))
    representative = column("representative", Complainant)
    kind = column("kind", initial=Complaint.Kind.PROBLEM)

    demand = forms.ChoiceField(
        label=_("Kind of demand"), required=False, choices=[("", _("Not said")), *Complaint.Demand.choices]
    )
    remedy_asked = column("remedy_asked", label=_("In their words"), widget=forms.TextInput)
    promised_at = moment(_("Promised for"), _("Only what was really promised; the customer sees it."))
    relation = forms.CharField(label=_("The same again?"), required=False, max_length=30)

    outcome = words(_("Outcome"), needed=False)
    order_number = column("external_number", ContactNote)

    def __init__(self, *args: Any, estate: Estate, person: Permissions, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate, self.person, self.now = estate, person, now
        self.attachments: list[Attachment] = []
        self.asked_because: list[str] = []  # why the form asks whether it is urgent
        self.fields["key"].initial = secrets.token_urlsafe(16)
        if self.data.get("handler"):
            self.fields["handler"].offer(self.postings)

    def offer(self) -> None:
        """The words and choices a page shows; a form that files does without."""
        self.fields["severity"].choices = [("", gettext("Not sure yet")), *severities()]
        self.fields["category"].choices = categories()
        self.fields["handler"].offer(self.postings)
        self.asked_because = question.ask(self, self.data if self.is_bound else self.initial)

    @cached_property
    def postings(self) -> list[Posting]:
        return serving(self.estate, self.now)

    # What was typed --------------------------------------------------------------------------------

    def clean_phone(self) -> str:
        """The number as it is kept, so that the look-ups beside compare like with like."""
        try:
            return one_phone(self.cleaned_data["phone"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_respondents(self) -> tuple[User | Department | str, ...]:
        """Colleagues and departments as rows, so that they are kept out; others in words."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["respondents"])
        parts = [part.strip() for part in text.replace("、", ",").replace(";", ",").split(",")]
        return tuple(dict.fromkeys(self._respondent(part) for part in parts if part))

    def _respondent(self, part: str) -> User | Department | str:
        key = name_key(part)  # Wong Siu-Ming is kept out as well as Wong Siu Ming
        named = {
            p.user for p in self.postings if key and key in (name_key(str(p.user)), name_key(colleague(p)))
        }
        if len(named) == 1:
            return named.pop()
        if named:
            raise forms.ValidationError(
                gettext("Several people are called %(name)s: choose one with the department.")
                % {"name": part}
            )
        departments = (p.department for p in self.postings if p.department)
        return next((d for d in departments if part in (d.name, d.name_en)), part[:60])

    def clean_relation(self) -> tuple[str, Complaint | None]:
        """`repeat:NUMBER`, `join:NUMBER` or `same:NUMBER`, a case he sees in this estate."""
        verb, _colon, number = self.cleaned_data["relation"].partition(":")
        if verb not in ("repeat", "join", "same"):
            return "", None
        seen = Complaint.objects.visible_to(self.person)
        case = seen.filter(estate=self.estate, number=case_numbers.clean(number) or "").first()
        if case is None:
            raise forms.ValidationError(gettext("The case chosen beside is no longer there. Choose again."))
        return verb, case

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("danger") == question.YES and said.get("what") != CHASE:
            said |= {"urgent": True, "what": COMPLAINT}  # a contact note reports to nobody
        try:
            said["spot"] = spot(said.get("where", ""), self.estate)
        except Refused as refusal:
            said["spot"] = Spot()
            self.add_error("where", str(refusal))
        for fault in self._faults():
            if self._field_of(fault) not in self.errors:
                self.refuse(fault)
        return said

    def _faults(self) -> Iterator[Refused]:
        """All that is missing or wrong, so that one refusal names it; the action would say it one by one."""
        said = self._as_read()
        yield from question.unanswered(said)
        if said["what"] == COMPLAINT:
            yield from self._who_complains(said)
            yield from actions.faults(self.intake(None), self.now)
        elif said["what"] != CHASE and not said["content"].strip():
            yield Refused(gettext("Say what it was about."), field="content")

    def _who_complains(self, said: dict[str, Any]) -> Iterator[Refused]:
        named = said["name"] or str(self.data.get("phone") or "").strip()
        anonymous = said["capacity"] == Complainant.Capacity.ANONYMOUS
        if named and anonymous:
            sentence = gettext(
                "Who gives a name or phone is not anonymous; “Hide who complained” keeps him unknown."
            )
            yield Refused(sentence, field="capacity")
        elif not (named or anonymous):
            yield Refused(gettext("Give a name or a phone, or choose “Anonymous”."), field="name")

    def _as_read(self) -> dict[str, Any]:
        """What was typed; of what was refused by itself, nothing."""
        nothing = {name: getattr(field, "empty_value", None) for name, field in self.fields.items()}
        return nothing | {"relation": ("", None), "respondents": (), "spot": Spot()} | self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        """The action's sentence at its field."""
        self.add_error(self._field_of(refusal), str(refusal))

    def _field_of(self, refusal: Refused) -> str | None:
        field = {"place": "where", "note": "content"}.get(refusal.field or "", refusal.field)
        return field if field in self.fields else None

    # In the actions' words ---------------------------------------------------------------------------

    def intake(self, note: ContactNote | None) -> Intake:
        said = self._as_read()
        relation, other = said["relation"]
        handler: Posting | None = said["handler"]
        official = said["channel"] in OFFICIAL
        joins = relation == "join"  # the lead case owns clocks and work
        return Intake(
            estate=self.estate,
            content=said["content"],
            person=self._person(),
            channel=said["channel"] or Channel.WALK_IN,
            received_at=said["received_at"],
            backdated_because=said["backdated_because"],
            unit=said["spot"].unit,
            building=said["spot"].building,
            place=said["spot"].words,
            category=said["category"],
            cause=said["cause"],
            facts={name: said[name] for name in FACTS if said[name] not in ("", None)}
            | {"headcount": said["headcount"] or 1}
            | {name: said[name] for name in EXTERNAL if official and said[name]},
            respondents=said["respondents"],
            recorded=said["recorded"],
            severity="" if joins else said["severity"],
            handler=handler.user if handler and not joins else None,
            department=handler.department if handler and not joins else None,
            attachments=tuple(self.attachments),
            from_note=note,
            repeat_of=other if relation == "repeat" else None,
            lead=other if joins else None,
            same_as=other if relation == "same" else None,
            new_matter=said["new_matter"],
        )

    def _person(self) -> Person:
        said = self._as_read()
        nobody = not said["name"] and not said["phone"]
        capacity = said["capacity"] or capacity_of(self._owner, said["spot"].unit)
        return Person(
            name=said["name"],
            phone=said["phone"],
            capacity=Complainant.Capacity.ANONYMOUS if nobody else capacity,
            language=said["language"] or "zh-hans",
            owner=self._owner,
            representative=said["representative"],
        )

    @cached_property
    def _owner(self) -> Owner | None:
        return owner_of(self._as_read(), self.estate)

    def note(self) -> dict[str, Any]:
        """The keywords of `take_note`."""
        said, person = self.cleaned_data, self._person()
        return {
            "estate": self.estate,
            "kind": said["what"],
            "words": said["content"],
            "channel": said["channel"] or Channel.WALK_IN,
            "owner": person.owner,
            "name": person.name,
            "phone": person.phone,
            "capacity": person.capacity,
            "unit": said["spot"].unit,
            "place": said["spot"].words or str(said["spot"].building or ""),
            "outcome": said["outcome"],
            "external_number": said["order_number"],
            "key": said["key"],
        }

    # For the template ----------------------------------------------------------------------------------

    @property
    def marks(self) -> list[forms.BoundField]:
        return [self[name] for name in MARKS]

    @property
    def colleagues(self) -> list[str]:
        departments = (str(p.department) for p in self.postings if p.department)
        return list(dict.fromkeys([*(colleague(p) for p in self.postings), *departments]))

    def opens(self, *names: str) -> bool:
        """Whether a fold has something in it: typed, or to correct."""
        return any(self[name].errors or _said(self[name]) for name in names)

    @property
    def opens_marks(self) -> bool:
        return self.opens(*MARKS, "is_collective", "representative") or self["headcount"].value() not in (
            1, "1", "", None,
        )  # fmt: skip

    @property
    def opens_more(self) -> bool:
        return self.opens("received_at", "backdated_because", "promised_at", "language", "cause", "kind")


# Said once: every filing makes the form anew.
DeskForm.base_fields |= {mark: tick(capfirst(field_name(Complaint, mark))) for mark in MARKS}
for _field in DeskForm.base_fields.values():
    _field.template_name = WITHOUT_OPTIONAL
DeskForm.base_fields["what"].initial = COMPLAINT
DeskForm.base_fields["content"].needed = (_("(required)"), "only-new")


def _said(field: forms.BoundField) -> bool:
    return field.value() not in ("", None, False, field.field.initial)


def colleague(posting: Posting) -> str:
    """赵强 · 秩序部"""
    return f"{posting.user} · {posting.department or Role(posting.role).label}"


class NoteForm(forms.Form):
    """What came of a contact."""

    outcome = words(_("Outcome"), needed=False)
    external_number = column("external_number", ContactNote)
