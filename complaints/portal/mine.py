"""我的投诉: phone and one-time code, then all cases of that phone in the estate (domain.md 7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from complaints.actions import portal_access, portal_own_cases, wechat_bindings
from complaints.actions.visibility import masked
from complaints.forms.portal import OwnCasesForm
from complaints.portal.entry_points import CODE_COOKIE
from complaints.portal.given import estates_open, given
from complaints.portal.own_cases import own_cases
from complaints.portal.visited_case import VisitedCase
from complaints.portal.visits import VISIT_COOKIE, drop_cookie, keep, public_page, set_cookie, visit_of
from config.framework.client_addresses import client_network
from staff import audit
from staff.audit import Kind, Note
from staff.models import Estate


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The list, for a browser whose phone was shown; else the question for the phone.

    An address that names another estate, or `?another=1`, asks anew: a code opens the cases of one.
    """
    asked = given(request, at).estate
    visit = visit_of(request, at)
    wanted = "another" not in request.GET
    if wanted and visit and visit.shown_phone and (asked is None or asked.pk == visit.shown_estate):
        if request.method == "POST":
            return redirect("portal_mine")
        return _list(request, visit, at)
    return _ask(request, asked, at)


def _list(request: HttpRequest, visit: VisitedCase, at: datetime) -> HttpResponse:
    estate = Estate.objects.get(pk=visit.shown_estate or 0)
    context: dict[str, Any] = {"cases": own_cases(visit.shown_phone, estate, at), "estate": estate}
    context |= {"phone": masked(visit.shown_phone), "zone": estate.zone}
    if not context["cases"].open and not context["cases"].closed:  # an estate chosen by mistake?
        context["several"] = estates_open(at).count() > 1
    context["by_wechat"] = settings.WECHAT is not None
    context["binding"] = wechat_bindings.binding_for(visit.shown_phone)
    response = render(request, "portal/mine.html", context)
    keep(response, visit.visit, at)
    return response


def _ask(request: HttpRequest, asked: Estate | None, at: datetime) -> HttpResponse:
    estates = [asked] if asked else list(estates_open(at))
    context: dict[str, Any] = {"estate": estates[0] if len(estates) == 1 else None}
    context["query"] = f"estate={asked.code}" if asked else ""
    if not portal_access.gives_codes():
        return render(request, "portal/mine_ask.html", context)
    form = OwnCasesForm(request.POST if request.method == "POST" else None, estates=estates)
    context["form"] = form
    if not form.is_valid():
        return render(request, "portal/mine_ask.html", context, status=422 if form.is_bound else 200)
    try:
        browser = portal_own_cases.ask_code(
            estate=form.chosen(),
            phone=form.cleaned_data["phone"],
            network=client_network(request),
            language=get_language() or "",
            at=at,
            before=request.COOKIES.get(CODE_COOKIE, ""),
        )
    except portal_access.TooManyCodes as refusal:
        audit.write(request, Note(Kind.WRONG_CODE, "asked"), user=None, at=at)
        form.add_error(refusal.field, str(refusal))
        return render(request, "portal/mine_ask.html", context, status=429)
    response = redirect("portal_code")
    set_cookie(response, CODE_COOKIE, browser, max_age=portal_access.CODE_LASTS)
    return response


@public_page
@require_POST
def leave(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Done, on a phone others use too: neither the list nor one of its letters opens any more."""
    if visit := visit_of(request, at):
        portal_access.leave_visit(visit.visit, at=at)
    response = render(request, "portal/left.html", {"by_code": portal_access.gives_codes()})
    drop_cookie(response, VISIT_COOKIE)
    return response
