"""The monthly ratings of contractors 外包单位考评: who is rated, each rating, the cases behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.models import Complaint
from complaints.views import person_of
from config.framework.refusals import Refused
from reports import rating_words, ratings, words
from reports.briefs.contractor_month import contractor_month, listed, trend
from reports.briefs.contractors import chart, contractors_workbook
from reports.calendar_rules import Overtaken
from reports.figures.contracted import FIGURES, Contracted, read_back
from reports.figures.month import Month
from reports.figures.period import all_listed
from reports.models import ContractorRating
from reports.rating_due import Pair
from reports.rating_forms import FORMS, Rate, RatingForm
from reports.rating_rules import ACTS, KEEPERS, READERS, State, Trade
from reports.scopes import Scope
from reports.views import EXCEL, chosen_month, chosen_scope, file_answer, months, scopes_for
from staff import audit
from staff.models import Department, Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest

ABOUT = ("estate", "department", "rated_by", "checked_by", "remarked_by")
#: A contractor looks back over so many.
SHOWN = 60


def find(person: Permissions, pk: int) -> ContractorRating:
    return get_object_or_404(ContractorRating.objects.visible_to(person).select_related(*ABOUT), pk=pk)


# The month ----------------------------------------------------------------------------------------------


@require_GET
@login_required
def index(request: StaffRequest) -> HttpResponse:
    """Of a month every contractor of the chosen estates; of a firm's own people their published ratings."""
    now = clock()
    person = person_of(request, now)
    if person.is_contractor:
        return _own(request, person)
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    month, fault = chosen_month(request, scope, now)
    last = Month.of(now, scope.estates[0].zone).plus(-1)
    lines = lines_of(scope, month, person, now)
    context = {
        "scopes": scopes, "scope": scope, "month": month, "months": months(last), "fault": fault,
        "lines": lines, "several": len(scope.estates) > 1,
        "others": others_of(scope, month, person, lines, now),
        "left": sum(row is None or row.state != State.FROZEN for _e, _d, row, _f, _m in lines),
        "keeps": bool(person.company & KEEPERS),
    }  # fmt: skip
    return render(request, "reports/ratings.html", context)


Line = tuple[Estate, Department, ContractorRating | None, Contracted | None, bool]


def lines_of(scope: Scope, month: Month, person: Permissions, now: datetime) -> list[Line]:
    """Estate, contractor, rating, figures, and whether he may begin it. A constant number of queries.

    Figures not published yet are counted for one estate only; of several each is a page of its own.
    """
    rows = {
        (row.estate_id, row.department_id): row
        for row in ContractorRating.objects.visible_to(person)
        .filter(estate__in=scope.estates, starts_on=month.first_day)
        .select_related("estate", "department")
    }
    pairs = listed(scope.estates, month, rows, now)
    live: dict[int, Contracted] = {}
    if len(scope.estates) == 1:
        open_ones = [
            firm.pk
            for estate, firm in pairs
            if not (found := rows.get((estate.pk, firm.pk))) or not found.figures
        ]
        live = ratings.counted(scope.estates[0], open_ones, month, now)
    lines: list[Line] = []
    for estate, firm in pairs:
        row = rows.get((estate.pk, firm.pk))
        figures = read_back(row.figures) if row and row.figures else live.get(firm.pk)
        if firm.pk in person.outside:  # what is said about his own firm is not for him
            figures = None
        lines.append((estate, firm, row, figures, not row and ratings.may_rate(person, estate.pk, firm)))
    return lines


def others_of(
    scope: Scope, month: Month, person: Permissions, lines: list[Line], now: datetime
) -> list[Pair]:
    """Contractors of the estate nobody waits for, who can be rated all the same: of a firm without log-ins no
    work is seen here. For one estate; one query."""
    estate = scope.estates[0]
    if len(scope.estates) > 1 or month.bounds(estate.zone)[1] > now:
        return []
    there = [firm.pk for _estate, firm, *_rest in lines]
    firms = Department.objects.filter(Q(estate=estate) | Q(estate=None), is_contractor=True)
    return [
        (estate, firm)
        for firm in firms.exclude(pk__in=there).order_by("name", "pk")
        if ratings.may_rate(person, estate.pk, firm)
    ]


def _own(request: StaffRequest, person: Permissions) -> HttpResponse:
    rows = ContractorRating.objects.visible_to(person).select_related("estate", "department")
    context = {"rows": rows.order_by("-starts_on", "estate__name", "pk")[:SHOWN]}
    return render(request, "reports/ratings_own.html", context)


@require_GET
@login_required
def table(request: StaffRequest) -> HttpResponse:
    """The month as a workbook: every contractor, and each criterion of each rating."""
    now = clock()
    scopes = scopes_for(request, now)
    scope = chosen_scope(request, scopes, now)
    month, _fault = chosen_month(request, scope, now)
    figures = contractor_month(scope.estates, month.first_day, month.last_day, now, scope.name, all_listed)
    body = contractors_workbook(figures, scope.estates[0].zone)
    audit.taken_out(request, "reports:ratings_file", filters=request.GET.urlencode())
    name = f"{_('Contractors')}-{scope.name}-{month}.xlsx"
    return file_answer(body, name, EXCEL)


# One rating ---------------------------------------------------------------------------------------------


def place_of(person: Permissions, estate: str, firm: int, month: str) -> tuple[Estate, Department, Month]:
    """What an address names; 404 for what he may not know of, and for what is no contractor of the estate."""
    place = get_object_or_404(Estate, code=estate)
    if not person.roles_at(place.pk) & READERS:
        raise Http404
    department = get_object_or_404(Department.objects.select_related("estate"), pk=firm, is_contractor=True)
    if department.estate_id not in (None, place.pk):
        raise Http404
    try:
        return place, department, Month.parse(month)
    except ValueError:
        raise Http404 from None


def form_for(
    verb: str,
    row: ContractorRating | None,
    firm: Department,
    person: Permissions,
    data: Any = None,
    trade: str = "",
) -> RatingForm:
    if verb != "rate":
        return FORMS[verb](data, row=row, person=person)
    trade = trade if trade in Trade.values else row.trade if row else ratings.trade_of(firm)
    return Rate(data, row=row, person=person, trade=trade, criteria=ratings.criteria_for(row, trade))


@login_required
def new(request: StaffRequest, estate: str, firm: int, month: str) -> HttpResponse:
    """Rate a contractor for a month; the rating there is already is shown instead."""
    at = clock()
    person = person_of(request, at)
    place, department, asked = place_of(person, estate, firm, month)
    rows = ContractorRating.objects.filter(estate=place, department=department, starts_on=asked.first_day)
    there = rows.select_related("rated_by").first()
    if there and request.method != "POST":
        return redirect(there)
    if not ratings.may_rate(person, place.pk, department):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    trade = request.POST.get("trade") or request.GET.get("trade", "")
    form = form_for("rate", None, department, person, data, trade)
    if data is not None and form.is_valid() and not there:
        try:
            row = ratings.rate(place, department, asked, **form.arguments(), by=request.user, at=at)
        except Overtaken:  # at the same moment
            there = rows.select_related("rated_by").first()
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Rated. A second person checks it before the contractor reads it."))
            return redirect(row)
    if there:  # what he typed stays before him, to be taken over into the rating there is
        sentence = _("Rated meanwhile by %(name)s. Open it; what you have typed is kept here.")
        form.add_error(None, sentence % {"name": there.rated_by})
    with timezone.override(place.zone):
        figures = ratings.counted(place, [department.pk], asked, at)[department.pk]
        context = {
            "estate": place, "firm": department, "month": asked, "form": form,
            "figures": figure_lines(figures, place, department, asked, person), "trades": Trade.choices,
            "there": there,
        }  # fmt: skip
        return render(request, "reports/rating_new.html", context, status=422 if form.errors else 200)


def perform(verb: str, row: ContractorRating, form: RatingForm, *, by: Any, at: datetime) -> ContractorRating:
    """Do what a valid form asks. Raises Refused."""
    if verb == "rate":
        return ratings.rate(row.estate, row.department, row.month, **form.arguments(), by=by, at=at)
    made: ContractorRating = getattr(ratings, verb)(row, **form.arguments(), by=by, at=at)
    return made


@login_required
def rating(request: StaffRequest, pk: int, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    at = clock()
    person = person_of(request, at)
    row = find(person, pk)
    if verb and verb not in FORMS or not verb and request.method == "POST":
        raise Http404
    with timezone.override(row.estate.zone):
        if not verb:
            return _page(request, row, person, at)
        data = request.POST if request.method == "POST" else None
        trade = (data or request.GET).get("trade", "")
        form = form_for(verb, row, row.department, person, data, trade)
        refused = ratings.refusal_of(row, verb, person)
        if data is not None and not refused and form.is_valid():
            try:
                perform(verb, row, form, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
                row = find(person, pk)
                if isinstance(fault, Overtaken):
                    form.read_again(row.version)
            else:
                messages.success(request, str(rating_words.DONE[verb]))
                return redirect(row)
        status = 422 if data is not None or refused else 200
        return _page(request, row, person, at, verb=verb, form=form, refused=refused, status=status)


def _page(
    request: StaffRequest,
    row: ContractorRating,
    person: Permissions,
    at: datetime,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    figures = ratings.figures_of(row, at)
    ours = bool(person.roles_at(row.estate_id) & READERS)
    context: dict[str, Any] = {
        "row": row,
        "zone": row.estate.zone,
        "ours": ours,
        "acts": [(verb, ACTS[verb]) for verb in ratings.acts_on(row, person)],
        "figures": figure_lines(figures, row.estate, row.department, row.month, person),
        "chart": chart("trend", trend([row.estate], row.month, row.department)),
        "cases": Complaint.objects.visible_to(person)
        .filter(pk__in=row.cases.values("pk"))
        .order_by("number"),
        "versions": list(row.history.select_related("history_user").order_by("-history_date", "-history_id"))
        if ours
        else [],
        "form": None,
    }
    if verb := more.get("verb"):
        context |= {"title": ACTS[verb].label, "trades": Trade.choices if verb == "rate" else []}
    return render(request, "reports/rating.html", context | more, status=status)


def figures_for(person: Permissions, firm: int) -> tuple[str, ...]:
    """The figures he is told of a contractor: its own people do not learn who complains about them."""
    return tuple(name for name in FIGURES if name != "about" or firm not in person.outside)


def figure_lines(
    figures: Contracted, estate: Estate, firm: Department, month: Month, person: Permissions
) -> list[dict[str, Any]]:
    """Each figure he is told in words, with the address of its cases."""
    said = {
        "stayed": f"{len(figures.stayed)} · {words.hours(figures.mean_hours)}" if figures.stayed else "0",
        "asked": f"{words.decimals(figures.satisfaction)} · {len(figures.asked)}" if figures.asked else "0",
    }
    return [
        {
            "name": name, "label": rating_words.FIGURES[name], "hint": rating_words.HINTS[name],
            "said": said.get(name, str(len(getattr(figures, name)))), "n": len(getattr(figures, name)),
            "query": f"estate={estate.code}&firm={firm.pk}&month={month}&figure={name}",
        }
        for name in figures_for(person, firm.pk)
    ]  # fmt: skip


# The cases behind ---------------------------------------------------------------------------------------


@require_GET
@login_required
def behind(request: StaffRequest) -> HttpResponse:
    """Exactly the cases a figure counts: as a published rating keeps them, else as they stand now."""
    at = clock()
    person, asked = person_of(request, at), request.GET
    figure = asked.get("figure", "")
    if figure not in FIGURES:
        raise Http404
    row, estate, firm, month = _asked(person, asked)
    if figure not in figures_for(person, firm.pk):
        raise Http404
    figures = ratings.figures_of(row, at) if row else ratings.counted(estate, [firm.pk], month, at)[firm.pk]
    keys = getattr(figures, figure)
    cases = (
        Complaint.objects.visible_to(person)
        .filter(pk__in=keys)
        .select_related("estate", "category", "department", "unit", "building", "complainant")
    )
    seen = {case.pk: case for case in cases}
    context = {
        "label": rating_words.FIGURES[figure],
        "hint": rating_words.HINTS[figure],
        "row": row, "estate": estate, "firm": firm, "month": month, "total": len(keys),
        "cases": [seen[pk] for pk in keys if pk in seen],
        "withheld": words.not_shown(len(keys) - len(seen)),
        "zone": estate.zone,
    }  # fmt: skip
    return render(request, "reports/rating_behind.html", context)


def _asked(person: Permissions, asked: Any) -> tuple[ContractorRating | None, Estate, Department, Month]:
    firm = asked.get("firm", "")
    if not (firm.isascii() and firm.isdecimal() and len(firm) < 18):
        raise Http404
    try:
        month = Month.parse(asked.get("month", ""))
    except ValueError:
        raise Http404 from None
    row = (
        ContractorRating.objects.visible_to(person)
        .filter(estate__code=asked.get("estate", ""), department=int(firm), starts_on=month.first_day)
        .select_related(*ABOUT)
        .first()
    )
    if row:
        return row, row.estate, row.department, month
    return None, *place_of(person, asked.get("estate", ""), int(firm), str(month))
