"""Celery's doors: five lines each. Redis wakes them; what is due stands in the database."""

from celery import shared_task
from django.utils import timezone

from complaints import notifications
from complaints import sweep as sweeping
from complaints.actions import doors, files


@shared_task
def sweep() -> None:
    sweeping.check_skew(timezone.now())
    while sweeping.sweep(timezone.now()):
        pass
    sweeping.digest(timezone.now())


@shared_task
def send() -> None:
    while notifications.send_due(timezone.now()):
        pass


@shared_task
def forget() -> None:
    """Codes and visits of the portal that have run out; files no form took within a day."""
    doors.forget_doors(at=timezone.now())
    files.sweep(at=timezone.now())
