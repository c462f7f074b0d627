"""What has changed in a list since its page was made: asked every half minute, shown when he wants it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, now
from django.views.decorators.http import require_GET

from complaints.views import estate_key, person_of
from complaints.views.lists.listing import listing
from complaints.views.lists.saved_views import cases_of, counts, midnight_after
from staff.requests import StaffRequest

#: A page that is older is told to load itself anew.
LONGEST = timedelta(hours=12)
#: So many changed cases are named; more, and the page is told so.
NAMED = 200


@login_required
@require_GET
def fresh(request: StaffRequest) -> HttpResponse:
    """`?since=` the moment of the page, and the rest of its address.

    `changed`: number → [version, whether the list still holds it], of the cases written since; `counts`: the
    tabs. Which of them are new, the page knows: those it does not show. Three queries.
    """
    at = now()
    since = _moment(request.GET.get("since", ""), at)
    person, chosen = person_of(request, at), estate_key(request, at)
    written = Q(changed_at__gt=since) | Q(registered_at__gt=since)
    seen = cases_of(person, chosen).filter(written).order_by("pk")
    rows = list(seen.values_list("pk", "number", "version")[:NAMED])
    held: set[int] = set()
    if rows:
        asked = request.GET.copy()
        asked.pop("since", None)
        shown = listing(request, asked, at).shown.filter(pk__in=[pk for pk, *_rest in rows])
        held = set(shown.values_list("pk", flat=True))
    body = {
        "changed": {number: [version, pk in held] for pk, number, version in rows},
        "counts": counts(person, chosen, at, midnight_after(at)),
        "more": len(rows) == NAMED,
    }
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


def _moment(text: str, at: datetime) -> datetime:
    """The page's moment; of one that says none, or one long ago or to come, the last half minute."""
    try:
        since = parse_datetime(text)
    except ValueError:
        since = None
    if since is None or not is_aware(since) or not at - LONGEST <= since <= at:
        return at - timedelta(seconds=30)
    return since
