"""Which clocks a step starts and stops, when their levels fire, and the deadline in words. Pure.

domain.md 4. There is no pause: a clock runs from its start to its stop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.policy import ClockKind, Facts, Level, Policy, Severity
from complaints.statuses import CaseRole, Status
from complaints.worktime import Calendar, Limit, Unit, due, end_of_service, in_service
from staff.roles import Role

K = ClockKind

Kinds = tuple[ClockKind, ...]

# Which clocks belong together ----------------------------------------------------------------------

#: What a severity of the policy asks for besides the handling: it begins with receipt or with the upgrade.
ANSWERS: Kinds = (K.URGENT_REPORT, K.INITIAL_ANSWER, K.CLEAR_ANSWER)
#: What the severity sets the limit of: the first classification sets it, a re-grading moves it.
GRADED: Kinds = (*ANSWERS, K.RESOLVE)
#: What runs from receipt (a new cycle counts from its own start).
FROM_RECEIPT: Kinds = (K.DELIVER, *GRADED)

#: What is owed to somebody outside: it runs on whatever becomes of the case here, until it is answered.
OWED_TO_OTHERS: Kinds = (K.MEDIA, K.EXTERNAL, K.OBJECTION)
#: What we owe one another or the customer after the matter: it runs on after the closing too.
OWED_AFTER_CLOSING: Kinds = (K.OVERRUN, K.OVERRUN_DECISION, K.FOLLOW_UP)
#: What belongs to the case and not to one round of handling: it runs beside the steps.
OF_THE_CASE: Kinds = (
    *OWED_TO_OTHERS,
    *OWED_AFTER_CLOSING,
    K.APOLOGY,
    K.BULLETIN,
    K.PRESENCE,
    K.ABNORMAL_REVIEW,
    K.SUPERVISOR_ASKED,
    K.MANAGER_ASKED,
)
#: All others: what one round of handling owes; they end with it.
OF_A_ROUND: Kinds = tuple(kind for kind in K if kind not in OF_THE_CASE)
#: What a lead case owes for its members while it works: all up to the reply, and its manager comes for all.
BY_THE_LEAD: Kinds = (*(kind for kind in OF_A_ROUND if kind not in (K.REVISIT, K.TRIES)), K.PRESENCE)

#: From light to grave: what we owe one another and what is only followed up; the steps up to the reply;
#: what the customer waits for; what is owed outside or binds us (应当).
KINDS_BY_RANK: Kinds = (
    K.TRIES, K.ABNORMAL_REVIEW, K.FOLLOW_UP, K.REVISIT, K.OVERRUN, K.OVERRUN_DECISION,
    K.SUPERVISOR_ASKED, K.MANAGER_ASKED, K.SAME_DAY,
    K.JUDGE, K.DELIVER, K.ACCEPT, K.REPLY, K.APOLOGY, K.BULLETIN, K.PRESENCE,
    K.INITIAL_ANSWER, K.URGENT_REPORT, K.RESOLVE,
    K.OBJECTION, K.MEDIA, K.EXTERNAL, K.CLEAR_ANSWER,
)  # fmt: skip

#: Those who work on a case do what most clocks wait for; these wait for whoever holds a role.
DOERS: dict[ClockKind, tuple[Role | CaseRole, ...]] = {
    K.BULLETIN: (Role.SUPERVISOR,),
    K.PRESENCE: (Role.PROPERTY_MANAGER,),
    K.ABNORMAL_REVIEW: (Role.PROPERTY_MANAGER,),
    K.SUPERVISOR_ASKED: (Role.SUPERVISOR,),
    K.MANAGER_ASKED: (Role.PROPERTY_MANAGER,),
}


def doers(kind: ClockKind, level: Level) -> tuple[Role | CaseRole, ...]:
    """Who is told of each level because he does what the clock waits for; warned, his head can still help."""
    warned = (CaseRole.ACCOUNTABLE,) if level == Level.WARNING else ()
    return DOERS.get(kind) or (CaseRole.HANDLER, CaseRole.FIRST_RECEIVER, *warned)


# What starts and stops them ------------------------------------------------------------------------

#: status: what runs in it, for a case that goes on by itself out of the middle
RUNS_IN: dict[Status, Kinds] = {
    Status.RECEIVED: FROM_RECEIPT,
    Status.RECORDED: FROM_RECEIPT,
    Status.CLASSIFIED: (K.ACCEPT, *GRADED),
    Status.ACTING: GRADED,
    Status.HANDLED: (K.REPLY,),
    Status.REPLIED: (K.REVISIT,),
}


class Effect(NamedTuple):
    """What a step does to the clocks: those that run stop first, then those start that have a ground."""

    stops: Kinds = ()
    starts: Kinds = ()


#: verb of `moves.MOVES`: what it does to the clocks, whenever it is done (`UnitOfWork.commit`)
BY_VERB: dict[str, Effect] = {
    # At once, where somebody hands himself the work.
    "accept": Effect(stops=(K.DELIVER, K.ACCEPT), starts=(K.SAME_DAY,)),
    "check_on_spot": Effect(stops=(K.SAME_DAY,)),
    "return": Effect(stops=(K.ACCEPT,), starts=(K.DELIVER,)),
    "acknowledge": Effect(stops=(K.URGENT_REPORT,)),
    "answer": Effect(stops=(K.INITIAL_ANSWER,)),
    "answer_post": Effect(stops=(K.INITIAL_ANSWER,)),  # whoever posted it reads it there
    "refer": Effect(starts=(K.JUDGE,)),
    "handle": Effect(stops=(K.DELIVER, K.ACCEPT, K.SAME_DAY, K.JUDGE, K.RESOLVE), starts=(K.REPLY,)),
    "confirm_invalid": Effect(
        stops=(K.DELIVER, K.ACCEPT, K.SAME_DAY, K.JUDGE, K.RESOLVE, K.APOLOGY), starts=(K.REPLY,)
    ),
    "reply": Effect(stops=(K.INITIAL_ANSWER, K.CLEAR_ANSWER, K.REPLY), starts=(K.REVISIT,)),
    "apologise": Effect(stops=(K.APOLOGY,)),
    "try_revisit": Effect(stops=(K.REVISIT,), starts=(K.TRIES,)),  # the first documented try stops the clock
    "revisit": Effect(stops=(K.REVISIT, K.TRIES)),
    "except_revisit": Effect(stops=(K.REVISIT, K.TRIES)),
    "note_media": Effect(starts=(K.MEDIA,)),
    "answer_media": Effect(stops=(K.MEDIA,)),
    "drop_media": Effect(stops=(K.MEDIA,)),
    "answer_external": Effect(stops=(K.EXTERNAL,)),
    "record_finding": Effect(starts=(K.OBJECTION,)),
    "object": Effect(stops=(K.OBJECTION,)),
    "waive_objection": Effect(stops=(K.OBJECTION,)),
    "review_abnormal": Effect(stops=(K.ABNORMAL_REVIEW,)),
    "appear": Effect(stops=(K.PRESENCE,)),
    "join": Effect(stops=(*OF_A_ROUND, K.PRESENCE)),
    "void": Effect(stops=tuple(K)),  # a wrong entry owes nothing to anybody
}

#: What no verb alone decides but the facts of the act, which names it then (`UnitOfWork.apply_clocks`).
BY_FACTS: dict[str, Effect] = {
    "receipt": Effect(starts=(*FROM_RECEIPT, K.MEDIA, K.EXTERNAL)),
    # A change of handler ends the former one's time to accept, and to look at it.
    "delivery": Effect(stops=(K.DELIVER, K.ACCEPT, K.SAME_DAY), starts=(K.ACCEPT,)),
    "urgent": Effect(starts=(K.URGENT_REPORT,)),
    "clear_answer": Effect(stops=(K.CLEAR_ANSWER,)),
    "upheld": Effect(stops=(K.JUDGE,)),
    "apology_owed": Effect(starts=(K.APOLOGY,)),
    "apology_not_owed": Effect(stops=(K.APOLOGY,)),
    "order": Effect(stops=(K.EXTERNAL,), starts=(K.EXTERNAL,)),  # a new one, or one that came back
    "order_over": Effect(stops=(K.EXTERNAL,)),
    "taken_for_abnormal": Effect(starts=(K.ABNORMAL_REVIEW,)),
    "many_together": Effect(starts=(K.PRESENCE,)),
    "few_together": Effect(stops=(K.PRESENCE,)),
    "replied_by_lead": Effect(stops=(*OF_A_ROUND, K.PRESENCE), starts=(K.REVISIT,)),
    "cycle_over": Effect(stops=OF_A_ROUND),
    "cycle_begun": Effect(starts=FROM_RECEIPT),
    "closing": Effect(stops=tuple(kind for kind in K if kind not in (*OWED_TO_OTHERS, *OWED_AFTER_CLOSING))),
    # Clocks whose time or owner is worked out by the act (`UnitOfWork.begin`).
    "bulletin_due": Effect(stops=(K.BULLETIN,), starts=(K.BULLETIN,)),
    "bulletin_over": Effect(stops=(K.BULLETIN,)),
    "overrun_to_explain": Effect(starts=(K.OVERRUN,)),
    "overrun_over": Effect(stops=(K.OVERRUN,)),
    "overrun_to_decide": Effect(starts=(K.OVERRUN_DECISION,)),
    "overrun_decision_over": Effect(stops=(K.OVERRUN_DECISION,)),
    "supervisor_asked": Effect(starts=(K.SUPERVISOR_ASKED,)),
    "manager_asked": Effect(stops=(K.SUPERVISOR_ASKED,), starts=(K.MANAGER_ASKED,)),
    "superior_answered": Effect(stops=(K.SUPERVISOR_ASKED, K.MANAGER_ASKED)),
    "new_opinion": Effect(starts=(K.FOLLOW_UP,)),
    "follow_up_over": Effect(stops=(K.FOLLOW_UP,)),
}

#: Whatever a step is called: what it does to the clocks.
STEPS: dict[str, Effect] = BY_VERB | BY_FACTS


def on_upgrade(severity: Severity, policy: Policy) -> Kinds:
    """What starts when a case becomes so grave: the answers that the policy asks for this severity."""
    return tuple(kind for kind in ANSWERS if policy.names(kind, severity))


@dataclass(frozen=True)
class Timing:
    """A clock's due time and the moments its levels fire, all UTC."""

    due_at: datetime
    limit: Limit
    levels: tuple[tuple[Level, datetime], ...]


def timing(
    kind: ClockKind, start: datetime, facts: Facts, policy: Policy, calendar: Calendar
) -> Timing | None:
    """When a clock begun at `start` runs out; None when it does not apply to these facts."""
    if not applies(kind, facts):
        return None
    if kind == K.EXTERNAL:
        return until(facts.external_due_at, start, policy, calendar) if facts.external_due_at else None
    if kind == K.SAME_DAY:
        ends = end_of_service(start, calendar)
        return until(ends, start, policy, calendar) if policy.data["same_day_check"] else None
    limits = policy.limits(kind, facts, in_service=in_service(start, calendar))
    if not limits:
        return None
    due_at, limit = min(((due(start, limit, calendar), limit) for limit in limits), key=lambda pair: pair[0])
    return Timing(due_at, limit, levels(limit, start, due_at, policy, calendar))


def applies(kind: ClockKind, facts: Facts) -> bool:
    """Whether the facts give a clock beside the steps a ground."""
    match kind:
        case K.MEDIA:
            return facts.in_media
        case K.EXTERNAL:
            return facts.external_due_at is not None
        case _:
            return True


def until(due_at: datetime, start: datetime, policy: Policy, calendar: Calendar) -> Timing:
    """The timing of a due time that others have set: the limit is what lies between, in whole minutes."""
    minutes = max(1, (due_at - start) // timedelta(minutes=1))
    length = timedelta(minutes=minutes)
    limit = Limit(length, Unit.HOURS if length % timedelta(days=1) else Unit.DAYS)
    return Timing(due_at, limit, levels(limit, start, due_at, policy, calendar))


def levels(
    limit: Limit, start: datetime, due_at: datetime, policy: Policy, calendar: Calendar
) -> tuple[tuple[Level, datetime], ...]:
    """A day or more: warning, over, one day over. Shorter: over, and once more after as much again.

    `start` is where the time up to `due_at` began: the clock's start, or the moment of an extension.
    """
    if limit.is_long:
        warning = start + (due_at - start) * policy.data["warning_share"]
        next_day = due(due_at, Limit(timedelta(days=1), Unit.DAYS), calendar)
        return ((Level.WARNING, warning), (Level.OVER, due_at), (Level.DAY_OVER, next_day))
    return ((Level.OVER, due_at), (Level.AGAIN, due(due_at, limit, calendar)))


def rank(level: Level, kind: ClockKind, severity: Severity) -> tuple[int, int, int, int]:
    """Sorts what is told of a case from light to grave, where only one of it can be said (domain.md 4).

    What is missed weighs more than what is soon due; then what it is that was missed (`KINDS_BY_RANK`: a
    binding answer that is late outweighs an internal report that is late twice), of which severity, how late.
    """
    return level != Level.WARNING, KINDS_BY_RANK.index(kind), severity.weight, level.weight


def regraded_due(
    old_due: datetime, new: Timing, at: datetime, policy: Policy, calendar: Calendar
) -> datetime:
    """The earlier of old and new; the new one leaves a quarter of its limit (domain.md 4).

    Never later than the old one: more time needs an approved extension.
    """
    whole = due(at, new.limit, calendar) - at
    return min(old_due, max(new.due_at, at + whole * float(policy.data["regrade_least_share"])))


def anew(
    kind: ClockKind, limit: Limit, start: datetime, facts: Facts, policy: Policy, calendar: Calendar
) -> tuple[datetime, Limit]:
    """A running clock worked out once more in a changed calendar: due time, and the limit that gives it.

    Of several limits its policy version gives at once, the earliest counts, as when it began.
    """
    if kind == K.SAME_DAY:
        return end_of_service(start, calendar), limit
    limits = policy.limits(kind, facts, in_service=in_service(start, calendar))
    if limit not in limits:
        limits = [limit]  # the facts have changed since; they move no clock here
    return min(((due(start, limit, calendar), limit) for limit in limits), key=lambda pair: pair[0])


def moved_due(
    old_due: datetime, new_due: datetime, limit: Limit, at: datetime, policy: Policy, calendar: Calendar
) -> datetime:
    """Where a changed calendar takes a due time: later at once, earlier only as far as is fair.

    As in a re-grading, a quarter of the limit is left; what is not fair stays as it was.
    """
    if new_due >= old_due:
        return new_due
    return regraded_due(old_due, Timing(new_due, limit, ()), at, policy, calendar)


def limit_in_words(limit: Limit) -> str:
    """`3 days`, `30 minutes of service time`, in the reader's language."""
    match limit.unit:
        case Unit.DAYS:
            return ngettext("%(n)s day", "%(n)s days", limit.amount.days) % {"n": limit.amount.days}
        case Unit.WORKING_DAYS:
            return ngettext("%(n)s working day", "%(n)s working days", limit.amount.days) % {
                "n": limit.amount.days
            }
        case Unit.HOURS | Unit.SERVICE_HOURS:
            text = _hours_in_words(limit.amount, in_days=limit.unit == Unit.HOURS)
            return text if limit.unit == Unit.HOURS else _("%(time)s of service time") % {"time": text}


#: Up to these a rule speaks of hours and of minutes; beyond, it reads 3 days 23 hours 59 minutes.
HOURS_SAID, MINUTES_SAID = timedelta(hours=72), timedelta(hours=2)


def _hours_in_words(length: timedelta, *, in_days: bool) -> str:
    """As a rule writes it where it is round: 48 hours, 90 minutes. `in_days`: a day has 24 of these hours."""
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    if minutes and length < MINUTES_SAID:
        hours, minutes = 0, hours * 60 + minutes
    days = 0
    if in_days and length > HOURS_SAID and length % timedelta(days=1):
        days, hours = divmod(hours, 24)
    parts = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else "",
    ]
    return " ".join(part for part in parts if part)


#: Limits the sources put softly, 一般, 不宜超过, 尽快 (rules.md 4.6, kind S): handling in 1, 3 or 10 days (V1
#: to V3, T1, T2, T4) and telling the result once the matter is done (T20). All others are said with 应 or
#: 必须 (kind B: T3 the clear answer, T7 the revisit, T16, T19, T22 to T35) or are ours, to be kept.
#: Whether a limit can be extended is another question: an apology binds, and may be late with approval.
ADVISORY: frozenset[ClockKind] = frozenset({K.RESOLVE, K.REPLY})


def is_binding(kind: str) -> bool:
    """Whether a clock's limit is said with 应当; else it is one that should not be exceeded 不宜超过 (G2)."""
    return kind not in ADVISORY


def kept_how(kind: str) -> str:
    """In one word beside a due time or a limit: owed 应当, or not to be exceeded 不宜超过 (G2)."""
    return _("binding") if is_binding(kind) else _("as a rule")


def explain(
    kind: ClockKind,
    severity: Severity | None,
    limit: Limit,
    start: str,
    first_due: str,
    moves: Iterable[str] = (),
    *,
    by_severity: bool = True,
) -> str:
    """A deadline in words; times come formatted for the reader, `moves` are later changes in words.

    `severity` None: not classified yet. `by_severity`: it is what sets the limit; else it goes unnamed.
    """
    sentence = sentence_for(kind, by_severity=by_severity) % {
        "clock": kind.label,
        "severity": severity.label if severity else _("not classified, for now as minor"),
        "limit": limit_in_words(limit),
        "start": start,
        "due": first_due,
    }
    return _("; ").join([sentence, *moves]) + _(".")


def sentence_for(kind: ClockKind, *, by_severity: bool) -> str:
    """A due time is owed where the limit binds; one that is soft is not to be exceeded (G2).

    The severity is named only where it sets the limit.
    """
    match is_binding(kind), by_severity:
        case True, True:
            return _("%(clock)s, %(severity)s: %(limit)s from %(start)s, due %(due)s")
        case True, False:
            return _("%(clock)s: %(limit)s from %(start)s, due %(due)s")
        case False, True:
            return _("%(clock)s, %(severity)s: %(limit)s from %(start)s, as a rule by %(due)s")
        case _soft, _of_all:
            return _("%(clock)s: %(limit)s from %(start)s, as a rule by %(due)s")
