"""What a person sets for himself: language, estate, and his absences with a deputy."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from complaints.views import CHOSEN_ESTATE, estates_of
from staff import actions


def back(request: HttpRequest) -> HttpResponse:
    """To the page the form was on."""
    to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}):
        to = "/"
    return HttpResponseRedirect(to)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language of the pages: kept for the person when signed in, else for the browser."""
    language = request.POST.get("language", "")
    response = back(request)
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            actions.set_language(request.user, language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 60 * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@login_required
@require_POST
def choose_estate(request: HttpRequest) -> HttpResponse:
    """One of his estates, or all of them."""
    code = request.POST.get("estate", "")
    chosen = next((estate for estate in estates_of(request, now()) if estate.code == code), None)
    if chosen:
        request.session[CHOSEN_ESTATE] = chosen.pk
    else:
        request.session.pop(CHOSEN_ESTATE, None)
    return back(request)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return redirect("home")
