"""What surveys do by themselves: begin on their first day, remind once, close after the last (sweep; F17)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from complaints.actions.survey_rows import HeldSurvey, today
from complaints.actions.surveys import begin, close_now, remind_now
from complaints.models import Survey
from complaints.surveys import State


def _owed(day: date) -> Q:
    begins = Q(state=State.PLANNED, starts_on__lte=day)
    ends = Q(state=State.RUNNING, ends_on__lt=day)
    reminds = Q(state=State.RUNNING, remind_on__lte=day, ends_on__gte=day) & (
        Q(reminded_on=None) | Q(reminded_on__lt=F("remind_on"))
    )
    return begins | ends | reminds


def work(now: datetime) -> int:
    """Take one step with one survey; 1, or 0 when none owes any. Call again while it is not zero."""
    day = today(now)
    with transaction.atomic(durable=True):
        row = (
            Survey.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(_owed(day))
            .order_by("pk")
            .first()
        )
        if row is None:
            return 0
        held = HeldSurvey(row, None, by=None, at=now)
        if row.state == State.PLANNED:
            begin(held, homes=row.invitations.count())
        elif row.ends_on < day:
            close_now(held)
        else:
            remind_now(held)
    return 1
