"""What owners read of the upheld complaints of a month: case by case, written by people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Complaint
from complaints.views import person_of
from config.framework.refusals import Refused
from reports import public_accounts as writer
from reports.calendar_rules import Overtaken
from reports.duties import DueState, ReportKind
from reports.figures.accounts import handling
from reports.figures.month import Month
from reports.figures.period import Period
from reports.figures.public_list import standing
from reports.issue import is_switched_on
from reports.models import DueReport, PublicAccount
from reports.public_forms import PublicAccountForm
from reports.public_rows import newest_accounts
from reports.scopes import Scope, find
from reports.views import scopes_for
from reports.words import month_name
from staff.requests import StaffRequest

KIND, PAGE = ReportKind.PUBLIC_LIST, 20


@dataclass(frozen=True)
class Told:
    """A case, what owners read of it, and the form for that where the reader may write."""

    case: Complaint
    row: PublicAccount | None
    form: PublicAccountForm | None
    #: What was done, for whoever writes: his own words go out, not these.
    done: str


@require_GET
@login_required
def index(request: StaffRequest, scope: str, month: str) -> HttpResponse:
    """The cases of the list, those nobody has written for first. A constant number of queries."""
    now = clock()
    place, days = found(request, scope, month, now)
    return page(request, place, days, now)


@require_POST
@login_required
def keep(request: StaffRequest, scope: str, month: str, number: str) -> HttpResponse:
    """Write one down; what is refused is said where it was typed."""
    now = clock()
    place, days = found(request, scope, month, now)
    mine = Complaint.objects.visible_to(person_of(request, now)).filter(estate=place.estates[0])
    case = get_object_or_404(mine, number=number)
    form = PublicAccountForm(request.POST, number=number, row=None)
    if form.is_valid():
        try:
            writer.keep(case, **form.said(), by=request.user, at=now)
        except Overtaken as refusal:
            form.refuse(refusal)
            newest = PublicAccount.objects.filter(complaint=case).order_by("-number").first()
            form.start_from(newest.number if newest else 0)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(request.get_full_path_info().rsplit(f"{number}/", 1)[0])
    return page(request, place, days, now, wrong=(case, form))


def found(request: StaffRequest, code: str, month: str, now: datetime) -> tuple[Scope, Month]:
    """The estate and the month; 404 where it is none of his, or no list is made of it.

    What was due when the list was switched off still is, unless it was excused.
    """
    place = find(scopes_for(request, now), code)
    try:
        days = Month.parse(month)
    except ValueError:
        raise Http404 from None
    if place is None or len(place.estates) != 1:
        raise Http404
    due = DueReport.objects.filter(kind=KIND, scope=code, starts_on=days.first_day)
    if not is_switched_on(KIND, code) and not due.exclude(state=DueState.EXCUSED).exists():
        raise Http404
    return place, days


def page(
    request: StaffRequest,
    place: Scope,
    month: Month,
    now: datetime,
    wrong: tuple[Complaint, PublicAccountForm] | None = None,
) -> HttpResponse:
    person = person_of(request, now)
    may, as_wrong = place.may_issue(person), wrong[1] if wrong else None
    period = Period(place.estates, month, now)
    came, _stood = standing(period)
    # He reads the customer's words here: of complaints he may not know of somebody else writes.
    mine = Complaint.objects.visible_to(person).filter(pk__among=set(came)).values_list("pk", flat=True)
    written = newest_accounts(came, before=now)
    keys = sorted(mine, key=lambda pk: (pk in written, pk))
    shown = Paginator(keys, PAGE).get_page(request.GET.get("page"))
    of_page = list(shown.object_list)
    if wrong and wrong[0].pk not in of_page:
        of_page.insert(0, wrong[0].pk)
    context = {
        "scope": place,
        "month": month,
        "month_name": month_name(month),
        "zone": place.estates[0].zone,
        "cases": told(of_page, written, period.as_of, may=may, wrong=as_wrong),
        "total": len(keys),
        "waiting": sum(pk not in written for pk in keys),
        "wrong": as_wrong,
        "newer": f"?page={shown.previous_page_number()}" if shown.has_previous() else "",
        "older": f"?page={shown.next_page_number()}" if shown.has_next() else "",
        "due": DueReport.objects.filter(kind=KIND, scope=place.code, starts_on=month.first_day).first(),
    }
    return render(request, "reports/public_accounts.html", context, status=422 if wrong else 200)


def told(
    keys: list[int],
    written: dict[int, PublicAccount],
    as_of: datetime,
    *,
    may: bool,
    wrong: PublicAccountForm | None,
) -> list[Told]:
    """Cases by key, in their order, with a form each. Four queries, however many."""
    cases: QuerySet[Complaint] = Complaint.objects.select_related("category", "unit", "building")
    by_key = cases.in_bulk(keys)
    done = handling(keys, as_of) if may else {}

    def form(case: Complaint) -> PublicAccountForm | None:
        if wrong and wrong.prefix == case.number:
            return wrong
        return PublicAccountForm(number=case.number, row=written.get(case.pk)) if may else None

    return [Told(by_key[pk], written.get(pk), form(by_key[pk]), done.get(pk, "")) for pk in keys]


def address(row: DueReport) -> str:
    """Of a due list for owners, where its accounts are written; empty for any other report."""
    if row.kind != KIND:
        return ""
    return reverse("reports:public", args=[row.scope, f"{row.starts_on:%Y-%m}"])
