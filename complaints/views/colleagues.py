"""Who works with whom: the people and departments a person may name in a filter or a form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from staff.actions import estate_of
from staff.models import Absence, Department, Posting, User
from staff.permissions import Permissions, current
from staff.roles import BYSTANDERS, Role


def posted_in(estates: Collection[int]) -> Q:
    """Postings in these estates, in their departments, or above and beside them: region, headquarters."""
    return (
        Q(estate__in=estates)
        | Q(department__estate__in=estates)
        | Q(region__estates__in=estates)
        | Q(department__isnull=False, department__estate__isnull=True)
        | Q(estate__isnull=True, region__isnull=True, department__isnull=True)
    )


def on_cases(person: Permissions, now: datetime) -> QuerySet[User]:
    """Colleagues who carry a part on cases, or did, in his estates or in a department that serves them.

    Those who have left come last and are not `here`: their cases are still looked for. Who works for a
    contractor sees the people of his firm.
    """
    held = Posting.objects.filter(user=OuterRef("pk"), starts_at__lte=now).exclude(role__in=BYSTANDERS)
    if person.is_contractor:
        held = held.filter(department__in=person.outside)
        if not person.headed_departments():
            held = held.filter(user__in=person.stands_for)
    elif not person.reads_company():
        estates = person.estate_ids()
        headquarters = Q(department__isnull=False, department__estate__isnull=True)
        held = held.filter(Q(estate__in=estates) | Q(department__estate__in=estates) | headquarters)
    works = Posting.objects.filter(current(now), user=OuterRef("pk"))
    return User.objects.filter(Exists(held)).annotate(here=Exists(works)).order_by("-here", "name", "pk")


def stand_ins(his: Permissions, now: datetime, *, among: Collection[int] | None = None) -> list[Posting]:
    """Postings of those who could stand in for somebody with this authority, by place, role and name.

    As `staff.actions.could_stand_in`: they act on complaints, or hold one of his roles, where he works.
    `among`: only who is posted in these estates or above them. One query.
    """
    acting = set(Role) - BYSTANDERS | his.everywhere()
    postings = Posting.objects.filter(current(now), role__in=acting).exclude(user=his.user)
    if his.is_contractor and among is None:  # he himself chooses among his firm's people
        postings = postings.filter(department__in=his.outside)
    elif his.works_in() and not his.company:
        postings = postings.filter(posted_in(his.works_in()))
    if among is not None:
        postings = postings.filter(posted_in(among))
    if not his.is_contractor:
        firms = Posting.objects.filter(current(now), department__is_contractor=True).values("user")
        ours = Posting.objects.filter(current(now)).exclude(department__is_contractor=True).values("user")
        postings = postings.exclude(Q(user__in=firms) & ~Q(user__in=ours))
    away = Absence.objects.filter(user=OuterRef("user"), starts_at__lte=now, ends_at__gt=now)
    read = postings.select_related("user", "estate", "region", "department__estate")
    found = {posting.pk: posting for posting in read.annotate(is_away=Exists(away))}
    ranks = list(Role)
    return sorted(
        found.values(),
        key=lambda one: (not estate_of(one), one.place(), ranks.index(Role(one.role)), str(one.user)),
    )


def departments(person: Permissions) -> QuerySet[Department]:
    """Departments of his estates and of headquarters; his own only for who works for a contractor."""
    rows = Department.objects.select_related("estate").order_by("estate__name", "name")
    if person.is_contractor:
        return rows.filter(pk__in=person.outside)
    if person.reads_company():
        return rows
    return rows.filter(Q(estate__in=person.estate_ids()) | Q(estate__isnull=True))
