"""Good handling 通报表扬: what can be done with a commendation, in which state, by whom (A5, A10). One table.

Proposed by rule or by hand, approved, published to everybody of its reach, and counted; a count decides
nothing. Acts, buttons, page and API ask `refusal` and `possible`. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import MANAGERS, Role

# The rules of proposing: all of their figures stand here -----------------------------------------------

#: The best a customer can say at a revisit.
BEST = 5
#: A month counts from so many cases on: without one overtime of few says little.
CASES_IN_A_MONTH = 10
#: What is older is not proposed any more: praise that comes late is none, and an old installation is not
#: flooded on the day it learns of commendations.
LOOK_BACK = timedelta(days=35)
#: Looked for so often: nobody waits for it.
EVERY = timedelta(hours=1)
#: What is published may be as long as this; a reason too.
LONGEST = 600


class State(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("commendation", "Proposed")
    APPROVED = "approved", pgettext_lazy("commendation", "Approved")
    PUBLISHED = "published", pgettext_lazy("commendation", "Published")
    DECLINED = "declined", pgettext_lazy("commendation", "Not commended")
    WITHDRAWN = "withdrawn", pgettext_lazy("commendation", "Withdrawn")


#: Everybody of its reach has been told, and reads what became of it.
PUBLIC = (State.PUBLISHED, State.WITHDRAWN)


class Reach(TextChoices):
    ESTATE = "estate", pgettext_lazy("commendation", "The estate")
    COMPANY = "company", pgettext_lazy("commendation", "The whole company")


class Why(TextChoices):
    """What it is proposed for; each has its sentence in `commendation_texts`."""

    NOTE = "note", pgettext_lazy("commendation", "Praise of a customer")
    REVISIT = "revisit", pgettext_lazy("commendation", "Grave case, best score")
    AGAIN = "again", pgettext_lazy("commendation", "Second complaint, best score")
    MONTH = "month", pgettext_lazy("commendation", "A month without overtime")
    HAND = "hand", pgettext_lazy("commendation", "Proposed by a colleague")


@dataclass(frozen=True)
class Act:
    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State


S = State
ACTS: dict[str, Act] = {
    # What is approved and cannot be published as it stands is worded and decided on anew.
    "edit": Act(
        pgettext_lazy("commendation", "Edit the words"), "edit", (S.PROPOSED, S.APPROVED), S.PROPOSED
    ),
    "approve": Act(pgettext_lazy("commendation", "Approve"), "check", (S.PROPOSED,), S.APPROVED),
    "publish": Act(pgettext_lazy("commendation", "Publish"), "notice", (S.APPROVED,), S.PUBLISHED),
    "decline": Act(
        pgettext_lazy("commendation", "Do not commend"), "ban", (S.PROPOSED, S.APPROVED), S.DECLINED
    ),
    "withdraw": Act(pgettext_lazy("commendation", "Withdraw"), "back", (S.PUBLISHED,), S.WITHDRAWN),
}

Who = frozenset[Role]
#: Who proposes, words and publishes.
FOUNDERS: Who = frozenset(MANAGERS)
#: Who reads what is not published, besides those.
OVERSEERS: Who = FOUNDERS | {Role.AUDITOR}
#: Who decides, by how far it reaches: the property manager for his estate, above him the general manager.
DECIDERS: dict[str, Who] = {
    Reach.ESTATE: frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}),
    Reach.COMPANY: frozenset({Role.GENERAL_MANAGER}),
}


def who(verb: str, reach: str) -> Who:
    """Whose an act is. What was published is withdrawn by whoever may decide in its estate."""
    if verb in ("approve", "decline"):
        return DECIDERS[reach]
    return DECIDERS[Reach.ESTATE] if verb == "withdraw" else FOUNDERS


def refusal(
    verb: str, state: str, reach: str, roles: Collection[Role], *, praised: bool, proposed: bool
) -> Refused | None:
    """Why an act is not possible now: the first it breaks of state and person.

    `praised`: it commends whoever asks; `proposed`: he has proposed it.
    """
    act = ACTS[verb]
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the commendation is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    if praised:
        return WrongPerson(gettext("Nobody has a hand in a commendation of himself."))
    belongs = who(verb, reach)
    if not belongs.intersection(roles):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(belongs)}
        )
    if verb == "approve" and proposed:
        return WrongPerson(gettext("Nobody approves what he has proposed himself."))
    return None


def asked(reach: str) -> Role:
    """Whose decision it is first; those above may take it."""
    return Role.GENERAL_MANAGER if reach == Reach.COMPANY else Role.PROPERTY_MANAGER


def possible(state: str, reach: str, roles: Collection[Role], *, praised: bool, proposed: bool) -> list[str]:
    return [
        verb
        for verb in ACTS
        if refusal(verb, state, reach, roles, praised=praised, proposed=proposed) is None
    ]


def in_words(roles: Collection[Role]) -> str:
    return " / ".join(str(role.label) for role in Role if role in roles)


def source_of(kind: str, key: object) -> str:
    """What it is for, so that a person is commended once for it: `case:12`, `note:3`, `month:2026-10`."""
    return f"{kind}:{key}"
