"""The case: what it is about, where it stands, what runs, what was done, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from complaints.actions import parts_of, shows_complainant
from complaints.lifecycle import Part, Status
from complaints.models import (
    Attachment,
    Clock,
    Compensation,
    Complaint,
    Cycle,
    Event,
    Extension,
    Respondent,
    Revisit,
)
from complaints.policy import ClockKind
from complaints.timeline import Entry, entries
from complaints.views import person_of
from complaints.views.lines import ClockLine, clock_lines
from complaints.views.offers import Offers, Standing, offers
from complaints.views.versions import may_read_versions
from staff.directory import Authority
from staff.roles import Role, ladder

#: As many entries of the timeline as a page shows.
SHOWN = 50

IN_FULL = (
    "estate", "unit", "building", "category", "cause", "first_receiver", "handler", "department",
    "accountable", "complainant", "lead", "repeat_of", "contact_note", "invalid_proposed_by",
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One of the six stages of the cycle, and when it was reached."""

    name: Any
    at: datetime | None  # in the estate's zone
    state: str  # done, now or "" for still to come

    @property
    def day(self) -> str:
        return date_format(self.at, pgettext("date format", "j M")) if self.at else ""

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M}" if self.at else ""


STAGES = (
    pgettext_lazy("stage", "Intake"),
    pgettext_lazy("stage", "Record"),
    pgettext_lazy("stage", "Classify"),
    pgettext_lazy("stage", "Act"),
    pgettext_lazy("stage", "Reply"),
    pgettext_lazy("stage", "Revisit"),
)
#: status: how many stages are behind
BEHIND = {
    Status.RECEIVED: 1,
    Status.RECORDED: 2,
    Status.CLASSIFIED: 3,
    Status.ACTING: 3,
    Status.HANDLED: 4,
    Status.REPLIED: 5,
    Status.CLOSED: 6,
}


@dataclass(frozen=True)
class CaseFile:
    """All the rows a case page shows."""

    complaint: Complaint
    clocks: list[Clock]
    requests: list[Extension]
    files: list[Attachment]
    respondents: list[Respondent]
    compensations: list[Compensation]
    kin: list[Complaint]  # members of the collective complaint, and later repeats

    @property
    def cycle(self) -> Cycle:
        return max((clock.cycle for clock in self.clocks), key=lambda cycle: cycle.number)

    @property
    def revisits(self) -> list[Revisit]:
        """The revisits of all cycles, newest first."""
        cycles = {clock.cycle_id: clock.cycle for clock in self.clocks}
        found = [cycle.revisit for cycle in cycles.values() if getattr(cycle, "revisit", None)]
        return sorted(found, key=lambda revisit: revisit.at, reverse=True)


def in_full(person: Authority) -> QuerySet[Complaint]:
    """Cases with everything their head shows, and whether they have what most have not: one query."""

    def has(rows: QuerySet[Any]) -> Exists:
        return Exists(rows.filter(complaint=OuterRef("pk")))

    def last(kind: str) -> Subquery:
        events = Event.objects.filter(complaint=OuterRef("pk"), kind=kind).order_by("-at")
        return Subquery(events.values("at")[:1])

    kin = Complaint.objects.filter(Q(lead=OuterRef("pk")) | Q(repeat_of=OuterRef("pk")))
    return (
        Complaint.objects.visible_to(person)
        .select_related(*IN_FULL)
        .annotate(
            has_requests=has(Extension.objects.all()),
            has_files=has(Attachment.objects.all()),
            has_respondents=has(Respondent.objects.all()),
            has_compensations=has(Compensation.objects.all()),
            has_kin=Exists(kin),
            recorded_at=last("recorded"),
            classified_at=last("classified"),
        )
    )


def read(complaint: Complaint, person: Authority) -> CaseFile:
    """The rows around a case that `in_full` has found: one query, and one for each sort it has."""

    def some(there: bool, rows: QuerySet[Any]) -> list[Any]:
        return list(rows) if there else []

    kin = Complaint.objects.visible_to(person).filter(Q(lead=complaint) | Q(repeat_of=complaint))
    return CaseFile(
        complaint=complaint,
        clocks=list(complaint.clocks.select_related("cycle__revisit__by", "policy").order_by("pk")),
        requests=some(
            complaint.has_requests,
            complaint.extensions.select_related("clock", "requested_by", "decided_by", "oral_by").order_by(
                "pk"
            ),
        ),
        files=some(complaint.has_files, complaint.attachments.order_by("-uploaded_at", "-pk")),
        respondents=some(
            complaint.has_respondents,
            complaint.respondents.select_related("user", "department").order_by("pk"),
        ),
        compensations=some(
            complaint.has_compensations,
            complaint.compensations.select_related("proposed_by", "decided_by").order_by("-pk"),
        ),
        kin=some(complaint.has_kin, kin.select_related("unit", "building").order_by("pk")[:100]),
    )


def stages(complaint: Complaint, cycle: Cycle) -> list[Stage]:
    """The six stages of the present cycle. A closed case has passed those it has a time for."""
    fresh = complaint.received_at if cycle.number == 1 else cycle.started_at
    revisit = getattr(cycle, "revisit", None)
    times = [
        fresh,
        complaint.recorded_at if cycle.number == 1 else fresh,
        complaint.classified_at,
        cycle.handled_at,
        cycle.replied_at,
        revisit.at if revisit else None,
    ]
    behind = BEHIND[Status(complaint.status)]
    closed = complaint.status == Status.CLOSED
    line = []
    for place, (name, at) in enumerate(zip(STAGES, times, strict=True)):
        at = at.astimezone(complaint.estate.zone) if at and at >= fresh and place < behind else None
        done = bool(at) if closed else place < behind
        line.append(Stage(name, at, "done" if done else "now" if place == behind else ""))
    return line


def timeline(complaint: Complaint, before: str) -> tuple[list[Entry], str]:
    """Fifty entries, newest first, and the key of the older ones."""
    events = complaint.events.order_by("-at", "-pk")
    if before.isdigit():
        edge = Event.objects.filter(complaint=complaint, pk=int(before)).values("at")[:1]
        events = events.filter(Q(at__lt=Subquery(edge)) | Q(at=Subquery(edge), pk__lt=int(before)))
    rows = list(events[: SHOWN + 1])
    shown = rows[:SHOWN]
    return entries(shown, complaint), str(shown[-1].pk) if len(rows) > SHOWN else ""


def decides(request: Extension, person: Authority, parts: frozenset[Role | Part]) -> bool:
    """Whether the reader may decide on a request; the action checks it again."""
    above = set(ladder(Role(request.approver_role)))
    return (
        request.state == Extension.State.PENDING
        and bool(above & parts)
        and request.requested_by_id != person.user.pk
    )


def standing_of(file: CaseFile, person: Authority, parts: frozenset[Role | Part], at: datetime) -> Standing:
    return Standing(
        complaint=file.complaint,
        cycle=file.cycle,
        person=person,
        parts=parts,
        running={ClockKind(clock.kind) for clock in file.clocks if clock.stopped_at is None},
        asked={ClockKind(r.clock.kind) for r in file.requests if r.state == Extension.State.PENDING},
        to_sign=any(revisit.new_opinion and not revisit.signed_at for revisit in file.revisits),
        policy=file.clocks[-1].policy.policy,
        now=at,
    )


@login_required
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    complaint = get_object_or_404(in_full(person), number=number)
    before = request.GET.get("before", "")
    lines, older = timeline(complaint, before)
    context: dict[str, Any] = {
        "complaint": complaint,
        "zone": complaint.estate.zone,
        "now": at,
        "entries": lines,
        "older": older,
    }
    if before and "HX-Request" in request.headers:
        return render(request, "complaints/case_entries.html", context)
    parts = parts_of(complaint, person)
    file = read(complaint, person)
    clocks: list[ClockLine] = clock_lines(file.clocks, file.requests, complaint.estate.zone)
    offered: Offers = offers(standing_of(file, person, parts, at))
    context |= {
        "file": file,
        "cycle": file.cycle,
        "shows": shows_complainant(complaint, parts),
        "stages": stages(complaint, file.cycle),
        "running": [line for line in clocks if line.clock.stopped_at is None],
        "stopped": [line for line in clocks if line.clock.stopped_at],
        "offers": offered,
        "to_decide": [r for r in file.requests if decides(r, person, parts)],
        "mine": [r for r in file.requests if r.state == "pending" and r.requested_by_id == request.user.pk],
        "versions": may_read_versions(parts),
        "queue": reverse("queue"),
    }
    return render(request, "complaints/case.html", context)
