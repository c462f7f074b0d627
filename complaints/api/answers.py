"""Where refusals become HTTP answers, and forms become serializers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.fields import BaseTemporalField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from complaints.actions import EditConflict, KeyReused
from complaints.lifecycle import WrongPerson, WrongStatus
from staff.refusals import Refused

#: refusal: status; the first that fits, a plain Refused last.
STATUS: dict[type[Refused], int] = {
    WrongPerson: status.HTTP_403_FORBIDDEN,
    WrongStatus: status.HTTP_409_CONFLICT,
    EditConflict: status.HTTP_409_CONFLICT,
    KeyReused: status.HTTP_422_UNPROCESSABLE_ENTITY,
    Refused: status.HTTP_400_BAD_REQUEST,
}


def chosen(request: Request, name: str, words: Iterable[str]) -> str:
    """One of the words a filter knows, empty without it. Raises ValidationError for any other."""
    known, said = list(words), request.query_params.get(name, "")
    if said and said not in known:
        raise ValidationError({name: [_("One of: %(words)s.") % {"words": ", ".join(known)}]})
    return str(said)


class VersionNeeded(APIException):
    """An edit must say which version it has seen."""

    status_code = 428
    default_detail = gettext_lazy("Send If-Match with the version you have seen.")


def explain(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The sentence of a refusal, at its field when it belongs to one."""
    for refusal, code in STATUS.items():
        if isinstance(error, refusal):
            body: dict[str, Any] = {error.field or "detail": str(error)}
            if isinstance(error, EditConflict):
                body["version"] = error.current.version
            return Response(body, status=code)
    return exception_handler(error, dict(context))


def body_of(request: Request) -> dict[str, Any]:
    """What was sent, by field; raises ParseError when it is no object, or holds half a character."""
    if not isinstance(request.data, Mapping):
        raise ParseError(_("Send an object with the fields."))
    body = dict(request.data.items())
    try:
        json.dumps(body, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:  # JSON may say it, no text may hold it
        raise ParseError(_("Half a character was sent: \\uD800 to \\uDFFF come in pairs.")) from None
    return body


def checked(form: forms.Form, sent: Mapping[str, Any]) -> forms.Form:
    """The form, valid; raises ValidationError with the form's own sentences, unknown fields included."""
    for name, field in form.fields.items():
        said = form.data.get(name)
        if isinstance(field, BaseTemporalField) and not isinstance(said, str | date | None):
            form.data = {**form.data, name: str(said)}  # a moment is read from text; JSON may send anything
    known = set(form.fields) | {"alone_because"}
    errors: dict[str, Any] = {name: [_("There is no such field.")] for name in sent if name not in known}
    if not form.is_valid():
        errors |= {name if name != "__all__" else "detail": list(said) for name, said in form.errors.items()}
    if errors:
        raise ValidationError(errors)
    return form


#: form field: serializer field, most special first
FIELDS: tuple[tuple[type[forms.Field], type[serializers.Field]], ...] = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
    (forms.DecimalField, serializers.DecimalField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.ModelChoiceField, serializers.IntegerField),
    (forms.Field, serializers.CharField),
)


def serializer_of(form: type[forms.Form], name: str) -> type[serializers.Serializer]:
    """What a form asks for, as a serializer: for the schema, the form itself does the checking."""
    asked: dict[str, Any] = {}
    for field_name, field in form.base_fields.items():
        kind = next(made for of, made in FIELDS if isinstance(field, of))
        said: dict[str, Any] = {"required": field.required, "help_text": str(field.help_text or field.label)}
        if kind is serializers.DecimalField:
            said |= {"max_digits": 11, "decimal_places": 2}
        if kind is serializers.CharField:
            said["allow_blank"] = not field.required
        if field_name == "files":
            asked[field_name] = serializers.ListField(child=serializers.FileField(), required=False)
        else:
            asked[field_name] = kind(**said)
    return type(name, (serializers.Serializer,), asked)
