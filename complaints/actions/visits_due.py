"""What visits owe by the time (sweep): whoever is sent is reminded, the supervisor hears where nobody came.

And what becomes of them with their case: who looks after one whose visitor no longer reads it; and visits
that nobody needs any more, since their case is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints import notifications
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visit_rows import save, window_of
from complaints.models import Complaint, Event, Respondent, SiteVisit
from complaints.restricted_access import CaseReaders, leads_to, named_readers
from complaints.site_visits import GRACE, OPEN, State, is_kept_waiting, next_reminder
from complaints.statuses import Outcome, Status
from config.framework.bulk_insert import write
from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 200
#: The columns of a case that decide who reads it.
READ_BY = frozenset({"handler", "department", "restricted", "first_receiver", "accountable"})
#: What is told, and of that what is written down beside, once each.
SOON, LATE, OVER, UNFINISHED = "visit_soon", "visit_late", "visit_over", "visit_unfinished"


def remind_due(now: datetime) -> int:
    """Remind of visits that begin soon, of those where nobody has come, of those that nobody has ended.

    How many were dealt with. Set-based: a batch costs the same few statements however many it holds. After an
    outage what has begun meanwhile is not announced any more.
    """
    with transaction.atomic(durable=True):
        rows = list(
            SiteVisit.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("visitor", "complaint__estate", "complaint__handler", "complaint__first_receiver")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def _remind(rows: list[SiteVisit], now: datetime) -> None:
    people = _People.of(rows, now)
    sent: dict[str, list[notifications.Notice]] = {}
    later: dict[datetime, list[int]] = defaultdict(list)
    late: list[int] = []
    entries: list[Event] = []
    for row in rows:
        step, his = _step(row, now), people.sent(row)
        told = list(dict.fromkeys(his if step == SOON and his else [*his, *people.above(row, his)]))
        if row.state == State.PLANNED and now >= row.starts_at + GRACE and row.late_at is None:
            late.append(row.pk)
        if step == LATE or step in (OVER, UNFINISHED) and _is_first(row):
            entries.append(_told(step, row, told, now))
        if step:
            params: dict[str, Any] = {"visit": row.number, "window": window_of(row)}
            kind = step if row.is_appointment or step not in (LATE, OVER) else f"{step}_common"
            if step == SOON and not his:
                kind, params = "visit_orphaned", params | {"person": row.visitor_id}
            source = f"sv{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"
            sent[source] = [notifications.Notice(one, kind, row.complaint, params) for one in told]
        later[next_reminder(row.state, row.starts_at, row.ends_at, now)].append(row.pk)
    for at, keys in later.items():
        SiteVisit.objects.filter(pk__in=keys).update(remind_at=at)
    if late:
        SiteVisit.objects.filter(pk__in=late).update(late_at=now)
    write(*entries)
    notifications.write_many(sent, at=now)


def _step(row: SiteVisit, now: datetime) -> str:
    """What is told of it now; nothing where it has just begun."""
    if row.state != State.PLANNED:
        return UNFINISHED
    if now >= row.ends_at + GRACE:
        return OVER
    if now >= row.starts_at + GRACE:
        return LATE
    return SOON if now < row.starts_at else ""


def _is_first(row: SiteVisit) -> bool:
    """Whether nothing was told yet since its time was over."""
    return row.remind_at is not None and row.remind_at <= row.ends_at + GRACE


@dataclass(frozen=True)
class _People:
    """Who hears of the visits of one batch: nobody who may not read the case."""

    stand_ins: StandIns
    named: dict[int, set[int]]
    barred: dict[int, set[int]]

    @classmethod
    def of(cls, rows: Iterable[SiteVisit], now: datetime) -> _People:
        cases = {row.complaint_id: row.complaint for row in rows}
        barred: dict[int, set[int]] = defaultdict(set)
        about = Respondent.objects.filter(complaint__in=cases, user__isnull=False)
        for case, user in about.values_list("complaint_id", "user_id"):
            barred[case].add(user)
        return cls(
            StandIns.load(now, {case.estate_id: case.estate for case in cases.values()}.values()),
            named_readers(pk for pk, case in cases.items() if case.restricted),
            barred,
        )

    def sent(self, row: SiteVisit) -> list[User]:
        """Whoever is sent, or stands in for him; nobody where he is away or reads the case no longer."""
        return [one for one in self.stand_ins.present([row.visitor]) if self._reads(one, row)]

    def above(self, row: SiteVisit, his: list[User]) -> list[User]:
        """The supervisor; where nobody is sent any more, who has the case and who received it too."""
        case, barred = row.complaint, self.barred[row.complaint_id]
        barred = barred | self._readers(case).without_access
        above = self.stand_ins.reach(Role.SUPERVISOR, case.estate_id, barred=barred)[1]
        on_it = [] if his else [one for one in (case.handler, case.first_receiver) if one]
        people = [*self.stand_ins.present(on_it, barred), *above]
        return [one for one in people if self._readers(case).reads(one.pk)]

    def _readers(self, case: Complaint) -> CaseReaders:
        return CaseReaders(case, self.stand_ins, self.named.get(case.pk, ()))

    def _reads(self, person: User, row: SiteVisit) -> bool:
        """As `visible_to` says it; a contractor's man from whom the case was taken hears no more of it."""
        case, held = row.complaint, self.stand_ins.permissions_of(person)
        if person.pk in self.barred[case.pk] or not leads_to(held, case):
            return False
        if held.is_contractor and case.handler_id not in held.stands_for:
            return False
        return self._readers(case).reads(person.pk)


def _told(kind: str, row: SiteVisit, people: Iterable[User], now: datetime) -> Event:
    params = {"visit": row.number, "window": window_of(row), "told": [one.pk for one in people]}
    return Event(complaint=row.complaint, at=now, recorded_at=now, kind=kind, params=params)


def follow_visitors(case: UnitOfWork) -> None:
    """Where whoever is sent reads the case no longer, those who look after it hear of his visit at once."""
    if not READ_BY & case.changed or case.row.status == Status.CLOSED:
        return
    rows = SiteVisit.objects.open().filter(complaint=case.row).select_related("visitor").order_by("pk")
    for row in rows:
        held = case.stand_ins.permissions_of(row.visitor)
        if not Complaint.objects.visible_to(held).filter(pk=case.row.pk).exists():
            people = [case.row.handler, case.row.first_receiver, *case.reach(Role.SUPERVISOR)]
            said: dict[str, Any] = {"visit": row.number, "window": window_of(row), "person": row.visitor_id}
            case.notify(people, "visit_orphaned", even_himself=True, **said)


def end_with_case(case: UnitOfWork) -> None:
    """With its case closed nobody visits for it any more; whoever was to go hears of it, and who waits.

    Who is on the spot may still write down what he found, but not of a void entry: that ends with it. So does
    an appointment whose time is over: on any other case it stays open until somebody enters when he came, or
    that nobody did. Only then do we know for what to apologise.
    """
    if "status" not in case.changed or case.row.status != Status.CLOSED:
        return
    is_void = case.row.outcome == Outcome.VOID
    ends = OPEN if is_void else (State.PLANNED,)
    rows = SiteVisit.objects.filter(complaint=case.row, state__in=ends).select_related("visitor")
    at = case.recorded_at
    for row in rows.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        was_planned, is_over = row.state == State.PLANNED, is_kept_waiting(row.agreed, row.ends_at, at)
        if is_over and not is_void:
            continue
        row.state = State.ENDED if row.state == State.LOOKED else State.OFF
        row.ended_at, row.remind_at = at, None
        save(row, None, at)
        case.record(
            "visit_lapsed" if was_planned else "visit_cut_off", by_rule=True, at=at, visit=row.number,
            window=window_of(row), owner_sees=was_planned and row.is_appointment and not is_over,
        )  # fmt: skip
        case.notify([row.visitor], "visit_off", visit=row.number, window=window_of(row))
