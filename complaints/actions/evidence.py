"""Evidence 证据: added, its custody, withdrawn by two persons, its files verified (004-1; G17).

Nothing is replaced and nothing deleted. The case is locked for every act, so that two people at once do not
number two items alike, hand one thing over twice, or confirm what was just taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from complaints import evidence as rules
from complaints.actions.evidence_due import reminder
from complaints.actions.files import keep_as_evidence
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on, shows_complainant
from complaints.evidence import ENDS, NEXT, Custody, Kind, Party, State
from complaints.models import Attachment, Complaint, CustodyEntry, Evidence
from complaints.statuses import JUDGES, CaseRole
from complaints.time_texts import moment
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.roles import Role

LONGEST, LONGEST_STATEMENT, LONGEST_REASON = 500, 8000, 2000
#: The message that waits for a decision on a withdrawal.
TO_WITHDRAW, UNDECIDED = "evidence_to_withdraw", "evidence_undecided"


@dataclass(frozen=True)
class Holder:
    """Who holds a thing and where: one of ours, the customer, or somebody else in words.

    `since`: when a new thing came into custody; None: now.
    """

    party: str
    person: User | None = None
    other: str = ""
    place: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Collected:
    """What is said of an item, once and for all."""

    kind: str
    what: str
    collected_at: datetime
    place: str
    first_scene: bool
    collector: str
    collected_by: User | None = None
    collected_by_other: str = ""
    device: str = ""


# Who reads it -------------------------------------------------------------------------------------------


def shown_to(person: Permissions, case: Complaint) -> QuerySet[Evidence]:
    """Of a case he reads, the items he reads.

    A contractor's people read what they or their colleague they stand for have brought: the rest may be about
    them. A statement or record of questions bears the customer's name: only for who may know it, and for who
    is asked whether it is to be withdrawn, while that waits.
    """
    roles = roles_on(case, person)
    rows = Evidence.objects.filter(complaint=case)
    if CaseRole.CONTRACTOR in roles:
        his = person.stands_for
        rows = rows.filter(Q(added_by__in=his) | Q(collected_by__in=his)).exclude(kind=Kind.INQUIRY)
    if not shows_complainant(case, roles):
        others = ~Q(kind__in=rules.SIGNED)
        rows = rows.filter(others | Q(state=State.TO_WITHDRAW) if JUDGES & roles else others)
    return rows


def with_all(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """With people, files and custody: three queries, however many items."""
    people = ("collected_by", "added_by", "proposed_by", "withdrawn_by")
    return rows.select_related("complaint__estate", *people).prefetch_related(
        "files", "custody_entries__holder", "custody_entries__recorded_by"
    )


def acts_on(row: Evidence, roles: Collection[Role | CaseRole], person: Permissions) -> list[str]:
    """What he may do about it now, as the acts themselves would say."""
    return rules.possible(row.facts, roles, proposed_by_him=row.proposed_by_id == person.user.pk)


def takes_statement(case: Complaint, roles: Collection[Role | CaseRole]) -> bool:
    """Whether somebody in these roles takes a customer's statement on the case."""
    knows = shows_complainant(case, roles)
    return rules.may_take_statement(roles, case.outcome, knows_customer=knows)


def check_takes_statement(case: Complaint, roles: Collection[Role | CaseRole]) -> None:
    """Raises WrongPerson or WrongStatus."""
    knows = shows_complainant(case, roles)
    rules.check_statement(roles, case.outcome, knows_customer=knows)


# Beginning ----------------------------------------------------------------------------------------------


@transaction.atomic
def add_evidence(
    complaint: Complaint,
    said: Collected,
    *,
    files: Collection[Attachment] = (),
    of_case: Collection[Attachment] = (),
    holder: Holder | None = None,
    statement: str = "",
    to_be_signed: bool = False,
    by: User,
    at: datetime,
    key: str = "",
) -> Evidence:
    """A new item: files just sent, files the case has, a thing and who holds it; the same `key` adds it once.

    `to_be_signed`: a statement that is printed, and may be without words as yet. Raises Refused at the field
    it is about.
    """
    submit = None
    if key:
        sent = [complaint, said, list(files), list(of_case), holder, statement]
        submit, is_new = take_key(f"staff:{by.pk}", key, "add_evidence", sent, at)
        if not is_new:
            return Evidence.objects.get(pk=submit.object_id or 0)
    case = UnitOfWork(complaint, None, by=by, at=at)
    rules.check_add(case.roles, case.row.outcome)
    if said.kind == Kind.STATEMENT:
        check_takes_statement(case.row, case.roles)
    _check_there(said.kind, files, of_case, holder, to_be_signed or bool(statement.strip()))
    row = Evidence(
        complaint=case.row, number=_next_number(case.row), added_at=at, added_by=by,
        statement=_short("statement", statement, LONGEST_STATEMENT), **_said(said, case, at),
    )  # fmt: skip
    row.save()
    kept = keep_as_evidence(row, files, of_case)
    if holder:
        _enter(row, Custody.KEPT, holder, "", _since(holder, said, at), by, at)
    case.record(
        "evidence_added", item=row.number, evidence_kind=row.kind, count=len(kept), digests=_digests(kept)
    )
    case.commit()
    if submit:
        keep_result(submit, row.pk)
    return row


def take_statement(
    complaint: Complaint, said: Collected, *, statement: str = "", by: User, at: datetime, key: str = ""
) -> Evidence:
    """What the customer states 客户书面陈述, to be printed and signed; without words he writes by hand."""
    return add_evidence(complaint, said, statement=statement, to_be_signed=True, by=by, at=at, key=key)


def _check_there(
    kind: str,
    files: Collection[Attachment],
    of_case: Collection[Attachment],
    holder: Holder | None,
    is_stated: bool,
) -> None:
    """It is a file, a thing, or a statement in words or to be written."""
    if kind == Kind.SAMPLE and holder is None:
        raise Refused(_("Say who holds the sample and where it is."), field="holder")
    if kind == Kind.STATEMENT and not (files or of_case or is_stated):
        raise Refused(_("Add the signed sheet, or take the statement down to be printed."), field="files")
    if not (files or of_case or holder or is_stated):
        raise Refused(_("Add a file, or say who holds the thing itself."), field="files")


def _since(holder: Holder, said: Collected, at: datetime) -> datetime:
    """When the thing came into custody: when it is entered, unless it was said. Raises Refused."""
    since = holder.since or at
    if since > at:
        raise Refused(_("What was done cannot lie in the future."), field="kept_since")
    if since < said.collected_at:
        raise Refused(_("That lies before it was collected."), field="kept_since")
    return since


def _next_number(case: Complaint) -> int:
    return (Evidence.objects.filter(complaint=case).aggregate(last=Max("number"))["last"] or 0) + 1


def _said(said: Collected, case: UnitOfWork, at: datetime) -> dict[str, Any]:
    """The columns. Raises Refused."""
    if said.kind not in Kind.values:
        raise Refused(_("Choose one."), field="kind")
    if said.collected_at > at:
        raise Refused(_("It cannot have been collected in the future."), field="collected_at")
    if not said.what.strip():
        raise Refused(_("Say what it shows."), field="what")
    if not said.place.strip():
        raise Refused(_("Say where it was collected."), field="place")
    by, other = _party(said.collector, said.collected_by, said.collected_by_other, "collected_by")
    return {
        "kind": said.kind,
        "what": _short("what", said.what, LONGEST),
        "collected_at": said.collected_at,
        "place": _short("place", said.place, 200),
        "first_scene": said.first_scene,
        "collector": said.collector,
        "collected_by": by,
        "collected_by_other": other,
        "device": _short("device", said.device, 200),
    }


def _party(party: str, person: User | None, other: str, field: str) -> tuple[User | None, str]:
    """One of ours, or words for somebody else; of the customer neither. Raises Refused at `field`."""
    if party == Party.STAFF:
        if person is None:
            raise Refused(_("Choose a person."), field=field)
        return person, ""
    if party == Party.OUTSIDE:
        if not other.strip():
            raise Refused(_("Say who it is: a firm, an office, an institute."), field=f"{field}_other")
        return None, _short(f"{field}_other", other, 100)
    if party != Party.CUSTOMER:
        raise Refused(_("Choose one."), field="collector" if field == "collected_by" else "party")
    return None, ""


def _short(field: str, text: str, longest: int) -> str:
    text = text.strip()
    if len(text) > longest:
        raise Refused(_("At most %(n)s characters.") % {"n": longest}, field=field)
    return text


def _digests(files: Iterable[Attachment]) -> dict[str, str]:
    """What the timeline, which is never rewritten, says of each file as it came in."""
    return {str(file.pk): file.sha256 for file in files}


# One item -----------------------------------------------------------------------------------------------


class HeldEvidence:
    """One item on its locked case, for one act. Raises a Refused before anything is written."""

    def __init__(self, row: Evidence, verb: str, *, by: User, at: datetime) -> None:
        self.case = UnitOfWork(row.complaint, None, by=by, at=at)
        self.row = with_all(Evidence.objects.all()).get(pk=row.pk)
        self.row.complaint = self.case.row
        self.by, self.at = by, at
        his = self.row.proposed_by_id == by.pk
        if fault := rules.refusal(verb, self.row.facts, self.case.roles, proposed_by_him=his):
            raise fault

    def settle(self) -> None:
        """The withdrawal is decided or taken back: it waits for none of those who were asked."""
        self.case.settle(Role.SUPERVISOR, TO_WITHDRAW, UNDECIDED, evidence=self.row.number)

    def tell(self, people: Iterable[User | None], kind: str) -> None:
        self.case.notify(people, kind, evidence=self.row.number)

    def commit(self, kind: str, note: str = "", **params: Any) -> Evidence:
        self.row.save()
        self.case.record(kind, note, item=self.row.number, **params)
        self.case.commit()
        return self.row


@transaction.atomic
def sign(row: Evidence, *, files: Collection[Attachment], by: User, at: datetime) -> Evidence:
    """The scan of the statement the customer has signed; once, and beside what was printed."""
    held = HeldEvidence(row, "sign", by=by, at=at)
    if not files:
        raise Refused(_("Add the scan or a photo of the signed sheet."), field="files")
    kept = keep_as_evidence(held.row, files)
    return held.commit("evidence_signed", count=len(kept), digests=_digests(kept))


@transaction.atomic
def hand_over(
    row: Evidence,
    *,
    act: str,
    to: Holder,
    handed_at: datetime | None = None,
    note: str = "",
    after: int,
    by: User,
    at: datetime,
) -> Evidence:
    """The thing changes hands; a new line, nothing rewritten. `after`: the last line he has seen.

    Raises Refused where somebody has written the next one meanwhile.
    """
    held = HeldEvidence(row, "hand_over", by=by, at=at)
    last = held.row.custody[-1]
    if last.number != after:
        raise Refused(
            _("Meanwhile it was entered that %(who)s has it since %(moment)s. Look at it first.")
            % {"who": last.holder_in_words, "moment": moment(last.at, held.case.row.estate.zone)}
        )
    if act not in NEXT:
        raise Refused(_("Choose one."), field="act")
    when = handed_at or at
    if when > at:
        raise Refused(_("What was done cannot lie in the future."), field="handed_at")
    if when < last.at.replace(second=0, microsecond=0):  # a form says the minute
        raise Refused(
            _("That lies before %(moment)s, when it changed hands last.")
            % {"moment": moment(last.at, held.case.row.estate.zone)},
            field="handed_at",
        )
    if act == Custody.HANDED and not to.place.strip():
        raise Refused(_("Say where it is now."), field="kept_at")
    if act == Custody.DISPOSED and not note.strip():
        raise Refused(_("Say how and why it was disposed of."), field="note")
    line = _enter(held.row, act, to, note, max(when, last.at), by, at)
    who: dict[str, Any] = {"person": line.holder_id} if line.holder_id else {"party": line.party}
    return held.commit(f"custody_{act}", **who)


def _enter(
    row: Evidence, act: str, to: Holder, note: str, when: datetime, by: User, at: datetime
) -> CustodyEntry:
    person, other = _party(to.party, to.person, to.other, "holder")
    if act not in ENDS and not to.place.strip():
        raise Refused(_("Say where it is now."), field="kept_at")
    last = CustodyEntry.objects.filter(evidence=row).aggregate(last=Max("number"))["last"] or 0
    return CustodyEntry.objects.create(
        evidence=row, number=last + 1, act=act, at=when, party=to.party, holder=person, holder_other=other,
        place=_short("kept_at", to.place, 200), note=_short("note", note, LONGEST), recorded_at=at,
        recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def propose_withdrawal(row: Evidence, *, note: str, by: User, at: datetime) -> Evidence:
    """No longer to be relied on, with the reason; it counts until a second person has confirmed."""
    held = HeldEvidence(row, "propose_withdrawal", by=by, at=at)
    if not note.strip():
        raise Refused(_("Say why it is withdrawn."), field="note")
    because = _short("note", note, LONGEST_REASON)
    held.row.state, held.row.because = State.TO_WITHDRAW, because
    held.row.proposed_by, held.row.proposed_at = by, at
    held.row.remind_at = reminder(held.case.row.estate, at)
    people = held.case.reach(Role.SUPERVISOR, barred=[by.pk])
    held.case.notify_approvers(Role.SUPERVISOR, people, by.pk, TO_WITHDRAW, evidence=held.row.number)
    return held.commit("evidence_withdrawal_proposed", because)


@transaction.atomic
def confirm_withdrawal(row: Evidence, *, note: str = "", by: User, at: datetime) -> Evidence:
    """The second person agrees. Item and files stay readable, marked."""
    held = HeldEvidence(row, "confirm_withdrawal", by=by, at=at)
    held.row.state = State.WITHDRAWN
    held.row.withdrawn_by, held.row.withdrawn_at, held.row.remind_at = by, at, None
    held.settle()
    held.tell([held.row.proposed_by, held.row.added_by], "evidence_withdrawn")
    return held.commit("evidence_withdrawn", _short("note", note, LONGEST_REASON))


@transaction.atomic
def keep(row: Evidence, *, note: str, by: User, at: datetime) -> Evidence:
    """The second person does not agree, and says why: it stays in force."""
    held = HeldEvidence(row, "keep", by=by, at=at)
    if not note.strip():
        raise Refused(_("Say why it is kept."), field="note")
    held.tell([held.row.proposed_by], "evidence_kept")
    return _back_in_force(held, "evidence_kept", _short("note", note, LONGEST_REASON))


@transaction.atomic
def take_back(row: Evidence, *, by: User, at: datetime) -> Evidence:
    """Whoever proposed the withdrawal takes that back."""
    held = HeldEvidence(row, "take_back", by=by, at=at)
    return _back_in_force(held, "evidence_proposal_back", "")


def _back_in_force(held: HeldEvidence, kind: str, note: str) -> Evidence:
    held.row.state, held.row.because = State.KEPT, ""
    held.row.proposed_by = held.row.proposed_at = held.row.remind_at = None
    held.settle()
    return held.commit(kind, note)


def cases_with_evidence() -> QuerySet[Complaint]:
    """Those with files too of which no row is left."""
    rows = Evidence.objects.filter(complaint=OuterRef("pk"))
    return Complaint.objects.filter(Exists(rows)).select_related("estate").order_by("pk")
