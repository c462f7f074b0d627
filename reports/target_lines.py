"""The targets of a year beside their figures: one answer for page, table and API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.figures.period import Period
from reports.figures.targets import Measured, line, measured, together
from reports.figures.wide_shapes import TargetLine
from reports.scopes import Scope
from reports.target_rows import YearTarget
from reports.target_rules import scopes_aimed_at
from reports.targets import days_of, is_over


@dataclass(frozen=True)
class Placed:
    """An estate, or the company: its figures and the targets set for them, by indicator."""

    scope: Scope
    found: Measured | None  # None: the year has not begun
    targets: Mapping[str, YearTarget]
    over: bool

    def line(self, indicator: str) -> TargetLine | None:
        """None where there is no target."""
        row = self.targets.get(indicator)
        if row is None:
            return None
        return line(row, self.scope.name, self.found or Measured(), over=self.over)


def placed(scopes: Sequence[Scope], year: int, now: datetime) -> list[Placed]:
    """The company first, then its estates as they were ours in the year. Eight queries in one zone.

    `scopes`: those the person reads.
    """
    days = days_of(year)
    mine = [(one, one.in_month(days.first_day)) for one in scopes if scopes_aimed_at(one.code)]
    mine = [(one, estates) for one, estates in mine if estates]
    every = tuple({estate.pk: estate for _one, estates in mine for estate in estates}.values())
    held = YearTarget.objects.held(year, [one.code for one, _estates in mine], now)
    found: dict[int, Measured] = {}
    begun = any(days.bounds(estate.zone)[0] <= now for estate in every)
    if begun:
        found = measured(Period.of(every, days.first_day, days.last_day, now))
    return [
        Placed(
            one,
            together(found, estates) if begun else None,
            {name: row for (code, name), row in held.items() if code == one.code},
            is_over(year, one, now),
        )
        for one, estates in mine
    ]
