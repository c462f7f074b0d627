"""What the schema tells: a form's fields as a serializer, the words of each choice, the errors of each door.

The forms themselves do the checking (answers.py); here they are only described.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from complaints.actions.told_first import WAYS
from complaints.api.answers import DEPARTMENT_OF, key_column
from complaints.api.problems import MEDIA_TYPE, PROBLEMS
from complaints.forms.case.abnormal import PeopleField
from complaints.forms.people import PersonField
from complaints.phrases import Kind
from complaints.policy import EXTENDABLE, Severity
from complaints.statuses import Status

EXTENDABLE_CLOCKS = [(kind.value, kind.label) for kind in EXTENDABLE]
#: Choices that a form fills in only when it knows its case.
WORDS: dict[str, list[tuple[str, Any]]] = {
    "severity": list(Severity.choices),
    "clock": EXTENDABLE_CLOCKS,
}
#: How a customer is told before more time is asked for.
TELLING = [(way.value, way.label) for way in WAYS]
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Of your own, 64 characters at most; the same for a retry, which then does nothing more.",
)
KEY_NEEDED = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description=KEY.description
)
ESTATE_NEEDED = OpenApiParameter("estate", OpenApiTypes.STR, required=True, description="Code of the estate.")
SIZE = OpenApiParameter("size", OpenApiTypes.INT, description="As many on a page; 100 at most.")
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="From `next` or `previous`.")

#: form field: serializer field, most special first
FIELDS: tuple[tuple[type[forms.Field], type[serializers.Field]], ...] = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
    (forms.DecimalField, serializers.DecimalField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.Field, serializers.CharField),
)


@extend_schema_field(OpenApiTypes.BINARY)
class SentFile(serializers.FileField):
    """Its bytes; the framework's own would be told as an address."""


class Word(serializers.ChoiceField):
    """One of a few words, or null where the column is empty."""

    def __init__(self, choices: Any, **more: Any) -> None:
        super().__init__(choices, allow_null=True, read_only=True, **more)

    def to_representation(self, value: Any) -> Any:
        return value or None


def serializers_of(
    form: type[forms.Form],
    name: str,
    *,
    alone: bool = False,
    told: bool = False,
    but: Iterable[str] = (),
    partial: bool = False,
    words: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What a form asks for, by media type: files travel in a form of several parts only.

    `alone`: it may ask why nobody else does it; `told`: why its words stand as they are; `but`: fields that
    come otherwise; `partial`: what is left out stays as it is; `words`: the choices of a field, where the
    page offers more.
    """
    asked = {field: made for field, made in _asked(form, alone, told).items() if field not in set(but)}
    for field, choices in (words or {}).items():
        asked[field] = serializers.ChoiceField(
            list(choices), required=False, help_text=asked[field].help_text
        )
    for field in asked.values():
        field.required = field.required and not partial
    body = type(name, (serializers.Serializer,), dict(asked))
    if "files" not in form.base_fields:
        return {"application/json": body}
    files = serializers.ListField(child=SentFile(), required=False)
    parts = type(f"{name}WithFiles", (serializers.Serializer,), dict(asked) | {"files": files})
    return {"application/json": body, "multipart/form-data": parts}


def _asked(form: type[forms.Form], alone: bool, told: bool) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for name, field in form.base_fields.items():
        said: dict[str, Any] = {"required": field.required, "help_text": str(field.help_text or field.label)}
        if name == "files":
            continue
        if isinstance(field, PersonField):
            asked[name] = serializers.CharField(**said | {"help_text": "User name, as in /staff/."})
            help_text = "Id of the department, for who works in several."
            asked[name + DEPARTMENT_OF] = serializers.IntegerField(required=False, help_text=help_text)
        else:
            asked[name] = _made(name, field, said)
    if alone:
        why = "Why you do it yourself; asked for only where nobody else can."
        asked["alone_because"] = serializers.CharField(required=False, allow_blank=True, help_text=why)
    if told:
        why = "Why phrases that are not said to customers stand in it; asked for by `forbidden_phrase`."
        asked["phrase_reason"] = serializers.CharField(
            required=False, allow_blank=True, max_length=500, help_text=why
        )
    return asked


def _made(name: str, field: forms.Field, said: dict[str, Any]) -> serializers.Field:
    if isinstance(field, PeopleField):
        names = serializers.CharField(help_text="User name, as in /staff/.")
        return serializers.ListField(child=names, **said)
    if isinstance(field, forms.ModelMultipleChoiceField):
        by_key = key_column(field) == "pk"
        child = serializers.IntegerField() if by_key else serializers.CharField()
        return serializers.ListField(child=child, **said)
    if isinstance(field, forms.ModelChoiceField):
        if key_column(field) == "pk":
            return serializers.IntegerField(**said)
        return serializers.CharField(**said, allow_blank=not field.required)
    if isinstance(field, forms.MultipleChoiceField):
        return serializers.ListField(child=serializers.ChoiceField(_choices(field)), **said)
    if isinstance(field, forms.ChoiceField) and (words := _words(name, field)):
        return serializers.ChoiceField(words, **said, allow_blank=not field.required)
    kind = next(made for of, made in FIELDS if isinstance(field, of))
    if kind is serializers.DecimalField:
        said |= {"max_digits": 11, "decimal_places": 2}
    if kind is serializers.CharField:
        said |= {"allow_blank": not field.required, "max_length": getattr(field, "max_length", None)}
    return kind(**said)


def _choices(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return list(cast(Iterable[tuple[Any, Any]], field.choices))


def _words(name: str, field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return [(key, label) for key, label in (*_choices(field), *WORDS.get(name, ())) if key not in ("", None)]


# Errors ---------------------------------------------------------------------------------------------

#: What any door may answer, what only one with an address of a thing, what only one that takes a body.
ANY, NAMED, BODY = (400, 401, 403, 406, 503), (404,), (409, 413, 415, 422)


TEXT = {"type": "string"}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457). `code` is stable; `errors` holds the sentences by field.",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": TEXT | {"enum": list(PROBLEMS)},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
        "version": {"type": "integer", "description": "Of the case, where the edit came too late."},
        "phrases": {
            "type": "array",
            "description": "With `forbidden_phrase`: what is not said to a customer, where it stands in the"
            " field, why not, and what to say instead. Change it, or send `phrase_reason`: it is recorded.",
            "items": {
                "type": "object",
                "properties": {
                    **dict.fromkeys(("phrase", "written", "why", "instead"), TEXT),
                    "kind": TEXT | {"enum": list(Kind.values)},
                    **dict.fromkeys(("start", "end"), {"type": "integer"}),
                },
                "required": ["phrase", "written", "start", "end", "kind", "why", "instead"],
            },
        },
        "cases": {
            "type": "array",
            "description": "With `known_order`: the cases this order is already, the newest first. Chase or"
            " reopen one, or send `new_matter` with the next request.",
            "items": {
                "type": "object",
                "properties": {
                    "number": TEXT,
                    "url": TEXT | {"format": "uri"},
                    "page": TEXT | {"format": "uri", "description": "For people."},
                    "status": TEXT | {"enum": list(Status.values)},
                    "state": TEXT | {"description": "The status or the outcome, in words."},
                },
                "required": ["number", "url", "page", "status", "state"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code", "errors"],
}


def tell_problems(result: dict[str, Any], generator: Any, **_more: Any) -> dict[str, Any]:
    """Write the errors each operation may answer into the schema (a hook of drf-spectacular)."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    shape = {"$ref": "#/components/schemas/Problem"}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            parameters = operation.get("parameters", [])
            named = "{" in path or any(each["name"] == "estate" for each in parameters)
            codes = ANY + (NAMED if named else ()) + (BODY if method in ("post", "patch") else ())
            codes += (428,) if method == "patch" else ()
            for code in codes:
                titles = [key for key, problem in PROBLEMS.items() if problem.status == code]
                said = "Problem: " + ", ".join(f"`{title}`" for title in titles)
                operation["responses"].setdefault(
                    str(code), {"description": said, "content": {MEDIA_TYPE: {"schema": shape}}}
                )
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def nullable_object(**formats: str) -> dict[str, Any]:
    """The schema of a small object that may be null: its texts by name, each with its format or none."""
    texts = {name: {"type": "string", **({"format": said} if said else {})} for name, said in formats.items()}
    return {"type": "object", "nullable": True, "properties": texts}
