"""What a dashboard is about: a department, an estate, a region, the company; and which days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.figures.month import Month
from reports.figures.period import Period
from reports.scopes import READERS_OF_FIGURES, Scope
from staff.models import Department, Estate
from staff.permissions import Permissions
from staff.roles import Role


@dataclass(frozen=True)
class Board:
    code: str  # company, region-3, estate-5, department-7: what stands in an address
    name: str
    estates: tuple[Estate, ...]
    departments: tuple[int, ...] = ()

    def days(self, month: Month, now: datetime) -> Period:
        """The month, so far where it is not over."""
        return Period(self._in_month(month.first_day), month, now, departments=self.departments)

    def days_before(self, month: Month, now: datetime) -> Period:
        """The month before: whole, or as many days and hours of it as this month has had so far."""
        before, wall = month.plus(-1), now.astimezone(self.estates[0].zone).replace(tzinfo=None)
        so_far = Month(wall.year, wall.month) == month and wall.day <= before.last_day.day
        cut = wall.replace(year=before.year, month=before.number) if so_far else None
        estates = self._in_month(month.first_day)
        return Period(estates, before, now, cut=cut, departments=self.departments)

    def _in_month(self, first_day: date) -> tuple[Estate, ...]:
        return Scope(self.code, self.name, self.estates).in_month(first_day) or self.estates


def boards_of(person: Permissions, scopes: Sequence[Scope]) -> list[Board]:
    """The widest first, the departments he heads last; first where he answers for nothing else.

    `scopes`: what he may report on. One query, two for the head of a department of headquarters.
    """
    boards = [Board(scope.code, scope.name, scope.estates) for scope in scopes]
    heads = [
        Board(
            f"department-{one.pk}", f"{one.estate} · {one}" if one.estate else str(one), _of(one), (one.pk,)
        )
        for one in Department.objects.filter(pk__in=person.headed_departments())
        .select_related("estate")
        .order_by("name", "pk")
    ]
    heads = [board for board in heads if board.estates]
    answers = person.everywhere() & (READERS_OF_FIGURES - {Role.DEPARTMENT_HEAD})
    return boards + heads if answers else heads + boards


def _of(department: Department) -> tuple[Estate, ...]:
    """Where it works: in its estate; one of headquarters, in all."""
    return (department.estate,) if department.estate else tuple(Estate.objects.order_by("name"))
