"""One commendation 通报表扬: read, worded, decided, published; a new one proposed by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
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

from complaints.actions.commendation_rows import acts_on, fault_in_case, nameless, reads_case, refusal_of
from complaints.actions.commendations import may_propose, propose
from complaints.actions.commendations_due import named_in_words
from complaints.actions.portal_notes import notes_for, notes_of_desks
from complaints.actions.public_people import known_of_note
from complaints.commendation_texts import ENTRIES, REASONS
from complaints.commendations import ACTS, LONGEST, OVERSEERS
from complaints.forms.commendations import CommendationForm, Propose
from complaints.forms.people import serving
from complaints.models import Commendation, CommendationEntry, Complaint, ContactNote
from complaints.public_words import without_names
from complaints.timeline import fill, people_named
from complaints.views import person_of
from complaints.views.commendation_forms import COMMENDATION_FORMS
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from staff.models import Posting, User
from staff.permissions import Permissions
from staff.requests import StaffRequest

ABOUT = (
    "estate", "person", "department", "complaint", "note__estate", "proposed_by", "approved_by",
    "published_by", "withdrawn_by",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An entry of its history, in words."""

    at: datetime
    actor: str
    text: str
    note: str


def find(person: Permissions, pk: int) -> Commendation:
    return get_object_or_404(Commendation.objects.visible_to(person).select_related(*ABOUT), pk=pk)


def form_for(verb: str, row: Commendation, data: Any = None) -> CommendationForm:
    return COMMENDATION_FORMS[verb].form(data, row=row)


def perform(verb: str, row: Commendation, form: CommendationForm, *, by: User, at: datetime) -> Commendation:
    """Do what a valid form asks. Raises Refused."""
    return COMMENDATION_FORMS[verb].act(row, **form.arguments(), by=by, at=at)


def reason_of(row: Commendation) -> str:
    """Why it was proposed, in the reader's language: what stood in the rows then."""
    return str(REASONS[row.why]) % fill(row.facts, row.estate.zone, {})


def oversees(row: Commendation, person: Permissions) -> bool:
    """Whether he reads how it came to it: who decides in the estate and audits, and reads its case, never
    about himself.
    """
    if person.is_contractor or row.person_id == person.user.pk:
        return False
    return bool(OVERSEERS & person.roles_at(row.estate_id)) and reads_case(row, person)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def commendation(request: StaffRequest, pk: int, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    row = find(person, pk)
    if verb and verb not in COMMENDATION_FORMS or not verb and request.method == "POST":
        raise Http404
    with timezone.override(row.estate.zone):
        if not verb:
            return _page(request, row, person, at)
        data = request.POST if request.method == "POST" else None
        form = form_for(verb, row, data)
        refused = refusal_of(row, verb, person)
        if data is not None and form.is_valid():
            try:
                perform(verb, row, form, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
                row = find(person, pk)
                if "version" in form.fields and data.get("version") != str(row.version):
                    # What was typed stays beside it as it is now: sent again, it was read.
                    form.data = data.copy()
                    form.data["version"] = str(row.version)
            else:
                messages.success(request, str(COMMENDATION_FORMS[verb].done))
                return redirect(row)
        status = 422 if data is not None or refused else 200
        return _page(request, row, person, at, verb=verb, form=form, refused=refused, status=status)


def _page(
    request: StaffRequest,
    row: Commendation,
    person: Permissions,
    at: datetime,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    inside = oversees(row, person)
    context: dict[str, Any] = {
        "row": row,
        "zone": row.estate.zone,
        "now": at,
        "inside": inside,
        "reason": reason_of(row) if inside else "",
        "case": _case_of(row, person) if inside else None,
        "note": notes_of_desks(person).filter(pk=row.note_id or 0).first() if inside else None,
        "acts": [(verb, ACTS[verb]) for verb in acts_on(row, person)],
        "lines": lines(row) if inside else [],
        "form": None,
    }
    if verb := more.get("verb"):
        context |= {"title": ACTS[verb].label}
    return render(request, "complaints/commendation.html", context | more, status=status)


def _case_of(row: Commendation, person: Permissions) -> Complaint | None:
    return Complaint.objects.visible_to(person).filter(pk=row.complaint_id or 0).first()


def lines(row: Commendation) -> list[Line]:
    """Its history, newest first, in the reader's language. Two queries."""
    entries = list(CommendationEntry.objects.filter(commendation=row).order_by("-pk"))
    people = people_named(one.actor_id for one in entries if one.actor_id)
    return [
        Line(one.at, people.get(one.actor_id or 0, _("System")), str(ENTRIES[one.kind]), one.note)
        for one in entries
    ]


# A new one ------------------------------------------------------------------------------------------------


def source_asked(person: Permissions, asked: Any) -> tuple[Complaint | None, ContactNote | None]:
    """The case or the note an address names; 404 for one he may not know of, and where none is named."""
    if number := str(asked.get("case") or "").strip():
        seen = Complaint.objects.visible_to(person).select_related("estate", "complainant")
        return get_object_or_404(seen, number=number), None
    key = whole_number(str(asked.get("note") or "") or None)
    rows = notes_for(person).filter(kind=ContactNote.Kind.PRAISE).select_related("estate", "unit")
    return None, get_object_or_404(rows, pk=key or 0)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Out of a case (`?case=`) or a note of praise (`?note=`)."""
    at = now()
    person = person_of(request, at)
    case, note = source_asked(person, request.POST if request.method == "POST" else request.GET)
    source = case or note
    if source is None or not may_propose(person, source.estate_id):
        raise Http404
    with timezone.override(source.estate.zone):
        data = request.POST if request.method == "POST" else None
        postings = [
            one for one in serving(source.estate, at, complaint=case) if one.user_id != request.user.pk
        ]
        form = Propose(data, postings=postings, initial=_initial(case, note, postings))
        if data is not None and form.is_valid():
            try:
                made = propose(complaint=case, note=note, **form.arguments(), by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, _("Proposed. Whoever decides knows."))
                return redirect(made)
        context = {
            "form": form,
            "case": case,
            "note": note,
            "estate": source.estate,
            "refused": fault_in_case(case) if case else None,
        }
        status = 422 if form.errors else 200
        return render(request, "complaints/commendation_new.html", context, status=status)


def _initial(
    case: Complaint | None, note: ContactNote | None, postings: Collection[Posting]
) -> dict[str, Any]:
    """Who handles the case; what the customer said, without names but that of whom he praises."""
    if note:
        people = {one.user.name: one.user for one in postings if len(one.user.name) > 1}
        named = named_in_words(note.words, people)
        known = known_of_note(note)
        said = nameless(note.words, known, named[0]) if named else without_names(note.words, known)
        return {"because": said[:LONGEST]}
    handler = f"{case.handler_id}-{case.department_id or 0}" if case and case.handler_id else ""
    return {"person": handler}
