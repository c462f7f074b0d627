"""Papers of single cases, for whoever may see the case: asked for here, made by the worker.

Mostly one is ready within a second or two, and the answer is the PDF; else a page that waits for it.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now as clock
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.actions import inquiries, portal_access, roles_on, shows_complainant
from complaints.actions.evidence import shown_to
from complaints.actions.visibility import reads_phones
from complaints.models import Commendation, Complaint, Extension, ReceiptLink, Revisit, Survey
from complaints.views import person_of
from complaints.views.lists.bulk import back_of, chosen
from complaints.views.lists.bulletins import bulletins_for
from config.framework.refusals import Refused
from reports import ledger, paperwork, tasks
from reports.caseless import PAPERS
from reports.models import Paper
from reports.papers import Sheet
from reports.views import EXCEL, file_answer
from staff import audit
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest

#: Seconds a request waits for its paper, and how often it looks.
PATIENCE, LOOK = 1.5, 0.1
#: Requests of one process that wait at once; its other threads go on serving pages.
_places = threading.BoundedSemaphore(2)
#: So long in line, nobody seems to work.
NOBODY_WORKS = timedelta(seconds=20)


@login_required
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    """With the code when the page that still knows the link posts it, or asks for a fresh one; else without.

    Only the fingerprint of a link is kept, so one that is lost cannot be printed again: a fresh one is
    made beside it. A link that is not this case's is left out.
    """
    now = clock()
    case, person = visible_case(request, number, now), person_of(request, now)
    token = request.POST.get("link", "").rstrip("/").rpartition("/")[2]
    if "fresh" in request.POST and portal_access.may_make_link(case, person):
        if waiting := paperwork.receipt_in_line(request.user, case, now):
            return redirect(waiting)
        token = portal_access.make_receipt_link(case, at=now)
    known = ReceiptLink.objects.filter(
        complaint=case, token_sha256=portal_access.digest(token), revoked_at=None
    )
    link = settings.BASE_URL + reverse("receipt_link", args=[token]) if token and known.exists() else ""
    name = f"{_('Receipt')}-{case.number}.pdf"
    return asked(request, "receipt", case, case.pk, name, now, language=case.complainant.language, link=link)


@require_GET
@login_required
def case_sheet(request: StaffRequest, number: str) -> HttpResponse:
    now = clock()
    case = visible_case(request, number, now)
    return asked(request, "case", case, case.pk, f"{_('Complaint handling sheet')}-{case.number}.pdf", now)


@require_POST
@login_required
def case_sheets(request: StaffRequest) -> HttpResponse:
    """The sheets of the ticked cases of a list, or of all that match, in one document."""
    now = clock()
    cases, person = chosen(request, now), person_of(request, now)
    if not cases:
        messages.warning(request, _("Tick the cases first."))
        return redirect(back_of(request))
    sheets = [Sheet(case, *says(Paper.Kind.CASE, case, person)) for case in cases]
    try:
        title = _("Complaint handling sheets")
        name = f"{title}-{len(sheets)}.pdf"
        row = paperwork.ask_sheets(request.user, sheets, name, get_language() or "zh-hans", now)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(back_of(request))
    return in_line(request, row)


@require_GET
@login_required
def extension_sheet(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    now = clock()
    case = visible_case(request, number, now)
    extension = get_object_or_404(Extension, pk=pk, complaint=case)
    name = f"{_('Extension sheet')}-{number}-{pk}.pdf"
    return asked(request, "extension", case, extension.pk, name, now)


@require_GET
@login_required
def bulletin(request: StaffRequest, pk: int) -> HttpResponse:
    now = clock()
    row = get_object_or_404(bulletins_for(person_of(request, now)), pk=pk)
    return asked(request, "bulletin", row.complaint, row.pk, f"{_('Bulletin')}-{row.number}.pdf", now)


@require_GET
@login_required
def revisit_sheet(request: StaffRequest, number: str, cycle: int) -> HttpResponse:
    now = clock()
    case = visible_case(request, number, now)
    revisit = get_object_or_404(Revisit, cycle__number=cycle, cycle__complaint=case)
    return asked(request, "revisit", case, revisit.pk, f"{_('Revisit sheet')}-{number}-{cycle}.pdf", now)


@require_GET
@login_required
def overrun_sheet(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Of a wrong entry nothing is owed: its overruns have no sheet."""
    now = clock()
    case = visible_case(request, number, now)
    overrun = get_object_or_404(case.overruns.counted(), pk=pk)
    name = f"{pgettext('title of the paper', 'Overrun sheet')}-{number}-{pk}.pdf"
    return asked(request, "overrun", case, overrun.pk, name, now)


@require_GET
@login_required
def follow_up_sheet(request: StaffRequest, number: str) -> HttpResponse:
    """Of a case to which the customer added something after the reply."""
    now = clock()
    case = visible_case(request, number, now)
    if not case.follow_ups.exists():
        raise Http404
    name = f"{pgettext('title of the paper', 'Follow-up sheet')}-{number}.pdf"
    return asked(request, "follow_up", case, case.pk, name, now)


@require_GET
@login_required
def paper(request: StaffRequest, key: UUID) -> HttpResponse:
    """The paper, or how far it is. Only for who asked, and only while he may still read what it says.

    htmx asks for the inner part, and is told to open the page anew once there is the paper.
    """
    now = clock()
    row = get_object_or_404(
        Paper.objects.defer("body").select_related("complaint"), key=key, asked_by=request.user
    )
    if not readable(row, person_of(request, now)):
        raise Http404
    only_part = request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
    if only_part and not row.is_unfinished:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if row.state == Paper.State.DONE and row.kind == Paper.Kind.LEDGER and "file" not in request.GET:
        return render(
            request, "reports/sheet_ready.html", {"paper": row}
        )  # a download leaves the page as it is
    if not row.is_unfinished:
        return handed_out(request, row)
    waited = now - row.asked_at
    context = {
        "paper": row,
        "number": row.complaint.number if row.complaint else "",
        "commendation": about(row, Paper.Kind.COMMENDED, Commendation),
        "survey": about(row, Paper.Kind.SURVEY, Survey),
        "posters": about(row, Paper.Kind.POSTERS, Estate),
        "is_over": waited > paperwork.KEPT,
        "nobody_works": row.state == Paper.State.ASKED and waited > NOBODY_WORKS or waited > paperwork.LEASE,
    }
    page = "reports/paper_waits_part.html" if only_part else "reports/paper_waits.html"
    return render(request, page, context, status=202)


def about(row: Paper, kind: str, model: type[Model]) -> Model | None:
    """What a paper of this kind is about; None for one of another."""
    return model._default_manager.filter(pk=row.subject).first() if row.kind == kind else None


def asked(
    request: StaffRequest, kind: str, case: Complaint, subject: int, name: str, now: datetime, *,
    language: str = "", link: str = "", days: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Put it in line and wait a moment: the file, the page that waits, or why there is none."""
    shows, calls = says(kind, case, person_of(request, now))
    language = language or get_language()
    try:
        row = paperwork.ask(
            request.user, kind, case, subject, name, language, now, shows=shows, calls=calls, link=link,
            days=days,
        )  # fmt: skip
    except Refused as refusal:
        return render(request, "reports/failed.html", {"reason": str(refusal)}, status=429)
    return in_line(request, row)


def in_line(request: StaffRequest, row: Paper) -> HttpResponse:
    """The file when it is made within a moment, else the page that waits for it."""
    wake(row)
    if waited_for(row):
        return handed_out(request, row)
    return redirect(row)


def says(kind: str, case: Complaint, person: Permissions) -> tuple[bool, bool]:
    """Whether this paper names the customer to that person, and phones whole."""
    if kind == Paper.Kind.BULLETIN:
        return False, False
    roles = roles_on(case, person)
    return shows_complainant(case, roles), kind == Paper.Kind.CASE and reads_phones(case, roles)


def readable(row: Paper, person: Permissions) -> bool:
    """Whether who asked may still read all that the paper says."""
    if row.kind == Paper.Kind.LEDGER:
        return _still_his(row, person)
    if row.kind in PAPERS:
        return PAPERS[row.kind].readable(row, person, clock())
    if row.kind == Paper.Kind.BULLETIN:
        return bulletins_for(person).filter(pk=row.subject).exists()
    if "cases" in row.days:
        rows = {pk: (shows, calls) for pk, shows, calls in row.days["cases"]}
        seen = Complaint.objects.visible_to(person).select_related("complainant").filter(pk__in=list(rows))
        now = {case.pk: says(row.kind, case, person) for case in seen}
        return all(
            pk in now and now[pk][0] >= shows and now[pk][1] >= calls for pk, (shows, calls) in rows.items()
        )
    case = Complaint.objects.visible_to(person).filter(pk=row.complaint_id or 0).first()
    if case is None:
        return False
    if "annex" in row.days:  # evidence, or a record: of every item on it
        wanted = row.days["rows"]
        his = inquiries.shown_to if row.days["annex"] == "inquiry" else shown_to
        if his(person, case).filter(pk__in=wanted).count() < len(wanted):
            return False
    shows, calls = says(row.kind, case, person)
    return (shows or not row.shows) and (calls or not row.calls)


def _still_his(row: Paper, person: Permissions) -> bool:
    """Of a sheet of the ledger: nothing has been withheld from him since that was not, and nobody hidden."""
    try:
        scope, first, last = paperwork.days_of(row, person)
    except Refused:
        return False
    if row.is_unfinished:
        return True
    was, told = row.days.get("told", {}), ledger.told_by(person, scope, first, last)
    kept = all(set(roles) <= set(told["roles"].get(pk, ())) for pk, roles in was.get("roles", {}).items())
    hides = told["hidden"] > was.get("hidden", 0)
    return kept and not hides and ledger.withheld(person, scope, first, last) <= row.days.get("withheld", 0)


def wake(row: Paper) -> None:
    tasks.wake(tasks.sheets if row.kind in paperwork.SLOW else tasks.papers)


def waited_for(row: Paper) -> bool:
    """Whether it was made within a moment. Few may wait, so that no number of papers stops the pages."""
    end = time.monotonic() + PATIENCE
    if not _places.acquire(blocking=False):
        return False
    try:
        while True:
            row.refresh_from_db(fields=["state", "reason"])
            if not row.is_unfinished or time.monotonic() > end:
                return not row.is_unfinished
            time.sleep(LOOK)
    finally:
        _places.release()


def handed_out(request: StaffRequest, row: Paper) -> HttpResponse:
    """The file, or a page that says why there is none."""
    if row.state == Paper.State.FAILED:
        return render(request, "reports/failed.html", {"reason": row.reason}, status=503)
    row.refresh_from_db(fields=["body"])
    if row.kind == Paper.Kind.LEDGER:
        days = {name: row.days[name] for name in ("from", "until", "scope")}
        audit.taken_out(request, "reports:ledger_excel", filters=urlencode(days))
        if row.days.get("form") == "pdf":
            return file_answer(bytes(row.body), row.name, "application/pdf", keep=False)
        return file_answer(bytes(row.body), row.name, EXCEL)
    if row.kind in PAPERS:
        if name := PAPERS[row.kind].taken_out:
            audit.taken_out(request, f"{name} {row.subject}")
        return file_answer(bytes(row.body), row.name, "application/pdf", keep=False)
    keys = [pk for pk, *_rest in row.days.get("cases", [])] or [row.complaint_id or 0]
    for number in Complaint.objects.filter(pk__in=keys).order_by("pk").values_list("number", flat=True):
        audit.taken_out(request, f"paper {row.days.get('annex') or row.kind}", case=number)
    return file_answer(bytes(row.body), row.name, "application/pdf", keep=False)


def visible_case(request: StaffRequest, number: str, now: datetime) -> Complaint:
    """The case, or 404 for who may not know of it."""
    seen = Complaint.objects.visible_to(person_of(request, now)).select_related("complainant")
    return get_object_or_404(seen, number=number)
