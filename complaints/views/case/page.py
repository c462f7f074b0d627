"""The case: what it is about, where it stands, what runs, what was done, and what comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from complaints.actions import roles_on, see, shows_complainant
from complaints.actions.emergency_numbers import numbers_of
from complaints.actions.measure_rows import may_set_on
from complaints.actions.situations import situation_for
from complaints.actions.visibility import reads_phones, reads_reasons
from complaints.danger import is_dangerous
from complaints.decisions import EXTENSION
from complaints.evidence import may_add
from complaints.models import Complaint, Extension
from complaints.policy import ClockKind
from complaints.site_visits import may_arrange
from complaints.situation import Situation
from complaints.statuses import CaseRole, Status
from complaints.timeline import entries
from complaints.views import overruns, person_of, superior
from complaints.views.case.available_moves import Standing, available_moves
from complaints.views.case.clock_lines import clock_lines
from complaints.views.case.notice_grade import grade_summary
from complaints.views.case.page_rows import CaseFile, find, page_of_events, read
from complaints.views.case.subject import subject_of
from complaints.views.case.versions import may_read_versions
from complaints.views.dangers import told_of
from complaints.views.lists.follow_ups import follow_up_lines
from complaints.views.lists.origin import back_to, came_from, suffix_of
from complaints.views.regulator import panel
from complaints.views.step_cards import beside
from complaints.warranty import may_choose_part
from staff import audit
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import Role


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


def stages(file: CaseFile) -> list[Stage]:
    """The six stages of the present cycle. A closed case has passed those it has a time for."""
    complaint, cycle = file.complaint, file.cycle
    begun = complaint.received_at if cycle.number == 1 else cycle.started_at
    times = [
        begun,
        file.reached.get("recorded") if cycle.number == 1 else begun,
        file.reached.get("classified"),
        cycle.handled_at,
        cycle.replied_at,
        file.revisit.at if file.revisit else None,
    ]
    behind = BEHIND[Status(complaint.status)]
    closed = complaint.status == Status.CLOSED
    line = []
    for place, (name, at) in enumerate(zip(STAGES, times, strict=True)):
        at = at.astimezone(complaint.estate.zone) if at and at >= begun and place < behind else None
        done = bool(at) if closed else place < behind
        line.append(Stage(name, at, "done" if done else "now" if place == behind else ""))
    return line


def situation_in(file: CaseFile, person: Permissions, at: datetime) -> Situation:
    """How the case stands for one reader, by the rows of its page."""
    running = [clock for clock in file.clocks if clock.stopped_at is None]
    waiting = {row.clock_id for row in file.requests if row.state == Extension.State.PENDING}
    cycles = [clock.cycle for clock in file.clocks]
    return situation_for(
        file.complaint,
        person,
        at,
        clocks=lambda: running,
        asked=lambda: waiting,
        cycle=lambda: file.cycle,
        replied_again=lambda: any(one.number > 1 and one.replied_at for one in (*cycles, file.cycle)),
        follow_ups=lambda: file.follow_ups,
        amounts=lambda: file.compensations,
        analysis=lambda: next((row for row in file.analyses if row.cycle_id == file.cycle.pk), None),
        signs=lambda: [sign for sign in file.signs if sign.withdrawn_at is None],
        post=lambda: next((post for post in file.online_posts if post.answered_at is None), None),
        call=lambda: file.call_to_make,
        barred=lambda: frozenset(row.user_id for row in file.respondents if row.user_id),
    )


def standing_of(file: CaseFile, person: Permissions, situation: Situation) -> Standing:
    return Standing(
        complaint=file.complaint,
        person=person,
        situation=situation,
        is_followed_up=any(row.is_open for row in file.follow_ups),
        acted=any(
            event.kind in ("acted", "visit_measures") and event.at >= file.cycle.started_at
            for event in file.events
        ),
    )


def _is_looked_at(request: StaffRequest) -> bool:
    """Whether somebody has the page before his eyes: no browser that fetches it in advance."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _earlier(request: StaffRequest, complaint: Complaint, before: str) -> HttpResponse:
    """More of the timeline, in its place."""
    events, older = page_of_events(complaint, before)
    context = {"entries": entries(events, complaint), "older": older, "zone": complaint.estate.zone}
    return render(request, "complaints/case/entries.html", context)


def _note_phones(request: StaffRequest, file: CaseFile, roles: Collection[Role | CaseRole]) -> None:
    """Whose phones stand there whole is kept in the audit, where they are more than the page's own."""
    case = file.complaint
    if reads_phones(case, roles) and (file.signatories or case.identity_hidden):
        who = "complainant" if case.identity_hidden else "signatories"
        audit.phones_shown(request, who, case=case.number)


@login_required
@require_safe
def case(request: StaffRequest, number: str) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    complaint = find(person, number)
    before = request.GET.get("before", "")
    if before and "HX-Request" in request.headers:
        return _earlier(request, complaint, before)
    if complaint.danger_since and _is_looked_at(request) and see(complaint, by=request.user, at=at):
        complaint = find(person, number)
    roles = roles_on(complaint, person)
    file = read(complaint, person, before=before)
    situation = situation_in(file, person, at)
    waiting = [r for r in file.requests if r.state == Extension.State.PENDING]
    _note_phones(request, file, roles)
    clocks = clock_lines(
        file.clocks, file.requests, complaint.estate.zone, file.moves, classified=bool(complaint.severity)
    )
    running = [line for line in clocks if line.clock.stopped_at is None]
    context = {
        "complaint": complaint,
        "zone": complaint.estate.zone,
        "now": at,
        "file": file,
        "cycle": file.cycle,
        "people_in_all": complaint.people,
        "shows": shows_complainant(complaint, roles),
        "calls": reads_phones(complaint, roles),
        "lists": shows_complainant(complaint, roles) and CaseRole.CONTRACTOR not in roles,
        "presence": entries(file.presence, complaint, people=file.names),
        "presence_due": next((line.clock for line in clocks if line.clock.kind == ClockKind.PRESENCE), None),
        "stages": stages(file),
        "running": running,
        "danger": told_of([complaint])[complaint.pk] if is_dangerous(complaint) else [],
        "stopped": [line for line in clocks if line.clock.stopped_at],
        "referred": any(c.kind == ClockKind.JUDGE and c.stopped_at is None for c in file.clocks),
        "entries": entries(file.events, complaint, people=file.names, reasons=reads_reasons(roles)),
        "older": file.older,
        "moves": available_moves(
            standing_of(file, person, situation), [ClockKind(line.clock.kind) for line in running]
        ),
        "to_decide": [r for r in waiting if EXTENSION.refusal(r, roles, person.user.pk) is None],
        "overruns": overruns.lines(file.overruns, person, situation.policy, at),
        "superior": superior.lines(file.superior_requests, person),
        "requests": file.requests,
        "mine": [r for r in waiting if r.requested_by_id == request.user.pk],
        "versions": may_read_versions(roles),
        "grade_summary": grade_summary(
            complaint, file.alike, file.events, told=CaseRole.CONTRACTOR not in roles
        ),
        "review": next((line for line in clocks if line.clock.kind == ClockKind.ABNORMAL_REVIEW), None),
        "follow_ups": follow_up_lines(file.follow_ups, situation, person),
        "subject": subject_of(complaint.content),
        "queue": back_to(request),
        "came_from": came_from(request),
        "from": suffix_of(request),
        "cards": beside("case", complaint, request.user),
        "numbers": numbers_of(complaint.estate_id) if complaint.danger_since else [],
    }
    return render(request, "complaints/case/page.html", context | _beside(complaint, roles, person, at))


def _beside(
    complaint: Complaint, roles: Collection[Role | CaseRole], person: Permissions, at: datetime
) -> dict[str, Any]:
    """What he may begin beside the moves of the case."""
    return {
        "may_set": may_set_on(complaint, roles),
        "may_add_evidence": may_add(roles, complaint.outcome),
        "may_choose_part": may_choose_part(roles, complaint.outcome, joined=complaint.lead_id is not None),
        "regulator": panel(complaint, person, at, has_records=complaint.has_inquiries),
        "may_arrange_visit": may_arrange(roles, complaint.status),
    }


@login_required
@require_safe
def danger(request: StaffRequest, number: str) -> HttpResponse:
    """Who was told of the danger and who has opened the case, as it is by now; the part of a page that asks
    for itself again. To look on here is not to open the case.
    """
    at = now()
    case = find(person_of(request, at), number)
    context = {
        "case": case,
        "told": told_of([case])[case.pk],
        "numbers": numbers_of(case.estate_id) if case.danger_since else [],
        "now": at,
    }
    return render(request, "complaints/danger_panel.html", context)
