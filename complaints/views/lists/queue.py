"""The queue: saved views with counts, filters in the address, rows of two lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _

from complaints.forms.lists.queue import Filters
from complaints.models import Complaint
from complaints.models.case_queries import ComplaintQuerySet
from complaints.moves import possible
from complaints.policy import ClockKind
from complaints.primary import primary
from complaints.views import estate_key, estates_of, person_of
from complaints.views.colleagues import departments, on_cases
from complaints.views.dangers import in_danger
from complaints.views.lists.bulk import offered
from complaints.views.lists.case_rows import in_words, situation_in, values
from complaints.views.lists.keyset import Order
from complaints.views.lists.origin import origin
from complaints.views.lists.saved_views import VIEWS, cases_of, counts, midnight_after, usual
from config.framework.templatetags.basics import icon
from staff.permissions import Permissions
from staff.requests import StaffRequest

BY_DUE = Order("next_due_at")
BY_CLOSING = Order("closed_at", newest_first=True)
#: The view beside the saved ones that is about the past, and has no count.
CLOSED = "closed"
#: The moves that decide whether a row offers to classify its case.
FROM_A_ROW = ("claim", "record", "classify", "accept")


def filters_of(
    request: StaffRequest, person: Permissions, at: datetime, asked: QueryDict | None = None
) -> Filters:
    """The filters of the address, or of another one."""
    return Filters(
        request.GET if asked is None else asked,
        estates=[(estate.code, estate.name) for estate in estates_of(request, at)],
        people=on_cases(person, at),
        departments=departments(person),
    )


def _view_in(asked: QueryDict, person: Permissions) -> str:
    slug = asked.get("view", "")
    return slug if slug in VIEWS or slug == CLOSED else usual(person)


def _listed(
    slug: str, filters: Filters | None, person: Permissions, chosen: int | None, at: datetime
) -> ComplaintQuerySet:
    """The cases of a view that pass the filters; without an order."""
    cases = cases_of(person, chosen)
    shown = filters.narrow(cases) if filters else cases
    if slug == CLOSED:
        return shown.filter(closed_at__isnull=False)
    return VIEWS[slug].among(shown).filter(VIEWS[slug].holds(person, at, midnight_after(at)))


@login_required
def queue(request: StaffRequest) -> HttpResponse:
    """What is due next comes first; people in danger stand above it on every page, and not twice."""
    at = now()
    person = person_of(request, at)
    slug, chosen = _view_in(request.GET, person), estate_key(request, at)
    filters = filters_of(request, person, at) if set(request.GET) - {"view", "after", "before"} else None
    numbers = counts(person, chosen, at, midnight_after(at))
    dangers = in_danger(person, chosen, at) if numbers["danger"] else []
    cases = _listed(slug, filters, person, chosen, at)
    if dangers:
        cases = cases.exclude(pk__in=[row.case.pk for row in dangers])
    page = (BY_CLOSING if slug == CLOSED else BY_DUE).page(cases, request.GET, read=values)
    many = chosen is None and len(estates_of(request, at)) > 1
    acts, came_from = offered(page.rows, person, at), origin(request)
    context = {
        "slug": slug,
        "tabs": _tabs(request, slug, usual(person), numbers),
        "chips": list(filters.chips(request.GET)) if filters else [],
        "misread": filters.misread() if filters else [],
        "page": page,
        "now": at,
        "dangers": dangers,
        "from": came_from,
        "rows": in_words(
            page.rows, person, at, estates=many, tick=bool(acts), came_from=came_from,
            acts=to_classify(page.rows, person, at, came_from),
        ),
        "empty": VIEWS[slug].empty if slug != CLOSED else _("No case has been closed yet."),
        "acts": acts,
    }  # fmt: skip
    return render(request, "complaints/lists/queue.html", context)


def to_classify(
    rows: Sequence[dict[str, Any]], person: Permissions, at: datetime, came_from: str
) -> dict[int, SafeString]:
    """A button on each row that waits for this person to classify and assign it; by primary key."""
    found = {}
    address = reverse("move", args=["-", "classify"]).split("-")
    for row in rows:
        situation = situation_in(row, person, at)
        due = [ClockKind(row["next_due_kind"])] if row["next_due_kind"] else []
        verb = primary(possible(situation, FROM_A_ROW), due, situation.roles, row["status"])
        if verb == "classify":
            found[row["pk"]] = format_html(
                '<a class="btn btn-quiet item-act" href="{}{}">{}{}</a>',
                row["number"].join(address),
                came_from,
                icon("send"),
                _("Classify and assign"),
            )
    return found


def next_in(request: StaffRequest, list_of: str, case: Complaint, at: datetime) -> str:
    """The number of the case that stands after this one in the list somebody came from; empty at its end.

    Two queries: people in danger come first, then what is due after this case as it stands now.
    """
    asked, person, chosen = QueryDict(list_of), person_of(request, at), estate_key(request, at)
    slug = _view_in(asked, person)
    if slug == CLOSED:
        return ""
    others = [row.case for row in in_danger(person, chosen, at) if row.case.pk != case.pk]
    if others:
        return others[0].number
    filters = filters_of(request, person, at, asked) if set(asked) - {"view"} else None
    rest = _listed(slug, filters, person, chosen, at).exclude(pk=case.pk)
    after = QueryDict(f"after={BY_DUE.cursor(case)}")
    found = BY_DUE.page(rest, after, size=1).rows or BY_DUE.page(rest, QueryDict(), size=1).rows
    return found[0].number if found else ""


def _tabs(request: StaffRequest, slug: str, first: str, number: dict[str, int]) -> list[dict[str, Any]]:
    """The views that hold something, and those that stand there in any case; the usual one first.

    Each keeps the filters of the address.
    """
    filters = request.GET.copy()
    for name in ("view", "after", "before"):
        filters.pop(name, None)
    rest = f"&{filters.urlencode()}" if filters else ""
    return [
        {
            "slug": view.slug,
            "label": str(view.label),
            "count": number[view.slug],
            "counts": view.counts,
            "url": f"?view={view.slug}{rest}",
        }
        for view in sorted(VIEWS.values(), key=lambda view: view.slug != first)
        if view.always or number[view.slug] or view.slug in (slug, first)
    ]


@login_required
def filters(request: StaffRequest) -> HttpResponse:
    """The form that writes the address."""
    at = now()
    form = filters_of(request, person_of(request, at), at)
    return render(
        request, "complaints/lists/filters.html", {"form": form, "view": request.GET.get("view", "")}
    )
