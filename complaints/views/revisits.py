"""Whom to call back: replies that wait for their revisit, and new opinions to be signed (K7, F3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.actions import WORK, hands
from complaints.clocks import STOPS
from complaints.lifecycle import Status
from complaints.models import Clock, Complaint, Event, Revisit
from complaints.timewords import moment
from complaints.views import estate_of, estates_of, person_of
from complaints.views.keyset import Order
from complaints.views.queue import cases_of
from complaints.views.rows import columns, in_words
from staff.authority import Authority
from staff.directory import Directory
from staff.models import Estate
from staff.prepared import Prepared
from staff.roles import Role

BY_DUE = Order("revisit_due")
SHOWN = 30


@dataclass(frozen=True)
class Opinion:
    """A new opinion of a revisit that waits for the department head's signature."""

    number: str
    url: str
    words: str
    at: datetime
    zone: ZoneInfo


@login_required
def revisits(request: HttpRequest) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    cases = cases_of(request, person)
    page = BY_DUE.page(_with_due(cases.filter(status=Status.REPLIED)), request.GET, read=_columns)
    for row in page.rows:  # whatever else runs, this page is about the revisit
        row |= {"next_due_at": row["revisit_due"], "next_due_kind": row["revisit_kind"]}
    many = estate_of(request, at) is None and len(estates_of(request, at)) > 1
    context = {
        "page": page,
        "rows": in_words(page.rows, person, at, estates=many, extra=_remarks(page.rows, person, at)),
        "opinions": _opinions(cases, person),
    }
    return render(request, "complaints/revisits.html", context)


def _with_due(cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """With the due time of the revisit, or of the further tries once somebody has tried."""
    clock = Clock.objects.running().filter(complaint=OuterRef("pk"), kind__in=STOPS["revisit"])
    return cases.annotate(
        revisit_due=Subquery(clock.values("due_at")[:1]), revisit_kind=Subquery(clock.values("kind")[:1])
    )


_columns = Prepared(
    lambda *cases: columns(_with_due(Complaint.objects.filter(pk__in=cases)), "revisit_due", "revisit_kind")
)


def _remarks(rows: Iterable[dict[str, Any]], person: Authority, at: datetime) -> dict[int, str]:
    """Tries so far; and whoever handled the case himself is told who can call instead."""
    rows = list(rows)
    tries, worked = _past(rows)
    own = [row for row in rows if person.stands_for & {row["handler"], *worked[row["pk"]]}]
    estates = Estate.objects.in_bulk({row["estate"] for row in rows})
    directory = Directory.load(at, estates.values()) if own else None
    remarks = {}
    for row in rows:
        words = []
        if tried := tries[row["pk"]]:
            zone = estates[row["estate"]].zone
            words.append(
                ngettext("%(n)s try, on %(when)s", "%(n)s tries, the last on %(when)s", len(tried))
                % {"n": len(tried), "when": moment(max(tried), zone)}
            )
        if directory and row in own:
            others = directory.reach(Role.SUPERVISOR, row["estate"], barred=person.stands_for)[1]
            names = _(", ").join(str(other) for other in others)
            words.append(
                _("You handled it; the revisit belongs to another person: %(people)s.") % {"people": names}
                if others
                else _("You handled it, and nobody else is there: the form asks why you revisit it yourself.")
            )
        remarks[row["pk"]] = " ".join(words)
    return remarks


def _past(rows: list[dict[str, Any]]) -> tuple[dict[int, list[datetime]], dict[int, set[int]]]:
    """When each case was tried in its present cycle, and who did some of its work. One query."""
    cycles = {row["pk"]: row["cycle_number"] for row in rows}
    tried: dict[int, list[datetime]] = defaultdict(list)
    work: dict[int, list[tuple[str, int | None, dict[str, Any]]]] = defaultdict(list)
    events = Event.objects.filter(complaint__in=cycles, kind__in=["revisit_tried", *WORK]).order_by("pk")
    for complaint, kind, actor, params, when in events.values_list(
        "complaint", "kind", "actor", "params", "at"
    ):
        if kind != "revisit_tried":
            work[complaint].append((kind, actor, params))
        elif params.get("cycle") == cycles[complaint]:
            tried[complaint].append(when)
    return tried, defaultdict(set, {pk: hands(entries) for pk, entries in work.items()})


def _opinions(cases: Any, person: Authority) -> list[Opinion]:
    """What he may sign: his departments' and those he is accountable for; managers all of their estates'."""
    roles = person.everywhere()
    if not roles & {Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}:
        return []
    if not roles & {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}:
        cases = cases.filter(
            Q(department__in=person.headed_departments()) | Q(accountable__in=person.stands_for)
        )
    waiting = (
        Revisit.objects.filter(signed_at=None, cycle__complaint__in=cases)
        .exclude(new_opinion="")
        .select_related("cycle__complaint__estate")
        .order_by("at")[:SHOWN]
    )
    return [
        Opinion(case.number, case.get_absolute_url(), revisit.new_opinion, revisit.at, case.estate.zone)
        for revisit in waiting
        for case in [revisit.cycle.complaint]
    ]
