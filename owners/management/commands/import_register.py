"""`manage.py import_register FILE --estate CODE`: load the ledger of an estate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.framework.refusals import Refused
from owners.importing.estates import Elsewhere
from owners.importing.loading import Outcome, load
from owners.importing.reading import Line, Reading
from owners.importing.register import read_register
from owners.importing.showing import column_label, sentences, shown
from owners.models import Occupancy
from staff.estates import ended, estate_called


class Command(BaseCommand):
    help = (
        "Load buildings, units and people from a register (.xlsx, .csv). Shows how it read the columns and "
        "what is wrong, row by row; loads nothing unless all rows are right or --skip-bad is given. May be "
        "run again: only what is new is added."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--estate", required=True, metavar="CODE", help="the estate's code, such as JX")
        parser.add_argument("--sheet", help="read only the sheet of this name")
        parser.add_argument("--skip-bad", action="store_true", help="load the good rows, leave the bad ones")
        parser.add_argument(
            "--of-this-estate",
            action="store_true",
            help="the file names another estate and is of this one all the same",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be loaded, load nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            estate = estate_called(options["estate"])
            if sentence := ended(estate, timezone.now()):
                raise Refused(sentence)
            reading = read_register(path.read_bytes(), path.name, sheet=options["sheet"])
        except OSError as error:
            raise CommandError(_("The file cannot be opened: %(why)s.") % {"why": error.strerror}) from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self._show(reading)
        outcome = load(
            reading,
            estate,
            by=None,
            at=timezone.now(),
            skip_bad=options["skip_bad"],
            trial=options["dry_run"],
            of_this_estate=options["of_this_estate"],
        )
        self._lines(_("Different from the register, not changed"), outcome.differences)
        self._result(outcome, reading, dry_run=options["dry_run"], skip_bad=options["skip_bad"])

    def _show(self, reading: Reading) -> None:
        self._head(_("Columns"))
        for column in reading.columns:
            meaning = column_label(column.meaning or "", column.whose) or _("not read")
            self.stdout.write(f"  {column.sheet}!{column.letter}  {column.header} → {meaning}")
        self._head(_("Rows"))
        self.stdout.write(
            "  "
            + _("homes %(homes)d, shops %(shops)d, parking spaces %(parking)d, vacant %(vacant)d")
            % {
                "homes": reading.count("home"),
                "shops": reading.count("shop"),
                "parking": reading.count("parking"),
                "vacant": reading.vacant,
            }
        )
        capacities = "，".join(
            f"{Occupancy.Capacity(capacity).label} {count}"
            for capacity, count in reading.capacities().most_common()
        )
        self.stdout.write(
            "  "
            + _("people %(people)d (%(capacities)s), phones %(phones)d")
            % {"people": reading.people, "capacities": capacities, "phones": reading.phones}
        )
        skipped = Counter(line.sentence for line in reading.skipped)
        if skipped:
            reasons = "，".join(f"{reason} {count}" for reason, count in skipped.items())
            self.stdout.write("  " + _("not read as rows: %(reasons)s") % {"reasons": reasons})
        self._lines(_("Notes"), reading.notes)
        self._lines(_("Problems"), reading.problems)

    def _result(self, outcome: Outcome, reading: Reading, *, dry_run: bool, skip_bad: bool) -> None:
        self._head(_("Result"))
        if other := outcome.elsewhere:
            raise CommandError(
                other.sentence
                + (" " + self._way_out(other) if other.may_be_this else "")
                + " "
                + _("Nothing was loaded.")
            )
        if not outcome.loaded and reading.problems and not skip_bad:
            raise CommandError(
                ngettext(
                    "Nothing was loaded: %(count)d row is wrong. Correct it or leave it out with --skip-bad.",
                    "Nothing was loaded: %(count)d rows are wrong. Correct them or leave them out with "
                    "--skip-bad.",
                    reading.bad_rows,
                )
                % {"count": reading.bad_rows}
            )
        for sentence in sentences(shown(reading, outcome), is_loaded=not dry_run):
            self.stdout.write("  " + sentence)
        if outcome.unchanged and not outcome.is_empty:
            self.stdout.write("  " + _("Rows already known: %d") % outcome.unchanged)

    def _way_out(self, other: Elsewhere) -> str:
        if other.code:
            return _(
                "Give --estate %(code)s, or --of-this-estate if the file is of this estate all the same."
            ) % {"code": other.code}
        return _("Give the other estate, or --of-this-estate if the file is of this estate all the same.")

    def _head(self, text: str) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(text))

    def _lines(self, title: str, lines: Iterable[Line]) -> None:
        lines = list(lines)
        if not lines:
            return
        self._head(f"{title} ({len(lines)})")
        for line in lines:
            where = f" {line.where}" if line.where else ""
            row = _("row %d") % line.row if line.row else ""
            self.stdout.write(f"  {line.sheet} {row}{where}: {line.sentence}")
