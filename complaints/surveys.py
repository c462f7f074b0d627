"""Satisfaction surveys 顾客满意度调查: what can be done with one, when, by whom (F17, G19). One table.

Planned, answered once by each home asked, closed by itself, answered to owners. Acts, buttons, page and API
ask `refusal` and `possible`. Nothing here, and no row, says what a home has answered. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import DESK, MANAGERS, Role

#: Fewer answers than these are not broken down, nor can they be worked out from what is.
FEW = 5
#: Importance and satisfaction: from the least to the most.
SCALE = (1, 2, 3, 4, 5)
#: A survey asks about at most so many things, or nobody fills it in.
MOST_ITEMS = 20
#: Words of an owner, and ours to owners.
LONGEST_WORDS, LONGEST_ANSWER = 500, 4000
#: A survey runs at most so long; owners are reminded by hand so long after they were written to.
LONGEST_RUN = timedelta(days=92)
BETWEEN_REMINDERS = timedelta(days=3)
#: So many working days after its last day what came on paper is still entered.
PAPER_DAYS = 3
#: Managers are reminded so long after the closing where owners have no answer.
ANSWER_WITHIN = timedelta(days=7)
#: What is asked where nobody has changed it: in Chinese and English.
USUAL_ITEMS: tuple[tuple[str, str], ...] = (
    ("设备", "Equipment"),
    ("治安", "Security"),
    ("消防", "Fire safety"),
    ("停车", "Parking"),
    ("清洁", "Cleaning"),
    ("绿化", "Greenery"),
    ("消杀", "Pest control"),
    ("客服", "Customer service"),
    ("投诉处理", "Handling of complaints"),
    ("收费透明", "Clear fees"),
)


class State(TextChoices):
    DRAFT = "draft", pgettext_lazy("survey", "Draft")
    PLANNED = "planned", pgettext_lazy("survey", "Begins by itself")
    RUNNING = "running", pgettext_lazy("survey", "Running")
    CLOSED = "closed", pgettext_lazy("survey", "Closed")
    PUBLISHED = "published", pgettext_lazy("survey", "Answered to owners")
    DROPPED = "dropped", pgettext_lazy("survey", "Dropped")


#: Results are read; before that only how many have answered.
OVER = (State.CLOSED, State.PUBLISHED)
#: Homes have their links.
ASKED = (State.PLANNED, State.RUNNING)


class Sample(TextChoices):
    ALL = "all", pgettext_lazy("survey", "All homes and shops")
    RANDOM = "random", pgettext_lazy("survey", "So many, drawn by lot")
    BUILDINGS = "buildings", pgettext_lazy("survey", "Those of some buildings")


class Way(TextChoices):
    LINK = "link", pgettext_lazy("survey", "Link")
    PAPER = "paper", pgettext_lazy("survey", "Paper")


class Quadrant(TextChoices):
    """四分图: where an item stands by the crossing of both means."""

    IMPROVE = "improve", pgettext_lazy("quadrant", "Improve first")
    KEEP = "keep", pgettext_lazy("quadrant", "Keep the strength")
    LATER = "later", pgettext_lazy("quadrant", "Improve later")
    HOLD = "hold", pgettext_lazy("quadrant", "Hold")


Who = frozenset[Role]
PLANNERS: Who = frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
#: Who enters what came back on paper.
ENTERERS: Who = frozenset(DESK | MANAGERS)
READERS: Who = frozenset(DESK | MANAGERS | {Role.DEPARTMENT_HEAD, Role.AUDITOR})
#: Who reads what owners wrote.
OF_WORDS: Who = frozenset(MANAGERS | {Role.AUDITOR})


@dataclass(frozen=True)
class Act:
    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    who: Who


S = State
ACTS: dict[str, Act] = {
    "edit": Act(pgettext_lazy("survey", "Change the plan"), "edit", (S.DRAFT,), PLANNERS),
    "start": Act(pgettext_lazy("survey", "Set it going"), "send", (S.DRAFT,), PLANNERS),
    "enter": Act(pgettext_lazy("survey", "Enter answers on paper"), "keyboard", (S.RUNNING,), ENTERERS),
    "remind": Act(pgettext_lazy("survey", "Remind who has not answered"), "bell", (S.RUNNING,), PLANNERS),
    "close": Act(pgettext_lazy("survey", "Close it now"), "done", (S.RUNNING,), PLANNERS),
    "publish": Act(
        pgettext_lazy("survey", "Answer the owners"), "notice", (S.CLOSED, S.PUBLISHED), PLANNERS
    ),
    "drop": Act(pgettext_lazy("survey", "Drop it"), "ban", (S.DRAFT, S.PLANNED), PLANNERS),
}  # fmt: skip


def refusal(verb: str, state: str, roles: Collection[Role]) -> Refused | None:
    """Why an act is not possible now: the first it breaks of state and person.

    `roles`: those held in every estate of the survey.
    """
    act = ACTS[verb]
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the survey is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    if not act.who.intersection(roles):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(act.who)}
        )
    return None


def possible(state: str, roles: Collection[Role]) -> list[str]:
    return [verb for verb in ACTS if refusal(verb, state, roles) is None]


def in_words(roles: Collection[Role]) -> str:
    return " / ".join(str(role.label) for role in Role if role in roles)


# What may be shown ---------------------------------------------------------------------------------------


def shown(parts: Mapping[Any, int], total: int) -> set[Any]:
    """Which parts of a whole of `total` answers may stand beside it, each with its number of answers.

    A part of fewer than `FEW` may not; nor may the others, if what is left over after them is a small group:
    whoever subtracts would have it. The smallest goes with it then.

    >>> sorted(shown({"a": 12, "b": 6, "c": 3}, 21)), sorted(shown({"a": 12, "b": 6, "c": 0}, 18))
    (['a'], ['a', 'b'])
    """
    found = {key: n for key, n in parts.items() if n >= FEW}
    while found and 0 < total - sum(found.values()) < FEW:
        del found[min(found, key=lambda key: (found[key], str(key)))]
    return set(found)


#: Of one line: how many answers, and what they add up to in satisfaction.
Given = tuple[int, int]


def tells_each(given: Given) -> bool:
    """Whether all of them stand at one end of the scale: the mean says then what each home has said."""
    return given[1] in (given[0] * SCALE[0], given[0] * SCALE[-1])


def shown_of_line(parts: Mapping[Any, Given], total: Given) -> set[Any]:
    """The same for one line: nor a part of which every home is told, nor what leaves such a part as the rest.

    >>> sorted(shown_of_line({"a": (8, 32), "b": (5, 5), "c": (9, 20)}, (22, 57)))
    ['c']
    """
    found = {key: one for key, one in parts.items() if one[0] >= FEW and not tells_each(one)}
    while found:
        rest = (
            total[0] - sum(n for n, _given in found.values()),
            total[1] - sum(given for _n, given in found.values()),
        )
        if not rest[0] or rest[0] >= FEW and not tells_each(rest):
            break
        del found[min(found, key=lambda key: (found[key][0], str(key)))]
    return set(found)


def quadrant(importance: Fraction, satisfaction: Fraction, lines: tuple[Fraction, Fraction]) -> Quadrant:
    """Where an item stands; on a line counts as above it. `lines`: where they cross, importance first."""
    if importance >= lines[0]:
        return Quadrant.KEEP if satisfaction >= lines[1] else Quadrant.IMPROVE
    return Quadrant.HOLD if satisfaction >= lines[1] else Quadrant.LATER


def crossing(means: Collection[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction] | None:
    """Where the lines cross: the mean of all items, of importance and of satisfaction.

    None where that parts nothing: fewer than two items, or all alike in one of both.
    """
    if len({one for one, _other in means}) < 2 or len({two for _one, two in means}) < 2:
        return None
    n = len(means)
    return sum((one for one, _other in means), Fraction()) / n, sum(
        (two for _one, two in means), Fraction()
    ) / n
