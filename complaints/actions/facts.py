"""What is known about a case and who is on it: edits, re-grading, transfers, links, remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions import circle
from complaints.actions.collective import tell_of_conflict
from complaints.actions.files import check_room
from complaints.actions.grades import check_floor
from complaints.actions.hold import Hold
from complaints.actions.intake import FACTS, add_respondent
from complaints.actions.marks import check_taken_back, taken_back
from complaints.actions.orders import check_order
from complaints.actions.outside import check_due_outside, follow_facts, let_media_go
from complaints.actions.overtime import readdress_requests
from complaints.actions.speaker import name_speaker
from complaints.clocks import GRADED, Timing, levels, on_upgrade, regraded_due, timing
from complaints.conditions import SHOWN
from complaints.lifecycle import AT_WORK
from complaints.models import Attachment, Clock, Complainant, Complaint, Overrun
from complaints.pasted_order import tidy_number
from complaints.policy import ClockKind, Severity
from owners.actions import one_phone
from owners.names import clean_name
from owners.phones import last_four
from staff.authority import authority
from staff.models import Department, User
from staff.refusals import Refused
from staff.roles import BYSTANDERS, Role

#: Columns of the complaint that an edit may change.
EDITABLE = FACTS | {"content", "category", "cause", "unit", "building", "place", "channel", "delay"}
#: Columns of the complainant that an edit may change.
PERSONAL = frozenset({"name", "phone", "capacity", "language", "no_texts", "representative"})


class EditConflict(Refused):
    """Somebody else changed the case since it was opened: `current` is what it says now."""

    def __init__(self, sentence: str, current: Complaint) -> None:
        super().__init__(sentence)
        self.current = current


@transaction.atomic
def edit(
    complaint: Complaint,
    changes: dict[str, Any],
    *,
    version: int,
    note: str = "",
    new_matter: bool = False,
    by: User,
    at: datetime,
) -> Complaint:
    """Overwrite facts; `version` is the one the editor saw. The versions before stay in the history.

    `note`: why a grave mark that is taken back was wrong (`marks`); `new_matter`: as at the intake. Raises
    EditConflict when the case has
    changed since, and nothing is overwritten.
    """
    case = Hold(complaint, "edit", by=by, at=at)
    if case.row.version != version:
        raise EditConflict(
            _("Somebody else has changed this case meanwhile. Compare and save again."), case.row
        )
    if unknown := set(changes) - EDITABLE - PERSONAL:
        raise Refused(_("These cannot be edited: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if "content" in changes and not str(changes["content"]).strip():
        raise Refused(_("Say what happened."), field="content")
    if "external_number" in changes:
        changes = {**changes, "external_number": tidy_number(changes["external_number"])}
    facts = {
        name: value
        for name, value in changes.items()
        if name in EDITABLE and getattr(case.row, name) != value
    }
    place = facts.get("unit") or facts.get("building")
    if place and place.estate_id != case.row.estate_id:
        raise Refused(_("%(unit)s belongs to another estate.") % {"unit": place}, field="place")
    if "identity_hidden" in facts:
        _check_shows(case)
    if facts.get("is_collective") is False and case.row.members.exists():
        raise Refused(_("Other cases have joined this one as their lead."), field="is_collective")
    reporter = Complainant.Capacity.REPORTER
    if changes.get("capacity") == reporter != case.row.complainant.capacity and not case.row.media_asked:
        facts["media_asked"] = True  # a reporter asks
    wrong = taken_back(case.row, facts)
    check_taken_back(case, wrong, note)
    check_due_outside(case, facts)
    became_urgent = facts.get("urgent") and not case.row.urgent
    personal = _edit_person(case, {k: v for k, v in changes.items() if k in PERSONAL})
    if not facts and not personal:
        return case.row
    case.set(version=case.row.version, **facts)  # a corrected name alone makes a version too
    if became_urgent:
        _hurry(case)
    if {"external_number", "channel"} & facts.keys():
        check_order(case.row, authority(by, at), new_matter=new_matter)
    follow_facts(case, facts)
    circle.follow(case, facts.keys())
    case.say("edited", fields=sorted([*facts, *personal]))
    if wrong:
        case.say("marks_taken_back", note, fields=wrong)
        let_media_go(case, wrong)
    return case.keep()


def _edit_person(case: Hold, changes: dict[str, Any]) -> list[str]:
    person = case.row.complainant
    if changes.get("phone", person.phone) != person.phone:
        changes["phone"] = one_phone(changes["phone"])
    changes |= {name: clean_name(changes[name]) for name in ("name", "representative") if name in changes}
    changed = {name: value for name, value in changes.items() if getattr(person, name) != value}
    if not changed:
        return []
    _check_shows(case)
    for name, value in changed.items():
        setattr(person, name, value)
    person.last4 = last_four(person.phone)
    person._history_user = case.by
    person.save(update_fields=[*changed, "last4", "name_key"])
    return list(changed)


def _check_shows(case: Hold) -> None:
    """Only who may know the complainant changes him, or lets the others know him."""
    SHOWN.check(case.situation)


def _hurry(case: Hold) -> None:
    """Urgent from now on: the shorter limits count from this moment; managers are told at once."""
    for kind, clock in case.running.items():
        if case.policy.names(kind, "urgent"):
            new = timing(kind, case.at, case.row.facts, case.policy, case.calendar)
            if new and new.due_at < clock.due_at:
                case.revise(clock, new, limit=new.limit.text, policy=case.policy_version)
    if "acknowledged" not in case.past:
        case.apply_clocks("urgent")
    case.tell(case.reach(Role.PROPERTY_MANAGER), "urgent_received")


@transaction.atomic
def regrade(complaint: Complaint, *, severity: str, note: str, by: User, at: datetime) -> Complaint:
    """Another severity, with a reason: due times become the earlier of old and new (domain.md 4)."""
    case = Hold(complaint, "regrade", by=by, at=at, note=note)
    if severity not in Severity.values:
        raise Refused(_("Choose a severity."), field="severity")
    before = case.row.severity
    if severity == before:
        raise Refused(_("The severity is already this one."), field="severity")
    check_floor(case, severity)
    case.set(severity=severity)
    regrade_clocks(case, Severity(before))
    readdress_requests(case)
    case.say("regraded", note, from_severity=before, severity=severity)
    case.tell([case.row.first_receiver, case.row.handler], "regraded", severity=severity)
    return case.keep()


def regrade_clocks(case: Hold, before: Severity) -> None:
    """Running clocks get the earlier due time; what the policy asks for the graver severity begins."""
    for kind, clock in case.running.items():
        new = timing(kind, clock.started_at, case.row.facts, case.policy, case.calendar)
        if new is None or kind not in GRADED:
            continue
        due_at = regraded_due(clock.due_at, new, case.at, case.policy, case.calendar)
        first = "" if clock.began_as == case.row.severity else clock.began_as  # its cap stays (domain.md 4)
        if due_at == clock.due_at:
            clock.severity, clock.first_severity = case.row.severity, first
            clock.save(update_fields=["severity", "first_severity"])
            continue
        start = clock.started_at if due_at == new.due_at else case.at
        when = Timing(due_at, new.limit, levels(new.limit, start, due_at, case.policy, case.calendar))
        case.revise(
            clock, when, severity=case.row.severity, first_severity=first, limit=new.limit.text,
            policy=case.policy_version,
        )  # fmt: skip
    after = Severity(case.row.severity)
    begins = on_upgrade(after, case.policy) if after.weight > before.weight else ()
    if begins:
        # The urgent report has been asked for where the case was urgent before; answers are asked for anew.
        so_far = Q(severity=after) | Q(kind=ClockKind.URGENT_REPORT)
        ran = set(Clock.objects.filter(so_far, cycle=case.cycle).values_list("kind", flat=True))
        case.start([kind for kind in begins if kind not in ran])


@transaction.atomic
def transfer(
    complaint: Complaint, *, to: User, note: str, by: User, at: datetime, in_bulk: bool = False
) -> Complaint:
    """Another first receiver, by a supervisor with a reason; the only way this duty ends (D7)."""
    case = Hold(complaint, "transfer", by=by, at=at, note=note)
    if to == case.row.first_receiver:
        raise Refused(_("%(name)s is already the first receiver.") % {"name": to}, field="person")
    _check_successor(case, to)
    before = case.row.first_receiver
    case.set(first_receiver=to, awaits_claim=False)
    case.say("transferred", note, owner_sees=True, from_person=before.pk, person=to.pk)
    if not in_bulk:
        case.tell([before, to], "transferred", person=to.pk)
    return case.keep()


def _check_successor(case: Hold, to: User) -> None:
    if to.pk in case.barred:
        raise Refused(_("%(name)s is named in this complaint.") % {"name": to}, field="person")
    if not to.is_active or not authority(to, case.at).roles_at(case.row.estate_id) - BYSTANDERS:
        raise Refused(_("%(name)s does not work for this estate.") % {"name": to}, field="person")


@transaction.atomic
def _make_accountable(complaint: Complaint, *, to: User, note: str, by: User, at: datetime) -> Complaint:
    """Another accountable head, because the former one leaves."""
    case = Hold(complaint, "make_accountable", by=by, at=at, note=note)
    _check_successor(case, to)
    before = case.row.accountable_id
    case.set(accountable=to)
    case.say("accountable_changed", note, from_person=before, person=to.pk)
    return case.keep()


def transfer_duties(
    person: User, *, to: User, note: str, by: User, at: datetime
) -> tuple[list[Complaint], list[tuple[Complaint, str]]]:
    """Everything a leaving person holds goes to another, with one message to him (domain.md 1).

    Each duty in a transaction of its own: many cases are never locked at once, and whatever breaks off
    is finished by doing it again. Returns the cases moved and those that could not be, each with its
    sentence.
    """
    from complaints.actions.colleagues import tell
    from complaints.actions.overruns import hand_over_overrun
    from complaints.actions.work import reassign

    if not note.strip():
        raise Refused(_("Say why the duties are transferred."), field="note")
    if person == to:
        raise Refused(_("Choose another person."), field="person")
    held = Complaint.objects.open().visible_to(authority(by, at)).order_by("pk")
    worked_on = held.filter(handler=person, status__in=AT_WORK)
    said: dict[str, Any] = {"note": note, "by": by, "at": at}
    duties: list[tuple[QuerySet[Complaint], Callable[[Complaint], Complaint]]] = [
        (held.filter(first_receiver=person), lambda case: transfer(case, to=to, in_bulk=True, **said)),
        (worked_on, lambda case: reassign(case, handler=to, in_bulk=True, **said)),
        (held.filter(accountable=person), lambda case: _make_accountable(case, to=to, **said)),
        (held.filter(speaker=person, lead=None), lambda case: name_speaker(case, person=to, **said)),
    ]
    moved: list[Complaint] = []
    refused: list[tuple[Complaint, str]] = []
    for cases, hand_over in duties:
        for case in list(cases):
            try:
                moved.append(hand_over(case))
            except Refused as refusal:
                refused.append((case, str(refusal)))
    owing = Overrun.objects.open().filter(explainer=person)
    for duty in owing.filter(complaint__in=Complaint.objects.visible_to(authority(by, at))).order_by("pk"):
        try:
            moved.append(hand_over_overrun(duty, to=to, **said).complaint)
        except Refused as refusal:
            refused.append((duty.complaint, str(refusal)))
    if moved:
        counted = {"count": len({case.pk for case in moved}), "from_person": person.pk}
        source = f"duties{person.pk}:{at.isoformat()}"
        notifications.write([notifications.Letter(to, "duties_taken", params=counted)], at=at, source=source)
        tell("handed_over", person, by=by, at=at, deputy=to, but=[to], count=counted["count"])
    return moved, refused


@transaction.atomic
def chase(complaint: Complaint, *, note: str = "", by: User | None, at: datetime) -> Complaint:
    """The customer asks how it goes 催办: an entry on the open case, not a new one."""
    case = Hold(complaint, "chase", by=by, at=at)
    case.say("chased", note, owner_sees=True)
    case.tell([case.row.first_receiver, case.row.handler, *case.reach(Role.SUPERVISOR)], "chased")
    return case.keep()


@transaction.atomic
def remark(complaint: Complaint, *, note: str, at: datetime) -> Complaint:
    """Something the customer adds on the portal."""
    case = Hold(complaint, "remark", by=None, at=at, note=note)
    case.say("remarked", note, owner_sees=True)
    case.tell([case.row.first_receiver, case.row.handler], "remarked")
    return case.keep()


@transaction.atomic
def add_note(complaint: Complaint, *, note: str, by: User, at: datetime) -> Complaint:
    """An internal note; the customer never sees it."""
    case = Hold(complaint, "note", by=by, at=at, note=note)
    case.say("noted", note)
    return case.keep()


@transaction.atomic
def attach(
    complaint: Complaint,
    files: Iterable[Attachment],
    *,
    by: User | None,
    at: datetime,
    owner_sees: bool = False,
) -> Complaint:
    """Give uploaded files to the case; those that have a case already stay where they are."""
    case = Hold(complaint, "attach", by=by, at=at)
    waiting = Attachment.objects.filter(pk__in=[f.pk for f in files], complaint=None)
    check_room(case.row, waiting.count())
    given = waiting.update(complaint=case.row, owner_sees=owner_sees or by is None)
    if not given:
        raise Refused(_("Choose a file."), field="files")
    case.say("attached", owner_sees=owner_sees or by is None, count=given)
    if by is None:
        case.tell([case.row.first_receiver, case.row.handler], "remarked")
    return case.keep()


@transaction.atomic
def acknowledge(complaint: Complaint, *, by: User, at: datetime) -> Complaint:
    """The manager has taken note of an urgent or major case: the urgent report's clock stops."""
    case = Hold(complaint, "acknowledge", by=by, at=at)
    case.say("acknowledged")
    return case.keep()


@transaction.atomic
def name_respondent(
    complaint: Complaint, *, person: User | Department | str, by: User, at: datetime
) -> Complaint:
    """Somebody is complained about: from now on he neither sees the case nor acts on it."""
    case = Hold(complaint, "name_respondent", by=by, at=at)
    if isinstance(person, User):
        sentence = ""
        if person == case.row.handler:
            sentence = _("%(name)s is the handler; change the handler first.")
        elif person == case.row.first_receiver:
            sentence = _("%(name)s is the first receiver; transfer that first.")
        elif person == case.row.speaker:
            sentence = _("%(name)s speaks for us; name another speaker first.")
        if sentence:
            raise Refused(sentence % {"name": person}, field="person")
    add_respondent(case.row, person, by)
    del case.barred
    if case.row.accountable_id in case.barred:
        case.set(accountable=next(iter(case.reach(Role.PROPERTY_MANAGER)), None))
    case.say("respondent_named")
    tell_of_conflict(case)
    return case.keep()


@transaction.atomic
def link(complaint: Complaint, *, to: Complaint, by: User, at: datetime) -> Complaint:
    """The same again: link as a repeat of an earlier case."""
    case = Hold(complaint, "link", by=by, at=at)
    if (
        to.pk == case.row.pk
        or to.estate_id != case.row.estate_id
        or to.registered_at > case.row.registered_at
    ):
        raise Refused(_("Choose an earlier case of the same estate."), field="number")
    case.set(repeat_of=to)
    case.say("linked", number=to.number)
    return case.keep()
