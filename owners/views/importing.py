"""Loading a register in the browser: send it, look at how it was read, load it.

Reading and loading are done by the worker (`owners.importing.jobs`); these pages show how far it is, and
go on where they were whoever leaves them and comes back.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from config.framework.csv_tables import csv_table
from config.framework.refusals import Refused
from owners import tasks
from owners.access import EDITORS, may, person_of, readable, require
from owners.forms import UploadForm
from owners.importing import jobs
from owners.importing.line import result_lines
from owners.importing.showing import column_label, sentences
from owners.models import Occupancy, RegisterLoad
from staff.estates import ended
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest

log = logging.getLogger(__name__)
SHOWN = 100
State = RegisterLoad.State


def _estate(request: StaffRequest, code: str) -> Estate:
    person = person_of(request, now())
    estate = get_object_or_404(readable(person), code=code)
    require(person, EDITORS, estate.pk)
    if sentence := ended(estate, now()):
        raise PermissionDenied(sentence)
    return estate


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: StaffRequest, code: str) -> HttpResponse:
    """Choose a file. One that cannot be a register at all is refused here, with the reason."""
    estate = _estate(request, code)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        language = "en" if get_language() == "en" else "zh-hans"
        try:
            jobs.ask(estate, request.user, file.read(), file.name, language, now())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            _wake()
            return redirect("registers_import_check", estate.code)
    job = jobs.latest(estate, request.user)
    in_hand = job if job and job.state in RegisterLoad.OPEN else None
    context = {"form": form, "estate": estate, "in_hand": in_hand}
    return render(request, "owners/import_upload.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: StaffRequest, code: str) -> HttpResponse:
    """How far the file is; how it was read and what would be new; POST has it loaded. htmx asks for the
    progress alone, and is told to open the page anew when there is none any more."""
    estate = _estate(request, code)
    job = jobs.latest(estate, request.user)
    if job is None:
        messages.info(request, _("The file is no longer here; choose it once more."))
        return redirect("registers_import", estate.code)
    if request.method == "POST":
        return _confirm(request, estate, job)
    only_part = request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
    if job.is_working or job.state == State.FAILED:
        job = jobs.how_far(job)
        if only_part and not job.is_working:
            return HttpResponse(headers={"HX-Refresh": "true"})
        silent = now() - (job.seen_at if job.seen_at and not job.is_waiting else job.changed_at)
        context = {
            "estate": estate,
            "job": job,
            "nobody_works": silent > jobs.LEASE,
            "still_waits": job.is_waiting and silent.total_seconds() > 15,
        }
        page = "owners/import_progress_part.html" if only_part else "owners/import_progress.html"
        return render(request, page, context)
    if only_part:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "owners/import_check.html", _context(person_of(request, now()), estate, job))


def _other(person: Permissions, code: str) -> Estate | None:
    """The estate a file names, if this person may load registers into it."""
    found = readable(person).filter(code=code).first()
    return found if found and not ended(found, now()) and may(person, EDITORS, found.pk) else None


def _context(person: Permissions, estate: Estate, job: RegisterLoad) -> dict[str, Any]:
    """What the page shows of a file that was read or loaded."""
    result = job.result
    columns = [
        {
            "sheet": sheet,
            "letter": letter,
            "header": header,
            "label": column_label(meaning, "".join(whose)),
        }
        for sheet, letter, header, meaning, *whose in result["columns"]
    ]
    other = result.get("elsewhere")
    return {
        "estate": estate,
        "job": job,
        "elsewhere": other,
        "may_load": not result["is_empty"] and (not other or other["may_be_this"]),
        "other_estate": _other(person, other["code"]) if other and other["code"] else None,
        "is_loaded": job.state == State.LOADED,
        "sentences": sentences(result, is_loaded=job.state == State.LOADED),
        "result": result,
        "columns": columns,
        "several_sheets": len({column["sheet"] for column in columns}) > 1,
        "capacities": [(Occupancy.Capacity(name).label, count) for name, count in result["capacities"]],
        "problems": result["problems"][:SHOWN],
        "differences": result["differences"][:SHOWN],
        "notes": result["notes"][:SHOWN],
        "skipped": result["skipped"][:SHOWN],
        "shown": SHOWN,
    }


def _confirm(request: StaffRequest, estate: Estate, job: RegisterLoad) -> HttpResponse:
    try:
        jobs.confirm(
            job,
            request.user,
            now(),
            skip_bad=request.POST.get("skip_bad") == "1",
            of_this_estate=request.POST.get("of_this_estate") == "1",
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        _wake()
    return redirect("registers_import_check", estate.code)


def _wake() -> None:
    try:
        tasks.load_registers.delay()
    except OperationalError:
        log.warning("The queue cannot be reached; the register waits for the next look of a worker.")


@login_required
@require_POST
def leave(request: StaffRequest, code: str) -> HttpResponse:
    """Put the file away without loading it, or after loading what could be."""
    estate = _estate(request, code)
    if job := jobs.latest(estate, request.user):
        try:
            jobs.leave(job, now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("registers_import_check", estate.code)
    return redirect("registers_estate", estate.code)


@login_required
@require_GET
def report(request: StaffRequest, code: str) -> HttpResponse:
    """Problems, differences and notes as a table to work through in Excel."""
    estate = _estate(request, code)
    job = jobs.latest(estate, request.user)
    if job is None or not job.result:
        raise Http404
    kinds = ((_("problem"), "problems"), (_("difference"), "differences"), (_("note"), "notes"))
    heading = (_("Sheet"), _("Row"), _("Place"), _("Kind"), _("What"))
    return csv_table(f"register-{estate.code}.csv", [heading, *result_lines(job.result, kinds)])
