"""The monthly report's figures: one call, a constant number of queries (domain.md 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from complaints.models import Category
from owners.models import Building
from reports.figures import counts, facts, lists, overruns, people
from reports.figures.before import before
from reports.figures.commended import commended
from reports.figures.imported import imported_in
from reports.figures.kept import holding
from reports.figures.measures import measures
from reports.figures.month import Month
from reports.figures.period import Period, Unlisted, all_listed
from reports.figures.shapes import Monthly, OnTime, Stock
from staff.models import Estate


def monthly(
    estates: Sequence[Estate],
    month: Month,
    now: datetime,
    scope: str = "",
    *,
    unlisted: Unlisted = all_listed,
) -> Monthly:
    """Of at least one estate as seen at `now`, in the active language; `unlisted`: in no list (`readers`)."""
    period = Period(tuple(estates), month, now, unlisted)
    categories, buildings = Category.objects.in_bulk(), Building.objects.filter(estate__in=estates).in_bulk()
    kept = holding(estates, [month.plus(-n) for n in range(counts.TREND_MONTHS + 12)], now)
    trend = counts.trend(period, by_month := counts.by_month(period, kept))
    found = facts.of(period, kept)
    groups, resolving, (revisits, said) = found.groups, found.resolving, found.revisits
    open_cases = lists.open_cases(period, found.open, categories, buildings)
    work = people.work(groups)
    units = people.departments_of(work, resolving.by)
    departments, receivers, handlers = people.work_lines(period, work, resolving.by, units)
    return Monthly(
        scope=scope or "、".join(estate.name for estate in estates),
        month=str(month),
        as_of=period.as_of,
        received=trend[-1].received,
        valid=trend[-1].valid,
        stock=Stock(*groups["stock"][0]),
        voided=groups["void"][0][0],
        attention=open_cases.attention,
        overruns=overruns.overruns(period, found.late),
        notable=open_cases.notable,
        estates=counts.estate_lines(period, by_month),
        causes=counts.causes(period, groups, categories, units),
        second=found.second[0],
        second_open=found.second[1],
        first_time=people.first_time(work),
        on_time=sum(resolving.by.values(), OnTime()),
        closure=people.closure(work),
        revisit=revisits.rate,
        satisfaction=said,
        compensation=lists.compensation(period),
        decisions=lists.decisions(period, open_cases.judged),
        by_category=counts.by_category(groups, categories),
        by_channel=counts.by_channel(groups),
        by_building=counts.by_building(period, groups, buildings),
        trend=trend,
        clear_answer=resolving.clear_answer,
        handled=resolving.handled,
        extensions=lists.extensions(found.extensions),
        departments=departments,
        receivers=receivers,
        handlers=handlers,
        repeats=counts.repeats(period, groups, categories, buildings),
        aftercare=found.aftercare,
        heat=counts.heat(period, groups, categories, buildings),
        before=before(period, kept),
        measures=measures(period),
        commended=commended(period),
        visits=found.visits,
        taken_over=imported_in(estates, month),
    )
