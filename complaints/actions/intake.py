"""How a complaint comes in: one form, one transaction, one case (domain.md 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions import portal_notes, relays, restricted_access
from complaints.actions.clock_rows import calendar_of, clocks_for, when_due
from complaints.actions.collective import join
from complaints.actions.current_policy import current_policy
from complaints.actions.edits import link
from complaints.actions.files import attach_uploads, follow
from complaints.actions.grade_at_intake import announce, issue_first_bulletin, open_with
from complaints.actions.handling import classify
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.new_case import NewCase, next_number
from complaints.actions.orders import check_order
from complaints.actions.promises import promises_to
from complaints.actions.respondents import add_respondent
from complaints.actions.same_matter import confirm_same
from complaints.actions.unit_of_work import UnitOfWork
from complaints.clocks import STEPS
from complaints.danger import is_dangerous
from complaints.models import (
    Attachment,
    Category,
    Cause,
    Complainant,
    Complaint,
    ContactNote,
    Cycle,
    Event,
    Relay,
)
from complaints.pasted_order import tidy_number
from complaints.policy import Channel, Severity
from complaints.statuses import Status, WrongPerson
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from owners.actions import one_phone
from owners.models import Building, Owner, Unit
from owners.names import clean_line, clean_name, name_key
from owners.phones import last_four
from staff.estates import ended
from staff.models import Department, Estate, User
from staff.permissions import permissions_of
from staff.roles import DESK, Role
from staff.stand_ins import StandIns

#: Paper taken during an outage may be typed in this much later.
LONGEST_BACKDATING = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who complains, as he says: a person of the register, or not."""

    name: str = ""
    phone: str = ""
    capacity: str = Complainant.Capacity.OTHER
    language: str = "zh-hans"
    owner: Owner | None = None
    representative: str = ""  # who speaks for several


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Everything one intake form can say.

    `recorded`: the content was read back and confirmed. `severity` and `handler`: the desk is sure,
    and the case is classified and delivered in the same step. `repeat_of`: the same again as an
    earlier case; `lead`: one more member of a collective complaint; `same_as`: another person's
    complaint of the same matter, confirmed by the desk. `new_matter`: the order of the hotline or
    regulator is a case already, and this is another matter under its number.
    """

    estate: Estate
    content: str
    person: Person = field(default_factory=Person)
    channel: str = "walk_in"
    received_at: datetime | None = None
    backdated_because: str = ""
    unit: Unit | None = None
    building: Building | None = None
    place: str = ""
    category: Category | None = None
    cause: Cause | None = None
    facts: dict[str, Any] = field(default_factory=dict)  # kind, demand, marks, headcount, …
    respondents: tuple[User | Department | str, ...] = ()
    recorded: bool = False
    severity: str = ""
    handler: User | None = None
    department: Department | None = None
    attachments: tuple[Attachment, ...] = ()
    from_note: ContactNote | None = None
    from_relay: Relay | None = None
    repeat_of: Complaint | None = None
    lead: Complaint | None = None
    same_as: Complaint | None = None
    new_matter: bool = False


@transaction.atomic
def register(intake: Intake, *, by: User, at: datetime, key: str = "") -> Complaint:
    """Take a complaint. The one who takes it is its first receiver to the end (D7).

    A second call with the same `key` returns the first call's case. Raises Refused.
    """
    submit = None
    if key:
        submit, is_new = take_key(f"staff:{by.pk}", key, "register", intake, at)
        if not is_new:
            return Complaint.objects.get(pk=submit.object_id)
    intake = with_relay(intake, at)
    for fault in faults(intake, at):
        raise fault
    if by in intake.respondents:
        raise WrongPerson(
            _("You are named in this complaint; another person must take it."), field="respondents"
        )
    stand_ins = StandIns.load(at, [intake.estate])
    roles = stand_ins.permissions_of(by).roles_at(intake.estate.pk)
    if not roles & DESK:
        raise WrongPerson(_("Complaints of %(estate)s are taken by its desk.") % {"estate": intake.estate})

    duty = Role.DUTY_DESK in roles and not roles & (DESK - {Role.DUTY_DESK})
    case = write_case(intake, stand_ins, by, at, by=by, awaits_claim=duty)
    _record_taken(case)
    if intake.attachments:
        attach_uploads(case.row, intake.attachments)
    if intake.from_relay:  # its files find the room that is left
        relays.file(intake.from_relay, case, by=by)
    complaint = case.commit(text_later=True)
    if intake.from_note:
        _convert(intake.from_note, complaint, by, at)
    if submit:
        keep_result(submit, complaint.pk)
    complaint = _begin_work(complaint, intake, by, at)
    complaint = _relate(complaint, intake, by, at)
    case.write_to_customer(lambda: promises_to(Complaint.objects.get(pk=complaint.pk)))
    return complaint


def write_case(
    intake: Intake, stand_ins: StandIns, receiver: User, at: datetime, *, by: User | None, awaits_claim: bool
) -> UnitOfWork:
    """The new case, graded, with its first cycle and clocks, and who is complained about in it.

    `receiver`: its first receiver; where it `awaits_claim`, until somebody of the desk has claimed it. `by`
    None: the customer sent it himself.
    """
    received_at = intake.received_at or at
    barred = frozenset(who.pk for who in intake.respondents if isinstance(who, User))
    # Told next: asked for before those above him, who are read in the same query.
    stand_ins.reach(Role.SUPERVISOR, intake.estate.pk, barred=barred)
    managers = stand_ins.reach(Role.PROPERTY_MANAGER, intake.estate.pk, barred=barred)[1]
    complaint = Complaint(
        estate=intake.estate,
        received_at=received_at,
        registered_at=at,
        changed_at=at,
        backdated_because=intake.backdated_because,
        channel=intake.channel,
        status=Status.RECORDED if intake.recorded or intake.severity else Status.RECEIVED,
        unit=intake.unit,
        building=intake.building or (intake.unit.building if intake.unit else None),
        place=clean_line(intake.place),
        content=intake.content.strip(),
        category=intake.category,
        cause=intake.cause,
        first_receiver=receiver,
        awaits_claim=awaits_claim,
        accountable=next(iter(managers), None),
        severity=intake.severity,
        **{name: value for name, value in intake.facts.items() if name in Complaint.FACT_COLUMNS},
    )
    complaint.external_number = tidy_number(complaint.external_number)
    if intake.person.capacity == Complainant.Capacity.REPORTER:
        complaint.media_asked = True  # who complains as a reporter asks
    complainant = _complainant(complaint, intake.person)
    version = current_policy()
    open_with(complaint, version.policy, at)
    calendar = calendar_of(intake.estate, version.policy)
    times = when_due(STEPS["receipt"].starts, complaint.facts, received_at, version.policy, calendar)
    complaint.next_due_kind, nearest = min(times.items(), key=lambda item: item[1].due_at)
    complaint.next_due_at = nearest.due_at
    complaint.number = next_number(intake.estate, at)
    if by:  # whoever sends it himself brings no order of another office
        check_order(complaint, stand_ins.permissions_of(by), new_matter=intake.new_matter)
    cycle = Cycle(complaint=complaint, number=1, started_at=received_at)
    clocks, levels = clocks_for(complaint, cycle, times, received_at, version, written_at=at)
    write(complaint, complainant, cycle, *clocks.values(), levels, by=by, at=at)
    if by:
        for respondent in intake.respondents:
            add_respondent(complaint, respondent, by)
    if complaint.restricted:
        restricted_access.begin(complaint, stand_ins, barred, at)
    new = NewCase(stand_ins, barred, version, calendar, cycle, clocks)
    return UnitOfWork(complaint, None, by=by, at=at, new=new)


def _complainant(complaint: Complaint, person: Person) -> Complainant:
    name, phone = clean_name(person.name), one_phone(person.phone)
    return Complainant(
        complaint=complaint,
        owner=person.owner,
        name=name,
        name_key=name_key(name),
        phone=phone,
        last4=last_four(phone),
        capacity=person.capacity,
        language=person.language,
        representative=clean_name(person.representative),
    )


def _record_taken(case: UnitOfWork) -> None:
    """The supervisor delivers. People in danger are told of besides (`danger.follow`)."""
    row, by = case.row, case.row.first_receiver
    case.record("registered", owner_sees=True, at=row.received_at, channel=row.channel, person=by.pk)
    if row.status == Status.RECORDED:
        case.record("recorded")
    supervisors = case.stand_ins.reach(Role.SUPERVISOR, row.estate_id, barred=case.barred)[1]
    managers = case.stand_ins.reach(Role.PROPERTY_MANAGER, row.estate_id, barred=case.barred)[1]
    if not is_dangerous(row):
        case.notify(supervisors, "received")
    if row.facts.in_media:
        case.notify(managers, "media_marked", even_himself=True)


def _begin_work(complaint: Complaint, intake: Intake, by: User, at: datetime) -> Complaint:
    """Tell of its notice grade; where the desk is sure, classify it and deliver it."""
    # Where the desk chose a severity, its classification says so, and what the grade made of it.
    asked = complaint.severity if intake.severity else Severity.MINOR
    sure = bool(intake.severity and intake.handler)
    complaint = announce(complaint, asked=asked, joins=intake.lead is not None, sure=sure, at=at)
    if sure and intake.handler:
        complaint = classify(
            complaint,
            severity=intake.severity,
            category=intake.category,
            handler=intake.handler,
            department=intake.department,
            by=by,
            at=at,
        )
        complaint = issue_first_bulletin(complaint, at=at)
    return complaint


def _relate(complaint: Complaint, intake: Intake, by: User, at: datetime) -> Complaint:
    """Tie the new case to the earlier ones the desk was offered."""
    if intake.repeat_of:
        complaint = link(complaint, to=intake.repeat_of, by=by, at=at)
    if intake.lead:
        complaint = join(complaint, lead=intake.lead, by=by, at=at)
    if intake.same_as:
        complaint = confirm_same(complaint, to=intake.same_as, by=by, at=at)
    return complaint


def with_relay(intake: Intake, at: datetime) -> Intake:
    """An intake with what its relay or note says: the time of receipt, and why it lies back."""
    relay, note = intake.from_relay, intake.from_note
    if note and note.channel == Channel.PORTAL and not intake.received_at:  # we wrote down when it was sent
        why = intake.backdated_because or _("Sent on the portal, and no complaint at first")
        return replace(intake, received_at=min(note.taken_at, at), backdated_because=why[:200])
    if relay is None or intake.received_at:
        return intake
    why = intake.backdated_because or _("Passed on by %(person)s") % {"person": relay.passed_by}
    return replace(intake, received_at=min(relay.passed_at, at), backdated_because=why[:200])


def faults(intake: Intake, at: datetime) -> Iterator[Refused]:
    """All that must be put right before it can be taken at `at`: a form shows it in one go."""
    received_at = intake.received_at or at
    if sentence := ended(intake.estate, at):
        yield Refused(sentence)
    try:
        one_phone(intake.person.phone)
    except Refused as refusal:
        yield refusal
    if not intake.content.strip():
        yield Refused(_("Say what happened."), field="content")
    if received_at > at:
        yield Refused(_("The time of receipt cannot lie in the future."), field="received_at")
    elif at - received_at > LONGEST_BACKDATING and not _wrote_it_down(intake):
        yield Refused(_("The time of receipt lies more than 31 days back."), field="received_at")
    elif at - received_at > timedelta(minutes=30) and not intake.backdated_because.strip():
        yield Refused(_("Say why the complaint was received earlier than now."), field="backdated_because")
    if intake.severity and not intake.handler:
        yield Refused(_("To classify at once, name the handler too."), field="handler")
    if intake.handler and not intake.severity:
        yield Refused(_("To deliver at once, choose the severity too."), field="severity")
    if intake.severity and not intake.category:
        yield Refused(_("To classify at once, choose the category too."), field="category")
    for place in (intake.unit, intake.building):
        if place and place.estate_id != intake.estate.pk:
            yield Refused(_("%(unit)s belongs to another estate.") % {"unit": place}, field="place")
    if (external_due := intake.facts.get("external_due_at")) and external_due <= received_at:
        yield Refused(_("Their due time lies after the time of receipt."), field="external_due_at")
    if (promised_at := intake.facts.get("promised_at")) and promised_at <= received_at:
        yield Refused(_("What was promised lies after the time of receipt."), field="promised_at")
    if intake.facts.get("headcount", 1) < 1:
        yield Refused(_("At least one person complains."), field="headcount")


def _wrote_it_down(intake: Intake) -> bool:
    """Whether the time of receipt is one of ours: of what was passed on or sent on the portal."""
    note = intake.from_note
    return bool(intake.from_relay or note and note.taken_at == intake.received_at)


@transaction.atomic
def take_note(
    *, by: User, at: datetime, estate: Estate, kind: str, words: str, key: str = "", **fields: Any
) -> ContactNote:
    """A contact that is no complaint: a short note without clocks. The same `key` makes one note."""
    if not permissions_of(by, at).roles_at(estate.pk) & DESK:
        raise WrongPerson(_("Contacts of %(estate)s are noted by its desk.") % {"estate": estate})
    if not words.strip():
        raise Refused(_("Say what it was about."), field="content")
    submit = None
    if key:
        sent = {"estate": estate, "kind": kind, "words": words} | fields
        submit, is_new = take_key(f"staff:{by.pk}", key, "take_note", sent, at)
        if not is_new:
            return ContactNote.objects.get(pk=submit.object_id)
    fields |= {name: clean_line(said) for name, said in fields.items() if isinstance(said, str)}
    fields |= {"name": clean_name(fields.get("name", "")), "phone": one_phone(fields.get("phone", ""))}
    note = ContactNote(estate=estate, kind=kind, words=words.strip(), taken_by=by, taken_at=at, **fields)
    write(note, by=by, at=at)
    if submit:
        keep_result(submit, note.pk)
    return note


@transaction.atomic
def edit_note(
    note: ContactNote, *, by: User, at: datetime, outcome: str, external_number: str
) -> ContactNote:
    """Add what came of a contact: its outcome and the number in the repair system."""
    if not permissions_of(by, at).roles_at(note.estate_id) & DESK:
        raise WrongPerson(_("Contacts of %(estate)s are noted by its desk.") % {"estate": note.estate})
    row = portal_notes.held(note)
    portal_notes.take_with(row, by)  # whoever settles what nobody has taken, takes it with that
    row.outcome, row.external_number = outcome.strip(), external_number.strip()
    row._history_user = by
    row.save(update_fields=["outcome", "external_number", "taken_by", "remind_at"])
    return row


def _convert(note: ContactNote, complaint: Complaint, by: User, at: datetime) -> None:
    """A note becomes a complaint 报修转投诉 once; both keep their numbers."""
    changed = ContactNote.objects.select_for_update().get(pk=note.pk)
    if changed.complaint_id:
        raise Refused(_("This note has already become a complaint."))
    if changed.estate_id != complaint.estate_id:
        raise Refused(_("The note belongs to another estate."))
    portal_notes.take_with(changed, by)
    changed.complaint = complaint
    changed._history_user = by
    changed.save(update_fields=["complaint", "taken_by", "remind_at"])
    if count := follow(changed, complaint):
        Event.objects.create(
            complaint=complaint, at=at, recorded_at=at, actor=None, by_customer=True, kind="attached",
            params={"count": count}, owner_sees=True,
        )  # fmt: skip


@transaction.atomic
def claim(complaint: Complaint, *, by: User, at: datetime) -> Complaint:
    """Somebody of the desk claims 认领 what the duty desk took at night or the customer sent on the portal.

    He becomes first receiver, and the customer reads his name."""
    case = UnitOfWork(complaint, "claim", by=by, at=at)
    before = case.row.first_receiver
    case.set(first_receiver=by, awaits_claim=False)
    case.record("claimed", owner_sees=True, from_person=before.pk, person=by.pk)
    if case.row.channel != Channel.PORTAL:  # there he only answered for it until somebody came
        case.notify([before], "claimed", person=by.pk)
    return case.commit()
