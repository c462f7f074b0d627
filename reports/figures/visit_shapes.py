"""Appointments for site visits 上门预约 of some days: the answer, frozen, of plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Visits:
    """Appointments that came to something in the days: kept, late and missed are all of them.

    `delays`: seconds from the beginning of the time agreed until somebody came, the shortest first; none
    before it. A visit without an appointment is in no number.
    """

    appointments: int = 0
    kept: int = 0  # somebody came before the time agreed was over
    late: int = 0  # somebody came after it
    missed: int = 0  # nobody came
    absent: int = 0  # of those to whom somebody came: the customer was not there
    refused: int = 0  # of those to whom somebody came: not let in
    delays: tuple[int, ...] = ()

    @property
    def median(self) -> float | None:
        """Minutes from the beginning of the time agreed until somebody came; None: nobody came."""
        if not self.delays:
            return None
        middle = len(self.delays) // 2
        both = self.delays[middle] + self.delays[middle - 1 if len(self.delays) % 2 == 0 else middle]
        return both / 2 / 60
