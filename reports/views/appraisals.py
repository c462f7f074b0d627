"""Staff appraisal 员工绩效: a month's sheets for a manager, the year, one sheet, one's own, checks.

Whoever is neither the person nor his manager finds nothing here: every row is a 404.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_default_timezone
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Complaint
from complaints.views import person_of
from config.framework.refusals import Refused
from reports.appraisal_forms import FORMS, SheetForm, may_be_struck
from reports.appraisal_rows import AppraisalSheet
from reports.appraisal_rules import ACTS, Part, State, possible
from reports.appraisal_scheme import Aspect, Content
from reports.appraisals import closing, figures, lists, papers, sheets, years
from reports.appraisals.people import parts_of, reader, visible_to, was_taken_back
from reports.calendar_rules import Overtaken
from reports.figures.month import Month
from reports.readers import unlisted_for
from reports.views import months
from reports.words import month_name
from staff import audit
from staff.models import User
from staff.permissions import Permissions
from staff.requests import StaffRequest

Kind = AppraisalSheet.Kind
OFFERED_YEARS = 3


def own_of(request: StaffRequest, now: datetime) -> Permissions:
    """What he may do in his own name; 404 for who has no part in it."""
    own = reader(request.user, now)
    if own is None:
        raise Http404
    return own


def asked_month(request: StaffRequest, now: datetime) -> Month:
    """`?month=2026-03`, else the last that is over."""
    last = Month.of(now, get_default_timezone()).plus(-1)
    if not (said := request.GET.get("month")):
        return last
    try:
        return Month.parse(said)
    except ValueError:
        raise Http404 from None


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """Everybody whose manager he is, in one month. Who leads nobody finds his own sheets."""
    now = clock()
    own = own_of(request, now)
    if not lists.leads_anybody(own, now):
        return redirect("reports:appraisals_own")
    month = asked_month(request, now)
    lines = lists.lines_of(own, Kind.MONTH, month.first_day, now)
    this = Month.of(now, get_default_timezone())
    context = {
        "lines": lines,
        "counts": lists.counts(lines),
        "month": month,
        "month_name": month_name(month),
        "months": months(this),
        "year": month.year,
        "kind": Kind.MONTH,
        "day": month.first_day,
    }
    return render(request, "reports/appraisals.html", context)


@require_GET
@login_required
def year(request: StaffRequest, year: int) -> HttpResponse:
    """Everybody whose manager he is, in one year: months, checks, the annual sheet, the total."""
    now = clock()
    own = own_of(request, now)
    this = now.astimezone(get_default_timezone()).year
    if not 2000 <= year <= this or not lists.leads_anybody(own, now):
        raise Http404
    lines = lists.lines_of(own, Kind.YEAR, date(year, 1, 1), now)
    totals = lists.month_totals(year, lines)
    context = {
        "year": year,
        "years": [this - n for n in range(OFFERED_YEARS)],
        "rows": [(line, [totals[line.user.pk].get(n) for n in range(1, 13)]) for line in lines],
        "numbers": range(1, 13),
        "counts": lists.counts(lines),
        "kind": Kind.YEAR,
        "day": date(year, 1, 1),
    }
    return render(request, "reports/appraisals_year.html", context)


@require_GET
@login_required
def own(request: StaffRequest) -> HttpResponse:
    """我的绩效: one's own sheets that were shown, and the checks."""
    now = clock()
    person = own_of(request, now)
    rows = lists.own_sheets(person)[:60]
    context = {"rows": rows, "leads": lists.leads_anybody(person, now)}
    return render(request, "reports/appraisals_own.html", context)


@require_POST
@login_required
def begin(request: StaffRequest) -> HttpResponse:
    """Begin a sheet, or open the one there is."""
    now = clock()
    own_of(request, now)
    said = request.POST
    if said.get("kind") not in Kind.values or not said.get("user", "").isdecimal():
        raise Http404
    try:
        day = date.fromisoformat(said.get("day", ""))
    except ValueError:
        raise Http404 from None
    user = get_object_or_404(User, pk=int(said["user"][:18]))
    try:
        row = sheets.begin(user, said["kind"], day, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:appraisals")
    return redirect(row)


def found(request: StaffRequest, pk: int, now: datetime) -> tuple[AppraisalSheet, Permissions]:
    """404 for who is neither the person, once it was shown, nor his manager."""
    own = own_of(request, now)
    return find(request, own, pk, now), own


def find(request: Any, own: Permissions, pk: int, now: datetime) -> AppraisalSheet:
    """The same for pages and programs. A stranger's try leaves its trace, without a word of the sheet."""
    row = lists.with_all(visible_to(own)).filter(pk=pk).first()
    if row is None:
        if AppraisalSheet.objects.filter(pk=pk).exclude(user=own.user.pk).exists():
            tried(request, f"appraisalsheet {pk}", now)
        raise Http404
    return row


def tried(request: Any, what: str, now: datetime) -> None:
    audit.write(request, audit.Note(audit.Kind.REFUSED, what), user=request.user.pk, at=now)


def taken_back(request: StaffRequest, pk: int) -> HttpResponse | None:
    """The person follows what told him of a sheet that is written on by now."""
    if not was_taken_back(request.user, pk):
        return None
    messages.info(
        request, _("This sheet was taken back to be corrected. You will be told when it is shown again.")
    )
    return redirect("reports:appraisals_own")


@require_GET
@login_required
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    if gone := taken_back(request, pk):
        return gone
    now = clock()
    row, own = found(request, pk, now)
    return page(request, row, own, now)


@require_POST
@login_required
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """One act; what was wrong is said on the sheet's page, and what was typed is kept."""
    if gone := taken_back(request, pk):
        return gone
    now = clock()
    row, own = found(request, pk, now)
    if verb not in FORMS:
        raise Http404
    what = FORMS[verb]
    form = what.form(request.POST, sheet=row)
    if form.is_valid():
        try:
            said = what.says(form)
            what.act(row, *said, started_from=form.cleaned_data["started_from"], by=request.user, at=now)
        except Overtaken as refusal:
            form.refuse(refusal)
            row, own = found(request, pk, now)
            form.start_from(row.version)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(what.done))
            return redirect(row)
    return page(request, row, own, now, (verb, form))


def page(
    request: StaffRequest,
    row: AppraisalSheet,
    own: Permissions,
    now: datetime,
    wrong: tuple[str, SheetForm] | None = None,
) -> HttpResponse:
    parts = parts_of(own, row)
    verbs = possible(row.state, parts)
    if not any(may_be_struck(row, one) for one in row.entries.all()):
        verbs = [verb for verb in verbs if not verb.startswith("strike")]
    forms = [
        (verb, ACTS[verb], wrong[1] if wrong and wrong[0] == verb else FORMS[verb].form(sheet=row))
        for verb in verbs
    ]
    kept = row.figures or (figures.cases_of(row, now) if row.state == State.DRAFT else {})
    told = years.told(row) if row.kind == Kind.YEAR else None
    context = {
        "row": row,
        "mine": Part.PERSON in parts,
        "forms": forms,
        "refused": wrong[1] if wrong and wrong[0] not in verbs else None,
        **said_of(row, person_of(request, now)),
        "figures": figures.rates(kept),
        "figure_days": figures.days_of(row),
        "year": told,
        "year_parts": papers.parts_in_words(told),
        "steps": steps_of(row) if Part.MANAGER in parts else [],
        "stands": closing.stands(row) if row.state == State.FROZEN else None,
        "zone": get_default_timezone(),
        "until": row.appeal_until,
    }
    return render(request, "reports/appraisal.html", context, status=422 if wrong else 200)


def steps_of(row: AppraisalSheet) -> list[tuple[str, Any]]:
    """Who did what, the newest first, each with its words."""
    named = {
        "begin": _("Begun"),
        "move": _("Moved to where the person was at the end"),
        "close": _("Closed: the days to appeal are over"),
    }
    named |= {verb: str(act.label) for verb, act in ACTS.items()}
    return [(named[one.verb], one) for one in row.steps.select_related("by").order_by("-at", "-pk")]


def said_of(row: AppraisalSheet, person: Permissions | None) -> dict[str, Any]:
    """Points by aspect and item with their entries; links only to cases that the reader may read."""
    points, entries = row.points, list(row.entries.all())
    cases = {one.complaint_id for one in entries if one.complaint_id}
    read: set[int] = set()
    if cases and person:
        read = set(Complaint.objects.visible_to(person).filter(pk__in=cases).values_list("pk", flat=True))
    named = {one.code: str(one) for item in row.items for one in item.criteria}
    by_item: dict[str, list[Any]] = {}
    for one in sorted(entries, key=lambda one: one.pk):
        by_item.setdefault(one.item, []).append((one, named.get(one.criterion, ""), one.complaint_id in read))
    aspects = [
        (
            aspect.label,
            points.of_aspect(aspect),
            sum(one.item.points for one in points.items if one.item.aspect == aspect),
            [(one, by_item.get(one.item.code, [])) for one in points.items if one.item.aspect == aspect],
        )
        for aspect in Aspect
    ]
    contents = [(content.label, *points.of_content(content)) for content in Content]
    return {"points": points, "aspects": aspects, "rewards": by_item.get("", []), "contents": contents}


@require_GET
@login_required
def behind(request: StaffRequest, pk: int, name: str, part: str) -> HttpResponse:
    """The cases of a figure of the product, exactly as many as it says; those not to be read are counted."""
    now = clock()
    row, _own = found(request, pk, now)
    kept = row.figures or (figures.cases_of(row, now) if row.state == State.DRAFT else {})
    if name not in kept or part not in ("part", "whole"):
        raise Http404
    keys, person = kept[name][part], person_of(request, now)
    hidden = unlisted_for(person)(set(keys))
    seen = Complaint.objects.visible_to(person).filter(pk__in=[pk for pk in keys if pk not in hidden])
    cases = seen.select_related("estate").in_bulk()
    context = {
        "row": row,
        "title": figures.FIGURES[name].name,
        "total": len(keys),
        "cases": [cases[pk] for pk in keys if pk in cases],
        "hidden": sum(pk not in cases for pk in keys),
        "days": figures.days_of(row),
    }
    return render(request, "reports/appraisal_cases.html", context)
