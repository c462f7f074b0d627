"""What is told of appraisal sheets, and to whom: that there is one to look at, never a point of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from complaints import notifications
from complaints.notifications import Notice
from reports.appraisal_rows import AppraisalSheet
from staff.models import Estate, Posting, User
from staff.permissions import current
from staff.roles import NEXT_UP, Role, ladder


def tell(sheet: AppraisalSheet, kind: str, people: Iterable[User], by: User | None, at: datetime) -> None:
    """A line of the inbox for each; `by` is told nothing of what he did himself."""
    params: dict[str, Any] = {"appraisal": sheet.pk, "appraisal_of": sheet.code}
    if by:
        params["from_person"] = by.pk
    told = [one for one in dict.fromkeys(people) if one != by and one.is_active]
    source = f"appraisal{sheet.pk}:{sheet.version}"
    notifications.write([Notice(one, kind, None, params) for one in told], at=at, source=source)


class Holders:
    """Who holds which leading role where at a moment, in his own name. Two queries."""

    def __init__(self, at: datetime) -> None:
        leading = {*NEXT_UP.values(), Role.GENERAL_MANAGER}
        held = Posting.objects.filter(current(at), role__in=leading).exclude(department__is_contractor=True)
        self._held = list(held.select_related("user").order_by("pk"))
        self._region_of = dict(Estate.objects.values_list("pk", "region"))

    def nearest(
        self, roles: Sequence[Role], estate: int | None, department: int | None, but: Collection[int | None]
    ) -> list[User]:
        """Who holds the first of these roles that somebody holds there: in the estate, else its region, else
        the company; of department heads those of the department."""
        for role in roles:
            held = [one for one in self._held if one.role == role and one.user_id not in but]
            if role == Role.DEPARTMENT_HEAD:
                found = [one for one in held if department and one.department_id == department]
            else:
                region = self._region_of.get(estate) if estate else None
                whole = [one for one in held if not (one.estate_id or one.region_id or one.department_id)]
                found = (
                    [one for one in held if estate and one.estate_id == estate]
                    or [one for one in held if region and one.region_id == region]
                    or whole
                )
            if found:
                return list(dict.fromkeys(one.user for one in found))
        return []


def above_rater(sheet: AppraisalSheet, at: datetime) -> list[User]:
    """Who decides an appeal: above the rater; above a general manager, another one."""
    roles = ladder(Role(sheet.rated_as))[1:] or [Role.GENERAL_MANAGER]
    but = [sheet.rated_by_id, sheet.user_id]
    return Holders(at).nearest(roles, sheet.estate_id, sheet.department_id, but)
