"""Yearly targets are set and read. The only writer of the rows of `target_rows`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.calendar_rules import Overtaken
from reports.figures.month import Days
from reports.models import YearTarget
from reports.scopes import Scope
from reports.target_rules import KEEPERS, LONGEST, SHAPES, printed, scopes_aimed_at
from staff.models import User
from staff.permissions import Permissions, permissions_of


def sets_targets(person: Permissions) -> bool:
    return bool(person.company & KEEPERS)


def days_of(year: int) -> Days:
    return Days(date(year, 1, 1), date(year, 12, 31))


def is_over(year: int, scope: Scope, at: datetime) -> bool:
    """Once the year has ended in all its estates."""
    return all(days_of(year).bounds(estate.zone)[1] <= at for estate in scope.estates)


def last_year_offered(scope: Scope, at: datetime) -> int:
    """Targets are set for this year, and beforehand for the next."""
    return at.astimezone(scope.estates[0].zone).year + 1


def versions(year: int, scope: str) -> list[YearTarget]:
    """All of them, the newest first. One query."""
    rows = YearTarget.objects.filter(year=year, scope=scope)
    return list(rows.select_related("made_by").order_by("-made_at", "-pk"))


def newest_key(year: int, scope: str) -> int:
    """What a page was opened on: the key of the last version; 0 for none."""
    row = YearTarget.objects.filter(year=year, scope=scope).order_by("-pk").first()
    return row.pk if row else 0


def set_targets(
    scope: Scope,
    year: int,
    values: Mapping[str, Decimal | None],
    *,
    because: str,
    started_from: int,
    by: User,
    at: datetime,
) -> list[YearTarget]:
    """A version of each target that is another than before; None withdraws one. Raises Refused."""
    if not sets_targets(permissions_of(by, at)):
        raise WrongPerson(_("Targets are set by the general manager."))
    if not scopes_aimed_at(scope.code):
        raise Refused(_("Targets are set for an estate or for the company."))
    if is_over(year, scope, at):
        raise Refused(_("The year is over; its targets stay as they are."))
    if year > last_year_offered(scope, at):
        raise Refused(_("Targets are set for this year and the next."))
    if not (why := because.strip()) or len(why) > LONGEST:
        raise Refused(_("Say why, in at most %(n)s characters.") % {"n": LONGEST}, field="because")
    if newest_key(year, scope.code) != started_from:
        raise Overtaken
    for indicator, value in values.items():
        _check(indicator, value)
    try:
        with transaction.atomic():
            made = _write(scope.code, year, values, why, by, at)
    except IntegrityError:  # somebody else has saved at the same moment
        raise Overtaken from None
    if not made:
        raise Refused(_("Nothing was changed."))
    return made


def _check(indicator: str, value: Decimal | None) -> None:
    most = SHAPES[indicator].most
    if value is not None and not 0 <= value <= most:
        raise Refused(_("A number from 0 to %(most)s.") % {"most": most}, field=indicator)
    if value is not None and round(value, SHAPES[indicator].places) != value:
        told = {"example": printed(indicator, round(value, SHAPES[indicator].places)).removesuffix("%")}
        raise Refused(_("So exact it is not counted; write %(example)s.") % told, field=indicator)


def _write(
    scope: str, year: int, values: Mapping[str, Decimal | None], why: str, by: User, at: datetime
) -> list[YearTarget]:
    rows = YearTarget.objects.filter(year=year, scope=scope).order_by("number")
    before = {row.indicator: row for row in rows}
    made = []
    for indicator, value in values.items():
        last = before.get(indicator)
        if value == (last.value if last else None):
            continue
        row = YearTarget(
            scope=scope, year=year, indicator=indicator, number=(last.number if last else 0) + 1,
            direction=SHAPES[indicator].direction, value=value, because=why, made_at=at, made_by=by,
        )  # fmt: skip
        row.save()
        made.append(row)
    return made
