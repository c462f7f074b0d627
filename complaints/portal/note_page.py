"""The page of what was sent on the portal and is no complaint: received, taken by whom, what came of it."""

from __future__ import annotations

from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from complaints.actions import portal_notes
from complaints.actions.portal_access import NoAccess
from complaints.models import NoteLink
from complaints.portal.visits import IDLE, PREFIX, gone, keep, public_page, set_cookie

NOTE_COOKIE = f"{PREFIX}portal-note"
signer = Signer(salt="shouwen.portal.note")


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, *, at: datetime, token: str) -> HttpResponse:
    """The address on its receipt: a button, whatever the token; looking opens nothing, and no row is read."""
    if request.method != "POST":
        return render(request, "portal/report/note_link.html")
    try:
        found = portal_notes.open_by_link(token, at=at)
    except NoAccess:
        return gone(request)
    response = redirect("portal_note")
    _remember(response, found, at)
    return response


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """What was said and how it stands. Where it has become a complaint, a button leads to that."""
    try:
        pk, seen = signer.unsign(request.COOKIES.get(NOTE_COOKIE, "")).split(":")
        if at.timestamp() - int(seen) > IDLE.total_seconds():
            return gone(request)
        found = portal_notes.opened(int(pk), at=at)
        if request.method == "POST":
            visit = portal_notes.open_case(found, at=at)
            response = redirect("portal_case", number=visit.complaint.number if visit.complaint else "")
            keep(response, visit.pk, at)
            return response
    except (BadSignature, NoAccess):
        return gone(request)
    row = found.note
    context = {"note": row, "estate": row.estate, "zone": row.estate.zone, "now": at}
    if row.is_waiting:
        context["taken_by_when"] = portal_notes.first_reminder(row.estate, row.taken_at)
    page = render(request, "portal/report/note.html", context)
    _remember(page, found, at)
    return page


def _remember(response: HttpResponse, found: NoteLink, at: datetime) -> None:
    set_cookie(response, NOTE_COOKIE, signer.sign(f"{found.pk}:{int(at.timestamp())}"))
