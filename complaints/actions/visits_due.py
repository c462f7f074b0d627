"""What visits owe by the time: whoever is sent is reminded; nobody there, the supervisor hears of it (sweep).

And visits that nobody needs any more, since their case is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from complaints import notifications
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visit_rows import save, window_of
from complaints.models import Event, SiteVisit
from complaints.restricted_access import CaseReaders, named_readers
from complaints.site_visits import GRACE, State
from complaints.statuses import Status
from config.framework.bulk_insert import write
from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 200


def remind_due(now: datetime) -> int:
    """Remind of visits that begin soon, tell of those where nobody has come; how many were dealt with.

    Set-based: a batch costs the same few statements however many it holds. After an outage what has begun
    meanwhile is not announced any more.
    """
    with transaction.atomic(durable=True):
        rows = list(
            SiteVisit.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("visitor", "complaint__estate")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def _remind(rows: list[SiteVisit], now: datetime) -> None:
    estates = {row.complaint.estate_id: row.complaint.estate for row in rows}
    stand_ins = StandIns.load(now, estates.values())
    named = named_readers(row.complaint_id for row in rows if row.complaint.restricted)
    sent: dict[str, list[notifications.Notice]] = {}
    later: dict[datetime | None, list[int]] = defaultdict(list)
    late: list[int] = []
    entries: list[Event] = []
    for row in rows:
        case = row.complaint
        readers = CaseReaders(case, stand_ins, named.get(case.pk, ()))
        people = [one for one in stand_ins.present([row.visitor]) if _reads(one, row, readers, stand_ins)]
        if now >= row.starts_at + GRACE:
            barred = readers.without_access
            above = stand_ins.reach(Role.SUPERVISOR, case.estate_id, barred=barred)[1]
            people = [*people, *(one for one in above if readers.reads(one.pk))]
            kind, again = "visit_late", None
            late.append(row.pk)
            entries.append(_told_late(row, people, now))
        else:
            kind, again = "visit_soon" if now < row.starts_at else "", row.starts_at + GRACE
        later[again].append(row.pk)
        if kind:
            params = {"visit": row.number, "window": window_of(row)}
            source = f"sv{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"
            sent[source] = [notifications.Notice(one, kind, case, params) for one in dict.fromkeys(people)]
    for at, keys in later.items():
        SiteVisit.objects.filter(pk__in=keys).update(remind_at=at)
    if late:
        SiteVisit.objects.filter(pk__in=late).update(late_at=now)
    write(*entries)
    notifications.write_many(sent, at=now)


def _reads(person: User, row: SiteVisit, readers: CaseReaders, stand_ins: StandIns) -> bool:
    """A contractor's man from whom the case was taken meanwhile hears no more of it."""
    held = stand_ins.permissions_of(person)
    if held.is_contractor and row.complaint.handler_id not in held.stands_for:
        return False
    return readers.reads(person.pk)


def _told_late(row: SiteVisit, people: Iterable[User], now: datetime) -> Event:
    params = {
        "visit": row.number,
        "window": window_of(row),
        "told": [one.pk for one in dict.fromkeys(people)],
    }
    return Event(complaint=row.complaint, at=now, recorded_at=now, kind="visit_late", params=params)


def end_with_case(case: UnitOfWork) -> None:
    """With its case closed nobody visits for it any more; whoever was to go hears of it."""
    if "status" not in case.changed or case.row.status != Status.CLOSED:
        return
    rows = SiteVisit.objects.filter(complaint=case.row, state=State.PLANNED).select_related("visitor")
    for row in rows.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        row.state, row.ended_at, row.remind_at = State.OFF, case.recorded_at, None
        save(row, None, case.recorded_at)
        case.record(
            "visit_lapsed", by_rule=True, at=case.recorded_at, visit=row.number, window=window_of(row)
        )
        case.notify([row.visitor], "visit_off", visit=row.number, window=window_of(row))
