"""The half-monthly report's figures (F8): one call, a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from complaints.models import Category
from complaints.policy import ClockKind, NoticeGrade
from owners.models import Building
from reports.figures import by_estate, counts, lists, owed, people, timeliness
from reports.figures.accounts import briefs, of_lines
from reports.figures.brief_shapes import HalfMonthly
from reports.figures.cases import grouped
from reports.figures.imported import imported_in
from reports.figures.month import Days
from reports.figures.overruns import late, overruns
from reports.figures.period import Period, Unlisted
from reports.figures.shapes import OnTime
from staff.models import Estate


def half_monthly(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str,
    unlisted: Unlisted,
) -> HalfMonthly:
    """Figures of at least one estate as seen at `at`, in the active language."""
    period = Period.of(estates, starts_on, ends_on, at, unlisted)
    categories, buildings = Category.objects.in_bulk(), Building.objects.filter(estate__in=estates).in_bulk()
    groups = grouped(period)
    counted = by_estate.counted(period, late(period))
    open_cases = lists.open_cases(period, categories, buildings)
    revisits = timeliness.revisits_by_estate(period).values()
    over = owed.running(period, (ClockKind.REVISIT,), before=period.as_of)
    second, second_open = people.second_complaints(period)
    return HalfMonthly(
        scope=scope_name,
        first_day=starts_on,
        last_day=ends_on,
        as_of=period.as_of,
        estates=counted.estates,
        grades=tuple((str(grade.label), *counted.grades.get(grade, (0, 0))) for grade in NoticeGrade),
        by_category=counts.by_category(groups, categories),
        important=of_lines(open_cases.notable, period),
        watched=of_lines(open_cases.attention, period),
        ended=briefs(by_estate.grave_ended(period), period, categories, buildings),
        on_time=sum(timeliness.resolving_by_estate(period).values(), OnTime()),
        overruns=overruns(period),
        extensions=lists.extensions(period),
        revisits=sum((kept for kept, _said in revisits), OnTime()),
        satisfaction=sum((said for _kept, said in revisits), timeliness.NOTHING_SAID),
        revisits_over=owed.told(over, period),
        second=second,
        second_open=second_open,
        closure=people.closure(people.work(groups)),
        voided=groups["void"][0][0],
        taken_over=imported_in(estates, Days(starts_on, ends_on)),
    )
