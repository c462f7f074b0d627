"""The report calendar, the roll-ups and the reports that wait, without Celery."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.tasks import trusted_now
from reports import calendar_beat, issue, owner_papers, rollups


class Command(BaseCommand):
    help = "Look at the report calendar, roll up closed months, make the reports that were asked for."

    def handle(self, *args: Any, **options: Any) -> None:
        while calendar_beat.work(trusted_now()):
            pass
        rollups.fill(trusted_now())
        made = issue.make_waiting(timezone.now()) + owner_papers.make_waiting(timezone.now())
        while calendar_beat.take_drafts(trusted_now()):
            pass
        self.stdout.write(f"{made} report(s) taken up")
