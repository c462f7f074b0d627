"""What the audit keeps of each request, seen from outside the views: refusals, exports, phones shown whole.

Here, because a refused act is rolled back with all it wrote. Nothing is asked of the database where an
answer is an ordinary one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import ResolverMatch
from django.utils.timezone import now

from complaints import case_numbers
from complaints.models import (
    Attachment,
    Bulletin,
    CaseStudy,
    Commendation,
    Compensation,
    Complaint,
    Extension,
    Measure,
    Overrun,
    PostedPlace,
    Relay,
    Reward,
    SuperiorRequest,
    Survey,
    ToldEstate,
)
from owners.models import Building, Occupancy, Owner, Phone, Unit
from staff import audit
from staff.audit import Kind, Note
from staff.models import Estate, Review, User
from staff.permissions import permissions_of

logger = logging.getLogger(__name__)
FILES = ("application/pdf", "application/vnd.openxmlformats", "text/csv")
#: Uploaded files of a case are part of its page; the page says itself which are more than that.
OF_A_CASE = ("file", "thumbnail")

#: What a page's key names, by the beginning of the page's name; a case's number says it by itself.
OBJECTS: tuple[tuple[str, type[Model], str], ...] = (
    ("person", User, "pk"),
    ("approval", Extension, "pk"),
    ("decide_extension", Extension, "pk"),
    ("api_extension", Extension, "pk"),
    ("overrun", Overrun, "pk"),
    ("decide_overrun", Overrun, "pk"),
    ("api_overruns", Overrun, "pk"),
    ("superior", SuperiorRequest, "pk"),
    ("decide_superior", SuperiorRequest, "pk"),
    ("api_superior", SuperiorRequest, "pk"),
    ("decide_amount", Compensation, "pk"),
    ("api_amount", Compensation, "pk"),
    ("bulletin", Bulletin, "pk"),
    ("reports:bulletin", Bulletin, "pk"),
    ("desk_relay", Relay, "pk"),
    ("measure_answer", ToldEstate, "pk"),
    ("api_measure_answer", ToldEstate, "pk"),
    ("measure", Measure, "pk"),
    ("api_measure", Measure, "pk"),
    ("study", CaseStudy, "pk"),
    ("api_study", CaseStudy, "pk"),
    ("commendation", Commendation, "pk"),
    ("reports:commendation", Commendation, "pk"),
    ("api_commendation", Commendation, "pk"),
    ("reward", Reward, "pk"),
    ("survey", Survey, "pk"),
    ("reports:survey", Survey, "pk"),
    ("api_survey", Survey, "pk"),
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
    ("settings_number", Estate, "code"),
    ("calendar", Estate, "code"),
    ("posters", Estate, "code"),
    ("poster_new", Estate, "code"),
    ("poster", PostedPlace, "pk"),
    ("reports:posters", Estate, "code"),
    ("reading_day", Estate, "code"),
    ("api_reading", Estate, "code"),
    ("write_day_note", Estate, "code"),
    ("sign_day", Estate, "code"),
    ("review_", Review, "pk"),
)
#: Rows of these belong to a case.
CASES_OWN = (Extension, Overrun, SuperiorRequest, Compensation, Bulletin, Relay, Attachment)
#: Lists a program reads that say something of customers, of their homes or of colleagues.
LISTS = {
    "api_cases",
    "api_relays",
    "api_follow_ups",
    "api_measures",
    "api_commendations",
    "api_surveys",
    "api_ratings",
    "api_trainings",
    "api_visits",
    "api_warranties",
    "api_extensions",
    "api_overruns",
    "api_superior",
    "api_staff",
    "api_units",
}
#: What narrows a list or a file; of words that are looked for only that there were some.
FILTERS = (
    "scope",
    "month",
    "from",
    "to",
    "estate",
    "status",
    "state",
    "view",
    "kind",
    "day",
    "until",
    "person",
)
SEARCHED = "q"


def trace(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: looks at the answer, and writes few rows, mostly none. None of it stops the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        try:
            _trace(request, response)
        except Exception:
            logger.exception("audit: %s was not looked at", request.path)
        return response

    return middleware


def _trace(request: HttpRequest, response: HttpResponse) -> None:
    status, user = response.status_code, getattr(request, "user", None)
    match = request.resolver_match
    known = user is not None and user.is_authenticated
    if status in (401, 403) and not known and "Authorization" in request.headers:
        audit.write(request, Note(Kind.WRONG_TOKEN), user=None, at=now())
    if status == 429 and match and match.view_name == "account_login":  # it was not even read
        audit.locked_out(request, request.POST.get("login", ""), at=now())
    if match is None or user is None or not known:
        return
    if status in (403, 404):
        notes = _refused(match.view_name, match.kwargs, user, status)
    elif status < 300:
        notes = [*getattr(request, "audit_notes", ()), *_handed_out(match, request, response)]
    else:
        notes = []
    for said in notes:
        audit.write(request, said, user=user.pk, at=now())


def _handed_out(match: ResolverMatch, request: HttpRequest, response: HttpResponse) -> list[Note]:
    """What the answer itself says: a file, a list of a program, phones in it."""
    noted = {said.kind for said in getattr(request, "audit_notes", ())}
    if match.view_name in LISTS and request.method == "GET":
        data = getattr(response, "data", None)
        found = len(data["results"]) if isinstance(data, dict) and "results" in data else 0
        return [Note(Kind.LISTED, match.view_name, filters=filters_of(request.GET), found=found)]
    if _is_file(response) and match.view_name not in OF_A_CASE and Kind.EXPORT not in noted:
        key = next((str(value) for name, value in match.kwargs.items() if name != "number"), "")
        about = f"{match.view_name} {key}".strip()
        return [
            Note(
                Kind.EXPORT,
                about,
                case_numbers.clean(match.kwargs.get("number", "")) or "",
                filters_of(request.GET),
            )
        ]
    if Kind.PHONES not in noted and (number := _phones_told(response)):
        return [Note(Kind.PHONES, "", number)]
    return []


def filters_of(asked: QueryDict) -> str:
    """As they stand in an address, without what may be a name."""
    said = {name: asked[name][:40] for name in FILTERS if asked.get(name)}
    return urlencode(said | ({SEARCHED: "…"} if asked.get(SEARCHED) else {}))


def _phones_told(response: HttpResponse) -> str:
    """The case of whose signatories, or of whose hidden complainant, an answer to a program tells a phone."""
    case = getattr(response, "data", None)
    if not isinstance(case, dict) or "number" not in case:
        return ""
    people = [*(case.get("signatories") or ())]
    if getattr(response, "is_of_one_who_hides", False):
        people.append(case.get("complainant") or {})
    told = any(row.get("phone") and "*" not in row["phone"] for row in people)
    return str(case["number"]) if told else ""


def _is_file(response: HttpResponse) -> bool:
    return response.status_code == 200 and str(response.headers.get("Content-Type", "")).startswith(FILES)


def _refused(page: str, said: dict[str, Any], user: User, status: int) -> list[Note]:
    """What there is, and this person may not see or do; nothing when there is nothing."""
    if "number" in said:
        number = case_numbers.clean(said["number"]) or ""
        named = Complaint.objects.filter(number=number)
        hidden = status == 403 or not named.visible_to(permissions_of(user, now())).exists()
        return [Note(Kind.REFUSED, "", number)] if named.exists() and hidden else []
    for begins, model, key in OBJECTS:
        if page.startswith(begins) and key in said:
            column = "file" if model is Attachment else key
            rows = model._default_manager.filter(**{column: said[key]})
            case = "complaint__number" if model in CASES_OWN else "pk"
            found = rows.values_list("pk", case).first()
            if not found:
                return []
            number = str(found[1] or "") if model in CASES_OWN else ""
            return [Note(Kind.REFUSED, f"{model._meta.model_name} {said[key]}", number)]
    if status == 403:  # a part of the house that is not his
        return [Note(Kind.REFUSED, page)]
    return []
