"""The principal appears first 负责人到场: who came, when, where, in what words (domain.md 3, X7, R27).

As soon as so many complain together that it is a hot notice, the property manager owes them his presence;
once for a case. A lead's manager comes for its members too.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.arguments import done_earlier
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Clock, Complaint
from complaints.policy import ClockKind
from complaints.statuses import names
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role, ladder
from staff.stand_ins import StandIns

K = ClockKind.PRESENCE
#: Reasons of the notice grade that say how many came together.
TOGETHER = frozenset({"collective_hot", "collective_major"})


def owe(case: UnitOfWork, people: int, *, start: datetime | None = None) -> None:
    """Start the clock of a case whose people have just become so many; once in its life."""
    row = case.row
    if people < case.policy.people_together or row.lead_id or not row.is_open:
        return
    if Clock.objects.filter(complaint=row, kind=K).exists():
        return
    case.apply_clocks("many_together", start=start)
    if clock := case.running.get(K):
        due_at = clock.due_at.isoformat()
        case.record("presence_owed", by_rule=True, count=people, due_at=due_at)
        case.notify(case.reach(Role.PROPERTY_MANAGER), "presence_owed", count=people, due_at=due_at)


def principals(stand_ins: StandIns, estate: int, barred: frozenset[int]) -> list[User]:
    """Who appears for us: the property manager, those above him, and whoever stands in for one of them."""
    found: list[User] = []
    for role in ladder(Role.PROPERTY_MANAGER):
        holders = stand_ins.holders(role, estate)
        found += [*holders, *stand_ins.present(holders, barred)]
    return [person for person in dict.fromkeys(found) if person.pk not in barred]


@transaction.atomic
def appear(
    complaint: Complaint,
    *,
    person: User,
    place: str,
    note: str,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
) -> Complaint:
    """A manager met the customers in person; written down by himself or by whoever follows the case."""
    case = done_earlier(complaint, "appear", note=note, by=by, at=at, done_at=done_at)
    if person not in principals(case.stand_ins, case.row.estate_id, case.barred):
        raise Refused(
            _("In a collective complaint one of these appears in person: %(who)s.")
            % {"who": names([Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER])},
            field="person",
        )
    if not place.strip():
        raise Refused(_("Say where the customers were met."), field="place")
    case.check_began("appear")
    case.record("presence_recorded", note, owner_sees=True, person=person.pk, place=place.strip())
    return case.commit()
