"""The ways in: the receipt's link, number and phone with a one-time code, and the page for every code."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from complaints.actions import portal_access, portal_own_cases
from complaints.actions.visibility import masked
from complaints.forms.portal import CodeForm, EntryForm
from complaints.models import PortalVisit
from complaints.portal.visited_case import VisitedCase
from complaints.portal.visits import (
    PREFIX,
    VISIT_COOKIE,
    drop_cookie,
    find,
    gone,
    keep,
    public_page,
    set_cookie,
    visitors_page,
)
from config.framework.client_addresses import client_network
from staff import audit
from staff.audit import Kind, Note

CODE_COOKIE = f"{PREFIX}portal-code"


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, *, at: datetime, token: str) -> HttpResponse:
    """The address on a receipt: a button, whatever the token; looking opens nothing, and no case is read."""
    if request.method != "POST":
        return render(request, "portal/receipt.html")
    try:
        visit = portal_access.open_by_link(token, at=at)
    except portal_access.NoAccess:
        return gone(request)
    case = visit.complaint
    # Whoever has all his cases open goes on having them: the link of a message is one of them.
    known = find(request, case.number, at) if case else None
    if case and known and known.shown_phone:
        return redirect("portal_case", number=case.number)
    return _enter(visit, at)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Number and phone; the answer is the same whether they belong together or not."""
    if not portal_access.gives_codes():
        return render(request, "portal/entry.html")
    form = EntryForm(request.POST or None)
    if not form.is_valid():
        return render(request, "portal/entry.html", {"form": form}, status=422 if form.is_bound else 200)
    try:
        before = request.COOKIES.get(CODE_COOKIE, "")
        network = client_network(request)
        browser = portal_access.ask_code(**form.cleaned_data, network=network, at=at, before=before)
    except portal_access.TooManyCodes as refusal:
        audit.write(request, Note(Kind.WRONG_CODE, "asked"), user=None, at=at)
        form.add_error(refusal.field, str(refusal))
        return render(request, "portal/entry.html", {"form": form}, status=429)
    response = redirect("portal_code")
    set_cookie(response, CODE_COOKIE, browser, max_age=portal_access.CODE_LASTS)
    return response


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The one-time code, for the browser that asked for it."""
    browser = request.COOKIES.get(CODE_COOKIE)
    if not browser or not portal_access.gives_codes():
        return redirect("portal_entry")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            visit = portal_access.open_by_code(browser=browser, code=form.cleaned_data["code"], at=at)
        except (portal_access.WrongCode, portal_access.CodeSpent) as refusal:
            case = portal_access.case_asked_for(browser)
            audit.write(request, Note(Kind.WRONG_CODE, "code", case), user=None, at=at)
            form.add_error(refusal.field, str(refusal))
        else:
            response = _enter(visit, at)
            # What he has read this far he goes on reading.
            set_cookie(response, settings.LANGUAGE_COOKIE_NAME, get_language() or settings.LANGUAGE_CODE)
            drop_cookie(response, CODE_COOKIE)
            return response
    context = {"form": form, "in_console": settings.PORTAL_CODE_IN_CONSOLE}
    context["phone"] = masked(portal_own_cases.phone_asked_for(browser))
    return render(request, "portal/code.html", context, status=422 if form.is_bound else 200)


@require_POST
@visitors_page
def leave(request: HttpRequest, visited: VisitedCase, *, at: datetime) -> HttpResponse:
    """Done, on a computer others use too."""
    portal_access.leave_visit(visited.visit, at=at)
    by_code = portal_access.gives_codes()
    response = render(request, "portal/left.html", {"estate": visited.estate, "by_code": by_code})
    drop_cookie(response, VISIT_COOKIE)
    return response


def _enter(visit: PortalVisit, at: datetime) -> HttpResponse:
    case = visit.complaint
    response = redirect("portal_case", number=case.number) if case else redirect("portal_mine")
    keep(response, visit.pk, at)
    return response
