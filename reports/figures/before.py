"""The month before, as its own report tells it: what this month is compared with."""

from __future__ import annotations

from dataclasses import replace

from reports.figures import kept, timeliness
from reports.figures.kept import Holding
from reports.figures.overruns import late
from reports.figures.period import Period
from reports.figures.shapes import Before, OnTime


def before(period: Period, held: Holding) -> Before:
    """Of the same estates, the whole month before; a query where roll-ups hold, else five."""
    last = replace(period, month=period.month.plus(-1), cut=None, days=None)
    if kept.whole(last) and last.month in held:
        flows = [kept.flow_of(row) for row in kept.rows_of(held[last.month], "flow")]
        return Before(
            month=str(last.month),
            on_time=sum((flow.on_time for flow in flows), OnTime()),
            overruns=sum(flow.overruns for flow in flows),
            revisit=sum((flow.revisits for flow in flows), OnTime()).rate,
            satisfaction=sum((flow.said for flow in flows), timeliness.NOTHING_SAID),
        )
    revisit, satisfaction = timeliness.revisits(last)
    return Before(
        month=str(last.month),
        on_time=sum(timeliness.resolving_by_estate(last).values(), OnTime()),
        overruns=len(late(last)),
        revisit=revisit,
        satisfaction=satisfaction,
    )
