"""Make the reports that wait, without Celery."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports import issue


class Command(BaseCommand):
    help = "Make the reports that were asked for and wait."

    def handle(self, *args: Any, **options: Any) -> None:
        made = issue.make_waiting(timezone.now())
        self.stdout.write(f"{made} report(s) taken up")
