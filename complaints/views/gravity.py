"""How grave a case is, and why: its notice grade, its bulletins, and who else complains of the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from complaints import grading
from complaints.grading import Span
from complaints.lifecycle import Outcome, Part, possible
from complaints.models import Bulletin, Clock, Complaint, Event
from complaints.policy import NoticeGrade, Policy
from owners.models import Building, Owner, Unit
from staff.directory import Authority
from staff.models import Estate
from staff.roles import Role

#: As many cases of the same matter as a page offers.
OFFERED = 5


@dataclass(frozen=True)
class Gravity:
    """What the case page says of the notice grade."""

    reasons: list[str]
    by_hand: Event | None  # who set it, and why
    bulletins: list[Bulletin]  # newest first, each with `copies_read` and `copies_sent`
    confirmed: list[Complaint]  # others of the same matter
    suggested: list[Complaint]  # perhaps the same; a person confirms

    @property
    def is_empty(self) -> bool:
        return not (self.reasons or self.bulletins or self.confirmed or self.suggested)


def gravity_of(
    complaint: Complaint,
    person: Authority,
    parts: Collection[Role | Part],
    clock: Clock,
    events: list[Event],
) -> Gravity:
    """Two queries at most; one for a case of general grade."""
    confirmed, suggested = _others(complaint, person, parts, clock.policy.policy)
    graded = (event for event in events if event.kind == "graded")
    return Gravity(
        reasons=grading.in_words(complaint.grade_reasons, codes=True),
        by_hand=next(graded, None) if grading.BY_HAND in complaint.grade_reasons else None,
        bulletins=_bulletins(complaint) if complaint.grade != NoticeGrade.GENERAL else [],
        confirmed=confirmed,
        suggested=suggested,
    )


def _bulletins(complaint: Complaint) -> list[Bulletin]:
    issues = Bulletin.objects.filter(complaint=complaint).select_related("issued_by").order_by("-issue")
    counted = issues.annotate(
        copies_sent=Count("copies"), copies_read=Count("copies", filter=Q(copies__read_at__isnull=False))
    )
    return list(counted[:20])


def _others(
    complaint: Complaint, person: Authority, parts: Collection[Role | Part], policy: Policy
) -> tuple[list[Complaint], list[Complaint]]:
    """Those confirmed as the same matter, and those that may be; one query."""
    which = Q(pk__in=[])
    if complaint.matter_id:
        which |= Q(matter=complaint.matter_id)
    if "confirm_same" in possible(complaint.status, parts):
        which |= _alike(
            complaint.estate,
            complaint.category_id,
            complaint.unit,
            complaint.building,
            complaint.place,
            around=complaint.received_at,
            until=_span(policy).after(complaint.received_at, complaint.estate.zone),
            policy=policy,
        ) & _another_person(complaint.complainant.owner_id, complaint.complainant.phone)
    if not which:
        return [], []
    seen = Complaint.objects.visible_to(person).filter(which).exclude(pk=complaint.pk)
    rows = list(seen.select_related("unit", "building").order_by("-received_at", "-pk")[:50])
    confirmed = [row for row in rows if complaint.matter_id and row.matter_id == complaint.matter_id]
    return confirmed, [row for row in rows if row not in confirmed][:OFFERED]


def alike(
    seen: QuerySet[Complaint],
    *,
    estate: Estate,
    category: int,
    unit: Unit | None,
    building: Building | None,
    place: str,
    owner: Owner | None,
    phone: str,
    at: datetime,
    policy: Policy,
) -> QuerySet[Complaint]:
    """For the desk: other people's complaints of the same kind and building in the last month."""
    same = _alike(estate, category, unit, building, place, around=at, until=at, policy=policy)
    others = seen.filter(same & _another_person(owner.pk if owner else None, phone))
    return others.order_by("-received_at", "-pk")[:OFFERED]


def _alike(
    estate: Estate,
    category: int | None,
    unit: Unit | None,
    building: Building | None,
    place: str,
    *,
    around: datetime,
    until: datetime,
    policy: Policy,
) -> Q:
    """The same sub-category in the same building or common area within a month (K17)."""
    building = building or (unit.building if unit else None)
    if building:
        where = Q(building=building)
    elif unit:
        where = Q(unit=unit)
    elif place:
        where = Q(place=place, building=None, unit=None)
    else:
        return Q(pk__in=[])
    if category is None:
        return Q(pk__in=[])
    since = _span(policy).before(around, estate.zone)
    return (
        where
        & Q(estate=estate, category=category, received_at__gt=since, received_at__lte=until)
        & ~Q(outcome=Outcome.VOID)
    )


def _another_person(owner: int | None, phone: str) -> Q:
    """Not the one who complains here."""
    other = Q()
    if owner:
        other &= ~Q(complainant__owner=owner)
    if phone:
        other &= ~Q(complainant__phone=phone)
    return other


def _span(policy: Policy) -> Span:
    return Span.parse(policy.notice["same"]["within"])
