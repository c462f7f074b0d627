"""People in danger, as pages show them: on top, with who was told, who has seen it and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from complaints.actions import place_shown, roles_on
from complaints.actions.situations import situation_for
from complaints.models import Complaint, Event
from complaints.moves import possible
from complaints.policy import ClockKind
from complaints.primary import primary
from complaints.timeline import people_named
from config.framework.prepared_queries import PreparedQuery
from staff.permissions import Permissions

#: So many stand on top of a page; more at once, and the queue holds the others where they are due.
MOST = 20
#: Entries that tell who was told of it.
TELLING = ("danger_reported", "delivered", "reassigned")
#: Entries of whoever has it before his eyes, or in hand.
SEEING = ("seen", "acknowledged", "accepted")
#: What a person can do about it from a row.
AT_ONCE = ("classify", "accept")


@dataclass(frozen=True)
class Told:
    """One who was told, or has opened it untold. `in_hand`: by what he has taken it in hand."""

    name: str
    told_at: datetime | None
    seen_at: datetime | None
    in_hand: str = ""


@dataclass(frozen=True)
class InDanger:
    """One case on top of a page."""

    case: Complaint
    where: str
    told: list[Told]
    verb: str = ""  # what this reader does about it next


#: Prepared: it stands on every page of a list.
_keys = PreparedQuery(lambda person, estate: _in_danger(person, estate).values_list("pk")[:MOST])


def _in_danger(person: Permissions, estate: int | None) -> QuerySet[Complaint]:
    cases = Complaint.objects.visible_to(person)
    return (cases.filter(estate=estate) if estate else cases).in_danger()


def in_danger(person: Permissions, estate: int | None, at: datetime) -> list[InDanger]:
    """Those he may know of, in one estate or in all of his, who waits longest first. One query where there
    are none, four where there are any.
    """
    if not (keys := [pk for (pk,) in _keys(person, estate)]):
        return []
    cases = list(Complaint.objects.filter(pk__in=keys).for_queue().in_danger())
    told = told_of(cases)
    return [
        InDanger(case, place_shown(case, person), told[case.pk], _verb(case, person, at)) for case in cases
    ]


def _verb(case: Complaint, person: Permissions, at: datetime) -> str:
    situation = situation_for(case, person, at)
    due = [ClockKind(case.next_due_kind)] if case.next_due_kind else []
    offered = possible(situation, AT_ONCE)
    return primary(offered, due, roles_on(case, person), case.status, in_danger=True) or ""


def told_of(cases: Iterable[Complaint]) -> dict[int, list[Told]]:
    """Who was told of the danger on each case, and who has opened it, in the order of time. Two queries."""
    cases = list(cases)
    events = Event.objects.filter(complaint__in=[case.pk for case in cases], kind__in=(*TELLING, *SEEING))
    rows = list(events.order_by("at", "pk").values_list("complaint", "kind", "actor", "params", "at"))
    known: dict[int, dict[int, dict[str, Any]]] = {case.pk: {} for case in cases}
    for case, kind, actor, params, at in rows:
        people = known[case]
        if kind in TELLING:
            for pk in params.get("told") or [params.get("person")]:
                people.setdefault(pk, {"told_at": at})
        else:
            entry = people.setdefault(actor, {"told_at": None})
            entry.setdefault("seen_at", at)
            if kind != "seen":
                entry["in_hand"] = kind
    names = people_named(pk for people in known.values() for pk in people)
    return {
        case: [Told(names.get(pk, "–"), **({"seen_at": None} | entry)) for pk, entry in people.items()]
        for case, people in known.items()
    }
