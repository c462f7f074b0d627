"""The monthly report's figures: one call, a constant number of queries (domain.md 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from complaints.models import Category
from reports.figures import counts, lists, people, timeliness
from reports.figures.month import Month
from reports.figures.period import Period
from reports.figures.shapes import Monthly, OnTime
from staff.models import Estate


def monthly(estates: Sequence[Estate], month: Month, now: datetime, scope: str = "") -> Monthly:
    """Figures of at least one estate for a month, as seen at `now`; words in the active language.

    `scope` is the name of the whole: the estate's, the region's or the company's.
    """
    period = Period(tuple(estates), month, now)
    categories = Category.objects.in_bulk()
    by_month = counts.by_month(period)
    trend = counts.trend(period, by_month)
    kept = timeliness.on_time(period)
    revisit, satisfaction = timeliness.revisits(period)
    work = people.work(period)
    departments, receivers, handlers = people.work_lines(period, work, kept)
    return Monthly(
        scope=scope or "、".join(estate.name for estate in estates),
        month=str(month),
        as_of=period.as_of,
        received=trend[-1].received,
        valid=trend[-1].valid,
        attention=lists.attention(period),
        overdue=lists.overdue(period),
        estates=counts.estate_lines(period, by_month),
        causes=counts.causes(period, categories),
        second=people.second_complaints(period),
        first_time=people.first_time(work),
        on_time=sum(kept.values(), OnTime()),
        closure=people.closure(work),
        revisit=revisit,
        satisfaction=satisfaction,
        compensation=lists.compensation(period),
        decisions=lists.decisions(period),
        by_category=counts.by_category(period, categories),
        by_channel=counts.by_channel(period),
        by_building=counts.by_building(period),
        trend=trend,
        clear_answer=timeliness.clear_answer_spread(period),
        handled=timeliness.handled_spread(period),
        extensions=lists.extensions(period),
        departments=departments,
        receivers=receivers,
        handlers=handlers,
        repeats=counts.repeats(period, categories),
    )
