"""The roll-ups of closed months: made where they are missing, made anew, compared with the cases."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports import rollups


class Command(BaseCommand):
    help = "Make the figures of closed months that are missing; --rebuild all of them, --check none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--rebuild", action="store_true", help="make every month anew")
        which.add_argument("--check", action="store_true", help="compare what is kept with the cases")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["check"]:
            wrong = [str(place) for place in rollups.differing(now)]
            if wrong:
                raise CommandError(f"{len(wrong)} month(s) differ from the cases: {', '.join(wrong)}")
            self.stdout.write(f"as the cases say; {len(rollups.lacking(now))} month(s) without a roll-up")
            return
        tell = (
            (lambda place: self.stdout.write(str(place))) if options["verbosity"] > 1 else lambda place: None
        )
        made = rollups.rebuild(now, tell=tell) if options["rebuild"] else rollups.fill(now)
        self.stdout.write(f"{made} month(s) made")
