"""The evidence 证据 of a case: list, a new item, one of them with its custody, and what can be done now."""

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
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import evidence as rules
from complaints.actions import KeyReused, files, roles_on
from complaints.actions.evidence import (
    acts_on,
    add_evidence,
    shown_to,
    take_statement,
    takes_statement,
    with_all,
)
from complaints.actions.evidence_check import Verified, verify
from complaints.actions.visibility import reads_reasons
from complaints.evidence import Kind
from complaints.forms.evidence import AddEvidence, EvidenceForm, TakeStatement
from complaints.models import Complaint, Evidence
from complaints.statuses import CaseRole
from complaints.views import person_of
from complaints.views.evidence_forms import EVIDENCE_FORMS
from complaints.views.lists.keyset import Order
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.requests import StaffRequest

PAGE = 20
BY_NUMBER = Order("number", newest_first=True, numbers=True, nullable=False)
HEAD = ("estate", "department", "unit", "building", "category", "complainant")


def find_case(person: Permissions, number: str) -> Complaint:
    return get_object_or_404(Complaint.objects.visible_to(person).select_related(*HEAD), number=number)


def find(person: Permissions, case: Complaint, item: int) -> Evidence:
    row = get_object_or_404(with_all(shown_to(person, case)).select_related("inquiry"), number=item)
    row.complaint = case
    return row


def form_for(
    verb: str, case: Complaint, row: Evidence, person: Permissions, at: datetime, data: Any = None
) -> EvidenceForm:
    return EVIDENCE_FORMS[verb].form(data, case=case, row=row, person=person, now=at)


def perform(verb: str, row: Evidence, form: EvidenceForm, *, by: User, at: datetime) -> Evidence:
    """Do what a valid form asks. Raises Refused."""
    return EVIDENCE_FORMS[verb].act(row, **form.arguments(), by=by, at=at)


@login_required
@require_safe
def index(request: StaffRequest, number: str) -> HttpResponse:
    """All items he reads, the newest first. The same few queries for ten and for ten thousand."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    roles = roles_on(case, person)
    rows = shown_to(person, case)
    kind = request.GET.get("kind", "")
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    page = BY_NUMBER.page(rows, request.GET, PAGE, read=lambda *keys: with_all(rows.filter(pk__in=keys)))
    context = {
        "complaint": case,
        "zone": case.estate.zone,
        "page": page,
        "kinds": Kind.choices,
        "kind": kind,
        "may_add": rules.may_add(roles, case.outcome),
        "may_verify": rules.may_verify(roles),
        "prints": CaseRole.CONTRACTOR not in roles,
        "takes_statement": takes_statement(case, roles),
    }
    return render(request, "complaints/evidence/index.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest, number: str, *, statement: bool = False) -> HttpResponse:
    """A new item, or a statement to be printed. Sent files are kept first: a failed form keeps them."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    roles = roles_on(case, person)
    if not (takes_statement(case, roles) if statement else rules.may_add(roles, case.outcome)):
        raise Http404
    with timezone.override(case.estate.zone):
        data = request.POST if request.method == "POST" else None
        key = request.POST.get("key", "")[:64]
        kind = TakeStatement if statement else AddEvidence
        begun = {name: value for name, value in request.GET.items() if name in ("kind",)}
        form: Any = kind(data, initial=begun, case=case, row=None, person=person, now=at)
        _keep_files(request, form, at)
        if data is not None and form.is_valid():
            act = take_statement if statement else add_evidence
            try:
                made = act(case, **form.arguments(), by=request.user, at=at, key=key)
            except Refused as fault:
                form.refuse(fault)
                key = "" if isinstance(fault, KeyReused) else key
            else:
                done = (
                    _("Taken down. Print it and have it signed.")
                    if statement
                    else pgettext("evidence", "Added.")
                )
                messages.success(request, done)
                return redirect(made)
        context = {
            "complaint": case,
            "form": form,
            "statement": statement,
            "key": key or secrets.token_urlsafe(16),
        }
        status = 422 if form.errors else 200
        return render(request, "complaints/evidence/add.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: StaffRequest, number: str, item: int, verb: str = "") -> HttpResponse:
    """The page of one item; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    case = find_case(person, number)
    row = find(person, case, item)
    if verb and verb not in EVIDENCE_FORMS or not verb and request.method == "POST":
        raise Http404
    roles = roles_on(case, person)
    with timezone.override(case.estate.zone):
        if not verb:
            return _item_page(request, case, row, person)
        data = request.POST if request.method == "POST" else None
        form = form_for(verb, case, row, person, at, data)
        his = row.proposed_by_id == request.user.pk
        refused = rules.refusal(verb, row.facts, roles, proposed_by_him=his)
        if refused is None:
            _keep_files(request, form, at)
        if data is not None and form.is_valid():
            try:
                perform(verb, row, form, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, str(EVIDENCE_FORMS[verb].done))
                # Who was asked about a statement reads it while that waits, and no longer.
                still = shown_to(person, case).filter(pk=row.pk).exists()
                return redirect(row) if still else redirect("evidence", number)
        status = 422 if data is not None or refused else 200
        more: dict[str, Any] = {
            "verb": verb,
            "form": form,
            "refused": refused,
            "title": rules.ACTS[verb].label,
        }
        return _item_page(request, case, row, person, status=status, **more)


def _item_page(
    request: StaffRequest,
    case: Complaint,
    row: Evidence,
    person: Permissions,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    roles = roles_on(case, person)
    verbs = acts_on(row, roles, person)
    context = {
        "complaint": case,
        "zone": case.estate.zone,
        "row": row,
        "acts": [(verb, rules.ACTS[verb]) for verb in verbs],
        "drastic": bool(more.get("verb")) and EVIDENCE_FORMS[more["verb"]].drastic,
        "may_verify": rules.may_verify(roles),
        "reasons": reads_reasons(roles),
        "form": None,
    }
    return render(request, "complaints/evidence/item.html", context | more, status=status)


def _keep_files(request: StaffRequest, form: EvidenceForm, at: datetime) -> None:
    """Sent files, kept before the form is judged, byte by byte as they came."""
    if request.method != "POST" or "files" not in form.fields:
        return
    form.attachments, refused = files.kept_with(
        request.POST.getlist("kept"), request.FILES.getlist("files"), by=request.user, at=at, as_sent=True
    )
    for sentence in refused:
        form.add_error("files", sentence)


@login_required
@require_POST
def check(request: StaffRequest, number: str) -> HttpResponse:
    """核验: read the files again; what was found stands at each, and in the timeline."""
    at = now()
    case = find_case(person_of(request, at), number)
    try:
        found = verify(case, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        level = messages.error if found.wrong else messages.success if found.read else messages.info
        level(request, said_of(found))
    return redirect("evidence", number)


def said_of(found: Verified) -> str:
    """What a verification has found, in a sentence or two."""
    if not found.read:
        return _("There are no files to verify.")
    n, wrong = len(found.read), len(found.wrong)
    if wrong:
        said = _("%(n)s files read; %(wrong)s of them changed or missing. They are marked below.") % {
            "n": n, "wrong": wrong,
        }  # fmt: skip
    else:
        said = ngettext("%(n)s file read: as it came in.", "%(n)s files read: each as it came in.", n) % {
            "n": n
        }
    if texts := sorted({one.item for one in found.read if one.is_text}):
        said += " " + _("No longer as signed: the words of evidence no. %(items)s.") % {
            "items": ", ".join(str(item) for item in texts)
        }
    if gone := sorted({one.item for one in found.read if one.file is None and not one.is_text}):
        said += " " + _("Gone with its entry: a file of no. %(items)s.") % {
            "items": ", ".join(str(item) for item in gone)
        }
    if found.left:
        said += " " + ngettext(
            "%(n)s more file waits: press once more.", "%(n)s more files wait: press once more.", found.left
        ) % {"n": found.left}
    return said
