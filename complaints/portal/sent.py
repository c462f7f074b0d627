"""What was sent, and how it goes on: the receipt with number, link, QR and the time by which he hears."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from complaints.actions import portal_notes, portal_reports
from complaints.actions.promises import promises_to
from complaints.actions.surveys import answered_in
from complaints.models import Complaint, ContactNote
from complaints.portal.browser_draft import DRAFT_COOKIE, draft_of
from complaints.portal.given import given
from complaints.portal.visits import drop_cookie, public_page
from complaints.promises import still_to_come


@public_page
@require_safe
def home(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The owner's door: say something, or see how it goes."""
    draft = draft_of(request, at)
    context: dict[str, Any] = {"query": request.GET.urlencode(), "estate": given(request, at).estate}
    context["draft"] = draft if draft and not draft.sent_at else None
    context["surveys"] = answered_in(context["estate"], at)
    return render(request, "portal/home.html", context)


@public_page
@require_safe
def sent(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The receipt, for the browser that sent it, until it says that it is done here."""
    draft = draft_of(request, at)
    if draft is None or draft.sent_at is None:
        return redirect("portal_report")
    token = portal_reports.receipt_token(request.COOKIES[DRAFT_COOKIE])
    context: dict[str, Any] = {"draft": draft, "now": at}
    if draft.complaint:
        context |= _of_case(draft.complaint, at) | {"link": _address("receipt_link", token)}
        context["known"] = draft.complaint.registered_at < draft.sent_at
    elif draft.note:
        context |= _of_note(draft.note) | {"link": _address("note_link", token)}
    context["qr"] = mark_safe(segno.make(context["link"], error="m").svg_inline(border=2, omitsize=True))  # noqa: S308 drawn by us
    return render(request, "portal/report/sent.html", context)


def _address(name: str, token: str) -> str:
    return settings.BASE_URL + reverse(name, args=[token])


def _of_case(case: Complaint, at: datetime) -> dict[str, Any]:
    promised = [promise.sentence(case.estate.zone) for promise in still_to_come(promises_to(case), at)]
    return {"number": case.number, "estate": case.estate, "zone": case.estate.zone, "promised": promised}


def _of_note(note: ContactNote) -> dict[str, Any]:
    said = {"number": note.reference, "estate": note.estate, "zone": note.estate.zone}
    return said | {"note": note, "taken_by_when": portal_notes.first_reminder(note.estate, note.taken_at)}


@public_page
@require_POST
def done(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """This browser forgets the receipt; the link on it goes on working."""
    draft = draft_of(request, at)
    response = render(request, "portal/left.html", {"estate": draft.estate if draft else None})
    if draft is None or draft.sent_at:
        drop_cookie(response, DRAFT_COOKIE)
    return response
