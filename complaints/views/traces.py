"""What the audit keeps of each request, seen from outside the views: refusals, exports, phones shown whole.

Here, because a refused act is rolled back with all it wrote. Nothing is asked of the database where an
answer is an ordinary one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from complaints import numbers
from complaints.models import Attachment, Bulletin, Compensation, Complaint, Extension, Overrun, Relay
from owners.models import Building, Occupancy, Owner, Phone, Unit
from staff import audit
from staff.authority import authority
from staff.models import Estate, User

logger = logging.getLogger(__name__)
FILES = ("application/pdf", "application/vnd.openxmlformats", "text/csv")
#: Uploaded files of a case are part of its page.
OF_A_CASE = ("file", "thumbnail")

#: What a page's key names, by the beginning of the page's name; a case's number says it by itself.
OBJECTS: tuple[tuple[str, type[Model], str], ...] = (
    ("person", User, "pk"),
    ("approval", Extension, "pk"),
    ("decide_extension", Extension, "pk"),
    ("api_extension", Extension, "pk"),
    ("overrun", Overrun, "pk"),
    ("decide_overrun", Overrun, "pk"),
    ("api_overrun", Overrun, "pk"),
    ("decide_amount", Compensation, "pk"),
    ("api_amount", Compensation, "pk"),
    ("bulletin", Bulletin, "pk"),
    ("reports:bulletin", Bulletin, "pk"),
    ("desk_relay", Relay, "pk"),
    ("file", Attachment, "name"),
    ("thumbnail", Attachment, "name"),
    ("registers_unit", Unit, "pk"),
    ("registers_person_add", Unit, "pk"),
    ("registers_occupancy", Occupancy, "pk"),
    ("registers_move_out", Occupancy, "pk"),
    ("registers_phone_add", Owner, "pk"),
    ("registers_phone_own", Phone, "pk"),
    ("registers_phone_remove", Phone, "pk"),
    ("registers_owner", Owner, "pk"),
    ("registers_building", Building, "pk"),
    ("registers_", Estate, "code"),
    ("settings_estate", Estate, "code"),
    ("settings_department", Estate, "code"),
    ("calendar", Estate, "code"),
)


def trace(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: looks at the answer, and writes at most one row."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        try:
            _trace(request, response)
        except DatabaseError:  # the answer goes out all the same
            logger.exception("audit: %s was not looked at", request.path)
        return response

    return middleware


def _trace(request: HttpRequest, response: HttpResponse) -> None:
    status, user = response.status_code, getattr(request, "user", None)
    match = request.resolver_match
    known = user is not None and user.is_authenticated
    if status in (401, 403) and not known and "Authorization" in request.headers:
        audit.write(request, audit.Kind.WRONG_TOKEN, user=None, at=now())
    if match is None or user is None or not known:
        return
    if status in (403, 404):
        if about := _refused(match.view_name, match.kwargs, user, status):
            audit.write(request, audit.Kind.REFUSED, user=user.pk, at=now(), about=about)
    elif status == 200 and _is_export(response) and match.view_name not in OF_A_CASE:
        audit.write(request, audit.Kind.EXPORT, user=user.pk, at=now(), about=_export(match))
    elif status < 300 and (shown := getattr(request, "phones_shown", "") or _phones_told(response)):
        audit.write(request, audit.Kind.PHONES, user=user.pk, at=now(), about=shown)


def _phones_told(response: HttpResponse) -> str:
    """The cases of whose signatories an answer to a program tells a whole phone."""
    data = getattr(response, "data", None)
    cases = data.get("results", [data]) if isinstance(data, dict) else []
    told = [
        str(case["number"])
        for case in cases
        if isinstance(case, dict)
        and any(row["phone"] and "*" not in row["phone"] for row in case.get("signatories") or ())
    ]
    return " ".join(told)


def _is_export(response: HttpResponse) -> bool:
    return str(response.headers.get("Content-Type", "")).startswith(FILES)


def _export(match: Any) -> str:
    key = next((str(value) for value in match.kwargs.values()), "")
    return f"{match.view_name} {key}".strip()


def _refused(page: str, said: dict[str, Any], user: User, status: int) -> str:
    """What there is, and this person may not see or do; empty when there is nothing."""
    if "number" in said:
        number = numbers.clean(said["number"]) or ""
        named = Complaint.objects.filter(number=number)
        hidden = status == 403 or not named.visible_to(authority(user, now())).exists()
        return number if named.exists() and hidden else ""
    for begins, model, key in OBJECTS:
        if page.startswith(begins) and key in said:
            column = "file" if model is Attachment else key
            if model._default_manager.filter(**{column: said[key]}).exists():
                return f"{model._meta.model_name} {said[key]}"
            return ""
    return ""
