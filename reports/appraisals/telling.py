"""What is told of appraisal sheets, and to whom: that there is one to look at, never a point of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import notifications
from complaints.notifications import Notice
from reports.appraisal_rows import AppraisalSheet
from reports.appraisals.people import had_a_hand_in, roles_over
from staff.models import Absence, Posting, User
from staff.permissions import SCOPE, Permissions, current, gather
from staff.roles import NEXT_UP, Role, ladder


def tell(
    sheet: AppraisalSheet, kind: str, people: Iterable[User], by: User | None, at: datetime, again: str = ""
) -> None:
    """A line of the inbox for each; `by` is told nothing of what he did himself. `again`: told before."""
    params: dict[str, Any] = {"appraisal": sheet.pk, "appraisal_of": sheet.code}
    if by:
        params["from_person"] = by.pk
    told = [one for one in dict.fromkeys(people) if one != by and one.is_active]
    source = f"appraisal{sheet.pk}:{sheet.version}{again}"
    notifications.write([Notice(one, kind, None, params) for one in told], at=at, source=source)


@dataclass(frozen=True)
class _Holder:
    own: Permissions
    rows: tuple[Any, ...]
    is_away: bool

    def distance(self, role: Role, estate: int | None) -> int:
        """How near the posting is by which he holds a role: of the estate, of its region, of the company."""
        return min(
            0 if estate and estate in (at, of_department) else 1 if estate and estate == of_region else 2
            for _user, held, at, _department, of_department, _firm, _region, of_region in self.rows
            if held == role
        )


class Holders:
    """Who holds which leading role where at a moment, in his own name. Three queries.

    Whether somebody leads a place is asked of `people.roles_over`, as it is when he acts.
    """

    def __init__(self, at: datetime) -> None:
        leading = {*NEXT_UP.values(), Role.GENERAL_MANAGER, Role.ADMINISTRATOR}
        held = Posting.objects.filter(current(at), role__in=leading).exclude(department__is_contractor=True)
        rows: dict[int, list[Any]] = {}
        for row in held.order_by("pk").values_list(*SCOPE):
            rows.setdefault(row[0], []).append(row)
        users = User.objects.in_bulk(rows)
        away = set(Absence.objects.filter(starts_at__lte=at, ends_at__gt=at).values_list("user", flat=True))
        self._held = [_Holder(gather(users[pk], his), tuple(his), pk in away) for pk, his in rows.items()]

    def nearest(
        self, roles: Sequence[Role], estate: int | None, department: int | None, but: Collection[int | None]
    ) -> list[User]:
        """Who holds the first of these roles that somebody holds there: in the estate, else its region, else
        the company; of department heads those of the department. Who is absent is passed over for whoever
        stands above him, unless all are."""
        there = [one for one in self._held if one.own.user.pk not in but]
        for some in ([one for one in there if not one.is_away], there):
            for role in roles:
                if found := _nearest(some, role, estate, department):
                    return found
        return []

    def everybody(
        self, roles: Sequence[Role], estate: int | None, department: int | None, but: Collection[int | None]
    ) -> list[User]:
        """Whoever holds any of these roles there and is present, the nearest first."""
        there = [one for one in self._held if one.own.user.pk not in but and not one.is_away]
        found = [user for role in roles for user in _nearest(there, role, estate, department)]
        return list(dict.fromkeys(found))

    def administrators(self, estate: int | None) -> list[User]:
        """Those who keep the postings of a place."""
        return [
            one.own.user
            for one in self._held
            if Role.ADMINISTRATOR in (one.own.roles_at(estate) if estate else one.own.company)
        ]


def _nearest(some: Iterable[_Holder], role: Role, estate: int | None, department: int | None) -> list[User]:
    found = [one for one in some if role in roles_over(one.own, estate, department)]
    least = min((one.distance(role, estate) for one in found), default=0)
    return [one.own.user for one in found if one.distance(role, estate) == least]


def above_rater(
    sheet: AppraisalSheet, at: datetime, holders: Holders | None = None, *, everybody: bool = False
) -> list[User]:
    """Who decides an appeal: above the rater; above a general manager, another one.

    `everybody`: all who could, when the first of them has let the time go by.
    """
    roles = ladder(Role(sheet.rated_as))[1:] or [Role.GENERAL_MANAGER]
    there, but = holders or Holders(at), had_a_hand_in(sheet)
    ask = there.everybody if everybody else there.nearest
    return ask(roles, sheet.estate_id, sheet.department_id, but)
