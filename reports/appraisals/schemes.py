"""The versions of what is appraised 绩效考核标准: read, and saved as the next one. The only writer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.appraisal_rows import AppraisalScheme
from reports.appraisal_scheme import DEFAULTS, check
from reports.calendar_rules import Overtaken
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role

BEGINNING = date(2000, 1, 1)
#: R2 and R7: the general manager carries the rule out; its numbers are settings of the company.
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.GENERAL_MANAGER})


def keeps_scheme(person: Permissions) -> bool:
    return bool(KEEPERS & person.company)


def newest() -> AppraisalScheme:
    """The newest version; the first is made of the defaults when there is none."""
    return AppraisalScheme.objects.order_by("-number").first() or _first()


def _first() -> AppraisalScheme:
    made_at = datetime.fromisoformat("2000-01-01T00:00:00Z")
    return AppraisalScheme.objects.get_or_create(
        number=1, defaults={"holds_from": BEGINNING, "created_at": made_at}
    )[0]


def scheme_on(day: date) -> AppraisalScheme:
    """The version by which a month or year goes that begins on this day."""
    return AppraisalScheme.objects.filter(holds_from__lte=day).order_by("-number").first() or _first()


def in_force(at: datetime) -> AppraisalScheme:
    """The version of today, where no sheet says which: one that holds from later decides nothing yet."""
    return scheme_on(at.astimezone(get_default_timezone()).date())


def save_next(
    data: dict[str, Any], holds_from: date, note: str, *, started_from: int, by: User, at: datetime
) -> AppraisalScheme:
    """Write the next version. Raises Refused, at its field.

    A sheet keeps the version it was begun under. A version never holds from a month that has begun: of two
    people one might have his sheet by now and the other not.
    """
    if not keeps_scheme(permissions_of(by, at)):
        raise WrongPerson(
            _("What is appraised is kept by the general manager or an administrator of the company.")
        )
    last = newest()
    if last.number != started_from:
        raise Overtaken
    if not note.strip():
        raise Refused(_("Say why the rules change."), field="note")
    if holds_from.day != 1:
        raise Refused(_("A version holds from the first day of a month."), field="holds_from")
    if holds_from < last.holds_from or holds_from <= at.astimezone(get_default_timezone()).date():
        raise Refused(
            _("A version holds from the next month or a later one: months that have begun stay."),
            field="holds_from",
        )
    check(data)
    if {**DEFAULTS, **last.data} == {**DEFAULTS, **data}:
        raise Refused(_("Nothing was changed."))
    try:
        with transaction.atomic():
            return AppraisalScheme.objects.create(
                number=last.number + 1,
                holds_from=holds_from,
                data=data,
                note=note.strip()[:200],
                created_at=at,
                created_by=by,
            )
    except IntegrityError:
        raise Overtaken from None
