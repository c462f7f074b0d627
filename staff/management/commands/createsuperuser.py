"""Django's own command would make a log-in without a posting: whoever signs in with it stands before 404s."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Refused: manage.py begin makes the first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Takes whatever Django's command takes, so that the answer is always the same sentence."""
        for flag in ("--username", "--email", "--name", "--database"):
            parser.add_argument(flag)
        parser.add_argument("--noinput", "--no-input", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "Nobody works here as a superuser: what a person may do comes from postings. "
            "Run manage.py begin for the first administrator; he adds the others under Settings, Staff."
        )
