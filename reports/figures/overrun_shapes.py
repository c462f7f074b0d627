"""Overdue without approval, by name: the answers, frozen, of plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class OverrunLine:
    """One resolve deadline that passed without approval, as it stood at `as_of` (domain.md 5 and 8)."""

    number: str
    estate: str
    severity: str
    due_at: datetime  # the due time that was missed
    done_at: datetime | None  # when its clock stopped; None: not yet
    late: timedelta  # until then, or until `as_of`
    handler: str  # of the moment it stopped, or of `as_of`
    department: str
    explanation: str
    approver: str  # with what he decided, or who has to

    @property
    def is_open(self) -> bool:
        return self.done_at is None


@dataclass(frozen=True)
class OverrunTable:
    """All lines of one kind, the longest late first."""

    total: int
    open: int  # of the total, not handled at `as_of`
    carried: int  # of the total, due before the month: late into it
    lines: tuple[OverrunLine, ...]

    @property
    def withheld(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Overruns:
    """Every resolve deadline that was overdue in the month without approval, in one table each."""

    still_open: OverrunTable  # nobody asked for more time, or nobody answered in time
    handled_late: OverrunTable
    refused: OverrunTable  # asked: declined, or approved after the due time; handled by now or not

    @property
    def tables(self) -> tuple[OverrunTable, OverrunTable, OverrunTable]:
        return self.still_open, self.handled_late, self.refused

    @property
    def total(self) -> int:
        return sum(table.total for table in self.tables)

    @property
    def carried(self) -> int:
        return sum(table.carried for table in self.tables)

    @property
    def open(self) -> int:
        return sum(table.open for table in self.tables)
