"""Settings of the report calendar: whose reports are due, by whom, and each kind's rules, as versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.views import person_of
from config.framework.refusals import Refused
from reports import calendar_rules
from reports.calendar_forms import DutyForm, RuleForm
from reports.calendar_rules import Overtaken, current_rules, duties, keeps_calendar
from reports.duties import SHAPES, ReportKind, rule_of
from reports.duty_scopes import Place, places, who_may_be_named
from reports.models import CalendarVersion, ReportDuty
from reports.rule_words import changes, rule_in_words
from staff.requests import StaffRequest


def _keeper(request: StaffRequest, now: datetime) -> None:
    if not keeps_calendar(person_of(request, now)):
        raise Http404


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """Each kind: its rules in words, and of whom it is asked for. A constant number of queries."""
    now = clock()
    _keeper(request, now)
    rules, known, there = current_rules(), duties(), places()
    kinds = [
        {
            "kind": kind,
            "rule": rule_in_words(kind, rules.data),
            "on": [(place, row) for place, row in _of(kind, there, known) if row and row.is_on],
            "off": [place for place, row in _of(kind, there, known) if not (row and row.is_on)],
        }
        for kind in ReportKind
    ]
    context = {"kinds": kinds, "version": rules, "none": not any(row.is_on for row in known.values())}
    return render(request, "reports/calendar_settings.html", context)


def _of(
    kind: ReportKind, there: dict[str, Place], known: calendar_rules.Duties
) -> list[tuple[Place, ReportDuty | None]]:
    levels = SHAPES[kind].levels
    return [(one, known.get((kind, one.code))) for one in there.values() if one.level in levels]


@require_POST
@login_required
def begin(request: StaffRequest) -> HttpResponse:
    now = clock()
    _keeper(request, now)
    count = calendar_rules.begin_usual(by=request.user, at=now)
    messages.success(request, _("Switched on: %(n)s reports.") % {"n": count})
    return redirect("reports:calendar_settings")


def _kind(name: str) -> ReportKind:
    if name not in ReportKind.values:
        raise Http404
    return ReportKind(name)


@login_required
def duty(request: StaffRequest, kind: str, scope: str) -> HttpResponse:
    """Whether one kind is due of one scope, and who is named for it."""
    now = clock()
    _keeper(request, now)
    what, place = _kind(kind), places().get(scope)
    if place is None or place.level not in SHAPES[what].levels:
        raise Http404
    row = duties().get((kind, scope))
    rule = rule_of(current_rules().data, kind)
    form = DutyForm(request.POST or None, row=row, rule=rule, people=who_may_be_named(place, now))
    if request.method == "POST" and form.is_valid():
        try:
            calendar_rules.set_duty(
                what, place, is_on=form.cleaned_data["is_on"], who=form.who(),
                started_from=form.cleaned_data["started_from"], by=request.user, at=now,
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. It holds for reports from now on."))
            return redirect("reports:calendar_settings")
    history = (
        ReportDuty.objects.filter(kind=kind, scope=scope)
        .order_by("-number")
        .select_related("created_by", "preparer", "checker", "approver")
    )
    context = {"form": form, "kind": what, "place": place, "zone": place.zone, "history": history}
    return render(request, "reports/calendar_duty.html", context, status=422 if form.errors else 200)


@login_required
def rule(request: StaffRequest, kind: str) -> HttpResponse:
    """The rules of one kind; what is saved is the next version."""
    now = clock()
    _keeper(request, now)
    what, newest = _kind(kind), current_rules()
    form = RuleForm(request.POST or None, kind=what, version=newest)
    if request.method == "POST" and form.is_valid():
        try:
            saved = calendar_rules.save_rule(
                what, form.said(), started_from=form.cleaned_data["started_from"],
                note=form.cleaned_data["note"], by=request.user, at=now,
            )  # fmt: skip
        except Overtaken as refusal:
            # What was typed stays; it is saved on top of what the other one saved.
            form.refuse(refusal)
            again = request.POST.copy()
            again["started_from"] = str(newest.number)
            form.data = again
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved as version %(n)s.") % {"n": saved.number})
            return redirect("reports:calendar_settings")
    context = {"form": form, "kind": what, "version": newest}
    return render(request, "reports/calendar_rule.html", context, status=422 if form.errors else 200)


@require_GET
@login_required
def versions(request: StaffRequest) -> HttpResponse:
    """Every version with who, when, why, and what it said otherwise than the one before."""
    now = clock()
    _keeper(request, now)
    current_rules()
    rows = list(CalendarVersion.objects.select_related("created_by").order_by("number"))
    found: list[dict[str, Any]] = [{"row": rows[0], "changes": []}]
    for before, row in zip(rows, rows[1:], strict=False):
        found.append({"row": row, "changes": changes(before.data, row.data)})
    return render(request, "reports/calendar_versions.html", {"versions": found[::-1]})
