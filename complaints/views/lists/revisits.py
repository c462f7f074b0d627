"""Whom to call back: replies that wait for their revisit, and cases drawn for a second call (K7, R14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.actions import REVISERS, involved, others_as
from complaints.clocks import STEPS
from complaints.models import Clock, Complaint, Event, Respondent, SecondCall
from complaints.moves import MOVES, cases_at
from complaints.situation import Other
from complaints.time_texts import moment, same_year
from complaints.views import estate_key, estates_of, person_of
from complaints.views.checks import waits_for
from complaints.views.lists.case_rows import columns, in_words
from complaints.views.lists.follow_ups import owing
from complaints.views.lists.keyset import Order
from complaints.views.lists.saved_views import cases_of
from config.framework.prepared_queries import PreparedQuery
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.stand_ins import StandIns

BY_DUE = Order("revisit_due")
SHOWN = 30


@login_required
def revisits(request: StaffRequest) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    chosen = estate_key(request, at)
    cases = cases_of(person, chosen)
    page = BY_DUE.page(_with_due(cases.filter(cases_at("revisit"))), request.GET, read=_columns)
    for row in page.rows:  # whatever else runs, this page is about the revisit
        row |= {"next_due_at": row["revisit_due"], "next_due_kind": row["revisit_kind"]}
    many = chosen is None and len(estates_of(request, at)) > 1
    calls = list(_calls(cases, person)[: SHOWN + 1])
    context = {
        "page": page,
        "rows": in_words(page.rows, person, at, estates=many, extra=_remarks(page.rows, person, at)),
        "follow_ups": owing(person, chosen, at),
        "calls": calls[:SHOWN],
        "more_calls": len(calls) > SHOWN,
    }
    return render(request, "complaints/lists/revisits.html", context)


def _calls(cases: QuerySet[Complaint], person: Permissions) -> QuerySet[SecondCall]:
    """The second calls still to be made, oldest first, for those who make them."""
    cases = cases.filter(cases_at("second_call"))
    calls = SecondCall.objects.filter(called_at=None, complaint__in=cases)
    if not person.everywhere() & MOVES["second_call"].who:
        return calls.none()
    present = calls.filter(revisit__cycle__number=F("complaint__cycle_number"))
    return present.select_related("complaint__estate", "revisit__by").order_by("drawn_at", "pk")


def _with_due(cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """With the due time of the revisit, or of the further tries once somebody has tried."""
    clock = Clock.objects.running().filter(complaint=OuterRef("pk"), kind__in=STEPS["revisit"].stops)
    return cases.annotate(
        revisit_due=Subquery(clock.values("due_at")[:1]), revisit_kind=Subquery(clock.values("kind")[:1])
    )


#: Prepared: saves 4.4 ms of the list.
_columns = PreparedQuery(
    lambda *cases: columns(_with_due(Complaint.objects.filter(pk__in=cases)), "revisit_due", "revisit_kind")
)


def _remarks(rows: Iterable[dict[str, Any]], person: Permissions, at: datetime) -> dict[int, str]:
    """Tries so far; and whoever took part in the case himself is told who can call instead."""
    rows = list(rows)
    tries, took_part = _tries(rows), involved([row["pk"] for row in rows])
    own = [row for row in rows if person.user.pk in took_part.get(row["pk"], ())]
    estates = Estate.objects.in_bulk({row["estate"] for row in rows})
    stand_ins = StandIns.load(at, estates.values()) if own else None
    barred = _barred(own)
    remarks = {}
    for row in rows:
        words = []
        if tried := tries[row["pk"]]:
            zone = estates[row["estate"]].zone
            words.append(
                ngettext("%(n)s try, on %(when)s", "%(n)s tries, the last on %(when)s", len(tried))
                % {
                    "n": len(tried),
                    "when": moment(max(tried), zone, year=not same_year(max(tried), at, zone)),
                }
            )
        if stand_ins and row in own:
            but = took_part[row["pk"]] | barred[row["pk"]]
            other = Other(False, others_as(REVISERS, stand_ins, row["estate"], but))
            words.append(
                waits_for(other)
                or _(
                    "You were involved, and nobody else is there: the form asks why you revisit it yourself."
                )
            )
        remarks[row["pk"]] = " ".join(words)
    return remarks


def _barred(rows: list[dict[str, Any]]) -> dict[int, set[int]]:
    """Who is complained about in each case; no query where nobody asks."""
    found: dict[int, set[int]] = defaultdict(set)
    if rows:
        about = Respondent.objects.filter(complaint__in=[row["pk"] for row in rows], user__isnull=False)
        for case, user in about.values_list("complaint", "user"):
            found[case].add(user)
    return found


def _tries(rows: list[dict[str, Any]]) -> dict[int, list[datetime]]:
    """When each case was tried in its present cycle. One query."""
    cycles = {row["pk"]: row["cycle_number"] for row in rows}
    tried: dict[int, list[datetime]] = defaultdict(list)
    events = Event.objects.filter(complaint__in=cycles, kind="revisit_tried").order_by("pk")
    for complaint, params, when in events.values_list("complaint", "params", "at"):
        if params.get("cycle") == cycles[complaint]:
            tried[complaint].append(when)
    return tried
