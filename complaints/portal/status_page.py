"""What the page says about a case, in the customer's words: never a severity, a judgement or a clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions.current_policy import current_policy
from complaints.actions.promises import STEP_OF, arranged_by, status_seen
from complaints.actions.situations import has_rated
from complaints.actions.visibility import masked
from complaints.file_kinds import icon_of
from complaints.models import Attachment, Clock, Cycle, Event, FollowUp
from complaints.models.events import is_satisfied
from complaints.moves import MOVES, may, possible
from complaints.pasted_order import customers_words
from complaints.portal.visited_case import VisitedCase
from complaints.promises import promises
from complaints.situation import Situation
from complaints.statuses import CUSTOMER, OWNER_STATUS, OwnerStatus, Status
from complaints.time_texts import same_year, window
from complaints.timeline import Entry, entry_told, people_named
from complaints.timeline_texts import CUSTOMER as TOLD_TO_CUSTOMER
from config.framework.prepared_queries import PreparedQuery

#: The six steps: word, and the kinds of event that reach it.
STEPS = (
    (pgettext_lazy("owner step", "Received"), ("registered",)),
    (pgettext_lazy("owner step", "Recorded"), ("recorded", "classified")),
    (pgettext_lazy("owner step", "Assigned"), ("classified",)),
    (pgettext_lazy("owner step", "In progress"), ("accepted",)),
    (pgettext_lazy("owner step", "Replied"), ("replied",)),
    (pgettext_lazy("owner step", "Closed"), ("closed",)),
)
#: Where it stands in a sentence, under the word.
SAYS: dict[OwnerStatus, str | Lazy] = {
    OwnerStatus.ACCEPTED: _("We have received your complaint and are looking into it."),
    OwnerStatus.IN_PROGRESS: _("We are working on your complaint."),
    OwnerStatus.ANSWERED: _("We have told you the result. Tell us whether it is settled for you."),
    OwnerStatus.CLOSED: _("Your complaint is closed. Thank you for telling us."),
}
SAYS_HANDLED = _("The work is finished. Next we tell you the result.")
SAYS_ACCEPTED = _("You have accepted our reply. Last we ask you how you found our work.")
SAYS_TO_ASSIGN_AGAIN = _(
    "We have received what you told us. The matter is assigned anew; %(name)s contacts you."
)
SAYS_AGAIN = _("You told us that it is not settled. We are dealing with it again.")
#: What the lead of a collective complaint does is done for its members too.
FROM_LEAD = ("delivered", "accepted", "acted", "answered", "handled", "presence_recorded")
#: The only lines that name a person: the first receiver, who speaks for us, the manager who came.
NAMING = ("registered", "claimed", "transferred", "speaker_named", "speaker_changed", "presence_recorded")
#: The moves that may be a customer's at all.
HIS = tuple(verb for verb, move in MOVES.items() if move.who & CUSTOMER)
GRANTED = ("extension_approved", "extension_shortened", "extension_lengthened")
#: What a request for more time comes to.
ENDS_REQUEST = frozenset(
    {*GRANTED, "extension_declined", "extension_withdrawn", "extension_lapsed", "extension_barred"}
)
#: What an appointment comes to.
ENDS_APPOINTMENT = frozenset({"visit_arrived", "visit_called_off", "visit_lapsed", "visit_missed"})
MOVED = (*GRANTED, "moved_by_days", "moved_by_hours")


class Happening(NamedTuple):
    """The columns of an event that the page is made of."""

    case: int
    at: datetime
    kind: str
    params: dict[str, Any]
    note: str
    by_customer: bool
    owner_sees: bool


class File(NamedTuple):
    file: str
    thumbnail: str
    name: str
    content_type: str

    @property
    def icon(self) -> str:
        return icon_of(self.content_type)


#: Prepared: saves 0.5 ms of the customer's page.
_events = PreparedQuery(
    lambda case, lead: (
        Event.objects.filter(complaint__in=[case, lead])
        .order_by("at", "pk")
        .values_list("complaint", "at", "kind", "params", "note", "by_customer", "owner_sees")
    )
)


#: Running clocks, of the case or of the lead that works for it. Prepared: saves 0.3 ms of his page.
_clocks = PreparedQuery(
    lambda case, lead: (
        Clock.objects.running()
        .filter(complaint__in=[case, lead])
        .order_by("-due_at")
        .values_list("kind", "due_at")
    )
)


def _files(case: int) -> QuerySet[Attachment, tuple[str, str, str, str]]:
    files = Attachment.objects.filter(complaint=case, owner_sees=True).order_by("pk")
    return files.values_list("file", "thumbnail", "name", "content_type")


class FollowUpTold(NamedTuple):
    """Something new the customer brought up, and what became of it."""

    words: str
    due_at: datetime
    done: str
    told: str
    dropped: str  # why it is not pursued by itself
    merged: int | None
    ended_at: datetime | None


#: Prepared: saves 0.4 ms of the customer's page.
_follow_ups = PreparedQuery(
    lambda case: (
        FollowUp.objects.filter(complaint=case)
        .order_by("pk")
        .values_list(
            "raised_by", "words", "due_at", "done", "told", "withdrawn_because", "merged_into", "ended_at"
        )
    )
)


class Step(NamedTuple):
    word: str
    state: str
    at: datetime | None


class Appointment(NamedTuple):
    """Somebody comes to him, or should have: from when to when."""

    starts_at: datetime
    ends_at: datetime
    words: str
    missed: bool  # its time has passed, and nobody has come


class Owed(NamedTuple):
    """A promise, and whether its time has passed."""

    words: str
    at: datetime
    missed: bool


@dataclass(frozen=True)
class Notice:
    """One case as its customer reads it."""

    case: VisitedCase
    status: OwnerStatus
    says: str
    #: The round that runs, from the second on, and when it began.
    round: int
    begun: datetime
    steps: list[Step]
    history: list[Entry]
    reply: Entry | None
    promises: list[Owed]
    moved: list[Entry]
    #: When somebody comes to him, the next first.
    appointments: list[Appointment]
    #: More time that he was told of and that is not decided on yet.
    asked: list[Entry]
    files: list[File]
    follow_ups: list[FollowUpTold]
    accepted: bool
    rated: bool
    phone: str
    acts: frozenset[str]


def write(case: VisitedCase, now: datetime) -> Notice:
    """The page of a case. Two queries; one for files, one once the first receiver has changed, one for
    what the customer brought up later.

    Two more while nobody was assigned and no answer is due: then the time is worked out from the policy.
    """
    status = status_seen(case.status, case.lead_status)
    events = _events_of(case)
    own = [event for event in events if event.case == case.case]
    # By their order: the bad revisit that began a round bears the same time, and belongs to the one before.
    again = max((n for n, event in enumerate(own) if event.kind == "cycle_started"), default=None)
    begun = case.received_at if again is None else own[again].at
    present = own if again is None else own[again:]
    told = [event for event in events if event.owner_sees and event.kind in TOLD_TO_CUSTOMER]
    people, zone = _named(case, told), case.estate.zone
    lines = [entry_told(event, zone, people) for event in told]
    is_replied = status in (Status.REPLIED, Status.CLOSED)
    reply = next((line for line in reversed(lines) if line.kind == "replied"), None) if is_replied else None
    accepted = _accepted(present)
    word, says = _stands(case, status, accepted)
    owed = [] if is_replied else _promises(case, status, now)
    rated = _happened(present, "rated", "revisited")
    settled = accepted or any(is_satisfied(event.params.get("satisfaction")) for event in present)
    return Notice(
        case=case,
        status=word,
        says=str(says),
        round=case.cycle_number,
        begun=begun,
        steps=_steps(status, events, case.received_at, begun),
        history=[line for line in lines if line is not reply],
        reply=reply,
        promises=owed,
        moved=[line for line in lines if line.kind in MOVED and line.at >= begun] if owed else [],
        appointments=_appointments(own, zone, now) if case.is_open else [],
        asked=[entry_told(event, zone, people) for event in _asked(present)] if owed else [],
        files=[File(*row) for row in _files(case.case)] if case.has_files else [],
        follow_ups=_brought_up(case, own),
        accepted=accepted,
        rated=rated,
        phone=masked(case.phone),
        acts=frozenset(possible(situation_of_customer(case, now, lambda: settled, lambda: rated), HIS)),
    )


def _brought_up(case: VisitedCase, own: Sequence[Happening]) -> list[FollowUpTold]:
    """What he brought up after the reply; no query where there is nothing."""
    known = ("follow_up_raised", "opinion_raised")
    if not _happened(own, *known):
        return []
    return [
        FollowUpTold(customers_words(words) if by_staff else words, *more)
        for by_staff, words, *more in _follow_ups(case.case)
    ]


def situation_of_customer(
    case: VisitedCase,
    at: datetime,
    accepted: Callable[[], bool | None],
    rated: Callable[[], bool],
) -> Situation:
    """How the case stands for its customer. No query but one, where a closed one may perhaps be reopened."""
    policy = cache(lambda: current_policy().policy)
    return Situation(case=case, roles=CUSTOMER, at=at, policy=policy, accepted=accepted, rated=rated)  # type: ignore[arg-type]


def may_act(case: VisitedCase, verb: str, at: datetime) -> bool:
    """Whether the customer can do this now. A query at most."""
    cycle = Cycle.objects.filter(complaint=case.case, number=case.cycle_number)
    accepted = cycle.values_list("accepted", flat=True).get
    return may(verb, situation_of_customer(case, at, accepted, lambda: has_rated(case.case)))


def _stands(case: VisitedCase, status: Status, accepted: bool) -> tuple[OwnerStatus, str | Lazy]:
    """One of the four words, and a sentence.

    A case that is taken up again is not new; that it is worked on is said once a handler has accepted it.
    """
    word = OWNER_STATUS[status]
    if status == Status.HANDLED:
        return word, SAYS_HANDLED
    if status == Status.REPLIED and accepted:
        return word, SAYS_ACCEPTED
    if case.cycle_number > 1 and word in (OwnerStatus.ACCEPTED, OwnerStatus.IN_PROGRESS):
        if status == Status.ACTING:
            return OwnerStatus.IN_PROGRESS, SAYS_AGAIN
        return OwnerStatus.IN_PROGRESS, SAYS_TO_ASSIGN_AGAIN % {"name": case.first_receiver}
    return word, SAYS[word]


def _promises(case: VisitedCase, status: Status, now: datetime) -> list[Owed]:
    """What was promised in words, else what the clocks hold us to; missed ones are owned up to."""
    told = promises(
        status,
        dict(_clocks(case.case, case.lead or case.case)),
        graded=bool(case.severity or case.lead_severity),
        promised_at=case.promised_at or case.lead_promised_at,
        registered_at=case.registered_at,
        arranged_by=lambda delivery: arranged_by(case.case, delivery),
    )
    return [Owed(promise.words, promise.at, promise.at < now) for promise in told]


def _appointments(events: Sequence[Happening], zone: ZoneInfo, now: datetime) -> list[Appointment]:
    """What was agreed on and is still to come, as the entries tell it. No query.

    What an appointment came to counts wherever its entry stands: an arrival that is entered late stands
    before the change that was made meanwhile.
    """
    agreed: dict[int, list[str]] = {}
    over: Counter[int] = Counter()
    for event in events:
        if event.kind in ("visit_arranged", "visit_moved") and event.owner_sees:
            agreed[event.params["visit"]] = event.params["window"]
        elif event.kind in ENDS_APPOINTMENT:
            over[event.params["visit"]] += 1
        elif event.kind == "visit_taken_back":
            over[event.params["visit"]] -= 1
    waited = [pair for visit, pair in agreed.items() if over[visit] <= 0]
    times = sorted(tuple(map(datetime.fromisoformat, pair)) for pair in waited)
    return [
        Appointment(start, end, window(start, end, zone, year=not same_year(start, now, zone)), end < now)
        for start, end in times
    ]


def _asked(events: Sequence[Happening]) -> list[Happening]:
    """Requests for more time he was told of that nobody has decided on, as the entries tell it."""
    waiting: dict[str, Happening] = {}
    for event in events:
        if event.kind == "extension_requested" and event.owner_sees:
            waiting[event.params["clock"]] = event
        elif event.kind in ENDS_REQUEST:
            waiting.pop(event.params["clock"], None)
    return list(waiting.values())


def _events_of(case: VisitedCase) -> list[Happening]:
    """What happened to the case, in order; for a member also what the lead's people did, no customer's words.

    Everything is read and sorted out here: a case has few events, and a plain query is the cheapest.
    """
    events = (Happening(*row) for row in _events(case.case, case.lead or case.case))
    return [e for e in events if e.case == case.case or e.kind in FROM_LEAD and not e.by_customer]


def _named(case: VisitedCase, events: Sequence[Happening]) -> dict[int, str]:
    """Who is named; the first receiver is known, so most pages need no query."""
    known = {case.receiver: case.first_receiver}
    ids = {event.params["person"] for event in events if event.kind in NAMING and event.params.get("person")}
    return known | people_named(ids - known.keys())


def _steps(status: Status, events: Sequence[Happening], received_at: datetime, begun: datetime) -> list[Step]:
    reached = STEP_OF[status]
    steps = []
    for number, (word, kinds) in enumerate(STEPS):
        state = "done" if number < reached or status == Status.CLOSED else "now" if number == reached else ""
        at = None
        if number == 0:
            at = received_at
        elif state:
            at = next((event.at for event in events if event.kind in kinds and event.at >= begun), None)
        steps.append(Step(str(word), state, at))
    return steps


def _happened(events: Sequence[Happening], *kinds: str) -> bool:
    return any(event.kind in kinds for event in events)


def _accepted(events: Sequence[Happening]) -> bool:
    """Whether the customer accepted the reply of this cycle, here or to whoever replied."""
    told = any(event.kind == "replied" and event.params.get("accepted") for event in events)
    return told or _happened(events, "satisfied")
