"""What is sent to the API, read: bodies, fields in codes and names, and the pages' forms that judge them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms.fields import BaseTemporalField
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from complaints.forms.case.abnormal import PeopleField
from complaints.forms.people import PersonField
from complaints.models import Category, Cause
from config.framework.request_guard import CONTROL, HALF, clean
from staff.models import User
from staff.requests import StaffRequest

#: So deep may what is sent be nested; nothing we ask for is deeper than a list.
DEEPEST = 8
#: Beside a person's name: in which of his departments he is meant, where he works in several.
DEPARTMENT_OF = "_department"


class TokenSignIn(TokenAuthentication):
    """First of the ways to sign in, so that whoever does not is told how (401); in the person's language."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found and found[0].language:
            translation.activate(found[0].language)
        return found


class KnownParameters(BasePermission):
    """Refuses what an address does not ask for: a filter that is misspelt would filter nothing.

    A view names its own in `parameters`, by method.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        known = set(getattr(view, "parameters", {}).get(request.method, ()))
        if unknown := [name for name in request.query_params if name not in known]:
            raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
        if double := [name for name, said in request.query_params.lists() if len(said) > 1]:
            raise ValidationError({name: [_("Say it once.")] for name in double})
        return True


class Json(JSONParser):
    """JSON of any depth is answered, never a fault of ours."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("That is nested too deep.")) from None


class StaffCall(Request, StaffRequest):
    """The request of somebody signed in, through the API. A type only, as `StaffRequest`."""

    user: User


def chosen(request: Request, name: str, words: Iterable[str]) -> str:
    """One of the words a filter knows, empty without it. Raises ValidationError for any other."""
    known, said = list(words), request.query_params.get(name, "")
    if said and said not in known:
        raise ValidationError({name: [_("One of: %(words)s.") % {"words": ", ".join(known)}]})
    return str(said)


def body_of(request: Request) -> dict[str, Any]:
    """What was sent, by field, without control characters.

    Raises ParseError when it is no object, is nested too deep, or holds half a character.
    """
    if not isinstance(request.data, Mapping):
        raise ParseError(_("Send an object with the fields."))
    read = {_cleaned(name, DEEPEST): _cleaned(value, DEEPEST) for name, value in _items(request)}
    return read


def _items(request: Request) -> Iterable[tuple[str, Any]]:
    """Of a form, a field that came several times is a list."""
    if not hasattr(request.data, "lists"):
        return list(cast("Mapping[str, Any]", request.data).items())
    return ((name, said if len(said) > 1 else said[0]) for name, said in request.data.lists() if said)


def _cleaned(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ParseError(_("That is nested too deep."))
    if isinstance(value, str):
        if HALF.search(value):
            raise ParseError(_("Half a character was sent: \\uD800 to \\uDFFF come in pairs."))
        return clean(value) if CONTROL.search(value) else value
    if isinstance(value, list):
        return [_cleaned(one, depth - 1) for one in value]
    if isinstance(value, dict):
        return {_cleaned(name, depth - 1): _cleaned(one, depth - 1) for name, one in value.items()}
    return value


def checked(form: forms.Form, sent: Mapping[str, Any], *, but: Iterable[str] = ()) -> forms.Form:
    """The form, valid: what was sent in codes and names put in the form's own keys first.

    Raises ValidationError with the form's own sentences; unknown fields, those of `but` and values of the
    wrong type included.
    """
    people = [name for name, field in form.fields.items() if isinstance(field, PersonField)]
    known = set(form.fields) - set(but) | {name + DEPARTMENT_OF for name in people}
    errors: dict[str, Any] = {name: [_("There is no such field.")] for name in sent if name not in known}
    read = {}
    for name, field in form.fields.items():
        if name in sent and name not in errors:
            if fault := wrong_type(field, sent[name]):
                errors[name] = [fault]
            else:
                read[name] = _in_keys(form, name, field, sent)
    form.data = {**form.data, **read, **dict.fromkeys((name for name in errors if name in form.fields), "")}
    if not form.is_valid():
        said = {name if name != "__all__" else "detail": list(found) for name, found in form.errors.items()}
        errors = said | errors
    if errors:
        raise ValidationError(errors)
    return form


def wrong_type(field: forms.Field, value: Any) -> str:
    """What kind of value belongs there, when this is none; empty when it is one. Null is an empty field."""
    if value is None:
        return ""
    if isinstance(field, PeopleField | forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        many = value if isinstance(value, list) else [value]
        return "" if all(isinstance(one, str | int) for one in many) else _("Send a list of texts.")
    if isinstance(field, forms.BooleanField):
        words = ("true", "false", "on", "off", "1", "0", "")
        right = isinstance(value, bool) or isinstance(value, str) and value.lower() in words
        return "" if right else _("Send true or false.")
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        return _("Send a text or a number.")
    return ""


def _in_keys(form: forms.Form, name: str, field: forms.Field, sent: Mapping[str, Any]) -> Any:
    """A value in the form's own key: what leads nowhere stays as it is, and the form says so."""
    value = sent[name]
    if value in (None, ""):
        return ""
    if isinstance(field, PersonField):
        return _posting(field, str(value), sent.get(name + DEPARTMENT_OF))
    if isinstance(field, PeopleField):
        keys = {person.username: key for key, person in field.people.items()}
        many = value if isinstance(value, list) else [value]
        return [keys.get(str(one), str(one)) for one in many]
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return value if isinstance(value, list) else [value]
    if isinstance(field, forms.BooleanField):
        return value in (True, "on", "1") or str(value).lower() == "true"
    if isinstance(field, forms.ModelChoiceField) and (column := key_column(field)) != "pk":
        row = rows_of(field).filter(**{column: str(value)}).first()
        return row.pk if row else 0
    if isinstance(field, BaseTemporalField) and not isinstance(value, str | date):
        return str(value)  # a moment is read from text; JSON may send a number
    return value


def rows_of(field: forms.ModelChoiceField) -> QuerySet[Any]:
    return cast("QuerySet[Any]", field.queryset)


def key_column(field: forms.ModelChoiceField) -> str:
    """By what a row is named: words of the company by code, people by user name, all others by their id."""
    return {Category: "code", Cause: "code", User: "username"}.get(rows_of(field).model, "pk")


def _posting(field: PersonField, username: str, department: Any) -> str:
    """The key of a person's posting; where he has several here, in the department named, else the first."""
    his = {key: posting for key, posting in field.postings.items() if posting.user.username == username}
    if department not in (None, ""):
        his = {key: one for key, one in his.items() if str(one.department_id) == str(department)}
    return next(iter(his), username if "-" not in username else "?")
