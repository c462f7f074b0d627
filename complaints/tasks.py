"""Celery's doors: five lines each. Redis wakes them; what is due stands in the database."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from complaints import notifications
from complaints import sweep as sweeping
from complaints.actions import calendars, doors, files, grades, reminders

SENDING = timedelta(seconds=8)


@shared_task
def sweep() -> None:
    sweeping.check_skew(timezone.now())
    while sweeping.sweep(timezone.now()):
        pass
    while grades.raise_due(timezone.now()):
        pass
    while reminders.remind_due(timezone.now()):
        pass
    calendars.carry_on(timezone.now())
    sweeping.digest(timezone.now())


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
