"""The case library 案例库: what can be done with a case study, in which state, by whom (F14, G11). One table.

Every hot and major bulletin and every reopened case becomes a draft; it is written without names, read by
another person, and then by everybody who works here. Acts, buttons, page and API ask `refusal` and
`possible`. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.policy import NoticeGrade, Severity
from complaints.statuses import DECIDERS, WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import MANAGERS, Role


class State(TextChoices):
    DRAFT = "draft", pgettext_lazy("case study", "Draft")
    TO_CHECK = "to_check", pgettext_lazy("case study", "To be checked")
    PUBLISHED = "published", pgettext_lazy("case study", "Published")
    DROPPED = "dropped", pgettext_lazy("case study", "Not taken up")


#: Something is still to be done about it.
LIVING = (State.DRAFT, State.TO_CHECK)


class Kind(TextChoices):
    REPEAT = "repeat", pgettext_lazy("case study", "Recurring")
    TYPICAL = "typical", pgettext_lazy("case study", "Typical")
    MAJOR = "major", pgettext_lazy("case study", "Major, analysed by itself")


#: What somebody may choose; a major one is major by its case.
CHOSEN = (Kind.REPEAT, Kind.TYPICAL)


class Origin(TextChoices):
    HOT = "hot", pgettext_lazy("case study", "A hot notice")
    MAJOR = "major", pgettext_lazy("case study", "A major case")
    REOPENED = "reopened", pgettext_lazy("case study", "A reopened case")
    HAND = "hand", pgettext_lazy("case study", "Taken up by hand")


class Part(TextChoices):
    """The parts people have on one study, besides their roles in its estate."""

    HEAD = "study_head", _("Head of the case's department")
    READER = "study_reader", _("Whoever works here")


#: What a study says, by its columns, in the order in which it is read.
TEXTS: dict[str, Any] = {
    "title": pgettext_lazy("case study", "Title"),
    "facts": pgettext_lazy("case study", "What happened"),
    "why": pgettext_lazy("case study", "Cause"),
    "handling": pgettext_lazy("case study", "Handling"),
    "helped": pgettext_lazy("case study", "What helped"),
    "lesson": pgettext_lazy("case study", "Lesson"),
    "deeper": pgettext_lazy("case study", "Deeper problem"),
    "measures": pgettext_lazy("case study", "Measures"),
}
#: What each may be as long as.
LONGEST = {name: 80 if name == "title" else 2000 for name in TEXTS}
#: Without these it teaches nothing; a major one is analysed down to what lies deeper and what is changed.
NEEDED = ("title", "facts", "why", "handling", "lesson")
NEEDED_OF_MAJOR = (*NEEDED, "deeper", "measures")

Who = frozenset[Role | Part]
WRITERS: Who = frozenset(MANAGERS) | {Part.HEAD}


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
    "write": Act(pgettext_lazy("case study", "Write"), "edit", (S.DRAFT,), (), WRITERS),
    "send": Act(
        pgettext_lazy("case study", "Send to be checked"), "send", (S.DRAFT,), (S.TO_CHECK,),
        WRITERS,
    ),
    "check": Act(
        pgettext_lazy("case study", "Check"), "eye", (S.TO_CHECK,), (S.PUBLISHED, S.DRAFT), WRITERS
    ),
    "recheck": Act(
        pgettext_lazy("case study", "Check once more"), "eye", (S.PUBLISHED,), (), WRITERS
    ),
    "read": Act(
        pgettext_lazy("case study", "I have read it"), "done", (S.PUBLISHED,), (), frozenset({Part.READER})
    ),
    "allow": Act(
        pgettext_lazy("case study", "Let it into the library"), "key", (S.DRAFT, S.TO_CHECK, S.PUBLISHED), (),
        frozenset(DECIDERS),
    ),
    "revise": Act(pgettext_lazy("case study", "Revise"), "back", (S.PUBLISHED,), (S.DRAFT,), WRITERS),
    "drop": Act(pgettext_lazy("case study", "Do not take it up"), "ban", LIVING, (S.DROPPED,), WRITERS),
    "resume": Act(
        pgettext_lazy("case study", "Take it up after all"), "check", (S.DROPPED,), (S.DRAFT,), WRITERS
    ),
}  # fmt: skip


def refusal(verb: str, state: str, parts: Collection[Role | Part], *, major: bool = False) -> Refused | None:
    """Why an act is not possible now: the first it breaks of state and person.

    A major case is analysed (004-5 §5.6.2): that it is not belongs to the general manager.
    """
    act = ACTS[verb]
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the case study is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    who = frozenset({Role.GENERAL_MANAGER}) if verb == "drop" and major else act.who
    if not who.intersection(parts):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(who)}
        )
    return None


def possible(state: str, parts: Collection[Role | Part], *, major: bool = False) -> list[str]:
    return [verb for verb in ACTS if refusal(verb, state, parts, major=major) is None]


def in_words(who: Collection[Role | Part]) -> str:
    """The people of an act, in a fixed order."""
    order: list[Role | Part] = [*Part, *Role]
    return " / ".join(str(member.label) for member in order if member in who)


def lacking(kind: str, said: dict[str, str]) -> list[str]:
    """Which of its texts still have to be written before it can be checked."""
    needed = NEEDED_OF_MAJOR if kind == Kind.MAJOR else NEEDED
    return [name for name in needed if not said.get(name, "").strip()]


def is_major(severity: str, grade: str) -> bool:
    """Whether a case is analysed by itself: a major complaint, or one told of as major."""
    return severity == Severity.MAJOR or grade == NoticeGrade.MAJOR


# Beside a case ------------------------------------------------------------------------------------------

#: What a study has in common with a case, and how much that says. Words: up to so much.
ALIKE = {"category": 5, "cause": 3, "building": 2, "estate": 1, "words": 6}
#: Less in common than this is not offered.
LEAST_ALIKE = 5


def pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters, as the search has them: what two texts have in common."""
    said = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return frozenset(
        pair for word in said.split() for pair in map("".join, zip(word, word[1:], strict=False))
    )


def alike(same: Collection[str], case: frozenset[str], study: frozenset[str]) -> float:
    """How much a study has to say to a case: what is the `same` of both, and the share of its words."""
    shared = len(case & study) / len(case) if case else 0
    return sum(ALIKE[name] for name in same) + ALIKE["words"] * shared
