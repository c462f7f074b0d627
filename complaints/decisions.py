"""What waits for a decision, and whose decision it is (domain.md 3 and 5, K11). Pure.

One row of the table for each kind. Act, button, card, page, figure and reminder ask it: `refusal` of one row
and one person, `rows` of all that wait for him, `involved` of whom nobody asks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.conditions import NOT_VOID
from complaints.moves import MOVES
from complaints.statuses import GENERAL_MANAGER, MANAGING, CaseRole, Outcome, WrongPerson
from config.framework.refusals import Refused
from staff.permissions import Permissions
from staff.roles import Role, ladder


class Put(Protocol):
    """A row that is put to the holders of a role; other columns by the names of the table."""

    state: Any
    approver_role: Any
    complaint: Any


@dataclass(frozen=True)
class Decision:
    """A kind of row that is decided on by holders of its `approver_role`, or of a role above it.

    `waits`: its state until then. `hands`: the columns of whoever asked or had a hand in it. They do not
    decide, and are told `himself`; without words they may where nobody else is left, with the reason.
    `is_over`: what is said once it waits no longer; `%(state)s` is what it is.
    """

    waits: str
    hands: tuple[str, ...]
    is_over: str | Promise
    himself: str | Promise = ""

    def involved(self, row: object) -> frozenset[int]:
        """Who asked or had a hand in it."""
        people = (getattr(row, f"{column}_id") for column in self.hands)
        return frozenset(pk for pk in people if pk)

    def refusal(
        self, row: Put, parts: Collection[Role | CaseRole], person: int, *, besides: Role | None = None
    ) -> Refused | None:
        """Why a person who plays these parts on the case does not decide on a row; None where he does.

        `besides`: another role that is asked by now, where the rules have changed since it was put.
        """
        if row.state != self.waits:
            return self.over(row)
        if row.complaint.outcome == Outcome.VOID:
            return Refused(str(NOT_VOID.says))
        if self.himself and person in self.involved(row):
            return WrongPerson(str(self.himself))
        asked = Role(row.approver_role)
        if not {*ladder(asked), *(ladder(besides) if besides else ())}.intersection(parts):
            return WrongPerson(gettext("This is decided by: %(role)s.") % {"role": asked.label})
        return None

    def over(self, row: Any) -> Refused:
        return Refused(str(self.is_over) % {"state": row.get_state_display()})

    def rows(self, person: Permissions, *, below: bool = False) -> Q:
        """The rows that wait for a person; `below`: for a role below his, and not for him."""
        held = places(person, "complaint__estate")
        his = Q(pk__in=[])
        for role in Role:
            own = held.get(role)
            if not below and own is not None:
                his |= Q(approver_role=role) & own
            elif below and (above := [held[step] for step in ladder(role)[1:] if step in held]):
                places_above = Q(pk__in=[])
                for place in above:
                    places_above |= place
                his |= Q(approver_role=role) & (places_above if own is None else places_above & ~own)
        waiting = his & Q(state=self.waits) & ~Q(complaint__outcome=Outcome.VOID)
        for column in self.hands:
            waiting &= ~Q(**{column: person.user.pk})
        return waiting


EXTENSION = Decision(
    waits="pending",
    hands=("requested_by",),
    is_over=_("This request is already “%(state)s”."),
    himself=_("Whoever asks for more time cannot decide on it."),
)
AMOUNT = Decision(
    waits="proposed",
    hands=("proposed_by",),
    is_over=_("This amount has already been decided on."),
    himself=_("Whoever proposes an amount cannot approve it."),
)
#: Whoever explained it and whose overrun it is: another one decides, where there is one.
OVERRUN = Decision(
    waits="to_decide", hands=("explained_by", "handler"), is_over=_("This overrun is already “%(state)s”.")
)

#: The customer insists: each superior in his turn (W12).
SUPERIOR = Decision(
    waits="waiting",
    hands=("asked_by",),
    is_over=_("This is already “%(state)s”."),
    himself=_("Whoever asks his superior does not decide himself."),
)


def places(person: Permissions, estate: str) -> dict[Role, Q]:
    """role: the rows of the estates where he holds it, he or whom he stands in for; `estate` leads there."""
    found = {}
    for role in Role:
        estates = [pk for pk, roles in person.estates.items() if role in roles]
        if role in person.company:
            found[role] = Q(**{f"{estate}__isnull": False})
        elif estates:
            found[role] = Q(**{f"{estate}__in": estates})
    return found


def judged_by(person: Permissions, *, below: bool = False) -> Q:
    """The cases on which he judges what somebody proposed not to uphold, never his own proposals.

    `below`: as one who steps in for those whose it is.
    """
    who = MOVES["confirm_invalid"].who
    roles = who & GENERAL_MANAGER if below else who - GENERAL_MANAGER
    held = places(person, "estate")
    his = Q(pk__in=[])
    for role in Role:
        if role in roles and role in held:
            his |= held[role]
    return his & ~Q(invalid_proposed_by=person.user.pk)


# More time: whoever asked, and a yes by word of mouth ----------------------------------------------


class Request(Put, Protocol):
    requested_by_id: Any
    oral_by_id: Any
    oral_at: Any
    confirm_by: Any


def fault_in_withdrawal(request: Request, person: int) -> Refused | None:
    """Why it is not his to take back; he may have lost the work meanwhile."""
    if request.state != EXTENSION.waits:
        return EXTENSION.over(request)
    if request.requested_by_id != person:
        return WrongPerson(gettext("Only the one who asked can withdraw a request."))
    return None


def fault_in_confirming(request: Request, person: int, at: datetime) -> Refused | None:
    """Why there is no oral yes of his to confirm at `at`."""
    if request.oral_by_id != person or request.confirm_by is None:
        return WrongPerson(gettext("Only the one who said yes can confirm it."))
    if at > request.confirm_by:
        return Refused(
            gettext("The time for confirming has passed; the oral approval counts as none. Decide anew.")
        )
    return None


# The customer insists: one step further up, or taken back -----------------------------------------


class Asked(Put, Protocol):
    asked_by_id: Any


def fault_in_passing_up(request: Put, parts: Collection[Role | CaseRole]) -> Refused | None:
    """Why it goes no further: after the supervisor the property manager decides, and nobody after him."""
    if request.approver_role != Role.SUPERVISOR or MANAGING.intersection(parts):
        return Refused(gettext("The property manager decides on this himself; it goes no further."))
    return None


def fault_in_taking_back(request: Asked, person: int) -> Refused | None:
    """Why it is not his to take back."""
    if request.state != SUPERIOR.waits:
        return SUPERIOR.over(request)
    if request.asked_by_id != person:
        return WrongPerson(gettext("Only the one who asked can withdraw a request."))
    return None


# An overrun: who explains it ---------------------------------------------------------------------


class Duty(Put, Protocol):
    explainer_id: Any
    department_id: Any


def explains(duty: Duty, parts: Collection[Role | CaseRole], person: Permissions) -> bool:
    """Whether he is asked to explain it, or heads those who are; where nobody is, the managers."""
    asked = duty.explainer_id in person.stands_for or duty.department_id in person.headed_departments()
    return (
        asked or CaseRole.ACCOUNTABLE in parts or (duty.explainer_id is None and bool(MANAGING & set(parts)))
    )


def to_explain(person: Permissions) -> Q:
    """The overruns he is asked to explain, himself or as a deputy."""
    return Q(state="to_explain", explainer__in=person.stands_for)
