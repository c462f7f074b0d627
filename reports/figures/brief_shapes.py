"""The daily and the half-monthly report: the answers, frozen, of plain values. Pure.

Words are in the language that was active when they were counted, as in `shapes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reports.figures.overrun_shapes import Overruns
from reports.figures.shapes import CaseLine, Extensions, OnTime, Rate, Received, Satisfaction


@dataclass(frozen=True)
class DaysOf:
    """What came and went in some days, of one estate or of all together.

    Opening + received + reopened − closed = open, to the case, as in the monthly report's stock.
    """

    name: str
    opening: int = 0
    received: int = 0
    urgent: int = 0  # of the received, those marked urgent at the end
    upheld: int = 0  # of the received, as judged by the end
    reopened: int = 0
    closed: int = 0
    open: int = 0  # at the end
    open_urgent: int = 0  # of these
    overdue: int = 0  # times to be handled, overdue without approval and not handled at the end

    def plus(self, other: DaysOf) -> DaysOf:
        return DaysOf(
            self.name,
            self.opening + other.opening,
            self.received + other.received,
            self.urgent + other.urgent,
            self.upheld + other.upheld,
            self.reopened + other.reopened,
            self.closed + other.closed,
            self.open + other.open,
            self.open_urgent + other.open_urgent,
            self.overdue + other.overdue,
        )


@dataclass(frozen=True)
class Brief:
    """A case in brief: its line, by which way it came, what it is about, what was done so far."""

    line: CaseLine
    channel: str
    account: str
    handling: str  # empty: nothing was written down yet
    urgent: bool = False


@dataclass(frozen=True)
class Briefs:
    """The first cases of a list that may be longer; `withheld` are counted and not listed."""

    total: int = 0
    lines: tuple[Brief, ...] = ()
    withheld: int = 0

    @property
    def left_out(self) -> int:
        return self.total - self.withheld - len(self.lines)


@dataclass(frozen=True)
class OwedLine:
    """A clock that runs, of a case: what is owed, by when, by whom."""

    number: str
    estate: str
    what: str
    due_at: datetime
    status: str
    handler: str
    first_receiver: str


@dataclass(frozen=True)
class Owed:
    total: int = 0
    lines: tuple[OwedLine, ...] = ()
    withheld: int = 0

    @property
    def left_out(self) -> int:
        return self.total - self.withheld - len(self.lines)


@dataclass(frozen=True)
class Daily:
    """One day of some estates (F7): what its reader has to know, and to do, the next morning."""

    scope: str
    day: date
    as_of: datetime  # the end of the day, or the moment asked within it
    read_on: date  # the next working day: what is due by its end is listed
    estates: tuple[DaysOf, ...]
    new: Briefs  # received, the urgent first
    urgent: Briefs  # open at the end, marked urgent, received before the day
    overruns: Overruns
    due: Owed  # by the end of the day it is read on, the first due first
    missed: Owed  # replies and revisits not made at the end, over their time
    receivers: tuple[tuple[str, int], ...]  # who received how many of the day's, the most first
    voided: int  # entries of the day found wrong since
    taken_over: int

    @property
    def all(self) -> DaysOf:
        return together(self.scope, self.estates)

    @property
    def is_quiet(self) -> bool:
        """Nothing came, went or is late, and nothing is due or urgent."""
        found = self.all
        happened = found.received, found.reopened, found.closed, found.open_urgent, self.overruns.total
        return not any((*happened, self.due.total, self.missed.total))


@dataclass(frozen=True)
class HalfMonthly:
    """The 1st to the 15th of some estates (F8, T39)."""

    scope: str
    first_day: date
    last_day: date
    as_of: datetime
    estates: tuple[DaysOf, ...]
    grades: tuple[tuple[str, int, int], ...]  # notice grade, received in the time, open at the end
    by_category: tuple[Received, ...]
    important: Briefs  # 通报·重要: open, or closed in the time
    watched: Briefs  # open: 通报·重大 and 热点, lawsuits, media, authorities
    ended: Briefs  # 通报·重大 and 热点, closed in the time
    on_time: OnTime
    overruns: Overruns
    extensions: Extensions
    revisits: OnTime  # revisits whose time ended in these days
    satisfaction: Satisfaction
    revisits_over: Owed  # revisits not made at the end, over their time
    second: int
    second_open: int
    closure: Rate
    voided: int
    taken_over: int

    @property
    def all(self) -> DaysOf:
        return together(self.scope, self.estates)

    @property
    def revisited(self) -> Rate:
        return self.revisits.rate


def together(name: str, estates: tuple[DaysOf, ...]) -> DaysOf:
    found = DaysOf(name)
    for one in estates:
        found = found.plus(one)
    return found
