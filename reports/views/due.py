"""One due report: its state, papers, readers and history; the acts on it; its files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from complaints import uploads
from complaints.views import person_of
from complaints.views.case.files import HEADERS
from config.framework.refusals import Refused
from reports import calendar, due_files, tasks
from reports.calendar_rules import duties
from reports.due_words import due_words, period_words
from reports.duties import ACTS, Act, DueState, ReportKind
from reports.duty_scopes import Place, holders, load_people
from reports.forms import ActForm
from reports.kinds import is_made
from reports.meeting_rows import code_of
from reports.models import DuePaper, DueReader, DueReport
from reports.readers import check_readable
from reports.views import EXCEL, public_accounts
from reports.views.calendar import lateness, places_for, turn
from staff import audit
from staff.requests import StaffRequest


def found(request: StaffRequest, pk: int, now: datetime) -> tuple[DueReport, Place]:
    """The report and its scope; 404 where it is not one he reads."""
    mine = places_for(request, now)
    rows = DueReport.objects.select_related(
        "rules", "asked", "paper__made", "prepared_by", "checked_by", "signed_by"
    )
    row = get_object_or_404(rows, pk=pk, scope__in=list(mine))
    return row, mine[row.scope]


@require_GET
@login_required
def due(request: StaffRequest, pk: int) -> HttpResponse:
    """Opening it is the receipt of whoever it was sent to."""
    now = clock()
    row, place = found(request, pk, now)
    if row.state == DueState.SENT and row.paper:
        calendar.opened(row.paper, by=request.user, at=now)
    return _page(request, row, place, now)


def _page(
    request: StaffRequest, row: DueReport, place: Place, now: datetime, wrong: ActForm | None = None
) -> HttpResponse:
    known = duties()
    duty, person = known.get((row.kind, row.scope)), person_of(request, now)
    acts = calendar.acts_for(row, place, duty, person)
    papers = list(row.papers.select_related("made", "signed_by", "kept_by").order_by("-version"))
    people = load_people(now, [place], [duty] if duty else [])
    part = row.waits_for
    asked = holders(part, place, row.rule, duty, people) if part else []
    readers = DueReader.objects.filter(paper=row.paper).select_related("user").order_by("user__name", "pk")
    context: dict[str, Any] = {
        "row": row,
        "zone": row.zone,
        "period": period_words(row.kind, row.period),
        "due": due_words(row.due_at, row.zone),
        "late": lateness(row, now),
        "turn": turn(row),
        "people": pgettext("between names", ", ").join(str(user) for user in asked),
        "forms": [
            # What was typed is kept even where somebody else was faster and the act is over.
            *([wrong] if wrong and wrong.act not in acts else []),
            *(_form(act, row, request, wrong) for act in acts),
        ],
        "may_make": is_made(row.kind) and not row.asked and any(act.verb == "hand_in" for act in acts),
        "paper": row.paper,
        "papers": [paper for paper in papers if paper.pk != row.paper_id],
        "readers": list(readers) if row.paper_id else [],
        "meeting": meeting_address(row),
        "accounts": public_accounts.address(row),
        "steps": [(ACTS.get(step.verb), step) for step in _steps(row)],
    }
    return render(request, "reports/due.html", context, status=422 if wrong else 200)


def meeting_address(row: DueReport) -> str:
    """Of a quarter's report, where the record of its meeting is kept."""
    if row.kind != ReportKind.QUARTERLY:
        return ""
    return reverse("reports:meeting", args=[row.scope, code_of(row.starts_on)])


def _steps(row: DueReport) -> Any:
    return row.steps.select_related("by", "paper").order_by("-pk")


def _form(act: Act, row: DueReport, request: StaffRequest, wrong: ActForm | None) -> ActForm:
    if wrong and wrong.act == act:
        return wrong
    return ActForm(act=act, **_asks(act, row, request))


def _asks(act: Act, row: DueReport, request: StaffRequest) -> dict[str, bool]:
    his_own = row.rule.second and row.prepared_by_id == request.user.pk
    made = bool(row.paper and row.paper.made and not row.paper.signed_at)
    return {"alone": act.verb in ("check", "sign") and his_own, "draft": made}


@require_POST
@login_required
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """One act; what is refused is said where it was typed, and what was typed is kept."""
    now = clock()
    row, place = found(request, pk, now)
    if verb not in ACTS:
        raise Http404
    form = ActForm(request.POST, request.FILES, act=ACTS[verb], **_asks(ACTS[verb], row, request))
    if not form.is_valid():
        return _page(request, row, place, now, form)
    said = {name: value for name, value in form.cleaned_data.items() if name != "file"}
    try:
        if upload := form.cleaned_data.get("file"):
            said["sent"] = due_files.check(upload.name or "", upload)
        getattr(calendar, verb)(row, by=request.user, at=now, **said)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(request, row, place, now, form)
    if verb == "reissue":
        tasks.wake(tasks.make)
    row.refresh_from_db(fields=["state"])
    messages.success(request, _("Done: “%(act)s”.") % {"act": ACTS[verb].label})
    return redirect(row)


@require_POST
@login_required
def make(request: StaffRequest, pk: int) -> HttpResponse:
    """Have the draft made anew."""
    now = clock()
    row, _place = found(request, pk, now)
    try:
        calendar.make_draft(row, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        tasks.wake(tasks.make)
        messages.success(request, _("The draft is being made; it appears here within a minute."))
    return redirect(row)


@require_GET
@login_required
def paper(request: StaffRequest, pk: int, version: int, form: str = "") -> FileResponse:
    """A version's file. Whoever it was sent to has opened it."""
    now = clock()
    row, _place = found(request, pk, now)
    kept = get_object_or_404(row.papers.select_related("made"), version=version)
    answer = _made(request, kept, form, now) if kept.made else _stored(kept)
    calendar.opened(kept, by=request.user, at=now)
    audit.taken_out(request, "reports:due", filters=f"{row.kind} {row.scope} {row.starts_on} v{version}")
    return answer


def _made(request: StaffRequest, kept: DuePaper, form: str, now: datetime) -> FileResponse:
    made = kept.made
    if made is None:
        raise Http404
    try:
        check_readable(made, person_of(request, now))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from None
    file, kind, ending = (
        (made.xlsx, EXCEL, "xlsx") if form == "xlsx" else (made.pdf, "application/pdf", "pdf")
    )
    name = f"{kept.due.get_kind_display()}-{kept.due.scope_name}-{made.code}-v{kept.version}.{ending}"
    return FileResponse(
        file.open("rb"), as_attachment=True, filename=name, content_type=kind, headers=HEADERS
    )


def _stored(kept: DuePaper) -> FileResponse:
    try:
        opened = uploads.path_of(kept.stored).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        opened, as_attachment=True, filename=kept.name, content_type=kept.content_type, headers=HEADERS
    )
