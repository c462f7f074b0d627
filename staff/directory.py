"""Who holds which role where, at one moment: loaded once, asked often.

A directory answers three questions: what may this person do (`authority`), who holds a role in an
estate (`holders`), and who is reached when something must go to that role (`reach`): the deputy of
the absent, then the next role up (domain.md 1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from staff.models import Absence, Department, Estate, Posting, User
from staff.roles import Role, ladder


def current(now: datetime) -> Q:
    """Postings that hold at `now`, of people who can still sign in."""
    return Q(starts_at__lte=now, user__is_active=True) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


@dataclass(frozen=True)
class Authority:
    """What one person may do: his roles by estate, by department, and over the whole company."""

    user: User
    company: frozenset[Role]
    estates: dict[int, frozenset[Role]]
    departments: dict[int, frozenset[Role]]
    stands_for: frozenset[int]  # himself, and the absent whose deputy he is

    def roles_at(self, estate_id: int) -> frozenset[Role]:
        return self.company | self.estates.get(estate_id, frozenset())

    def everywhere(self) -> frozenset[Role]:
        """Every role he holds anywhere."""
        return self.company.union(*self.estates.values(), *self.departments.values())

    def reads_company(self) -> bool:
        return bool(self.company - {Role.ADMINISTRATOR})

    def estate_ids(self) -> list[int]:
        """Estates whose cases he reads; meaningless when `reads_company()`."""
        return [pk for pk, roles in self.estates.items() if roles - {Role.ADMINISTRATOR}]

    def headed_departments(self) -> list[int]:
        return [pk for pk, roles in self.departments.items() if Role.DEPARTMENT_HEAD in roles]


#: What a posting says, as `gather` reads it.
SCOPE = (
    "user_id", "role", "estate_id", "department_id", "department__estate_id", "region_id", "region__estates",
)  # fmt: skip


def authority(user: User, now: datetime) -> Authority:
    """`user`'s authority at `now`, his own and that of people he stands in for. One query."""
    return gather(user, postings_of(user, now).values_list(*SCOPE))


def postings_of(user: User, now: datetime) -> QuerySet[Posting]:
    """The postings `user` acts by at `now`: his own, and those of the absent whose deputy he is."""
    absent = Absence.objects.filter(deputy=user, starts_at__lte=now, ends_at__gt=now).values("user")
    return Posting.objects.filter(current(now), Q(user=user) | Q(user__in=absent))


def gather(user: User, postings: Iterable[Sequence[Any]]) -> Authority:
    """Put postings, each a row of SCOPE, together."""
    company: set[Role] = set()
    estates: dict[int, set[Role]] = defaultdict(set)
    departments: dict[int, set[Role]] = defaultdict(set)
    stands_for = {user.pk}
    for holder, name, estate, department, departments_estate, region, regions_estate in postings:
        role = Role(name)
        stands_for.add(holder)
        if department:
            departments[department].add(role)
        if place := estate or departments_estate or regions_estate:
            estates[place].add(role)
        elif not department and not region:
            company.add(role)
    return Authority(
        user=user,
        company=frozenset(company),
        estates={pk: frozenset(roles) for pk, roles in estates.items()},
        departments={pk: frozenset(roles) for pk, roles in departments.items()},
        stands_for=frozenset(stands_for),
    )


@dataclass
class Directory:
    """Postings and absences of some estates (and everything above them) at `now`."""

    now: datetime
    _by_estate: dict[tuple[Role, int], list[User]] = field(default_factory=lambda: defaultdict(list))
    _by_region: dict[tuple[Role, int], list[User]] = field(default_factory=lambda: defaultdict(list))
    _by_department: dict[tuple[Role, int], list[User]] = field(default_factory=lambda: defaultdict(list))
    _company: dict[Role, list[User]] = field(default_factory=lambda: defaultdict(list))
    _region_of: dict[int, int | None] = field(default_factory=dict)
    _deputies: dict[int, User | None] = field(default_factory=dict)

    @classmethod
    def load(cls, now: datetime, estates: Collection[Estate]) -> Directory:
        """Two queries, however many estates."""
        directory = cls(now=now)
        directory._region_of = {estate.pk: estate.region_id for estate in estates}
        regions = {region for region in directory._region_of.values() if region}
        postings = (
            Posting.objects.filter(
                current(now),
                Q(estate__in=directory._region_of)
                | Q(department__estate__in=directory._region_of)
                | Q(region__in=regions)
                | Q(estate__isnull=True, region__isnull=True, department__isnull=True)
                | Q(department__isnull=False, department__estate__isnull=True),
            )
            .select_related("user", "department")
            .order_by("starts_at", "pk")
        )
        for posting in postings:
            role = Role(posting.role)
            if posting.department_id:
                directory._by_department[role, posting.department_id].append(posting.user)
                if posting.department.estate_id:
                    directory._by_estate[role, posting.department.estate_id].append(posting.user)
            elif posting.estate_id:
                directory._by_estate[role, posting.estate_id].append(posting.user)
            elif posting.region_id:
                directory._by_region[role, posting.region_id].append(posting.user)
            else:
                directory._company[role].append(posting.user)
        for absence in (
            Absence.objects.filter(starts_at__lte=now, ends_at__gt=now)
            .select_related("deputy")
            .order_by("pk")
        ):
            directory._deputies[absence.user_id] = absence.deputy
        return directory

    def holders(self, role: Role, estate_id: int) -> list[User]:
        """Who holds `role` in the estate: the estate's own, else the region's, else the company's."""
        region = self._region_of.get(estate_id)
        return (
            self._by_estate.get((role, estate_id))
            or (self._by_region.get((role, region)) if region else None)
            or self._company.get(role)
            or []
        )

    def heads(self, department: Department | None) -> list[User]:
        """The heads 部门负责人 of a department."""
        return self._by_department.get((Role.DEPARTMENT_HEAD, department.pk), []) if department else []

    def present(self, people: Iterable[User], barred: Collection[int] = ()) -> list[User]:
        """`people` with the absent replaced by their deputies, without the barred, each once."""
        found: dict[int, User] = {}
        for person in people:
            stand_in = self._deputies.get(person.pk, person)
            if stand_in and stand_in.is_active and stand_in.pk not in barred:
                found.setdefault(stand_in.pk, stand_in)
        return list(found.values())

    def reach(
        self,
        role: Role,
        estate_id: int,
        *,
        department: Department | None = None,
        barred: Collection[int] = (),
    ) -> tuple[Role | None, list[User]]:
        """Who is reached when something must go to `role`, and as which role.

        Vacant, absent without deputy, or barred (complained about): the next role up. Nobody at
        all: `(None, [])`, and the caller must make that visible.
        """
        for step in ladder(role):
            people = self.heads(department) if step == Role.DEPARTMENT_HEAD else self.holders(step, estate_id)
            if reached := self.present(people, barred):
                return step, reached
        return None, []
