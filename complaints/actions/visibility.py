"""What part a person plays on a case, and what he may know for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, Q

from complaints.conditions import knows_complainant
from complaints.models import Complaint, Cycle, Event
from complaints.statuses import ANSWERING, AT_WORK, SPEAKERS, CaseRole, Who
from owners.phones import number_of
from staff.models import User
from staff.permissions import Permissions
from staff.roles import DESK, READERS, Role
from staff.stand_ins import StandIns


def roles_on(complaint: Complaint, person: Permissions) -> frozenset[Role | CaseRole]:
    """The roles a person has, in the estate and on the case, his own and of those he stands in for."""
    return parts_by_keys(
        person,
        estate=complaint.estate_id,
        department=complaint.department_id,
        first_receiver=complaint.first_receiver_id,
        handler=complaint.handler_id,
        accountable=complaint.accountable_id,
        speaker=complaint.speaker_id,
    )


def parts_by_keys(
    person: Permissions,
    *,
    estate: int,
    department: int | None,
    first_receiver: int,
    handler: int | None,
    accountable: int | None,
    speaker: int | None = None,
) -> frozenset[Role | CaseRole]:
    """The same on a case of which only these keys were read."""
    roles: set[Role | CaseRole] = set(person.roles_at(estate))
    if department:
        roles |= person.departments.get(department, frozenset())
    if first_receiver in person.stands_for:
        roles.add(CaseRole.FIRST_RECEIVER)
    if handler in person.stands_for:
        roles.add(CaseRole.HANDLER)
    if accountable in person.stands_for or department in person.headed_departments():
        roles.add(CaseRole.ACCOUNTABLE)
    if speaker in person.stands_for:
        roles.add(CaseRole.SPEAKER)
    if person.is_contractor or department in person.outside and not person.roles_at(estate) & READERS:
        roles.add(CaseRole.CONTRACTOR)
    return frozenset(roles)


#: Entries of whoever did some of the work.
WORKED = ("accepted", "opinion_given", "acted", "handled")
#: Entries that name whoever saw the place for us; another may have written them.
VISITED = ("visit_met", "visit_looked")
#: Entries of whoever judged whether the complaint is upheld, proposing, referring or deciding it. To
#: classify is not to judge; whoever overrules a proposal by classifying leaves an entry of the judgement.
JUDGED = ("invalid_proposed", "referred", "invalid_confirmed", "invalid_rejected")
#: Entries of whoever gave the customer our final word, an apology included; an answer on the way is not one.
REPLIED = ("replied", "apologised")
#: Entries that say who took part in the present cycle.
TAKING_PART = (*WORKED, *VISITED, *JUDGED, *REPLIED, "reassigned", "cycle_started")
#: Those who revisit, in the order in which they are named.
REVISERS = (Role.SUPERVISOR, Role.FRONT_DESK, Role.STEWARD, Role.PROPERTY_MANAGER, Role.DUTY_DESK)
#: Those who call a second time (K7: a sample by the head).
SECOND_CALLERS = (Role.SUPERVISOR, Role.PROPERTY_MANAGER)


def took_part(entries: Iterable[tuple[str, int | None, dict[str, Any]]]) -> set[int]:
    """Who handled, judged or replied in the present cycle (K7): kind, actor and parameters in their order.

    A handler from whom it was taken after the work had been accepted too: others may write for him.
    """
    found: set[int | None] = set()
    accepted = False
    for kind, actor, params in entries:
        if kind == "cycle_started":
            found.clear()
            accepted = False
        elif kind == "reassigned":
            found.add(params["from_person"] if accepted else None)
            accepted = False
        elif kind in VISITED:
            found.add(params.get("person", actor))
        elif kind in (*WORKED, *JUDGED, *REPLIED):
            found.add(actor)
            accepted = accepted or kind in WORKED
    return {person for person in found if person}


def involved(cases: Collection[int]) -> dict[int, set[int]]:
    """Who is too involved in these cases' present cycles to revisit them (domain.md 3, K7). Two queries.

    The one answer for the act, the buttons, the lists and the API: who handled, judged or replied, for a
    member of a collective complaint on its lead too. Who is complained about is barred from everything.
    """
    present = Cycle.objects.filter(complaint__in=cases, number=F("complaint__cycle_number")).values_list(
        "complaint", "complaint__lead", "complaint__handler", "handled_by", "replied_by"
    )
    rows = list(present)
    entries: dict[int, list[tuple[str, int | None, dict[str, Any]]]] = defaultdict(list)
    events = Event.objects.filter(
        complaint__in={*cases, *(lead for _case, lead, *_people in rows if lead)}, kind__in=TAKING_PART
    )
    for case, *entry in events.order_by("pk").values_list("complaint", "kind", "actor", "params"):
        entries[case].append((entry[0], entry[1], entry[2]))
    found = {}
    for case, lead, *people in rows:
        on_lead = took_part(entries[lead]) if lead else set()
        found[case] = {pk for pk in people if pk} | took_part(entries[case]) | on_lead
    return found


def others_as(roles: Iterable[Role], stand_ins: StandIns, estate: int, but: Collection[int]) -> list[User]:
    """Who else is there for one of these roles in an estate, deputies for the absent; nobody of `but`."""
    holders = [person for role in roles for person in stand_ins.holders(role, estate)]
    return stand_ins.present(holders, but)


# Who complained ------------------------------------------------------------------------------------


def shows_complainant(complaint: Complaint, roles: Collection[Role | CaseRole]) -> bool:
    """Whether somebody in these roles may know who complained."""
    return knows_complainant(roles, hidden=complaint.identity_hidden)


#: Whoever speaks with the customers reads their phones whole; an auditor does not need them.
#: A contractor's people speak with them while the work is theirs to arrange and to do.
CALLS: Who = ANSWERING | SPEAKERS | DESK


def reads_phones(complaint: Complaint, roles: Collection[Role | CaseRole]) -> bool:
    """Whether the phones of who complained and of all who signed are shown whole, and not masked."""
    if CaseRole.CONTRACTOR in roles and complaint.status not in AT_WORK:
        return False
    return shows_complainant(complaint, roles) and bool(CALLS & set(roles))


def reads_reasons(roles: Collection[Role | CaseRole]) -> bool:
    """Whether what superiors say among themselves is his to read, their opinions and inner reasons.

    Of ours, everybody who reads the case and its internal notes; a contractor's people read what was decided.
    """
    return CaseRole.CONTRACTOR not in roles


def masked(phone: str) -> str:
    """Enough of a number for its owner to know it, too little for anybody else.

    >>> masked("13812341234")
    '138****1234'
    """
    number = number_of(phone)  # an extension alone may name a person
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else f"****{number[-2:]}" if number else ""


def called_by(person: Permissions, case: str = "") -> Q:
    """The cases a phone may find for `person`: of a contractor's, those he calls about now."""
    return Q(**{f"{case}status__in": AT_WORK}) if person.is_contractor else ~Q(pk__in=[])


def is_told(person: Permissions, *, first_receiver: int, estate: int, department: int | None) -> bool:
    """Whether `person` may know a complainant who hides, on a case of which only these keys were read."""
    roles = person.roles_at(estate) | person.departments.get(department or 0, frozenset())
    return first_receiver in person.stands_for or Role.SUPERVISOR in roles


def known_to(person: Permissions, case: str = "") -> Q:
    """The cases whose complainant `person` may know. `case` leads to the case: "complaint__"."""
    if Role.SUPERVISOR in person.company:
        return ~Q(pk__in=[])  # all of them

    def supervised(places: dict[int, frozenset[Role]]) -> list[int]:
        return [pk for pk, roles in places.items() if Role.SUPERVISOR in roles]

    return (
        Q(**{f"{case}identity_hidden": False})
        | Q(**{f"{case}first_receiver__in": person.stands_for})
        | Q(**{f"{case}estate__in": supervised(person.estates)})
        | Q(**{f"{case}department__in": supervised(person.departments)})
    )


def place_shown(complaint: Complaint, person: Permissions) -> str:
    """The place as `person` may read it: of whoever hides, the building only."""
    return (
        complaint.where
        if shows_complainant(complaint, roles_on(complaint, person))
        else complaint.rough_where
    )
