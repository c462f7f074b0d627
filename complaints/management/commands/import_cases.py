"""`manage.py import_cases FILE --estate CODE --by USERNAME`: take a ledger kept before over."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.actions import ledger_loads
from complaints.actions.past_ledger_plan import ASKED, Choices, Plan
from complaints.actions.past_ledgers import plan
from complaints.past_ledger.headings import LABELS
from complaints.past_ledger.reading import Reading, read_ledger
from config.framework.refusals import Refused
from owners.importing.reading import Line
from staff.estates import estate_called
from staff.models import User


class Command(BaseCommand):
    help = (
        "Take the cases of a ledger kept before over (.xlsx, .csv). Shows how it was read, "
        "what is doubtful and what is refused, row by row; makes nothing unless all rows are right or "
        "--skip-bad is given. May be run again: only what is new is made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--estate", required=True, metavar="CODE", help="the estate's code, such as JX")
        parser.add_argument(
            "--by", required=True, metavar="USERNAME", help="the supervisor or property manager who does it"
        )
        parser.add_argument(
            "--word",
            action="append",
            default=[],
            metavar="KIND:WORD=CODE",
            help=f"what a word means: channel:传真=letter; kinds: {', '.join(ASKED)}; WORD may be blank",
        )
        parser.add_argument(
            "--own-due", action="store_true", help="open cases are due when the ledger promised, not from now"
        )
        parser.add_argument("--skip-bad", action="store_true", help="take the good rows, leave the bad ones")
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, make nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        by = self._user(options["by"])
        chosen = {
            "words": self._words(options["word"]),
            "own_due": options["own_due"],
            "skip_bad": options["skip_bad"],
        }
        at = timezone.now()
        try:
            estate = estate_called(options["estate"])
            reading = read_ledger(path.read_bytes(), path.name)
            found = plan(reading, estate, Choices(words=chosen["words"], receiver=by), at)
            self._show(reading, found)
            if options["dry_run"]:
                self._result(found, made=False)
                return
            language = translation.get_language() or "zh-hans"
            found, _job = ledger_loads.by_command(
                reading, estate, path.name, chosen, by=by, language=language, at=at
            )
        except OSError as error:
            raise CommandError(_("The file cannot be opened: %(why)s.") % {"why": error.strerror}) from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self._result(found, made=True)

    def _user(self, name: str) -> User:
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(_("Nobody has the user name %(name)s.") % {"name": name})
        return user

    def _words(self, said: list[str]) -> dict[str, dict[str, str]]:
        words: dict[str, dict[str, str]] = {}
        for one in said:
            kind, colon, rest = one.partition(":")
            word, equals, code = rest.rpartition("=")
            if kind not in ASKED or not colon or not equals:
                raise CommandError(_("“%(text)s” is not KIND:WORD=CODE.") % {"text": one})
            words.setdefault(kind, {})[word] = code
        return words

    def _show(self, reading: Reading, found: Plan) -> None:
        self._head(_("Columns"))
        for column in reading.columns:
            meaning = LABELS.get(column.meaning) or _("not read")
            self.stdout.write(f"  {column.sheet}!{column.letter}  {column.header} → {meaning}")
        for kind, words in found.asked.items():
            self._head(_("Words of “%(column)s” that are not known") % {"column": LABELS[kind]})
            for word, count in words.most_common():
                self.stdout.write(f"  {kind}:{word} ({count})")
        self._lines(_("Doubtful"), found.notes)
        self._lines(_("Rows that are refused"), found.problems)

    def _result(self, found: Plan, *, made: bool) -> None:
        self._head(_("Result"))
        if not found.new:
            self.stdout.write("  " + _("Nothing in the file is new."))
        else:
            sentence = _("Would be made: %(n)s cases, %(open)s of them open.")
            if made:
                sentence = _("Taken over: %(n)s cases, %(open)s of them open.")
            self.stdout.write("  " + sentence % {"n": len(found.new), "open": found.open})
        if found.known:
            text = ngettext("%(n)s row is known already.", "%(n)s rows are known already.", found.known)
            self.stdout.write("  " + text % {"n": found.known})

    def _head(self, text: str) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(text))

    def _lines(self, title: str, lines: Iterable[Line]) -> None:
        lines = list(lines)
        if lines:
            self._head(f"{title} ({len(lines)})")
        for line in lines:
            self.stdout.write(f"  {line.sheet} " + _("row %d") % line.row + f" {line.where}: {line.sentence}")
