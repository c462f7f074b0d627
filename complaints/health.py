"""Whether the timers run: what an alarm outside and the administrator's page ask (reliability.md 2.3).

A few small reads whatever the size of the company. Worked out from the rows the timers should have
handled, not from what the timers say of themselves.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Deadline, OutboxMessage, SetAside, SweepMark
from config.framework.prepared_queries import PreparedQuery
from staff.models import CalendarDay, Company, Estate

#: The sweep comes every 30 seconds; so long without one, somebody must look.
SWEEP_IS_LATE = timedelta(minutes=2)
#: So long from its beginning an installation may be without its first sweep: web, worker and beat are started
#: one after the other, and the sweep comes half a minute after the last. The shortest limit of a case is 30
#: minutes of service time, so who is alarmed after ten is still in time for the very first.
STARTING_FOR = timedelta(minutes=10)
#: A message is tried at once; so long unsent, its channel or the sender is down.
MESSAGE_IS_LATE = timedelta(minutes=15)
#: Grades are a matter of days; after new thresholds every open case is weighed again, which takes a while.
GRADE_IS_LATE = timedelta(minutes=15)
#: What else a sweep does after the levels. A job that has not succeeded for so long fails, hangs, or
#: waits for one that does.
JOBS: dict[str, Any] = {
    "grades": _("notice grades"),
    "reminders": _("reminders of requests"),
    "measures": _("causes and measures"),
    "library": _("case library"),
    "commendations": _("commendations"),
    "surveys": _("surveys"),
    "calendars": _("changed working days"),
    "digest": _("daily digest"),
}
JOB_IS_LATE = timedelta(minutes=15)
#: A host clock further astray than this is not to be trusted: better late than wrong.
LARGEST_SKEW = timedelta(minutes=2)
#: Failed messages older than this are history, no alarm.
FAILURES_COUNT_FOR = timedelta(days=7)


def _running() -> float:
    """Seconds this machine has been up, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


BEGUN, _RUNNING = timezone.now(), _running()  # noqa: TID251 the two are compared, nothing is due by them


@dataclass(frozen=True)
class Health:
    """How long ago, how long overdue; None: never, or nothing waits."""

    swept: timedelta | None
    sent: timedelta | None
    unfired: timedelta | None
    unsent: timedelta | None
    failed: int
    unweighed: timedelta | None
    set_aside: int
    grades_aside: int
    skew: timedelta
    late_jobs: tuple[str, ...]
    is_starting: bool = False  # begun just now, and not everything has run once

    @property
    def sweep_is_late(self) -> bool:
        return not self.is_starting if self.swept is None else self.swept > SWEEP_IS_LATE

    @property
    def levels_wait(self) -> bool:
        return self.unfired is not None and self.unfired > SWEEP_IS_LATE

    @property
    def grades_wait(self) -> bool:
        return self.grades_aside > 0 or self.unweighed is not None and self.unweighed > GRADE_IS_LATE

    @property
    def messages_wait(self) -> bool:
        return self.unsent is not None and self.unsent > MESSAGE_IS_LATE

    @property
    def clocks_differ(self) -> bool:
        return abs(self.skew) > LARGEST_SKEW

    @property
    def is_stale(self) -> bool:
        """Whether a deadline may pass without anybody hearing of it."""
        waits = self.levels_wait or self.messages_wait or self.grades_wait or self.set_aside > 0
        waits = waits or bool(self.late_jobs)
        return waits or self.sweep_is_late or self.clocks_differ


def timers(now: datetime) -> Health:
    """The state of sweep, sender and clocks at `now`. Seven small reads; two more until all has run once."""
    marks = dict(SweepMark.objects.values_list("job", "last_ok"))
    unfired = Deadline.objects.filter(state=Deadline.State.PENDING, due_at__lte=now)
    waiting = OutboxMessage.objects.filter(
        state__in=[OutboxMessage.State.QUEUED, OutboxMessage.State.LEASED]
    ).aggregate(
        # What was tried and failed is put off; it has waited since it was written all the same.
        untried=Min("not_before", filter=Q(attempts=0, not_before__lte=now)),
        tried=Min("created_at", filter=Q(attempts__gt=0)),
    )
    failed = OutboxMessage.objects.filter(
        state=OutboxMessage.State.FAILED, created_at__gte=now - FAILURES_COUNT_FOR
    )
    ungraded = Complaint.objects.filter(grade_due_at__lte=now)
    waits = Deadline.objects.filter(
        state=Deadline.State.PENDING, due_at__lte=now, clock__complaint=OuterRef("complaint")
    )
    # What was set aside and has ended in another way troubles nobody any more.
    troubled = SetAside.objects.filter(
        Q(job=SetAside.Job.LEVELS) & Exists(waits)
        | Q(job=SetAside.Job.GRADE, complaint__grade_due_at__lte=now)
        | Q(job=SetAside.Job.SUPERIOR, complaint__superior_requests__state="waiting")
    )
    aside = dict(troubled.order_by().values_list("job").annotate(n=Count("pk")))
    return Health(
        swept=_since(marks.get("sweep"), now),
        sent=_since(marks.get("send"), now),
        unfired=_since(unfired.aggregate(oldest=Min("due_at"))["oldest"], now),
        unsent=_since(min(filter(None, waiting.values()), default=None), now),
        failed=failed.count(),
        unweighed=_since(ungraded.aggregate(oldest=Min("grade_due_at"))["oldest"], now),
        set_aside=aside.get(SetAside.Job.LEVELS, 0) + aside.get(SetAside.Job.SUPERIOR, 0),
        grades_aside=aside.get(SetAside.Job.GRADE, 0),
        skew=skew(now),
        late_jobs=tuple(late_jobs(marks, now)),
        is_starting=is_starting(marks, now),
    )


def begun_at() -> datetime | None:
    """When this installation began: its first migration, or `manage.py begin` where that came later.

    Out of the database: neither a restart nor another process makes it younger, and a copy that is put
    back is as old as it was.
    """
    migrated = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    named = Company.history.aggregate(first=Min("history_date"))["first"]
    return max(filter(None, (migrated, named)), default=None)


def is_starting(marks: Mapping[str, datetime], now: datetime) -> bool:
    """Whether something has never run because the installation is just being started. Mostly no query.

    What has run once and stopped gets no second beginning.
    """
    if {"sweep", *JOBS} <= marks.keys():
        return False
    begun = begun_at()
    return begun is not None and -LARGEST_SKEW <= now - begun <= STARTING_FOR


def late_jobs(marks: Mapping[str, datetime], now: datetime) -> list[str]:
    """Which of JOBS have not succeeded lately; none while the sweep itself does not come."""
    if "sweep" not in marks or now - marks["sweep"] > SWEEP_IS_LATE:
        return []
    late = [job for job in JOBS if job not in marks or now - marks[job] > JOB_IS_LATE]
    return [job for job in late if job in marks] if late and is_starting(marks, now) else late


def years_unknown(now: datetime, estates: Collection[int] | None = None) -> dict[int, list[str]]:
    """Years that are counted without knowing a holiday, and the names of the estates concerned. One query.

    This year; and the next from 1 December on, or as soon as an open deadline reaches into it. Of the
    estates with these keys; else of all.
    """
    today = localtime(now, get_default_timezone())
    year, is_december = today.year, today.month == 12
    found: dict[int, list[str]] = {year: [], year + 1: []}
    keys: Collection[int | None] = [None] if estates is None else estates
    for name, knows_this, knows_next, reaches in _lacking(year, is_december)(now, *keys):
        if not knows_this:
            found[year].append(name)
        if not knows_next and (is_december or reaches):
            found[year + 1].append(name)
    return {year: names for year, names in found.items() if names}


@lru_cache(maxsize=2)
def _lacking(year: int, is_december: bool) -> PreparedQuery:
    """The estates for which one of the two years is not known; asked with their keys, or None for all.

    Prepared: saves 2.4 ms of the first page of those who mend it.
    """
    return PreparedQuery(lambda now, *estates: _lacking_of(year, is_december, now, estates))


def _lacking_of(
    year: int, is_december: bool, now: datetime, keys: Collection[int | None]
) -> QuerySet[Estate, Any]:
    new_year = datetime(year + 1, 1, 1, tzinfo=get_default_timezone())
    days = CalendarDay.objects.filter(estate=OuterRef("pk"))
    # The few deadlines beyond the year's end, once for all estates and not anew for each.
    reaching = Deadline.objects.filter(state=Deadline.State.PENDING, due_at__gte=new_year)
    reaches = Q(pk__in=reaching.values("clock__complaint__estate"))
    next_year = Q(knows_next=False)
    lacking = Q(knows_this=False) | (next_year if is_december else next_year & Q(reaches=True))
    over = Q(ended_at__lte=now) & ~Exists(Complaint.objects.open().filter(estate=OuterRef("pk")))
    estates = Estate.objects.all()
    if None not in keys:
        estates = estates.filter(pk__in=[key for key in keys if key])
    return (
        estates.exclude(over)  # no longer ours, and nothing is left to count there
        .annotate(
            knows_this=Exists(days.filter(date__year=year)),
            knows_next=Exists(days.filter(date__year=year + 1)),
            reaches=ExpressionWrapper(reaches, output_field=BooleanField()),
        )
        .filter(lacking)
        .order_by("name")
        .values_list("name", "knows_this", "knows_next", "reaches")
    )


def _since(moment: datetime | None, now: datetime) -> timedelta | None:
    return now - moment if moment else None


def has_second_clock() -> bool:
    """Whether the database keeps a time of its own to compare with."""
    return connection.vendor == "postgresql"


def skew(now: datetime) -> timedelta:
    """How far this host's clock has gone astray.

    On PostgreSQL, how far it is ahead of the database's. SQLite has none: there, how far it has jumped
    since this process began, by the clock that cannot be set.
    """
    if not has_second_clock():
        return now - BEGUN - timedelta(seconds=_running() - _RUNNING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
        return now - told
