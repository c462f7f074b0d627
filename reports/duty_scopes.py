"""What a report of the calendar is about, who reads it and who has which part in it.

The rooms of the reports read figures by `reports.scopes`; departments come besides here, for those who
lead them or stand above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from complaints.models import calendar_from
from complaints.worktime import Calendar
from reports.calendar_rows import ReportDuty
from reports.duties import Level, Part, Rule
from reports.scopes import READERS_OF_FIGURES, Scope
from staff.models import CalendarDay, Department, Estate, Posting, User
from staff.permissions import Permissions, current
from staff.roles import Role, ladder
from staff.stand_ins import StandIns


@dataclass(frozen=True)
class Place:
    """One scope: `code` as it stands in addresses and rows."""

    code: str  # company, region-3, estate-5, department-7
    name: str
    estates: tuple[Estate, ...]
    department: int | None = None

    @property
    def level(self) -> Level:
        return Level(self.code.partition("-")[0])

    @property
    def zone(self) -> ZoneInfo:
        return self.estates[0].zone

    @property
    def scope(self) -> Scope:
        return Scope(self.code, self.name, self.estates)

    def is_ours(self, on: date) -> bool:
        """Whether something of it was still ours on that day."""
        return bool(self.scope.in_month(on))

    def roles_of(self, person: Permissions) -> frozenset[Role]:
        """The roles he holds for all of it."""
        roles = [person.roles_at(estate.pk) for estate in self.estates]
        found = frozenset.intersection(*roles)
        if self.department is None:
            return found
        if self.department not in person.outside:
            found |= person.departments.get(self.department, frozenset())
        # Heads of another department of the estate have no part in this one.
        headed = person.departments.get(self.department, frozenset())
        return found - ({Role.DEPARTMENT_HEAD} - headed)

    def is_read_by(self, person: Permissions) -> bool:
        return bool(self.roles_of(person) & READERS_OF_FIGURES)


def places() -> dict[str, Place]:
    """Every scope by code: the company, its regions, estates and our own departments. Two queries."""
    estates = list(Estate.objects.select_related("region").order_by("name", "pk"))
    found: dict[str, Place] = {}
    if len(estates) > 1:
        found["company"] = Place("company", _("All estates"), tuple(estates))
    for region in dict.fromkeys(estate.region for estate in estates if estate.region):
        of = tuple(estate for estate in estates if estate.region_id == region.pk)
        if len(of) > 1:
            found[f"region-{region.pk}"] = Place(f"region-{region.pk}", region.name, of)
    by_key = {estate.pk: estate for estate in estates}
    found |= {
        f"estate-{estate.pk}": Place(f"estate-{estate.pk}", estate.name, (estate,)) for estate in estates
    }
    for row in Department.objects.filter(is_contractor=False).order_by("estate__name", "name", "pk"):
        of = (by_key[row.estate_id],) if row.estate_id else tuple(estates)
        if of:
            name = f"{of[0]} · {row}" if row.estate_id else str(row)
            found[f"department-{row.pk}"] = Place(f"department-{row.pk}", name, of, row.pk)
    return found


def read_by(person: Permissions, among: dict[str, Place]) -> dict[str, Place]:
    """The scopes whose reports he reads."""
    return {code: place for code, place in among.items() if place.is_read_by(person)}


def calendars(of: Collection[Place]) -> dict[str, Calendar]:
    """Their working time, by code; a scope of several estates goes by the first. One query."""
    firsts = {place.code: place.estates[0] for place in of}
    days: dict[int, list[tuple[date, bool]]] = {estate.pk: [] for estate in firsts.values()}
    listed = CalendarDay.objects.filter(estate__in=list(days)).order_by("date")
    for estate, day, is_working in listed.values_list("estate", "date", "is_working"):
        days[estate].append((day, is_working))
    return {code: calendar_from(estate, days[estate.pk]) for code, estate in firsts.items()}


# Who has a part in it --------------------------------------------------------------------------------


def has_part(part: Part, place: Place, rule: Rule, duty: ReportDuty | None, person: Permissions) -> bool:
    """Whether it is his: he is named or stands in for who is, or holds the role or one above it."""
    named = duty.named(part) if duty else None
    if named in person.stands_for and place.is_read_by(person):
        return True
    role = rule.role_of(part)
    return role is not None and bool(place.roles_of(person) & set(ladder(role)))


def holders(part: Part, place: Place, rule: Rule, duty: ReportDuty | None, people: StandIns) -> list[User]:
    """Who is asked: who is named, or his deputy; else whoever is reached for the role."""
    named = duty.named(part) if duty else None
    if named and (found := people.present(people.people([named]))):
        return found
    role = rule.role_of(part)
    return reached(role, place, people) if role else []


def reached(role: Role, place: Place, people: StandIns) -> list[User]:
    """Who is reached for a role of this scope: vacant or absent, the next one up."""
    if place.level == Level.COMPANY:
        return people.reach_wide(role, None)
    if place.level == Level.REGION:
        return people.reach_wide(role, int(place.code.partition("-")[2]))
    if len(place.estates) > 1:  # a department of headquarters
        return people.reach_wide(role, None, department=place.department)
    return people.reach(role, place.estates[0].pk, department=place.department)[1]


def readers(place: Place, rule: Rule, duty: ReportDuty | None, people: StandIns) -> list[User]:
    """To whom it is sent: the roles, and the named people who still work here."""
    named = User.objects.filter(pk__in=duty.readers, is_active=True).order_by("pk") if duty else []
    by_role = (user for role in rule.recipients for user in reached(role, place, people))
    return list(dict.fromkeys([*by_role, *named]))


def who_may_be_named(place: Place, now: datetime) -> list[User]:
    """Those who read figures of all of the scope, by name: whoever prepares or gets its reports is one."""
    regions = {estate.pk: estate.region_id for estate in place.estates}
    covered: dict[int, set[int | None]] = {}
    people: dict[int, User] = {}
    held = Posting.objects.filter(current(now), role__in=READERS_OF_FIGURES)
    for row in held.select_related("user", "department").order_by("pk"):
        of: set[int | None]
        if row.department:
            of = {row.department.estate_id}
            if place.department and row.role == Role.DEPARTMENT_HEAD:
                of = set(regions) if row.department_id == place.department else set()
        elif row.estate_id:
            of = {row.estate_id}
        elif row.region_id:
            of = {pk for pk, region in regions.items() if region == row.region_id}
        else:
            of = set(regions)
        people[row.user_id] = row.user
        covered.setdefault(row.user_id, set()).update(of)
    named = [people[pk] for pk, of in covered.items() if set(regions) <= of]
    return sorted(named, key=lambda user: (user.name, user.pk))


def load_people(now: datetime, of: Iterable[Place], duties: Iterable[ReportDuty] = ()) -> StandIns:
    """Who is posted where in these scopes, and who is named in these duties. Two queries."""
    estates = {estate.pk: estate for place in of for estate in place.estates}
    people = StandIns.load(now, list(estates.values()))
    named = {pk for duty in duties for part in Part if (pk := duty.named(part))}
    held = people.holding(READERS_OF_FIGURES)
    people.people(people.with_deputies(held | named))
    return people
