"""What surveys do by themselves: begin on their first day, remind once, close once the paper is in, remind
managers of the answer to owners (sweep; F17)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from complaints.actions.survey_rows import HeldSurvey, today
from complaints.actions.surveys import begin, close_now, remind_now, was_written_to_on
from complaints.models import Survey
from complaints.surveys import ANSWER_WITHIN, BETWEEN_REMINDERS, FEW, State


def _owed(now: datetime) -> Q:
    day = today(now)
    begins = Q(state=State.PLANNED, starts_on__lte=day)
    ends = Q(state=State.RUNNING, paper_until__lt=day)
    reminds = Q(state=State.RUNNING, remind_on__lte=day, ends_on__gte=day) & (
        Q(reminded_on=None) | Q(reminded_on__lt=F("remind_on"))
    )
    unanswered = Q(state=State.CLOSED, closed_at__lte=now - ANSWER_WITHIN, answer_reminded_on=None)
    return begins | ends | reminds | unanswered


def work(now: datetime) -> int:
    """Take one step with one survey; 1, or 0 when none owes any. Call again while it is not zero."""
    with transaction.atomic(durable=True):
        row = (
            Survey.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(_owed(now))
            .order_by("pk")
            .first()
        )
        if row is None:
            return 0
        _step(HeldSurvey(row, None, by=None, at=now), now)
    return 1


def _step(held: HeldSurvey, now: datetime) -> None:
    row, day = held.row, today(now)
    if row.state == State.PLANNED and all(one.has_ended(now) for one in held.estates):
        because = _("Before it began, we had handed over its estates.")
        held.set(state=State.DROPPED, dropped_because=because)
        held.record("dropped", because)
        held.commit()
    elif row.state == State.PLANNED:
        begin(held, homes=row.invitations.count())
    elif row.state == State.CLOSED:
        held.set(answer_reminded_on=day)
        if row.answers.count() >= FEW:
            held.tell_managers("survey_unanswered")
        held.commit()
    elif row.paper_until and row.paper_until < day:
        close_now(held)
    elif day - (last := was_written_to_on(row, now)) < BETWEEN_REMINDERS:
        held.set(remind_on=None)
        held.record("reminder_left_out", day=f"{last:%Y-%m-%d}")
        held.commit()
    else:
        remind_now(held)
