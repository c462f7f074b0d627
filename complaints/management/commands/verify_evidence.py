"""For cron: read every file of evidence again; exit code 1 and a line for each that is not as it came in."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.actions.evidence import cases_with_evidence
from complaints.actions.evidence_check import verify_by_itself
from complaints.models import Complaint


class Command(BaseCommand):
    help = (
        "Read the files of evidence again and compare each with its SHA-256 of the moment it came in. What is"
        " changed or missing is written on stderr and into the timeline of its case, its managers are told,"
        " and the exit code is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", metavar="NUMBER", help="Of this case only: JX-2026-000018.")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = cases_with_evidence()
        if number := options["case"]:
            if not Complaint.objects.filter(number=number).exists():
                raise CommandError(f"There is no case {number}.")
            cases = cases.filter(number=number)
        files = wrong = count = 0
        for case in cases.iterator():
            done = verify_by_itself(case, at=timezone.now())
            count += bool(done.read)
            files, wrong = files + len(done.read), wrong + len(done.wrong)
            for one in done.wrong:
                gone = "the words of a signed record:" if one.is_text else f"row {one.key} is gone,"
                file = f"{one.file.name} ({one.file.file})" if one.file else gone
                self.stderr.write(f"{case.number} no. {one.item}: {file} {one.found}")
        self.stdout.write(f"{files} files of {count} cases read; {wrong} changed or missing.")
        if wrong:
            sys.exit(1)
