"""The month before, as its own report tells it: what this month is compared with."""

from __future__ import annotations

from dataclasses import replace

from reports.figures import timeliness
from reports.figures.overruns import late
from reports.figures.period import Period
from reports.figures.shapes import Before, OnTime


def before(period: Period) -> Before:
    """Of the same estates, the whole month before; five queries."""
    last = replace(period, month=period.month.plus(-1), cut=None, days=None)
    revisit, satisfaction = timeliness.revisits(last)
    return Before(
        month=str(last.month),
        on_time=sum(timeliness.resolving_by_estate(last).values(), OnTime()),
        overruns=len(late(last)),
        revisit=revisit,
        satisfaction=satisfaction,
    )
