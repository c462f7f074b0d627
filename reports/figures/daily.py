"""The daily report's figures (F7): one call, a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from complaints.models import Category, calendar_from
from complaints.policy import ClockKind
from complaints.worktime import Calendar
from owners.models import Building
from reports.figures import by_estate, owed
from reports.figures.accounts import briefs
from reports.figures.brief_shapes import Daily
from reports.figures.cases import grouped
from reports.figures.imported import imported_in
from reports.figures.month import Days
from reports.figures.overruns import late, overruns
from reports.figures.period import Period, Unlisted
from staff.models import CalendarDay, Estate

DAY = timedelta(days=1)
#: Days off one after the other that are looked through for the next working day.
LONGEST_HOLIDAY = 30
#: What a morning's reader can still see to.
OWED = (ClockKind.RESOLVE, ClockKind.REPLY, ClockKind.REVISIT)
#: Of these, the ones that `late` does not tell of once their time has passed.
MISSED = (ClockKind.REPLY, ClockKind.REVISIT)


def daily(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str,
    unlisted: Unlisted,
) -> Daily:
    """Figures of at least one estate as seen at `at`, in the active language."""
    period = Period.of(estates, starts_on, ends_on, at, unlisted)
    categories, buildings = Category.objects.in_bulk(), Building.objects.filter(estate__in=estates).in_bulk()
    counted = by_estate.counted(period, overdue := late(period))
    listed = by_estate.new_and_urgent(period)
    read_on = next_working_day(estates, ends_on)
    until = max(datetime.combine(read_on + DAY, time(), zone) for zone in period.zones)
    due = owed.running(period, OWED, since=period.as_of, before=until)
    missed = owed.running(period, MISSED, before=period.as_of)
    return Daily(
        scope=scope_name,
        day=starts_on,
        as_of=period.as_of,
        read_on=read_on,
        estates=counted.estates,
        new=briefs(listed["new"], period, categories, buildings),
        urgent=briefs(listed["urgent"], period, categories, buildings),
        overruns=overruns(period, overdue),
        due=owed.told(due, period),
        missed=owed.told(missed, period),
        receivers=counted.receivers,
        voided=grouped(period)["void"][0][0],
        taken_over=imported_in(estates, Days(starts_on, ends_on)),
    )


def next_working_day(estates: Sequence[Estate], after: date) -> date:
    """The first day after that one on which one of the estates works; without any, the day after it."""
    days: dict[int, list[tuple[date, bool]]] = {estate.pk: [] for estate in estates}
    last = after + LONGEST_HOLIDAY * DAY
    listed = CalendarDay.objects.filter(estate__in=list(days), date__gt=after, date__lte=last)
    for estate, day, is_working in listed.order_by("date").values_list("estate", "date", "is_working"):
        days[estate].append((day, is_working))
    calendars: list[Calendar] = [calendar_from(estate, days[estate.pk]) for estate in estates]
    coming = (after + n * DAY for n in range(1, LONGEST_HOLIDAY + 1))
    return next(
        (day for day in coming if any(calendar.is_working_day(day) for calendar in calendars)), after + DAY
    )
