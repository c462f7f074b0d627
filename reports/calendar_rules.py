"""The rules of the report calendar and whose reports are due: kept as versions, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.statuses import WrongPerson
from complaints.worktime import Calendar
from config.framework.refusals import Refused
from reports.duties import DEFAULTS, SHAPES, Part, ReportKind, due_at, periods_from, rule_of
from reports.duty_scopes import Place, places, who_may_be_named
from reports.models import CalendarVersion, ReportDuty
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role

Duties = dict[tuple[str, str], ReportDuty]


class Overtaken(Refused):
    """Somebody else has saved since the page was opened."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed this meanwhile. Look at it again, then save."))


def keeps_calendar(person: Permissions) -> bool:
    """The calendar is the whole company's: its administrators keep it."""
    return Role.ADMINISTRATOR in person.company


def current_rules() -> CalendarVersion:
    """The newest version; the first is made of the defaults when there is none."""
    newest = CalendarVersion.objects.order_by("-number").first()
    return (
        newest
        or CalendarVersion.objects.get_or_create(
            number=1, defaults={"created_at": datetime.fromisoformat("2000-01-01T00:00:00Z")}
        )[0]
    )


def duties() -> Duties:
    """The row that holds of each kind and scope that was ever decided on. One query."""
    return {(row.kind, row.scope): row for row in ReportDuty.objects.order_by("number", "pk")}


# Rules ---------------------------------------------------------------------------------------------


def save_rule(
    kind: ReportKind, said: dict[str, Any], *, started_from: int, note: str, by: User, at: datetime
) -> CalendarVersion:
    """Write the next version, in which one kind has these rules. Raises Refused, at its field.

    What is due already keeps the version it became due under.
    """
    _check_keeper(by, at)
    if not note.strip():
        raise Refused(_("Say why the rules change."), field="note")
    newest = current_rules()
    if newest.number != started_from:
        raise Overtaken
    check_rule(kind, newest.data | {kind.value: said})
    before = {**DEFAULTS[kind], **newest.data.get(kind, {})}
    if before == {**before, **said}:
        raise Refused(_("Nothing was changed."))
    try:
        with transaction.atomic():
            return CalendarVersion.objects.create(
                number=newest.number + 1,
                data=newest.data | {kind.value: {**before, **said}},
                note=note.strip()[:200],
                created_at=at,
                created_by=by,
            )
    except IntegrityError:
        raise Overtaken from None


def check_rule(kind: ReportKind, data: dict[str, Any]) -> None:
    """Raises Refused for rules under which a report would be due before what it tells of is over.

    An input is asked for before that on purpose (K12).
    """
    rule = rule_of(data, kind)
    if not rule.recipients:
        raise Refused(_("Choose who gets it."), field="recipients")
    if not rule.over:
        raise Refused(_("Choose to whom it goes when overdue."), field="over")
    if SHAPES[kind].before:
        return
    plain = Calendar(zone=ZoneInfo("UTC"))
    for _n, period in zip(range(14), periods_from(SHAPES[kind].every, date(2026, 1, 1)), strict=False):
        if due_at(kind, period, data, plain) < plain.instant(period.until, time()):
            raise Refused(
                _("It would be due before the time it tells of has ended. Choose a later day."), field="day"
            )


def _check_keeper(by: User, at: datetime) -> None:
    if not keeps_calendar(permissions_of(by, at)):
        raise WrongPerson(_("The report calendar is kept by an administrator of the company."))


# Whose reports are due -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Who:
    """Named people of a duty; None and nobody: the roles of the rules."""

    preparer: User | None = None
    checker: User | None = None
    approver: User | None = None
    readers: tuple[User, ...] = ()

    def __getitem__(self, part: Part) -> User | None:
        return {Part.PREPARER: self.preparer, Part.CHECKER: self.checker, Part.APPROVER: self.approver}[part]


def set_duty(
    kind: ReportKind, place: Place, *, is_on: bool, who: Who, started_from: int, by: User, at: datetime
) -> ReportDuty:
    """Ask for a kind of report of a scope, or no longer, and name people. Raises Refused, at its field.

    Reports of a time that was over before it is switched on are not asked for. Those that are due already
    stay due until they come or are declared not needed.
    """
    _check_keeper(by, at)
    if place.level not in SHAPES[kind].levels:
        raise Refused(_("%(kind)s is not asked for of this.") % {"kind": kind.label})
    newest = ReportDuty.objects.filter(kind=kind, scope=place.code).order_by("-number").first()
    if (newest.number if newest else 0) != started_from:
        raise Overtaken
    _check_named(place, who, at)
    row = ReportDuty(
        kind=kind,
        scope=place.code,
        number=started_from + 1,
        is_on=is_on,
        preparer=who.preparer,
        checker=who.checker,
        approver=who.approver,
        readers=sorted({user.pk for user in who.readers}),
        since=newest.since if newest and newest.is_on and is_on else at,
        created_at=at,
        created_by=by,
    )
    if newest and _says_the_same(newest, row):
        raise Refused(_("Nothing was changed."))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Overtaken from None
    return row


def _says_the_same(one: ReportDuty, other: ReportDuty) -> bool:
    columns = ("is_on", "preparer_id", "checker_id", "approver_id", "readers")
    return all(getattr(one, column) == getattr(other, column) for column in columns)


def _check_named(place: Place, who: Who, at: datetime) -> None:
    """Whoever is named reads the figures of the scope; who prepares it does not check or sign it."""
    may = {user.pk for user in who_may_be_named(place, at)}
    people: list[tuple[str, User]] = [(str(part), user) for part in Part if (user := who[part])]
    for field, user in [*people, *(("readers", user) for user in who.readers)]:
        if user.pk not in may:
            raise Refused(
                _("%(person)s does not read the figures of %(scope)s, so cannot be named here.")
                % {"person": user, "scope": place.name},
                field=field,
            )
    for part in (Part.CHECKER, Part.APPROVER):
        if who.preparer and who[part] == who.preparer:
            raise Refused(_("Name another person than the one who prepares it."), field=str(part))


@transaction.atomic
def begin_usual(*, by: User, at: datetime) -> int:
    """Switch the usual reports on for every scope where nothing was decided yet; how many."""
    _check_keeper(by, at)
    known = duties()
    rows = [
        ReportDuty(kind=kind, scope=place.code, number=1, is_on=True, since=at, created_at=at, created_by=by)
        for kind, place in usual(places().values(), at)
        if (kind, place.code) not in known
    ]
    ReportDuty.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def usual(among: Collection[Place], at: datetime) -> list[tuple[ReportKind, Place]]:
    """What the sources ask for, of the estates that are still ours and of the company."""
    return [
        (kind, place)
        for kind, shape in SHAPES.items()
        for place in among
        if place.level in shape.usual and place.is_ours(at.astimezone(place.zone).date())
    ]
