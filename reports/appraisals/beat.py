"""What happens to appraisals by themselves: a reminder of the sheets of a month, and the closing of those
whose days to appeal are over. A turn of the sweep; a month is told once, whatever dies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import get_default_timezone

from complaints import notifications
from complaints.notifications import Notice
from reports.appraisal_rows import AppraisalReminder, AppraisalSheet
from reports.appraisal_rules import State
from reports.appraisals.people import Seat, seats
from reports.appraisals.schemes import newest
from reports.appraisals.sheets import close_due, ended, span_of
from reports.appraisals.telling import Holders
from staff.models import User
from staff.roles import ladder

JOB = "appraisals"
#: So many days before the day by which the sheets are to be written they are reminded of.
AHEAD = 2
Kind = AppraisalSheet.Kind


def work(now: datetime) -> int:
    """One round of the sweep; how much was done. Call again while it is not zero."""
    return close_due(now) + remind_due(now)


def remind_due(now: datetime) -> int:
    """Tell managers how many of their people have no sheet of the last month yet; how many were told.

    Nothing is told where nobody has ever begun a sheet: there it is not in use.
    """
    today = now.astimezone(get_default_timezone()).date()
    if today.day < max(1, newest().read.due_day - AHEAD):
        return 0
    first, until = span_of(Kind.MONTH, today.replace(day=1) - timedelta(days=1))
    if AppraisalReminder.objects.filter(starts_on=first).exists() or not AppraisalSheet.objects.exists():
        return 0
    try:
        with transaction.atomic():
            row = AppraisalReminder.objects.create(starts_on=first, told_at=now)
            owed = _owed(unwritten(seats(ended(until, now)), Kind.MONTH, first), now)
            told = [
                Notice(user, "appraisals_due", None, {"appraisals": f"{first:%Y-%m}", "count": many})
                for user, many in owed.items()
            ]
            notifications.write(told, at=now, source=f"appraisals{row.starts_on}")
    except IntegrityError:  # another process tells it
        return 0
    return len(told)


def unwritten(there: Sequence[Seat], kind: str, first: date) -> list[Seat]:
    """Those of them whose sheet of a time was not shown to them yet. One query."""
    rows = AppraisalSheet.objects.filter(kind=kind, starts_on=first).exclude(state=State.DRAFT)
    shown = set(rows.values_list("user", flat=True))
    return [seat for seat in there if seat.user.pk not in shown]


def _owed(there: Sequence[Seat], now: datetime) -> Counter[User]:
    holders = Holders(now)
    owed: Counter[User] = Counter()
    for seat in there:
        owed.update(holders.nearest(ladder(seat.role)[1:], seat.estate, seat.department, but=[seat.user.pk]))
    return owed
