"""Celery's door to the loading of registers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from owners.importing import jobs


@shared_task
def load_registers() -> None:
    """Read and load what is in line. Woken by each upload, and by beat in case that was lost."""
    jobs.work_waiting(timezone.now)
