"""The queue: saved views with counts, filters in the address, rows of two lines."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from complaints.forms.lists.queue import Filters
from complaints.views import estate_key, estates_of, person_of
from complaints.views.colleagues import departments, on_cases
from complaints.views.lists.bulk import offered
from complaints.views.lists.case_rows import in_words, values
from complaints.views.lists.keyset import Order
from complaints.views.lists.saved_views import VIEWS, cases_of, counts, midnight_after, usual
from staff.permissions import Permissions
from staff.requests import StaffRequest

BY_DUE = Order("next_due_at")
BY_CLOSING = Order("closed_at", newest_first=True)
#: The view beside the saved ones that is about the past, and has no count.
CLOSED = "closed"


def filters_of(request: StaffRequest, person: Permissions, at: Any) -> Filters:
    return Filters(
        request.GET,
        estates=[(estate.code, estate.name) for estate in estates_of(request, at)],
        people=on_cases(person, at),
        departments=departments(person),
    )


@login_required
def queue(request: StaffRequest) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    asked = request.GET.get("view", "")
    slug = asked if asked in VIEWS or asked == CLOSED else usual(person)
    chosen, until = estate_key(request, at), midnight_after(at)
    cases = cases_of(person, chosen)
    filters = filters_of(request, person, at) if set(request.GET) - {"view", "after", "before"} else None
    shown = filters.narrow(cases) if filters else cases
    if slug == CLOSED:
        page = BY_CLOSING.page(shown.filter(closed_at__isnull=False), request.GET, read=values)
    else:
        page = BY_DUE.page(
            VIEWS[slug].among(shown).filter(VIEWS[slug].holds(person, at, until)), request.GET, read=values
        )
    many = chosen is None and len(estates_of(request, at)) > 1
    acts = offered(page.rows, person, at)
    context = {
        "slug": slug,
        "tabs": _tabs(request, slug, usual(person), counts(person, chosen, at, until)),
        "chips": list(filters.chips(request.GET)) if filters else [],
        "misread": filters.misread() if filters else [],
        "page": page,
        "rows": in_words(page.rows, person, at, estates=many, tick=bool(acts)),
        "empty": VIEWS[slug].empty if slug != CLOSED else _("No case has been closed yet."),
        "acts": acts,
    }
    return render(request, "complaints/lists/queue.html", context)


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
