"""How grave a case is, and why: its notice grade, its bulletins, and who else complains of the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from complaints import notice_grade
from complaints.actions import known_to, roles_on, shows_complainant
from complaints.models import Bulletin, Complaint, Event
from complaints.moves import is_his
from complaints.notice_grade import Span
from complaints.policy import NoticeGrade, Policy
from complaints.statuses import Outcome
from owners.models import Building, Unit
from staff.models import Estate
from staff.permissions import Permissions

#: As many cases of the same matter as a page offers.
OFFERED = 3


@dataclass(frozen=True)
class GradeSummary:
    """What the case page says of the notice grade."""

    reasons: list[str]
    by_hand: Event | None  # who set it, and why
    bulletins: list[Bulletin]  # newest first, each with `copies_read` and `copies_sent`
    confirmed: list[Complaint]  # others of the same matter
    suggested: list[Complaint]  # perhaps the same; a person confirms
    by_age: bool = False  # graver only because it has been open so long: nothing else follows


def grade_summary(
    complaint: Complaint, alike: list[Complaint], events: list[Event], *, told: bool = True
) -> GradeSummary:
    """`alike`: the cases that `like` finds; `told`: whether bulletins are for the reader.

    One query where there are bulletins, else none.
    """
    grade = NoticeGrade(complaint.grade)
    graded = (event for event in events if event.kind == "graded")
    confirmed = [row for row in alike if complaint.matter_id and row.matter_id == complaint.matter_id]
    return GradeSummary(
        reasons=notice_grade.in_words(complaint.grade_reasons),
        by_hand=next(graded, None) if notice_grade.BY_HAND in complaint.grade_reasons else None,
        bulletins=_bulletins(complaint) if told and complaint.grade != NoticeGrade.GENERAL else [],
        confirmed=confirmed,
        suggested=[row for row in alike if row not in confirmed][:OFFERED],
        by_age=notice_grade.bearing(complaint.grade_reasons, grade).weight < grade.weight,
    )


def _bulletins(complaint: Complaint) -> list[Bulletin]:
    issues = Bulletin.objects.filter(complaint=complaint).order_by("-issue")
    counted = issues.annotate(
        copies_sent=Count("copies"), copies_read=Count("copies", filter=Q(copies__read_at__isnull=False))
    )
    return list(counted[:20])


class Alike(NamedTuple):
    """What a case may have in common with others of its matter, as keys; None where it does not count."""

    estate: int
    category: int
    building: int | None
    unit: int | None
    place: str | None
    since: datetime
    until: datetime
    owner: int | None  # who complains of it himself
    phone: str | None


def like(complaint: Complaint, person: Permissions, policy: Policy) -> Alike | None:
    """Which cases may be of the same matter, for whoever may confirm it; None for none."""
    roles = roles_on(complaint, person)
    if not is_his("confirm_same", complaint.status, roles):
        return None
    zone, at = complaint.estate.zone, complaint.received_at
    told = shows_complainant(complaint, roles)
    unit, place = (complaint.unit, complaint.place) if told else (None, "")
    return _alike(
        complaint.estate, complaint.category_id, unit, complaint.building, place,
        since=_span(policy).before(at, zone), until=_span(policy).after(at, zone),
        owner=complaint.complainant.owner_id if told else None,
        phone=complaint.complainant.phone if told else "",
    )  # fmt: skip


def is_like(row: Complaint, complaint: Complaint) -> bool:
    """Whether a case found around another one was found for its matter."""
    if complaint.matter_id and row.matter_id == complaint.matter_id:
        return True
    kin = {complaint.lead_id, complaint.repeat_of_id}
    return (
        row.pk not in kin
        and complaint.pk not in (row.lead_id, row.repeat_of_id)
        and row.category_id == complaint.category_id
    )


def alike(
    person: Permissions,
    *,
    estate: Estate,
    category: int,
    unit: Unit | None,
    building: Building | None,
    place: str,
    owner: int | None,
    phone: str,
    at: datetime,
    policy: Policy,
) -> list[Complaint]:
    """For the desk: other people's complaints of the same kind and building in the last month."""
    since = _span(policy).before(at, estate.zone)
    same = _alike(estate, category, unit, building, place, since=since, until=at, owner=owner, phone=phone)
    if not same:
        return []
    seen = Complaint.objects.visible_to(person).select_related("unit", "building")
    return list(seen.filter(are_alike(person, same)).order_by("-received_at", "-pk")[:OFFERED])


def _alike(
    estate: Estate,
    category: int | None,
    unit: Unit | None,
    building: Building | None,
    place: str,
    *,
    since: datetime,
    until: datetime,
    owner: int | None,
    phone: str,
) -> Alike | None:
    """The same sub-category, building or common area within a time, by somebody else (K17)."""
    building = building or (unit.building if unit else None)
    if category is None or not (building or unit or place):
        return None
    return Alike(
        estate=estate.pk,
        category=category,
        building=building.pk if building else None,
        unit=unit.pk if unit and not building else None,
        place=place if not (building or unit) else None,
        since=since,
        until=until,
        owner=owner,
        phone=phone or None,
    )


def are_alike(person: Permissions, common: Alike) -> Q:
    """The cases that have this in common, by somebody else.

    Whoever hides counts as somebody else and is found by his building only: what is left out tells, too.
    """
    known = known_to(person)
    if common.building:
        same = Q(building=common.building)
    elif common.unit:
        same = Q(unit=common.unit) & (known | Q(unit__kind=Unit.Kind.COMMON))
    else:
        same = Q(place=common.place, building=None, unit=None) & known
    same &= Q(estate=common.estate, category=common.category)
    same &= Q(received_at__gt=common.since, received_at__lte=common.until)
    if common.owner:
        same &= ~(Q(complainant__owner=common.owner) & known)
    if common.phone:
        same &= ~(Q(complainant__phone=common.phone) & known)
    return same & ~Q(outcome=Outcome.VOID)


def _span(policy: Policy) -> Span:
    return Span.parse(policy.notice["same"]["within"])
