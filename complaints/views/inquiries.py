"""Records of questions and answers 询问笔录: a new one, one of them, and what can be done with it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import inquiries as rules
from complaints.actions import KeyReused, files, roles_on
from complaints.actions.evidence import acts_on as evidence_acts_on
from complaints.actions.inquiries import (
    SavedMeanwhile,
    acts_on,
    begin,
    begin_refusal,
    refusal,
    shown_to,
    with_all,
)
from complaints.forms.inquiries import InquiryForm, Write
from complaints.inquiries import State
from complaints.models import Complaint, Inquiry
from complaints.views import person_of
from complaints.views.evidence import find_case
from complaints.views.inquiry_forms import INQUIRY_FORMS
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.requests import StaffRequest


def find(person: Permissions, case: Complaint, item: int) -> Inquiry:
    row = get_object_or_404(with_all(shown_to(person, case)), number=item)
    row.complaint = case
    return row


def form_for(
    verb: str, case: Complaint, row: Inquiry, person: Permissions, at: datetime, data: Any = None
) -> InquiryForm:
    return INQUIRY_FORMS[verb].form(data, case=case, row=row, person=person, now=at)


def perform(verb: str, row: Inquiry, form: InquiryForm, *, by: User, at: datetime) -> Inquiry:
    """Do what a valid form asks. Raises Refused."""
    return INQUIRY_FORMS[verb].act(row, **form.arguments(), by=by, at=at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest, number: str) -> HttpResponse:
    """A new record; with `?supplements=` one that corrects or adds to a signed one, begun with its talk."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    named = (request.POST.get("supplements") or request.GET.get("supplements", ""))[:5]
    first = find(person, case, int(named)) if named.isdecimal() else None
    if first and first.state != State.SIGNED or begin_refusal(case, roles_on(case, person), first=first):
        raise Http404
    with timezone.override(case.estate.zone):
        data = request.POST if request.method == "POST" else None
        key = request.POST.get("key", "")[:64]
        form = Write(data, initial=_begun(first), case=case, row=None, person=person, now=at)
        if data is not None and form.is_valid():
            try:
                made = begin(case, **form.arguments(), supplements=first, by=request.user, at=at, key=key)
            except Refused as fault:
                form.refuse(fault)
                key = "" if isinstance(fault, KeyReused) else key
            else:
                messages.success(request, _("The draft is saved."))
                return (
                    redirect("inquiry_act", number, made.number, "edit") if "more" in data else redirect(made)
                )
        context = {
            "complaint": case,
            "form": form,
            "first": first,
            "key": key or secrets.token_urlsafe(16),
        }
        return render(request, "complaints/inquiries/add.html", context, status=422 if form.errors else 200)


def _begun(first: Inquiry | None) -> dict[str, Any]:
    """A supplement begins with who asked whom the first time."""
    if first is None:
        return {}
    names = ("subject", "place", "asker", "asker_unit", "asker_position", "answerer", "answered_by_other")
    return {name: getattr(first, name) for name in names}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: StaffRequest, number: str, item: int, verb: str = "") -> HttpResponse:
    """The page of one record; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    row = find(person, case, item)
    if verb and verb not in INQUIRY_FORMS or not verb and request.method == "POST":
        raise Http404
    roles = roles_on(case, person)
    with timezone.override(case.estate.zone):
        if not verb:
            return _page(request, case, row, person)
        data = request.POST if request.method == "POST" else None
        form = form_for(verb, case, row, person, at, data)
        refused = refusal(verb, row, case, roles)
        meanwhile = False
        if refused is None:
            _keep_files(request, form, at)
        if data is not None and form.is_valid():
            try:
                perform(verb, row, form, by=request.user, at=at)
            except SavedMeanwhile as fault:
                form.refuse(fault)
                meanwhile = True
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, str(INQUIRY_FORMS[verb].done))
                if "more" in data:
                    return redirect("inquiry_act", number, item, verb)
                return redirect(row)
        if meanwhile:  # what he typed stays; sent once more it stands on what he now sees above it
            row = find(person, case, item)
            form.data = {**request.POST.dict(), "revision": str(row.revision)}
        more: dict[str, Any] = {
            "verb": verb,
            "form": form,
            "refused": refused,
            "meanwhile": meanwhile,
            "typed": _typed(form) if refused and data is not None else "",
            "title": rules.ACTS[verb].label,
        }
        return _page(request, case, row, person, status=422 if data is not None or refused else 200, **more)


def _typed(form: InquiryForm) -> str:
    """What was typed into a draft that has meanwhile been signed, to be copied into a supplement."""
    if not isinstance(form, Write):
        return ""
    pairs = [(question.value(), answer.value()) for _n, question, answer in form.line_fields]
    return "\n".join(f"{question or ''}\n{answer or ''}" for question, answer in pairs if question or answer)


def _page(
    request: StaffRequest,
    case: Complaint,
    row: Inquiry,
    person: Permissions,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    roles = roles_on(case, person)
    supplements = shown_to(person, case).filter(supplements=row).order_by("number")
    context = {
        "complaint": case,
        "zone": case.estate.zone,
        "row": row,
        "acts": [(verb, rules.ACTS[verb]) for verb in acts_on(row, case, roles)],
        "drastic": bool(more.get("verb")) and INQUIRY_FORMS[more["verb"]].drastic,
        "supplements": supplements,
        "may_supplement": row.state == State.SIGNED and begin_refusal(case, roles, first=row) is None,
        # Before the newest one, which is the page itself.
        "earlier": [one for one in row.versions.all() if one.revision < row.revision][::-1],
        "may_scan": row.evidence is not None and "sign" in evidence_acts_on(row.evidence, roles, person),
        "form": None,
    }
    return render(request, "complaints/inquiries/item.html", context | more, status=status)


def _keep_files(request: StaffRequest, form: InquiryForm, at: datetime) -> None:
    """Sent files, kept before the form is judged, byte by byte as they came."""
    if request.method != "POST" or "files" not in form.fields:
        return
    form.attachments, refused = files.kept_with(
        request.POST.getlist("kept"), request.FILES.getlist("files"), by=request.user, at=at, as_sent=True
    )
    for sentence in refused:
        form.add_error("files", sentence)
