"""Overdue without approval: every resolve deadline that passed unapproved, by name (domain.md 5 and 8).

A deadline stands in a month's report if it was overdue at any time of it: missed in the month, or before
it and still waiting at its begin. So what is late over the turn of a month is told in both, as still open
in the first and as handled late in the second, and nothing overdue is in no report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from complaints.models import Clock, ClockRevision, Complaint, Extension
from complaints.policy import ClockKind
from complaints.statuses import Outcome
from reports.figures.late import Asked, Late, State
from reports.figures.overrun_shapes import Overruns, OverrunTable
from reports.figures.overrun_words import Words
from reports.figures.period import Period


def overruns(period: Period, found: list[Late]) -> Overruns:
    """What `late` found in three tables, the longest late first; words in the active language."""
    unlisted = period.unlisted({line.case for line in found})
    words = Words(period, [line for line in found if line.case not in unlisted])
    parts: dict[str, list[Late]] = defaultdict(list)
    for line in found:
        parts[line.part].append(line)

    def table(part: str) -> OverrunTable:
        lines = [words.line(line) for line in parts[part] if line.case not in unlisted]
        return OverrunTable(
            total=len(parts[part]),
            open=sum(line.done_at is None for line in parts[part]),
            carried=sum(line.carried for line in parts[part]),
            lines=tuple(sorted(lines, key=lambda line: (-line.late, line.number))),
        )

    return Overruns(table("open"), table("handled"), table("refused"))


def late(period: Period) -> list[Late]:
    """Three queries for each zone, nearly always one."""
    return [line for zone in period.zones for line in late_in(period, zone)]


def late_in(period: Period, zone: ZoneInfo) -> list[Late]:
    begins, as_of = period.bounds(zone)[0], period.ended(zone)
    clocks = list(candidates(period.zones[zone], begins, as_of))
    keys = [clock.pk for clock in clocks]
    revisions: dict[int, list[ClockRevision]] = defaultdict(list)
    for revision in ClockRevision.objects.filter(clock__among=keys).order_by("pk"):
        revisions[revision.clock_id].append(revision)
    requests = asked(keys, as_of)
    found = []
    for clock in clocks:
        written_at = clock.stop_recorded_at or clock.stopped_at
        done_at = clock.stopped_at if written_at and written_at < as_of else None
        said = requests[clock.pk]
        missed = next(
            (
                stretch.due_at
                for stretch in stretches(clock, revisions[clock.pk], done_at and written_at, as_of)
                if stretch.was_missed(done_at)
                and stretch.until >= begins
                and (stretch.counts or any(one.mended(stretch.due_at) for one in said))
            ),
            None,
        )
        if missed:
            version = clock.then
            facts = clock.pk, clock.complaint_id, missed, done_at, missed < begins, version, tuple(said)
            found.append(Late(*facts, clock.estate))
    return of_departments(found, period.departments)


def of_departments(found: list[Late], departments: tuple[int, ...]) -> list[Late]:
    """Those whose case was of these departments then; all where none are named."""
    if not (found and departments):
        return found
    theirs = Complaint.history.filter(
        history_id__in=[line.version for line in found], department__in=departments
    )
    versions = set(theirs.values_list("history_id", flat=True))
    return [line for line in found if line.version in versions]


@dataclass(frozen=True)
class Stretch:
    """A due time of a clock, and until when it was waited for."""

    due_at: datetime
    until: datetime  # another due time was set, the work was told as done, or the period ended
    counts: bool  # no other was set by `as_of`, or the breach is on record; else it was set anew in time
    on_record: bool = False  # it was set anew when the breach had been written down

    def was_missed(self, done_at: datetime | None) -> bool:
        """Whether it ran out. What is done or set anew at the very instant is in time, but for a breach
        on record then, which stays (domain.md 5)."""
        end = min(self.until, done_at or self.until)
        return self.due_at < end or self.on_record and self.due_at == end


def stretches(
    clock: Clock, revisions: Sequence[ClockRevision], ended_at: datetime | None, as_of: datetime
) -> Iterator[Stretch]:
    """Every due time the clock had by `as_of`."""
    end = ended_at or as_of
    past = [one for one in revisions if one.until < as_of]
    last = revisions[len(past)] if len(past) < len(revisions) else clock
    for one in past:
        stays = one.due_at == last.breached_at
        yield Stretch(one.due_at, min(one.until, end), counts=stays, on_record=stays)
    yield Stretch(last.due_at, end, counts=True)


def candidates(estates: Sequence[int], begins: datetime, as_of: datetime) -> QuerySet[Clock]:
    """Resolve clocks that may have been overdue in the month, with the version `then` of the case.

    The version is the one in which the clock stopped, else that of `as_of`.
    """
    versions = Complaint.history.filter(id=OuterRef("complaint")).order_by("-history_date", "-history_id")
    then = versions.filter(history_date__lt=as_of, history_date__lte=OuterRef("written_at"))
    return (
        Clock.objects.filter(
            Q(complaint__closed_at=None) | Q(complaint__closed_at__gte=begins),
            Q(stopped_at=None) | Q(stopped_at__gte=begins) | Q(stop_recorded_at__gte=begins),
            Q(recorded_at=None) | Q(recorded_at__lt=as_of),
            Q(due_at__lt=as_of, stopped_at=None) | Q(due_at__lt=F("stopped_at")) | Q(revision__gt=1),
            kind=ClockKind.RESOLVE,
            started_at__lt=as_of,
            complaint__estate__in=estates,
            complaint__registered_at__lt=as_of,
        )
        .exclude(complaint__outcome=Outcome.VOID)
        .annotate(
            written_at=Coalesce("stop_recorded_at", "stopped_at", Value(as_of), output_field=DateTimeField())
        )
        .annotate(
            estate=F("complaint__estate"),
            then=Coalesce(
                Subquery(then.values("history_id")[:1]),
                Subquery(versions.reverse().values("history_id")[:1]),
            ),
        )
        .order_by("pk")
    )


def asked(clocks: list[int], as_of: datetime) -> dict[int, list[Asked]]:
    """Requests for more time on these clocks as they stood at `as_of`, in their order."""
    requests: dict[int, list[Asked]] = defaultdict(list)
    found = Extension.objects.filter(clock__among=clocks, requested_at__lt=as_of)
    for each in found.select_related("reason", "decided_by").order_by("requested_at", "pk"):
        decided = each.decided_at is not None and each.decided_at < as_of
        taken_back = each.withdrawn_at is not None and each.withdrawn_at < as_of
        # Not confirmed in its time it counted as none, whatever its speaker decided later.
        confirmed = each.confirm_by and each.decided_at and each.decided_at <= each.confirm_by
        by_word = bool(confirmed) and each.oral_by_id == each.decided_by_id
        requests[each.clock_id].append(
            Asked(
                state=State(each.state) if decided else State.WITHDRAWN if taken_back else State.PENDING,
                reason=str(each.reason),
                note=each.note,
                old_due_at=each.old_due_at,
                role=each.approver_role,
                decided_by=str(each.decided_by) if decided else "",
                decided_at=each.decided_at if decided else None,
                said_at=each.oral_at if by_word else each.decided_at if decided else None,
            )
        )
    return requests
