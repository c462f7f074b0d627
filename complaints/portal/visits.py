"""The browser's side of a visit: a signed cookie of its own, bound to one case.

Apart from the staff's sign-in: opening a case signs nobody in or out. The cookie names the visit and
when it was last used; everything else is looked up, so that a visit can be ended here at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.timezone import now

from complaints.actions.portal_access import gives_codes
from complaints.portal.visited_case import VisitedCase, another_case, visited_case

IDLE = timedelta(minutes=30)
PREFIX = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
VISIT_COOKIE = f"{PREFIX}portal"
signer = Signer(salt="shouwen.portal.visit")

HEADERS = {
    "Cache-Control": "no-store",
    # The address of a receipt is a secret: no page and no log elsewhere hears of it. (`no-referrer` would
    # make browsers send `Origin: null` with our own forms, which the check against forgery must refuse.)
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """A page of the portal that anybody may open: `view(request, at=…)`."""

    @wraps(view)
    def page(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        response = view(request, at=now(), **parts)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response

    return page


def visitors_page(view: View) -> View:
    """A page of one case, for who has a visit to it: `view(request, visited, at=…)`; else a 404."""

    @public_page
    @wraps(view)
    def page(request: HttpRequest, *, at: datetime, number: str, **parts: Any) -> HttpResponseBase:
        visited = find(request, number, at)
        if visited is None:
            return gone(request)
        speak(request, visited)
        response = view(request, visited, at=at, **parts)
        if VISIT_COOKIE not in response.cookies:
            keep(response, visited.visit, at)
        return response

    return page


def visit_of(request: HttpRequest, at: datetime) -> VisitedCase | None:
    """The browser's visit, as long as it holds, whichever case is asked for. One query."""
    try:
        pk, seen = signer.unsign(request.COOKIES.get(VISIT_COOKIE, "")).split(":")
    except BadSignature:
        return None
    if at.timestamp() - int(seen) > IDLE.total_seconds():
        return None
    visited = visited_case(int(pk))
    return visited if visited and visited.is_on(at) else None


def find(request: HttpRequest, number: str, at: datetime) -> VisitedCase | None:
    """The case of this number, when the browser's visit opens it.

    One query; two more for a case that is his by the phone shown, and for one that is not.
    """
    visited = visit_of(request, at)
    if visited is None or visited.is_to(number, at):
        return visited
    return another_case(visited, number, at)


def keep(response: HttpResponseBase, visit: int, at: datetime) -> None:
    """Give the browser its visit, used just now."""
    set_cookie(response, VISIT_COOKIE, signer.sign(f"{visit}:{int(at.timestamp())}"))


def set_cookie(response: HttpResponseBase, name: str, value: str, max_age: timedelta | None = None) -> None:
    response.set_cookie(
        name, value, max_age=max_age, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def drop_cookie(response: HttpResponseBase, name: str) -> None:
    response.set_cookie(
        name, "", max_age=0, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def speak(request: HttpRequest, visited: VisitedCase) -> None:
    """The language chosen in this browser, else the complainant's."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen not in dict(settings.LANGUAGES):
        chosen = visited.language
    translation.activate(chosen)
    request.LANGUAGE_CODE = translation.get_language()


def gone(request: HttpRequest) -> HttpResponse:
    """One answer for everything that opens nothing; words that were just sent are given back."""
    typed = request.POST.get("note") or request.POST.get("remarks") or ""
    context = {"typed": typed.strip(), "by_code": gives_codes()}
    return render(request, "portal/gone.html", context, status=404)
