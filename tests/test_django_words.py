"""What the frameworks say by themselves, in the words of a property company and not of a translator."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import password_validation
from django.core import validators
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.db.models.constraints import BaseConstraint
from django.utils.translation import ngettext, override
from rest_framework import exceptions, fields

from config.framework import django_sentences
from owners.forms import PersonForm, UploadForm
from staff.models import User

CATALOG = Path(__file__).resolve().parent.parent / "locale/zh_Hans/LC_MESSAGES/django.mo"

#: The fields our forms and the API are made of; a new kind is entered here.
FORM_FIELDS = (
    forms.CharField, forms.IntegerField, forms.DecimalField, forms.DateField, forms.DateTimeField,
    forms.TimeField, forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField,
    forms.ModelMultipleChoiceField, forms.SlugField, forms.EmailField, forms.BooleanField, forms.JSONField,
)  # fmt: skip
API_FIELDS = (
    fields.CharField, fields.BooleanField, fields.IntegerField, fields.DateTimeField, fields.DateField,
    fields.ChoiceField, fields.ListField,
)  # fmt: skip
VALIDATORS = (
    validators.EmailValidator, validators.RegexValidator, validators.MaxValueValidator,
    validators.MinValueValidator, validators.ProhibitNullCharactersValidator,
)  # fmt: skip
REFUSALS = (
    exceptions.NotAuthenticated, exceptions.PermissionDenied, exceptions.MethodNotAllowed,
    exceptions.UnsupportedMediaType,
)  # fmt: skip
#: Said by no field of ours: what is sent for them is read by `config.framework.request_guard` before.
UNHEARD = {"make_aware", "overflow", "date", "datetime", "max_length", "min_length"}


def said_by(kind: type) -> list[str]:
    found: dict[str, object] = {}
    for parent in reversed(kind.__mro__):
        found |= getattr(parent, "default_error_messages", {})
    with override("en"):
        return [str(sentence) for name, sentence in found.items() if name not in UNHEARD]


def ours(sentence: str) -> str:
    """What our own catalogue makes of it; itself where it knows it not."""
    with CATALOG.open("rb") as file:
        return gettext.GNUTranslations(file).gettext(sentence)


def sentences() -> list[str]:
    found = [sentence for kind in (*FORM_FIELDS, *API_FIELDS) for sentence in said_by(kind)]
    with override("en"):
        found += [str(kind.message) for kind in VALIDATORS]
        found += [str(kind.default_detail) for kind in REFUSALS]
        found += [str(Field.default_error_messages[name]) for name in ("blank", "null", "unique")]
        found += [str(BaseConstraint.default_violation_error_message), str(validators.validate_slug.message)]
        found += [str(User._meta.get_field("username").error_messages["unique"])]
        found += [str(User.username_validator.message)]
        words = get_adapter().error_messages
        found += [str(words[name]) for name in ("same_as_current", "rate_limited", "username_taken")]
    return sorted(set(found))


@pytest.mark.parametrize("sentence", sentences())
def test_a_sentence_of_a_framework_is_said_by_our_own_catalogue(sentence) -> None:
    assert ours(sentence) != sentence


@pytest.mark.parametrize("password", ["short", "zhangli-zhangli", "password1234"])
def test_a_password_is_refused_in_words_that_say_what_to_do(password) -> None:
    with override("zh-hans"), pytest.raises(ValidationError) as refusal:
        password_validation.validate_password(password, User(username="zhangli-zhangl", name="张立"))
    assert all(any(word in said for word in ("请换一个", "至少")) for said in refusal.value.messages)


def test_a_list_and_a_file_are_chosen_and_not_filled_in() -> None:
    with override("zh-hans"):
        assert UploadForm({}, {}).errors["file"] == ["请选择文件。"]
        missing = PersonForm({"name": ""}).errors
        assert missing["capacity"] == ["请选择一项。"] and missing["name"] == ["请填写这一项。"]


def test_sentences_that_count_are_translated_too() -> None:
    counted = [said for said in django_sentences.SENTENCES if not isinstance(said, str)]
    assert len(counted) > 5
    with override("zh-hans"):
        assert ngettext("Ensure that there are no more than %(max)s decimal place.", "", 2) == (
            "最多保留 %(max)s 位小数。"
        )
