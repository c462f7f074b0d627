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

from complaints.clocks import is_binding
from complaints.policy import ClockKind as K
from complaints.statuses import Status
from complaints.time_texts import moment


class What(TextChoices):
    PLAN = "plan", _("We tell you what we will do by")
    SETTLED = "settled", _("Settled by")
    RESULT = "result", _("You hear the result by")
    REVISIT = "revisit", _("We ask you how you found our work by")


#: The same where the limit behind it is one that should not be exceeded, and nobody has promised more (G2).
USUALLY: dict[What, Any] = {
    What.PLAN: _("As a rule we tell you what we will do by"),
    What.SETTLED: _("As a rule settled by"),
    What.RESULT: _("As a rule you hear the result by"),
    What.REVISIT: _("As a rule we ask you how you found our work by"),
}
#: The same as a sentence that can stand alone.
SENTENCES: dict[What, Any] = {
    What.PLAN: _("We tell you by %(at)s what we will do."),
    What.SETTLED: _("We will have it settled by %(at)s."),
    What.RESULT: _("We tell you the result by %(at)s."),
    What.REVISIT: _("We ask you by %(at)s how you found our work."),
}
USUAL_SENTENCES: dict[What, Any] = {
    What.PLAN: _("As a rule we tell you by %(at)s what we will do."),
    What.SETTLED: _("As a rule it is settled by %(at)s."),
    What.RESULT: _("As a rule we tell you the result by %(at)s."),
    What.REVISIT: _("As a rule we ask you by %(at)s how you found our work."),
}


class Promise(NamedTuple):
    """What the customer can rely on, and until when; `usual`: as a rule, by a limit that does not bind."""

    what: What
    at: datetime
    usual: bool = False

    @property
    def words(self) -> str:
        return str(USUALLY[self.what] if self.usual else self.what.label)

    def sentence(self, zone: ZoneInfo) -> str:
        sentence = (USUAL_SENTENCES if self.usual else SENTENCES)[self.what]
        return str(sentence) % {"at": moment(self.at, zone)}


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
    found: list[tuple[What, datetime | None, bool]]
    if status == Status.HANDLED:
        found = [(What.RESULT, due.get(K.REPLY), is_binding(K.REPLY))]
    elif status == Status.REPLIED:
        found = [(What.REVISIT, due.get(K.REVISIT) or due.get(K.TRIES), is_binding(K.REVISIT))]
    else:
        settled_by = promised_at or (due.get(K.RESOLVE) if graded else None)
        answers = [due[kind] for kind in (K.INITIAL_ANSWER, K.CLEAR_ANSWER) if kind in due]
        plan_by = min(answers, default=None)
        found = [
            (What.PLAN, plan_by if plan_by and not (settled_by and settled_by <= plan_by) else None, True),
            (What.SETTLED, settled_by, bool(promised_at) or is_binding(K.RESOLVE)),
        ]
    known = [
        Promise(what, at, not binds)
        for what, at, binds in found
        if at and (at > registered_at or at == promised_at)
    ]
    if any(promise.at > registered_at for promise in known) or status in (Status.HANDLED, Status.REPLIED):
        return known
    return [Promise(What.PLAN, due.get(K.ACCEPT) or arranged_by(due.get(K.DELIVER))), *known]


def still_to_come(told: Iterable[Promise], now: datetime) -> list[Promise]:
    """Those whose time has not passed, the nearest first."""
    return sorted((promise for promise in told if promise.at > now), key=lambda promise: promise.at)
