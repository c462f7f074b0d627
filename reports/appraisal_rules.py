"""What can be done with an appraisal sheet 绩效考核表: in which state, by whom. One table; pure.

Acts, buttons, page and API ask `refusal`. Whoever is appraised never rates himself; an appeal is decided by
somebody above the rater (001 §4.4 to §4.11).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused


class State(TextChoices):
    DRAFT = "draft", pgettext_lazy("appraisal", "Being written")
    SHOWN = "shown", pgettext_lazy("appraisal", "To be signed")
    SIGNED = "signed", pgettext_lazy("appraisal", "Signed")
    APPEALED = "appealed", pgettext_lazy("appraisal", "Appealed")
    FROZEN = "frozen", pgettext_lazy("appraisal", "Closed")


class Part(TextChoices):
    """What somebody is to a sheet."""

    PERSON = "person", pgettext_lazy("appraisal", "the person appraised")
    MANAGER = "manager", pgettext_lazy("appraisal", "a manager of the person")
    NEXT = "next", pgettext_lazy("appraisal", "the next manager above the rater")


@dataclass(frozen=True)
class Act:
    """One row. `to` empty: the state stays."""

    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State | None
    who: tuple[Part, ...]


S, P = State, Part
ACTS: dict[str, Act] = {
    "deduct": Act(pgettext_lazy("appraisal", "Deduct points"), "edit", (S.DRAFT,), None, (P.MANAGER,)),
    "lose": Act(pgettext_lazy("appraisal", "Whole item lost"), "ban", (S.DRAFT,), None, (P.MANAGER,)),
    "reward": Act(pgettext_lazy("appraisal", "Add a reward"), "star", (S.DRAFT,), None, (P.MANAGER,)),
    "strike": Act(pgettext_lazy("appraisal", "Strike an entry out"), "close", (S.DRAFT,), None, (P.MANAGER,)),
    "show": Act(
        pgettext_lazy("appraisal", "Show it to the person"), "send", (S.DRAFT,), S.SHOWN, (P.MANAGER,)
    ),
    "take_back": Act(
        pgettext_lazy("appraisal", "Take it back"), "back", (S.SHOWN,), S.DRAFT, (P.MANAGER,)
    ),
    "sign": Act(pgettext_lazy("appraisal", "Sign it"), "check", (S.SHOWN,), S.SIGNED, (P.PERSON,)),
    "appeal": Act(
        pgettext_lazy("appraisal", "Appeal"), "message", (S.SHOWN, S.SIGNED), S.APPEALED, (P.PERSON,)
    ),
    "strike_on_appeal": Act(
        pgettext_lazy("appraisal", "Strike an entry out on appeal"), "close", (S.APPEALED,), None, (P.NEXT,)
    ),
    "decide": Act(
        pgettext_lazy("appraisal", "Decide the appeal"), "check", (S.APPEALED,), S.FROZEN, (P.NEXT,)
    ),
}  # fmt: skip


def refusal(verb: str, state: str, parts: Collection[Part]) -> Refused | None:
    """Why this is not possible now for somebody with these parts; None where it is."""
    act = ACTS[verb]
    if not set(act.who) & set(parts):
        return WrongPerson(
            gettext("“%(act)s” is for %(who)s.") % {"act": act.label, "who": Part(act.who[0]).label}
        )
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the sheet is “%(state)s” now.")
            % {"act": act.label, "state": State(state).label}
        )
    return None


def possible(state: str, parts: Collection[Part]) -> list[str]:
    """The verbs this person may do now, in the order of the table."""
    return [verb for verb in ACTS if refusal(verb, state, parts) is None]


__all__ = ["ACTS", "Act", "Part", "State", "possible", "refusal"]
