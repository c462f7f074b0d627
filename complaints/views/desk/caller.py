"""What stands beside the desk's form: who the caller is, and what is known of him and the place.

The same few queries whatever is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Q, When
from django.utils.functional import Promise

from complaints.actions import known_to
from complaints.actions.current_policy import current_policy
from complaints.actions.orders import MOST_NAMED, cases_of
from complaints.actions.portal_notes import notes_for
from complaints.actions.situations import situation_for
from complaints.forms.case.external import order_remarks
from complaints.forms.desk.places import Spot, spot
from complaints.forms.fields import moment
from complaints.models import Complaint, ContactNote
from complaints.moves import possible
from complaints.policy import OFFICIAL, Policy
from complaints.statuses import Outcome
from complaints.views.case.notice_grade import alike
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from owners.models import Occupancy, Owner, Unit
from owners.phones import compared
from staff.models import Estate
from staff.permissions import Permissions

#: A due time that cannot be read is taken for one far off; the form says so when it is sent.
FAR_OFF = timedelta(weeks=12)
MOST_CASES = 12
MOST_NOTES = 5
#: What the desk does with a case that is known already.
AT_ONCE = ("chase", "reopen")


@dataclass(frozen=True)
class Known:
    """A case of the same place or caller, and what the desk can do with it at once."""

    case: Complaint
    same: bool  # the same sub-category
    verbs: frozenset[str]


@dataclass(frozen=True)
class CallerPanel:
    """The right column."""

    order: list[str | Promise] = field(default_factory=list)  # remarks on what the hotline or regulator asks
    ordered: list[Known] = field(default_factory=list)  # what this order is already
    owner: Owner | None = None
    homes: list[Occupancy] = field(default_factory=list)
    spot: Spot = field(default_factory=Spot)
    living: list[Occupancy] = field(default_factory=list)  # at the unit, where nobody was picked yet
    cases: list[Known] = field(default_factory=list)
    notes: list[ContactNote] = field(default_factory=list)
    alike: list[Complaint] = field(default_factory=list)  # others with the same complaint
    offered_for: timedelta = timedelta()  # how long after closing
    relation: str = ""
    new_matter: bool = False  # ticked: the order is known, and this is another matter

    @property
    def is_empty(self) -> bool:
        return not (self.owner or self.spot.unit or self.cases or self.notes or self.alike)

    @property
    def open_cases(self) -> list[Complaint]:
        """Those a chase can be about; the case of the very order, where it is named."""
        ordered = [known.case for known in self.ordered if "chase" in known.verbs]
        return ordered or [known.case for known in self.cases if "chase" in known.verbs]


def look(said: Any, estate: Estate, person: Permissions, now: datetime) -> CallerPanel:
    """`said`: what the form holds so far, as typed."""
    owner = _owner(said.get("owner"), estate)
    try:
        where = spot(str(said.get("where") or "")[:80], estate)
    except Refused:
        where = Spot()
    phone = compared(str(said.get("phone") or ""))
    category = whole_number(said.get("category"))
    named = bool(category) and bool(where.unit or where.building or where.words)
    ordered = _ordered(said, person, now)
    if not (owner or where.unit or phone or named):
        return CallerPanel(order=_order(said, now), ordered=ordered, **_ticked(said))
    policy = current_policy().policy
    return CallerPanel(
        order=_order(said, now),
        ordered=ordered,
        owner=owner,
        homes=_homes(owner, now, estate) if owner else [],
        spot=where,
        living=_living(where.unit, now, estate) if where.unit and not owner else [],
        cases=_cases(said, where, phone, estate, person, now, now - policy.offered_for),
        offered_for=policy.offered_for,
        notes=_notes(owner, where, phone, estate, person),
        alike=_alike(category or 0, where, owner, phone, estate, person, now, policy) if named else [],
        **_ticked(said),
    )


def _ticked(said: Any) -> dict[str, Any]:
    """What was chosen among the things shown here, to be shown chosen again."""
    return {"relation": str(said.get("relation") or ""), "new_matter": bool(said.get("new_matter"))}


def _order(said: Any, now: datetime) -> list[str | Promise]:
    number, unit = (str(said.get(name) or "").strip() for name in ("external_number", "external_unit"))
    return order_remarks(
        str(said.get("channel") or ""),
        number=number,
        unit=unit,
        due_at=_time(said.get("external_due_at"), unclear=now + FAR_OFF),
        now=now,
        received_at=_time(said.get("received_at"), unclear=None) or now,
    )


def _ordered(said: Any, person: Permissions, now: datetime) -> list[Known]:
    """Cases of this order number, newest first, in whatever estate: a hotline sends it again to chase."""
    if str(said.get("channel") or "") not in OFFICIAL:
        return []
    return of_order(str(said.get("external_number") or ""), person, now)


def of_order(number: str, person: Permissions, at: datetime, *, but: int | None = None) -> list[Known]:
    """The cases he sees that this order of a hotline or regulator has become, without `but`."""
    return _known(cases_of(number, person, but=but).for_queue()[:MOST_NAMED], person, at)


def _known(cases: Iterable[Complaint], person: Permissions, at: datetime, same: int = 0) -> list[Known]:
    """The cases with what the desk can do with each at once; `same`: the sub-category it is about."""
    policy = cache(lambda: current_policy().policy)
    return [
        Known(
            case,
            case.category_id == same,
            frozenset(possible(situation_for(case, person, at, policy=policy), AT_ONCE)),
        )
        for case in cases
    ]


def _time(said: Any, *, unclear: datetime | None) -> datetime | None:
    try:
        read: datetime | None = moment("").to_python(said or None)
        return read
    except ValidationError:  # the form says so when it is sent
        return unclear


def _owner(pk: Any, estate: Estate) -> Owner | None:
    if (known := whole_number(pk)) is None:
        return None
    return Owner.objects.filter(estate=estate, pk=known).prefetch_related("phones").first()


def _homes(owner: Owner, now: datetime, estate: Estate) -> list[Occupancy]:
    today = now.astimezone(estate.zone).date()
    return list(owner.occupancies.on(today).select_related("unit").order_by("pk")[:10])


def _living(unit: Unit, now: datetime, estate: Estate) -> list[Occupancy]:
    today = now.astimezone(estate.zone).date()
    return list(unit.occupancies.on(today).select_related("owner").order_by("pk")[:10])


def _cases(
    said: Any, where: Spot, phone: str, estate: Estate, person: Permissions, now: datetime, since: datetime
) -> list[Known]:
    """Those of the same sub-category first, then the newest."""
    similar = Complaint.objects.visible_to(person).similar_to(
        estate=estate, unit=where.unit, phone=phone, category=None, since=since
    )
    # A phone or a door must not tell that its owner has complained, when he asked to stay unknown.
    similar = similar.filter(known_to(person)).exclude(outcome=Outcome.VOID).for_queue()
    same = whole_number(said.get("category")) or 0
    if same:
        similar = similar.order_by(Case(When(category=same, then=0), default=1), "-received_at", "-pk")
    return _known(similar[:MOST_CASES], person, now, same)


def _alike(
    category: int,
    where: Spot,
    owner: Owner | None,
    phone: str,
    estate: Estate,
    person: Permissions,
    now: datetime,
    policy: Policy,
) -> list[Complaint]:
    """Other people's complaints of the same kind and building in the last month (K17)."""
    return alike(
        person, estate=estate, category=category, unit=where.unit, building=where.building, place=where.words,
        owner=owner.pk if owner else None, phone=phone, at=now, policy=policy,
    )  # fmt: skip


def _notes(
    owner: Owner | None, where: Spot, phone: str, estate: Estate, person: Permissions
) -> list[ContactNote]:
    same = Q(pk__in=[])
    if owner:
        same |= Q(owner=owner)
    if where.unit:
        same |= Q(unit=where.unit)
    if phone:
        same |= Q(phone=phone)
    notes = notes_for(person).filter(same, estate=estate)
    return list(notes.select_related("taken_by", "complaint").order_by("-taken_at", "-pk")[:MOST_NOTES])
