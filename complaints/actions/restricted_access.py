"""The circle of a restricted case: named people, besides those on the case and those who decide on it.

`ComplaintQuerySet.visible_to` says who reads; here is who is told, and who is let in and out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import CircleMember, Complaint
from complaints.restricted_access import CaseReaders
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import BYSTANDERS, Role
from staff.stand_ins import StandIns


def begin(row: Complaint, stand_ins: StandIns, barred: Collection[int], at: datetime) -> None:
    """A case has become restricted: its supervisors are in the circle until the property manager names it."""
    first = stand_ins.holders(Role.SUPERVISOR, row.estate_id)
    _let_in(row, [one for one in first if one.pk not in barred], None, at)


def follow(case: UnitOfWork, changed: Collection[str]) -> None:
    """An edit has made the case restricted, or open again."""
    if "restricted" in changed:
        if case.row.restricted:
            begin(case.row, case.stand_ins, case.barred, case.at)
        else:
            end(case)
        vars(case).pop("readers", None)


def end(case: UnitOfWork) -> None:
    """The case is open to everybody who works here again; who read it before stays known."""
    standing = CircleMember.objects.filter(complaint=case.row, until=None)
    standing.update(until=case.at, ended_by=case.by)


def _let_in(row: Complaint, people: Iterable[User], by: User | None, at: datetime) -> None:
    standing = set(CircleMember.objects.filter(complaint=row, until=None).values_list("user_id", flat=True))
    CircleMember.objects.bulk_create(
        CircleMember(complaint=row, user=person, since=at, named_by=by)
        for person in dict.fromkeys(people)
        if person.pk not in standing
    )


def change(case: UnitOfWork, people: Collection[User], by: User) -> tuple[list[int], list[int]]:
    """Make `people` the named circle; who came and who went. Raises Refused for who cannot be in it."""
    for person in people:
        if person.pk in case.barred:
            raise Refused(_("%(name)s is named in this complaint.") % {"name": person}, field="circle")
        # An auditor reads too where he is named; an administrator reads no cases.
        if not person.is_active or not (_roles(person, case) - (BYSTANDERS - {Role.AUDITOR})):
            raise Refused(_("%(name)s does not work for this estate.") % {"name": person}, field="circle")
    standing = CircleMember.objects.filter(complaint=case.row, until=None)
    before = set(standing.values_list("user_id", flat=True))
    after = {person.pk for person in people}
    gone, come = before - after, after - before
    if by.pk in come:
        raise Refused(_("Another person must name you into the circle."), field="circle")
    standing.filter(user__in=gone).update(until=case.at, ended_by=by)
    _let_in(case.row, [person for person in people if person.pk in come], by, case.at)
    speaker = case.row.speaker
    if speaker and not CaseReaders(case.row, case.stand_ins).reads(speaker.pk):
        raise Refused(
            _("%(name)s speaks for us; name another speaker first.") % {"name": speaker}, field="circle"
        )
    return sorted(come), sorted(gone)


def _roles(person: User, case: UnitOfWork) -> frozenset[Role]:
    held = permissions_of(person, case.recorded_at)
    ours = (roles for pk, roles in held.departments.items() if pk not in held.outside)
    return held.roles_at(case.row.estate_id).union(*ours)


@transaction.atomic
def set_circle(
    complaint: Complaint, *, circle: Collection[User], note: str, by: User, at: datetime
) -> Complaint:
    """Other people may read the restricted case from now on, with the reason."""
    case = UnitOfWork(complaint, "set_circle", by=by, at=at, note=note)
    come, gone = change(case, circle, by)
    if not come and not gone:
        raise Refused(_("These people are the circle already."), field="circle")
    record_readers(case, come, gone, note)
    return case.commit()


def record_readers(case: UnitOfWork, come: list[int], gone: list[int], note: str = "") -> None:
    """Write down who came and went, and tell those who may read it now."""
    if come or gone:
        case.record("circle_changed", note, came=come, went=gone)
        vars(case).pop("readers", None)
        case.notify(User.objects.filter(pk__in=come).order_by("pk"), "circle_named")
