"""A case as the rules of the moves see it: for one person, at one moment. Pure.

The columns of the case are at hand. What has to be read besides comes as a function that only the rule
that needs it asks, so that an act reads what its own move looks at, and a list nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, Protocol

from django.db.models import Q
from django.utils.functional import Promise

from complaints.policy import ClockKind, Policy
from complaints.statuses import CaseRole
from config.framework.refusals import Refused
from staff.roles import Role


class Columns(Protocol):
    """What the rules read of a case's own row; a list that asks for few moves reads few of them."""

    status: Any
    outcome: Any
    channel: Any
    grade: Any
    abnormal: Any
    closed_at: Any
    external_due_at: Any
    awaits_claim: Any
    identity_hidden: Any
    restricted: Any
    is_collective: Any
    signed: Any
    category_id: Any
    matter_id: Any
    lead_id: Any
    lead: Any
    speaker_id: Any
    speaker: Any
    invalid_proposed_by_id: Any

    @property
    def own_people(self) -> int: ...


@dataclass(frozen=True)
class Other:
    """Whether one may look after what was done on a case, or was involved himself.

    `people`: who else could, where he was; named to him.
    """

    is_free: bool = True
    people: Sequence[object] = ()

    @property
    def may(self) -> bool:
        """Without others he may himself, and says why (domain.md 1: three people can run an estate)."""
        return self.is_free or not self.people


def not_read(*_asked: object) -> NoReturn:
    """A rule asks for what its door has not read: a fault of ours, never an answer."""
    raise LookupError("this rule asks for what was not read here")


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the status alone does not say."""

    case: Columns
    roles: Collection[Role | CaseRole]
    at: datetime
    #: The rules in force.
    policy: Callable[[], Policy] = not_read
    #: The clocks that run, follow-ups' left out.
    running: Callable[[], Collection[ClockKind]] = not_read
    #: Whether the customer has accepted the reply of the present cycle.
    accepted: Callable[[], bool | None] = not_read
    #: Whether the customer has rated us in the present cycle.
    rated: Callable[[], bool] = not_read
    #: Whether a later cycle than the first was replied to.
    replied_again: Callable[[], bool] = not_read
    #: Whether a reporter complains.
    from_reporter: Callable[[], bool] = not_read
    #: Whether the speaker, or who stands in for him, is there.
    speaker_is_here: Callable[[], bool] = not_read
    #: Points still to be answered of the post that waits for its answer; None: no post waits.
    post: Callable[[], int | None] = not_read
    #: Different signs that it is abnormal.
    signs: Callable[[], int] = not_read
    #: How far the analysis of the present cycle is: "" none, "asked" for, or "written".
    analysis: Callable[[], str] = not_read
    #: Whether the department asked for it, or the case's own where none is, is his.
    knows_cause: Callable[[], bool] = not_read
    #: Whether the case was drawn for a second call that is still to be made.
    waits_for_call: Callable[[], bool] = not_read
    #: verb: whether he was involved in what the move looks after.
    other: Callable[[str], Other] = not_read
    #: verb: why it can be done with none of the case's follow-ups, amounts or clocks; None where it can.
    fault_in_rows: Callable[[str], Refused | None] = not_read


@dataclass(frozen=True)
class Rule:
    """A condition of a move, and what is said where it does not hold.

    `field`: the input the sentence belongs to. `rows`: the same in a query, where a list asks for it.
    """

    holds: Callable[[Situation], object]
    says: str | Promise | Callable[[Situation], str | Refused]
    error: type[Refused] = Refused
    field: str | None = None
    rows: Q | None = None

    def refusal(self, s: Situation) -> Refused | None:
        """Why not; None where it holds."""
        if self.holds(s):
            return None
        said = self.says(s) if callable(self.says) else str(self.says)
        return said if isinstance(said, Refused) else self.error(said, field=self.field)

    def check(self, s: Situation) -> None:
        """Raises the refusal where it does not hold."""
        if refusal := self.refusal(s):
            raise refusal
