"""Celery's door to the making of reports."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from reports import issue


@shared_task
def make() -> None:
    """Make what is in line. Asked for after every request, and by beat in case the message was lost."""
    issue.make_waiting(timezone.now())
