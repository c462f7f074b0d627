"""Read and load the registers that wait, without Celery."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from owners.importing import jobs


class Command(BaseCommand):
    help = "Read and load the registers that were sent in the browser and wait."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = jobs.work_waiting(timezone.now)
        self.stdout.write(f"{taken} register(s) taken up")
