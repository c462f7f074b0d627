"""Weekly and monthly checks 检查 of a person: written down, struck out. The only writer (rules.md A2)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from complaints.actions.idempotency import keep_result, take_key
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.appraisal_rows import AppraisalCheck
from reports.appraisal_scheme import object_of
from reports.appraisals import years
from reports.appraisals.keeping import kept_since
from reports.appraisals.people import Seat, manages, own_permissions, seats
from reports.appraisals.schemes import scheme_on
from staff.models import User


def _seat(user: User, by: User, at: datetime) -> Seat:
    """Where the person is now. Raises Refused for who is no manager of his."""
    seat, own = next(iter(seats(at, [user.pk])), None), own_permissions(by, at)
    if seat is None or own.is_contractor or not manages(own, seat):
        raise WrongPerson(_("A check is written down by a manager of the person."))
    return seat


@transaction.atomic
def add(
    user: User, on: date, item: str, points: Decimal, words: str, *, by: User, at: datetime, key: str = ""
) -> AppraisalCheck:
    """So many of an item's points were reached on a day; the same `key` writes it once.

    Raises Refused, at its field.
    """
    submit = None
    if key:
        sent = [user, on, item, points, words]
        submit, is_new = take_key(f"staff:{by.pk}", key, "appraisal_check", sent, at)
        if not is_new:
            return AppraisalCheck.objects.get(pk=submit.object_id or 0)
    seat = _seat(user, by, at)
    if on > at.astimezone(get_default_timezone()).date():
        raise Refused(_("This day is still to come: write it down once it is over."), field="on")
    if on < kept_since(at):
        raise Refused(_("This is longer ago than appraisals are kept."), field="on")
    years.check_open(user.pk, on, "on")
    items = scheme_on(on).read.items[object_of(seat.role)]
    what = next((one for one in items if one.code == item), None)
    if what is None:
        raise Refused(_("Choose an item."), field="item")
    if not 0 <= points <= what.points:
        raise Refused(_("This item has %(most)s points.") % {"most": what.points}, field="points")
    if not words.strip():
        raise Refused(_("Say what was found."), field="words")
    made = AppraisalCheck.objects.create(
        user=user,
        on=on,
        item=item,
        points=points,
        most=what.points,
        words=words.strip(),
        added_at=at,
        added_by=by,
    )
    if submit:
        keep_result(submit, made.pk)
    return made


@transaction.atomic
def strike(check: AppraisalCheck, because: str, *, by: User, at: datetime) -> AppraisalCheck:
    """A check counts no more, and stays to be read with the reason. Raises Refused."""
    row = (
        AppraisalCheck.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .get(pk=check.pk)
    )
    _seat(row.user, by, at)
    if row.struck_at:
        raise Refused(_("This entry is struck out already."))
    years.check_open(row.user_id, row.on, "on")
    if not because.strip():
        raise Refused(_("Say why."), field="because")
    row.struck_at, row.struck_by, row.struck_because = at, by, because.strip()[:300]
    row.save(update_fields=["struck_at", "struck_by", "struck_because"])
    return row
