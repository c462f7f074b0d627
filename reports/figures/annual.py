"""The year's figures: one call, a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.figures.meetings import meetings
from reports.figures.month import Days
from reports.figures.overruns import late, overruns
from reports.figures.period import Unlisted, all_listed
from reports.figures.targets import of_paper
from reports.figures.wide import begun, counted, months_later, of, quarter_of, wide
from reports.figures.wide_shapes import Annual, Meeting, Quarter
from reports.meeting_rows import code_of
from reports.scopes import scope_called
from staff.models import Estate


def annual(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str = "",
    unlisted: Unlisted = all_listed,
) -> Annual:
    """Of at least one estate, as seen at `at`, in the active language, against the year before.

    Each quarter as its own paper tells it; what the meetings decided as it stood when the year ended.
    """
    days = Days(starts_on, ends_on)
    period = of(estates, days, at, unlisted)
    year_before = Days(months_later(starts_on, -12), starts_on - date.resolution)
    late_ones = overruns(period, late(period))
    quarters = [quarter_of(months_later(starts_on, n)) for n in (0, 3, 6, 9)]
    scope = scope_called(scope_name, estates)
    return Annual(
        **wide(
            counted(period, late_ones.total),
            counted(of(estates, year_before, at, unlisted)),
            late_ones,
            scope_name,
        ),
        quarters=tuple(
            Quarter(code_of(one.first_day), counted(of(estates, one, at, unlisted)).total)
            for one in quarters
            if begun(one, period)
        ),
        meetings=of_the_year(scope, starts_on, period.as_of),
        targets=of_paper(period, scope, scope_name),
    )


def of_the_year(scope: str, starts_on: date, as_of: datetime) -> tuple[Meeting, ...]:
    """On the year's quarters, and those on the quarters before that were held in it, mostly in January."""
    last_year, fourth = months_later(starts_on, -12), months_later(starts_on, 9)
    found = meetings(scope, last_year, fourth, as_of)
    return tuple(one for one in found if one.held_on >= starts_on or one.quarter >= code_of(starts_on))
