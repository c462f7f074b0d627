"""What can be done with a site visit 上门/现场勘查: in which state, by whom. One table. Pure.

Acts, buttons, page and API ask `refusal` and `possible`. An appointment is kept by whoever comes before it
ends. What we did not keep we neither move nor call off afterwards: it is entered as missed, and a new one
is made. So it is where its case was closed meanwhile, but for the new one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.statuses import (
    INVOLVED,
    CaseRole,
    Status,
    WrongPerson,
    WrongStatus,
)
from complaints.statuses import Outcome as CaseOutcome
from config.framework.refusals import Refused
from staff.roles import Role


class State(TextChoices):
    PLANNED = "planned", pgettext_lazy("visit", "Arranged")
    THERE = "there", pgettext_lazy("visit", "On the spot")
    LOOKED = "looked", pgettext_lazy("visit", "Findings written")
    ENDED = "ended", pgettext_lazy("visit", "Ended")
    OFF = "off", pgettext_lazy("visit", "Called off")


class Agreed(TextChoices):
    """How the appointment was agreed with the customer; of a common area none is needed."""

    PHONE = "phone", pgettext_lazy("appointment", "By phone")
    DESK = "desk", pgettext_lazy("appointment", "At the front desk")
    PORTAL = "portal", pgettext_lazy("appointment", "On the owner's page")
    NONE = "none", pgettext_lazy("appointment", "No appointment needed")


class Outcome(TextChoices):
    MET = "met", pgettext_lazy("visit", "Customer met")
    ABSENT = "absent", pgettext_lazy("visit", "Customer not there")
    REFUSED = "refused", pgettext_lazy("visit", "Not let in")
    LOOKED = "looked", pgettext_lazy("visit", "Customer not needed")
    MISSED = "missed", pgettext_lazy("visit", "We did not come")


class AskedBy(TextChoices):
    CUSTOMER = "customer", pgettext_lazy("appointment", "The customer")
    WE = "we", pgettext_lazy("appointment", "We")


class Part(TextChoices):
    """The part people have on one visit, besides their roles on its case."""

    VISITOR = "visitor", _("Whoever is sent")


#: Somebody is still to come, or is there.
OPEN = (State.PLANNED, State.THERE, State.LOOKED)
#: After these a new appointment is offered at once.
AGAIN = (Outcome.ABSENT, Outcome.REFUSED, Outcome.MISSED)
#: Somebody saw the place.
SAW = (Outcome.MET, Outcome.LOOKED)
#: Whoever is sent is reminded so long before it begins.
BEFORE = timedelta(hours=1)
#: Nobody there so long after it began: whoever is sent and the supervisor are warned. Not ended so long after
#: its time was over: they are told, and once a day from then on.
GRACE = timedelta(minutes=30)
DAY = timedelta(days=1)
#: Nobody has arrived longer before it begins: he is at another appointment, or has pressed the wrong button.
EARLY = timedelta(hours=2)
#: An appointment names a part of a day, not days.
LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=90)

Who = frozenset[Role | CaseRole | Part]
#: Who arranges a visit, and changes it: whoever follows the case or works on it, and the desk that speaks
#: with the customer.
ARRANGERS: Who = frozenset(INVOLVED)
ON_IT: Who = ARRANGERS | {Part.VISITOR}
#: Who writes down what happened there: whoever was sent; for who does not sign in, the head or supervisor.
THERE: Who = frozenset({Part.VISITOR, CaseRole.ACCOUNTABLE, Role.SUPERVISOR})


@dataclass(frozen=True)
class Act:
    """One row. `to` empty: the state stays."""

    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State | None
    who: Who


S = State
ACTS: dict[str, Act] = {
    "arrive": Act(pgettext_lazy("visit", "Arrived"), "place", (S.PLANNED,), S.THERE, THERE),
    "find": Act(pgettext_lazy("visit", "Write down what was found"), "edit", (S.THERE,), S.LOOKED, THERE),
    "leave": Act(pgettext_lazy("visit", "Left"), "check", (S.LOOKED,), S.ENDED, THERE),
    "take_back": Act(pgettext_lazy("visit", "Not there after all"), "back", (S.THERE,), S.PLANNED, THERE),
    "move": Act(pgettext_lazy("visit", "Move the appointment"), "calendar", (S.PLANNED,), None, ON_IT),
    "call_off": Act(pgettext_lazy("visit", "Call it off"), "ban", (S.PLANNED,), S.OFF, ON_IT),
    "miss": Act(pgettext_lazy("visit", "We did not come"), "warning", (S.PLANNED,), S.ENDED, ON_IT),
}
#: What is done on the spot, one after the other.
ON_SPOT = ("arrive", "find", "leave")


def may_arrange(roles: Collection[Role | CaseRole], status: str) -> bool:
    return status != Status.CLOSED and bool(ARRANGERS.intersection(roles))


def check_arrange(roles: Collection[Role | CaseRole], status: str) -> None:
    """Raises WrongStatus or WrongPerson."""
    if status == Status.CLOSED:
        raise WrongStatus(gettext("The case is closed: reopen it first, or link a new one."))
    if not ARRANGERS.intersection(roles):
        raise WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.")
            % {"verb": gettext("Arrange a visit"), "who": in_words(ARRANGERS)}
        )


def refusal(
    verb: str, state: str, parts: Collection[Role | CaseRole | Part], case_outcome: str = ""
) -> Refused | None:
    """Why an act is not possible now: the first it breaks of state and person."""
    act = ACTS[verb]
    if case_outcome == CaseOutcome.VOID:
        return WrongStatus(gettext("This entry is void; nobody visits for it."))
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the visit is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    if not act.who.intersection(parts):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(act.who)}
        )
    return None


def possible(state: str, parts: Collection[Role | CaseRole | Part], case_outcome: str = "") -> list[str]:
    return [verb for verb in ACTS if refusal(verb, state, parts, case_outcome) is None]


def is_appointment(agreed: str) -> bool:
    """Whether a customer waits for it."""
    return agreed != Agreed.NONE


def is_kept_waiting(agreed: str, ends_at: datetime, at: datetime) -> bool:
    """Whether the customer has waited for us in vain, so that it can only be missed."""
    return is_appointment(agreed) and at >= ends_at


def next_reminder(state: str, starts_at: datetime, ends_at: datetime, at: datetime) -> datetime:
    """When the sweep looks next at a visit that is to come or goes on; once a day in the end."""
    over = ends_at + GRACE
    steps = (starts_at - BEFORE, starts_at + GRACE, over) if state == State.PLANNED else (over,)
    days = (at - over) // DAY + 1
    return next((when for when in steps if when > at), over + days * DAY)


def in_words(who: Collection[Role | CaseRole | Part]) -> str:
    """The people of an act, in a fixed order."""
    order: list[Role | CaseRole | Part] = [*Part, *CaseRole, *Role]
    return " / ".join(str(member.label) for member in order if member in who)
