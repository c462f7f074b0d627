"""The answers: frozen, of plain values, ready for a page, a sheet or JSON.

Words (names of categories, statuses …) are in the language that was active when they were counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from reports.figures.overrun_shapes import Overruns
from reports.figures.visit_shapes import Visits


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None when there is nothing to divide by."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class OnTime:
    """Valid cases whose resolve deadline fell in a period, by how it went (domain.md 8)."""

    on_time: int = 0
    extended: int = 0  # on time within an extension approved before the due time
    late_handled: int = 0
    late_open: int = 0

    def __add__(self, other: OnTime) -> OnTime:
        return OnTime(
            self.on_time + other.on_time,
            self.extended + other.extended,
            self.late_handled + other.late_handled,
            self.late_open + other.late_open,
        )

    @property
    def late(self) -> int:
        return self.late_handled + self.late_open

    @property
    def rate(self) -> Rate:
        kept = self.on_time + self.extended
        return Rate(kept, kept + self.late)


@dataclass(frozen=True)
class CaseLine:
    """One case in words, without anything personal of the customer."""

    number: str
    estate: str
    place: str
    category: str
    severity: str
    status: str
    received_at: datetime
    first_receiver: str
    handler: str
    accountable: str
    due_at: datetime | None
    overdue: timedelta | None  # past the due time
    reasons: tuple[str, ...] = ()  # why a manager should look at it


@dataclass(frozen=True)
class Cases:
    """The first cases of a list that may be longer."""

    total: int
    lines: tuple[CaseLine, ...]
    withheld: int = 0  # counted and not listed: not all its readers may read them

    @property
    def left_out(self) -> int:
        return self.total - self.withheld - len(self.lines)


@dataclass(frozen=True)
class EstateLine:
    """Valid complaints of one estate, this month and the two it is compared with."""

    name: str
    households: int
    received: int
    valid: int
    valid_last_month: int
    valid_last_year: int
    key: str = ""  # the estate, for the list behind each number (`figures.behind`)

    def per_thousand(self, valid: int) -> float | None:
        return valid * 1000 / self.households if self.households else None

    @property
    def rate(self) -> float | None:
        return self.per_thousand(self.valid)

    @property
    def rate_last_month(self) -> float | None:
        return self.per_thousand(self.valid_last_month)

    @property
    def rate_last_year(self) -> float | None:
        return self.per_thousand(self.valid_last_year)


@dataclass(frozen=True)
class Received:
    """One row of a table of what came in: by category, channel or building."""

    label: str
    minor: int = 0
    important: int = 0
    major: int = 0
    unclassified: int = 0
    valid: int = 0
    key: str = ""

    @property
    def total(self) -> int:
        return self.minor + self.important + self.major + self.unclassified


@dataclass(frozen=True)
class HeatRow:
    """One place: what was received there, by category."""

    label: str
    counts: tuple[int, ...]
    key: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class HeatMap:
    """Received by place and category; both with the most complaints first."""

    columns: tuple[str, ...] = ()
    rows: tuple[HeatRow, ...] = ()
    keys: tuple[str, ...] = ()  # of the columns


@dataclass(frozen=True)
class Before:
    """What the report of the month before says of the figures that this one compares itself with."""

    month: str
    on_time: OnTime
    overruns: int
    revisit: Rate
    satisfaction: Satisfaction


@dataclass(frozen=True)
class Stock:
    """Open cases through a month: opening + received + reopened − closed = closing, to the case.

    Closed are those that ended in the month and did not come back within it.
    """

    opening: int
    received: int
    reopened: int  # closed when the month began, and open again in it
    closed: int
    closing: int


@dataclass(frozen=True)
class CauseLine:
    department: str
    is_contractor: bool
    cause: str
    valid: int
    key: str = ""


@dataclass(frozen=True)
class RepeatLine:
    """The same sub-category at the same place, several times in the month."""

    place: str
    category: str
    count: int
    key: str = ""


@dataclass(frozen=True)
class MonthCount:
    """One month of the trend, with the same month a year earlier."""

    month: str
    received: int
    valid: int
    valid_last_year: int


@dataclass(frozen=True)
class Spread:
    """How long it took, in hours: half were done within `median`, nine of ten within `p90`."""

    severity: str
    count: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Decider:
    """What one person decided of the extensions asked for in the month."""

    name: str
    granted: int
    shortened: int  # of the granted, those granted less than was asked
    declined: int
    key: str = ""


@dataclass(frozen=True)
class Extensions:
    asked: int
    granted: int
    declined: int
    withdrawn: int
    pending: int
    by: tuple[Decider, ...]
    reasons: tuple[tuple[str, int], ...] = ()  # why more time was asked for, the most frequent first


@dataclass(frozen=True)
class Satisfaction:
    """Answers from 1 to 5 at the revisits."""

    counts: tuple[int, ...]  # of the answers 1, 2, 3, 4, 5

    def __add__(self, other: Satisfaction) -> Satisfaction:
        return Satisfaction(tuple(map(sum, zip(self.counts, other.counts, strict=True))))

    @property
    def answers(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        total = sum(score * count for score, count in enumerate(self.counts, 1))
        return total / self.answers if self.answers else None

    @property
    def satisfied(self) -> Rate:
        """Answers of 3 and better."""
        return Rate(sum(self.counts[2:]), self.answers)


@dataclass(frozen=True)
class Aftercare:
    """What followed the replies of the month."""

    by_involved: int = 0  # revisits by somebody involved, who said why
    drawn: int = 0  # for a second call
    called: int = 0  # of the drawn
    raised: int = 0  # follow-ups
    in_time: int = 0  # of the raised, done and told by their time
    late: int = 0  # of the raised, over their time


@dataclass(frozen=True)
class MeasureLine:
    """The measures of one estate: of the month, and as they stood at its end."""

    estate: str
    taken_up: int = 0
    done: int = 0
    effective: int = 0
    not_effective: int = 0
    open: int = 0
    overdue: int = 0  # of the open: not done, or not checked, by their day
    key: str = ""  # the estate, for the list behind each number

    @property
    def any(self) -> bool:
        return any((self.taken_up, self.done, self.effective, self.not_effective, self.open))


@dataclass(frozen=True)
class Praise:
    """One commendation published in the month; `label`: TB-00012."""

    label: str
    estate: str
    person: str
    department: str
    words: str


@dataclass(frozen=True)
class Money:
    """Compensations, in yuan."""

    approved: int
    approved_amount: Decimal
    waiting: int
    waiting_amount: Decimal
    paid: int = 0
    paid_amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Decision:
    """Something that waits for a manager's word."""

    number: str
    matter: str
    approver: str
    since: datetime


@dataclass(frozen=True)
class Decisions:
    """What waits, the longest first; `total` counts those of cases that are not listed, too."""

    total: int
    lines: tuple[Decision, ...]

    @property
    def withheld(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True)
class WorkLine:
    """A department, first receiver or handler."""

    name: str
    valid: int  # received in the month
    closed: int  # in the month
    first_time: int  # of the closed, those that needed one cycle
    on_time: OnTime
    key: str = ""


@dataclass(frozen=True)
class Monthly:
    """The monthly report, in the order a general manager reads (domain.md 8)."""

    scope: str
    month: str  # 2026-03
    as_of: datetime  # the end of the month, or the moment asked within it
    received: int
    valid: int
    stock: Stock
    voided: int  # entries that counted when the month ended, found wrong since and taken out
    # 1 to 8
    attention: Cases
    overruns: Overruns
    notable: Cases  # 通报·重要: open, or closed in the month
    estates: tuple[EstateLine, ...]
    causes: tuple[CauseLine, ...]
    second: int
    second_open: int  # of these, not closed yet at `as_of`: in no first-time rate so far
    first_time: Rate
    on_time: OnTime
    closure: Rate
    revisit: Rate
    satisfaction: Satisfaction
    compensation: Money
    decisions: Decisions
    # tables
    by_category: tuple[Received, ...]
    by_channel: tuple[Received, ...]
    by_building: tuple[Received, ...]
    trend: tuple[MonthCount, ...]
    clear_answer: tuple[Spread, ...]
    handled: tuple[Spread, ...]
    extensions: Extensions
    departments: tuple[WorkLine, ...]
    receivers: tuple[WorkLine, ...]
    handlers: tuple[WorkLine, ...]
    repeats: tuple[RepeatLine, ...]
    aftercare: Aftercare
    heat: HeatMap
    before: Before
    measures: tuple[MeasureLine, ...] = ()
    commended: tuple[Praise, ...] = ()
    visits: Visits = Visits()
    taken_over: int = 0  # of the received, those out of ledgers kept before (`figures.imported`)

    @property
    def households(self) -> int:
        return sum(line.households for line in self.estates)
