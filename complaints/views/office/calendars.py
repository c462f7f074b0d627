"""An estate's working time: the year on one page, and every change shown before it is saved."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from complaints import holidays
from complaints.actions import calendars
from complaints.actions.calendars import DayChange, Move
from complaints.forms.office import calendars as forms
from complaints.forms.office.settings import Asked, initial
from complaints.holidays import Day
from complaints.models import CalendarChange, Complaint
from complaints.policy import ClockKind
from complaints.views import person_of
from complaints.views.office.changes import edits
from complaints.views.office.people import managed
from complaints.worktime import DAY, Calendar
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from staff.models import Estate
from staff.requests import StaffRequest

YEARS = range(2000, 2101)
SHOWN, CHANGES_SHOWN = 20, 30
OTHER_COLUMNS = frozenset(field.name for field in Estate._meta.fields) - {*calendars.HOURS}
#: Batches moved while the person waits; the sweep does the rest within seconds.
AT_ONCE = 5


@dataclass(frozen=True)
class Cell:
    """A date of the grid; `mark` is off, work, or nothing for a day as the week says."""

    date: date | None
    mark: str = ""
    name: str = ""
    is_worked: bool = True


@dataclass(frozen=True)
class Look:
    """What a change would do to one estate."""

    estate: Estate
    changes: list[DayChange]
    moves: list[Move]
    seen: list[Move]  # those of cases the person may know of

    @property
    def hidden(self) -> int:
        return len(self.moves) - len(self.seen[:SHOWN])


def _estate(request: StaffRequest, code: str) -> Estate:
    estate: Estate = get_object_or_404(_kept(request), code=code)
    return estate


def _kept(request: StaffRequest) -> QuerySet[Estate]:
    mine = managed(person_of(request, now()))
    return Estate.objects.all() if mine is None else Estate.objects.filter(pk__in=mine)


@login_required
@require_safe
def year(request: StaffRequest, code: str) -> HttpResponse:
    return _page(request, _estate(request, code))


def _page(request: StaffRequest, estate: Estate, **corrected: Asked) -> HttpResponse:
    today = now().astimezone(estate.zone).date()
    asked = whole_number(request.GET.get("year"))
    year = asked if asked and asked in YEARS else today.year
    days = calendars.days_of(estate)
    chosen = _chosen(request, days)
    others = _kept(request).exclude(pk=estate.pk).order_by("name")
    context = {
        "estate": estate,
        "year": year,
        "before": year - 1,
        "after": year + 1,
        "today": today,
        "months": _months(year, calendars.calendar_with(estate), days),
        "weekdays": [
            name[-1] if name.startswith("星期") else name for name in map(str, WEEKDAYS_ABBR.values())
        ],
        "spans": _spans((day, what) for day, what in days.items() if day.year == year),
        "hours": forms.HoursForm(initial=_hours(estate)),
        "day": forms.DayForm(initial=chosen or {"date": None, "kind": "off"}),
        "chosen": chosen,
        "announced": forms.YearForm(initial={"year": year}),
        "table": forms.FileForm(prefix="table"),
        "copy": forms.CopyForm(initial={"year": year}, others=others) if others.exists() else None,
        "changes": CalendarChange.objects.filter(estate=estate)
        .select_related("made_by")
        .annotate(moved=Count("moves"))
        .order_by("-pk")[:CHANGES_SHOWN],
        "edits": edits({"": estate.history.all()}, silent=OTHER_COLUMNS),
    } | corrected
    wrong = any(form.errors for form in corrected.values())
    return render(request, "complaints/office/calendar.html", context, status=422 if wrong else 200)


def _hours(estate: Estate) -> dict[str, Any]:
    return initial(estate, calendars.HOURS) | {"weekdays": list(estate.weekdays)}


def _chosen(request: StaffRequest, days: Mapping[date, Day]) -> dict[str, Any] | None:
    """The date that was clicked, as its form holds it."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    what = days.get(day)
    if what is None:
        return {"date": day, "kind": "work" if day.weekday() >= 5 else "off"}
    return {"date": day, "kind": "work" if what.is_working else "off", "name": what.name}


def _months(year: int, calendar: Calendar, days: Mapping[date, Day]) -> list[tuple[date, list[list[Cell]]]]:
    def cell(month: int, day: date) -> Cell:
        if day.month != month:
            return Cell(None)
        what = days.get(day)
        mark = "" if what is None else "work" if what.is_working else "off"
        return Cell(day, mark, what.name if what else "", calendar.is_working_day(day))

    weeks = months.Calendar()
    return [
        (date(year, n, 1), [[cell(n, day) for day in week] for week in weeks.monthdatescalendar(year, n)])
        for n in range(1, 13)
    ]


def _spans(days: Iterable[tuple[date, Day]]) -> list[tuple[date, date, Day]]:
    """First and last date of the days that follow one another and say the same."""
    spans: list[tuple[date, date, Day]] = []
    for day, what in days:
        if spans and spans[-1][2] == what and day - spans[-1][1] == DAY:
            spans[-1] = (spans[-1][0], day, what)
        else:
            spans.append((day, day, what))
    return spans


# What would change ------------------------------------------------------------------------------------


@login_required
@require_POST
def look(request: StaffRequest, code: str, source: str) -> HttpResponse:
    """A day, an announced year, a table, or this year for other estates: shown, not yet written."""
    estate = _estate(request, code)
    others = _kept(request).exclude(pk=estate.pk)
    form: Asked
    match source:
        case "day":
            name, form = "day", forms.DayForm(request.POST)
        case "announced":
            name, form = "announced", forms.YearForm(request.POST)
        case "table":
            name, form = "table", forms.FileForm(request.POST, request.FILES, prefix="table")
        case _:
            name, form = "copy", forms.CopyForm(request.POST, others=others)
    if form.is_valid():
        try:
            targets = list(form.cleaned_data["estates"]) if name == "copy" else [estate]
            looks = [_look(request, target, _wanted(name, form, estate, target)) for target in targets]
            looks = [found for found in looks if found.changes]
            if looks:
                return _show(request, estate, looks)
            form.refuse(Refused(_("Nothing to change: the calendar already shows this.")))
        except Refused as refusal:
            form.refuse(refusal)
    return _page(request, estate, **{name: form})


def _wanted(name: str, form: Any, estate: Estate, target: Estate) -> dict[date, Day | None]:
    """What the calendar of `target` should say."""
    said = form.cleaned_data
    found: dict[date, Day | None]
    if name == "day":
        found = form.wanted()
        return found
    if name == "copy":
        found = {day: what for day, what in calendars.days_of(estate).items() if day.year == said["year"]}
        if not found:
            raise Refused(_("This year has no days to copy."))
    elif name == "announced":
        found = dict(holidays.announced(said["year"]))
    else:
        file = said["file"]
        found = dict(holidays.read_file(file.read(), file.name, swapped=said["swapped"]))
    if name == "copy" or said["whole"]:
        years = {day.year for day in found}
        gone: dict[date, Day | None] = {day: None for day in calendars.days_of(target) if day.year in years}
        found = gone | found
    return found


def _look(request: StaffRequest, estate: Estate, wanted: Mapping[date, Day | None]) -> Look:
    changes = calendars.changes_to(estate, wanted)
    return _would(request, estate, changes, calendars.calendar_with(estate, changes))


def _would(request: StaffRequest, estate: Estate, changes: list[DayChange], calendar: Calendar) -> Look:
    at = now()
    moves = calendars.would_move(estate, calendar, at)
    cases = {move.clock.complaint_id for move in moves}
    known = Complaint.objects.visible_to(person_of(request, at)).filter(pk__in=cases)
    may_know = set(known.values_list("pk", flat=True))
    return Look(estate, changes, moves, [move for move in moves if move.clock.complaint_id in may_know])


def _show(request: StaffRequest, estate: Estate, looks: list[Look], **more: Any) -> HttpResponse:
    changes = {found.estate.code: found.changes for found in looks}
    context = {
        "estate": estate,
        "looks": looks,
        "kinds": dict(ClockKind.choices),
        "shown": SHOWN,
        "form": forms.SeenForm(initial={"changes": forms.as_sent(changes)}),
        "save_url": reverse("calendar_save", args=[estate.code]),
    }
    return render(request, "complaints/office/calendar_preview.html", context | more)


# Written ----------------------------------------------------------------------------------------------


@login_required
@require_POST
def save(request: StaffRequest, code: str) -> HttpResponse:
    """Write exactly what was shown; where somebody else was faster, that estate stays as it is."""
    _estate(request, code)
    form, back = forms.SeenForm(request.POST), reverse("calendar", args=[code])
    if not form.is_valid():
        messages.error(request, _("The form was incomplete. Please start again."))
        return redirect(back)
    at, written = now(), 0
    shown = form.cleaned_data["changes"]
    for target in _kept(request).filter(code__in=shown):
        changes = shown[target.code]
        try:
            wanted = {change.date: change.after for change in changes}
            calendars.change_days(target, wanted, seen=changes, by=request.user, at=at)
            written += 1
        except Refused as refusal:
            messages.error(request, _("%(estate)s: %(why)s") % {"estate": target, "why": refusal})
    if written:
        _follow(request, at)
    first = next((change.date for change in shown.get(code, [])), None)
    return redirect(f"{back}?year={first.year}" if first else back)


@login_required
@require_POST
def hours(request: StaffRequest, code: str) -> HttpResponse:
    """Shown with what they move; written when the button of that page is pressed."""
    estate, form = _estate(request, code), forms.HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, estate, hours=form)
    try:
        if "save" in request.POST:
            at = now()
            calendars.set_hours(estate, form.cleaned_data, by=request.user, at=at)
            _follow(request, at)
            return redirect("calendar", code)
        calendar = calendars.check_hours(estate, form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(request, estate, hours=form)
    found = _would(request, estate, [], calendar)
    wording = _differences(estate, form)
    if not wording:
        messages.info(request, _("Nothing to change: the calendar already shows this."))
        return redirect("calendar", code)
    url = reverse("calendar_hours", args=[code])
    return _show(request, estate, [found], hours=form, wording=wording, save_url=url)


def _differences(estate: Estate, form: forms.HoursForm) -> list[tuple[str, str, str]]:
    """(label, before, after) of the hours that would change."""

    def said(value: Any) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, str):
            return pgettext("between names", ", ").join(str(WEEKDAYS[int(digit) - 1]) for digit in value)
        return f"{value:%H:%M}" if value else "–"

    return [
        (str(form.fields[name].label), said(getattr(estate, name)), said(form.cleaned_data[name]))
        for name in calendars.HOURS
        if getattr(estate, name) != form.cleaned_data[name]
    ]


def _follow(request: StaffRequest, at: datetime) -> None:
    """Move the first deadlines at once; whatever is left, the sweep moves."""
    try:
        moved = calendars.carry_on(at, batches=AT_ONCE)
    except OperationalError:  # a case was held too long by somebody else
        moved = 0
    messages.success(
        request,
        ngettext("Saved; %(n)s open deadline moved.", "Saved; %(n)s open deadlines moved.", moved)
        % {"n": moved}
        if moved
        else _("Saved."),
    )
