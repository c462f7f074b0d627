"""The figures that yearly targets are held against: those of any days (`days`), and the closure rate.

Nothing is defined here. Of a year that runs, its days so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.figures import cases
from reports.figures.days import Side, sides
from reports.figures.period import Period, rows
from reports.figures.shapes import Rate
from reports.figures.wide_shapes import TargetLine
from reports.target_rows import YearTarget
from reports.target_rules import COMPANY, SHAPES, Indicator, standing
from staff.models import Estate

DONE = "SELECT estate_id, count(*) FILTER (WHERE valid AND came AND done) FROM cases GROUP BY estate_id"


@dataclass(frozen=True)
class Measured:
    """One estate's days, or those of several together."""

    side: Side = Side()
    done: int = 0  # upheld ones received in the days and closed by their end
    households: int = 0
    valid_of_known: int = 0  # upheld ones of the estates whose households are known

    def __add__(self, other: Measured) -> Measured:
        return Measured(
            self.side + other.side,
            self.done + other.done,
            self.households + other.households,
            self.valid_of_known + other.valid_of_known,
        )

    def rate(self, indicator: str) -> Rate | None:
        """Of a share; None for any other figure."""
        return {
            Indicator.CLOSURE: Rate(self.done, self.side.valid),
            Indicator.ON_TIME: self.side.resolved.rate,
            Indicator.REVISITED: self.side.revisits.rate,
            Indicator.SATISFIED: self.side.said.satisfied,
        }.get(Indicator(indicator))

    def value(self, indicator: str) -> float | None:
        """In the unit of its target: percent of a share. None where there is nothing to divide by."""
        if rate := self.rate(indicator):
            return None if rate.share is None else rate.share * 100
        if indicator == Indicator.MEAN:
            return self.side.said.mean
        if indicator == Indicator.SECOND:
            return self.side.second
        return self.valid_of_known * 1000 / self.households if self.households else None

    def counted(self, indicator: str) -> int:
        """So many things stand behind the figure: of a share, its whole."""
        if rate := self.rate(indicator):
            return rate.whole
        return {
            Indicator.MEAN: self.side.said.answers,
            Indicator.PER_THOUSAND: self.side.valid,
            Indicator.SECOND: self.side.second,
        }[Indicator(indicator)]


def measured(period: Period) -> dict[int, Measured]:
    """Of each estate of the period. Seven queries in one zone."""
    done = dict(rows(cases.cases(period) + DONE, period))
    found = sides(period)
    return {
        estate.pk: Measured(
            found[estate.pk],
            done.get(estate.pk, 0),
            estate.households,
            found[estate.pk].valid if estate.households else 0,
        )
        for estate in period.estates
    }


def together(found: Mapping[int, Measured], estates: Iterable[Estate]) -> Measured:
    return sum((found[one.pk] for one in estates if one.pk in found), Measured())


def line(row: YearTarget, name: str, found: Measured, *, over: bool) -> TargetLine:
    """A target beside its figure."""
    value, rate = found.value(row.indicator), found.rate(row.indicator)
    target = float(row.value or 0)
    return TargetLine(
        scope=name,
        indicator=row.indicator,
        direction=row.direction,
        target=target,
        value=None if value is None else round(value, SHAPES[row.indicator].places),
        part=rate.part if rate else None,
        whole=rate.whole if rate else None,
        standing=standing(row.indicator, value, target, row.direction, over=over),
        version=row.number,
    )


def of_paper(period: Period, scope: str, name: str) -> tuple[TargetLine, ...]:
    """The targets of a year's paper: of the whole company first, then of each of its estates.

    As they held at its end. One query where there are none, eight where there are.
    """
    estates = {f"estate-{one.pk}": [one] for one in period.estates}
    places = ({COMPANY: list(period.estates)} if scope == COMPANY else {}) | estates
    year = (period.days or period.month).first_day.year
    held = YearTarget.objects.held(year, list(places), period.as_of)
    if not held:
        return ()
    found = measured(period)
    over = all(period.bounds(zone)[1] <= period.now for zone in period.zones)
    names = {COMPANY: name} | {code: own[0].name for code, own in estates.items()}
    return tuple(
        line(held[code, indicator], names[code], together(found, own), over=over)
        for code, own in places.items()
        for indicator in SHAPES
        if (code, indicator) in held
    )
