"""Celery's doors: five lines each. Redis wakes them; what is due stands in the database.

Each asks `trusted_now` for the time before every round: a clock that has jumped fires, sends, reminds,
tells and deletes nothing, however it was set off.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints import digest, health, notifications
from complaints import sweep as sweeping
from complaints.actions import (
    calendars,
    causes,
    commendations_due,
    commendations_waiting,
    court_due,
    daily_readings,
    evidence_due,
    files,
    inquiries_due,
    ledger_loads,
    measures_due,
    notice_grade,
    portal_access,
    portal_drafts,
    portal_notes,
    reminders,
    rewards_due,
    studies_due,
    surveys_due,
    training_due,
    visits_due,
    warranty_due,
)
from owners.importing import jobs as registers
from staff import audit

SENDING = timedelta(seconds=8)
#: How the parts of a sweep are done; `health` names them, and looks at the mark of each.
WORK: dict[str, Callable[[datetime], Any]] = {
    "sweep": sweeping.sweep,
    "grades": notice_grade.raise_due,
    "reminders": lambda now: (
        reminders.remind_due(now)
        + portal_notes.remind_due(now)
        + daily_readings.remind_due(now)
        + court_due.remind_due(now)
        + evidence_due.remind_due(now)
        + inquiries_due.remind_due(now)
        + commendations_waiting.remind_due(now)
        + rewards_due.remind_due(now)
        + visits_due.remind_due(now)
        + training_due.remind_due(now)
    ),
    "measures": lambda now: (
        causes.remind_due(now)
        + measures_due.remind_due(now)
        + measures_due.propose_due(now)
        + warranty_due.remind_due(now)
    ),
    "library": lambda now: studies_due.remind_due(now) + studies_due.draft_due(now),
    "commendations": lambda now: commendations_due.propose_due(now) + rewards_due.propose_due(now),
    "surveys": surveys_due.work,
    "calendars": calendars.carry_on,
    "digest": digest.digest,
}
#: What a sweep does, in this order, each until nothing is left.
JOBS = {name: WORK[name] for name in ("sweep", *health.JOBS)}

logger = logging.getLogger(__name__)


#: What floors above keep for a time only, erased by `forget`.
KEPT: list[Callable[[datetime], Any]] = []


def join_forgetting(job: Callable[[datetime], Any]) -> None:
    """Let a floor above erase what it has kept long enough, with every `forget`."""
    KEPT.append(job)


def join_sweep(name: str, label: Any, job: Callable[[datetime], Any]) -> None:
    """Let a job of a floor above have its turn in every sweep; `label` names it where health is shown."""
    health.JOBS[name], JOBS[name] = label, job


def trusted_now(*, deletes: bool = False) -> datetime:
    """The clock, for everything that fires, sends, reminds, tells or deletes by itself. Raises ClockSkew."""
    now = timezone.now()
    sweeping.check_skew(now, deletes=deletes)
    return now


@shared_task
def sweep() -> None:
    """Each job has its turn, whatever became of those before it; one that goes on failing is shown."""
    trusted_now()
    failures = []
    for name, job in JOBS.items():
        try:
            while job(trusted_now()):
                pass
            notifications.mark(name, trusted_now())
        except sweeping.ClockSkew:
            raise
        except Exception as failure:
            logger.exception("the sweep's job failed: %s", name)
            failures.append(failure)
    if failures:
        raise ExceptionGroup("the sweep", failures)


@shared_task
def send() -> None:
    """Ends after some seconds whatever waits: the next one goes on, and the sweep has its turn."""
    end = time.monotonic() + SENDING.total_seconds()
    while notifications.send_due(trusted_now()) and time.monotonic() < end:
        pass


@shared_task
def past_ledgers() -> None:
    """Read and take over the past ledgers in line. Woken by each, and by beat in case that was lost."""
    ledger_loads.work_waiting(timezone.now)


@shared_task
def forget() -> None:
    """Codes and visits of the portal that have run out, what was abandoned there for a week; files no form
    took, registers nobody came back to within a day; rows of the audit, and of floors above, that were kept
    long enough."""
    portal_access.delete_expired(at=trusted_now(deletes=True))
    portal_drafts.forget(at=trusted_now(deletes=True))
    files.sweep(at=trusted_now(deletes=True))
    registers.forget(trusted_now(deletes=True))
    ledger_loads.forget(trusted_now(deletes=True))
    audit.forget(trusted_now(deletes=True))
    for job in KEPT:
        job(trusted_now(deletes=True))
