"""Overdue without approval: every resolve deadline that passed unapproved, by name (domain.md 5 and 8).

A deadline stands in a month's report if it was overdue at any time of it: missed in the month, or before
it and still waiting at its begin. So what is late over the turn of a month is told in both, as still open
in the first and as handled late in the second, and nothing overdue is in no report.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from complaints.lifecycle import Outcome
from complaints.models import Clock, Complaint, Event, Extension
from complaints.policy import ClockKind
from reports.figures.overrun_shapes import Overruns, OverrunTable
from reports.figures.overrun_words import Words
from reports.figures.period import Period

State = Extension.State


@dataclass(frozen=True)
class Asked:
    """A request for more time, as it stood at `as_of`."""

    state: str
    reason: str
    note: str
    old_due_at: datetime
    asked_due_at: datetime
    role: str
    decided_by: str
    decided_at: datetime | None
    by_word: bool  # granted by word of mouth before it was written down


@dataclass(frozen=True)
class Late:
    """A resolve deadline that was overdue in the month, with the case as it stood then."""

    clock: int
    case: int
    missed: datetime  # the due time that passed
    done_at: datetime | None  # by `as_of`
    carried: bool  # missed before the month
    version: int  # of the case: at the end of the work, else at `as_of`
    asked: tuple[Asked, ...]

    @property
    def answer(self) -> Asked | None:
        """The last request that was declined, or granted when the time had passed."""
        return next((one for one in reversed(self.asked) if self.came_to_nothing(one)), None)

    def came_to_nothing(self, one: Asked) -> bool:
        afterwards = one.decided_at is not None and one.decided_at > self.missed
        if one.state == State.DECLINED:
            return afterwards or one.old_due_at >= self.missed
        # Granted in time, a due time is none that was missed.
        return one.state == State.APPROVED and (
            one.old_due_at == self.missed or afterwards and not one.by_word
        )

    @property
    def unanswered(self) -> Asked | None:
        return next((one for one in self.asked if one.state == State.PENDING), None)


def overruns(period: Period) -> Overruns:
    """Everything in three tables, the longest late first; words in the active language."""
    found = late(period)
    unlisted = period.unlisted({line.case for line in found})
    words = Words(period, [line for line in found if line.case not in unlisted])
    parts: dict[str, list[Late]] = defaultdict(list)
    for line in found:
        parts["refused" if line.answer else "handled" if line.done_at else "open"].append(line)

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
    """Three queries."""
    bounds = {
        estate: period.month.bounds(zone) for zone, estates in period.zones.items() for estate in estates
    }
    clocks = list(
        candidates(period).values_list(
            "pk", "complaint", "complaint__estate", "due_at", "breached_at", "stopped_at", "then"
        )
    )
    requests, due_then = asked(period, [clock for clock, *_rest in clocks])
    found = []
    for clock, case, estate, due_at, breached_at, stopped_at, version in clocks:
        begins, ends = bounds[estate]
        done_at = stopped_at if stopped_at and stopped_at < period.as_of else None
        missed = missed_at(
            due_then.get(clock, due_at),
            breached_at,
            done_at,
            [
                one.decided_at
                for one in requests[clock]
                if one.state == State.APPROVED and one.decided_at is not None
            ],
            begins,
            min(ends, period.as_of),
        )
        if missed:
            found.append(Late(clock, case, missed, done_at, missed < begins, version, tuple(requests[clock])))
    return found


def candidates(period: Period) -> QuerySet[Clock]:
    """Resolve clocks that may have been overdue in the month, with the version of the case as it was then."""
    first = min(period.month.bounds(zone)[0] for zone in period.zones)
    granted_since = Extension.objects.filter(
        clock=OuterRef("pk"), state=State.APPROVED, decided_at__gte=period.as_of
    )
    until = Coalesce("stopped_at", Value(period.as_of), output_field=DateTimeField())
    versions = Complaint.history.filter(id=OuterRef("complaint")).order_by("-history_date", "-history_id")
    then = versions.filter(history_date__lt=period.as_of, history_date__lte=OuterRef("until"))
    return (
        Clock.objects.filter(
            Q(complaint__closed_at=None) | Q(complaint__closed_at__gte=first),
            Q(stopped_at=None) | Q(stopped_at__gte=first),
            Q(breached_at__isnull=False)
            | Q(due_at__lt=period.as_of, stopped_at=None)
            | Q(due_at__lt=period.as_of, stopped_at__gt=F("due_at"))
            | Q(Exists(granted_since)),
            kind=ClockKind.RESOLVE,
            started_at__lt=period.as_of,
            complaint__estate__in=period.names,
            complaint__received_at__lt=period.as_of,
        )
        .exclude(complaint__outcome=Outcome.VOID)
        .annotate(until=until)
        .annotate(
            then=Coalesce(
                Subquery(then.values("history_id")[:1]),
                Subquery(versions.reverse().values("history_id")[:1]),
            )
        )
        .order_by("pk")
    )


def asked(period: Period, clocks: list[int]) -> tuple[dict[int, list[Asked]], dict[int, datetime]]:
    """Requests for more time on these clocks as they stood at `as_of`, in their order; and the due time
    of that moment where it has been moved since."""
    requests: dict[int, list[Asked]] = defaultdict(list)
    due_then: dict[int, datetime] = {}
    found = (
        Extension.objects.filter(clock__among=clocks, requested_at__lt=period.as_of)
        .select_related("reason", "decided_by")
        .order_by("requested_at", "pk")
    )
    given_up = withdrawals(period, {each.complaint_id for each in found})
    for each in found:
        state = each.state
        if state == State.WITHDRAWN:
            ended = [at for at in given_up[each.complaint_id] if at >= each.requested_at]
            state = State.WITHDRAWN if ended else State.PENDING
        elif each.decided_at is None or each.decided_at >= period.as_of:
            if state == State.APPROVED:
                due_then.setdefault(each.clock_id, each.old_due_at)
            state = State.PENDING
        decided = state in (State.APPROVED, State.DECLINED)
        requests[each.clock_id].append(
            Asked(
                state=state,
                reason=str(each.reason),
                note=each.note,
                old_due_at=each.old_due_at,
                asked_due_at=each.asked_due_at,
                role=each.approver_role,
                decided_by=str(each.decided_by) if decided else "",
                decided_at=each.decided_at if decided else None,
                by_word=each.oral_at is not None and each.oral_by_id == each.decided_by_id,
            )
        )
    return requests, due_then


def withdrawals(period: Period, cases: set[int]) -> dict[int, list[datetime]]:
    """When requests of these cases were taken back, or lapsed with the work, before `as_of`."""
    kinds = ("extension_withdrawn", "extension_lapsed")
    events = Event.objects.filter(
        complaint__among=cases, kind__in=kinds, params__clock=ClockKind.RESOLVE, at__lt=period.as_of
    )
    ended: dict[int, list[datetime]] = defaultdict(list)
    for case, at in events.values_list("complaint", "at"):
        ended[case].append(at)
    return ended


def missed_at(
    due_at: datetime,
    breached_at: datetime | None,
    done_at: datetime | None,
    granted: list[datetime],
    begins: datetime,
    ends: datetime,
) -> datetime | None:
    """The due time that passed unapproved and was still waited for in [`begins`, `ends`).

    The first miss, `breached_at`, lasts until the work was done or until more time was granted after it,
    one of `granted`; the time then granted may be missed as well.
    """
    if breached_at and breached_at < ends:
        over = min([at for at in granted if at > breached_at] + [done_at or ends, ends])
        if breached_at >= begins or over >= begins:
            return breached_at
    is_late = due_at < ends and (done_at is None or done_at > due_at and done_at >= begins)
    return due_at if is_late else None
