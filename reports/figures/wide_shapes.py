"""What a quarter's and a year's paper are told by: frozen, of plain values. Pure.

Words are in the language that was active when they were counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reports.figures.overrun_shapes import Overruns
from reports.figures.shapes import CaseLine, Money, MonthCount, OnTime, Rate, Satisfaction, Stock


@dataclass(frozen=True)
class Totals:
    """What two stretches of time are compared by, each as it stood at its own end."""

    received: int
    valid: int
    closure: Rate
    first_time: Rate
    second: int
    on_time: OnTime
    overruns: int  # overdue without approval at any time of it
    revisit: Rate
    satisfaction: Satisfaction
    compensation: Money


@dataclass(frozen=True)
class DepartmentLine:
    """One department's stretch of time, and the one before."""

    name: str
    is_contractor: bool
    valid: int
    valid_before: int
    on_time: OnTime  # valid ones whose resolve deadline fell in the time
    on_time_before: OnTime
    second: int
    second_before: int
    said: Satisfaction
    said_before: Satisfaction
    is_named: bool = True  # else: the cases without a department

    @property
    def handled(self) -> Rate:
        """Of the deadlines that fell in the time, those handled by its end, late ones too."""
        return Rate(self.on_time.rate.whole - self.on_time.late_open, self.on_time.rate.whole)


@dataclass(frozen=True)
class Compared:
    """A category, or a cause, with the time before."""

    label: str
    valid: int
    valid_before: int
    received: int = 0
    is_named: bool = True  # else: the cases without one


@dataclass(frozen=True)
class PlaceLine:
    """One estate: upheld complaints, and in the time before."""

    name: str
    households: int
    received: int
    valid: int
    valid_before: int

    @property
    def rate(self) -> float | None:
        return self._per_thousand(self.valid)

    @property
    def rate_before(self) -> float | None:
        return self._per_thousand(self.valid_before)

    def _per_thousand(self, valid: int) -> float | None:
        return valid * 1000 / self.households if self.households else None


@dataclass(frozen=True)
class Analysed:
    """One case of notice grade hot or major, as it stood: what happened, what was done, what it teaches."""

    line: CaseLine
    grade: str
    account: str
    handling: str
    cause: str
    lessons: tuple[str, ...]


@dataclass(frozen=True)
class AnalysedCases:
    """The gravest first; `total` counts those that are not listed, too."""

    total: int
    lines: tuple[Analysed, ...]
    withheld: int = 0
    major: int = 0  # of the total; the others are hot

    @property
    def left_out(self) -> int:
        return self.total - self.withheld - len(self.lines)


@dataclass(frozen=True)
class DecisionLine:
    """What a meeting decided, and how it stood."""

    quarter: str  # 2026-Q1
    index: int
    what: str
    who: str
    due_on: date
    state: str  # open, done, dropped
    settled_on: date | None
    note: str

    def days_over(self, on: date) -> int:
        """So many days past its time and not done; 0 for none."""
        return max(0, (on - self.due_on).days) if self.state == "open" else 0


@dataclass(frozen=True)
class Meeting:
    """The record of a quarter's meeting."""

    quarter: str
    held_on: date
    place: str
    present: str
    reported: str
    decisions: tuple[DecisionLine, ...]


@dataclass(frozen=True)
class Quarter:
    """One quarter of a year, as its own paper tells it."""

    code: str  # 2026-Q1
    total: Totals


@dataclass(frozen=True)
class TargetLine:
    """A target of the year beside its figure, both in the unit of the indicator (`target_rules`)."""

    scope: str  # the estate, or the company as a whole
    indicator: str
    direction: str
    target: float
    value: float | None  # rounded as it is printed
    part: int | None  # of a share
    whole: int | None
    standing: str
    version: int


@dataclass(frozen=True)
class GradeLine:
    """Complaints of one notice grade, and what came most often of those upheld; empty: nothing did."""

    grade: str
    received: int
    valid: int
    category: str
    cause: str


@dataclass(frozen=True)
class Taught:
    """One case study of the library, without names; `study` is its number, which is none of a case."""

    study: str
    kind: str
    estate: str
    title: str
    category: str
    lesson: str
    deeper: str
    measures: str


@dataclass(frozen=True)
class Studied:
    """The quarter's analysis 季度分析; `due`: analyses of major cases whose days ended in it."""

    grades: tuple[GradeLine, ...]
    lines: tuple[Taught, ...]
    total: int
    due: int = 0
    in_time: int = 0
    late: int = 0
    owed: int = 0

    @property
    def left_out(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Wide:
    """What a quarter's and a year's paper have in common."""

    scope: str
    starts_on: date
    ends_on: date  # the last day
    as_of: datetime  # the end, or the moment asked within it
    total: Totals
    before: Totals  # of the quarter, or the year, before
    stock: Stock
    voided: int
    taken_over: int
    second_open: int
    months: tuple[MonthCount, ...]
    estates: tuple[PlaceLine, ...]
    departments: tuple[DepartmentLine, ...]
    categories: tuple[Compared, ...]
    causes: tuple[Compared, ...]
    overruns: Overruns

    @property
    def households(self) -> int:
        return sum(line.households for line in self.estates)


@dataclass(frozen=True)
class Quarterly(Wide):
    """The quarter's paper 季度投诉处理专题汇报 (F12)."""

    analysed: AnalysedCases
    studied: Studied
    meeting: Meeting | None
    earlier: tuple[DecisionLine, ...]  # of earlier meetings, open when the quarter began or made in it


@dataclass(frozen=True)
class Annual(Wide):
    """The year's paper."""

    quarters: tuple[Quarter, ...]  # those that have begun
    meetings: tuple[Meeting, ...]  # on the year's quarters, and on earlier ones if held in the year
    targets: tuple[TargetLine, ...] = ()  # those that were set for it, as they held
