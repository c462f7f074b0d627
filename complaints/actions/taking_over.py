"""Cases of a ledger kept before are taken over, many at once; a ledger taken over by mistake is voided whole.

What was over there is over here: no clock runs, nobody is told, no revisit is due. What is open gets its
clocks from now on, or to the time the ledger promised. Each case has one entry, which says from where it
comes and who took it over. Its first version stands at the time of receipt, since a past month is told by
what its cases were then; the version of the taking over follows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db.models import F, Q
from django.utils.translation import gettext as _

from complaints import notice_grade
from complaints.actions.clock_rows import LEVEL, calendar_of, clocks_for, when_due
from complaints.actions.current_policy import current_policy
from complaints.actions.new_case import next_numbers
from complaints.actions.notice_grade import facts_of
from complaints.actions.past_ledger_plan import Choices, Plan, Planned
from complaints.clocks import RUNS_IN, until
from complaints.models import (
    Clock,
    Complainant,
    Complaint,
    Cycle,
    Deadline,
    Event,
    LedgerLoad,
    Respondent,
    TakenOver,
)
from complaints.notice_grade import Thresholds
from complaints.past_ledger.headings import LABELS, Column
from complaints.policy import ClockKind, NoticeGrade
from complaints.statuses import Outcome, Status
from config.framework.bulk_insert import Rows, write, write_versions
from config.framework.refusals import Refused
from owners.names import name_key
from owners.phones import last_four
from staff.models import Estate, User
from staff.roles import Role
from staff.stand_ins import StandIns

T = TypeVar("T")
#: Cases written in one go.
MANY = 500
EVENT = ("complaint", "at", "recorded_at", "actor", "by_customer", "kind", "params", "note", "owner_sees")


def take_over(
    plan: Plan,
    load: LedgerLoad,
    choices: Choices,
    *,
    by: User,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write the cases of a plan; how many. The caller holds the estate's row and the transaction."""
    cases = sorted(plan.new, key=lambda case: (case.received_at, case.entry.row))
    writing = _Writing(load, choices, by, at)
    numbers = _numbers(load.estate, cases)
    done = 0
    for some in _batches(cases):
        writing.write(some, numbers)
        done += len(some)
        progress(done, len(cases))
    return done


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, so many at a time."""
    left = iter(rows)
    while some := list(islice(left, MANY)):
        yield some


def _numbers(estate: Estate, cases: Iterable[Planned]) -> dict[str, str]:
    """Our numbers by key: of the year of receipt, in the order of receipt, gap-free as all are."""
    years: dict[int, list[str]] = defaultdict(list)
    for case in cases:
        years[case.received_at.astimezone(estate.zone).year].append(case.key)
    found: dict[str, str] = {}
    for year, keys in sorted(years.items()):
        found |= dict(zip(keys, next_numbers(estate, year, len(keys)), strict=True))
    return found


class _Writing:
    def __init__(self, load: LedgerLoad, choices: Choices, by: User, at: datetime) -> None:
        self.load, self.estate, self.choices, self.by, self.at = load, load.estate, choices, by, at
        self.version = current_policy()
        self.policy = self.version.policy
        self.calendar = calendar_of(self.estate, self.policy)
        self.limits = Thresholds(self.policy.notice, self.estate.zone)
        managers = StandIns.load(at, [self.estate]).reach(Role.PROPERTY_MANAGER, self.estate.pk)[1]
        self.manager = next(iter(managers), None)

    def write(self, some: Iterable[Planned], numbers: dict[str, str]) -> None:
        rows = [(case, self._case(case, numbers[case.key])) for case in some]
        beside: list[Any] = []
        levels: list[Any] = []
        for case, row in rows:
            cycle = self._cycle(case, row)
            beside += [self._complainant(case, row), cycle, self._taken_over(case, row)]
            beside += [_respondent(row, who) for who in case.respondents]
            if case.is_open:
                clocks, more = self._clocks(case, row, cycle)
                beside += clocks
                levels += more
        Complaint.objects.bulk_create([row for _case, row in rows])
        keys = [row.pk for _case, row in rows]
        write_versions(Complaint, keys, None, None, dated="registered_at")
        write_versions(Complaint, keys, self.by, self.at, kind="~")
        events = [self._event(case, row) for case, row in rows]
        write(*beside, Rows(Deadline, LEVEL, levels), Rows(Event, EVENT, events), by=self.by, at=self.at)

    def _case(self, case: Planned, number: str) -> Complaint:
        row = Complaint(
            number=number,
            estate=self.estate,
            received_at=case.received_at,
            registered_at=case.received_at,  # it was written down then, in the ledger
            changed_at=self.at,
            channel=case.channel,
            outcome=case.outcome,
            closed_at=case.closed_at,
            status=Status.RECORDED if case.is_open else Status.CLOSED,
            severity=case.severity,
            grade=case.grade,
            validity=case.validity,
            unit=case.unit,
            building=case.building,
            place=case.place,
            content=case.entry.get(Column.CONTENT),
            category=case.category,
            cause=case.cause,
            department=case.department,
            promised_at=case.promised_at,
            first_receiver=case.receiver or self.choices.receiver or self.by,
            handler=case.handler,
        )
        if case.is_open:
            row.accountable = self.manager
            if row.severity and row.handler:
                row.status = Status.ACTING
            # What time alone makes of it counts from its receipt, and is said by the next sweep.
            facts = facts_of(row, self.limits)
            row.grade_due_at = notice_grade.next_moment(
                facts, self.limits, row.received_at, NoticeGrade(row.grade), {}
            )
        return row

    def _complainant(self, case: Planned, row: Complaint) -> Complainant:
        return Complainant(
            complaint=row, owner=case.owner, name=case.name, name_key=name_key(case.name), phone=case.phone,
            last4=last_four(case.phone), capacity=case.capacity,
        )  # fmt: skip

    def _cycle(self, case: Planned, row: Complaint) -> Cycle:
        return Cycle(
            complaint=row, number=1, started_at=case.received_at, ended_at=case.closed_at,
            handled_at=case.handled_at if not case.is_open else None,
            handled_by=case.handler if case.handled_at and not case.is_open else None,
            result=case.entry.get(Column.RESULT),
        )  # fmt: skip

    def _taken_over(self, case: Planned, row: Complaint) -> TakenOver:
        entry = case.entry
        return TakenOver(
            complaint=row, load=self.load, estate=self.estate, sheet=entry.sheet[:100], row=entry.row,
            former_number=entry.get(Column.NUMBER)[:60], key=case.key, said=case.said,
            day_only=sorted(column for column, moment in entry.moments.items() if moment.clock is None),
        )  # fmt: skip

    def _clocks(self, case: Planned, row: Complaint, cycle: Cycle) -> tuple[list[Clock], list[Any]]:
        """The clocks of its status from now on; to be handled by what was promised, if that was chosen. A
        promise that has passed is overdue."""
        kinds = RUNS_IN[Status(row.status)]
        times = when_due(kinds, row.facts, self.at, self.policy, self.calendar)
        promised = case.promised_at if self.choices.own_due else None
        if promised:
            times.pop(ClockKind.RESOLVE, None)
        clocks, levels = clocks_for(row, cycle, times, self.at, self.version)
        found, rows = list(clocks.values()), list(levels.rows)
        if promised:
            start = self.at if promised > self.at else row.received_at
            own = {ClockKind.RESOLVE: until(promised, start, self.policy, self.calendar)}
            clocks, levels = clocks_for(row, cycle, own, start, self.version, written_at=self.at)
            found += clocks.values()
            rows += levels.rows
        if nearest := min(found, key=lambda clock: clock.due_at, default=None):
            row.next_due_at, row.next_due_kind = nearest.due_at, nearest.kind
        return found, rows

    def _event(self, case: Planned, row: Complaint) -> tuple[Any, ...]:
        """Words that have no column here stand in its note, each under its heading."""
        params: dict[str, Any] = {"row": case.entry.row, "load": self.load.pk}
        if number := case.entry.get(Column.NUMBER):
            params["former"] = number[:60]
        words = "\n".join(
            _("%(column)s: %(words)s") % {"column": LABELS[column], "words": text}
            for column, text in case.said.items()
        )
        return (row, self.at, self.at, self.by, False, "taken_over", params, words, False)


def _respondent(row: Complaint, who: Any) -> Respondent:
    if isinstance(who, User):
        return Respondent(complaint=row, user=who)
    if isinstance(who, str):
        return Respondent(complaint=row, name=who)
    return Respondent(complaint=row, department=who)


# Undone ---------------------------------------------------------------------------------------------


def void_all(load: LedgerLoad, *, reason: str, by: User, at: datetime) -> int:
    """Void 作废 every case of a ledger that nobody has touched since; how many. Raises Refused otherwise.

    The caller holds the load's row and the transaction, and has asked whether `by` may.
    """
    if not reason.strip():
        raise Refused(_("Say why it is voided."), field="reason")
    cases = Complaint.objects.filter(taken_over__load=load)
    keys = list(
        cases.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True)
    )
    _check_untouched(load)
    clocks = Clock.objects.running().filter(complaint__taken_over__load=load)
    running = list(
        clocks.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True)
    )
    for some in _batches(running):
        Deadline.objects.filter(clock__in=some, state=Deadline.State.PENDING).update(
            state=Deadline.State.CANCELLED
        )
        mine = Clock.objects.filter(pk__in=some)
        mine.filter(due_at__lt=at, breached_at=None).update(breached_at=F("due_at"))
        mine.update(stopped_at=at)
    for some in _batches(keys):
        rows = Complaint.objects.filter(pk__in=some)
        rows.update(
            status=Status.CLOSED, outcome=Outcome.VOID, closed_at=at, version=F("version") + 1, changed_at=at,
            next_due_at=None, next_due_kind="", grade_due_at=None, danger_since=None,
        )  # fmt: skip
        write_versions(Complaint, some, by, at, kind="~")
        Cycle.objects.filter(complaint__in=some).update(ended_at=at)
        voided: list[Any] = [(pk, at, at, by, False, "voided", {}, reason.strip(), False) for pk in some]
        closed = [(pk, at, at, by, False, "closed", {"outcome": Outcome.VOID}, "", False) for pk in some]
        write(Rows(Event, EVENT, voided + closed))
    load.cases.update(is_void=True)
    return len(keys)


def _check_untouched(load: LedgerLoad) -> None:
    touched = Event.objects.filter(complaint__taken_over__load=load).exclude(kind="taken_over")
    touched = touched.filter(Q(actor__isnull=False) | Q(by_customer=True))
    numbers = touched.order_by("complaint__number").values_list("complaint__number", flat=True).distinct()
    if first := list(numbers[:3]):
        raise Refused(
            _("Something has happened on its cases since (%(numbers)s …): it is no longer voided as a whole.")
            % {"numbers": "、".join(first)}
        )
