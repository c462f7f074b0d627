"""The sheets of a month or of a year as a manager reads them: everybody of his, begun or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from reports.appraisal_rows import AppraisalSheet
from reports.appraisal_rules import State
from reports.appraisals import years
from reports.appraisals.people import Seat, managed, manages, seats, visible_to
from reports.appraisals.sheets import ABOUT, ended, span_of
from reports.appraisals.years import Year
from staff.models import User
from staff.permissions import Permissions

Kind = AppraisalSheet.Kind


@dataclass(frozen=True)
class Line:
    """One person of a month or year; no sheet: not begun."""

    user: User
    place: str
    role: str
    sheet: AppraisalSheet | None
    year: Year | None = None

    @property
    def total(self) -> Decimal | None:
        """Of a year that is closed; before, an appeal may change it."""
        is_closed = self.sheet is not None and self.sheet.state == State.FROZEN
        return self.year.points.total if self.year and is_closed else None

    @property
    def is_excellent(self) -> bool:
        return self.total is not None and bool(self.year and self.year.points.is_excellent)


def with_all(rows: QuerySet[AppraisalSheet]) -> QuerySet[AppraisalSheet]:
    """With what a sheet's page and its points need."""
    return rows.select_related(*ABOUT).prefetch_related(
        "entries__complaint", "entries__added_by", "entries__struck_by"
    )


def own_sheets(own: Permissions) -> QuerySet[AppraisalSheet]:
    """What was shown to him of his own, the newest first."""
    return with_all(visible_to(own).filter(user=own.user.pk)).order_by("-starts_on", "kind")


def leads_anybody(own: Permissions, at: datetime) -> bool:
    """Whether he is anybody's manager, now or on a sheet."""
    return not own.is_contractor and (
        any(manages(own, seat) for seat in seats(at)) or AppraisalSheet.objects.filter(managed(own)).exists()
    )


def lines_of(own: Permissions, kind: str, day: date, at: datetime) -> list[Line]:
    """Everybody whose manager he is, by place and name; a constant number of queries."""
    if own.is_contractor:
        return []
    first, until = span_of(kind, day)
    there = {seat.user.pk: seat for seat in seats(ended(until, at)) if manages(own, seat)}
    rows = with_all(AppraisalSheet.objects.filter(managed(own), kind=kind, starts_on=first))
    found = {row.user_id: row for row in rows}
    living = [row for row in found.values() if kind == Kind.YEAR and "year" not in row.frozen]
    reckoned = years.years_of(living)
    lines = [_line(row, reckoned.get(row.pk)) for row in found.values()]
    lines += [_not_begun(seat) for pk, seat in there.items() if pk not in found]
    return sorted(lines, key=lambda one: (one.place, one.user.name, one.user.pk))


def _line(row: AppraisalSheet, year: Year | None) -> Line:
    if row.kind == Kind.YEAR:
        year = year or years.told(row)
    return Line(row.user, row.place(), row.get_role_display(), row, year)


def _not_begun(seat: Seat) -> Line:
    return Line(seat.user, seat.place(), str(seat.role.label), None)


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """How many in each state; `none`: not begun."""
    found = {"none": sum(line.sheet is None for line in lines)}
    return found | {
        str(state): sum(bool(line.sheet and line.sheet.state == state) for line in lines) for state in State
    }


def month_totals(year: int, lines: Sequence[Line]) -> dict[int, dict[int, Decimal]]:
    """The closed months of everybody in the lines, by person and month. One query.

    Of an annual sheet that was shown those it counted: they may be erased before it.
    """
    found = years.months_of([line.user.pk for line in lines], date(year, 1, 1), date(year + 1, 1, 1))
    for line in lines:
        if line.sheet and line.year and "year" in line.sheet.frozen:
            found[line.user.pk] = line.year.months
    return found


def keys_of(lines: Sequence[Line]) -> list[int]:
    """The sheets of a list."""
    return sorted(line.sheet.pk for line in lines if line.sheet)
