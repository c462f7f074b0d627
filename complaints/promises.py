"""What a customer hears next and by when, for receipt, page, text message and API. Pure.

T47, G21: nobody leaves without a time. Behind each stands a clock that somebody answers for:

plan      the running answer clocks; else acceptance, which is due a limit after delivery: who deals with it
          and by when it is settled stands on his page from then on
settled   what was promised to him in words, else handling, once its severity is known
result    the reply
revisit   the revisit, or its further tries

What a case had missed already when it was typed in was never promised to anybody. Where nothing else is
left, its arrangement is counted from then; behind that stand the clocks that are over, of which managers
are told every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.lifecycle import Status
from complaints.policy import ClockKind as K
from complaints.timewords import moment


class What(TextChoices):
    PLAN = "plan", _("We tell you what we will do by")
    SETTLED = "settled", _("Settled by")
    RESULT = "result", _("You hear the result by")
    REVISIT = "revisit", _("We ask you how you found our work by")


#: The same as a sentence that can stand alone.
SENTENCES: dict[What, Any] = {
    What.PLAN: _("We tell you by %(at)s what we will do."),
    What.SETTLED: _("We will have it settled by %(at)s."),
    What.RESULT: _("We tell you the result by %(at)s."),
    What.REVISIT: _("We ask you by %(at)s how you found our work."),
}


class Promise(NamedTuple):
    """What the customer can rely on, and until when."""

    what: What
    at: datetime

    @property
    def words(self) -> str:
        return str(self.what.label)

    def sentence(self, zone: ZoneInfo) -> str:
        return str(SENTENCES[self.what]) % {"at": moment(self.at, zone)}


def promises(
    status: Status,
    due: Mapping[str, datetime],
    *,
    graded: bool,
    promised_at: datetime | None,
    registered_at: datetime,
    arranged_by: Callable[[datetime | None], datetime],
) -> list[Promise]:
    """The promises of an open case, the nearest in the work first; never none.

    `due`: the running clocks, its own and those of the lead that works for it. `arranged_by`: when it is
    accepted at the latest, from when its delivery is due; asked for only where no clock gives a time that
    the customer still has before him.
    """
    if status == Status.CLOSED:
        return []
    if status == Status.HANDLED:
        found = [(What.RESULT, due.get(K.REPLY))]
    elif status == Status.REPLIED:
        found = [(What.REVISIT, due.get(K.REVISIT) or due.get(K.TRIES))]
    else:
        settled_by = promised_at or (due.get(K.RESOLVE) if graded else None)
        answers = [due[kind] for kind in (K.INITIAL_ANSWER, K.CLEAR_ANSWER) if kind in due]
        plan_by = min(answers, default=None)
        found = [(What.PLAN, plan_by if plan_by and not (settled_by and settled_by <= plan_by) else None)]
        found.append((What.SETTLED, settled_by))
    known = [Promise(what, at) for what, at in found if at and (at > registered_at or at == promised_at)]
    if any(promise.at > registered_at for promise in known) or status in (Status.HANDLED, Status.REPLIED):
        return known
    return [Promise(What.PLAN, due.get(K.ACCEPT) or arranged_by(due.get(K.DELIVER))), *known]


def still_to_come(told: Iterable[Promise], now: datetime) -> list[Promise]:
    """Those whose time has not passed, the nearest first."""
    return sorted((promise for promise in told if promise.at > now), key=lambda promise: promise.at)
