"""What one person may do at one moment: the roles he holds where, and those of whom he stands in for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.db.models import Q, QuerySet

from staff.models import Absence, Posting, User
from staff.roles import OF_FIRMS, Role


def current(now: datetime) -> Q:
    """Postings that hold at `now`, of people who can still sign in."""
    return Q(starts_at__lte=now, user__is_active=True) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def nobody_works_here(now: datetime) -> bool:
    """Whether nobody at all could sign in and go on: the installation has not begun."""
    return not Posting.objects.filter(current(now)).exists()


@dataclass(frozen=True)
class Permissions:
    """What one person may do: his roles by estate, by department, and over the whole company."""

    user: User
    company: frozenset[Role]
    estates: dict[int, frozenset[Role]]
    departments: dict[int, frozenset[Role]]
    stands_for: frozenset[int]  # himself, and the absent whose deputy he is
    # Contractors' departments among those, and the estate of each. They give a part on the firm's own cases
    # and nothing of the estate.
    outside: dict[int, int | None] = field(default_factory=dict)

    def roles_at(self, estate_id: int) -> frozenset[Role]:
        return self.company | self.estates.get(estate_id, frozenset())

    def everywhere(self) -> frozenset[Role]:
        """Every role he holds anywhere."""
        return self.company.union(*self.estates.values(), *self.departments.values())

    def within(self) -> frozenset[Role]:
        """Every role he holds as one of ours, and not as a contractor's."""
        ours = (roles for pk, roles in self.departments.items() if pk not in self.outside)
        return self.company.union(*self.estates.values(), *ours)

    @property
    def is_contractor(self) -> bool:
        """He works for contractors only: his cases, and nothing beside them."""
        return bool(self.outside) and not self.within()

    def works_in(self) -> frozenset[int]:
        """The estates he works in, for us or for a contractor; none where he is of headquarters."""
        return frozenset({*self.estates, *(pk for pk in self.outside.values() if pk)})

    def reads_company(self) -> bool:
        return bool(self.company - {Role.ADMINISTRATOR})

    def estate_ids(self) -> list[int]:
        """Estates whose cases he reads; meaningless when `reads_company()`."""
        return [pk for pk, roles in self.estates.items() if roles - {Role.ADMINISTRATOR}]

    def headed_departments(self) -> list[int]:
        return [pk for pk, roles in self.departments.items() if Role.DEPARTMENT_HEAD in roles]

    # As keys of a prepared query -----------------------------------------------------------------

    def sort(self) -> Hashable:
        """Which roles he holds, in how many places; where and who he is are the keys."""
        places = (*self.estates.values(), None, *self.departments.values())
        return (
            self.company,
            places,
            len(self.stands_for),
            tuple(pk in self.outside for pk in self.departments),
        )

    def like_these(self, numbers: Iterator[int]) -> Self:
        """Somebody with the same roles in other places."""
        departments = {next(numbers): pk for pk in self.departments}
        user, *others = (next(numbers) for _person in self.stands_for)
        return replace(
            self,
            user=User(pk=user),
            estates={next(numbers): roles for roles in self.estates.values()},
            departments={pk: self.departments[real] for pk, real in departments.items()},
            stands_for=frozenset({user, *others}),
            # Whose estate a contractor works in is no key of a query.
            outside={pk: None for pk, real in departments.items() if real in self.outside},
        )

    def stored(self) -> list[int]:
        """Himself, the absent he stands for, his estates, his departments."""
        return [self.user.pk, *sorted(self.stands_for - {self.user.pk}), *self.estates, *self.departments]


#: What a posting says, as `gather` reads it.
SCOPE = (
    "user_id", "role", "estate_id", "department_id", "department__estate_id", "department__is_contractor",
    "region_id", "region__estates",
)  # fmt: skip


def permissions_of(user: User, now: datetime) -> Permissions:
    """`user`'s authority at `now`, his own and that of people he stands in for. One query."""
    return gather(user, postings_of(user, now).values_list(*SCOPE))


def postings_of(user: User, now: datetime) -> QuerySet[Posting]:
    """The postings `user` acts by at `now`: his own, and those of the absent whose deputy he is."""
    absent = Absence.objects.filter(deputy=user, starts_at__lte=now, ends_at__gt=now).values("user")
    return Posting.objects.filter(current(now), Q(user=user) | Q(user__in=absent))


def gather(user: User, postings: Iterable[Sequence[Any]]) -> Permissions:
    """Put postings, each a row of SCOPE, together."""
    company: set[Role] = set()
    estates: dict[int, set[Role]] = defaultdict(set)
    departments: dict[int, set[Role]] = defaultdict(set)
    stands_for = {user.pk}
    outside: dict[int, int | None] = {}
    for holder, name, estate, department, departments_estate, contractor, region, regions_estate in postings:
        role = Role(name)
        stands_for.add(holder)
        if contractor:
            if role in OF_FIRMS:
                departments[department].add(role)
                outside[department] = departments_estate
            continue
        if department:
            departments[department].add(role)
        if place := estate or departments_estate or regions_estate:
            estates[place].add(role)
        elif not department and not region:
            company.add(role)
    return Permissions(
        user=user,
        company=frozenset(company),
        estates={pk: frozenset(roles) for pk, roles in estates.items()},
        departments={pk: frozenset(roles) for pk, roles in departments.items()},
        stands_for=frozenset(stands_for),
        outside=outside,
    )
