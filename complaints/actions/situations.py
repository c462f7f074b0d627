"""One case as the rules of the moves see it: the one place where their facts are read.

Whoever has read some of them already hands them in: an act its locked rows, a page those of its file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from complaints.actions.current_policy import current_policy
from complaints.actions.row_conditions import (
    OF_AMOUNTS,
    OF_FOLLOW_UPS,
    fault_in_amounts,
    fault_in_clocks,
    fault_in_follow_ups,
)
from complaints.actions.visibility import REVISERS, SECOND_CALLERS, involved, others_as, roles_on
from complaints.models import (
    AbnormalSign,
    CauseAnalysis,
    Clock,
    Complainant,
    Complaint,
    Cycle,
    Event,
    Extension,
    OnlinePost,
    Respondent,
    SecondCall,
)
from complaints.policy import ClockKind
from complaints.restricted_access import CaseReaders
from complaints.situation import Other, Situation
from complaints.statuses import MANAGING, WORKERS, Abnormal, CaseRole
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.roles import Role
from staff.stand_ins import StandIns

Read = Callable[[str], Any]


def calls_to_make(case: Complaint) -> QuerySet[SecondCall]:
    """The second call that is still to be made on a case, in its present cycle; one at most."""
    calls = case.second_calls.filter(called_at=None, revisit__cycle__number=case.cycle_number)
    return calls.select_related("revisit")


def signs_of(case: Complaint) -> list[AbnormalSign]:
    """The signs that stand, those withdrawn left out."""
    return list(AbnormalSign.objects.filter(complaint=case, withdrawn_at=None).order_by("on", "pk"))


def post_of(case: Complaint) -> OnlinePost | None:
    """The post on the network that waits for its answer; one at most. Two queries."""
    return OnlinePost.objects.filter(complaint=case, answered_at=None).prefetch_related("points").first()


def analysis_of(case: Complaint) -> CauseAnalysis | None:
    """The analysis of its present cycle, asked for or written."""
    return CauseAnalysis.objects.filter(complaint=case, cycle__number=case.cycle_number).first()


#: What the rules look at, by name: how it is read of one case, one query each.
READS: dict[str, Callable[[Complaint, datetime], Any]] = {
    "policy": lambda case, at: current_policy().policy,
    "clocks": lambda case, at: list(
        Clock.objects.running().filter(complaint=case).select_related("policy").order_by("pk")
    ),
    "asked": lambda case, at: set(
        case.extensions.filter(state=Extension.State.PENDING).values_list("clock", flat=True)
    ),
    "cycle": lambda case, at: Cycle.objects.get(complaint=case, number=case.cycle_number),
    "replied_again": lambda case, at: Cycle.objects.filter(
        complaint=case, number__gte=2, replied_at__isnull=False
    ).exists(),
    "rated": lambda case, at: has_rated(case.pk),
    "follow_ups": lambda case, at: _with(case, case.follow_ups.order_by("pk")),
    "amounts": lambda case, at: list(case.compensations.select_related("proposed_by").order_by("pk")),
    "signs": lambda case, at: signs_of(case),
    "post": lambda case, at: post_of(case),
    "call": lambda case, at: calls_to_make(case).first(),
    "analysis": lambda case, at: analysis_of(case),
    "barred": lambda case, at: frozenset(
        Respondent.objects.filter(complaint=case, user__isnull=False).values_list("user_id", flat=True)
    ),
    "stand_ins": lambda case, at: StandIns.load(at, [case.estate]),
}


def situation_of(
    case: Complaint,
    roles: Collection[Role | CaseRole],
    person: Permissions | None,
    at: datetime,
    **known: Any,
) -> Situation:
    """How a case stands for one in these roles; `person` None: its customer.

    `known`: of READS what the asking door has at hand, each as a function without arguments.
    """

    @cache
    def read(name: str) -> Any:
        return known[name]() if name in known else READS[name](case, at)

    def speaker_is_here() -> bool:
        speaker = case.speaker
        return speaker is not None and bool(
            speaker.is_active and read("stand_ins").present([speaker], read("barred"))
        )

    return Situation(
        case=case,
        roles=roles,
        at=at,
        policy=lambda: read("policy"),
        running=lambda: {ClockKind(clock.kind) for clock in read("clocks") if clock.follow_up_id is None},
        accepted=lambda: read("cycle").accepted,
        rated=lambda: read("rated"),
        replied_again=lambda: read("replied_again"),
        from_reporter=lambda: case.complainant.capacity == Complainant.Capacity.REPORTER,
        speaker_is_here=speaker_is_here,
        post=lambda: _post(read("post")),
        signs=lambda: len({sign.sign for sign in read("signs")}),
        analysis=lambda: _how_far(read("analysis")),
        knows_cause=lambda: _knows_cause(read, case, roles, person),
        waits_for_call=lambda: read("call") is not None,
        other=cache(lambda verb: _other(verb, case, person, read)),
        fault_in_rows=cache(lambda verb: _fault_in_rows(verb, roles, person, read)),
    )


def _how_far(analysis: CauseAnalysis | None) -> str:
    return "" if analysis is None else "asked" if analysis.is_owed else "written"


def _knows_cause(
    read: Read, case: Complaint, roles: Collection[Role | CaseRole], person: Permissions | None
) -> bool:
    """Asked of another department than the case's, it is that one's to write; a head's deputy is a head.

    Where a head is not there, whoever was told in his place writes it. The people are read only for those.
    """
    analysis = read("analysis")
    asked = analysis.department_id if analysis else None
    if asked is None or asked == case.department_id:
        knows = bool(WORKERS & set(roles))
    else:
        knows = person is not None and asked in person.departments
    if knows or asked is None or person is None or not MANAGING & set(roles):
        return knows
    there = reached(case, Role.DEPARTMENT_HEAD, read("stand_ins"), read("barred"), department=asked)
    return person.user in there


def _post(post: OnlinePost | None) -> int | None:
    return None if post is None else sum(point.is_open for point in post.points.all())


def situation_for(case: Complaint, person: Permissions, at: datetime, **known: Any) -> Situation:
    """How a case stands for one of the staff."""
    return situation_of(case, roles_on(case, person), person, at, **known)


def _fault_in_rows(
    verb: str, roles: Collection[Role | CaseRole], person: Permissions | None, read: Read
) -> Refused | None:
    if person is None:
        raise TypeError("The customer sees to none of these rows.")
    if verb in OF_FOLLOW_UPS:
        return fault_in_follow_ups(verb, read("follow_ups"), roles, person)
    if verb in OF_AMOUNTS:
        return fault_in_amounts(verb, read("amounts"), person.user.pk)
    clocks = [clock for clock in read("clocks") if clock.follow_up_id is None]
    return fault_in_clocks(clocks, read("asked"))


# Another person must do it -------------------------------------------------------------------------


def _other(verb: str, case: Complaint, person: Permissions | None, read: Read) -> Other:
    """Whether the person was involved in what the move looks after, and who else could do it then.

    The people are read only where he was.
    """
    if person is None:
        return Other()
    match verb:
        case "revisit":
            but = involved([case.pk])[case.pk]
        case "second_call":
            but = involved([case.pk])[case.pk] | {read("call").revisit.by_id or 0}
        case "confirm_invalid":
            but = {case.invalid_proposed_by_id or 0}
        case _mark:
            but = _put_the_mark(case, read("signs"))
    if person.user.pk not in but:
        return Other()
    if verb in ("revisit", "second_call"):
        roles = REVISERS if verb == "revisit" else SECOND_CALLERS
        return Other(False, others_as(roles, read("stand_ins"), case.estate_id, but | read("barred")))
    role = Role.SUPERVISOR if verb == "confirm_invalid" else Role.PROPERTY_MANAGER
    return Other(False, reached(case, role, read("stand_ins"), {*but, *read("barred")}))


def reached(
    case: Complaint, role: Role, stand_ins: StandIns, barred: Collection[int], department: int | None = None
) -> list[User]:
    """Who is reached for a role on a case: deputy, then the next role up; nobody who may not read it.

    `department`: another one than the case's.
    """
    without_access = CaseReaders(case, stand_ins).without_access
    return stand_ins.reach(
        role, case.estate_id, department=department or case.department_id, barred={*barred, *without_access}
    )[1]


def _put_the_mark(case: Complaint, signs: list[AbnormalSign]) -> set[int]:
    """Who noted all the signs of an abnormal complaint, or put it forward."""
    noted = {sign.noted_by_id for sign in signs}
    found: set[int] = noted if len(noted) == 1 else set()
    if case.abnormal == Abnormal.PROPOSED:
        put = case.events.filter(kind="abnormal_proposed").order_by("-pk")
        found = found | {pk for pk in put.values_list("actor_id", flat=True)[:1] if pk}
    return found


def has_rated(case: int) -> bool:
    """Whether the customer has rated us in the present cycle, or was revisited."""
    kinds = ("cycle_started", "rated", "revisited")
    last = Event.objects.filter(complaint=case, kind__in=kinds).order_by("pk").values_list("kind", flat=True)
    return last.last() in ("rated", "revisited")


def _with(case: Complaint, rows: Any) -> list[Any]:
    """The rows, each with the case at hand."""
    found = list(rows)
    for row in found:
        row.complaint = case
    return found
