"""How grave a case is, and why: its notice grade, its bulletins, and who else complains of the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


def like(complaint: Complaint, person: Permissions, policy: Policy) -> Q:
    """The cases of the same matter, and, for whoever may confirm it, those that may be; empty for none."""
    which = Q(matter=complaint.matter_id) if complaint.matter_id else Q()
    roles = roles_on(complaint, person)
    if is_his("confirm_same", complaint.status, roles):
        zone, at = complaint.estate.zone, complaint.received_at
        told = shows_complainant(complaint, roles)
        unit, place = (complaint.unit, complaint.place) if told else (None, "")
        which |= _alike(
            person, complaint.estate, complaint.category_id, unit, complaint.building, place,
            since=_span(policy).before(at, zone), until=_span(policy).after(at, zone),
            owner=complaint.complainant.owner_id if told else None,
            phone=complaint.complainant.phone if told else "",
        )  # fmt: skip
    return which


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
    same = _alike(
        person, estate, category, unit, building, place, since=since, until=at, owner=owner, phone=phone
    )
    seen = Complaint.objects.visible_to(person).select_related("unit", "building")
    return list(seen.filter(same).order_by("-received_at", "-pk")[:OFFERED]) if same else []


def _alike(
    person: Permissions,
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
) -> Q:
    """The same sub-category, building or common area within a time, by somebody else (K17).

    Whoever hides counts as somebody else and is found by his building only: what is left out tells, too.
    """
    known = known_to(person)
    building = building or (unit.building if unit else None)
    if building:
        same = Q(building=building)
    elif unit:
        same = Q(unit=unit) & (known | Q(unit__kind=Unit.Kind.COMMON))
    elif place:
        same = Q(place=place, building=None, unit=None) & known
    else:
        return Q()
    if category is None:
        return Q()
    same &= Q(estate=estate, category=category, received_at__gt=since, received_at__lte=until)
    if owner:
        same &= ~(Q(complainant__owner=owner) & known)
    if phone:
        same &= ~(Q(complainant__phone=phone) & known)
    return same & ~Q(outcome=Outcome.VOID)


def _span(policy: Policy) -> Span:
    return Span.parse(policy.notice["same"]["within"])
