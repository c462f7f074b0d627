"""Rewards and penalties 奖惩: what can be done with a proposal, in which state, by whom (A9-A11). One table.

Proposed by rule, never by hand; decided by a second person, never by itself; read inside by the few it
concerns. Acts, page and list ask `refusal` and `possible`. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.policy import Severity
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import MANAGERS, Role, ladder

#: What is older is not proposed any more; nor what had ended before the rule was switched on.
LOOK_BACK = timedelta(days=35)
#: Looked for so often: nobody waits for it.
EVERY = timedelta(hours=1)
#: A reason may be as long as this.
LONGEST = 600


class Kind(TextChoices):
    PENALTY = "penalty", pgettext_lazy("rewards", "Penalty")
    REWARD = "reward", pgettext_lazy("rewards", "Reward")


class State(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("rewards", "Waits for a decision")
    APPROVED = "approved", pgettext_lazy("rewards", "Approved")
    REJECTED = "rejected", pgettext_lazy("rewards", "Turned down")
    WITHDRAWN = "withdrawn", pgettext_lazy("rewards", "Fallen away")
    CANCELLED = "cancelled", pgettext_lazy("rewards", "Cancelled")


#: Somebody has decided: he whom it concerns reads it.
DECIDED = (State.APPROVED, State.REJECTED, State.CANCELLED)


class Ground(TextChoices):
    """What has become of the case, or commendation, it is for; empty: it stands."""

    OPEN = "open", pgettext_lazy("rewards", "The case is open again")
    VOID = "void", pgettext_lazy("rewards", "The case was a wrong entry")
    INVALID = "invalid", pgettext_lazy("rewards", "The complaint is no longer upheld")
    RESPONDENT = "respondent", pgettext_lazy("rewards", "The complaint is no longer about this person")
    COMMENDATION = "commendation", pgettext_lazy("rewards", "The commendation was withdrawn")


@dataclass(frozen=True)
class Act:
    label: str | Promise
    icon: str
    source: State


ACTS: dict[str, Act] = {
    "approve": Act(pgettext_lazy("rewards", "Approve"), "check", State.PROPOSED),
    "reject": Act(pgettext_lazy("rewards", "Turn down"), "ban", State.PROPOSED),
    "cancel": Act(pgettext_lazy("rewards", "Cancel the decision"), "back", State.APPROVED),
}
#: Who reads all of an estate's, besides whom one concerns.
OVERSEERS: frozenset[Role] = frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER, Role.AUDITOR})


def asked(severity: str, his_roles: Collection[Role]) -> Role:
    """Whose decision it is: the general manager's of what is grave, and of what concerns a manager."""
    if severity in (Severity.IMPORTANT, Severity.MAJOR) or MANAGERS.intersection(his_roles):
        return Role.GENERAL_MANAGER
    return Role.PROPERTY_MANAGER


def who(verb: str, approver: str) -> frozenset[Role]:
    return frozenset(ladder(Role.GENERAL_MANAGER if verb == "cancel" else Role(approver)))


def refusal(
    verb: str,
    state: str,
    approver: str,
    roles: Collection[Role],
    *,
    own: bool,
    hand: bool,
    ground: str = "",
) -> Refused | None:
    """Why an act is not possible now: the first it breaks of state, person and ground.

    `own`: it concerns whoever asks; `hand`: he had a hand in what it is for. What is decided the general
    manager cancels whoever he is on the case: it only takes a decision back.
    """
    act = ACTS[verb]
    if state != act.source:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the state is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    if own:
        return WrongPerson(gettext("Nobody decides on a reward or penalty of his own."))
    belongs = who(verb, approver)
    if not belongs.intersection(roles):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(belongs)}
        )
    if verb == "cancel":
        return None
    if hand:
        return WrongPerson(
            gettext("Whoever worked on the case, judged it or decided on the commendation does not decide.")
        )
    if ground == Ground.OPEN:
        return Refused(gettext("The case is open again: decide once it is closed."))
    if ground:
        return Refused(gettext("%(ground)s: nothing is left to decide.") % {"ground": Ground(ground).label})
    return None


def possible(
    state: str, approver: str, roles: Collection[Role], *, own: bool, hand: bool, ground: str = ""
) -> list[str]:
    return [
        verb
        for verb in ACTS
        if refusal(verb, state, approver, roles, own=own, hand=hand, ground=ground) is None
    ]


def in_words(roles: Collection[Role]) -> str:
    return " / ".join(str(role.label) for role in Role if role in roles)
