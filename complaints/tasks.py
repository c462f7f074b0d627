"""Celery's doors: five lines each. Redis wakes them; what is due stands in the database."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from complaints import digest, notifications
from complaints import sweep as sweeping
from complaints.actions import calendars, doors, files, grades, reminders

SENDING = timedelta(seconds=8)
#: What a sweep does, in this order, each until nothing is left; `health` looks at the mark of each.
JOBS = {
    "sweep": sweeping.sweep,
    "grades": grades.raise_due,
    "reminders": reminders.remind_due,
    "calendars": calendars.carry_on,
    "digest": digest.digest,
}

logger = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """Each job has its turn, whatever became of those before it; one that goes on failing is shown."""
    sweeping.check_skew(timezone.now())
    failures = []
    for name, job in JOBS.items():
        try:
            while job(timezone.now()):
                pass
            notifications.mark(name, timezone.now())
        except Exception as failure:
            logger.exception("the sweep's job failed: %s", name)
            failures.append(failure)
    if failures:
        raise ExceptionGroup("the sweep", failures)


@shared_task
def send() -> None:
    """Ends after some seconds whatever waits: the next one goes on, and the sweep has its turn."""
    end = timezone.now() + SENDING
    while notifications.send_due(timezone.now()) and timezone.now() < end:
        pass


@shared_task
def forget() -> None:
    """Codes and visits of the portal that have run out; files no form took within a day."""
    doors.forget_doors(at=timezone.now())
    files.sweep(at=timezone.now())
