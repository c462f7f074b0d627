"""Who of those whom a message would go to may not read a restricted case (domain.md 6 and 9).

`ComplaintQuerySet.visible_to` says what one person reads. This says the same of one case for many people,
so that a deadline or a bulletin goes to the next role up instead of to somebody outside the circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils.functional import cached_property

from complaints.models import CircleMember, Complaint, Overrun
from complaints.statuses import DECIDERS
from staff.permissions import Permissions
from staff.roles import Role
from staff.stand_ins import StandIns

#: Roles that are told of cases and read restricted ones only when their holders are named.
TOLD_BY_ROLE = (Role.SUPERVISOR, Role.DEPARTMENT_HEAD)


def named_readers(cases: Iterable[int]) -> dict[int, set[int]]:
    """Who reads each of these cases by name: let into the circle, or asked to explain. Two queries."""
    found: dict[int, set[int]] = defaultdict(set)
    cases = set(cases)
    named = CircleMember.objects.filter(complaint__in=cases, until=None)
    for case, user in named.values_list("complaint_id", "user_id"):
        found[case].add(user)
    asked = Overrun.objects.open().filter(complaint__in=cases, explainer__isnull=False)
    for case, user in asked.values_list("complaint_id", "explainer_id"):
        found[case].add(user)
    return found


def leads_to(person: Permissions, case: Complaint) -> bool:
    """Whether his postings lead him to a case, as `visible_to` says it; who is asked to explain left out."""
    here = person.reads_company() or case.estate_id in person.estate_ids()
    works = case.handler_id in person.stands_for and case.department_id in person.departments
    return here or works or case.department_id in person.headed_departments()


class CaseReaders:
    """Who may read one case: where it is restricted, those on it, those named, who decides, and deputies."""

    def __init__(self, case: Complaint, stand_ins: StandIns, named: Collection[int] | None = None) -> None:
        self.case, self.stand_ins = case, stand_ins
        if named is not None:
            self.named = named

    @cached_property
    def named(self) -> Collection[int]:
        return named_readers([self.case.pk])[self.case.pk] if self.case.restricted else ()

    @property
    def _readers(self) -> set[int]:
        """Asked anew each time: an act may name another handler."""
        case = self.case
        on_it = [pk for pk in (case.first_receiver_id, case.handler_id, case.accountable_id) if pk]
        deciding = self.stand_ins.holding_at(DECIDERS, case.estate_id)
        return self.stand_ins.with_deputies({*on_it, *self.named, *deciding})

    def reads(self, person: int) -> bool:
        return not self.case.restricted or person in self._readers

    @property
    def without_access(self) -> frozenset[int]:
        """Who holds a role that is told of cases, and may not read this one."""
        if not self.case.restricted:
            return frozenset()
        return frozenset(self.stand_ins.holding(TOLD_BY_ROLE) - self._readers)
