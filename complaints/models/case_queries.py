"""Complaints as people ask for them: what one may see, what is open, late, owed or alike (domain.md 1, 3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from complaints.models.abnormal import CircleMember
from complaints.models.complainants import Respondent
from complaints.models.overruns import Overrun
from complaints.models.vocabulary import Category
from complaints.statuses import DECIDERS, Status
from owners.models import Unit
from staff.models import Estate
from staff.permissions import Permissions

_Case = TypeVar("_Case", bound=models.Model)  # `Complaint`, which is made with this


class ComplaintQuerySet(models.QuerySet[_Case]):
    def visible_to(self, permissions: Permissions) -> Self:
        """Cases a person may know of: his estates', never one about himself (domain.md 1 and 2).

        The one answer for every page, list, message, paper and figure. Of restricted cases, in his estates
        or not, he knows those whose circle he is in (domain.md 6 and 9, G14): the people on the case (first
        receiver, handler, accountable head: whoever is named to work is in it by that), those the property
        manager has named, and those who decide on it (property manager, general manager). All others,
        supervisor and auditor included, read it only when they are named. A deputy stands in.
        """
        people, estates, departments = (
            permissions.stands_for,
            permissions.estate_ids(),
            permissions.departments,
        )
        everywhere, seen = permissions.reads_company(), self
        if not everywhere:
            his = Q(estate__in=estates)
            if departments:  # a headquarters department works in every estate
                his |= Q(department__in=permissions.headed_departments())
                his |= Q(department__in=departments, handler__in=people)
                his |= Q(pk__in=_to_explain(people))
            seen = seen.filter(his)
        trusted = [pk for pk, roles in permissions.estates.items() if roles & DECIDERS]
        all_trusted = not (everywhere or departments or set(estates) - set(trusted))
        if not (all_trusted or permissions.company & DECIDERS):
            circles = CircleMember.objects.filter(user__in=people, until=None)
            seen = seen.filter(
                Q(restricted=False)
                | Q(estate__in=trusted)
                | Q(first_receiver__in=people)
                | Q(handler__in=people)
                | Q(accountable__in=people)
                | Q(pk__in=_to_explain(people))
                | Q(pk__in=circles.values("complaint"))
            )
        # Never NULL; and PostgreSQL asks it once, not row by row.
        return seen.exclude(pk__in=Respondent.objects.filter(user=permissions.user).values("complaint"))

    def open(self) -> Self:
        return self.exclude(status=Status.CLOSED)

    def overdue(self, now: datetime) -> Self:
        """Open cases with a running clock past its due time."""
        return self.open().filter(next_due_at__lt=now)

    def in_danger(self) -> Self:
        """People in danger, and nobody has said that he sees to it; who waits longest first."""
        return self.filter(danger_since__isnull=False).order_by("danger_since", "pk")

    def owed(self) -> Self:
        """Closed for the customer, while something is still owed: to the media, an permissions, or inside."""
        return self.filter(status=Status.CLOSED, next_due_at__isnull=False)

    def overrun(self) -> Self:
        """Open or closed, with an overrun still to be explained or decided on."""
        return self.filter(pk__in=Overrun.objects.open().values("complaint"))

    def for_queue(self) -> Self:
        """What the two lines of a row show, in one query."""
        return self.select_related(
            "estate", "unit", "building", "category", "first_receiver", "handler", "complainant"
        ).defer("remedy_asked")

    def similar_to(
        self, *, estate: Estate, unit: Unit | None, phone: str, category: Category | None, since: datetime
    ) -> Self:
        """Same place or caller, and the same sub-category if known: open, or closed `since` (domain.md 3)."""
        same = Q(pk__in=[])
        if unit:
            same |= Q(unit=unit)
        if phone:
            same |= Q(complainant__phone=phone)
        if category:
            same &= Q(category=category)
        fresh = Q(closed_at__isnull=True) | Q(closed_at__gte=since)
        return self.filter(same, fresh, estate=estate).order_by("-received_at", "-pk")


def _to_explain(people: Collection[int]) -> models.QuerySet[Any, Any]:
    """Cases whose overrun these people explain: he who handled it then may have no other part any more."""
    return Overrun.objects.open().filter(explainer__in=people).values("complaint")
