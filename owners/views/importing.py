"""Loading a register in the browser: upload, look at how it was read, load.

The file stays on the server between the steps, under a random name that only the person's session
knows; it goes when everything is loaded, when the person leaves it, or after a day.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from secrets import token_hex

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from owners.access import EDITORS, person_of, readable, require
from owners.forms import UploadForm
from owners.importing.files import Unreadable
from owners.importing.loading import Outcome, load
from owners.importing.reading import Reading
from owners.importing.register import read_register
from owners.importing.words import LABELS
from owners.models import Occupancy
from staff.estates import ended
from staff.models import Estate

FOLDER = "registers"
KEPT = timedelta(days=1)
SHOWN = 100
UPLOAD = "register_upload"


def _estate(request: HttpRequest, code: str) -> Estate:
    person = person_of(request, now())
    estate = get_object_or_404(readable(person), code=code)
    require(person, EDITORS, estate.pk)
    if sentence := ended(estate, now()):
        raise PermissionDenied(sentence)
    return estate


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file. One that cannot be read at all is refused here, with the reason."""
    estate = _estate(request, code)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            read_register(content, file.name)
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            _forget(request)
            _sweep(now())
            file.seek(0)
            stored = default_storage.save(f"{FOLDER}/{token_hex(16)}", file)
            request.session[UPLOAD] = {"stored": stored, "name": file.name, "estate": estate.code}
            return redirect("registers_import_check", estate.code)
    context = {"form": form, "estate": estate}
    return render(request, "owners/import_upload.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """How the file was read and what would be new; POST loads it."""
    estate = _estate(request, code)
    reading = _reading(request, estate)
    if reading is None:
        messages.info(request, _("The file is no longer here; choose it once more."))
        return redirect("registers_import", estate.code)
    if request.method == "POST":
        return _load(request, estate, reading)
    outcome = load(reading, estate, by=request.user, at=now(), trial=True)
    capacities = [
        (Occupancy.Capacity(capacity).label, count) for capacity, count in reading.capacities().most_common()
    ]
    context = {
        "estate": estate,
        "reading": reading,
        "outcome": outcome,
        "columns": [(column, LABELS.get(column.meaning)) for column in reading.columns],
        "several_sheets": len({column.sheet for column in reading.columns}) > 1,
        "homes": reading.count("home"),
        "shops": reading.count("shop"),
        "parking": reading.count("parking"),
        "capacities": capacities,
        "problems": reading.problems[:SHOWN],
        "differences": outcome.differences[:SHOWN],
        "notes": reading.notes[:SHOWN],
        "skipped": [line for line in reading.skipped if line.where or not line.row][:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "owners/import_check.html", context)


def _load(request: HttpRequest, estate: Estate, reading: Reading) -> HttpResponse:
    """Load what was looked at. Anything left to look at keeps the page; else to the estate."""
    skip_bad = request.POST.get("skip_bad") == "1"
    outcome = load(reading, estate, by=request.user, at=now(), skip_bad=skip_bad)
    if not outcome.loaded:
        messages.error(request, _("Nothing was loaded: some rows are wrong."))
        return redirect("registers_import_check", estate.code)
    messages.success(request, _said(outcome))
    if reading.problems or outcome.differences:
        return redirect("registers_import_check", estate.code)
    _forget(request)
    return redirect("registers_estate", estate.code)


def _said(outcome: Outcome) -> str:
    if outcome.is_empty:
        return _("Nothing was new.")
    units = ngettext("%d unit", "%d units", outcome.units) % outcome.units
    people = ngettext("%d person", "%d people", outcome.people) % outcome.people
    return _("Loaded: %(units)s, %(people)s.") % {"units": units, "people": people}


@login_required
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Put the file away without loading it, or after loading what could be."""
    estate = _estate(request, code)
    _forget(request)
    return redirect("registers_estate", estate.code)


@login_required
@require_GET
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Problems, differences and notes as a table to work through in Excel."""
    estate = _estate(request, code)
    reading = _reading(request, estate)
    if reading is None:
        raise Http404
    outcome = load(reading, estate, by=request.user, at=now(), trial=True)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="register-{estate.code}.csv"'
    response.write("\ufeff")  # without it Excel takes UTF-8 for the local code page
    writer = csv.writer(response)
    writer.writerow([_("Sheet"), _("Row"), _("Place"), _("Kind"), _("What")])
    for kind, lines in (
        (_("problem"), reading.problems),
        (_("difference"), outcome.differences),
        (_("note"), reading.notes),
    ):
        for line in lines:
            writer.writerow(map(_inert, (line.sheet, line.row, line.where, kind, line.sentence)))
    return response


def _inert(value: object) -> str:
    """A cell that Excel will not take for a formula."""
    text = str(value)
    return "'" + text if text[:1] in "=+-@\t\r\n＝＋－＠" and text else text


def _reading(request: HttpRequest, estate: Estate) -> Reading | None:
    """The kept file read again, in the person's language; None when it is gone or another estate's."""
    kept = request.session.get(UPLOAD)
    if not kept or kept["estate"] != estate.code or not default_storage.exists(kept["stored"]):
        return None
    with default_storage.open(kept["stored"]) as file:
        return read_register(file.read(), kept["name"])


def _forget(request: HttpRequest) -> None:
    if kept := request.session.pop(UPLOAD, None):
        default_storage.delete(kept["stored"])


def _sweep(moment: datetime) -> None:
    """Files nobody came back to."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < moment - KEPT:
            default_storage.delete(path)
