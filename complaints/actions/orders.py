"""The order of a hotline or regulator that is a case already (domain.md 2): asked here by every door.

An office sends an order again to chase. A second case of it would run its own clocks and be answered twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.pasted_order import tidy_number
from complaints.policy import OFFICIAL
from complaints.statuses import Outcome
from config.framework.refusals import Refused
from staff.permissions import Permissions

#: So many cases of one order are named, the newest first.
MOST_NAMED = 3


class KnownOrder(Refused):
    """The order is a case already: `cases` are those of it that the asking person may know of."""

    def __init__(self, cases: Sequence[Complaint]) -> None:
        newest = cases[0]
        sentence = _(
            "This order is already case %(number)s (%(state)s). Chase or reopen that case; only a new matter"
            " under the same order number becomes a case of its own, and you say so."
        )
        super().__init__(sentence % {"number": newest, "state": state_of(newest)}, field="external_number")
        self.cases = list(cases)


def state_of(case: Complaint) -> str:
    """Where it stands, or how it ended."""
    return str(case.get_status_display() if case.is_open else case.get_outcome_display())


def cases_of(number: str, person: Permissions, *, but: int | None = None) -> QuerySet[Complaint]:
    """The cases he may know of that this order has become, in whatever estate, newest first.

    A wrong entry 作废 is none of them, nor is the case `but`.
    """
    tidy = tidy_number(number)
    if not tidy:
        return Complaint.objects.none()
    same = Q(external_number__iexact=tidy) | Q(external_number__iexact=number.strip())
    cases = Complaint.objects.visible_to(person).filter(same, ~Q(external_number=""), channel__in=OFFICIAL)
    return cases.exclude(outcome=Outcome.VOID).exclude(pk=but).order_by("-received_at", "-pk")


def check_order(case: Complaint, person: Permissions, *, new_matter: bool) -> None:
    """Raises KnownOrder where the order of this case is another one already, unless it is a new matter.

    Whoever calls holds what keeps a second filing of the same estate waiting: the counter, or the case.
    """
    if new_matter or case.channel not in OFFICIAL or not case.external_number:
        return
    if known := list(cases_of(case.external_number, person, but=case.pk)[:MOST_NAMED]):
        raise KnownOrder(known)
