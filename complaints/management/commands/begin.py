"""From an empty database to somebody who can sign in and set the rest up.

On a terminal it asks for what the flags do not say. Run again it tells what is there and changes nothing.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from complaints.actions.beginning import Begun, begin
from config.framework.refusals import Refused
from staff import actions as office
from staff.invitations import has_moved_in, invitation_link, send_invitation
from staff.models import Company, User

#: Columns of the log-in, by the flag that says them.
SECOND = {"username": "second", "name": "second_name", "email": "second_email"}
FLAGS = {"company": "--company", "name": "--name", "username": "--username"}


class Command(BaseCommand):
    stealth_options = ("stdin",)
    help = "Make what a company needs to begin: its name, its first administrator, words, rules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="name of the company, as it stands on papers")
        parser.add_argument("--name", help="name of the first administrator")
        parser.add_argument("--username", help="what the administrator signs in with")
        parser.add_argument("--email", help="where mails to the administrator go; may be left out")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            help="language of the administrator and of this command's answers",
        )
        parser.add_argument(
            "--mail", action="store_true", help="mail the link for the password to --email, do not print it"
        )
        parser.add_argument(
            "--second",
            metavar="USERNAME",
            help="who agrees to the roles the administrator gives: a log-in, or a new general manager",
        )
        parser.add_argument("--second-name", help="name of the second person, where the log-in is new")
        parser.add_argument("--second-email", help="where mails to the second person go; may be left out")
        parser.add_argument("--no-input", action="store_true", help="ask nothing, as without a terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        self.asks = not options["no_input"] and self._stdin(options).isatty()
        _tables_are_ready()
        said = {flag: (options[flag] or "").strip() for flag in ("company", "name", "username", "email")}
        others = {key: (options[flag] or "").strip() for key, flag in SECOND.items()}
        language = options["language"] or self._language()
        with translation.override(language):
            self._begin(said, options["language"] or (language if self.asks else ""), options["mail"], others)

    def _stdin(self, options: dict[str, Any]) -> Any:
        return options.get("stdin", sys.stdin)

    def _language(self) -> str:
        if not self.asks:
            return settings.LANGUAGE_CODE
        answer = input("语言 / Language: 1 中文, 2 English [1] ").strip().lower()
        return "en" if answer in ("2", "en", "english") else "zh-hans"

    def _begin(self, said: dict[str, str], language: str, mail: bool, second: dict[str, str]) -> None:
        at = now()
        lacks_company = not Company.objects.exists()
        lacks_person = not office.administrators(at).exists()
        known = User.objects.filter(username=said["username"]).first()
        needed = {"company": lacks_company, "name": lacks_person and not known, "username": lacks_person}
        self._ask(said, {flag for flag, is_needed in needed.items() if is_needed})
        if mail and lacks_person and not said["email"]:
            raise CommandError(_("Still to be said: %(flags)s") % {"flags": "--email …"})
        password = None
        if lacks_person and self.asks and not (known and has_moved_in(known)):
            password = self._password(User(username=said["username"], name=said["name"], email=said["email"]))
        try:
            begun = begin(
                company=said["company"], username=said["username"], name=said["name"],
                email=said["email"], language=language, password=password, at=at,
                second=second if second["username"] else None,
            )  # fmt: skip
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except ValidationError as refusal:
            wrong = (f"--{flag}: {' '.join(said)}" for flag, said in refusal.message_dict.items())
            raise CommandError("; ".join(wrong)) from None
        self._tell(begun, said)
        if not has_moved_in(begun.administrator):
            self._hand_over(begun.administrator, mail)
        if begun.second and not has_moved_in(begun.second):
            self._hand_over(begun.second, mail)
        self.stdout.write(
            _("Next: sign in at %(address)s; the first page leads on.") % {"address": settings.BASE_URL}
        )

    def _ask(self, said: dict[str, str], needed: set[str]) -> None:
        """Ask for what is needed and not said; where nothing can be asked, CommandError with the flags."""
        missing = [flag for flag in FLAGS if flag in needed and not said[flag]]
        if missing and not self.asks:
            flags = " ".join(f"{FLAGS[flag]} …" for flag in missing)
            raise CommandError(_("Still to be said: %(flags)s") % {"flags": flags})
        questions = {
            "company": _("Name of the company: "),
            "name": _("Name of the first administrator: "),
            "username": _("User name for signing in (letters, digits and . _ -): "),
            "email": _("E-mail (Enter: none): "),
        }
        if self.asks and "username" in needed and not said["email"]:
            missing.append("email")
        for flag in missing:
            while not said[flag]:
                said[flag] = input(questions[flag]).strip()
                if flag == "email":
                    break

    def _password(self, user: User) -> str | None:
        """Asked twice and checked; nothing: a link instead."""
        while password := getpass(_("Password (Enter: a link for choosing one): ")):
            try:
                validate_password(password, user)
            except ValidationError as refusal:
                self.stderr.write(" ".join(refusal.messages))
                continue
            if password == getpass(_("The same once more: ")):
                return password
            self.stderr.write(_("That was not the same."))
        return None

    def _tell(self, begun: Begun, said: dict[str, str]) -> None:
        """A line for each thing: made now, or there before."""
        new, there = _("made"), _("there already")
        name = f"{begun.administrator.name} ({begun.administrator.username})"
        lines = [(_("Company"), str(begun.company), new if begun.is_new_company else there)]
        lines.append((_("Administrator"), name, new if begun.is_new else there))
        lines.append((_("Words"), _("categories, causes and reasons"), new if begun.words else there))
        lines.append((_("Limits and rules"), _("version %(n)s") % {"n": begun.policy}, ""))
        for year, is_known in begun.years.items():
            state = _("known: each new estate gets them") if is_known else _("not announced yet")
            lines.append((_("Holidays %(year)s") % {"year": year}, state, ""))
        if begun.second:
            other = f"{begun.second.name} ({begun.second.username})"
            lines.append((_("Second person"), other, new if begun.is_new_second else there))
        lines += [(_("Calendar filled"), estate, new) for estate in begun.filled]
        for what, value, state in lines:
            self.stdout.write(f"  {what}: {value}" + (f" · {state}" if state else ""))
        if said["company"] and said["company"] != begun.company.name:
            self.stdout.write("  " + _("The name of the company is changed under Settings."))
        if said["username"] and said["username"] != begun.administrator.username:
            self.stdout.write("  " + _("Further administrators are appointed under Settings, Staff."))

    def _hand_over(self, user: User, mail: bool) -> None:
        """The link for choosing a password: printed here, or mailed."""
        if mail and user.email:
            if not send_invitation(user):
                raise CommandError(
                    _("The mail could not be sent. All the rest is done: run this again without --mail.")
                )
            self.stdout.write(
                _("A link for choosing a password is on its way to %(email)s.") % {"email": user.email}
            )
            return
        days = settings.PASSWORD_RESET_TIMEOUT // 86400
        self.stdout.write(
            _(
                "%(name)s chooses a password here."
                " Whoever has the link can sign in; it works once and for %(days)s days:"
            )
            % {"name": user, "days": days}
        )
        self.stdout.write(invitation_link(user))


def _tables_are_ready() -> None:
    """Raises CommandError with the command that makes them."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(f"The database cannot be used: {error}") from None
    if behind:
        raise CommandError("The tables are not ready: run manage.py migrate first, or start bin/run once.")
