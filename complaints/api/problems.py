"""What the API says when it will not: problem details (RFC 9457), with a stable code, in the caller's words.

`code` never changes once it is published; `detail` is the sentence of the page. `errors` holds the sentences
by field. One table: the answers, the schema and the page of a problem's type are read from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as FieldFaults
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from complaints.actions import EditConflict, KeyReused, KnownOrder
from complaints.actions.orders import state_of
from complaints.actions.words_to_customers import ForbiddenWords
from complaints.models import Complaint
from complaints.phrases import Found
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused

MEDIA_TYPE = "application/problem+json"
BASE = "/api/v1/problems/"


@dataclass(frozen=True)
class Problem:
    status: int
    title: str | Promise


PROBLEMS: dict[str, Problem] = {
    "malformed": Problem(400, _("The request cannot be read.")),
    "invalid": Problem(400, _("Something in the request has to be corrected.")),
    "forbidden_phrase": Problem(400, _("Phrases in it are not said to customers.")),
    "refused": Problem(400, _("This is not possible.")),
    "not_signed_in": Problem(401, _("Sign in first.")),
    "forbidden": Problem(403, _("This belongs to others.")),
    "csrf_failed": Problem(403, _("The session's CSRF token is missing or wrong.")),
    "not_found": Problem(404, _("There is nothing here.")),
    "method_not_allowed": Problem(405, _("This address does not take this method.")),
    "not_acceptable": Problem(406, _("Only JSON is answered.")),
    "wrong_status": Problem(409, _("The case has gone on.")),
    "edit_conflict": Problem(409, _("Somebody else has changed the case.")),
    "known_order": Problem(409, _("This order is a case already.")),
    "too_large": Problem(413, _("Too much was sent.")),
    "unsupported_media_type": Problem(415, _("Send JSON, or files as multipart/form-data.")),
    "key_reused": Problem(422, _("The Idempotency-Key was used for something else.")),
    "version_needed": Problem(428, _("Send If-Match with the version you have seen.")),
    "too_many_requests": Problem(429, _("Too many requests.")),
    "unavailable": Problem(503, _("The service is away for a moment.")),
}
#: a refusal, or an error of the framework: its code; the first that fits.
CODES: tuple[tuple[type[Exception], str], ...] = (
    (WrongPerson, "forbidden"),
    (WrongStatus, "wrong_status"),
    (EditConflict, "edit_conflict"),
    (KeyReused, "key_reused"),
    (KnownOrder, "known_order"),
    (ForbiddenWords, "forbidden_phrase"),
    (Refused, "refused"),
    (Http404, "not_found"),
    (PermissionDenied, "forbidden"),
    (FieldFaults, "invalid"),
    (exceptions.ParseError, "malformed"),
    (exceptions.ValidationError, "invalid"),
    (exceptions.NotAuthenticated, "not_signed_in"),
    (exceptions.AuthenticationFailed, "not_signed_in"),
    (exceptions.PermissionDenied, "forbidden"),
    (exceptions.NotFound, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "too_many_requests"),
)


class VersionNeeded(exceptions.APIException):
    """An edit must say which version it has seen."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "version_needed"


def body(code: str, detail: str = "", errors: Mapping[str, Iterable[Any]] | None = None) -> dict[str, Any]:
    """One problem. `errors`: the sentences by field; the first is the detail where none is given."""
    problem = PROBLEMS[code]
    said = {name: [str(sentence) for sentence in sentences] for name, sentences in (errors or {}).items()}
    return {
        "type": f"{BASE}{code}/",
        "title": str(problem.title),
        "status": problem.status,
        "detail": detail or str(problem.title),
        "code": code,
        "errors": said,
    }


def answer(code: str, detail: str = "", **headers: str) -> JsonResponse:
    """A problem that comes before or outside the API's own views: no such address, too large, away."""
    response = JsonResponse(
        body(code, detail),
        status=PROBLEMS[code].status,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Content-Type"] = MEDIA_TYPE
    return response


def explain(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to whatever a view of the API raised; None for what is our own fault."""
    code = _code_of(error)
    if code is None:
        return None
    detail, errors = _said(error)
    said = body(code, detail, errors)
    if isinstance(error, EditConflict):
        said["version"] = error.current.version
    if isinstance(error, KnownOrder):
        said["cases"] = [_named(case) for case in error.cases]
    if isinstance(error, ForbiddenWords):
        said["phrases"] = [_pointed_out(one) for one in error.found]
    headers = {}
    if sign_in := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = sign_in
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(said, status=PROBLEMS[code].status, headers=headers, content_type=MEDIA_TYPE)


def _named(case: Complaint) -> dict[str, str]:
    """A case that is known already: where to go on with it, here and on the pages."""
    return {
        "number": case.number,
        "url": f"{settings.BASE_URL}{reverse('api_case', args=[case.number])}",
        "page": f"{settings.BASE_URL}{case.get_absolute_url()}",
        "status": case.status,
        "state": state_of(case),
    }


def _pointed_out(found: Found) -> dict[str, Any]:
    """A phrase that is not said: where it stands in the text, why not, and what to say instead."""
    return {
        "phrase": found.phrase.words,
        "written": found.written,
        "start": found.start,
        "end": found.end,
        "kind": found.phrase.kind,
        "why": found.phrase.why,
        "instead": found.phrase.instead,
    }


def _code_of(error: Exception) -> str | None:
    if isinstance(error, VersionNeeded):
        return "version_needed"
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF"):
        return "csrf_failed"
    return next((code for kind, code in CODES if isinstance(error, kind)), None)


def _said(error: Exception) -> tuple[str, dict[str, list[Any]]]:
    """The sentence, and those that belong to fields; the framework's own words give way to the title."""
    if isinstance(error, Refused):
        return str(error), {error.field: [str(error)]} if error.field else {}
    if isinstance(error, FieldFaults):
        fields = getattr(error, "error_dict", None)
        return ("", error.message_dict) if fields else (" ".join(error.messages), {})
    if isinstance(error, exceptions.ValidationError):
        return _of_fields(error.detail)
    if isinstance(error, exceptions.ParseError):
        return (
            ""
            if getattr(error.detail, "code", "") == "parse_error" and _is_theirs(error)
            else str(error.detail)
        ), {}
    if isinstance(error, exceptions.AuthenticationFailed):
        return str(error.detail), {}
    return "", {}


def _is_theirs(error: exceptions.ParseError) -> bool:
    """What a parser says of JSON is English and speaks of columns; our own sentences are translated."""
    return str(error.detail).startswith(("JSON parse error", "Multipart form parse error"))


def _of_fields(detail: Any) -> tuple[str, dict[str, list[Any]]]:
    if not isinstance(detail, Mapping):
        return " ".join(map(str, detail)), {}
    fields = {name: said if isinstance(said, list) else [said] for name, said in detail.items()}
    whole = fields.pop("detail", [])
    first = next((sentences[0] for sentences in fields.values() if sentences), "")
    return " ".join(map(str, whole)) or str(first), fields
