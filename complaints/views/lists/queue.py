"""The queue: saved views with counts, filters and order in the address, a line in columns for each case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _

from complaints.models import Complaint, OwnView
from complaints.moves import possible
from complaints.policy import ClockKind
from complaints.primary import primary
from complaints.situation import Situation
from complaints.views import estate_key, estates_of, person_of
from complaints.views.dangers import in_danger
from complaints.views.lists import facets
from complaints.views.lists.bulk import MOST, latest, offered
from complaints.views.lists.case_rows import situations_in, values
from complaints.views.lists.listing import PLACE, Listing, filters_of, headings, listing
from complaints.views.lists.origin import origin
from complaints.views.lists.saved_views import VIEWS, counts, midnight_after, usual
from complaints.views.lists.table_rows import table_head, table_rows
from config.framework.prepared_queries import PreparedQuery
from staff.permissions import Permissions
from staff.requests import StaffRequest

#: The moves that decide whether a row offers to classify its case.
FROM_A_ROW = ("claim", "record", "classify", "accept")

#: Prepared: they stand on every page of the queue.
_own_views = PreparedQuery(
    lambda user: (
        OwnView.objects.filter(user=user).order_by("order", "pk").values("pk", "name", "query", "is_default")
    )
)


@login_required
def queue(request: StaffRequest) -> HttpResponse:
    """What is due next comes first; people in danger stand above it on every page, and not twice."""
    at = now()
    person, own = person_of(request, at), list(_own_views(request.user.pk))
    if not request.GET and (first := next((view for view in own if view["is_default"]), None)):
        return redirect(_address_of(first))
    found, chosen = listing(request, request.GET, at), estate_key(request, at)
    numbers = counts(person, chosen, at, midnight_after(at))
    dangers = in_danger(person, chosen, at) if numbers["danger"] else []
    page = found.page(request.GET, read=values, but=[row.case.pk for row in dangers])
    many = chosen is None and len(estates_of(request, at)) > 1
    filters, came_from = found.filters, origin(request)
    heads = list(headings(request.GET, found))
    stand = situations_in(page.rows, person, at)
    acts = to_classify(page.rows, stand, f"{came_from}&{urlencode({'next': _here(request)})}")
    context = {
        "slug": found.slug,
        "tabs": _tabs(request, found.slug, usual(person), numbers),
        "own": own_tabs(request, own),
        "chips": list(filters.chips(request.GET)) if filters else [],
        "misread": filters.misread() if filters else [],
        "panel": _panel(request, found, person, at) if "filters" in request.GET else None,
        "headings": heads,
        "head": table_head(heads, _("Status")),
        "page": page,
        "now": at,
        "dangers": dangers,
        "from": came_from,
        "rows": table_rows(page.rows, person, at, estates=many, acts=acts, came_from=came_from),
        "matching": _matching(found, numbers) if page.older or page.newer else 0,
        "most": MOST,
        "empty": VIEWS[found.slug].empty if not found.closed else _("No case has been closed yet."),
        "acts": offered(stand),
        "latest": latest(request, at),
    }  # fmt: skip
    return render(request, "complaints/lists/queue.html", context)


def _here(request: StaffRequest) -> str:
    """This page of the list, to come back to."""
    query = request.GET.urlencode()
    return f"{reverse('queue')}?{query}" if query else reverse("queue")


def _matching(found: Listing, numbers: dict[str, int]) -> int:
    """How many cases the list has in all, as far as acts on all reach; counted where no tab says it.

    Nobody acts on all that was ever closed: there it is 0.
    """
    if not found.filters:
        return 0 if found.closed else numbers[found.slug]
    return found.shown.order_by().values("pk")[: MOST + 1].count()


def _panel(request: StaffRequest, found: Listing, person: Permissions, at: datetime) -> dict[str, Any]:
    """The filters in place, each choice with the number of cases it would show."""
    filters = found.filters or filters_of(request, person, at)
    filters.is_valid()
    facets.put_beside(filters, facets.counts(filters, found.cases))
    kept = [(name, request.GET[name]) for name in ("view", "sort", "own") if name in request.GET]
    return {"form": filters, "kept": kept}


def _address_of(view: dict[str, Any]) -> str:
    return f"{reverse('queue')}?{view['query']}{'&' if view['query'] else ''}own={view['pk']}"


def own_tabs(request: StaffRequest, own: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The person's own views. `changed`: the address shows something else than what was kept under it."""
    here = QueryDict(mutable=True)
    here.update(request.GET)
    for name in (*PLACE, "own"):
        here.pop(name, None)
    return [
        {
            "pk": view["pk"],
            "name": view["name"],
            "url": _address_of(view),
            "current": request.GET.get("own") == str(view["pk"]),
            "changed": here.urlencode() != QueryDict(view["query"]).urlencode(),
        }
        for view in own
    ]


def to_classify(
    rows: Sequence[dict[str, Any]], stand: Sequence[Situation], came_from: str
) -> dict[int, SafeString]:
    """A button on each row that waits for this person to classify and assign it; by primary key.

    `stand`: how each row stands for him. It leads back to the row below.
    """
    found, verbs, label = {}, {}, escape(_("Classify and assign"))
    before, after = reverse("move", args=["-", "classify"]).split("-")
    after += escape(came_from)
    below = [*(f"%23{row['number']}" for row in rows[1:]), ""][: len(rows)]
    for row, situation, anchor in zip(rows, stand, below, strict=True):
        alike = id(situation), row["next_due_kind"]
        if alike not in verbs:
            verbs[alike] = _verb_in(situation, row["next_due_kind"])
        if verbs[alike] == "classify":
            found[row["pk"]] = SafeString(  # numbers, and what is escaped
                f'<a class="btn btn-quiet item-act" href="{before}{row["number"]}{after}{anchor}"'
                f" data-here>{label}</a>"
            )
    return found


def _verb_in(situation: Situation, due_kind: str) -> str | None:
    """The primary move of a row, of those that decide whether it offers to classify."""
    due = [ClockKind(due_kind)] if due_kind else []
    return primary(possible(situation, FROM_A_ROW), due, situation.roles, situation.case.status)


def next_in(request: StaffRequest, list_of: str, case: Complaint, at: datetime) -> str:
    """The number of the case that stands after this one in the list somebody came from; empty at its end.

    Three queries: people in danger come first, then what stands behind this case as it is now.
    """
    asked, person, chosen = QueryDict(list_of), person_of(request, at), estate_key(request, at)
    found = listing(request, asked, at)
    if found.closed:
        return ""
    others = [row.case for row in in_danger(person, chosen, at) if row.case.pk != case.pk]
    if others:
        return others[0].number
    rest, order = found.shown.exclude(pk=case.pk), found.order
    after = QueryDict(f"after={order.cursor(Complaint.objects.all(), case.pk)}")
    rows = order.page(rest, after, size=1).rows or order.page(rest, QueryDict(), size=1).rows
    return rows[0].number if rows else ""


def _tabs(request: StaffRequest, slug: str, first: str, number: dict[str, int]) -> list[dict[str, Any]]:
    """The views that hold something, and those that stand there in any case; the usual one first.

    Each keeps the filters and the order of the address.
    """
    kept = request.GET.copy()
    for name in ("view", "own", *PLACE):
        kept.pop(name, None)
    if "filters" in request.GET:
        kept["filters"] = "1"
    rest = f"&{kept.urlencode()}" if kept else ""
    own = "own" in request.GET
    return [
        {
            "slug": view.slug,
            "label": str(view.label),
            "count": number[view.slug],
            "counts": view.counts,
            "url": f"?view={view.slug}{rest}",
            "current": view.slug == slug and not own,
        }
        for view in sorted(VIEWS.values(), key=lambda view: view.slug != first)
        if view.always or number[view.slug] or view.slug in (slug, first)
    ]
