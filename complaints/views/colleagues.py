"""Who works with whom: the people and departments a person may name in a filter or a form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from staff.actions import BESIDE, estate_of
from staff.authority import Authority, current
from staff.models import Absence, Department, Posting, User
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


def on_cases(person: Authority, now: datetime) -> QuerySet[User]:
    """Colleagues who carry a part on cases, in his estates or in a department that serves them."""
    postings = Posting.objects.filter(current(now), user=OuterRef("pk")).exclude(role__in=BESIDE)
    if not person.reads_company():
        estates = person.estate_ids()
        headquarters = Q(department__isnull=False, department__estate__isnull=True)
        postings = postings.filter(Q(estate__in=estates) | Q(department__estate__in=estates) | headquarters)
    return User.objects.filter(Exists(postings), is_active=True).order_by("name", "pk")


def stand_ins(his: Authority, now: datetime, *, among: Collection[int] | None = None) -> list[Posting]:
    """Postings of those who could stand in for somebody with this authority, by place, role and name.

    As `staff.actions.could_stand_in`: they act on complaints, or hold one of his roles, where he works.
    `among`: only who is posted in these estates or above them. One query.
    """
    acting = set(Role) - BESIDE | his.everywhere()
    postings = Posting.objects.filter(current(now), role__in=acting).exclude(user=his.user)
    if his.estates and not his.company:
        postings = postings.filter(posted_in(his.estates))
    if among is not None:
        postings = postings.filter(posted_in(among))
    away = Absence.objects.filter(user=OuterRef("user"), starts_at__lte=now, ends_at__gt=now)
    read = postings.select_related("user", "estate", "region", "department__estate")
    found = {posting.pk: posting for posting in read.annotate(is_away=Exists(away))}
    ranks = list(Role)
    return sorted(
        found.values(),
        key=lambda one: (not estate_of(one), one.place(), ranks.index(Role(one.role)), str(one.user)),
    )


def departments(person: Authority) -> QuerySet[Department]:
    """Departments of his estates and of headquarters."""
    rows = Department.objects.select_related("estate").order_by("estate__name", "name")
    if person.reads_company():
        return rows
    return rows.filter(Q(estate__in=person.estate_ids()) | Q(estate__isnull=True))
