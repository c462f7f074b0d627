"""What can be done with a measure 整改措施: in which state, by whom (G12, 治病治根、举一反三). One table.

Acts, buttons, page and API ask `refusal` and `possible`; another person checks the effect than did it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import MANAGERS, Role


class State(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("measure", "Proposed")
    DISMISSED = "dismissed", pgettext_lazy("measure", "Not taken up")
    OPEN = "open", pgettext_lazy("measure", "To be done")
    TO_CHECK = "to_check", pgettext_lazy("measure", "Done, effect to be checked")
    EFFECTIVE = "effective", pgettext_lazy("measure", "Effective")
    WITHDRAWN = "withdrawn", pgettext_lazy("measure", "Withdrawn")


#: Something is still to be done about it.
LIVING = (State.OPEN, State.TO_CHECK)
#: What a report counts: what was set, whatever became of it.
COUNTED = (State.OPEN, State.TO_CHECK, State.EFFECTIVE, State.WITHDRAWN)


class Kind(TextChoices):
    PROCESS = "process", pgettext_lazy("measure", "Work flow")
    REPAIR = "repair", pgettext_lazy("measure", "Repair")
    TRAINING = "training", pgettext_lazy("measure", "Training")
    CONTRACT = "contract", pgettext_lazy("measure", "Contract")
    EQUIPMENT = "equipment", pgettext_lazy("measure", "Equipment")


class Origin(TextChoices):
    CASES = "cases", pgettext_lazy("measure", "Cases")
    REPEATS = "repeats", pgettext_lazy("measure", "The same cause again and again")
    FOLLOW_UP = "follow_up", pgettext_lazy("measure", "A follow-up")
    BULLETIN = "bulletin", pgettext_lazy("measure", "A bulletin")
    MEETING = "meeting", pgettext_lazy("measure", "A meeting")
    SURVEY = "survey", pgettext_lazy("measure", "A survey")


class Answer(TextChoices):
    """What an estate that is told says of it 举一反三."""

    APPLIES = "applies", pgettext_lazy("estate", "Applies, will be done")
    DONE = "done", pgettext_lazy("estate", "Done here as well")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("estate", "Does not apply here")


class Part(TextChoices):
    """The parts people have on one measure, besides their roles in its estate."""

    OWNER = "measure_owner", _("Responsible for the measure")
    HEAD = "measure_head", _("Head of its department")


Who = frozenset[Role | Part]
SETTERS: Who = frozenset(MANAGERS) | {Part.HEAD}


@dataclass(frozen=True)
class Act:
    """One row. `to` empty: the state stays; several: what is found decides."""

    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: tuple[State, ...]
    who: Who


S = State
ACTS: dict[str, Act] = {
    "adopt": Act(pgettext_lazy("measure", "Take it up"), "check", (S.PROPOSED,), (S.OPEN,), SETTERS),
    "dismiss": Act(
        pgettext_lazy("measure", "Do not take it up"), "ban", (S.PROPOSED,), (S.DISMISSED,), SETTERS
    ),
    "do": Act(
        pgettext_lazy("measure", "Report as done"), "done", (S.OPEN,), (S.TO_CHECK,),
        frozenset({Part.OWNER, Part.HEAD, Role.PROPERTY_MANAGER}),
    ),
    "check": Act(
        pgettext_lazy("measure", "Check the effect"), "eye", (S.TO_CHECK,), (S.EFFECTIVE, S.OPEN),
        frozenset(MANAGERS) | {Role.DEPARTMENT_HEAD, Part.HEAD},
    ),
    "tell": Act(
        pgettext_lazy("measure", "Tell other estates"), "send", (S.OPEN, S.TO_CHECK, S.EFFECTIVE), (), SETTERS
    ),
    "add_case": Act(
        pgettext_lazy("measure", "Add a case"), "link", (S.PROPOSED, S.OPEN, S.TO_CHECK), (),
        SETTERS | {Part.OWNER},
    ),
    "change": Act(pgettext_lazy("measure", "Change it"), "edit", (S.OPEN, S.TO_CHECK), (), SETTERS),
    "withdraw": Act(pgettext_lazy("measure", "Withdraw it"), "back", (S.OPEN,), (S.WITHDRAWN,), SETTERS),
}  # fmt: skip
#: Whom an estate that is told is reached by; where neither is there, it goes up to the general manager.
TOLD = (Role.PROPERTY_MANAGER, Role.SUPERVISOR)
#: Who answers for an estate that is told, and who sets a measure out of cases.
ANSWERERS: frozenset[Role] = frozenset({*TOLD, Role.GENERAL_MANAGER})
FOUNDERS: frozenset[Role] = frozenset(MANAGERS) | {Role.DEPARTMENT_HEAD}


def refusal(verb: str, state: str, parts: Collection[Role | Part]) -> Refused | None:
    """Why an act is not possible now: the first it breaks of state and person."""
    act = ACTS[verb]
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the measure is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    if not act.who.intersection(parts):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(act.who)}
        )
    return None


def possible(state: str, parts: Collection[Role | Part]) -> list[str]:
    return [verb for verb in ACTS if refusal(verb, state, parts) is None]


def in_words(who: Collection[Role | Part]) -> str:
    """The people of an act, in a fixed order."""
    order: list[Role | Part] = [*Part, *Role]
    return " / ".join(str(member.label) for member in order if member in who)
