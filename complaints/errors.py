"""What a page says when something is not there, not open to whoever asks, or too large to be taken.

Whoever is signed in keeps the shell around it, so that the way back is where it always is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import cast

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.defaults import server_error as defect

from complaints import case_numbers
from complaints.api import problems
from complaints.context import ENTRIES
from complaints.file_kinds import AT_ONCE, in_mb
from complaints.statuses import names
from complaints.uploads import TooManyFiles
from complaints.views import person_of
from config.framework.outages import is_outage
from staff.requests import StaffRequest

#: Seconds after which it is worth trying again; most outages are shorter than a minute.
TRY_AFTER = 10
#: What a page carries back to whoever has to send it again.
MOST_CARRIED = 200_000
#: Fields of a form that nobody wrote.
UNSPOKEN = ("csrfmiddlewaretoken", "key", "link", "next")
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. Of a case it is not said whether it exists."""
    if _is_api(request):
        return problems.answer("not_found")
    asked = request.resolver_match.kwargs.get("number", "") if request.resolver_match else ""
    return _page(request, "404.html", 404, number=case_numbers.clean(asked))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the sentence of the refusal, else whose entry of the rail it is."""
    if _is_api(request):
        return problems.answer("forbidden", str(exception))
    who = ENTRIES.get(request.path.strip("/").partition("/")[0])
    sentence = str(exception) or (_("This part belongs to: %(who)s.") % {"who": names(who)} if who else "")
    mine = names(person_of(cast(StaffRequest, request), now()).everywhere()) if _is_staff(request) else ""
    return _page(request, "403.html", 403, sentence=sentence, mine=mine)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, also under a name that is not ours, or 413 with the limit when more was sent than is taken.

    That was never read, so it is lost.
    """
    if isinstance(exception, DisallowedHost):
        return _foreign(request)
    if not isinstance(exception, TOO_MUCH):
        if _is_api(request):
            return problems.answer("malformed")
        return _page(request, "400.html", 400)
    of_files = isinstance(exception, TooManyFiles)
    limit = in_mb(AT_ONCE) if of_files else f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1024 / 1024:g} MB"
    if _is_api(request):
        return problems.answer("too_large", _("Too much was sent: %(limit)s at most.") % {"limit": limit})
    context = {"limit": limit, "of_files": of_files, "fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
    return _page(request, "413.html", 413, back=request.path, **context)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _foreign(request: HttpRequest) -> HttpResponse:
    """Plain, whoever asks: under this name nobody is known, and no address is made from it."""
    if _is_api(request):
        return problems.answer("malformed", _("This site is not called by this name."))
    return render(request, "400_host.html", {"base_url": settings.BASE_URL}, status=400)


def _is_staff(request: HttpRequest) -> bool:
    return bool(getattr(request, "user", None)) and request.user.is_authenticated


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    layout = "base.html" if _is_staff(request) else "plain_base.html"
    return render(request, template, {"layout": layout, **context}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away, frozen, full or busy; 500 when the fault is ours.

    Asks nothing of session, person or database: they may be what is missing.
    """
    if not is_outage(sys.exc_info()[1]):
        return defect(request)
    said = _("The database cannot be reached right now, or cannot write. Try again in a moment.")
    headers = {"Retry-After": str(TRY_AFTER), "Cache-Control": "no-store"}
    if request.path == "/healthz":
        return JsonResponse({"ok": False}, status=503, headers=headers)
    if _is_api(request):
        return problems.answer("unavailable", said, **headers)
    context = {"sentence": said, "path": request.get_full_path(), "again": request.method in ("GET", "HEAD")}
    typed = _typed(request)
    context |= {"seconds": TRY_AFTER, "words": _words(typed)}
    context |= {"typed": typed, "keyed": "key" in dict(typed), "files": _sent_files(request)}
    return HttpResponse(render_to_string("503.html", context), status=503, headers=headers)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was sent, to be sent again as they are, its own token included."""
    if request.method != "POST":
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # half a body, or one that cannot be read a second time
        return []
    if any("password" in name for name, _value in fields):  # which no page repeats
        return []
    return fields if sum(len(name) + len(value) for name, value in fields) <= MOST_CARRIED else []


def _words(typed: list[tuple[str, str]]) -> list[str]:
    """What a person wrote himself, to be read and copied: no keys, codes and choices."""
    written = [value for name, value in typed if name not in UNSPOKEN]
    return [value for value in written if " " in value.strip() or not value.isascii()]


def _sent_files(request: HttpRequest) -> Iterable[str]:
    try:
        return list(request.FILES)
    except Exception:
        return []
