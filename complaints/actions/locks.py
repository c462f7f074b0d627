"""Cases locked for an act, all of them in the order of their keys: two acts never wait for each other."""

from __future__ import annotations

from django.db.models import Q, Subquery

from complaints.lifecycle import MOVES, Status
from complaints.models import Complaint

#: Moves that answer or end a lead; its members follow in the same transaction.
CARRIES_MEMBERS = frozenset(
    verb for verb, move in MOVES.items() if {Status.REPLIED, Status.CLOSED} & set(move.to)
)
#: Moves of a member after which its lead is weighed again.
COUNTS_FOR_LEAD = frozenset({"edit", "leave", "void"})


def lock(wanted: Q) -> list[Complaint]:
    """These cases, locked in the order of their keys; none of them may be locked alone before."""
    rows = Complaint.objects.select_for_update(no_key=True, of=("self",))
    return list(rows.select_related("estate", "department").filter(wanted).order_by("pk"))


def lock_for(complaint: Complaint, verb: str | None) -> Complaint:
    """The case of an act, locked; and with it the members or the lead whom a move reaches too."""
    wanted = Q(pk=complaint.pk)
    if verb in CARRIES_MEMBERS:
        wanted |= Q(lead=complaint.pk) & ~Q(status=Status.CLOSED)
    if verb in COUNTS_FOR_LEAD:
        wanted |= Q(pk=Subquery(Complaint.objects.filter(pk=complaint.pk).values("lead")))
    return {row.pk: row for row in lock(wanted)}[complaint.pk]
