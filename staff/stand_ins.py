"""Who holds which role where, at one moment: loaded once, asked often.

A stand_ins answers three questions: what may this person do (`permissions_of`), who holds a role in an
estate (`holders`), and who is reached when something must go to that role (`reach`): the deputy of
the absent, then the next role up (domain.md 1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, FilteredRelation, Q, QuerySet, When

from config.framework.prepared_queries import PreparedQuery
from staff.models import Estate, Posting, User
from staff.permissions import Permissions, current, gather
from staff.roles import OF_FIRMS, Role, ladder


def _who_holds_what(now: datetime, *estates: int) -> QuerySet[Posting, Any]:
    """Every posting at `now` that reaches one of the estates, each with its person's absence and deputy."""
    here = Q(estate__in=estates) | Q(department__estate__in=estates)
    above = Q(region__in=Estate.objects.filter(pk__in=estates).values("region"))
    # The company's, and those of headquarters departments.
    of_company = Q(estate=None, region=None, department__estate=None)
    away = Q(user__absences__starts_at__lte=now, user__absences__ends_at__gt=now)
    return (
        Posting.objects.alias(absence=FilteredRelation("user__absences", condition=away))
        .filter(current(now), here | above | of_company)
        .order_by("starts_at", "pk")
        .values_list(
            "user", "role", "estate", "department", "department__estate", "department__is_contractor",
            "region", "absence__pk", Case(When(absence__deputy__is_active=True, then="absence__deputy")),
        )
    )  # fmt: skip


#: Prepared: saves 2.1 ms of every act, and of every page that asks who decides or who is told.
_held = PreparedQuery(_who_holds_what)


@dataclass
class StandIns:
    """Who is posted in some estates (and everything above them) at `now`, and who stands in for whom."""

    now: datetime
    _region_of: dict[int, int | None] = field(default_factory=dict)
    _postings: list[Sequence[Any]] = field(default_factory=list)  # rows of SCOPE without the region's estates
    _holders: dict[tuple[Role, str, int | None], list[int]] = field(default_factory=lambda: defaultdict(list))
    _deputies: dict[int, int | None] = field(default_factory=dict)  # of the absent; None: without a deputy
    _people: dict[int, User] = field(default_factory=dict)  # those who were asked for
    _reached: dict[tuple[Any, ...], tuple[Role | None, list[User]]] = field(default_factory=dict)

    @classmethod
    def load(cls, now: datetime, estates: Collection[Estate]) -> StandIns:
        """One query, however many estates; people themselves are read when they are asked for."""
        stand_ins = cls(now, {estate.pk: estate.region_id for estate in estates})
        for *posting, absence, deputy in _held(now, *stand_ins._region_of):
            stand_ins._post(posting)
            if absence:
                stand_ins._deputies[posting[0]] = deputy
        return stand_ins

    def _post(self, posting: Sequence[Any]) -> None:
        holder, name, estate, department, departments_estate, contractor, region = posting
        role = Role(name)
        self._postings.append(posting)
        if contractor:  # nobody of a firm stands for the estate
            if role in OF_FIRMS:
                self._holders[role, "department", department].append(holder)
            return
        if department:
            self._holders[role, "department", department].append(holder)
        if estate or departments_estate:
            self._holders[role, "estate", estate or departments_estate].append(holder)
        elif region:
            self._holders[role, "region", region].append(holder)
        elif not department:
            self._holders[role, "company", None].append(holder)

    def permissions_of(self, user: User) -> Permissions:
        """`user`'s authority as far as it reaches these estates; as `permissions_of()`, without a query."""
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

    def holding_at(self, roles: Collection[Role], estate_id: int) -> set[int]:
        """Everybody who holds one of the roles for an estate: its own, its region's and the company's."""
        scopes = [("estate", estate_id), ("region", self._region_of.get(estate_id)), ("company", None)]
        return {
            pk
            for role in roles
            for scope, place in scopes
            if place or scope == "company"
            for pk in self._holders.get((role, scope, place), [])
        }

    def with_deputies(self, people: Collection[int]) -> set[int]:
        """`people`, and who stands in for the absent of them."""
        return {*people, *(deputy for pk in people if (deputy := self._deputies.get(pk)))}

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
            self._people |= {
                person.pk: person
                for person in User.objects.filter(pk__in={*pks, *also} - self._people.keys())
            }
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

    def reach_wide(self, role: Role, region: int | None, *, department: int | None = None) -> list[User]:
        """Who is reached for a role of a whole region, or of the company: theirs, or the next role up."""
        for step in ladder(role):
            held = (
                self._holders.get((step, "department", department)) if step == role and department else None
            )
            held = held or (self._holders.get((step, "region", region)) if region else None)
            if people := self._present(held or self._holders.get((step, "company", None), []), ()):
                return self.people(people)
        return []

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
