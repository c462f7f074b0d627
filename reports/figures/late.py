"""A resolve deadline that was overdue in a month, and the requests for more time it had (domain.md 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints.models import Extension

State = Extension.State


@dataclass(frozen=True)
class Asked:
    """A request for more time, as it stood at `as_of`."""

    state: State
    reason: str
    note: str
    old_due_at: datetime
    role: str
    decided_by: str
    decided_at: datetime | None
    said_at: datetime | None  # earlier than decided where it was granted by word of mouth

    def mended(self, due_at: datetime) -> bool:
        """Granted more time only when this due time had passed: it was missed, on record or not."""
        late = self.said_at is not None and self.said_at > due_at
        return self.state == State.APPROVED and self.old_due_at == due_at and late


@dataclass(frozen=True)
class Late:
    """A resolve deadline that was overdue in the month, with the case as it stood then."""

    clock: int
    case: int
    missed: datetime  # the due time that passed
    done_at: datetime | None  # by `as_of`
    carried: bool  # missed before the month
    version: int  # of the case: at the end of the work, else at `as_of`
    asked: tuple[Asked, ...]
    estate: int

    @property
    def part(self) -> str:
        """In which of the three tables it stands: `refused`, `handled` or `open`."""
        return "refused" if self.answer else "handled" if self.done_at else "open"

    @property
    def answer(self) -> Asked | None:
        """The last request that was declined, or granted when the time had passed."""
        return next((one for one in reversed(self.asked) if self.came_to_nothing(one)), None)

    def came_to_nothing(self, one: Asked) -> bool:
        afterwards = one.said_at is not None and one.said_at > self.missed
        if one.state == State.DECLINED:
            return afterwards or one.old_due_at >= self.missed
        return one.state == State.APPROVED and afterwards

    @property
    def unanswered(self) -> Asked | None:
        return next((one for one in self.asked if one.state == State.PENDING), None)
