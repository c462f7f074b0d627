"""What the letter says about a case, in the customer's words: never a severity, a verdict or a clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext_lazy

from complaints.lifecycle import OWNER_STATUS, OwnerStatus, Part, Status, possible
from complaints.models import Attachment, Complaint, Event
from complaints.timeline import Entry, entries, people_named

#: The six steps: word, and the kinds of event that reach it.
STEPS = (
    (pgettext_lazy("owner step", "Received"), ("registered",)),
    (pgettext_lazy("owner step", "Recorded"), ("recorded", "classified")),
    (pgettext_lazy("owner step", "Assigned"), ("classified",)),
    (pgettext_lazy("owner step", "In progress"), ("accepted",)),
    (pgettext_lazy("owner step", "Replied"), ("replied",)),
    (pgettext_lazy("owner step", "Closed"), ("closed",)),
)
STEP_OF = {
    Status.RECEIVED: 0,
    Status.RECORDED: 1,
    Status.CLASSIFIED: 2,
    Status.ACTING: 3,
    Status.HANDLED: 3,
    Status.REPLIED: 4,
    Status.CLOSED: 5,
}
#: What the lead of a collective complaint does is done for its members too.
FROM_LEAD = ("delivered", "accepted", "acted", "answered", "handled")
#: The only lines that name a person: the first receiver, now or then.
NAMING = ("registered", "transferred")
MOVED = ("extension_approved", "extension_shortened")


@dataclass(frozen=True)
class Step:
    word: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class Letter:
    """One case as its customer reads it."""

    case: Complaint
    status: OwnerStatus
    steps: list[Step]
    history: list[Entry]
    reply: Entry | None
    moved: list[Entry]
    files: list[Attachment]
    promised_at: datetime | None
    promise_missed: bool
    accepted: bool
    rated: bool
    phone: str
    acts: frozenset[str]


def write(case: Complaint, now: datetime) -> Letter:
    """The letter of a case read with its estate, place, first receiver and lead. Two queries, three
    once the first receiver has changed."""
    status = status_of(case)
    events = _events_of(case)
    begun = max((event.at for event in events if event.kind == "cycle_started"), default=case.received_at)
    present = [event for event in events if event.at >= begun and event.complaint_id == case.pk]
    told = [event for event in events if event.owner_sees]
    lines = entries(told, case, for_owner=True, people=_named(case, told))
    is_replied = status in (Status.REPLIED, Status.CLOSED)
    reply = next((line for line in reversed(lines) if line.kind == "replied"), None) if is_replied else None
    promised_at = case.promised_at if case.is_open and not is_replied else None
    rated = _happened(present, "rated", "revisited")
    return Letter(
        case=case,
        status=OWNER_STATUS[status],
        steps=_steps(case, status, events, begun),
        history=[line for line in lines if line is not reply],
        reply=reply,
        moved=[line for line in lines if line.kind in MOVED and line.at >= begun] if promised_at else [],
        files=list(case.attachments.filter(owner_sees=True).order_by("pk")),
        promised_at=promised_at,
        promise_missed=promised_at is not None and promised_at < now,
        accepted=_accepted(present),
        rated=rated,
        phone=masked(case.complainant.phone),
        acts=acts_of(case) - (frozenset({"rate"}) if rated else frozenset()),
    )


def masked(phone: str) -> str:
    """Enough of a number for its owner to know it, too little for anybody else.

    >>> masked("13812341234")
    '138****1234'
    """
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}" if phone else ""


def acts_of(case: Complaint) -> frozenset[str]:
    """What the customer can do now, by verb."""
    return frozenset(possible(case.status, {Part.CUSTOMER}))


def status_of(case: Complaint) -> Status:
    """Its status; a member of a collective complaint goes with its lead until it has its own reply."""
    status = Status(case.status)
    if case.lead and status in (Status.RECEIVED, Status.RECORDED, Status.CLASSIFIED, Status.ACTING):
        ahead = Status(case.lead.status)
        if STEP_OF[status] < STEP_OF[ahead] <= STEP_OF[Status.HANDLED]:
            return ahead
    return status


def _events_of(case: Complaint) -> list[Event]:
    """What happened to the case, in order; for a member also what the lead's people did, no customer's words.

    Everything is read and sorted out here: a case has few events, and a plain query is the cheapest.
    """
    events = Event.objects.order_by("at", "pk")
    if case.lead_id is None:
        return list(events.filter(complaint=case.pk))
    return [
        event
        for event in events.filter(complaint__in=[case.pk, case.lead_id])
        if event.complaint_id == case.pk or event.kind in FROM_LEAD and not event.by_customer
    ]


def _named(case: Complaint, events: Sequence[Event]) -> dict[int, str]:
    """Who is named; the first receiver is known, so most letters need no query."""
    known = {case.first_receiver_id: str(case.first_receiver)}
    ids = {event.params["person"] for event in events if event.kind in NAMING}
    return known | people_named(ids - known.keys())


def _steps(case: Complaint, status: Status, events: Sequence[Event], begun: datetime) -> list[Step]:
    reached = STEP_OF[status]
    steps = []
    for number, (word, kinds) in enumerate(STEPS):
        state = "done" if number < reached or status == Status.CLOSED else "now" if number == reached else ""
        at = None
        if number == 0:
            at = case.received_at
        elif state:
            at = next((event.at for event in events if event.kind in kinds and event.at >= begun), None)
        steps.append(Step(str(word), state, at))
    return steps


def _happened(events: Sequence[Event], *kinds: str) -> bool:
    return any(event.kind in kinds for event in events)


def _accepted(events: Sequence[Event]) -> bool:
    """Whether the customer accepted the reply of this cycle, here or to whoever replied."""
    told = any(event.kind == "replied" and event.params.get("accepted") for event in events)
    return told or _happened(events, "satisfied")
