"""Checks of a person, and the versions of what is appraised."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_default_timezone
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.views import person_of
from config.framework.refusals import Refused
from reports.appraisal_forms import CheckForm, SchemeForm, StrikeCheck
from reports.appraisal_rows import AppraisalCheck, AppraisalScheme
from reports.appraisal_scheme import PARTS, Aspect, Object, object_of
from reports.appraisals import checks, schemes
from reports.appraisals.people import Seat, checks_of, manages, seats
from reports.calendar_rules import Overtaken
from reports.figures.month import Month
from reports.views.appraisals import own_of, tried
from staff.models import User
from staff.requests import StaffRequest

PAGE = 50


def _of(request: StaffRequest, pk: int, now: datetime) -> tuple[User, Seat | None]:
    """Whose checks, and his seat where who asks is his manager; 404 for everybody else."""
    own = own_of(request, now)
    user = get_object_or_404(User, pk=pk)
    seat = next(iter(seats(now, [user.pk])), None)
    if seat and manages(own, seat):
        return user, seat
    if user == request.user:
        return user, None
    tried(request, f"appraisalcheck {pk}", now)
    raise Http404


@login_required
def person_checks(request: StaffRequest, pk: int) -> HttpResponse:
    """The checks of one person: his own to read, a manager's to write."""
    now = clock()
    user, seat = _of(request, pk, now)
    today = now.astimezone(get_default_timezone()).date()
    form = None
    if seat:
        items = schemes.scheme_on(today).read.items[object_of(seat.role)]
        form = CheckForm(request.POST or None, items=items, initial={"on": today})
    elif request.method == "POST":
        raise Http404
    if form and request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            checks.add(
                user, said["on"], said["item"], said["points"], said["words"],
                by=request.user, at=now, key=request.POST.get("key", "")[:64],
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written down."))
            return redirect("reports:appraisal_checks", pk)
    return _page(request, user, form, now)


def _page(request: StaffRequest, user: User, form: Any, now: datetime, wrong: Any = None) -> HttpResponse:
    names = {one.code: str(one) for items in schemes.newest().read.items.values() for one in items}
    shown = Paginator(checks_of(user), PAGE).get_page(request.GET.get("page"))
    bad = bool(wrong or form and form.errors)
    context = {
        "person": user,
        "form": form,
        "key": request.POST.get("key", "")[:64] or secrets.token_urlsafe(16),
        "rows": [(one, names.get(one.item, one.item)) for one in shown.object_list],
        "wrong": wrong,
        "newer": f"?page={shown.previous_page_number()}" if shown.has_previous() else "",
        "older": f"?page={shown.next_page_number()}" if shown.has_next() else "",
        "zone": get_default_timezone(),
    }
    return render(request, "reports/appraisal_checks.html", context, status=422 if bad else 200)


@require_POST
@login_required
def strike(request: StaffRequest, pk: int) -> HttpResponse:
    """A check counts no more."""
    now = clock()
    row = get_object_or_404(AppraisalCheck, pk=pk)
    user, seat = _of(request, row.user_id, now)
    if seat is None:
        raise Http404
    form = StrikeCheck(request.POST)
    if form.is_valid():
        try:
            checks.strike(row, form.cleaned_data["because"], by=request.user, at=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Struck out; it stays readable."))
        return redirect("reports:appraisal_checks", user.pk)
    messages.error(request, _("Say why."))
    return redirect("reports:appraisal_checks", user.pk)


# What is appraised ---------------------------------------------------------------------------------------


@require_GET
@login_required
def rules(request: StaffRequest) -> HttpResponse:
    """What is appraised, for everybody who is; and its versions (A7: open to all)."""
    now = clock()
    own_of(request, now)
    rows = list(AppraisalScheme.objects.select_related("created_by").order_by("-number"))
    newest = rows[0] if rows else schemes.newest()
    asked = request.GET.get("version", "")
    version = next((one for one in rows if asked.isdecimal() and one.number == int(asked[:9])), newest)
    read = version.read
    context = {
        "version": version,
        "versions": rows or [newest],
        "read": read,
        "weights": [(PARTS[name], weight) for name, weight in read.weights.items()],
        "objects": [
            (
                one.label,
                [(aspect.label, [item for item in items if item.aspect == aspect]) for aspect in Aspect],
            )
            for one, items in read.items.items()
        ],
        "may": schemes.keeps_scheme(person_of(request, now)),
        "zone": get_default_timezone(),
        "managing": Object.MANAGING,
    }
    return render(request, "reports/appraisal_rules.html", context)


@login_required
def edit_rules(request: StaffRequest) -> HttpResponse:
    """The next version of what is appraised."""
    now = clock()
    if not schemes.keeps_scheme(person_of(request, now)):
        raise Http404
    newest = schemes.newest()
    following = Month.of(now, get_default_timezone()).plus(1).first_day
    form = SchemeForm(request.POST or None, version=newest, holds_from=following)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            saved = schemes.save_next(
                form.said(), said["holds_from"], said["note"],
                started_from=said["started_from"], by=request.user, at=now,
            )  # fmt: skip
        except Overtaken as refusal:
            form.refuse(refusal)
            again = request.POST.copy()
            again["started_from"] = str(newest.number)
            form.data = again
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved as version %(n)s.") % {"n": saved.number})
            return redirect("reports:appraisal_rules")
    context = {"form": form, "version": newest}
    return render(request, "reports/appraisal_rules_edit.html", context, status=422 if form.errors else 200)
