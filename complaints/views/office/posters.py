"""Posters with codes: where they hang, what they bring, and how they are added, renamed and taken down.

For whoever answers for the estate; everybody else finds nothing here (404). They are printed by
`reports.views.posters`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.actions import posters
from complaints.actions.posters import Brought, Posted
from complaints.forms.office.settings import initial
from complaints.forms.posters import LATELY, ManyForm, PlaceForm, ShownForm
from complaints.models import PostedPlace
from complaints.views import estate_of, person_of
from complaints.views.office.changes import edits
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from staff.estates import ended
from staff.models import Estate
from staff.requests import StaffRequest

#: Rows of one page.
PAGE = 100
LOCAL = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 nothing is bound to it


def _estate(request: StaffRequest, code: str, at: datetime) -> Estate:
    return get_object_or_404(posters.kept_by(person_of(request, at)), code=code)


@login_required
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """The estates whose posters he keeps; with one, or one chosen in the switcher, straight to it."""
    at = now()
    estates = list(posters.kept_by(person_of(request, at)).exclude(ended_at__lte=at))
    if not estates:
        raise Http404
    chosen = estate_of(request, at)
    only = [one for one in estates if len(estates) == 1 or chosen and one.pk == chosen.pk]
    if only and "all" not in request.GET:
        return redirect("posters_of", code=only[0].code)
    return render(request, "complaints/office/posters_estates.html", {"estates": estates})


@login_required
@require_safe
def places(request: StaffRequest, code: str) -> HttpResponse:
    """All places of the estate, a hundred a page, with their scans and what was sent by them."""
    at = now()
    estate = _estate(request, code, at)
    form = ShownForm(request.GET if {"q", "kind", "first", "last"} & set(request.GET) else {})
    chosen = form.cleaned_data if form.is_valid() else {}
    today = at.astimezone(estate.zone).date()
    first, last = form.days(today) if form.is_valid() else (today - LATELY, today)
    person = person_of(request, at)
    rows = posters.posted(estate, first, last, person, chosen.get("kind", ""), chosen.get("q", ""))
    page = max(whole_number(request.GET.get("page", "")) or 1, 1)
    start = (page - 1) * PAGE
    asked = {name: f"{value}" for name, value in chosen.items() if value}
    context = {
        "estate": estate,
        "form": form
        if form.is_bound and form.errors
        else ShownForm(initial=asked | {"first": first, "last": last}),
        "rows": rows[start : start + PAGE],
        "found": len(rows),
        "hanging": sum(row.place.taken_down_at is None for row in rows),
        "in_all": _sum(rows),
        "any": bool(rows) or PostedPlace.objects.filter(estate=estate).exists(),
        "chosen": chosen,
        "first": first,
        "last": last,
        "newer": _page(asked, page - 1) if page > 1 else "",
        "older": _page(asked, page + 1) if len(rows) > start + PAGE else "",
        "sentence": ended(estate, at),
        "local": settings.BASE_URL if urlsplit(settings.BASE_URL).hostname in LOCAL else "",
    }
    return render(request, "complaints/office/posters.html", context, status=422 if form.errors else 200)


def _page(asked: dict[str, str], number: int) -> str:
    return "?" + urlencode(asked | {"page": str(number)})


def _sum(rows: list[Posted]) -> Brought:
    return Brought(
        sum(row.brought.scans for row in rows),
        sum(row.brought.complaints for row in rows),
        sum(row.brought.notes for row in rows),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: StaffRequest, code: str) -> HttpResponse:
    """Places of the register that have no poster yet, all of a kind at once."""
    at = now()
    estate = _estate(request, code, at)
    offered = posters.offered(estate)
    form = ManyForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST" and form.is_valid():
        try:
            n = posters.post_many(estate, form.cleaned_data["kinds"], by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext("%(n)s place added.", "%(n)s places added.", n) % {"n": n}
            then = _("Print the posters next.")
            messages.success(request, f"{said} {then}")
            return redirect("posters_of", code=code)
    context = {
        "estate": estate,
        "form": form,
        "offered": {PostedPlace.Kind(k).label: v for k, v in offered.items()},
    }
    return render(request, "complaints/office/posters_many.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: StaffRequest, code: str, pk: int | None = None) -> HttpResponse:
    """One place: added by hand, or called otherwise; and what it said before."""
    at = now()
    estate = _estate(request, code, at)
    row = get_object_or_404(PostedPlace, pk=pk, estate=estate) if pk else None
    start = initial(row, ("kind", "name")) if row else None
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=start, estate=estate)
    if request.method == "POST" and form.is_valid():
        try:
            if row:
                posters.change_place(row, form.cleaned_data, by=request.user)
            else:
                posters.post_place(estate, **form.cleaned_data, by=request.user, at=at)
        except (Refused, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("posters_of", code=code)
    context: dict[str, Any] = {"estate": estate, "row": row, "form": form}
    if row:
        versions = PostedPlace.history.filter(id=row.pk)
        context["edits"] = edits(
            {_("Poster"): versions}, silent=["estate", "building", "unit", "from_register"]
        )
        context["cases"] = posters.cases_by(row, person_of(request, at))
        context["link"] = settings.BASE_URL + posters.address(row)
    return render(request, "complaints/office/poster.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def hang(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Take it down, or put it up again."""
    at = now()
    row = get_object_or_404(PostedPlace, pk=pk, estate=_estate(request, code, at))
    try:
        if "down" in request.POST:
            posters.take_down(row, by=request.user, at=at)
            messages.success(request, _("%(place)s has been taken down.") % {"place": row})
        else:
            posters.put_up_again(row, by=request.user, at=at)
            messages.success(request, _("%(place)s hangs again.") % {"place": row})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("posters_of", code=code)
