"""Who signed a collective complaint 联名人: rows of their own, entered, corrected and taken off (G10).

Their names, rooms and phones are the customers': only who may know the complainant reads and writes them,
and no event repeats one. How many they are counts for the notice grade where it is more than the headcount.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.files import take
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Attachment, Complaint, Signatory
from complaints.signatory_list import LONGEST, MOST_LINES, Signer
from config.framework.refusals import Refused
from owners.actions import one_phone
from owners.names import clean_line, clean_name
from staff.models import User


@transaction.atomic
def add_signatories(
    complaint: Complaint,
    *,
    signers: Sequence[Signer],
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
) -> Complaint:
    """People who signed, and the photo of their list. Who stands on the list already is not entered twice."""
    case = UnitOfWork(complaint, "sign", by=by, at=at)
    known = {_signer(row).key for row in _on_list(case)}
    fresh: dict[tuple[str, str, str], Signer] = {}
    for signer in (_checked(one) for one in signers):
        if signer.key not in known:
            fresh.setdefault(signer.key, signer)
    if signers and not fresh and not files:
        raise Refused(_("All of them stand on the list already."), field="lines")
    if not fresh and not files:
        raise Refused(_("Enter at least one signatory, or add the photo of the list."), field="lines")
    if len(known) + len(fresh) > MOST_LINES:
        raise Refused(_("The list has more than %(most)s lines.") % {"most": MOST_LINES}, field="lines")
    for signer in fresh.values():
        row = Signatory(complaint=case.row, added_at=at, added_by=by, **vars(signer))
        row._history_user = by
        row.save()
    take(case.row, files, is_list=True)
    if fresh:
        _count(case, len(known) + len(fresh))
        case.record("signatories_added", count=len(fresh), signed=case.row.signed, people=case.row.own_people)
    if files:
        case.record("list_attached", count=len(files))
    return case.commit()


@transaction.atomic
def edit_signatory(
    complaint: Complaint,
    *,
    signatory: Signatory,
    name: str,
    room: str = "",
    phone: str = "",
    signer_note: str = "",
    by: User,
    at: datetime,
) -> Complaint:
    """Correct one row of the list; that it was corrected stands in the timeline, its values do not."""
    case = UnitOfWork(complaint, "edit_signatory", by=by, at=at)
    row = _row(case, signatory)
    new = _checked(Signer(name, room, phone, signer_note))
    changed = [column for column, value in vars(new).items() if getattr(row, column) != value]
    if not changed:
        raise Refused(_("Nothing was changed."))
    if new.key in {_signer(other).key for other in _on_list(case) if other.pk != row.pk}:
        raise Refused(_("All of them stand on the list already."), field="name")
    for column in changed:
        setattr(row, column, getattr(new, column))
    row._history_user = by
    row.save(update_fields=changed)
    case.set(version=case.row.version)
    case.record("signatory_edited")
    return case.commit()


@transaction.atomic
def remove_signatory(
    complaint: Complaint, *, signatory: Signatory, note: str, by: User, at: datetime
) -> Complaint:
    """Take one off the list, with the reason; the row stays, and the grade does not fall by itself."""
    case = UnitOfWork(complaint, "remove_signatory", by=by, at=at)
    row = _row(case, signatory)
    if not note.strip():
        raise Refused(_("Say why the signatory is taken off the list."), field="note")
    row.removed_at = at
    row._history_user = by
    row.save(update_fields=["removed_at"])
    _count(case, len(_on_list(case)))
    case.record("signatory_removed", note, signed=case.row.signed, people=case.row.own_people)
    return case.commit()


def _on_list(case: UnitOfWork) -> list[Signatory]:
    return list(Signatory.objects.filter(complaint=case.row).listed())


def _row(case: UnitOfWork, signatory: Signatory) -> Signatory:
    row = Signatory.objects.listed().filter(pk=signatory.pk, complaint=case.row).first()
    if row is None:
        raise Refused(_("This signatory does not stand on the list any more."), field="signatory")
    return row


def _signer(row: Signatory) -> Signer:
    return Signer(row.name, row.room, row.phone, row.note)


def _checked(signer: Signer) -> Signer:
    """The row as it is kept: name and phone read as everywhere, nothing in it that nobody sees."""
    phone = one_phone(signer.phone)
    found = Signer(clean_name(signer.name), clean_line(signer.room), phone, clean_line(signer.note))
    if not found.name:
        raise Refused(_("A signatory has a name."), field="name")
    for column, longest in LONGEST.items():
        if len(getattr(found, column)) > longest:
            raise Refused(_("At most %(most)s characters.") % {"most": longest}, field=column)
    return found


def _count(case: UnitOfWork, signed: int) -> None:
    """As many rows as there are; two who sign together are a collective complaint."""
    changes: dict[str, Any] = {"signed": signed}
    if signed > 1 and not case.row.lead_id:
        changes["is_collective"] = True
    case.set(**changes)
