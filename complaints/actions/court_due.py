"""Days in court that are near are told of in time, each reminder once (sweep)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from complaints import notifications
from complaints.actions.law import ours_only
from complaints.law import next_reminder
from complaints.models import CourtEntry, Event, Respondent
from complaints.restricted_access import CaseReaders
from complaints.statuses import Outcome
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 200


def remind_due(now: datetime) -> int:
    """Remind of hearings; how many were dealt with."""
    with transaction.atomic(durable=True):
        beside = ("estate", "handler", "first_receiver", "accountable", "speaker")
        rows = list(
            CourtEntry.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related(*(f"complaint__{name}" for name in beside))
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def _remind(rows: Sequence[CourtEntry], now: datetime) -> None:
    """Set-based but for the people: those of the case and its managers, as far as they may read it."""
    stand_ins = StandIns.load(now, {row.complaint.estate for row in rows})
    barred: dict[int, set[int]] = defaultdict(set)
    about = Respondent.objects.filter(
        complaint__in=[row.complaint_id for row in rows], user__isnull=False
    ).values_list("complaint", "user")
    for pk, user in about:
        barred[pk].add(user)
    notices: dict[str, list[notifications.Notice]] = {}
    events: list[Event] = []
    later: dict[datetime | None, list[int]] = defaultdict(list)
    for row in rows:
        case = row.complaint
        if case.outcome == Outcome.VOID or row.on_at <= now:  # over, or nobody's any more
            later[None].append(row.pk)
            continue
        readers = CaseReaders(case, stand_ins)
        but = barred[case.pk] | set(readers.without_access if case.restricted else ())
        own = [case.handler, case.first_receiver, case.accountable, case.speaker]
        people = stand_ins.present([one for one in own if one], but)
        people = ours_only(people, case, stand_ins)
        people += stand_ins.reach(Role.PROPERTY_MANAGER, case.estate_id, barred=but)[1]
        what = {"court_stage": row.stage, "on_at": row.on_at.isoformat()}
        told = [person for person in dict.fromkeys(people) if readers.reads(person.pk)]
        source = f"court{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"
        notices[source] = [notifications.Notice(person, "court_soon", case, what) for person in told]
        params = what | {"told": [person.pk for person in told]}
        events.append(Event(complaint=case, at=now, recorded_at=now, kind="court_reminded", params=params))
        later[next_reminder(row.on_at, now)].append(row.pk)
    for at, keys in later.items():
        CourtEntry.objects.filter(pk__in=keys).update(remind_at=at)
    Event.objects.bulk_create(events)
    notifications.write_many(notices, at=now)
