"""Site visits 上门/现场勘查: arranged, moved, called off; arrived, found, left; or missed.

The case is locked for every act, so that two people at once do not number two visits alike, or move what
somebody has just begun.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import site_visits as rules
from complaints.actions.danger import DANGER, come_back
from complaints.actions.evidence import Collected, add_evidence
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.plain_moves import saw_the_spot
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visit_rows import (
    LONGEST_PURPOSE,
    HeldVisit,
    check_arrival,
    check_nobody_comes,
    check_visitor,
    check_window,
    next_number,
    save,
    window_of,
    worded,
)
from complaints.evidence import Kind, Party
from complaints.models import Attachment, Complaint, SiteVisit
from complaints.site_visits import Agreed, AskedBy, Outcome, State
from complaints.statuses import Status, WrongStatus
from complaints.time_texts import moment
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

#: What a visit's photos are called as evidence, before what was found.
LONGEST_SHOWN = 400


@dataclass(frozen=True)
class Plan:
    """What for, who comes, when, and how that was agreed with the customer."""

    purpose: str
    visitor: User
    agreed: str
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def arrange(
    complaint: Complaint,
    plan: Plan,
    *,
    follows: SiteVisit | None = None,
    anyway: bool = False,
    by: User,
    at: datetime,
    key: str = "",
) -> SiteVisit:
    """Arrange a visit; `follows`: instead of one that came to nothing. The same `key` arranges it once.

    `anyway`: though somebody comes for the case at that time already, a colleague or the builder.
    """
    submit = None
    if key:
        submit, is_new = take_key(f"staff:{by.pk}", key, "arrange_visit", [complaint, plan, follows], at)
        if not is_new:
            return SiteVisit.objects.get(pk=submit.object_id or 0)
    case = UnitOfWork(complaint, None, by=by, at=at)
    rules.check_arrange(case.roles, case.row.status)
    purpose = worded("purpose", plan.purpose, _("Say what the visit is for."), LONGEST_PURPOSE)
    if plan.agreed not in Agreed.values:
        raise Refused(_("Say how it was agreed with the customer."), field="agreed")
    check_window(plan.starts_at, plan.ends_at, at)
    check_visitor(case, plan.visitor)
    check_nobody_comes(case.row, plan.starts_at, plan.ends_at, anyway=anyway)
    row = SiteVisit(
        complaint=case.row, number=next_number(case.row), purpose=purpose, visitor=plan.visitor,
        agreed=plan.agreed, starts_at=plan.starts_at, ends_at=plan.ends_at, follows=follows,
        arranged_at=at, arranged_by=by,
        remind_at=rules.next_reminder(State.PLANNED, plan.starts_at, plan.ends_at, at),
    )  # fmt: skip
    save(row, by, at)
    told: dict[str, Any] = {"visit": row.number, "person": plan.visitor.pk, "window": window_of(row)}
    case.record("visit_arranged", purpose, owner_sees=row.is_appointment, visit_agreed=row.agreed, **told)
    case.notify([plan.visitor], "visit_set", visit=row.number, window=window_of(row))
    case.commit()
    if submit:
        keep_result(submit, row.pk)
    return row


# Before anybody comes --------------------------------------------------------------------------------------


@transaction.atomic
def move(
    row: SiteVisit,
    *,
    note: str,
    asked_by: str,
    asked_at: datetime | None = None,
    starts_at: datetime,
    ends_at: datetime,
    visitor: User | None = None,
    seen: int | None = None,
    anyway: bool = False,
    by: User,
    at: datetime,
) -> SiteVisit:
    """Another time 改约, or another person, with the reason and who asked for it.

    `asked_at`: when the customer said it, where that is entered after its time was over. `seen`: how often it
    had been changed on the page that is sent; refused where somebody changed it since. `anyway`: as for
    `arrange`.
    """
    held = HeldVisit(row, "move", by=by, at=at)
    visit, before, sent = held.row, held.window, held.row.visitor
    if seen is not None and seen != visit.moved:
        raise Refused(_("Meanwhile somebody has changed this visit. Look at it first."))
    because = worded("note", note, _("Say why it is changed."))
    is_other_time = (starts_at, ends_at) != (visit.starts_at, visit.ends_at)
    said = _check_asked_by(held, asked_by, asked_at, hides=is_other_time)
    is_other_person = visitor is not None and visitor != sent
    if not (is_other_time or is_other_person):
        raise Refused(_("Nothing was changed."))
    if is_other_time:
        if held.case.row.status == Status.CLOSED:
            raise WrongStatus(
                _(
                    "The case is closed; nobody goes there any more. "
                    "Enter when somebody came, or that nobody did."
                )
            )
        check_window(starts_at, ends_at, at)
        check_nobody_comes(held.case.row, starts_at, ends_at, but=visit, anyway=anyway)
        held.set(starts_at=starts_at, ends_at=ends_at, late_at=None)
        held.look_again()
        held.record(
            "visit_moved",
            because,
            owner_sees=True,
            window=held.window,
            old_window=before,
            visit_wished=asked_by,
            **said,
        )
    if visitor is not None and is_other_person:
        check_visitor(held.case, visitor)
        held.set(visitor=visitor)
        note = "" if is_other_time else because
        held.record("visit_reassigned", note, person=visitor.pk, from_person=sent.pk)
        held.tell([sent], "visit_taken", person=visitor.pk, window=before)
    held.set(moved=visit.moved + 1)
    held.tell([visit.visitor], "visit_set" if is_other_person else "visit_moved", window=held.window)
    return held.commit()


@transaction.atomic
def call_off(
    row: SiteVisit, *, note: str, asked_by: str, asked_at: datetime | None = None, by: User, at: datetime
) -> SiteVisit:
    """Nobody comes, with the reason; the customer reads on his page that it is called off.

    `asked_at`: when the customer said it, where that is entered after its time was over.
    """
    held = HeldVisit(row, "call_off", by=by, at=at)
    because = worded("note", note, _("Say why nobody comes."))
    said = _check_asked_by(held, asked_by, asked_at)
    held.set(because=because)
    held.end(State.OFF, at)
    wished: dict[str, Any] = {"visit_wished": asked_by} | said
    held.record("visit_called_off", because, owner_sees=True, window=held.window, **wished)
    held.tell([held.row.visitor], "visit_off", window=held.window)
    return held.commit()


def _check_asked_by(
    held: HeldVisit, asked_by: str, asked_at: datetime | None, *, hides: bool = True
) -> dict[str, str]:
    """Whoever has let a customer wait does not write afterwards that it was moved; another may still go.

    What the customer said before it began somebody else enters, with its time: returned for the entry.
    """
    if asked_by not in AskedBy.values:
        raise Refused(_("Say who asked for it."), field="asked_by")
    row = held.row
    if not hides or not rules.is_kept_waiting(row.agreed, row.ends_at, held.at):
        return {}
    said = {"moment": moment(row.starts_at, held.case.row.estate.zone)}
    missed = (
        _("The customer has waited since %(moment)s: enter it as missed, then arrange a new visit.") % said
    )
    if asked_by == AskedBy.WE:
        raise Refused(missed, field="asked_by")
    if held.is_sent:
        raise Refused(
            _("The customer has waited since %(moment)s. What he said before is entered by somebody else.")
            % said,
            field="asked_by",
        )
    if asked_at is None:
        raise Refused(_("Say when the customer said it: before %(moment)s.") % said, field="asked_at")
    if asked_at >= row.starts_at:
        raise Refused(missed, field="asked_at")
    if asked_at < row.arranged_at.replace(second=0, microsecond=0):  # a form says the minute
        said = {"moment": moment(row.arranged_at, held.case.row.estate.zone)}
        raise Refused(_("That lies before it was arranged, %(moment)s.") % said, field="asked_at")
    return {"asked_at": asked_at.isoformat()}


@transaction.atomic
def miss(row: SiteVisit, *, note: str, by: User, at: datetime) -> SiteVisit:
    """We did not keep the appointment 失约, with the reason: counted, and seen by the supervisor."""
    held = HeldVisit(row, "miss", by=by, at=at)
    because = worded("note", note, _("Say why nobody came."))
    held.set(outcome=Outcome.MISSED, because=because)
    held.end(State.ENDED, at)
    held.record("visit_missed", because, owner_sees=True, window=held.window)
    people = [*held.case.reach(Role.SUPERVISOR), held.case.row.first_receiver, held.row.visitor]
    held.tell(people, "visit_missed", window=held.window)
    return held.commit()


# On the spot -----------------------------------------------------------------------------------------------


@transaction.atomic
def arrive(row: SiteVisit, *, done_at: datetime | None = None, by: User, at: datetime) -> SiteVisit:
    """Whoever was sent is there 已到达; `done_at`: where it is entered later."""
    held = HeldVisit(row, "arrive", by=by, at=at, done_at=done_at)
    check_arrival(held.row, held.moment)
    held.set(state=State.THERE, arrived_at=held.moment, arrived_entered_at=at)
    held.look_again()
    danger = held.case.row.danger_since
    seen: dict[str, Any] = {DANGER: danger.isoformat()} if danger else {}
    held.record("visit_arrived", person=held.row.visitor_id, **seen)
    return held.commit()


@transaction.atomic
def take_back(row: SiteVisit, *, note: str, by: User, at: datetime) -> SiteVisit:
    """He is not there after all 撤销到达, with the reason: the customer waits again, and so do we.

    Where the case was closed meanwhile nobody goes any more; that he waited in vain is entered as missed.
    """
    held = HeldVisit(row, "take_back", by=by, at=at)
    because = worded("note", note, _("Say why the arrival is taken back."))
    held.set(state=State.PLANNED, arrived_at=None, arrived_entered_at=None)
    held.look_again()
    waited = rules.is_kept_waiting(held.row.agreed, held.row.ends_at, at)
    if held.case.row.status == Status.CLOSED and not waited:
        held.set(because=because)
        held.end(State.OFF, at)
    held.record("visit_taken_back", because, person=held.row.visitor_id)
    come_back(held.case, held.row)
    return held.commit()


@transaction.atomic
def find(
    row: SiteVisit,
    *,
    outcome: str,
    found: str = "",
    measures: str = "",
    note_left: bool | None = None,
    first_scene: bool = False,
    files: Collection[Attachment] = (),
    by: User,
    at: datetime,
) -> SiteVisit:
    """What was found 现场情况, what was done there, whether the customer was met; photos become evidence.

    Judged by when he came: seen on the spot, that is the same-day check where one is owed.
    """
    held = HeldVisit(row, "find", by=by, at=at)
    visit = held.row
    held.case.at = visit.arrived_at or at
    _check_outcome(visit, outcome, note_left)
    saw = outcome in rules.SAW
    seen = worded("found", found, _("Say what was found.") if saw else "")
    done = worded("measures", measures, "")
    held.set(
        state=State.LOOKED, outcome=outcome, found=seen, measures=done, found_at=at, found_by=by,
        note_left=note_left if outcome == Outcome.ABSENT else None,
    )  # fmt: skip
    if saw:
        saw_the_spot(held.case)
    kind = f"visit_{outcome}" if not (outcome == Outcome.ABSENT and note_left) else "visit_absent_note"
    told = outcome in (Outcome.MET, Outcome.ABSENT) and visit.is_appointment
    # Who was there: whoever was sent, or who stood in for him; not who writes it down for them.
    there = by.pk if held.is_sent else visit.visitor_id
    held.case.record(kind, seen, owner_sees=told, at=at, visit=visit.number, person=there)
    if done:
        held.case.record("visit_measures", done, at=at, visit=visit.number)
    if not saw:
        people = [held.case.row.first_receiver, held.case.row.handler]
        held.tell(people, "visit_in_vain", visit_outcome=outcome)
    held.commit()
    if files:
        shows = _("Site visit no. %(n)s") % {"n": visit.number}
        shows += _(": ") + seen[:LONGEST_SHOWN] if seen else ""
        said = _collected(visit, files, shows, first_scene=first_scene, at=at)
        visit.evidence = add_evidence(held.case.row, said, files=files, by=by, at=at)
        save(visit, by, at)
    return visit


def _check_outcome(visit: SiteVisit, outcome: str, note_left: bool | None) -> None:
    if outcome not in Outcome.values or outcome == Outcome.MISSED:
        raise Refused(_("Say whether the customer was met."), field="outcome")
    if outcome == Outcome.LOOKED and visit.is_appointment:
        raise Refused(_("There was an appointment: was the customer met?"), field="outcome")
    if outcome == Outcome.ABSENT and note_left is None:
        raise Refused(_("Say whether a note was left."), field="note_left")


def _collected(
    visit: SiteVisit, files: Collection[Attachment], shows: str, *, first_scene: bool, at: datetime
) -> Collected:
    """The photos as evidence: taken by whoever was sent, where the case says."""
    case = visit.complaint
    pictures = all(file.content_type.startswith("image/") for file in files)
    return Collected(
        kind=Kind.PHOTO if pictures else Kind.OTHER, what=shows, collected_at=at,
        place=(case.open_where or str(case.estate))[:200], first_scene=first_scene, collector=Party.STAFF,
        collected_by=visit.visitor,
    )  # fmt: skip


@transaction.atomic
def leave(row: SiteVisit, *, done_at: datetime | None = None, by: User, at: datetime) -> SiteVisit:
    """He has left 已离开, and with that the visit is over."""
    held = HeldVisit(row, "leave", by=by, at=at, done_at=done_at)
    arrived = held.row.arrived_at or held.moment
    if held.moment < arrived.replace(second=0, microsecond=0):  # a form says the minute
        raise Refused(
            _("That lies before he arrived, %(moment)s.")
            % {"moment": moment(arrived, held.case.row.estate.zone)},
            field="done_at",
        )
    held.set(left_at=max(held.moment, arrived), left_entered_at=at)
    held.end(State.ENDED, held.row.left_at or at)
    held.record("visit_left", person=held.row.visitor_id)
    return held.commit()
