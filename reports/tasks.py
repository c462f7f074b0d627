"""Celery's door to the making of reports and papers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from complaints.tasks import trusted_now
from reports import issue, paperwork

#: Papers of one turn; then whatever else waits for the worker has its own.
TURN = 10


@shared_task
def make() -> None:
    """Make what is in line. Asked for after every request, and by beat in case the message was lost."""
    issue.make_waiting(timezone.now())


@shared_task
def papers() -> None:
    """Make the papers in line, in one process of this machine; the others go on with the timers.

    Who finds the place taken goes: its holder looks again once it has let go.
    """
    while paperwork.waits(timezone.now()):
        with paperwork.alone() as mine:
            made = 0
            while mine and made < TURN and paperwork.make_next(timezone.now()):
                made += 1
        if not mine:
            return
        if made == TURN:
            papers.delay()
            return


@shared_task
def forget() -> None:
    """Papers are thrown away after an hour."""
    paperwork.forget(trusted_now(deletes=True))
