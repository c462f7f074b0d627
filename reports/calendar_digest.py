"""What stays late: a report over its time by more than a day is told of each day (domain.md 4), from the day
on after the one on which its own level `DAY_OVER` has told of it.

Once a local day and scope, as service opens there; a person reads of all of his scopes in one message, as in
`complaints.digest`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from complaints import notifications
from complaints.notifications import Notice
from reports.calendar_rules import duties
from reports.duties import OPEN, DueLevel
from reports.duty_scopes import Place, holders, load_people, places, reached
from reports.models import DueDigest, DueReport
from staff.models import User

DAY = timedelta(days=1)
JOB = "report_digest"
#: Days are looked back for what was told: zones are a day apart at most.
BACK = 2 * DAY


def digest(now: datetime) -> int:
    """Tell of what is late by more than a day; how many scopes' day began. One query where nothing is."""
    late: dict[str, list[DueReport]] = defaultdict(list)
    for row in still_late(now):
        late[row.scope].append(row)
    if not late:
        return 0
    told = set(DueDigest.objects.filter(date__gte=(now - BACK).date()).values_list("scope", "date"))
    opening: dict[date, list[Place]] = defaultdict(list)
    for place in places().values():
        local = now.astimezone(place.zone)
        is_open = local.time() >= place.estates[0].opens
        if place.code in late and is_open and (place.code, local.date()) not in told:
            opening[local.date()].append(place)
    return sum(_begin(day, of, late, now) for day, of in sorted(opening.items(), key=lambda item: item[0]))


def still_late(now: datetime) -> list[DueReport]:
    """Not out, and a day over its time on a local day before this; the latest first."""
    rows = DueReport.objects.filter(state__in=OPEN, done_at=None, due_at__lte=now - DAY)
    late = rows.select_related("rules").order_by("due_at", "pk")
    return [row for row in late if _day(row.due_at + DAY, row) < _day(now, row)]


def _day(at: datetime, row: DueReport) -> date:
    return at.astimezone(row.zone).date()


@transaction.atomic(durable=True)
def _begin(day: date, of: list[Place], late: dict[str, list[DueReport]], now: datetime) -> int:
    marks = [DueDigest.objects.get_or_create(scope=place.code, date=day) for place in of]
    begun = {mark.scope for mark, is_new in marks if is_new}
    if begun:
        _write(day, begun, late, now)
    return len(begun)


def _write(day: date, begun: Collection[str], late: dict[str, list[DueReport]], now: datetime) -> None:
    """A person's message goes as the first of his scopes opens, and tells of the late ones of all of them."""
    notices = [
        Notice(person, "reports_late", None, _said(his))
        for person, his in _readers(late, now)
        if any(row.scope in begun for row in his)
    ]
    notifications.write(notices, at=now, source=f"due-digest:{day}")


def _readers(late: dict[str, list[DueReport]], now: datetime) -> list[tuple[User, list[DueReport]]]:
    """Whoever a report waits for, and the roles told when it is a day over; where nobody is there, the
    administrators."""
    there, known = places(), duties()
    of = [there[scope] for scope in late if scope in there]
    people = load_people(now, of, known.values())
    found: dict[User, list[DueReport]] = {}
    for place in of:
        for row in late[place.code]:
            rule, duty, part = row.rule, known.get((row.kind, row.scope)), row.waits_for
            told = holders(part, place, rule, duty, people) if part else []
            told += [user for role in rule.told(DueLevel.DAY_OVER) for user in reached(role, place, people)]
            for person in dict.fromkeys(told or people.administrators(place.estates[0].pk)):
                found.setdefault(person, []).append(row)
    return list(found.items())


def _said(rows: list[DueReport]) -> dict[str, object]:
    """How many, and since when the first of them was due."""
    return {"reports_late": len(rows), "since": f"{min(row.due_on for row in rows)}"}
