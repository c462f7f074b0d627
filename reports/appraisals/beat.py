"""What happens to appraisals by themselves: reminders of the sheets of a month and a year, of a sheet not
signed and of an appeal not decided, and the closing of those whose days to appeal are over. A turn of the
sweep; a month is told once, whatever dies.
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
from reports.appraisals.schemes import in_force
from reports.appraisals.sheets import ABOUT, AHEAD, close_due, ended, span_of
from reports.appraisals.telling import Holders, above_rater, tell
from staff.models import User
from staff.roles import ladder

JOB = "appraisals"
#: An appeal whose time is over is told of again after so long, until it is decided.
AGAIN = timedelta(days=3)
Kind = AppraisalSheet.Kind


def work(now: datetime) -> int:
    """One round of the sweep; how much was done. Call again while it is not zero."""
    return close_due(now) + remind_due(now) + remind_waiting(now)


def remind_due(now: datetime) -> int:
    """Tell managers how many of their people have no sheet of the last month or year; how many were told.

    Nothing is told where nobody has ever begun a sheet: there it is not in use.
    """
    today, rules = now.astimezone(get_default_timezone()).date(), in_force(now).read
    told = 0
    if today.day >= max(1, rules.due_day - AHEAD.days):
        told += _remind(Kind.MONTH, today.replace(day=1) - timedelta(days=1), now)
    # The annual sheet is shown once December is closed: its days to appeal are over by then.
    if today.month == 1 and today.day >= min(28, rules.due_day + rules.appeal_days):
        told += _remind(Kind.YEAR, today.replace(day=1) - timedelta(days=1), now)
    return told


def _remind(kind: str, day: date, now: datetime) -> int:
    first, until = span_of(kind, day)
    if AppraisalReminder.objects.filter(kind=kind, starts_on=first).exists():
        return 0
    if not AppraisalSheet.objects.exists():
        return 0
    name, code = ("appraisals_due", f"{first:%Y-%m}")
    if kind == Kind.YEAR:
        name, code = "appraisals_year_due", f"{first.year}"
    try:
        with transaction.atomic():
            AppraisalReminder.objects.create(kind=kind, starts_on=first, told_at=now)
            owed = _owed(unwritten(seats(ended(until, now)), kind, first), now)
            told = [
                Notice(user, name, None, {"appraisals": code, "count": many}) for user, many in owed.items()
            ]
            notifications.write(told, at=now, source=f"appraisals{first}")
    except IntegrityError:  # another process tells it
        return 0
    return len(told)


@transaction.atomic
def remind_waiting(now: datetime, batch: int = 100) -> int:
    """Tell whoever a sheet waits for, before its time is over and after; how many sheets. As `close_due`."""
    rows = AppraisalSheet.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    due = rows.filter(remind_at__lte=now).select_related(*ABOUT).prefetch_related("entries")
    found = list(due.order_by("remind_at", "pk")[:batch])
    holders = Holders(now) if found else None
    for row in found:
        row.remind_at = None
        if row.state == State.SHOWN:
            tell(row, "appraisal_unsigned", [row.user], None, now)
        elif row.state == State.APPEALED and row.decide_by:
            _remind_of_appeal(row, row.decide_by, holders, now)
        row.save(update_fields=["remind_at"])
    return len(found)


def _remind_of_appeal(
    row: AppraisalSheet, decide_by: datetime, holders: Holders | None, now: datetime
) -> None:
    """Those who decide are named anew each time: postings end and people are absent. Once the time is over
    everybody who may decide is told, again and again; where nobody may, the administrators."""
    is_over = now >= decide_by
    people = above_rater(row, now, holders, everybody=is_over) or above_rater(row, now, holders)
    kind = "appraisal_appeal_over" if is_over else "appraisal_appeal_soon"
    if holders and not people:
        kind, people = "appraisal_unreached", holders.administrators(row.estate_id)
    tell(row, kind, people, None, now, again=f":{now:%Y%m%d}")
    row.remind_at = now + AGAIN if is_over else decide_by


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
