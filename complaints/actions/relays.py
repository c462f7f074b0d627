"""Passing a complaint on 转达: any colleague tells the desk, the desk settles it, he hears what became of it.

Whoever passes it on is no first receiver: that is who takes it at the desk (D7: 谁受理、谁跟进、谁回复). The
time of receipt is when it was passed on, since we know of it from then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions import danger_question
from complaints.actions.arrivals import told_of_new
from complaints.actions.clock_rows import calendar_of
from complaints.actions.current_policy import current_policy
from complaints.actions.files import follow
from complaints.actions.files import pass_on as pass_files
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import known_to
from complaints.models import Attachment, Complaint, ContactNote, Relay, Respondent
from complaints.models.relays import RelayQuerySet
from complaints.statuses import Status, WrongPerson
from complaints.worktime import Limit, Unit, due
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from owners.actions import one_phone
from owners.names import clean_line, clean_name
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import Permissions, permissions_of
from staff.roles import DESK, Role
from staff.stand_ins import StandIns

#: The desk takes it within the time in which a complaint is delivered; then the supervisor is told, and
#: again as long as it waits.
FIRST_WAIT = Limit(timedelta(minutes=30), Unit.SERVICE_HOURS)
NEXT_WAIT = Limit(timedelta(hours=4), Unit.SERVICE_HOURS)
BATCH = 200
LONGEST = 4000


def estates_for(person: Permissions, at: datetime) -> QuerySet[Estate]:
    """Where somebody may pass a complaint on: where he works; who is of headquarters, everywhere."""
    ours = Estate.objects.exclude(ended_at__lte=at)
    return places_of(person).filter(pk__in=ours.values("pk"))


def places_of(person: Permissions) -> QuerySet[Estate]:
    """Where somebody works, ended or not; who is of headquarters, everywhere."""
    ours = Estate.objects.order_by("name")
    if person.company or not person.works_in():
        return ours if person.everywhere() else ours.none()
    return ours.filter(pk__in=person.works_in())


def for_desk(person: Permissions) -> RelayQuerySet:
    """What was passed on to the desks he sits at."""
    if person.company & DESK:
        return Relay.objects.all()
    return Relay.objects.filter(estate__in=[pk for pk, roles in person.estates.items() if roles & DESK])


def shown_to(person: Permissions) -> RelayQuerySet:
    """Those of his desks, without those of a complainant or a case he may not know."""
    known = known_to(person, "complaint__") & Q(complaint__in=Complaint.objects.visible_to(person))
    return for_desk(person).filter(Q(complaint=None) | known)


@transaction.atomic
def pass_on(
    *,
    estate: Estate,
    words: str,
    name: str = "",
    phone: str = "",
    place: str = "",
    files: Collection[Attachment] = (),
    by: User,
    at: datetime,
    key: str = "",
    danger: str = "",
) -> Relay:
    """Tell the desk what somebody complained about. The same `key` passes it on once. Raises Refused.

    `danger`: the answer whether people are in danger, asked for where the words read so. With a yes whoever
    is there is told at once, by day and by night, supervisor and property manager too.
    `files`: sent and still nobody's; they become the case's when one comes of it, else they stay with it.
    """
    check_ours(estate, at)
    if not places_of(permissions_of(by, at)).filter(pk=estate.pk).exists():
        raise WrongPerson(_("You do not work for %(estate)s.") % {"estate": estate}, field="estate")
    said = {
        "words": words.strip(),
        "name": clean_name(name),
        "phone": one_phone(phone),
        "place": clean_line(place),
    }
    if not said["words"]:
        raise Refused(_("Say what it was about."), field="words")
    if len(said["words"]) > LONGEST:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field="words")
    if question := danger_question.unanswered(said["words"], danger):
        raise question
    submit = None
    if key:
        sent = said | {"estate": estate, "files": list(files), "danger": danger}
        submit, is_new = take_key(f"staff:{by.pk}", key, "pass_on", sent, at)
        if not is_new:
            return Relay.objects.get(pk=submit.object_id)
    remind_at = due(at, FIRST_WAIT, calendar_of(estate, current_policy().policy))
    urgent = danger == danger_question.YES
    relay = Relay(estate=estate, **said, urgent=urgent, passed_by=by, passed_at=at, remind_at=remind_at)
    write(relay, by=by, at=at)
    pass_files(relay, files)
    if submit:
        keep_result(submit, relay.pk)
    _tell_desk(relay, by, at)
    return relay


def _tell_desk(row: Relay, by: User, at: datetime) -> None:
    """The desk hears of it; where people are in danger, whoever is there and who manages too."""
    stand_ins = StandIns.load(at, [row.estate])
    told = stand_ins.reach(Role.FRONT_DESK, row.estate_id, barred=[by.pk])[1]
    if row.urgent:
        there = told_of_new(stand_ins, row.estate_id, danger=True)
        told = list(dict.fromkeys([*told, *(person for person in there if person != by)]))
    kind = "relay_danger" if row.urgent else "relay_passed"
    _notify(row, told, kind, at, person=by.pk, danger=row.urgent)


@transaction.atomic
def take(relay: Relay, *, by: User, at: datetime, instead_of: int | None = None) -> Relay:
    """The desk sees to it: one clerk, and he who passed it on is told who.

    `instead_of`: takes it over from the colleague who had taken it and has not settled it. Raises Refused.
    """
    row = _held(relay, by, at)
    check_ours(row.estate, at)  # nothing could be filed out of it; it can still be settled
    if row.taken_by_id == by.pk:
        return row
    if row.taken_by_id and row.taken_by_id != instead_of:
        raise Refused(_("%(person)s has taken this already.") % {"person": row.taken_by})
    before = row.taken_by
    _save(row, by, taken_by=by, taken_at=at)
    if before is None:
        _notify(row, [row.passed_by], "relay_taken", at, person=by.pk)
    else:
        _notify(row, [before], "relay_taken_over", at, person=by.pk)
    return row


def file(relay: Relay, case: UnitOfWork, *, by: User) -> Relay:
    """It became a complaint, whose timeline says who passed it on. In the act that takes the case."""
    return _onto(relay, case, Relay.Outcome.COMPLAINT, "relay_filed", by)


@transaction.atomic
def add_to_known(relay: Relay, complaint: Complaint, *, by: User, at: datetime) -> Relay:
    """It is about a known case: whoever calls adds the chase in the same transaction. Raises Refused."""
    case = UnitOfWork(complaint, None, by=by, at=at)
    row = _onto(relay, case, Relay.Outcome.CHASE, "relay_added", by)
    case.commit()
    return row


@transaction.atomic
def keep_as_note(relay: Relay, note: ContactNote, *, by: User, at: datetime) -> Relay:
    """No complaint: a contact note. Raises Refused."""
    row = _to_settle(relay, note.estate_id, by, at)
    _settle(row, Relay.Outcome.NOTE, by, at, note=note)
    _notify(row, [row.passed_by], "relay_noted", at)
    return row


@transaction.atomic
def settle(relay: Relay, *, because: str, by: User, at: datetime) -> Relay:
    """Nothing is to be done, for a reason, which whoever passed it on reads. Raises Refused."""
    row = _to_settle(relay, relay.estate_id, by, at)
    if not because.strip():
        raise Refused(_("Say why nothing is to be done."), field="because")
    _settle(row, Relay.Outcome.OTHER, by, at, because=because.strip())
    _notify(row, [row.passed_by], "relay_settled", at)
    return row


def follow_case(case: UnitOfWork) -> None:
    """The act has closed the case (`consequences`)."""
    if "status" in case.changed and case.row.status == Status.CLOSED:
        _tell_closed(case.row, case.recorded_at)


def _tell_closed(complaint: Complaint, at: datetime) -> None:
    """Whoever passed it on hears of the end, once: the number and that it is closed, nothing of the case."""
    rows = list(
        Relay.objects.filter(complaint=complaint, closing_told_at=None).select_related("passed_by", "estate")
    )
    for row in rows:
        _save(row, None, closing_told_at=at)
        _notify_of_case(row, complaint, "relay_closed", at)


def remind_due(now: datetime) -> int:
    """Tell supervisors of what still waits; how many. Call again while it is not zero."""
    with transaction.atomic(durable=True):
        rows = list(
            Relay.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("estate")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def _remind(rows: list[Relay], now: datetime) -> None:
    """The supervisor, else the next one up; where nobody is reached, those who mend the postings."""
    policy = current_policy().policy
    by_estate: dict[Estate, list[Relay]] = defaultdict(list)
    for row in rows:
        by_estate[row.estate].append(row)
    stand_ins = StandIns.load(now, by_estate)
    for estate, waiting in by_estate.items():
        calendar = calendar_of(estate, policy)
        people = stand_ins.reach(Role.SUPERVISOR, estate.pk)[1] or stand_ins.administrators(estate.pk)
        for row in waiting:
            _notify(
                row, people, "relay_waits", now, person=row.passed_by_id, passed_at=row.passed_at.isoformat()
            )
            Relay.objects.filter(pk=row.pk).update(remind_at=due(now, NEXT_WAIT, calendar))


# Rows ------------------------------------------------------------------------------------------------


def _held(relay: Relay, by: User, at: datetime) -> Relay:
    """The row, locked, for somebody of its desk, as long as it is not settled."""
    row = (
        Relay.objects.select_for_update(no_key=True, of=("self",))
        .select_related("estate", "passed_by", "taken_by")
        .get(pk=relay.pk)
    )
    if not permissions_of(by, at).roles_at(row.estate_id) & DESK:
        raise WrongPerson(_("Complaints of %(estate)s are taken by its desk.") % {"estate": row.estate})
    if not row.is_waiting:
        raise Refused(_("This was settled already: %(outcome)s.") % {"outcome": row.get_outcome_display()})
    return row


def _to_settle(relay: Relay, estate: int, by: User, at: datetime) -> Relay:
    """For whoever has taken it; who settles at once what nobody has taken, takes it with that."""
    row = _held(relay, by, at)
    if row.taken_by_id not in (None, by.pk):
        raise Refused(_("%(person)s has taken this already.") % {"person": row.taken_by})
    if row.estate_id != estate:
        raise Refused(_("This was passed on for another estate."))
    return row


def _onto(relay: Relay, case: UnitOfWork, outcome: str, kind: str, by: User) -> Relay:
    """Onto a case of ours, an open one: of its end he hears when it comes."""
    row = _to_settle(relay, case.row.estate_id, by, case.at)
    _settle(row, outcome, by, case.at, complaint=case.row)
    case.record("relayed", at=min(row.passed_at, case.at), person=row.passed_by_id)
    if count := follow(row, case.row):
        case.record("attached", count=count)
    _notify_of_case(row, case.row, kind, case.at)
    return row


def _settle(row: Relay, outcome: str, by: User, at: datetime, **more: Any) -> None:
    taken: dict[str, Any] = {} if row.taken_by_id else {"taken_by": by, "taken_at": at}
    _save(row, by, outcome=outcome, settled_at=at, remind_at=None, **taken, **more)


def _save(row: Relay, by: User | None, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row._history_user = by
    row.save(update_fields=list(changes))


def _notify_of_case(row: Relay, complaint: Complaint, kind: str, at: datetime) -> None:
    """He may not read the case: its number is all he is told. Who is complained about in it hears nothing."""
    if not Respondent.objects.filter(complaint=complaint, user=row.passed_by_id).exists():
        _notify(row, [row.passed_by], kind, at, number=complaint.number)


def _notify(row: Relay, people: Iterable[User], kind: str, at: datetime, **params: Any) -> None:
    said = {"relay": row.pk, "estate": row.estate.name} | params
    notices = [notifications.Notice(person, kind, None, said) for person in people]
    notifications.write(notices, at=at, source=f"relay{row.pk}:{at:%Y%m%d%H%M%S%f}")
