"""The quarter's figures: one call, a constant number of queries (F12, T41 to T43)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.figures.analysed import analysed
from reports.figures.meetings import earlier, meetings
from reports.figures.month import Days
from reports.figures.overruns import late, overruns
from reports.figures.period import Unlisted, all_listed
from reports.figures.studied import studied
from reports.figures.wide import counted, months_later, of, quarter_of, wide
from reports.figures.wide_shapes import Quarterly
from reports.scopes import scope_called
from staff.models import Estate


def quarterly(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str = "",
    unlisted: Unlisted = all_listed,
) -> Quarterly:
    """Of at least one estate, as seen at `at`, in the active language, against the quarter before.

    The record of the meeting stands as it is written when the paper is made: it is held after the quarter.
    What earlier meetings decided is told as it stood when the quarter ended.
    """
    days = Days(starts_on, ends_on)
    period = of(estates, days, at, unlisted)
    before = of(estates, quarter_of(months_later(starts_on, -3)), at, unlisted)
    late_ones = overruns(period, late(period))
    scope = scope_called(scope_name, estates)
    begins = min(period.bounds(zone)[0] for zone in period.zones)
    return Quarterly(
        **wide(counted(period, late_ones.total), counted(before), late_ones, scope_name),
        analysed=analysed(period, late_ones),
        studied=studied(period),
        meeting=next(iter(meetings(scope, starts_on, starts_on)), None),
        earlier=earlier(scope, starts_on, begins, period.as_of),
    )
