"""Who works with whom: the people and departments a person may name in a filter or a form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from staff.actions import BESIDE
from staff.directory import Authority, current
from staff.models import Department, Posting, User
from staff.roles import Role


def posted_in(estates: Collection[int]) -> Q:
    """Postings in these estates, in their departments, or above and beside them: region, headquarters."""
    return (
        Q(estate__in=estates)
        | Q(department__estate__in=estates)
        | Q(region__estates__in=estates)
        | Q(department__isnull=False, department__estate__isnull=True)
        | Q(estate__isnull=True, region__isnull=True, department__isnull=True)
    )


def colleagues(person: Authority, now: datetime) -> QuerySet[User]:
    """People posted now where `person` reads cases, by name."""
    postings = Posting.objects.filter(current(now), user=OuterRef("pk"))
    if not person.reads_company():
        postings = postings.filter(posted_in(person.estate_ids()))
    return User.objects.filter(Exists(postings), is_active=True).order_by("name", "pk")


def deputies(person: Authority, now: datetime) -> QuerySet[User]:
    """Colleagues who could stand in for `person`: those who act on complaints, or in one of his roles."""
    acting = set(Role) - BESIDE | person.everywhere()
    postings = Posting.objects.filter(current(now), user=OuterRef("pk"), role__in=acting)
    return colleagues(person, now).filter(Exists(postings)).exclude(pk=person.user.pk)


def departments(person: Authority) -> QuerySet[Department]:
    """Departments of his estates and of headquarters."""
    rows = Department.objects.select_related("estate").order_by("estate__name", "name")
    if person.reads_company():
        return rows
    return rows.filter(Q(estate__in=person.estate_ids()) | Q(estate__isnull=True))
