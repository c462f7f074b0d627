"""Records of questions that were begun and not signed, or signed without a scan: whoever keeps them is
reminded, then those above (sweep; X4, G16).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from complaints import notifications
from complaints.actions.inquiries import reads
from complaints.actions.reminders import barred_of
from complaints.actions.visibility import roles_on
from complaints.inquiries import KEEPERS, State
from complaints.models import Complaint, Event, Inquiry
from complaints.restricted_access import CaseReaders, leads_to, named_readers
from complaints.thorough import Urgency, next_reminder, urgency
from config.framework.bulk_insert import write
from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 100
#: Whom a step goes to besides those who keep the record.
ABOVE: dict[Urgency, tuple[Role, ...]] = {
    Urgency.SOON: (),
    Urgency.OVER: (),
    Urgency.DAY_OVER: (Role.SUPERVISOR,),
    Urgency.WEEK_OVER: (Role.SUPERVISOR, Role.PROPERTY_MANAGER),
}


def remind_due(now: datetime) -> int:
    """Remind of what waits for a signature or a scan; how many were dealt with.

    What has its scan meanwhile, or is of a wrong entry, is left alone from then on.
    """
    with transaction.atomic(durable=True):
        due = Inquiry.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        keys = list(
            due.filter(remind_at__lte=now).order_by("remind_at", "pk").values_list("pk", flat=True)[:BATCH]
        )
        beside = ("complaint__estate", "complaint__department", "recorder", "begun_by")
        rows = list(Inquiry.objects.waiting().filter(pk__in=keys).select_related(*beside).order_by("pk"))
        done = set(keys) - {row.pk for row in rows}
        Inquiry.objects.filter(pk__in=done).update(due_at=None, remind_at=None)
        if rows:
            _remind(rows, now)
    return len(keys)


def _remind(rows: Sequence[Inquiry], now: datetime) -> None:
    stand_ins = StandIns.load(now, {row.complaint.estate for row in rows})
    barred = barred_of((row.complaint for row in rows), stand_ins)
    named = named_readers(row.complaint_id for row in rows if row.complaint.restricted)
    sent: dict[str, list[notifications.Notice]] = {}
    later: dict[datetime, list[int]] = defaultdict(list)
    entries = []
    for row in rows:
        case, due_at = row.complaint, row.due_at or now
        step = urgency(due_at, now)
        but = barred[case.pk]
        readers = CaseReaders(case, stand_ins, named.get(case.pk, ()))
        own = [
            one for one in stand_ins.present([row.recorder, row.begun_by], but) if _keeps(one, case, readers)
        ]
        roles = ABOVE[step] if own else (Role.SUPERVISOR, *ABOVE[step])
        above = [one for role in roles for one in stand_ins.reach(role, case.estate_id, barred=but)[1]]
        people = list(dict.fromkeys([*own, *(one for one in above if _keeps(one, case, readers))]))
        waits = "scan" if row.state == State.SIGNED else "signing"
        kind = f"inquiry_{waits}_{'soon' if step == Urgency.SOON else 'over'}"
        said = {"record": row.number, "due_at": due_at.isoformat()}
        sent[f"iq{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"] = [
            notifications.Notice(one, kind, case, said) for one in people
        ]
        if step > Urgency.SOON:
            params = said | {"told": [one.pk for one in people]}
            entries.append(
                Event(complaint=case, at=now, recorded_at=now, kind=f"inquiry_{waits}_late", params=params)
            )
        later[next_reminder(due_at, now)].append(row.pk)
    for at, keys in later.items():
        Inquiry.objects.filter(pk__in=keys).update(remind_at=at)
    write(*entries)
    notifications.write_many(sent, at=now)


def _keeps(one: User, case: Complaint, readers: CaseReaders) -> bool:
    """Whether he can see to it: the case is his to read, its records are, and he keeps such."""
    held = readers.stand_ins.permissions_of(one)
    roles = roles_on(case, held)
    return (
        leads_to(held, case) and readers.reads(one.pk) and bool(KEEPERS & set(roles)) and reads(case, roles)
    )
