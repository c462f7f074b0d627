"""For cron: silent while the timers run, exit code 1 and a sentence on stderr when they do not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from complaints.health import timers
from complaints.views.office.health import sentences


class Command(BaseCommand):
    help = "Exit 1, saying why, when deadlines may pass unheard: sweep, levels, messages, clocks."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            health = timers(timezone.now())
        except DatabaseError as error:
            self.stderr.write(f"The database does not answer: {error}")
            sys.exit(1)
        for sentence in sentences(health):
            self.stderr.write(sentence)
        if health.is_stale:
            sys.exit(1)
