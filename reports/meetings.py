"""The record of a quarter's meeting: kept, corrected, its decisions added and settled. The only writer.

Whoever may issue the quarter's report keeps it; every change is a version with who and when. A paper that
was issued has frozen what it said: a correction stands in its next version.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.measures import Plan, set_measure
from complaints.models import Complaint, Measure
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.calendar_rules import Overtaken
from reports.duties import DuePeriod
from reports.models import DecisionMeasure, MeetingDecision, QuarterMeeting
from reports.scopes import Scope, find, scopes_of
from staff.models import Estate, User
from staff.permissions import permissions_of

State = MeetingDecision.State


@dataclass(frozen=True)
class Held:
    """What is written down of a meeting."""

    held_on: date
    place: str
    present: str
    reported: str


@dataclass(frozen=True)
class Decided:
    """What is written down of a decision."""

    what: str
    who: str
    due_on: date


@transaction.atomic
def keep(
    scope: str, quarter: DuePeriod, said: Held, *, started_from: int, by: User, at: datetime
) -> QuarterMeeting:
    """Write the record down, or correct it. `started_from`: the version corrected, 0 for none yet.

    Raises Refused, at the field it is about.
    """
    mine = _keeper(scope, by, at)
    _check_day(said.held_on, quarter.first, mine.estates[0].zone, at)
    row = QuarterMeeting.objects.select_for_update().filter(scope=scope, starts_on=quarter.first).first()
    if (row.version if row else 0) != started_from:
        raise Overtaken
    if row is None:
        row = QuarterMeeting(
            scope=scope,
            scope_name=mine.name,
            starts_on=quarter.first,
            recorded_at=at,
            recorded_by=by,
            version=0,
        )
    else:
        first_due = row.decisions.order_by("due_on").values_list("due_on", flat=True).first()
        if first_due and first_due < said.held_on:
            raise Refused(_("A decision of this meeting is due before that day."), field="held_on")
    row.held_on, row.place, row.present, row.reported = said.held_on, said.place, said.present, said.reported
    row.version += 1
    try:
        with transaction.atomic():
            _save(row, by, at)
    except IntegrityError:
        raise Overtaken from None
    return row


@transaction.atomic
def decide(
    meeting: QuarterMeeting, said: Decided, *, by: User, at: datetime, key: str = ""
) -> MeetingDecision:
    """Add a decision of the meeting; sent again under the same key, the one made then. Raises Refused."""
    row = QuarterMeeting.objects.select_for_update().get(pk=meeting.pk)
    _keeper(row.scope, by, at)
    submit = None
    if key:
        submit, is_new = take_key(f"staff:{by.pk}", key, "decide_meeting", [row.pk, said], at)
        if not is_new:
            return MeetingDecision.objects.get(pk=submit.object_id or 0)
    _check_due(said.due_on, row)
    newest = row.decisions.order_by("-number").first()
    made = MeetingDecision(
        meeting=row,
        number=newest.number + 1 if newest else 1,
        what=said.what,
        who=said.who,
        due_on=said.due_on,
        recorded_at=at,
    )
    _save(made, by, at)
    if submit:
        keep_result(submit, made.pk)
    return made


@transaction.atomic
def correct(
    decision: MeetingDecision, said: Decided, *, started_from: int, by: User, at: datetime
) -> MeetingDecision:
    """What, who or by when was written down wrongly, or was changed. Raises Refused."""
    row = _hold(decision, started_from, by, at)
    _check_due(said.due_on, row.meeting)
    row.what, row.who, row.due_on = said.what, said.who, said.due_on
    row.version += 1
    _save(row, by, at)
    return row


@transaction.atomic
def set_measure_of(
    decision: MeetingDecision,
    plan: Plan,
    *,
    estate: Estate,
    cases: Collection[Complaint] = (),
    by: User,
    at: datetime,
    key: str = "",
) -> Measure:
    """Carry a decision out by a measure in one of the estates the meeting was about. Raises Refused."""
    row = (
        MeetingDecision.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=decision.pk)
    )
    mine = _keeper(row.meeting.scope, by, at)
    if row.state == State.DROPPED:
        raise Refused(_("This decision was dropped: open it again first."))
    if estate not in mine.estates:
        raise Refused(_("The meeting was not about this estate."), field="estate")
    made = set_measure(plan, cases=cases, meeting_at=estate, by=by, at=at, key=key)
    DecisionMeasure.objects.get_or_create(
        measure=made, defaults={"decision": row, "set_at": at, "set_by": by}
    )
    return made


@transaction.atomic
def settle(
    decision: MeetingDecision,
    state: str,
    on: date | None,
    note: str,
    *,
    started_from: int,
    by: User,
    at: datetime,
) -> MeetingDecision:
    """Done or dropped on a day, or open again after all. Raises Refused."""
    row = _hold(decision, started_from, by, at)
    note = note.strip()
    if state == row.state:
        raise Refused(_("It is “%(state)s” already.") % {"state": row.get_state_display()}, field="state")
    if state == State.OPEN:
        on = None
    elif on is None:
        raise Refused(_("Give the day."), field="on")
    else:
        zone = find_zone(row.meeting.scope, by, at)
        _check_day(on, row.meeting.held_on, zone, at, field="on")
    if state != State.DONE and not note:
        raise Refused(_("Say why."), field="note")
    row.state, row.settled_on, row.note = State(state), on, note
    row.version += 1
    _save(row, by, at)
    return row


def may_keep(scope: Scope, by: User, at: datetime) -> bool:
    """Whoever may issue the report keeps the record of its meeting."""
    return scope.may_issue(permissions_of(by, at))


def find_zone(code: str, by: User, at: datetime) -> ZoneInfo:
    return _keeper(code, by, at).estates[0].zone


def _keeper(code: str, by: User, at: datetime) -> Scope:
    scope = find(scopes_of(permissions_of(by, at)), code)
    if scope is None or not may_keep(scope, by, at):
        raise WrongPerson(
            _(
                "The record of the meeting is kept by a supervisor, the property manager or the general "
                "manager."
            )
        )
    return scope


def _hold(decision: MeetingDecision, started_from: int, by: User, at: datetime) -> MeetingDecision:
    row = (
        MeetingDecision.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=decision.pk)
    )
    _keeper(row.meeting.scope, by, at)
    if row.version != started_from:
        raise Overtaken
    return row


def _check_day(on: date, earliest: date, zone: ZoneInfo, at: datetime, field: str = "held_on") -> None:
    if on > at.astimezone(zone).date():
        raise Refused(_("This day is still to come: write it down once it is over."), field=field)
    if on < earliest:
        said = {"day": earliest.isoformat()}
        if field == "held_on":
            raise Refused(_("The quarter begins on %(day)s: its meeting is not earlier.") % said, field=field)
        raise Refused(_("It was decided on %(day)s: it is not settled earlier.") % said, field=field)


def _check_due(due_on: date, meeting: QuarterMeeting) -> None:
    if due_on < meeting.held_on:
        raise Refused(
            _("The meeting was on %(day)s: it is not due earlier.") % {"day": meeting.held_on.isoformat()},
            field="due_on",
        )


def _save(row: QuarterMeeting | MeetingDecision, by: User, at: datetime) -> None:
    row._history_user, row._history_date = by, at  # type: ignore[union-attr]
    row.save()
