"""Who holds which role where, at one moment: loaded once, asked often.

A directory answers three questions: what may this person do (`authority`), who holds a role in an
estate (`holders`), and who is reached when something must go to that role (`reach`): the deputy of
the absent, then the next role up (domain.md 1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from staff.models import Absence, Estate, Posting, User
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


# In SQL, because every act asks: to build the query anew would cost more than to run it.
WHO_HOLDS_WHAT = """
WITH own AS (SELECT id, region_id FROM staff_estate WHERE id IN ({estates}))
SELECT p.user_id, p.role, p.estate_id, p.department_id, d.estate_id, p.region_id,
       a.id IS NOT NULL, CASE WHEN v.is_active THEN v.id END
FROM staff_posting p
JOIN staff_user u ON u.id = p.user_id
LEFT JOIN staff_department d ON d.id = p.department_id
LEFT JOIN staff_absence a ON a.user_id = p.user_id AND a.starts_at <= %s AND a.ends_at > %s
LEFT JOIN staff_user v ON v.id = a.deputy_id
WHERE u.is_active AND p.starts_at <= %s AND (p.ends_at IS NULL OR p.ends_at > %s)
  AND (p.estate_id IN (SELECT id FROM own)
       OR d.estate_id IN (SELECT id FROM own)
       OR p.region_id IN (SELECT region_id FROM own)
       -- the company's, and those of headquarters departments
       OR (p.estate_id IS NULL AND p.region_id IS NULL AND d.estate_id IS NULL))
ORDER BY p.starts_at, p.id
"""


@dataclass
class Directory:
    """Who is posted in some estates (and everything above them) at `now`, and who stands in for whom."""

    now: datetime
    _region_of: dict[int, int | None] = field(default_factory=dict)
    _postings: list[Sequence[Any]] = field(default_factory=list)  # rows of SCOPE without the region's estates
    _holders: dict[tuple[Role, str, int | None], list[int]] = field(default_factory=lambda: defaultdict(list))
    _deputies: dict[int, int | None] = field(default_factory=dict)  # of the absent; None: without a deputy
    _people: dict[int, User] = field(default_factory=dict)  # those who were asked for
    _reached: dict[tuple[Any, ...], tuple[Role | None, list[User]]] = field(default_factory=dict)

    @classmethod
    def load(cls, now: datetime, estates: Collection[Estate]) -> Directory:
        """One query, however many estates; people themselves are read when they are asked for."""
        directory = cls(now, {estate.pk: estate.region_id for estate in estates})
        own = list(directory._region_of)
        moment = connection.ops.adapt_datetimefield_value(now)
        query = WHO_HOLDS_WHAT.format(estates=", ".join(["%s"] * len(own)) or "NULL")
        with connection.cursor() as cursor:
            cursor.execute(query, [*own, *[moment] * 4])
            for *posting, is_absent, deputy in cursor.fetchall():
                directory._post(posting)
                if is_absent:
                    directory._deputies[posting[0]] = deputy
        return directory

    def _post(self, posting: Sequence[Any]) -> None:
        holder, name, estate, department, departments_estate, region = posting
        role = Role(name)
        self._postings.append(posting)
        if department:
            self._holders[role, "department", department].append(holder)
        if estate or departments_estate:
            self._holders[role, "estate", estate or departments_estate].append(holder)
        elif region:
            self._holders[role, "region", region].append(holder)
        elif not department:
            self._holders[role, "company", None].append(holder)

    def authority(self, user: User) -> Authority:
        """`user`'s authority as far as it reaches these estates; as `authority()`, without a query."""
        acts_for = {user.pk} | {absent for absent, deputy in self._deputies.items() if deputy == user.pk}
        return gather(user, (row for row in self._by_estate() if row[0] in acts_for))

    def _by_estate(self) -> Iterator[Sequence[Any]]:
        """The postings as rows of SCOPE: a region's posting once for each of its estates here."""
        for row in self._postings:
            region = row[-1]
            for estate in [pk for pk, of in self._region_of.items() if of == region] if region else [None]:
                yield *row, estate

    def holders(self, role: Role, estate_id: int) -> list[User]:
        """Who holds `role` in the estate: the estate's own, else the region's, else the company's."""
        return self.people(self._holding(role, estate_id))

    def _holding(self, role: Role, estate_id: int) -> list[int]:
        region = self._region_of.get(estate_id)
        return (
            self._holders.get((role, "estate", estate_id))
            or (self._holders.get((role, "region", region)) if region else None)
            or self._holders.get((role, "company", None))
            or []
        )

    def administrators(self, estate_id: int) -> list[User]:
        """Who mends the postings of an estate: its administrators, else the region's or the company's."""
        scopes = [("estate", estate_id), ("region", self._region_of.get(estate_id)), ("company", None)]
        for scope, place in scopes:
            held = self._holders.get((Role.ADMINISTRATOR, scope, place), [])
            if people := self._present(held, ()):
                return self.people(people)
        return []

    def holding(self, roles: Collection[Role]) -> set[int]:
        """Everybody found who holds one of the roles, and who stands in for him: to be read in one go."""
        held = {pk for (role, *_scope), holders in self._holders.items() if role in roles for pk in holders}
        return held | {deputy for pk in held if (deputy := self._deputies.get(pk))}

    def present(self, people: Iterable[User], barred: Collection[int] = ()) -> list[User]:
        """`people` with the absent replaced by their deputies, without the barred, each once."""
        known = [person for person in people if person.is_active]
        self._people |= {person.pk: person for person in known}
        return self.people(self._present([person.pk for person in known], barred))

    def _present(self, people: Iterable[int], barred: Collection[int]) -> list[int]:
        """The deputy of somebody barred is another person: what the one may not do falls to the other."""
        stand_ins = (self._stand_in(pk) for pk in people)
        return [pk for pk in dict.fromkeys(stand_ins) if pk and pk not in barred]

    def _stand_in(self, pk: int) -> int | None:
        """He himself, or his deputy, who hands it on to nobody: while both are away there is none."""
        if pk not in self._deputies:
            return pk
        deputy = self._deputies[pk]
        return None if deputy in self._deputies else deputy

    def people(self, pks: Collection[int], also: Collection[int] = ()) -> list[User]:
        """The people themselves, each read once; those of `also` in the same query, for whoever asks next."""
        if any(pk not in self._people for pk in pks):
            self._people |= User.objects.in_bulk({*pks, *also} - self._people.keys())
        return [self._people[pk] for pk in pks]

    def reach(
        self,
        role: Role,
        estate_id: int,
        *,
        department: int | None = None,
        barred: Collection[int] = (),
    ) -> tuple[Role | None, list[User]]:
        """Who is reached when something must go to `role`, and as which role; `department` by its id.

        Vacant, absent without deputy, or barred (complained about): the next role up. Nobody at
        all: `(None, [])`, and the caller must make that visible.
        """
        asked = (role, estate_id, department, frozenset(barred))
        if asked not in self._reached:
            self._reached[asked] = self._reach(*asked)
        return self._reached[asked]

    def _reach(
        self, role: Role, estate_id: int, department: int | None, barred: frozenset[int]
    ) -> tuple[Role | None, list[User]]:
        steps: dict[Role, list[int]] = {}
        for step in ladder(role):
            if step == Role.DEPARTMENT_HEAD:
                people = self._holders.get((step, "department", department), [])
            else:
                people = self._holding(step, estate_id)
            steps[step] = self._present(people, barred)
        for step, people in steps.items():
            if people:
                return step, self.people(people, also=[pk for others in steps.values() for pk in others])
        return None, []
