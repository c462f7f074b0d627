"""The same matter (K17): suggested by the product, confirmed and parted by a person (domain.md 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.actions.case_locks import lock
from complaints.actions.notice_grade import rise
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint
from config.framework.refusals import Refused
from staff.models import User


@transaction.atomic
def confirm_same(complaint: Complaint, *, to: Complaint, by: User, at: datetime) -> Complaint:
    """Somebody confirms that two people complain of the same matter; every open case of it is weighed."""
    rows = _lock_matters({complaint.pk, to.pk})
    case = UnitOfWork(complaint, "confirm_same", by=by, at=at)
    other = next(row for row in rows if row.pk == to.pk)
    _check_same(case.row, other)
    first = min(rows, key=lambda row: (row.received_at, row.pk))
    for row in rows:
        if row.matter_id != first.pk and row.pk != case.row.pk:
            _move(row, first, by=by, at=at)
    case.set(matter=first)
    case.record("same_confirmed", number=other.number)
    case.commit()
    _weigh_again([row for row in rows if row.pk != case.row.pk], at)
    return case.row


def _lock_matters(wanted: set[int]) -> list[Complaint]:
    """These cases and all of their matters, locked in one order: two acts never wait for each other."""
    while True:
        matters = Complaint.objects.filter(pk__in=wanted, matter__isnull=False).values("matter")
        rows = lock(Q(pk__in=wanted) | Q(matter__in=matters))
        found = {row.pk for row in rows}
        # The first of a matter points at itself: where it is, its whole matter is.
        if {row.matter_id for row in rows if row.matter_id} <= found:
            return rows
        wanted = wanted | found  # another act has moved one of them while we waited


def _check_same(row: Complaint, other: Complaint) -> None:
    if other.pk == row.pk or other.estate_id != row.estate_id:
        raise Refused(_("Choose another case of the same estate."), field="number")
    if row.matter_id and row.matter_id == other.matter_id:
        raise Refused(_("This is already confirmed as the same matter."), field="number")
    if row.category_id is None or row.category_id != other.category_id:
        raise Refused(_("The same matter has the same sub-category."), field="number")
    mine, his = row.complainant, other.complainant
    registered = mine.owner_id and his.owner_id
    if mine.owner_id == his.owner_id if registered else mine.phone and mine.phone == his.phone:
        raise Refused(_("Both come from the same person: link the case as a repeat instead."), field="number")


def _move(row: Complaint, first: Complaint, *, by: User, at: datetime) -> None:
    """Put a case under the first of its matter; only the columns change, the case is weighed later."""
    row.matter = first
    row._history_user, row._history_date, row.changed_at = by, at, at
    row.save(update_fields=["matter", "changed_at"])


def _weigh_again(rows: Iterable[Complaint], at: datetime) -> None:
    for row in rows:
        if row.is_open:
            other = UnitOfWork(row, None, by=None, at=at)
            rise(other)
            other.commit()


@transaction.atomic
def part_matter(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """Not the same matter after all; grades stay as they are until somebody lowers them."""
    matter = _lock_matters({complaint.pk})
    case = UnitOfWork(complaint, "part_matter", by=by, at=at, note=note)
    others = [row for row in matter if row.pk != case.row.pk]
    rows = sorted(others, key=lambda row: (row.received_at, row.pk))
    if len(rows) == 1:
        rows[0].matter, rows[0].changed_at = None, at
        rows[0]._history_user, rows[0]._history_date = by, at
        rows[0].save(update_fields=["matter", "changed_at"])
    elif rows and case.row.matter_id == case.row.pk:
        for row in rows:
            _move(row, rows[0], by=by, at=at)
    case.set(matter=None)
    case.record("same_parted", note)
    return case.commit()
