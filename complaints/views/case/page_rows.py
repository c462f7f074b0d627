"""The rows a case page shows, read in few queries: what most cases have not is asked for only when there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.http import Http404
from django.utils.functional import cached_property

from complaints.actions.evidence import shown_to
from complaints.models import (
    AbnormalDecision,
    AbnormalSign,
    Attachment,
    CalendarMove,
    CaseWarranty,
    CauseAnalysis,
    CircleMember,
    Clock,
    Compensation,
    Complaint,
    ContactNote,
    Cycle,
    Event,
    Evidence,
    Extension,
    FollowUp,
    Measure,
    MeasureCase,
    OnlinePost,
    Overrun,
    Respondent,
    Revisit,
    SecondCall,
    Signatory,
    SiteVisit,
    SuperiorRequest,
)
from complaints.timeline import ids_in
from complaints.views.case.notice_grade import Alike, are_alike, is_like, like
from complaints.views.regulator import HAS_ROWS
from complaints.worktime import Limit
from config.framework.prepared_queries import PreparedQuery
from config.framework.request_guard import whole_number
from staff.models import User
from staff.permissions import Permissions

#: As many entries of the timeline as a page shows.
SHOWN = 50
NEWEST_EVIDENCE = 5
HEAD = ("estate", "unit", "building", "category", "cause", "department", "complainant")
#: Columns that name staff; all of a page's are read at once.
PEOPLE: dict[type[Model], tuple[str, ...]] = {
    Complaint: ("first_receiver", "handler", "accountable", "invalid_proposed_by", "speaker"),
    Cycle: ("opinion_by",),
    Extension: ("requested_by", "decided_by", "oral_by"),
    Compensation: ("proposed_by", "decided_by", "paid_by"),
    Respondent: ("user",),
    Revisit: ("by",),
    FollowUp: ("done_by", "told_by", "signed_by"),
    SecondCall: ("by",),
    Overrun: ("handler", "explainer", "explained_by", "decided_by"),
    SuperiorRequest: ("asked_by", "passed_by", "decided_by"),
    AbnormalSign: ("noted_by", "withdrawn_by"),
    AbnormalDecision: ("decided_by",),
    CircleMember: ("user", "named_by"),
    CauseAnalysis: ("written_by",),
    SiteVisit: ("visitor",),
}
SIDES = {
    "has_requests": Exists(Extension.objects.filter(complaint=OuterRef("pk"))),
    "has_overruns": Exists(Overrun.objects.filter(complaint=OuterRef("pk"))),
    "has_superior": Exists(SuperiorRequest.objects.filter(complaint=OuterRef("pk"))),
    "has_posts": Exists(OnlinePost.objects.filter(complaint=OuterRef("pk"))),
    "has_files": Exists(Attachment.objects.filter(complaint=OuterRef("pk"))),
    "has_respondents": Exists(Respondent.objects.filter(complaint=OuterRef("pk"))),
    "has_compensations": Exists(Compensation.objects.filter(complaint=OuterRef("pk"))),
    "has_signs": Exists(AbnormalSign.objects.filter(complaint=OuterRef("pk"))),
    "has_evidence": Exists(Evidence.objects.filter(complaint=OuterRef("pk"))),
    "has_warranty": Exists(CaseWarranty.objects.filter(complaint=OuterRef("pk"))),
    "has_inquiries": HAS_ROWS,
    "has_visits": Exists(SiteVisit.objects.filter(complaint=OuterRef("pk"))),
    "has_analyses": Exists(CauseAnalysis.objects.filter(complaint=OuterRef("pk"))),
    "has_measures": Exists(MeasureCase.objects.filter(complaint=OuterRef("pk"))),
    "has_follow_ups": Exists(FollowUp.objects.filter(complaint=OuterRef("pk"))),
    "has_second_calls": Exists(SecondCall.objects.filter(complaint=OuterRef("pk"))),
    "has_kin": Exists(Complaint.objects.filter(Q(lead=OuterRef("pk")) | Q(repeat_of=OuterRef("pk")))),
    "note_kind": F("contact_note__kind"),
    "note_taken_at": F("contact_note__taken_at"),
    "note_number": F("contact_note__external_number"),
}


@dataclass(frozen=True)
class CaseFile:
    """All the rows of one page. `older`: the key of the entries before `events`."""

    complaint: Complaint
    events: list[Event]
    older: str
    reached: dict[str, datetime]  # when the case was recorded and classified last
    clocks: list[Clock]
    requests: list[Extension]
    overruns: list[Overrun]  # handled late without an extension, newest first
    moves: list[CalendarMove]  # due times a changed calendar has moved
    files: list[Attachment]
    respondents: list[Respondent]
    compensations: list[Compensation]
    signatories: list[Signatory]
    presence: list[Event]  # a manager met the customers
    revisits: list[Revisit]  # of all cycles, newest first
    follow_ups: list[FollowUp]  # what is open first, what is due next first
    second_calls: list[SecondCall]
    kin: list[Complaint]  # members of the collective complaint, and later repeats
    alike: list[Complaint]  # other people's cases of the same matter, confirmed or perhaps
    names: dict[int, str]
    signs: list[AbnormalSign] = field(default_factory=list)  # withdrawn ones too
    decisions: list[AbnormalDecision] = field(default_factory=list)  # on the abnormal mark, newest first
    circle: list[CircleMember] = field(default_factory=list)  # who is named to read a restricted case
    online_posts: list[OnlinePost] = field(default_factory=list)  # newest first, with their points
    superior_requests: list[SuperiorRequest] = field(default_factory=list)  # newest first
    measures: list[Measure] = field(default_factory=list)  # it is one of whose cases, newest first
    analyses: list[CauseAnalysis] = field(default_factory=list)  # of all cycles, newest first
    evidence: list[Evidence] = field(default_factory=list)  # the newest of what he reads
    warranty: CaseWarranty | None = None  # the part, whether it is covered, the builder's steps
    site_visits: list[SiteVisit] = field(default_factory=list)  # the newest first

    @cached_property
    def cycle(self) -> Cycle:
        """The present one. A member whose lead works has one without clocks, which is asked for apart."""
        number = self.complaint.cycle_number
        begun = (clock.cycle for clock in reversed(self.clocks) if clock.cycle.number == number)
        return next(begun, None) or Cycle.objects.get(complaint=self.complaint, number=number)

    @property
    def revisit(self) -> Revisit | None:
        """The present cycle's."""
        return next((revisit for revisit in self.revisits if revisit.cycle_id == self.cycle.pk), None)

    @property
    def call_to_make(self) -> SecondCall | None:
        """The second call that waits, once the case is closed."""
        revisit = self.revisit
        waits = (call for call in self.second_calls if not call.called_at and call.revisit == revisit)
        return next(waits, None) if revisit and not self.complaint.is_open else None

    @property
    def note_kind(self) -> str:
        """What the contact was, out of which the case has become."""
        kind = self.complaint.note_kind
        return str(ContactNote.Kind(kind).label) if kind else ""


_cases = PreparedQuery(
    lambda person, number: (
        Complaint.objects.visible_to(person).filter(number=number).select_related(*HEAD).annotate(**SIDES)
    )
)
_clocks = PreparedQuery(
    lambda case: Clock.objects.filter(complaint=case).select_related("cycle", "policy").order_by("pk")
)


def find(person: Permissions, number: str) -> Complaint:
    """The case with what its head shows, and which sides it has; Http404 for one he may not know of.

    One query.
    """
    case: Complaint | None = next(_cases(person, number), None)
    if case is None:
        raise Http404
    return case


def read(complaint: Complaint, person: Permissions, *, before: str = "") -> CaseFile:
    """The rows around a case found by `find`; then the names of everybody on them, in one query."""
    events, older = page_of_events(complaint, before)
    all_here = not (older or before)
    clocks = list(_clocks(complaint.pk))
    kin = _kin(complaint, person, like(complaint, person, clocks[-1].policy.policy))
    file = CaseFile(
        complaint=complaint,
        events=events,
        older=older,
        reached=_reached(complaint, events, all_here=all_here),
        clocks=clocks,
        requests=_some(
            complaint.has_requests,
            lambda: complaint.extensions.select_related("clock", "reason").order_by("pk"),
        ),
        overruns=_some(
            complaint.has_overruns,
            lambda: complaint.overruns.counted().select_related("reason", "department").order_by("-pk"),
        ),
        moves=_some(
            any(clock.revision > 1 and Limit.parse(clock.limit).counts_working_time for clock in clocks),
            lambda: _moves_of_days(complaint),
        ),
        files=_some(complaint.has_files, lambda: complaint.attachments.order_by("-uploaded_at", "-pk")),
        respondents=_some(
            complaint.has_respondents,
            lambda: complaint.respondents.select_related("department").order_by("pk"),
        ),
        compensations=_some(complaint.has_compensations, lambda: complaint.compensations.order_by("-pk")),
        signatories=_some(complaint.signed, lambda: complaint.signatories.listed()),
        presence=_presence(complaint, events, all_here=all_here),
        revisits=_some(any(clock.cycle.ended_at for clock in clocks), lambda: _revisits_of(complaint)),
        follow_ups=_some(complaint.has_follow_ups, lambda: follow_ups_of(complaint)),
        second_calls=_some(
            complaint.has_second_calls,
            lambda: complaint.second_calls.select_related("revisit").order_by("-drawn_at"),
        ),
        kin=[row for row in kin if complaint.pk in (row.lead_id, row.repeat_of_id)],
        alike=[row for row in kin if is_like(row, complaint)],
        names={},
        signs=_some(
            complaint.has_signs, lambda: complaint.signs.prefetch_related("files").order_by("on", "pk")
        ),
        decisions=_some(complaint.abnormal, lambda: complaint.abnormal_decisions.order_by("-pk")),
        circle=_some(complaint.restricted, lambda: complaint.circle.filter(until=None).order_by("pk")),
        online_posts=_some(
            complaint.has_posts, lambda: complaint.online_posts.prefetch_related("points").order_by("-pk")
        ),
        superior_requests=_some(complaint.has_superior, lambda: superior_requests_of(complaint)),
        measures=_some(complaint.has_measures, lambda: _measures_of(complaint, person)),
        analyses=_some(complaint.has_analyses, lambda: _analyses_of(complaint)),
        evidence=_some(complaint.has_evidence, lambda: _evidence_of(complaint, person)),
        warranty=complaint.warranty if complaint.has_warranty else None,
        site_visits=_some(complaint.has_visits, lambda: _visits_of(complaint)),
    )
    _tie(complaint, kin)
    introduce(file)
    return file


def _measures_of(complaint: Complaint, person: Permissions) -> QuerySet[Measure]:
    """Those it is a case of, the newest first, as far as he reads them."""
    rows = Measure.objects.visible_to(person).filter(case_rows__complaint=complaint)
    return rows.select_related("owner", "estate", "building", "unit", "category", "cause").order_by("-pk")


def _evidence_of(complaint: Complaint, person: Permissions) -> list[Evidence]:
    """The newest few he reads; its own page has all."""
    rows = list(shown_to(person, complaint).order_by("-number")[:NEWEST_EVIDENCE])
    for row in rows:
        row.complaint = complaint
    return rows


def _visits_of(complaint: Complaint) -> list[SiteVisit]:
    """All of them, the newest first: a case has few."""
    rows = list(complaint.site_visits.order_by("-number"))
    for row in rows:
        row.complaint = complaint
    return rows


def _analyses_of(complaint: Complaint) -> QuerySet[CauseAnalysis]:
    """Of each round, the newest first."""
    return complaint.analyses.select_related("cycle", "department").order_by("-pk")


def _some(there: Any, rows: Callable[[], Iterable[Any]]) -> list[Any]:
    """The rows, asked for only where there are any."""
    return list(rows()) if there else []


def _reached(complaint: Complaint, events: list[Event], *, all_here: bool) -> dict[str, datetime]:
    """When each kind of entry was last made; of a page that does not hold all, the stages alone."""
    if all_here:
        return {event.kind: event.at for event in reversed(events)}
    stages = complaint.events.filter(kind__in=("recorded", "classified")).order_by("at", "pk")
    return dict(stages.values_list("kind", "at"))


def _moves_of_days(complaint: Complaint) -> QuerySet[CalendarMove]:
    """Due times that another calendar has moved."""
    moves = CalendarMove.objects.filter(clock__complaint=complaint)
    return moves.select_related("change").order_by("pk")


def _revisits_of(complaint: Complaint) -> QuerySet[Revisit]:
    return Revisit.objects.filter(cycle__complaint=complaint).select_related("cycle").order_by("-at")


def _tie(complaint: Complaint, kin: list[Complaint]) -> None:
    """Lead and earlier case were read with the others: nobody asks for them again."""
    for row in kin:
        if row.pk == complaint.lead_id:
            complaint.lead = row
        if row.pk == complaint.repeat_of_id:
            complaint.repeat_of = row


def _presence(complaint: Complaint, events: list[Event], *, all_here: bool) -> list[Event]:
    """The entries on a manager who came; asked for apart where the page does not hold all entries."""
    if all_here:
        return [event for event in events if event.kind == "presence_recorded"]
    if not complaint.is_collective and complaint.own_people == 1:
        return []
    return list(complaint.events.filter(kind="presence_recorded").order_by("-at", "-pk"))


def follow_ups_of(complaint: Complaint) -> list[FollowUp]:
    """What the customer brought up, on this case itself: what is open first."""
    rows = list(complaint.follow_ups.select_related("department").order_by("due_at", "pk"))
    for row in rows:
        row.complaint = complaint
    return sorted(rows, key=lambda row: not row.is_open)


def superior_requests_of(complaint: Complaint) -> list[SuperiorRequest]:
    """What the customer insisted on, the newest first."""
    rows = list(complaint.superior_requests.order_by("-pk"))
    for row in rows:
        row.complaint = complaint
    return rows


def _kin(complaint: Complaint, person: Permissions, alike: Alike | None) -> list[Complaint]:
    """The cases around this one; asked for only where there may be any."""
    known = (complaint.lead_id, complaint.repeat_of_id, complaint.matter_id)
    if not (complaint.has_kin or any(known) or alike):
        return []
    return list(_around(person, complaint.pk, *known, *(alike or ())))


def _rows_around(
    person: Permissions, case: int, lead: int | None, repeated: int | None, matter: int | None, *alike: Any
) -> QuerySet[Complaint]:
    """Its lead and the case it repeats, its members, those that repeat it, and those of the same matter.

    `alike`: what those have in common that may be of its matter (`Alike`); nothing where none are.
    """
    around = Q(lead=case) | Q(repeat_of=case) | Q(pk__in=[pk for pk in (lead, repeated) if pk])
    if matter:
        around |= Q(matter=matter)
    if alike:
        around |= are_alike(person, Alike(*alike))
    seen = Complaint.objects.visible_to(person).filter(around).exclude(pk=case)
    return seen.select_related("unit", "building").order_by("pk")[:100]


#: Prepared: saves 3.6 ms of the page of a case whose matter others may complain of, too.
_around = PreparedQuery(_rows_around)


#: Prepared, as the names are: the two save 1 ms of every case.
_newest_events = PreparedQuery(
    lambda case: Event.objects.filter(complaint=case).order_by("-at", "-pk")[: SHOWN + 1]
)
_people = PreparedQuery(lambda *keys: User.objects.filter(pk__in=keys).only("name", "username"))


def page_of_events(complaint: Complaint, before: str) -> tuple[list[Event], str]:
    """Fifty events, newest first, from before the one whose key is `before`; and the key to go on from."""
    edge_key = whole_number(before)
    if edge_key is None:
        rows = list(_newest_events(complaint.pk))
    else:
        events = complaint.events.order_by("-at", "-pk")
        edge = Event.objects.filter(complaint=complaint, pk=edge_key).values("at")[:1]
        events = events.filter(Q(at__lt=Subquery(edge)) | Q(at=Subquery(edge), pk__lt=edge_key))
        rows = list(events[: SHOWN + 1])
    return rows[:SHOWN], str(rows[SHOWN - 1].pk) if len(rows) > SHOWN else ""


def introduce(file: CaseFile) -> None:
    """Put the people on all rows, and their names in the file: one query."""
    rows: list[Any] = [file.complaint, file.cycle, *file.requests, *file.overruns, *file.compensations]
    rows += file.superior_requests
    rows += [*file.respondents, *file.revisits, *file.signs, *file.decisions, *file.circle]
    rows += [*file.follow_ups, *file.second_calls, *file.analyses, *file.site_visits]
    columns = [(row, name) for row in rows for name in PEOPLE[type(row)]]
    wanted = {getattr(row, f"{name}_id") for row, name in columns} | ids_in([*file.events, *file.presence])
    users = {user.pk: user for user in _people(*sorted(wanted - {None}))}
    for row, name in columns:
        if user := users.get(getattr(row, f"{name}_id")):
            setattr(row, name, user)
    file.names.update({pk: str(user) for pk, user in users.items()})
