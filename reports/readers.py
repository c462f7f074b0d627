"""Who reads a report, and which cases its lists may tell him one by one (domain.md 1, 2 and 8).

Every case counts in the figures; what a list tells of single cases is only what its reader may read
elsewhere, by the one answer there is: `visible_to`. A page is for one reader. A paper that was made is
for all who may open it, so it lists what every one of them may read; and as cases and people change,
it is opened only by who may read all that it lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.models import Complaint
from config.framework.refusals import Refused
from reports.duties import ReportKind
from reports.figures.period import Unlisted
from reports.models import IssuedReport
from reports.scopes import READERS_OF_FIGURES, Scope
from staff.models import Absence, Posting, User
from staff.permissions import Permissions, current, permissions_of


def unlisted_for(*readers: Permissions) -> Unlisted:
    """Tells which of some cases are not listed to these readers: one of them may not know of it."""

    def unlisted(cases: Collection[int]) -> frozenset[int]:
        known = set(cases)
        for reader in readers:
            if known:
                seen = Complaint.objects.visible_to(reader).filter(pk__among=known)
                known &= set(seen.values_list("pk", flat=True))
        return frozenset(cases) - known

    return unlisted


def readers_of(scope: Scope, now: datetime) -> list[Permissions]:
    """Everybody who may open a report on these estates at `now`, deputies of the absent too."""
    somewhere = (
        Q(estate__in=scope.estates)
        | Q(department__estate__in=scope.estates)
        | Q(region__estates__in=scope.estates)
        | Q(estate=None, department=None, region=None)
    )
    holders = Posting.objects.filter(current(now), somewhere, role__in=READERS_OF_FIGURES).values("user")
    deputies = Absence.objects.filter(user__in=holders, starts_at__lte=now, ends_at__gt=now).values("deputy")
    people = User.objects.filter(Q(pk__in=holders) | Q(pk__in=deputies), is_active=True).order_by("pk")
    return [held for held in (permissions_of(user, now) for user in people) if scope.is_read_by(held)]


def check_readable(report: IssuedReport, person: Permissions) -> None:
    """Raises Refused where the report tells of cases one by one that `person` may not know of."""
    if report.kind == ReportKind.PUBLIC_LIST:
        return  # posted up for everybody, whoever its complaints are about
    listed = set(numbers_in(report.figures))
    seen = Complaint.objects.visible_to(person).filter(number__in=listed)
    if listed and len(listed) > seen.count():
        raise Refused(
            _(
                "This version lists cases that you may not read one by one, so its files are not opened for "
                "you. A version made anew lists fewer cases and the same figures."
            )
        )


def numbers_in(figures: Any) -> Iterator[str]:
    """The numbers of all cases that kept figures name, whatever list they stand in."""
    if isinstance(figures, dict):
        for name, value in figures.items():
            if name == "number" and isinstance(value, str):
                yield value
            else:
                yield from numbers_in(value)
    elif isinstance(figures, list):
        for value in figures:
            yield from numbers_in(value)
