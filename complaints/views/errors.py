"""What a page says when something is not there, not open to whoever asks, or too large to be taken.

Whoever is signed in keeps the shell around it, so that the way back is where it always is.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from complaints import numbers
from complaints.context import ENTRIES
from complaints.lifecycle import names
from complaints.views import person_of

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. Of a case it is not said whether it exists."""
    asked = request.resolver_match.kwargs.get("number", "") if request.resolver_match else ""
    return _page(request, "404.html", 404, number=numbers.clean(asked))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the sentence of the refusal, else whose entry of the rail it is."""
    who = ENTRIES.get(request.path.strip("/").partition("/")[0])
    sentence = str(exception) or (_("This part belongs to: %(who)s.") % {"who": names(who)} if who else "")
    mine = names(person_of(request, now()).everywhere()) if _is_staff(request) else ""
    return _page(request, "403.html", 403, sentence=sentence, mine=mine)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, also under a name that is not ours, or 413 with the limit when more was sent than is taken.

    That was never read, so it is lost.
    """
    if isinstance(exception, DisallowedHost):
        return _foreign(request)
    if not isinstance(exception, TOO_MUCH):
        return _page(request, "400.html", 400)
    limit = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1024 / 1024:g} MB"
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"detail": _("Too much was sent: %(limit)s at most.") % {"limit": limit}}, status=413
        )
    context = {"limit": limit, "fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
    return _page(request, "413.html", 413, back=request.path, **context)


def _foreign(request: HttpRequest) -> HttpResponse:
    """Plain, whoever asks: under this name nobody is known, and no address is made from it."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": _("This site is not called by this name.")}, status=400)
    return render(request, "400_host.html", {"base_url": settings.BASE_URL}, status=400)


def _is_staff(request: HttpRequest) -> bool:
    return bool(getattr(request, "user", None)) and request.user.is_authenticated


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    layout = "base.html" if _is_staff(request) else "plain_base.html"
    return render(request, template, {"layout": layout, **context}, status=status)
