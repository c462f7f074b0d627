"""Around every page: its language, and the way back after signing in."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers


def no_store(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """What the staff reads stays in no browser and no proxy: after signing out, Back shows nothing.

    Static files never come here; the owners' pages say their own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        kept = response.headers.get("Cache-Control", "")
        if "no-store" not in kept and not request.path_info.startswith(settings.OWNERS_PATHS):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware


def compressed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Pages travel compressed: a queue of fifty cases is 100 kB of words that repeat, and 8 kB so.

    Pages alone: files and papers are compressed as they are. What a page reflects and what it keeps secret
    cannot be told apart by its length: Django masks its form token anew in each answer and pads the answer
    by chance (BREACH).
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return gzip.process_response(request, response)

    return middleware


def back_to_the_form(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever has to sign in before a form is taken comes back to the page it stood on.

    The form's own address may answer no GET.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST" and urlsplit(getattr(response, "url", "")).path == resolve_url(
            settings.LOGIN_URL
        ):
            page = _page_before(request)
            if page and page.netloc == request.get_host():
                return redirect_to_login(page._replace(scheme="", netloc="").geturl())
        return response

    return middleware


def _page_before(request: HttpRequest) -> SplitResult | None:
    """Where the browser says it comes from; None when that is no address."""
    try:
        return urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # http://[
        return None


class LanguageMiddleware(LocaleMiddleware):
    """The person's own setting, else the language cookie, else the browser's, else Chinese.

    Every kind of Chinese a browser asks for is answered in zh-hans. Stands after
    AuthenticationMiddleware. On an owner's page nobody is signed in, whoever else uses the browser.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(settings.OWNERS_PATHS):
            request.user = AnonymousUser()
        super().process_request(request)
        chosen = request.user.is_authenticated and request.user.language
        if chosen:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        patch_vary_headers(response, ("Cookie",))
        return super().process_response(request, response)
