"""The meetings on the quarters: which have a record, each record, its decisions and its changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.framework.refusals import Refused
from reports import meetings as writer
from reports.calendar_rules import Overtaken
from reports.due_words import period_words
from reports.duties import DuePeriod, Every, ReportKind, period_ending_after
from reports.meeting_forms import DecisionForm, MeetingForm, SettleForm
from reports.meeting_rows import code_of
from reports.models import DueReport, MeetingDecision, QuarterMeeting
from reports.scopes import Scope, find
from reports.views import chosen_scope, scopes_for
from staff.requests import StaffRequest

#: So many quarters are offered, the one that runs included.
OFFERED = 9


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """The last quarters of one scope: held or not, what was decided, what of it is still to be done."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    rows = QuarterMeeting.objects.filter(scope=scope.code).prefetch_related("decisions")
    held = {row.starts_on: row for row in rows}
    lines = []
    for quarter in last_quarters(scope, now):
        row = held.get(quarter.first)
        decisions = list(row.decisions.all()) if row else []
        waiting = sum(one.state == MeetingDecision.State.OPEN for one in decisions)
        lines.append((name_of(quarter), code_of(quarter.first), row, len(decisions), waiting))
    context = {"scopes": scopes, "scope": scope, "lines": lines}
    return render(request, "reports/meetings.html", context)


def last_quarters(scope: Scope, now: datetime) -> list[DuePeriod]:
    """The newest first."""
    found = [period_ending_after(Every.QUARTER, now.astimezone(scope.estates[0].zone).date())]
    while len(found) < OFFERED:
        found.append(period_ending_after(Every.QUARTER, found[-1].first - date.resolution))
    return found


def name_of(quarter: DuePeriod) -> str:
    return period_words(ReportKind.QUARTERLY, quarter)


def read_quarter(code: str) -> DuePeriod:
    """Of 2026-Q1. Raises Http404."""
    if not (match := re.fullmatch(r"(2\d{3})-Q([1-4])", code, re.ASCII)):
        raise Http404
    return period_ending_after(Every.QUARTER, date(int(match[1]), int(match[2]) * 3, 1))


@login_required
def meeting(request: StaffRequest, scope: str, quarter: str) -> HttpResponse:
    """The record, and what may be written in it."""
    now = clock()
    place, days = found(request, scope, now), read_quarter(quarter)
    row = QuarterMeeting.objects.filter(scope=place.code, starts_on=days.first).first()
    if request.method != "POST":
        return page(request, place, days, row, now)
    form = MeetingForm(request.POST, row=row)

    def save() -> None:
        writer.keep(
            place.code,
            days,
            form.said(),
            started_from=form.cleaned_data["started_from"],
            by=request.user,
            at=now,
        )

    return done(request, place, days, row, now, form, save)


@require_POST
@login_required
def decide(request: StaffRequest, scope: str, quarter: str) -> HttpResponse:
    """One more decision of a meeting."""
    now = clock()
    place, days = found(request, scope, now), read_quarter(quarter)
    row = get_object_or_404(QuarterMeeting, scope=place.code, starts_on=days.first)
    form = DecisionForm(request.POST)

    def save() -> None:
        writer.decide(row, form.said(), by=request.user, at=now, key=form.cleaned_data["key"])

    return done(request, place, days, row, now, form, save)


@require_POST
@login_required
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    now = clock()
    place, decision = found_decision(request, pk, now)
    form = DecisionForm(request.POST, row=decision)

    def save() -> None:
        started_from = form.cleaned_data["started_from"]
        writer.correct(decision, form.said(), started_from=started_from, by=request.user, at=now)

    row = decision.meeting
    return done(request, place, row.period, row, now, form, save)


@require_POST
@login_required
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Done, dropped, or open again."""
    now = clock()
    place, decision = found_decision(request, pk, now)
    form = SettleForm(request.POST, row=decision)

    def save() -> None:
        said = form.cleaned_data
        writer.settle(
            decision, said["state"], said["on"], said["note"],
            started_from=said["started_from"], by=request.user, at=now,
        )  # fmt: skip

    row = decision.meeting
    return done(request, place, row.period, row, now, form, save)


def found(request: StaffRequest, code: str, now: datetime) -> Scope:
    scope = find(scopes_for(request, now), code)
    if scope is None:
        raise Http404
    return scope


def found_decision(request: StaffRequest, pk: int, now: datetime) -> tuple[Scope, MeetingDecision]:
    decision = get_object_or_404(MeetingDecision.objects.select_related("meeting"), pk=pk)
    return found(request, decision.meeting.scope, now), decision


def done(
    request: StaffRequest,
    place: Scope,
    days: DuePeriod,
    row: QuarterMeeting | None,
    now: datetime,
    form: MeetingForm | DecisionForm | SettleForm,
    save: Callable[[], object],
) -> HttpResponse:
    """Saved, or the page again with the sentence where it was typed."""
    if form.is_valid():
        try:
            save()
        except Overtaken as refusal:
            form.refuse(refusal)
            row = QuarterMeeting.objects.filter(scope=place.code, starts_on=days.first).first()
            if kept := row if isinstance(form, MeetingForm) else form.row:
                kept.refresh_from_db()
                form.start_from(kept.version)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:meeting", place.code, code_of(days.first))
    return page(request, place, days, row, now, form)


def page(
    request: StaffRequest,
    place: Scope,
    days: DuePeriod,
    row: QuarterMeeting | None,
    now: datetime,
    wrong: Any = None,
) -> HttpResponse:
    may = writer.may_keep(place, request.user, now)
    decisions = list(row.decisions.prefetch_related("measures__measure").order_by("number")) if row else []

    def form(made: Any) -> Any:
        """What was typed is kept where something is wrong with it."""
        same = type(wrong) is type(made) and wrong.prefix == made.prefix
        return wrong if same else made

    today = now.astimezone(place.estates[0].zone).date()
    context = {
        "scope": place,
        "quarter": name_of(days),
        "code": code_of(days.first),
        "row": row,
        "zone": place.estates[0].zone,
        "may": may,
        "form": form(MeetingForm(row=row)) if may else None,
        "deciding": form(DecisionForm()) if may and row else None,
        "decisions": [
            (
                one,
                one.state == MeetingDecision.State.OPEN and one.due_on < today,
                form(SettleForm(row=one)) if may else None,
                form(DecisionForm(row=one)) if may else None,
            )
            for one in decisions
        ],
        "wrong": wrong,
        "due": DueReport.objects.filter(
            kind=ReportKind.QUARTERLY, scope=place.code, starts_on=days.first
        ).first(),
        "changes": changes(row),
    }
    return render(request, "reports/meeting.html", context, status=422 if wrong else 200)


def changes(row: QuarterMeeting | None) -> list[Any]:
    """Every version of the record and of its decisions, the newest first. Two queries."""
    if row is None:
        return []
    of_record = row.history.select_related("history_user")
    of_decisions = MeetingDecision.history.filter(meeting=row.pk).select_related("history_user")
    found = [*of_record, *of_decisions]
    return sorted(found, key=lambda one: (one.history_date, one.history_id), reverse=True)
