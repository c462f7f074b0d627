"""People and settings: what an administrator or a property manager types."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.actions.vocabulary import Word
from complaints.models import Category, DangerWord
from config.framework.refusals import Refused
from config.framework.typed_dates import MomentInput
from owners.forms import PhoneField
from staff.actions import may_give
from staff.actions.training import FIELD
from staff.models import Department, Estate, Posting, Region, User
from staff.permissions import Permissions
from staff.roles import Role

LANGUAGES = [("", _("The browser's language")), ("zh-hans", "中文"), ("en", "English")]


class Asked(forms.Form):
    """A form whose action may refuse: the sentence stands at its field, what was typed is kept."""

    def refuse(self, refusal: Refused | ValidationError) -> None:
        if isinstance(refusal, Refused):
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
            return
        errors = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        for field, sentences in errors.items():
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


class PostingForm(Asked):
    """A role and where it holds. The scopes offered are those the person who asks may give something in."""

    role = forms.ChoiceField(label=_("Role"))
    scope = forms.ChoiceField(label=_("Scope"))

    def __init__(self, *args: Any, person: Permissions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if FIELD in self.data:
            self.ask_without_training()
        self.scopes: dict[str, dict[str, Any]] = {}
        groups = _scopes(person)
        for _group, rows in groups:
            self.scopes |= {key: scope for key, _label, scope in rows}
        self.fields["scope"].choices = [
            ("", _("Choose")),
            *((group, [(key, label) for key, label, _scope in rows]) for group, rows in groups),
        ]
        estates = {_estate_of(scope) for scope in self.scopes.values()}
        self.fields["role"].choices = [
            ("", _("Choose")),
            *((r.value, r.label) for r in Role if any(may_give(person, r, estate) for estate in estates)),
        ]

    def posting(self) -> dict[str, Any]:
        """The arguments `appoint` and `hire` take. Call when valid."""
        said = self.cleaned_data
        more = {FIELD: said[FIELD]} if said.get(FIELD) else {}
        return {"role": Role(said["role"]), **self.scopes[said["scope"]], **more}

    def ask_without_training(self) -> None:
        """Why he has the role although a required training lacks; asked where it does."""
        self.fields[FIELD] = forms.CharField(
            label=_("Why the role is given without the training"),
            required=False,
            max_length=200,
            help_text=_("Kept with the role; the second person reads it."),
        )

    def refuse(self, refusal: Refused | ValidationError) -> None:
        if isinstance(refusal, Refused) and refusal.field == FIELD:
            self.ask_without_training()
        super().refuse(refusal)


def _scopes(person: Permissions) -> list[tuple[Any, list[tuple[str, str, dict[str, Any]]]]]:
    """(heading, rows of key, label, scope): company and regions, then each estate with its departments."""
    groups = []
    estates = list(Estate.objects.order_by("name"))
    departments = list(Department.objects.select_related("estate").order_by("name"))
    if Role.ADMINISTRATOR in person.company:
        top: list[tuple[str, str, dict[str, Any]]] = [("c", gettext("The whole company"), {})]
        top += [(f"r{r.pk}", str(r), {"region": r}) for r in Region.objects.order_by("name")]
        top += [(f"d{d.pk}", str(d), {"department": d}) for d in departments if d.estate_id is None]
        groups.append((gettext("Headquarters"), top))
    for estate in estates:
        if not any(may_give(person, role, estate.pk) for role in Role):
            continue
        rows: list[tuple[str, str, dict[str, Any]]] = [
            (
                f"e{estate.pk}",
                gettext("%(estate)s, the whole estate") % {"estate": estate},
                {"estate": estate},
            )
        ]
        rows += [
            (f"d{d.pk}", f"{estate} · {d}", {"department": d})
            for d in departments
            if d.estate_id == estate.pk
        ]
        groups.append((str(estate), rows))
    return groups


def _estate_of(scope: dict[str, Any]) -> int | None:
    if department := scope.get("department"):
        return cast("Department", department).estate_id
    return scope["estate"].pk if "estate" in scope else None


class LoginForm(Asked):
    """What is known of a colleague."""

    name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(
        label=pgettext_lazy("address", "E-mail"),
        required=False,
        help_text=_("Notifications and the link for the password go there."),
    )
    phone = PhoneField(label=_("Phone"), max_length=60, required=False)
    wecom_id = forms.CharField(
        label=_("WeCom account"),
        max_length=64,
        required=False,
        help_text=_("The account in the company's WeCom address book; messages to the person go there."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)


class HireForm(LoginForm, PostingForm):
    """A new log-in with its first posting."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("Used to sign in: letters, digits and . _ - without spaces."),
    )
    field_order = ["name", "username", "role", "scope", "email", "phone", "wecom_id", "language"]

    def clean(self) -> dict[str, Any]:
        """Everything that is wrong is told at once, the user name that is taken with the rest."""
        super().clean()
        said = self.cleaned_data
        if username := said.get("username"):
            others = {field.name for field in User._meta.fields} - {"username"}
            try:
                User(username=username).full_clean(exclude=others)
            except ValidationError as error:
                self.add_error(None, error)
        return said


class ProfileForm(Asked):
    """What everybody sets for himself."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    phone = PhoneField(label=_("Phone"), max_length=60, required=False)
    email = forms.EmailField(
        label=pgettext_lazy("address", "E-mail"),
        required=False,
        help_text=_("Notifications and the link for the password go there."),
    )
    wecom_id = forms.CharField(label=_("WeCom account"), max_length=64, required=False)
    password = forms.CharField(
        label=_("Present password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Only to change e-mail or WeCom account."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = initial(user, ("language", "phone", "email", "wecom_id"))
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Whoever finds a screen unlocked cannot lead the log-in elsewhere."""
        super().clean()
        said = self.cleaned_data
        password = said.pop("password", "")
        if {"email", "wecom_id"} & set(self.changed_data) and not self.user.check_password(password):
            self.add_error("password", gettext("That is not your present password."))
        return said


class AbsenceForm(Asked):
    """Out of office, with the deputy who stands in."""

    starts_at = forms.DateTimeField(label=_("From"))
    ends_at = forms.DateTimeField(label=_("Until"))
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Deputy"),
        required=False,
        empty_label=_("Nobody: everything goes to the next role up"),
        help_text=_("The deputy has the same authority during this time and receives the notifications."),
        error_messages={
            "invalid_choice": _(
                "Choose somebody who handles complaints in the same estates; others cannot stand in."
            )
        },
    )

    def __init__(self, *args: Any, people: Collection[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["deputy"], people)
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = MomentInput()


class DutiesForm(Asked):
    """Everything a person holds goes to another."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Goes to"), empty_label=_("Choose"))
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown in every case's timeline. Example: leaves on 31 March."),
    )

    def __init__(self, *args: Any, people: Collection[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["person"], people)


def offer(field: Any, postings: Collection[Posting]) -> None:
    """The people of these postings, each once: by where they work, with their roles, and who is away."""
    roles: dict[int, list[str]] = {}
    for posting in postings:
        roles.setdefault(posting.user_id, []).append(posting.get_role_display())
    field.queryset = User.objects.filter(pk__in=list(roles))
    groups: dict[str, list[tuple[int, str]]] = {}
    for posting in postings:
        if remarks := roles.pop(posting.user_id, None):
            words = [*dict.fromkeys(remarks), *[gettext("away")] * posting.is_away]
            label = gettext("%(name)s (%(role)s)") % {"name": posting.user, "role": gettext(", ").join(words)}
            groups.setdefault(posting.place(), []).append((posting.user_id, label))
    field.choices = [("", field.empty_label), *groups.items()]


class CompanyForm(Asked):
    name = forms.CharField(
        label=_("Name of the company"),
        max_length=60,
        help_text=_("Printed at the foot of papers and of the owners' pages."),
    )


class DepartmentForm(Asked):
    name = forms.CharField(label=_("Name of the department"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    is_contractor = forms.BooleanField(
        label=_("Contractor"), required=False, help_text=_("A contractor's delay counts as ours.")
    )


class TermForm(Asked):
    """A word of the vocabulary in both languages."""

    code = forms.SlugField(
        label=_("Short code"),
        max_length=40,
        help_text=_("Letters, digits and dashes; reports and programs know the word by it."),
    )
    zh = forms.CharField(label=_("Chinese"), max_length=40)
    en = forms.CharField(label=_("English"), max_length=60)
    parent = forms.ModelChoiceField(
        Category.objects.none(), label=_("Belongs to"), required=False, empty_label=_("A category of its own")
    )
    unless = forms.CharField(
        label=_("Excepted words"),
        max_length=200,
        required=False,
        help_text=DangerWord._meta.get_field("unless").help_text,
    )
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, initial=0)
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("Out of use: old cases keep it, new ones cannot choose it."),
    )

    def __init__(self, *args: Any, term: Word, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not isinstance(term, Category) or (term.pk and term.children.exists()):
            del self.fields["parent"]
        else:
            self.fields["parent"].queryset = (
                Category.objects.filter(parent=None).exclude(pk=term.pk).order_by("order")
            )
        if not isinstance(term, DangerWord):
            del self.fields["unless"]
        if term.pk:
            self.fields["code"].disabled = True


def initial(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
