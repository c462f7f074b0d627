"""The meetings with owners 恳谈会: recorded, corrected until signed, then only added to. The only writer.

The property manager or the general manager keeps the record. A promise is carried out by a measure, by a
follow-up of a case, or stands alone; whoever keeps it is reminded (`reports.owner_promises_due`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions import add_follow_up
from complaints.actions.follow_ups import LONGEST
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.measures import Plan, set_measure
from complaints.models import Complaint, Measure
from complaints.notifications import Notice
from complaints.statuses import WrongPerson
from complaints.thorough import first_reminder
from config.framework.refusals import Refused
from reports.calendar_rules import Overtaken
from reports.models import OwnerMeeting, OwnerPromise, OwnerSupplement
from reports.owner_rules import DAY, OFFICE
from reports.public_amounts import check_names_nobody
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns

State = OwnerPromise.State
#: Whoever keeps a promise is reminded when so much of its time is gone.
REMINDED_AT = 0.75


@dataclass(frozen=True)
class Said:
    """What is written down of a meeting."""

    kind: str
    held_on: date
    place: str
    owners: int
    owners_as: str
    staff: str
    asked: str
    answered: str


@dataclass(frozen=True)
class Promised:
    """What is written down of a promise."""

    what: str
    keeper: User
    due_on: date
    what_en: str = ""


@transaction.atomic
def record(estate: Estate, said: Said, *, by: User, at: datetime, key: str = "") -> OwnerMeeting:
    """Write a meeting down; sent again under the same key, the one written then. Raises Refused."""
    _check_keeper(estate, by, at)
    check_ours(estate, at)
    submit = None
    if key:
        submit, is_new = take_key(f"staff:{by.pk}", key, "owner_meeting", [estate, said], at)
        if not is_new:
            return OwnerMeeting.objects.get(pk=submit.object_id or 0)
    row = OwnerMeeting(estate=estate, recorded_at=at, recorded_by=by, version=0)
    _write(row, said, by, at)
    if submit:
        keep_result(submit, row.pk)
    return row


@transaction.atomic
def correct(
    meeting: OwnerMeeting, said: Said, *, started_from: int, by: User, at: datetime
) -> OwnerMeeting:  # fmt: skip
    """Until it is signed. Raises Refused."""
    row = _hold(meeting, by, at, unsigned=True)
    if row.version != started_from:
        raise Overtaken
    first = row.promises.order_by("due_on").first()
    if first and first.due_on < said.held_on:
        raise Refused(_("A promise of this meeting is due before that day."), field="held_on")
    if row.promises.filter(settled_on__lt=said.held_on).exists():
        raise Refused(_("A promise of this meeting was settled before that day."), field="held_on")
    _write(row, said, by, at)
    return row


def _write(row: OwnerMeeting, said: Said, by: User, at: datetime) -> None:
    if said.held_on > at.astimezone(row.estate.zone).date():
        raise Refused(_("This day is still to come: write it down once it is over."), field="held_on")
    for name in ("owners_as", "asked", "answered"):
        check_names_nobody(getattr(said, name), name)
    for name, value in vars(said).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.version += 1
    _save(row, by, at)


@transaction.atomic
def promise(
    meeting: OwnerMeeting, said: Promised, *, by: User, at: datetime, key: str = ""
) -> OwnerPromise:  # fmt: skip
    """Add a promise, until the record is signed. Raises Refused."""
    row = _hold(meeting, by, at)
    submit = None
    if key:
        submit, is_new = take_key(f"staff:{by.pk}", key, "owner_promise", [row.pk, said], at)
        if not is_new:
            return OwnerPromise.objects.get(pk=submit.object_id or 0)
    _check_unsigned(row)
    newest = row.promises.order_by("-place").first()
    made = OwnerPromise(
        meeting=row, place=newest.place + 1 if newest else 1, keeper=said.keeper, recorded_at=at
    )
    _say(made, said.what, said.what_en, said.due_on, at)
    _save(made, by, at)
    if submit:
        keep_result(submit, made.pk)
    return made


def _say(row: OwnerPromise, what: str, what_en: str, due_on: date, at: datetime) -> None:
    """What was promised by when; while it is open whoever keeps it is reminded in time."""
    for name, words in (("what", what), ("what_en", what_en)):
        check_names_nobody(words, name)
    if due_on < row.meeting.held_on:
        raise Refused(
            _("The meeting was on %(day)s: it is not due earlier.")
            % {"day": row.meeting.held_on.isoformat()},
            field="due_on",
        )
    row.what, row.what_en, row.due_on = what.strip(), what_en.strip(), due_on
    row.due_at = datetime.combine(due_on + DAY, time(), row.meeting.estate.zone)
    if row.state == State.OPEN:
        row.remind_at = first_reminder(at, row.due_at, REMINDED_AT) if row.due_at > at else at


@transaction.atomic
def change(
    promised: OwnerPromise,
    *,
    what: str,
    what_en: str,
    due_on: date,
    started_from: int,
    by: User,
    at: datetime,
) -> OwnerPromise:
    """Correct what was promised, until the record is signed. Raises Refused."""
    row = _hold_promise(promised, by, at, started_from)
    _check_unsigned(row.meeting)
    _say(row, what, what_en, due_on, at)
    return _done(row, by, at)


@transaction.atomic
def drop(promised: OwnerPromise, *, started_from: int, by: User, at: datetime) -> None:
    """Take out what was not promised, until the record is signed; its history stays. Raises Refused."""
    row = _hold_promise(promised, by, at, started_from)
    _check_unsigned(row.meeting)
    if row.measure_id or row.follow_up_id:
        raise Refused(_("It is being carried out already: correct it."))
    gone: Any = row
    gone._history_user, gone._history_date = by, at
    gone.delete()


@transaction.atomic
def give(promised: OwnerPromise, *, keeper: User, started_from: int, by: User, at: datetime) -> OwnerPromise:
    """Somebody else keeps it from now on, and is told at once. Raises Refused."""
    row = _hold_promise(promised, by, at, started_from)
    _check_open(row)
    if keeper == row.keeper:
        raise Refused(_("He keeps it already."), field="keeper")
    row.keeper, row.remind_at = keeper, at
    return _done(row, by, at)


@transaction.atomic
def report_kept(
    promised: OwnerPromise, *, on: date | None, note: str, started_from: int, by: User, at: datetime
) -> OwnerPromise:
    """Who keeps it says that it is done; the manager is told, and may open it again. Raises Refused."""
    row = _lock_promise(promised)
    if not keeps(row, by, at):
        raise WrongPerson(_("Who keeps the promise reports that it is kept."))
    if row.version != started_from:
        raise Overtaken
    _settle(row, State.DONE, on, note, at)
    estate = row.meeting.estate
    told = StandIns.load(at, [estate]).reach(Role.PROPERTY_MANAGER, estate.pk)[1]
    params = {
        "owner_meeting": row.meeting_id, "estate": estate.name, "zone": estate.zone.key,
        "promise": row.what[:60], "keeper": str(by),
    }  # fmt: skip
    notices = [Notice(one, "promise_reported", None, params) for one in told if one != by]
    notifications.write_many({f"or{row.pk}:{row.version}": notices}, at=at)
    return _done(row, by, at)


@transaction.atomic
def settle(
    promised: OwnerPromise,
    *,
    state: str,
    on: date | None,
    note: str,
    started_from: int,
    by: User,
    at: datetime,
) -> OwnerPromise:
    """Kept or not kept on a day, or open again after all. Raises Refused."""
    row = _hold_promise(promised, by, at, started_from)
    _settle(row, state, on, note, at)
    return _done(row, by, at)


def _settle(row: OwnerPromise, state: str, on: date | None, note: str, at: datetime) -> None:
    note = note.strip()
    check_names_nobody(note, "note")
    if state == row.state:
        raise Refused(_("It is “%(state)s” already.") % {"state": row.get_state_display()}, field="state")
    if state == State.OPEN:
        on = None
    elif on is None:
        raise Refused(_("Give the day."), field="on")
    elif on > at.astimezone(row.meeting.estate.zone).date():
        raise Refused(_("This day is still to come: write it down once it is over."), field="on")
    elif on < row.meeting.held_on:
        raise Refused(
            _("It was promised on %(day)s: it is not settled earlier.")
            % {"day": row.meeting.held_on.isoformat()},
            field="on",
        )
    if state != State.DONE and not note:
        raise Refused(_("Say why."), field="note")
    row.state, row.settled_on, row.note = State(state), on, note
    row.remind_at = max(at, row.due_at) if state == State.OPEN else None


@transaction.atomic
def set_measure_of(
    promised: OwnerPromise,
    plan: Plan,
    *,
    cases: Collection[Complaint] = (),
    by: User,
    at: datetime,
    key: str = "",
) -> Measure:
    """Carry a promise out by a measure of its estate. Raises Refused."""
    row = _hold_promise(promised, by, at)
    if row.measure and not key:
        raise Refused(_("A measure carries it out already."))
    if row.measure is None:
        _check_open(row)
    made = set_measure(plan, cases=cases, meeting_at=row.meeting.estate, by=by, at=at, key=key)
    if row.measure_id not in (None, made.pk):
        raise Refused(_("A measure carries it out already."))
    if row.measure is None:
        row.measure = made
        _done(row, by, at)
    return made


@transaction.atomic
def follow_up_of(
    promised: OwnerPromise, *, case: Complaint, by: User, at: datetime
) -> OwnerPromise:  # fmt: skip
    """Carry a promise out by a follow-up of a case of its estate, due when it is. Raises Refused.

    Where that is over, or further away than a follow-up may be, the rules give it its time.
    """
    row = _hold_promise(promised, by, at)
    _check_open(row)
    if row.follow_up:
        raise Refused(_("A follow-up carries it out already."))
    if case.estate_id != row.meeting.estate_id:
        raise Refused(_("The case is of another estate."), field="cases")
    before = set(case.follow_ups.values_list("pk", flat=True))
    agreed_at = row.due_at if at < row.due_at <= at + LONGEST else None
    add_follow_up(case, note=row.what, agreed_at=agreed_at, by=by, at=at)
    row.follow_up = case.follow_ups.exclude(pk__in=before).get()
    return _done(row, by, at)


@transaction.atomic
def sign(meeting: OwnerMeeting, *, started_from: int, by: User, at: datetime) -> OwnerMeeting:
    """From now on the record is only added to. Raises Refused."""
    row = _hold(meeting, by, at, unsigned=True)
    if row.version != started_from:
        raise Overtaken
    row.signed_at, row.signed_by = at, by
    row.version += 1
    _save(row, by, at)
    return row


@transaction.atomic
def supplement(meeting: OwnerMeeting, *, words: str, by: User, at: datetime) -> OwnerSupplement:
    """Add to a signed record. Raises Refused."""
    row = _hold(meeting, by, at)
    if not row.signed_at:
        raise Refused(_("The record is not signed yet: correct it."))
    check_names_nobody(words, "words")
    return OwnerSupplement.objects.create(meeting=row, words=words.strip(), at=at, by=by)


def may_keep(estate: int, by: User, at: datetime) -> bool:
    return bool(permissions_of(by, at).roles_at(estate) & OFFICE)


def _check_keeper(estate: Estate, by: User, at: datetime) -> None:
    if not may_keep(estate.pk, by, at):
        raise WrongPerson(
            _("The record of a meeting with owners is kept by the property manager or the general manager.")
        )


def _check_unsigned(row: OwnerMeeting) -> None:
    if row.signed_at:
        raise Refused(_("The record is signed: it is added to, and no longer changed."))


def _hold(meeting: OwnerMeeting, by: User, at: datetime, *, unsigned: bool = False) -> OwnerMeeting:
    row = OwnerMeeting.objects.select_for_update(of=("self",)).select_related("estate").get(pk=meeting.pk)
    _check_keeper(row.estate, by, at)
    if unsigned:
        _check_unsigned(row)
    return row


def keeps(row: OwnerPromise, by: User, at: datetime) -> bool:
    """Whether somebody keeps a promise, or stands in for who does."""
    return row.keeper_id in permissions_of(by, at).stands_for


def _check_open(row: OwnerPromise) -> None:
    if row.state != State.OPEN:
        raise Refused(_("It is “%(state)s” already.") % {"state": row.get_state_display()})


def _lock_promise(promised: OwnerPromise) -> OwnerPromise:
    rows = OwnerPromise.objects.select_for_update(of=("self",))
    row = rows.select_related("meeting__estate", "measure", "keeper").filter(pk=promised.pk).first()
    if row is None:  # somebody has taken it out meanwhile
        raise Overtaken
    return row


def _hold_promise(
    promised: OwnerPromise, by: User, at: datetime, started_from: int | None = None
) -> OwnerPromise:
    """Whoever keeps the record writes what became of a promise."""
    row = _lock_promise(promised)
    _check_keeper(row.meeting.estate, by, at)
    if started_from is not None and row.version != started_from:
        raise Overtaken
    return row


def _done(row: OwnerPromise, by: User, at: datetime) -> OwnerPromise:
    row.version += 1
    _save(row, by, at)
    return row


def _save(row: Any, by: User, at: datetime) -> None:
    row._history_user, row._history_date = by, at
    row.save()
