"""Duties on cases pass from one person to another: the first receiver's alone, or all that a leaver holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.colleagues import notify_colleagues
from complaints.actions.handling import reassign
from complaints.actions.measures import hand_over
from complaints.actions.overruns import hand_over_overrun
from complaints.actions.site_visits import move
from complaints.actions.speaker import name_speaker
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint, Measure, Overrun, SiteVisit
from complaints.site_visits import AskedBy, State
from complaints.statuses import AT_WORK
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import BYSTANDERS

#: What could not be handed over, and why.
Kept = tuple[Complaint | Measure, str]
#: So long a transfer can be taken back at once, and how long a click may be on its way.
UNDO_WITHIN, ON_THE_WAY = timedelta(seconds=10), timedelta(seconds=5)


@transaction.atomic
def transfer(
    complaint: Complaint, *, to: User, note: str, by: User, at: datetime, in_bulk: bool = False
) -> Complaint:
    """Another first receiver, by a supervisor with a reason; the only way this duty ends (D7)."""
    case = UnitOfWork(complaint, "transfer", by=by, at=at, note=note)
    if to == case.row.first_receiver:
        raise Refused(_("%(name)s is already the first receiver.") % {"name": to}, field="person")
    _check_successor(case, to)
    before = case.row.first_receiver
    waited: dict[str, Any] = {"awaited_claim": True} if case.row.awaits_claim else {}
    case.set(first_receiver=to, awaits_claim=False)
    case.record("transferred", note, owner_sees=True, from_person=before.pk, person=to.pk, **waited)
    if not in_bulk:
        case.notify([before, to], "transferred", person=to.pk)
    return case.commit()


@transaction.atomic
def undo_transfer(complaint: Complaint, *, by: User, at: datetime) -> Complaint:
    """The former first receiver again: within seconds, by who transferred it, before anybody did anything.

    Nothing is rewritten: the transfer stays in the timeline, and this stands after it. Raises Refused.
    """
    case = UnitOfWork(complaint, "transfer", by=by, at=at)
    last = case.row.events.select_related("actor").order_by("pk").last()
    if last is None or last.kind != "transferred" or last.actor != by:
        raise Refused(_("Somebody has gone on with it since; transfer it anew."))
    if at - last.recorded_at > UNDO_WITHIN + ON_THE_WAY:
        raise Refused(
            _("It can be taken back for %(n)s seconds only; transfer it anew.") % {"n": UNDO_WITHIN.seconds}
        )
    before = User.objects.get(pk=last.params["from_person"])
    _check_successor(case, before)
    now = case.row.first_receiver
    case.set(first_receiver=before, awaits_claim=bool(last.params.get("awaited_claim")))
    case.record("transfer_undone", owner_sees=True, from_person=now.pk, person=before.pk)
    case.notify([before, now], "transferred", person=before.pk)
    return case.commit()


def _check_successor(case: UnitOfWork, to: User) -> None:
    if to.pk in case.barred:
        raise Refused(_("%(name)s is named in this complaint.") % {"name": to}, field="person")
    if not to.is_active or not permissions_of(to, case.at).roles_at(case.row.estate_id) - BYSTANDERS:
        raise Refused(_("%(name)s does not work for this estate.") % {"name": to}, field="person")


@transaction.atomic
def _make_accountable(complaint: Complaint, *, to: User, note: str, by: User, at: datetime) -> Complaint:
    """Another accountable head, because the former one leaves."""
    case = UnitOfWork(complaint, "make_accountable", by=by, at=at, note=note)
    _check_successor(case, to)
    before = case.row.accountable_id
    case.set(accountable=to)
    case.record("accountable_changed", note, from_person=before, person=to.pk)
    return case.commit()


def transfer_duties(
    person: User, *, to: User, note: str, by: User, at: datetime
) -> tuple[list[Complaint | Measure], list[Kept]]:
    """Everything a leaving person holds goes to another, with one message to him (domain.md 1).

    Each duty in a transaction of its own: many cases are never locked at once, and whatever breaks off
    is finished by doing it again. Returns the cases and measures moved, and those that could not be, each
    with its sentence.
    """
    if not note.strip():
        raise Refused(_("Say why the duties are transferred."), field="note")
    if person == to:
        raise Refused(_("Choose another person."), field="person")
    held = Complaint.objects.open().visible_to(permissions_of(by, at)).order_by("pk")
    worked_on = held.filter(handler=person, status__in=AT_WORK)
    said: dict[str, Any] = {"note": note, "by": by, "at": at}
    duties: list[tuple[QuerySet[Complaint], Callable[[Complaint], Complaint]]] = [
        (held.filter(first_receiver=person), lambda case: transfer(case, to=to, in_bulk=True, **said)),
        (worked_on, lambda case: reassign(case, handler=to, in_bulk=True, **said)),
        (held.filter(accountable=person), lambda case: _make_accountable(case, to=to, **said)),
        (held.filter(speaker=person, lead=None), lambda case: name_speaker(case, person=to, **said)),
    ]
    moved: list[Complaint] = []
    measures: list[Measure] = []
    refused: list[Kept] = []
    for cases, pass_on in duties:
        for case in list(cases):
            try:
                moved.append(pass_on(case))
            except Refused as refusal:
                refused.append((case, str(refusal)))
    owing = Overrun.objects.open().filter(explainer=person)
    for duty in owing.filter(complaint__in=Complaint.objects.visible_to(permissions_of(by, at))).order_by(
        "pk"
    ):
        try:
            moved.append(hand_over_overrun(duty, to=to, **said).complaint)
        except Refused as refusal:
            refused.append((duty.complaint, str(refusal)))
    gone_to, kept = _hand_over_visits(person, to=to, **said)
    moved += gone_to
    refused += kept
    # Each says for itself who does it now: no case, and not among those counted.
    for measure in list(Measure.objects.visible_to(permissions_of(by, at)).living().filter(owner=person)):
        try:
            measures.append(hand_over(measure, **said, to=to))
        except Refused as refusal:
            refused.append((measure, str(refusal)))
    if moved:
        counted = {"count": len({case.pk for case in moved}), "from_person": person.pk}
        source = f"duties{person.pk}:{at.isoformat()}"
        notifications.write([notifications.Notice(to, "duties_taken", params=counted)], at=at, source=source)
        notify_colleagues("handed_over", person, by=by, at=at, deputy=to, but=[to], count=counted["count"])
    return [*moved, *measures], refused


def _hand_over_visits(
    person: User, *, to: User, note: str, by: User, at: datetime
) -> tuple[list[Complaint], list[Kept]]:
    """The visits he is still to make go to the other, at the times that were agreed; the cases of those."""
    seen = SiteVisit.objects.visible_to(permissions_of(by, at)).filter(visitor=person, state=State.PLANNED)
    gone_to: list[Complaint] = []
    kept: list[Kept] = []
    for visit in list(seen.select_related("complaint").order_by("pk")):
        same: dict[str, Any] = {
            "starts_at": visit.starts_at,
            "ends_at": visit.ends_at,
            "asked_by": AskedBy.WE,
        }
        try:
            gone_to.append(move(visit, visitor=to, note=note, by=by, at=at, **same).complaint)
        except Refused as refusal:
            kept.append((visit.complaint, str(refusal)))
    return gone_to, kept
