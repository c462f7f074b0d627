"""Regulator and court 监管部门与诉讼: records of questions, papers of the objection, clauses, court."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from complaints import law as law_rules
from complaints.actions import KeyReused, files, inquiries, roles_on
from complaints.actions import law as law_acts
from complaints.actions import objections as objection_acts
from complaints.actions.objections import Filing
from complaints.actions.visibility import reads_reasons
from complaints.forms import regulator as forms
from complaints.forms.regulator import CaseForm
from complaints.law import ATTENDED
from complaints.models import Citation, Complaint, CourtEntry, Inquiry, ObjectionPaper
from complaints.policy import OFFICIAL, Channel
from complaints.views import person_of
from complaints.views.evidence import find_case
from config.framework.refusals import Refused
from staff.permissions import Permissions
from staff.requests import StaffRequest


@dataclass(frozen=True)
class Item:
    """An item of the list and what is there of it; `paper` None: nothing yet."""

    name: str
    code: str
    paper: ObjectionPaper | None


@dataclass(frozen=True)
class Finding:
    """One finding against us, as the page lists it."""

    filing: Filing
    items: list[Item]

    @property
    def open_count(self) -> int:
        return sum(item.paper is None for item in self.items)


def checklist(filing: Filing) -> list[Item]:
    """The papers of one finding: what is there, then what is open as long as the objection is not filed."""
    papers = filing.papers
    if filing.period.stopped_at is not None:
        return [Item(str(paper), "", paper) for paper in papers]
    there = {paper.document_id: paper for paper in papers if not paper.is_withdrawn}
    items = objection_acts.objection_documents()
    listed = [Item(str(item), item.code, there.get(item.pk)) for item in items]
    known = {item.pk for item in items}
    return listed + [Item(str(paper), "", paper) for paper in papers if paper.document_id not in known]


def ours(request: StaffRequest, number: str, at: datetime) -> tuple[Complaint, Permissions]:
    """The case, for our own people: what is said to authorities is no firm's to read."""
    person = person_of(request, at)
    case = find_case(person, number)
    if not reads_reasons(roles_on(case, person)):
        raise Http404
    return case, person


#: Of a case whether it has rows of this room: they stay to be found, whatever it is marked as by now.
HAS_ROWS = ExpressionWrapper(
    Exists(Inquiry.objects.filter(complaint=OuterRef("pk")))
    | Exists(CourtEntry.objects.filter(complaint=OuterRef("pk")))
    | Exists(Citation.objects.filter(complaint=OuterRef("pk")))
    | Exists(ObjectionPaper.objects.filter(complaint=OuterRef("pk"))),
    output_field=BooleanField(),
)
#: So many records stand on the case page; its own page has all.
NEWEST = 3


def panel(case: Complaint, person: Permissions, at: datetime, *, has_records: bool) -> dict[str, Any] | None:
    """What the case page says of it; None, and no query, where the case is of no authority and no court."""
    roles = roles_on(case, person)
    of_authority = inquiries.fits(case) or case.channel in OFFICIAL
    if not reads_reasons(roles) or not (of_authority or has_records):
        return None  # `has_records`: of any kind, whatever the case is marked as by now
    period = objection_acts.period_of(case) if case.channel == Channel.REGULATOR else None
    if period and period.stopped_at is not None:
        period = None
    hearings = case.court_entries.filter(stage__in=ATTENDED, called_off_at=None, wrong_at=None, on_at__gt=at)
    return {
        "records": list(inquiries.shown_to(person, case).order_by("-number")[:NEWEST]),
        "period": period,
        "open_count": len(objection_acts.open_items(period)) if period else 0,
        "hearing": hearings.order_by("on_at").first(),
        "may_begin": inquiries.begin_refusal(case, roles) is None,
    }


#: Whom an entry of the court names.
COURT_PEOPLE = ("recorded_by", "called_off_by", "outcome_by", "wrong_by")


@login_required
@require_safe
def index(request: StaffRequest, number: str) -> HttpResponse:
    """All of it on one page. The same few queries for few rows and for many."""
    at = now()
    case, person = ours(request, number, at)
    roles = roles_on(case, person)
    filings = objection_acts.filings_of(case)
    period = filings[0].period if filings else None
    context = {
        "complaint": case,
        "zone": case.estate.zone,
        "records": inquiries.with_all(inquiries.shown_to(person, case)).order_by("-number"),
        "waiting": set(Inquiry.objects.waiting().filter(complaint=case).values_list("pk", flat=True)),
        "may_begin": inquiries.begin_refusal(case, roles) is None,
        "findings": [Finding(filing, checklist(filing)) for filing in filings],
        "may_lay": objection_acts.refusal(case, person, period) is None,
        "citations": case.citations.select_related("cited_by", "wrong_by"),
        "court": case.court_entries.select_related(*COURT_PEOPLE).order_by("-on_at", "-pk"),
        "may_enter": law_rules.refusal(roles, case.outcome) is None,
        "may_court": inquiries.fits(case),
        "attended": ATTENDED,
        "now": at,
    }
    return render(request, "complaints/regulator/index.html", context)


@dataclass(frozen=True)
class Act:
    """One form of the page: its title, its button, the sentence afterwards."""

    form: type[CaseForm]
    act: Callable[..., Any]
    title: str | Promise
    done: str | Promise
    once: bool = False  # whether the act takes the key of the form


ACTS: dict[str, Act] = {
    "paper": Act(
        forms.LayPaper,
        objection_acts.lay_paper,
        gettext_lazy("Paper of the objection"),
        gettext_lazy("Laid down."),
    ),
    "cite": Act(
        forms.Cite,
        law_acts.cite,
        gettext_lazy("Cite a clause"),
        gettext_lazy("Cited, as it is worded today."),
        once=True,
    ),
    "court": Act(
        forms.EnterCourt,
        law_acts.enter_court,
        gettext_lazy("Enter what the court did or set"),
        gettext_lazy("Entered."),
        once=True,
    ),
    "outcome": Act(
        forms.Outcome,
        law_acts.enter_outcome,
        gettext_lazy("Enter what came of the day in court"),
        gettext_lazy("Entered."),
    ),
    "court_wrong": Act(
        forms.Wrong,
        law_acts.mark_court,
        gettext_lazy("Entered by mistake"),
        gettext_lazy("Marked; the entry stays readable."),
    ),
    "cite_wrong": Act(
        forms.Wrong,
        law_acts.mark_citation,
        gettext_lazy("Cited by mistake"),
        gettext_lazy("Marked; the citation stays readable."),
    ),
    "call_off": Act(
        forms.CallOff,
        law_acts.call_off,
        gettext_lazy("The day does not take place"),
        gettext_lazy("Recorded; nobody is reminded of it any more."),
    ),
}


def subject_of(what: str, case: Complaint, key: str) -> tuple[Any, ...]:
    """What an act is given before the words of its form: the case, an item of the list too, or a row."""
    if what == "paper":
        item = next((one for one in objection_acts.objection_documents() if one.code == key), None)
        if item is None:
            raise Http404
        return case, item
    if what in ROWS:
        row = get_object_or_404(ROWS[what], complaint=case, pk=key)
        row.complaint = case
        return (row,)
    return (case,)


#: Acts on a row of their own, which their address names.
ROWS: dict[str, type[CourtEntry | Citation]] = {
    "call_off": CourtEntry,
    "outcome": CourtEntry,
    "court_wrong": CourtEntry,
    "cite_wrong": Citation,
}


def paper_of(what: str, given: tuple[Any, ...]) -> ObjectionPaper | None:
    """What is there of the item that a form is about."""
    if what != "paper":
        return None
    case, item = given
    period = objection_acts.period_of(case)
    papers = objection_acts.papers_of(period) if period else []
    return next((row for row in papers if row.document_id == item.pk), None)


def refusal(what: str, case: Complaint, person: Permissions) -> Refused | None:
    """Why somebody has no such form on the case: what the act itself would say."""
    if what == "paper":
        return objection_acts.refusal(case, person, objection_acts.period_of(case))
    return law_rules.refusal(roles_on(case, person), case.outcome)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: StaffRequest, number: str, what: str, key: str = "") -> HttpResponse:
    """One form, done when it is sent. Sent files are kept first: a failed form keeps them."""
    at = now()
    case, person = ours(request, number, at)
    doing = ACTS[what]
    given = subject_of(what, case, str(key))
    refused = refusal(what, case, person)
    with timezone.override(case.estate.zone):
        data = request.POST if request.method == "POST" else None
        paper = paper_of(what, given)
        seen = {"revision": paper.revision if paper else 0} if what == "paper" else {}
        form = doing.form(data, initial=seen, case=case, person=person, now=at)
        key = request.POST.get("key", "")[:64] if doing.once else ""
        if refused is None:
            _keep_files(request, form, at)
        if data is not None and refused is None and form.is_valid():
            once = {"key": key} if doing.once else {}
            try:
                doing.act(*given, **form.arguments(), by=request.user, at=at, **once)
            except Refused as fault:
                form.refuse(fault)
                key = "" if isinstance(fault, KeyReused) else key
            else:
                messages.success(request, str(doing.done))
                return redirect("regulator", number)
        if form.errors and seen:  # sent once more, it stands on what the page now shows above it
            form.data = {**request.POST.dict(), "revision": str(seen["revision"])}
        context = {
            "complaint": case,
            "zone": case.estate.zone,
            "what": what,
            "title": f"{doing.title}{_(': ')}{given[1]}" if what == "paper" else doing.title,
            "entry": given[0] if ROWS.get(what) is CourtEntry else None,
            "citation": given[0] if ROWS.get(what) is Citation else None,
            "paper": paper,
            "key": (key or secrets.token_urlsafe(16)) if doing.once else "",
            "form": form,
            "refused": refused,
        }
        status = 422 if form.errors or refused else 200
        return render(request, "complaints/regulator/form.html", context, status=status)


def _keep_files(request: StaffRequest, form: CaseForm, at: datetime) -> None:
    """Sent files, kept before the form is judged, byte by byte as they came."""
    if request.method != "POST" or "files" not in form.fields:
        return
    form.attachments, refused = files.kept_with(
        request.POST.getlist("kept"), request.FILES.getlist("files"), by=request.user, at=at, as_sent=True
    )
    for sentence in refused:
        form.add_error("files", sentence)
