"""A demo company with fourteen months of cases, replayed through the real actions."""

from __future__ import annotations

import random
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Count
from django.utils import timezone, translation

from complaints import notifications
from complaints.digest import digest
from complaints.management.demo import company, danger, overruns, past
from complaints.management.demo.replay import Replay
from complaints.models import Complainant
from staff.models import Estate, User

UNFINISHED = settings.VAR_DIR / "demo-is-loading"


def refuse_half_of_one() -> None:
    """Raises CommandError when the demo was cut off while it was loading: what is there is no company."""
    if UNFINISHED.exists() and _has_begun():
        raise CommandError(
            f"The demo was cut off while it was loading. Remove its database (with SQLite the "
            f"folder {settings.VAR_DIR}) and start again."
        )


def _has_begun() -> bool:
    return Estate.objects.exists() or User.objects.exists()


def owners_phone() -> str:
    """The phone with the most cases, whose list is worth a look."""
    named = (
        Complainant.objects.exclude(phone="").values("phone").annotate(n=Count("pk")).order_by("-n", "phone")
    )
    return str(named[0]["phone"]) if named else ""


class Command(BaseCommand):
    help = "Load the demo company into an empty database, or print its log-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when a company has begun")
        parser.add_argument("--logins", action="store_true", help="only print the demo's log-ins")
        parser.add_argument("--cases", type=int, default=440)
        parser.add_argument("--seed", type=int, default=2026)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["logins"]:
            refuse_half_of_one()
            if _has_begun():
                if not options["if_empty"]:
                    raise CommandError("The database is not empty; the demo is loaded into an empty one.")
            else:
                self.load(options["cases"], random.Random(options["seed"]))  # noqa: S311 (no secret)
        if options["logins"] or not options["if_empty"]:
            self.print_logins()

    def load(self, cases: int, dice: random.Random) -> None:
        self._say("Loading the demo company and fourteen months of its cases: a minute or two.")
        self._say("A company of your own begins without it: SHOUWEN_DEMO=False bin/run")
        UNFINISHED.touch()
        now = timezone.now()
        if connection.vendor == "sqlite":
            # A demo that is cut off half-way is thrown away; waiting for the disk buys nothing.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
        with notifications.muted(until=now - timedelta(days=3)):
            made = company.build(now=now, dice=dice)
            self._say("  Estates, people and homes are there; now their cases.")
            replay = Replay(
                made,
                now=now,
                dice=dice,
                explain=overruns.explain,
                open_urgent=danger.opens,
                progress=self._progress(),
            )
            past.replay_cases(replay, cases)
            digest(now)
            # By its name: what reads complaints stands above them.
            call_command("demo_reports", seed=dice.randrange(10_000))
        UNFINISHED.unlink()
        self._say("The demo company is loaded.")

    def _progress(self) -> Callable[[float, datetime], None]:
        """Says how far the replay is, a line for each tenth."""
        told = 0

        def tell(share: float, day: datetime) -> None:
            nonlocal told
            if (tenth := int(share * 10)) > told:
                told = tenth
                self._say(f"  {tenth * 10} %, {day:%B %Y}")

        return tell

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def print_logins(self) -> None:
        if UNFINISHED.exists():
            self._say("  The demo is still being loaded; its log-ins and its owner's phone stand when it is.")
            return
        if not User.objects.filter(username="qiantai.jx").exists():
            return
        for login, role, purpose in company.logins():
            with translation.override("zh-hans"):
                name = str(role.label)
            with translation.override("en"):
                self.stdout.write(f"  {login:<14} {name} {role.label}: {purpose}")
        if (phone := owners_phone()) and settings.PORTAL_CODE_IN_CONSOLE:
            self.stdout.write(
                f"  {phone:<14} 业主 owner: 我的投诉, with a code from this console, at /portal/mine/"
            )
        self.stdout.write(f"  password       {company.password()}")
        self.stdout.write("  These lines again: .venv/bin/python manage.py demo --logins")
