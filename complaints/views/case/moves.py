"""One view for every move: find the case, ask its form, do it, answer."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.actions import KeyReused, files, roles_on, shows_complainant
from complaints.actions.portal_access import may_make_link
from complaints.actions.situations import situation_for
from complaints.forms.fields import MoveForm
from complaints.models import Complaint, Cycle
from complaints.moves import MOVES, refusal
from complaints.statuses import WrongStatus
from complaints.views import person_of
from complaints.views.case.available_moves import LONGER
from complaints.views.case.move_forms import MOVE_FORMS, perform
from complaints.views.case.reply_words import beside, helped
from complaints.views.lists.origin import back_to, came_from, of_list, suffix_of
from complaints.views.lists.queue import next_in
from complaints.views.step_cards import beside as card_beside
from config.framework.refusals import Refused
from staff.permissions import Permissions
from staff.requests import StaffRequest

HEAD = ("estate", "unit", "building", "category", "complainant", "first_receiver", "handler", "department")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, number: str, verb: str) -> HttpResponse:
    if verb not in MOVE_FORMS:
        raise Http404
    at = now()
    person = person_of(request, at)
    complaint = get_object_or_404(Complaint.objects.visible_to(person).select_related(*HEAD), number=number)
    with timezone.override(complaint.estate.zone):
        form = _form(request, verb, complaint, person, at)
        refused, key = "", request.POST.get("key", "")[:64]
        if request.method == "POST" and form.is_bound:
            if form.is_valid():
                onward = _onward(request, complaint, at)
                try:
                    perform(verb, complaint, form, key=key, by=request.user, at=at)
                except Refused as fault:
                    form.refuse(fault)
                    key = "" if isinstance(fault, KeyReused) else key
                    if isinstance(fault, WrongStatus):
                        refused = str(fault)  # meanwhile somebody has done it, or the case went on
                else:
                    messages.success(request, str(MOVE_FORMS[verb].done))
                    if verb == "close_receipts" and may_make_link(complaint, person):
                        return _go_to(request, reverse("desk_filed", args=[number]))
                    return done(request, complaint, verb, onward)
        elif request.method != "POST":
            refused = str(refusal(verb, situation_for(complaint, person, at)) or "")
        return _page(request, verb, complaint, person, form, refused, key)


def _form(request: StaffRequest, verb: str, complaint: Complaint, person: Permissions, at: Any) -> MoveForm:
    """The form as sent, or empty. Sent files are kept first, so that a form that fails keeps them too.

    Where only help with its words was asked for, it comes back with what was typed and is not judged.
    """
    kind = MOVE_FORMS[verb].form
    data = request.POST if request.method == "POST" else None
    begun = {name: value for name, value in request.GET.items() if name in kind.base_fields}
    help_given = helped(request, kind, verb, complaint, person, at)
    form = kind(
        None if help_given else data,
        verb=verb,
        complaint=complaint,
        person=person,
        now=at,
        initial=help_given.typed if help_given else begun,
    )
    if help_given:
        form.found = help_given.found
    if data is not None and "files" in form.fields:
        kept = list(files.waiting(request.user, data.getlist("kept")))
        new, refused = files.store_all(
            request.FILES.getlist("files"),
            by=request.user,
            at=at,
            already=len(kept) + complaint.attachments.count(),
        )
        form.attachments = kept + new
        for sentence in refused if form.is_bound else ():
            form.add_error("files", sentence)
    return form


def _page(
    request: StaffRequest,
    verb: str,
    complaint: Complaint,
    person: Permissions,
    form: MoveForm,
    refused: str,
    key: str,
) -> HttpResponse:
    """The form alone for htmx, else a page of its own; 422 when something must be corrected.

    `key` is the submit key the form was sent with; an empty one begins another form.
    """
    complaint.refresh_from_db(fields=["status", "outcome", "version"])
    context = {
        "complaint": complaint,
        "zone": complaint.estate.zone,
        "now": form.now,
        "cycle": Cycle.objects.filter(complaint=complaint).order_by("number").last(),
        "people_in_all": complaint.people,
        "shows": shows_complainant(complaint, roles_on(complaint, person)),
        "verb": verb,
        "title": LONGER.get(verb, MOVES[verb].label),
        "drastic": MOVE_FORMS[verb].drastic,
        "form": form,
        "refused": refused,
        "key": key or secrets.token_urlsafe(16),
        "next": _asked_back(request),
        "came_from": came_from(request),
        "from": suffix_of(request),
        "typed": request.POST.get("note", "").strip(),
        "in_place": "HX-Request" in request.headers,
        # What comes back with help in it is newer than what the browser has kept of it.
        "helped": request.method == "POST" and not form.is_bound,
        "words": None if refused else beside(form, by=request.user),
        "cards": [] if refused else card_beside(verb, complaint, request.user),
    }
    template = "complaints/case/move_form.html" if context["in_place"] else "complaints/case/move.html"
    return render(request, template, context, status=422 if form.errors or refused else 200)


def _onward(request: StaffRequest, complaint: Complaint, at: datetime) -> str | None:
    """Where “save and next” leads, by how the list stands before the act; None where it was not pressed."""
    if not (request.POST.get("onward") and (list_of := came_from(request))):
        return None
    following = next_in(request, list_of, complaint, at)
    return f"{reverse('case', args=[following])}{suffix_of(request)}" if following else ""


def done(request: StaffRequest, complaint: Complaint, verb: str, onward: str | None = None) -> HttpResponse:
    """To the case as it now stands; or on to the next of the list, or back to the page the button was on."""
    back = _asked_back(request)
    if onward == "":
        messages.info(request, _("That was the last case of this list."))
    if onward is not None:
        to = onward or back_to(request)
    elif back:
        to = back
    else:
        to = f"{complaint.get_absolute_url()}?done={verb}{suffix_of(request).replace('?', '&')}"
    return _go_to(request, to)


def _asked_back(request: StaffRequest) -> str:
    """The page the button was on, where an act leads back to it; empty: to the case."""
    back = request.POST.get("next") or request.GET.get("next", "")
    return back if back in (reverse("approvals"), reverse("home")) or of_list(back) else ""


def _go_to(request: StaffRequest, to: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": to}) if "HX-Request" in request.headers else redirect(to)
