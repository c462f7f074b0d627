"""Ledgers kept before are taken over: send one, look at how it was read, say what its words mean.

Reading and taking over are done by the worker (`complaints.actions.ledger_loads`); whoever leaves these pages
goes on where he was.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from complaints import tasks
from complaints.actions import ledger_loads
from complaints.forms.office.past_ledgers import TakeOverForm, UploadForm, VoidForm
from complaints.models import LedgerLoad
from complaints.past_ledger.headings import LABELS
from complaints.statuses import SUPERVISING
from complaints.views import person_of
from config.framework.csv_tables import csv_table
from config.framework.refusals import Refused
from owners.importing.line import result_lines
from staff import audit
from staff.estates import ended
from staff.models import Estate
from staff.requests import StaffRequest

log = logging.getLogger(__name__)
State = LedgerLoad.State
#: Lines of each list on the page; the list to download has more.
SHOWN = 100


def estates_for(request: StaffRequest, at: datetime) -> list[Estate]:
    """The estates whose past ledgers this person takes over; 404 for whoever supervises none."""
    person = person_of(request, at)
    mine = [one for one in Estate.objects.order_by("name") if person.roles_at(one.pk) & SUPERVISING]
    open_ones = [one for one in mine if not ended(one, at)]
    if not open_ones:
        raise Http404
    return open_ones


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: StaffRequest) -> HttpResponse:
    """Choose estate and file; below, what was taken over so far."""
    at = now()
    estates = estates_for(request, at)
    form = UploadForm(estates, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, estate = form.cleaned_data["file"], form.estates[form.cleaned_data["estate"]]
        language = "en" if get_language() == "en" else "zh-hans"
        try:
            job = ledger_loads.ask(estate, request.user, file.read(), file.name, language, at)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            _wake()
            return redirect(job)
    loads = LedgerLoad.objects.filter(estate__in=estates).select_related("estate", "by").defer("result")
    context = {
        "form": form,
        "in_hand": [job for job in loads.filter(by=request.user, state__in=LedgerLoad.OPEN)],
        "loads": loads.filter(state__in=[State.LOADED, State.VOID]).order_by("-loaded_at", "-pk")[:50],
    }
    return render(request, "complaints/office/past_ledgers.html", context, status=422 if form.errors else 200)


def _mine(request: StaffRequest, key: UUID, at: datetime) -> LedgerLoad:
    """The person's own file of an estate that he still supervises; 404 otherwise."""
    jobs = LedgerLoad.objects.filter(by=request.user, estate__in=estates_for(request, at))
    return get_object_or_404(jobs.select_related("estate", "by").exclude(state=State.LEFT), key=key)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: StaffRequest, key: UUID) -> HttpResponse:
    """How far the file is; how it was read and what would be made; POST has it taken over. htmx asks for the
    progress alone, and is told to open the page anew when there is none any more."""
    at = now()
    job = _mine(request, key, at)
    only_part = request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
    if job.is_working or job.state == State.FAILED:
        job = ledger_loads.how_far(job)
        if only_part and not job.is_working:
            return HttpResponse(headers={"HX-Refresh": "true"})
        silent = at - (job.seen_at if job.seen_at and not job.is_waiting else job.changed_at)
        context = {
            "job": job,
            "nobody_works": silent > ledger_loads.LEASE,
            "still_waits": job.is_waiting and silent.total_seconds() > 15,
        }
        page = "past_ledger_progress_part" if only_part else "past_ledger_progress"
        return render(request, f"complaints/office/{page}.html", context)
    if only_part:
        return HttpResponse(headers={"HX-Refresh": "true"})
    form = None
    if job.state == State.READ:
        receivers = ledger_loads.receivers(job.estate, at)
        form = TakeOverForm(job.result, job.estate, receivers, request.user, request.POST or None)
        if request.method == "POST" and form.is_valid() and _confirmed(request, job, form, at):
            return redirect(job)
    return _looked_at(request, job, form, VoidForm())


def _confirmed(request: StaffRequest, job: LedgerLoad, form: TakeOverForm, at: datetime) -> bool:
    try:
        ledger_loads.confirm(job, request.user, at, choices=form.said())
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    _wake()
    return True


def _looked_at(
    request: StaffRequest, job: LedgerLoad, form: TakeOverForm | None, undo: VoidForm
) -> HttpResponse:
    result = job.result
    columns = [
        {"sheet": sheet, "letter": letter, "header": header, "label": LABELS.get(meaning, "")}
        for sheet, letter, header, meaning in result.get("columns", [])
    ]
    context = {
        "job": job,
        "form": form,
        "undo": undo if job.state == State.LOADED and result.get("new") else None,
        "result": result,
        "columns": columns,
        "several_sheets": len({column["sheet"] for column in columns}) > 1,
        "problems": result.get("problems", [])[:SHOWN],
        "notes": result.get("notes", [])[:SHOWN],
        "cases": result.get("cases", [])[:SHOWN],
        "left": result.get("left", [])[:SHOWN],
        "shown": SHOWN,
    }
    wrong = bool(form and form.errors or undo.errors)
    return render(request, "complaints/office/past_ledger.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def leave(request: StaffRequest, key: UUID) -> HttpResponse:
    """Put the file away without taking it over."""
    at = now()
    try:
        ledger_loads.leave(_mine(request, key, at), at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("past_ledgers")


@login_required
@require_POST
def void(request: StaffRequest, key: UUID) -> HttpResponse:
    """Void every case of a ledger that was taken over by mistake."""
    at = now()
    job = _mine(request, key, at)
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            count = ledger_loads.void(job, request.user, at, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(
                request, ngettext("%(n)s case voided.", "%(n)s cases voided.", count) % {"n": count}
            )
            return redirect("past_ledgers")
    return _looked_at(request, job, None, form)


@login_required
@require_GET
def lines(request: StaffRequest, key: UUID) -> HttpResponse:
    """Problems and notes as a table to work through in Excel."""
    job = _mine(request, key, now())
    if not job.result:
        raise Http404
    audit.taken_out(request, "past_ledger_lines")
    kinds = ((_("problem"), "problems"), (_("note"), "notes"))
    heading = (_("Sheet"), _("Row"), _("Number or place"), _("Kind"), _("What"))
    return csv_table(f"ledger-{job.estate.code}.csv", [heading, *result_lines(job.result, kinds)])


def _wake() -> None:
    try:
        tasks.past_ledgers.delay()
    except OperationalError:
        log.warning("The queue cannot be reached; the ledger waits for the next look of a worker.")
