"""Meetings with owners 恳谈会: those of an estate, each record, its promises and what became of them."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now as clock
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from complaints.models import Complaint
from complaints.views import person_of
from complaints.views.lists.keyset import Order
from config.framework.refusals import Refused
from reports import owner_meetings as writer
from reports import paperwork
from reports.calendar_rules import Overtaken
from reports.models import OwnerMeeting, OwnerPromise, Paper
from reports.owner_meeting_forms import (
    OF_MEETING,
    OF_PROMISE,
    Kept,
    MeasureOfPromise,
    NewMeeting,
    acts_on,
    acts_on_promise,
    label_of,
)
from reports.scopes import scopes_of
from reports.views import chosen_scope, scopes_for
from reports.views.owner_reports import offices, readable
from reports.views.papers import in_line
from staff.requests import StaffRequest

LAST, PAGE = Order("held_on", newest_first=True), 30


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """The meetings of what was chosen, the newest first, with how many promises are still to be kept."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    page = LAST.page(OwnerMeeting.objects.filter(estate__in=scope.estates), request.GET, PAGE, read=_read)
    lines = []
    for row in page.rows:
        promises = list(row.promises.all())
        waiting = [one for one in promises if one.state == OwnerPromise.State.OPEN]
        lines.append((row, len(promises), len(waiting), sum(one.due_at <= now for one in waiting)))
    context = {
        "scopes": scopes,
        "scope": scope,
        "lines": lines,
        "older": f"?scope={scope.code}&after={page.older}" if page.older else "",
        "newer": f"?scope={scope.code}&before={page.newer}" if page.newer else "",
        "may": bool(offices(scopes, person_of(request, now))),
    }
    return render(request, "reports/owner_meetings.html", context)


def _read(*keys: int) -> Any:
    return OwnerMeeting.objects.filter(pk__in=keys).select_related("estate").prefetch_related("promises")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Of the estate the address names, else the one chosen."""
    now = clock()
    scopes = scopes_for(request, now)
    mine = offices(scopes, person_of(request, now))
    if not mine:
        raise Http404
    chosen = [one for one in chosen_scope(request, scopes, now).estates if one in mine]
    asked = request.GET.get("estate", "")
    estate = next((one for one in mine if one.code == asked), None) if asked else (chosen or mine)[0]
    if estate is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = NewMeeting(data, estate=estate, person=person_of(request, now), now=now)
    if form.is_valid():
        try:
            made = writer.record(estate, **form.arguments(), by=request.user, at=now)
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Written down. Add what was promised, then sign it."))
            return redirect(made)
    context = {"form": form, "estate": estate, "estates": mine}
    return render(request, "reports/owner_meeting_new.html", context, status=422 if form.errors else 200)


def find(request: Any, pk: int, now: datetime, *, keeper: bool = False) -> OwnerMeeting:
    """One of an estate whose figures he reads, for `keeper` one where he keeps a promise too; else a 404."""
    rows = OwnerMeeting.objects.select_related("estate", "recorded_by", "signed_by")
    if keeper:
        return get_object_or_404(rows, _mine(request, now, "", "pk"), pk=pk)
    return get_object_or_404(rows, pk=pk, estate__in=readable(scopes_for(request, now)))


def find_promise(request: Any, pk: int, now: datetime) -> OwnerPromise:
    rows = OwnerPromise.objects.select_related("meeting__estate", "keeper", "measure", "follow_up__complaint")
    return get_object_or_404(rows, _mine(request, now, "meeting__", "meeting"), pk=pk)


def _mine(request: Any, now: datetime, path: str, meeting: str) -> Q:
    """Of the estates whose figures he reads, and where he keeps a promise; 403 where there is neither."""
    person = person_of(request, now)
    kept = OwnerPromise.objects.filter(keeper__in=person.stands_for)
    scopes = scopes_of(person)
    if not scopes and not kept.exists():
        scopes_for(request, now)
    estates = {f"{path}estate__in": readable(scopes)}
    return Q(**estates) | Q(**{f"{meeting}__in": kept.values("meeting")})


def may_act(request: Any, row: OwnerMeeting, promised: OwnerPromise | None, verb: str, now: datetime) -> bool:
    """Whoever keeps the record does all of it; who keeps a promise says that it is kept."""
    if writer.may_keep(row.estate_id, request.user, now):
        return True
    return promised is not None and verb == "report" and writer.keeps(promised, request.user, now)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: StaffRequest, pk: int, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    now = clock()
    row = find(request, pk, now, keeper=True)
    if verb and verb not in OF_MEETING or not verb and request.method == "POST":
        raise Http404
    if not verb:
        return _page(request, row, now)
    _check_may(request, row, None, verb, now)
    form = form_for(verb, row, None, request, now, request.POST if request.method == "POST" else None)
    return _done(request, row, None, verb, form, now)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """An act on one promise, on the page of its meeting."""
    now = clock()
    row = find_promise(request, pk, now)
    if verb not in OF_PROMISE:
        raise Http404
    _check_may(request, row.meeting, row, verb, now)
    data = request.POST if request.method == "POST" else None
    form = form_for(verb, row.meeting, row, request, now, data)
    return _done(request, row.meeting, row, verb, form, now)


def _check_may(
    request: StaffRequest, row: OwnerMeeting, promised: OwnerPromise | None, verb: str, now: datetime
) -> None:
    """Who does not keep the record has no form of it."""
    if not may_act(request, row, promised, verb, now):
        raise Http404


def form_for(
    verb: str, row: OwnerMeeting, promised: OwnerPromise | None, request: Any, now: datetime, data: Any
) -> Kept:
    act = (OF_PROMISE if promised else OF_MEETING)[verb]
    return act.form(
        data, estate=row.estate, meeting=row, promised=promised, person=person_of(request, now), now=now
    )


def perform(row: Any, verb: str, form: Kept, **who: Any) -> Any:
    """Do what a valid form asks of a meeting or a promise. Raises Refused."""
    table = OF_PROMISE if isinstance(row, OwnerPromise) else OF_MEETING
    return table[verb].act(row, **form.arguments(), **who)


def _done(
    request: StaffRequest,
    row: OwnerMeeting,
    promised: OwnerPromise | None,
    verb: str,
    form: Kept,
    now: datetime,
) -> HttpResponse:
    act = (OF_PROMISE if promised else OF_MEETING)[verb]
    with timezone.override(row.estate.zone):
        if form.is_bound and form.is_valid():
            try:
                perform(promised or row, verb, form, by=request.user, at=now)
            except Overtaken as fault:
                form.refuse(fault)
                model: Any = type(promised or row)
                kept = model.objects.filter(pk=(promised or row).pk).first()
                if kept is None:  # taken out meanwhile
                    messages.error(request, str(fault))
                    return redirect(row)
                form.start_from(kept.version)
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, str(act.done))
                return redirect(row)
        more: dict[str, Any] = {
            "form": form,
            "title": act.label,
            "about": promised,
            "status": 422 if form.is_bound else 200,
        }
        return _page(request, row, now, **more)


def _page(
    request: StaffRequest, row: OwnerMeeting, now: datetime, *, status: int = 200, **more: Any
) -> HttpResponse:
    may = writer.may_keep(row.estate_id, request.user, now)
    person = person_of(request, now)
    promises = row.promises.select_related("keeper", "measure", "follow_up__complaint")
    seen = set(
        Complaint.objects.visible_to(person)
        .filter(follow_ups__promise__meeting=row)
        .values_list("pk", flat=True)
    )
    context = {
        "row": row,
        "zone": row.estate.zone,
        "acts": [(verb, OF_MEETING[verb].label) for verb in acts_on(row)] if may else [],
        "promises": [
            (
                one,
                one.state == OwnerPromise.State.OPEN and one.due_at <= now,
                [
                    (verb, label_of(verb))
                    for verb in acts_on_promise(one, office=may, keeper=one.keeper_id in person.stands_for)
                ],
                one.follow_up.complaint if one.follow_up and one.follow_up.complaint_id in seen else None,
            )
            for one in promises
        ],
        "may": may,
        "reads": row.estate_id in readable(scopes_of(person)),
        "supplements": row.supplements.select_related("by"),
        "changes": row.history.select_related("history_user").order_by("-history_id"),
        "form": None,
    }
    return render(request, "reports/owner_meeting.html", context | more, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: StaffRequest, pk: int) -> HttpResponse:
    """A promise becomes a measure of its estate."""
    now = clock()
    row = find_promise(request, pk, now)
    estate = row.meeting.estate
    if not writer.may_keep(estate.pk, request.user, now):
        raise Http404
    if row.measure:  # the form was sent before
        return redirect(row.meeting)
    data = request.POST if request.method == "POST" else None
    with timezone.override(estate.zone):
        form = MeasureOfPromise(
            data,
            initial={"what": row.what},
            measure=None,
            estate=estate,
            person=person_of(request, now),
            now=now,
        )
        key = request.POST.get("key", "")[:64] or token_urlsafe(16)
        if data is not None and form.is_valid():
            said = form.arguments()
            try:
                writer.set_measure_of(
                    row, said["plan"], cases=said["cases"], by=request.user, at=now, key=key
                )
            except Refused as fault:
                form.refuse(fault)
            else:
                messages.success(request, _("Set. Whoever is responsible knows."))
                return redirect(row.meeting)
        context = {"row": row.meeting, "promised": row, "form": form, "key": key}
        return render(
            request, "reports/owner_promise_measure.html", context, status=422 if form.errors else 200
        )


@require_GET
@login_required
def minutes(request: StaffRequest, pk: int) -> HttpResponse:
    """The record on paper; one that is not signed says so."""
    now = clock()
    row = find(request, pk, now)
    name = f"{pgettext('title of the paper', 'Minutes')}-{row.estate.code}-{row.held_on}.pdf"
    try:
        paper = paperwork.ask_caseless(
            request.user, Paper.Kind.MINUTES, row.pk, {}, name, get_language() or "zh-hans", now
        )
    except Refused as refusal:
        return render(request, "reports/failed.html", {"reason": str(refusal)}, status=429)
    return in_line(request, paper)
