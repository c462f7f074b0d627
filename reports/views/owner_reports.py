"""The reports to owners 管理报告: those of an estate, one of them, what may be done with it, its paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from complaints.views import person_of
from complaints.views.lists.keyset import Order
from config.framework.refusals import Refused
from reports import owner_papers, owner_rules, tasks
from reports import owner_reports as writer
from reports.calendar_rules import Overtaken
from reports.models import OwnerReport, OwnerReportBlock
from reports.owner_content import content_of
from reports.owner_forms import FORMS, BlockForm, DraftForm, OfReport, block_form, usual_day
from reports.owner_rules import ACTS, OFFICE, Block, Span, State
from reports.owner_words import series_words, shown, span_words
from reports.scopes import Scope
from reports.views import chosen_scope, scopes_for
from staff import audit
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest

LAST, PAGE = Order("starts_on", newest_first=True), 30
ABOUT = ("estate", "before", "replaces", "replaced_by", "checked_by", "issued_by", "drafted_by")


def readable(scopes: list[Scope]) -> set[int]:
    """The estates whose figures a person reads."""
    return {estate.pk for scope in scopes for estate in scope.estates}


def offices(scopes: list[Scope], person: Permissions) -> list[Estate]:
    """The estates whose reports he writes."""
    found = {estate.pk: estate for scope in scopes for estate in scope.estates}
    return [one for one in found.values() if person.roles_at(one.pk) & OFFICE and one.ended_at is None]


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """The reports of what was chosen, the newest time first."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    rows = OwnerReport.objects.filter(estate__in=scope.estates)
    page = LAST.page(rows, request.GET, PAGE, read=_read)
    context = {
        "scopes": scopes,
        "scope": scope,
        "lines": [(row, name_of(row), time_of(row)) for row in page.rows],
        "older": f"?scope={scope.code}&after={page.older}" if page.older else "",
        "newer": f"?scope={scope.code}&before={page.newer}" if page.newer else "",
        "may": bool(offices(scopes, person_of(request, now))),
        "zone": scope.estates[0].zone,
    }
    return render(request, "reports/owner_reports.html", context)


def _read(*keys: int) -> Any:
    return OwnerReport.objects.filter(pk__in=keys).select_related("estate").defer("content", "told")


def name_of(row: OwnerReport) -> str:
    return series_words(row.year, row.serial)


def time_of(row: OwnerReport) -> str:
    return span_words(row.span, row.starts_on, row.ends_on)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    now = clock()
    scopes = scopes_for(request, now)
    mine = offices(scopes, person_of(request, now))
    if not mine:
        raise Http404
    begun = {"span": Span.QUARTER, "day": usual_day(now.astimezone(mine[0].zone).date())}
    begun["estate"] = next(
        (one for one in chosen_scope(request, scopes, now).estates if one in mine), mine[0]
    )
    data = request.POST if request.method == "POST" else None
    form = DraftForm(data, estates=mine, initial=begun)
    if form.is_valid():
        try:
            made = writer.draft(**form.arguments(), by=request.user, at=now)
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Begun, with the figures as they are now. Write the blocks."))
            return redirect(made)
    return render(
        request, "reports/owner_report_new.html", {"form": form}, status=422 if form.errors else 200
    )


def find(request: Any, pk: int, now: datetime) -> OwnerReport:
    """One of an estate he reads the figures of; anybody else's is a 404."""
    mine = readable(scopes_for(request, now))
    return get_object_or_404(OwnerReport.objects.select_related(*ABOUT), pk=pk, estate__in=mine)


def acts_on(row: OwnerReport, person: Permissions) -> list[str]:
    """What he may do with it now, as the acts themselves would say."""
    wrote = writer.wrote(row, person.user)
    possible = owner_rules.possible(row.state, person.roles_at(row.estate_id), wrote=wrote)
    again = row.state == State.WITHDRAWN and OwnerReport.objects.filter(replaces=row).exists()
    return [verb for verb in possible if not (verb == "reissue" and again)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: StaffRequest, pk: int, verb: str = "", kind: str = "") -> HttpResponse:
    """The page; with a verb or a block its form on it, done when it is sent."""
    now = clock()
    row = find(request, pk, now)
    if verb and verb not in FORMS or kind and kind not in Block.values:
        raise Http404
    if not (verb or kind):
        if request.method == "POST":
            raise Http404
        return _page(request, row, now)
    with timezone.override(row.estate.zone):
        return _act(request, row, verb, kind, now)


def _act(request: StaffRequest, row: OwnerReport, verb: str, kind: str, now: datetime) -> HttpResponse:
    person = person_of(request, now)
    data = request.POST if request.method == "POST" else None
    refused = owner_rules.refusal(
        verb or "write", row.state, person.roles_at(row.estate_id), wrote=writer.wrote(row, request.user)
    )
    form: OfReport = block_form(row, kind, data) if kind else FORMS[verb].form(data, report=row)
    if data is not None and form.is_valid():
        try:
            made = perform(row, verb, form, by=request.user, at=now)
        except Overtaken as fault:
            form.refuse(fault)
            row = find(request, row.pk, now)
            form.start_from(row.version)
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, str(FORMS[verb or "write"].done))
            return redirect(made.get_absolute_url() + (f"#{kind}" if kind else ""))
    more = {"verb": verb, "kind": kind, "form": form, "refused": refused}
    more["title"] = Block(kind).label if kind else ACTS[verb].label
    return _page(request, row, now, status=422 if data is not None or refused else 200, **more)


def perform(row: OwnerReport, verb: str, form: OfReport, **who: Any) -> OwnerReport:
    """Do what a valid form asks. Raises Refused."""
    if isinstance(form, BlockForm):
        return writer.write_block(row, **form.arguments(), **who)
    made = FORMS[verb].act(row, **form.arguments(), **who)
    if verb == "issue":
        tasks.wake(tasks.make)
    return made


def _page(
    request: StaffRequest, row: OwnerReport, now: datetime, *, status: int = 200, **more: Any
) -> HttpResponse:
    person = person_of(request, now)
    content = content_of(row)
    verbs = acts_on(row, person)
    written: dict[str, OwnerReportBlock] = {one.kind: one for one in row.blocks.all()}
    entries = row.entries.select_related("actor").order_by("-pk")
    context = {
        "row": row,
        "name": name_of(row),
        "time": time_of(row),
        "shown": shown(content),
        "zone": row.estate.zone,
        "acts": [(verb, ACTS[verb]) for verb in verbs],
        "blocks": [(one, one.label, bool(written[one].words)) for one in Block] if "write" in verbs else (),
        "entries": [(one, entry_words(one.verb, one.about)) for one in entries],
        "link": owner_papers.public_link(row) if row.is_out else "",
        "replaced_by": OwnerReport.objects.filter(replaces=row).first(),
        "form": None,
    }
    return render(request, "reports/owner_report.html", context | more, status=status)


def entry_words(verb: str, about: str) -> str:
    """What somebody did, in the words of the act."""
    if verb == "draft":
        return _("Begun")
    if verb == "write_block":
        return _("Written: %(block)s") % {"block": Block(about).label}
    return str(ACTS[verb].label)


@require_GET
@login_required
def paper(request: StaffRequest, pk: int) -> FileResponse:
    """The PDF that was made once; `?language=en` the English one. 404 while there is none."""
    row = find(request, pk, clock())
    answer = paper_of(row, request.GET.get("language", ""))
    audit.taken_out(request, "reports:owner_report_pdf", filters=f"report={row.pk}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def paper_of(row: OwnerReport, language: str) -> FileResponse:
    file = row.pdf_en if language == "en" and row.pdf_en else row.pdf
    if not file:
        raise Http404
    name = owner_papers.file_name(row)
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")
