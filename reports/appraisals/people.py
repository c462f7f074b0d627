"""Who is appraised, and who is whose manager (rules.md R2, R4, A7).

A person's place and role are those he held when the month ended; of several, the highest, then the newest.
His managers are those who hold a role above his at that place now. A stand-in is none of them: while the
manager is away, the next one up sees to it. An auditor and an administrator read no sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from reports.appraisal_rows import AppraisalCheck, AppraisalSheet
from reports.appraisal_rules import Part, State
from staff.models import Posting, User
from staff.permissions import SCOPE, Permissions, current, gather
from staff.roles import NEXT_UP, Role, ladder

HEAD = Role.DEPARTMENT_HEAD


@dataclass(frozen=True)
class Seat:
    """Where somebody is, and as what."""

    user: User
    role: Role
    estate: int | None
    department: int | None
    region: int | None
    posting: Posting

    def place(self) -> str:
        return self.posting.place()


def own_permissions(user: User, at: datetime) -> Permissions:
    """What he may do in his own name, without those he stands in for. One query."""
    return gather(user, Posting.objects.filter(current(at), user=user).values_list(*SCOPE))


def seats(at: datetime, users: Iterable[int] | None = None) -> list[Seat]:
    """Everybody who was appraised staff of ours at a moment, by name. One query."""
    held = Posting.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at, user__is_active=True
    )
    if users is not None:
        held = held.filter(user__in=list(users))
    best: dict[int, tuple[int, datetime, int, Posting]] = {}
    for one in held.exclude(department__is_contractor=True).select_related(
        "user", "estate", "region", "department__estate"
    ):
        if one.role not in [*NEXT_UP, Role.GENERAL_MANAGER]:
            continue
        rank = (-len(ladder(Role(one.role))), one.starts_at, one.pk, one)
        best[one.user_id] = max(best.get(one.user_id, rank), rank, key=lambda it: it[:3])
    found = [_seat(one) for *_rank, one in best.values() if one.role in NEXT_UP]
    return sorted(found, key=lambda seat: (seat.place(), seat.user.name, seat.user.pk))


def _seat(one: Posting) -> Seat:
    estate = one.department.estate_id if one.department else one.estate_id
    return Seat(one.user, Role(one.role), estate, one.department_id, one.region_id, one)


def is_at(sheet: AppraisalSheet, seat: Seat) -> bool:
    """Whether a sheet lies where somebody is, and is of what he is there."""
    lies = (sheet.role, sheet.estate_id, sheet.department_id, sheet.region_id)
    return lies == (seat.role, seat.estate, seat.department, seat.region)


def roles_over(own: Permissions, estate: int | None, department: int | None) -> frozenset[Role]:
    """The roles somebody holds for a place. A head leads his own departments and no other."""
    held = own.roles_at(estate) if estate else own.company
    headed = frozenset({HEAD} if department in own.headed_departments() else ())
    return held - {HEAD} | headed if department not in own.outside else frozenset()


def manages(own: Permissions, seat: Seat | AppraisalSheet) -> bool:
    """Whether he holds a role above this person's at this person's place."""
    estate = seat.estate if isinstance(seat, Seat) else seat.estate_id
    department = seat.department if isinstance(seat, Seat) else seat.department_id
    person = seat.user.pk if isinstance(seat, Seat) else seat.user_id
    above = ladder(Role(seat.role))[1:]
    return person != own.user.pk and bool(roles_over(own, estate, department) & set(above))


def rates_as(own: Permissions, sheet: AppraisalSheet) -> Role | None:
    """The lowest of the roles above the person's that he holds there: as which he rates."""
    held = roles_over(own, sheet.estate_id, sheet.department_id)
    return next((role for role in ladder(Role(sheet.role))[1:] if role in held), None)


def parts_of(own: Permissions, sheet: AppraisalSheet) -> frozenset[Part]:
    """What he is to a sheet; nothing for everybody else, and for who works for contractors only."""
    if own.is_contractor:
        return frozenset()
    if sheet.user_id == own.user.pk:
        return frozenset({Part.PERSON})
    if not manages(own, sheet):
        return frozenset()
    return frozenset({Part.MANAGER, *([Part.NEXT] if _stands_above_rater(own, sheet) else [])})


def had_a_hand_in(sheet: AppraisalSheet) -> set[int | None]:
    """Who decides no appeal against it: the person, the rater, and who wrote something that stands on it."""
    wrote = {one.added_by_id for one in sheet.entries.all() if not one.struck_at}
    return {sheet.user_id, sheet.rated_by_id, *wrote}


def _stands_above_rater(own: Permissions, sheet: AppraisalSheet) -> bool:
    """Somebody above whoever rated it; above a general manager, another general manager."""
    if not sheet.rated_as or own.user.pk in had_a_hand_in(sheet):
        return False
    above = ladder(Role(sheet.rated_as))[1:] or [Role.GENERAL_MANAGER]
    return bool(roles_over(own, sheet.estate_id, sheet.department_id) & set(above))


def managed(own: Permissions) -> Q:
    """Sheets of those whose manager he is."""
    found = Q(pk__in=[])
    headed = [pk for pk in own.headed_departments() if pk not in own.outside]
    for role in NEXT_UP:
        above = set(ladder(role)[1:])
        if own.company & (above - {HEAD}):
            found |= Q(role=role)
        estates = [pk for pk, roles in own.estates.items() if roles & (above - {HEAD})]
        found |= Q(role=role, estate__in=estates)
        if HEAD in above:
            found |= Q(role=role, department__in=headed)
    return found & ~Q(user=own.user.pk)


def visible_to(own: Permissions) -> QuerySet[AppraisalSheet]:
    """His own that were shown to him, and those of whom he manages."""
    if own.is_contractor:
        return AppraisalSheet.objects.none()
    his = Q(user=own.user.pk) & ~Q(state=State.DRAFT)
    return AppraisalSheet.objects.filter(his | managed(own))


def reader(user: User, at: datetime) -> Permissions | None:
    """What somebody may do here in his own name. None: he works for contractors only, or has no part in it.

    Who left reads, and appeals against, what was shown to him.
    """
    own = own_permissions(user, at)
    if own.is_contractor or not own.everywhere() and not visible_to(own).exists():
        return None
    return own


def was_taken_back(user: User, key: int) -> bool:
    """Whether a sheet of this person was shown to him and is written on now."""
    his = AppraisalSheet.objects.filter(pk=key, user=user, state=State.DRAFT)
    return his.filter(steps__verb="take_back").exists()


def checks_of(user: User) -> QuerySet[AppraisalCheck]:
    return (
        AppraisalCheck.objects.filter(user=user)
        .select_related("added_by", "struck_by")
        .order_by("-on", "-pk")
    )
