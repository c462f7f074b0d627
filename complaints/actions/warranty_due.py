"""What is due about a warranty: a builder who has not come, and every other step that nobody has seen to.

The warranty officer hears of it, then those above (T48).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from complaints import notifications
from complaints.models import CaseWarranty, Event, Respondent
from complaints.restricted_access import CaseReaders
from complaints.statuses import Outcome
from complaints.thorough import Urgency, next_reminder, urgency
from complaints.warranty import State
from owners.models import EstateWarranty
from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 200
#: It waits for the builder to come.
TO_COME = (State.NOTIFIED, State.AGREED, State.REFUSED)
#: Whom a step goes to besides the officer; the supervisor where none is named.
ABOVE: dict[Urgency, tuple[Role, ...]] = {
    Urgency.SOON: (),
    Urgency.OVER: (),
    Urgency.DAY_OVER: (Role.SUPERVISOR,),
    Urgency.WEEK_OVER: (Role.SUPERVISOR, Role.PROPERTY_MANAGER),
}


def remind_due(now: datetime) -> int:
    """Remind of builders who are late and of what else is due; how many were dealt with.

    A few statements, however many there are.
    """
    with transaction.atomic(durable=True):
        rows = list(
            CaseWarranty.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("complaint__estate")
            .order_by("remind_at", "pk")[:BATCH]
        )
        over = [row.pk for row in rows if row.complaint.outcome == Outcome.VOID]
        CaseWarranty.objects.filter(pk__in=over).update(remind_at=None)
        owed = [row for row in rows if row.complaint.outcome != Outcome.VOID]
        if owed:
            _remind(owed, now)
    return len(rows)


def _remind(rows: Sequence[CaseWarranty], now: datetime) -> None:
    estates = {row.complaint.estate_id: row.complaint.estate for row in rows}
    stand_ins = StandIns.load(now, estates.values())
    named = EstateWarranty.objects.filter(estate__in=estates, officer__isnull=False).select_related("officer")
    officers = {one.pk: one.officer for one in named}
    barred: dict[int, set[int]] = defaultdict(set)
    about = Respondent.objects.filter(complaint__in=[row.pk for row in rows], user__isnull=False)
    for number, user in about.values_list("complaint", "user"):
        barred[number].add(user or 0)
    sent: dict[str, list[notifications.Notice]] = {}
    events, later = [], defaultdict(list)
    for row in rows:
        case, due_at = row.complaint, row.due_at or now
        but = barred[case.pk] | set(CaseReaders(case, stand_ins).without_access if case.restricted else ())
        officer: User | None = officers.get(case.estate_id)
        people = stand_ins.present([officer], but) if officer else []
        step = urgency(due_at, now)
        for role in ABOVE[step] if people else (Role.SUPERVISOR, *ABOVE[step]):
            people += stand_ins.reach(role, case.estate_id, barred=but)[1]
        people = list(dict.fromkeys(people))
        kind = "warranty_late" if row.state in TO_COME else "warranty_due"
        stands = {} if row.state in TO_COME else {"warranty_state": row.state}
        what = {"due_at": due_at.isoformat(), "warranty": case.number} | stands
        source = f"warranty{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"
        sent[source] = [notifications.Notice(person, kind, case, what) for person in people]
        told = {"due_at": due_at.isoformat(), "told": [person.pk for person in people]} | stands
        events.append(Event(complaint=case, at=now, recorded_at=now, kind=kind, params=told))
        later[next_reminder(due_at, now)].append(row.pk)
    for at, keys in later.items():
        CaseWarranty.objects.filter(pk__in=keys).update(remind_at=at)
    Event.objects.bulk_create(events)
    notifications.write_many(sent, at=now)
