"""Celery's door to the making of reports and papers."""

from __future__ import annotations

import logging
import time

from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from complaints.tasks import trusted_now
from reports import calendar_beat, issue, owner_papers, paperwork, rollups

log = logging.getLogger(__name__)
#: Papers of one turn; then whatever else waits for the worker has its own.
TURN = 10
#: Seconds a queue that did not answer is left alone: each try ties up the page that makes it.
SILENCE = 10
#: So long at a time past months are counted.
ROLLUP_SECONDS = 20
_silent_until = 0.0


def wake(task: Task) -> None:
    """Tell a worker of work; one that is not told looks by itself within a minute."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        task.delay()
    except OperationalError:
        _silent_until = time.monotonic() + SILENCE
        log.warning("The queue cannot be reached; what was asked for waits for the next look of a worker.")


@shared_task
def make() -> None:
    """Make what is in line. Asked for after every request, and by beat in case the message was lost."""
    issue.make_waiting(timezone.now())
    owner_papers.make_waiting(timezone.now())
    while calendar_beat.take_drafts(timezone.now()):
        pass


@shared_task
def fill_rollups() -> None:
    """Make the roll-ups that are missing or hold no longer, some at a time: what waits has its turn too."""
    until = time.monotonic() + ROLLUP_SECONDS
    rollups.fill(trusted_now(), go_on=lambda: time.monotonic() < until)


@shared_task
def papers() -> None:
    """Make the papers in line, in one process of this machine; the others go on with the timers.

    Who finds the place taken goes: its holder looks again once it has let go.
    """
    _serve("papers", TURN)


@shared_task
def sheets() -> None:
    """Make the sheets of the ledger in line, one a turn, beside the papers."""
    _serve("sheets", 1)


def _serve(line: str, turn: int) -> None:
    while paperwork.waits(timezone.now(), line):
        with paperwork.alone(line) as mine:
            made = 0
            while mine and made < turn and paperwork.make_next(timezone.now(), line):
                made += 1
        if not mine:
            return
        if made == turn:
            wake({"papers": papers, "sheets": sheets}[line])
            return


@shared_task
def forget() -> None:
    """Papers are thrown away after an hour."""
    paperwork.forget(trusted_now(deletes=True))
