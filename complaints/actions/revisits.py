"""The revisit 回访, and what the customer says to the reply: accepts, disputes, rates (domain.md 3, K7)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.closing import begin_next_cycle, close, outcome_of
from complaints.actions.follow_ups import Opinion, raise_all, rated_opinions
from complaints.actions.second_calls import draw
from complaints.actions.unit_of_work import UnitOfWork
from complaints.clocks import limit_in_words
from complaints.models import Complaint, Cycle, FollowUp, Revisit
from complaints.models.events import is_satisfied
from complaints.policy import ClockKind
from complaints.worktime import Limit
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the customer said at the revisit: 1 to 5, and the five questions of the owners."""

    satisfaction: int
    believed: bool | None = None
    informed: bool | None = None
    passed_around: bool | None = None
    polite: bool | None = None
    accused: bool | None = None
    remarks: str = ""
    opinions: tuple[Opinion, ...] = ()


@transaction.atomic
def satisfy(complaint: Complaint, *, by: User | None, at: datetime) -> Complaint:
    """The customer accepts the reply; the revisit is still to come."""
    case = UnitOfWork(complaint, "satisfy", by=by, at=at)
    case.set_cycle(accepted=True)
    case.record("satisfied", owner_sees=True)
    case.notify([case.row.first_receiver], "satisfied")
    return case.commit()


@transaction.atomic
def dispute(complaint: Complaint, *, note: str, by: User | None, at: datetime) -> Complaint:
    """The customer does not accept: a new cycle with fresh clocks from this moment."""
    case = UnitOfWork(complaint, "dispute", by=by, at=at, note=note)
    case.set_cycle(accepted=False)
    case.record("disputed", note, owner_sees=True)
    begin_next_cycle(case, Cycle.Why.DISPUTED)
    return case.commit()


@transaction.atomic
def try_revisit(
    complaint: Complaint, *, note: str, by: User, at: datetime, alone_because: str = ""
) -> Complaint:
    """A try that reached nobody; the first stops the revisit's clock, and the time for the others begins."""
    case = UnitOfWork(complaint, "try_revisit", by=by, at=at, note=note)
    extra = case.why_alone("revisit", alone_because)
    case.record("revisit_tried", note, cycle=case.cycle.number, **extra)
    return case.commit()


@transaction.atomic
def revisit(
    complaint: Complaint,
    *,
    answers: Answers,
    method: str,
    by: User,
    at: datetime,
    alone_because: str = "",
) -> Complaint:
    """The revisit 回访 by someone who did not handle, judge or reply to it (K7).

    Satisfied: closed. Not satisfied: a new cycle. Each new opinion becomes a follow-up, those
    of an earlier rating on the portal too.
    """
    case = UnitOfWork(complaint, "revisit", by=by, at=at)
    if method not in Revisit.Method.values:
        raise Refused(_("Say how the revisit was made."), field="method")
    extra = case.why_alone("revisit", alone_because)
    _finish_revisit(case, answers, method, **extra)
    return case.commit()


@transaction.atomic
def rate(complaint: Complaint, *, answers: Answers, at: datetime) -> Complaint:
    """The customer's own rating on the portal.

    Satisfied and nothing new: it counts as the revisit. Otherwise staff still revisit; not
    satisfied: a new cycle begins.
    """
    case = UnitOfWork(complaint, "rate", by=None, at=at)
    opinion = "\n".join(opinion.words.strip() for opinion in answers.opinions).strip()
    satisfied = is_satisfied(answers.satisfaction)
    if satisfied and opinion:
        case.set_cycle(accepted=True)
        case.record("rated", opinion, owner_sees=True, satisfaction=answers.satisfaction)
        case.notify([case.row.first_receiver, *case.reach(Role.SUPERVISOR)], "rated_with_opinion")
        return case.commit()
    case.set_cycle(accepted=satisfied)
    case.apply_clocks("revisit")  # it counts as one
    _finish_revisit(case, answers, Revisit.Method.PORTAL)
    return case.commit()


@transaction.atomic
def except_revisit(
    complaint: Complaint, *, exception: str, note: str, by: User, at: datetime, alone_because: str = ""
) -> Complaint:
    """Close without a score: refused, not reached in three tries, or anonymous with a public notice."""
    case = UnitOfWork(complaint, "except_revisit", by=by, at=at, note=note)
    if exception not in Revisit.Exception.values:
        raise Refused(_("Choose why there is no revisit."), field="exception")
    extra = case.why_alone("revisit", alone_because)
    if exception == Revisit.Exception.UNREACHABLE:
        _check_tries(case)
    rated = _rated(case)
    revisit = Revisit(cycle=case.cycle, at=at, by=by, exception=exception, remarks=note.strip())
    revisit._history_user = by
    revisit.save()
    case.record("revisit_excepted", note, exception=exception, **extra)
    raise_all(case, rated, revisit)
    close(case, outcome_of(case))
    return case.commit()


def _check_tries(case: UnitOfWork) -> None:
    """Enough tries, each some hours after the one before: three calls in a row are one."""
    rule = case.policy.data["revisit"]
    apart = Limit.parse(rule["apart"])
    tries = case.row.events.filter(kind="revisit_tried", params__cycle=case.cycle.number).order_by("at")
    counted: list[datetime] = []
    for at in tries.values_list("at", flat=True):
        if not counted or at - counted[-1] >= apart.amount:
            counted.append(at)
    if len(counted) < rule["tries"]:
        raise Refused(
            _("%(needed)s documented tries are needed, at least %(apart)s apart; there are %(n)s.")
            % {"needed": rule["tries"], "apart": limit_in_words(apart), "n": len(counted)},
            field="exception",
        )
    clock = case.running.get(ClockKind.TRIES)
    if clock and case.at > clock.due_at:
        case.record("revisit_late")


def _finish_revisit(case: UnitOfWork, answers: Answers, method: str, **extra: Any) -> None:
    if not 1 <= answers.satisfaction <= 5:
        raise Refused(_("Satisfaction is a number from 1 to 5."), field="satisfaction")
    rated = [] if case.by is None else _rated(case)
    said = {field.name: getattr(answers, field.name) for field in fields(answers) if field.name != "opinions"}
    revisit = Revisit(cycle=case.cycle, at=case.at, by=case.by, method=method, **said)
    revisit._history_user = case.by
    revisit.save()
    case.record(
        "revisited", answers.remarks, owner_sees=case.by is None, satisfaction=answers.satisfaction,
        method=method, **extra,
    )  # fmt: skip
    source = FollowUp.Source.RATING if case.by is None else FollowUp.Source.REVISIT
    raise_all(case, [*rated, *((source, opinion) for opinion in answers.opinions)], revisit)
    if revisit.is_satisfied:
        close(case, outcome_of(case))
        draw(case, revisit)
    else:
        begin_next_cycle(case, Cycle.Why.UNSATISFIED)


def _rated(case: UnitOfWork) -> list[tuple[FollowUp.Source, Opinion]]:
    """What the customer brought up on the portal, before staff revisit."""
    return [(FollowUp.Source.RATING, Opinion(words)) for words in rated_opinions(case.row)]
