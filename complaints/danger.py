"""When people are in danger 人身危险, and until when nobody has said that he sees to it. Pure.

Danger goes before age: such a case stands on top of every list, whatever else is late (domain.md 2 and 9:
in an emergency people first, then report). A case is in danger while it is marked urgent, or marked as
injury or danger to people, nobody has done what it was about, and since the mark

- no handler has accepted it, written his department's opinion or logged what he did, nobody who was sent has
  arrived on the spot, and
- no property manager or general manager, nor whoever stands in for one, has opened its page or
  acknowledged the report. To open it is to acknowledge it (domain.md 4, 紧急上报).

Whoever else opens it is named as having seen it, and it stays on top. The case keeps since when
(`Complaint.danger_since`), so that a list finds the few such cases by an index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from complaints.policy import Severity
from complaints.statuses import BEFORE_HANDLED, MANAGING, CaseRole
from staff.roles import Role

#: The marks of people in danger, in the order in which they are named.
MARKS = ("urgent", "injury")
#: Entries by which somebody takes the danger in hand.
REACTIONS = frozenset({"accepted", "opinion_given", "acted", "handled", "acknowledged", "visit_arrived"})
#: Graver than a minor one: late, it shines red as danger does; a minor one is late in a quieter way.
RED = frozenset({Severity.IMPORTANT, Severity.MAJOR})


class Marked(Protocol):
    """What the rule reads of a case."""

    urgent: Any
    injury: Any
    status: Any
    danger_since: Any


def is_dangerous(case: Any) -> bool:
    """Whether a case, or a message's case, is about people in danger, seen to or not."""
    return bool(case.urgent or case.injury)


def stands(case: Any) -> bool:
    """Whether the danger is there as long as nobody takes it in hand: nobody has done what it was about."""
    return is_dangerous(case) and case.status in BEFORE_HANDLED


def since(
    case: Marked, *, changed: Collection[str], said: Collection[str], began: datetime
) -> datetime | None:
    """Since when a case is in danger that nobody has acknowledged, after an act; None where it is not.

    `changed`: the columns the act has given another value, all of them for a new case. `said`: the kinds of
    its entries. `began`: when the danger began, if with this act.
    """
    if not stands(case) or REACTIONS.intersection(said):
        return None
    if any(getattr(case, mark) for mark in MARKS if mark in changed):
        return case.danger_since or began
    at: datetime | None = case.danger_since
    return at


def acknowledges(parts: Collection[Role | CaseRole]) -> bool:
    """Whether opening the case in these parts acknowledges its danger."""
    return bool(MANAGING.intersection(parts))


def is_red(severity: str, *, in_danger: bool = False) -> bool:
    """Whether what is overdue is shown on red: danger, and important and major cases alone."""
    return in_danger or severity in RED


# Words that ask -----------------------------------------------------------------------------------


def words_in(text: str, words: Iterable[str], *, unless: Iterable[str] = ()) -> list[str]:
    """Those of the words that stand in a text; a word of letters as one of its own, whatever its case.

    `unless`: longer words in which none of them is meant.

    >>> words_in("有人被困在电梯里，Smoke in the hall", ["被困", "smoke", "hal"])
    ['被困', 'smoke']
    >>> words_in("噪音困扰", ["困"], unless=["困扰"]), words_in("困扰，有人困电梯里", ["困"], unless=["困扰"])
    ([], ['困'])
    """
    plain = as_read(text)
    for longer in unless:
        plain = plain.replace(as_read(longer) or "\n", "\n")
    return [word for word in words if word.strip() and _stands_in(as_read(word), plain)]


def longest_of(words: Iterable[str]) -> list[str]:
    """Words without those that stand in another of them, each once: 困 says nothing beside 被困."""
    once = list(dict.fromkeys(words))
    return [word for word in once if not any(word != other and word in other for other in once)]


@lru_cache(maxsize=1024)
def as_read(text: str) -> str:
    """A text as words are looked for in it: no widths, no case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _stands_in(word: str, text: str) -> bool:
    if word not in text or not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
