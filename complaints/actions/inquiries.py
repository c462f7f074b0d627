"""Records of questions and answers 询问笔录: begun, written, read over, signed (X4; G16).

The case is locked for every act: two people number no two records alike, and who saves on top of what he
has not seen is told so. Signed, the words are frozen with their digest and become an item of evidence, whose
acts go on from there: the scan, the withdrawal by two.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from complaints import inquiries as rules
from complaints.actions.arguments import check_year
from complaints.actions.current_policy import current_policy
from complaints.actions.evidence import Collected, add_evidence
from complaints.actions.evidence import shown_to as evidence_shown
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on, shows_complainant
from complaints.conditions import knows_complainant
from complaints.evidence import Kind, Party
from complaints.evidence import State as EvidenceState
from complaints.inquiries import LONGEST_LINE, MOST_LINES, State
from complaints.models import Attachment, Complaint, Inquiry, InquiryLine, InquiryVersion
from complaints.statuses import CaseRole
from complaints.thorough import first_reminder
from complaints.time_texts import moment
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.roles import Role

Lines = Sequence[tuple[str, str]]
LONGEST_CORRECTIONS = 2000


class SavedMeanwhile(Refused):
    """Somebody else has saved the draft since this person opened it."""


@dataclass(frozen=True)
class Talk:
    """Who asked, who answered, who wrote it down, when and where. Who asks is of another office, in words."""

    subject: str
    held_at: datetime
    place: str
    asker: str
    asker_unit: str
    recorder: User | None
    answerer: str
    answered_by: User | None = None
    answered_by_other: str = ""
    asker_position: str = ""


# Who reads and keeps them -------------------------------------------------------------------------------


def fits(case: Complaint) -> bool:
    """Whether the case is one to keep such records on."""
    return rules.fits(case.channel, lawsuit=case.lawsuit_threatened or case.lawsuit_started)


def reads(case: Complaint, roles: Collection[Role | CaseRole]) -> bool:
    """Whether somebody in these roles on a case reads all of its records. No query."""
    return rules.reads(roles, knows_customer=shows_complainant(case, roles))


def reads_by_roles(roles: Collection[Role | CaseRole], *, hidden: bool) -> bool:
    """The same on a case of which only the keys were read, and whether its customer hides."""
    return rules.reads(roles, knows_customer=knows_complainant(roles, hidden=hidden))


def shown_to(person: Permissions, case: Complaint) -> QuerySet[Inquiry]:
    """Of a case he reads, the records he reads: all, or none.

    Who is asked whether one is to be withdrawn reads that one while it waits, as he reads a statement.
    """
    roles = roles_on(case, person)
    rows = Inquiry.objects.filter(complaint=case)
    if reads(case, roles):
        return rows
    return rows.filter(evidence__in=evidence_shown(person, case).filter(state=EvidenceState.TO_WITHDRAW))


def with_all(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """With people, lines, versions and evidence: four queries, however many records."""
    people = ("answered_by", "recorder", "begun_by", "changed_by", "supplements", "evidence")
    return rows.select_related("complaint__estate", *people).prefetch_related(
        "lines", "evidence__files", "versions__saved_by"
    )


def begin_refusal(
    case: Complaint, roles: Collection[Role | CaseRole], *, first: Inquiry | None = None
) -> Refused | None:
    """Why somebody in these roles begins no record on the case, or none that supplements `first`.

    What is signed may be corrected whatever the case is marked as by now.
    """
    knows = shows_complainant(case, roles)
    fitting = fits(case) or first is not None and first.state == State.SIGNED
    return rules.begin_refusal(roles, case.outcome, fitting=fitting, knows_customer=knows)


def refusal(verb: str, row: Inquiry, case: Complaint, roles: Collection[Role | CaseRole]) -> Refused | None:
    knows = shows_complainant(case, roles)
    return rules.refusal(verb, row.state, roles, knows_customer=knows, outcome=case.outcome)


def acts_on(row: Inquiry, case: Complaint, roles: Collection[Role | CaseRole]) -> list[str]:
    """What he may do about it now, as the acts themselves would say."""
    return rules.possible(
        row.state, roles, knows_customer=shows_complainant(case, roles), outcome=case.outcome
    )


# Writing ------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    complaint: Complaint,
    talk: Talk,
    lines: Lines,
    *,
    supplements: Inquiry | None = None,
    by: User,
    at: datetime,
    key: str = "",
) -> Inquiry:
    """A new record, still a draft; the same `key` begins it once. Raises Refused at the field it is about.

    `supplements`: the signed record of this case that it corrects or adds to.
    """
    submit = None
    if key:
        sent = [complaint, talk, list(map(list, lines)), supplements]
        submit, is_new = take_key(f"staff:{by.pk}", key, "begin_inquiry", sent, at)
        if not is_new:
            return Inquiry.objects.get(pk=submit.object_id or 0)
    case = UnitOfWork(complaint, None, by=by, at=at)
    if fault := begin_refusal(case.row, case.roles, first=supplements):
        raise fault
    if supplements and (supplements.complaint_id != case.row.pk or supplements.state != State.SIGNED):
        raise Refused(_("Only a signed record of this case has supplements."))
    last = Inquiry.objects.filter(complaint=case.row).aggregate(last=Max("number"))["last"] or 0
    row = Inquiry(
        complaint=case.row, number=last + 1, supplements=supplements, begun_at=at, begun_by=by, changed_at=at,
        changed_by=by, **_said(talk, at),
    )  # fmt: skip
    kept = _tidied(lines)
    owe(row, at)
    row.save()
    _write(row, kept)
    _keep_version(row)
    more: dict[str, Any] = {"supplements": supplements.number} if supplements else {}
    case.record("inquiry_supplement_begun" if supplements else "inquiry_begun", record=row.number, **more)
    case.commit()
    if submit:
        keep_result(submit, row.pk)
    return row


def _said(talk: Talk, at: datetime) -> dict[str, Any]:
    """The columns. Raises Refused."""
    check_year(talk.held_at, "held_at")
    if talk.held_at > at:
        raise Refused(_("What was done cannot lie in the future."), field="held_at")
    if talk.recorder is None:
        raise Refused(_("Choose a person."), field="recorder")
    if talk.answerer not in Party.values:
        raise Refused(_("Choose one."), field="answerer")
    staff, other = talk.answerer == Party.STAFF, talk.answered_by_other.strip()
    if staff and talk.answered_by is None:
        raise Refused(_("Choose a person."), field="answered_by")
    if talk.answerer == Party.OUTSIDE and not other:
        raise Refused(_("Say who answered."), field="answered_by_other")
    needed = {
        "subject": (talk.subject, 200, _("Say what the talk is about.")),
        "place": (talk.place, 200, _("Say where it was held.")),
        "asker": (talk.asker, 60, _("Name the person who asked.")),
        "asker_unit": (talk.asker_unit, 100, _("Say for which office or court he asked.")),
    }
    said = {name: _worded(name, text, most, why) for name, (text, most, why) in needed.items()}
    said["asker_position"] = _worded("asker_position", talk.asker_position, 60)
    said["answered_by_other"] = (
        _worded("answered_by_other", other, 100) if talk.answerer == Party.OUTSIDE else ""
    )
    return said | {
        "held_at": talk.held_at,
        "recorder": talk.recorder,
        "answerer": talk.answerer,
        "answered_by": talk.answered_by if staff else None,
    }


def _worded(field: str, text: str, longest: int, why: str = "") -> str:
    text = text.strip()
    if why and not text:
        raise Refused(why, field=field)
    if len(text) > longest:
        raise Refused(_("At most %(n)s characters.") % {"n": longest}, field=field)
    return text


def _tidied(lines: Lines) -> list[tuple[str, str]]:
    """Without those left empty. Raises Refused."""
    kept = [(question.strip(), answer.strip()) for question, answer in lines]
    kept = [pair for pair in kept if any(pair)]
    if len(kept) > MOST_LINES:
        raise Refused(
            _("A record has %(n)s questions at most; go on in a second one.") % {"n": MOST_LINES},
            field="lines",
        )
    for number, pair in enumerate(kept, 1):
        if max(map(len, pair)) > LONGEST_LINE:
            raise Refused(
                _("No. %(n)s is too long: %(most)s characters at most.")
                % {"n": number, "most": LONGEST_LINE},
                field="lines",
            )
    return kept


def _write(row: Inquiry, lines: Lines) -> None:
    """A draft is written anew as a whole; the digest comes with the signing."""
    InquiryLine.objects.filter(inquiry=row).delete()
    InquiryLine.objects.bulk_create(
        InquiryLine(inquiry=row, number=number, question=question, answer=answer)
        for number, (question, answer) in enumerate(lines, 1)
    )


def owe(row: Inquiry, since: datetime, *, has_scan: bool = False) -> None:
    """By when it is to be signed, or its scan added; writing on in it gives no more time."""
    row.due_at = rules.due(row.state, since, has_scan=has_scan)
    share = current_policy().policy.data["warning_share"]
    row.remind_at = first_reminder(since, row.due_at, share) if row.due_at else None


def _keep_version(row: Inquiry) -> None:
    """What the record says now, kept for good; one begun before versions were kept has its first one here."""
    as_it_is = with_all(Inquiry.objects.all()).get(pk=row.pk)
    as_it_is.complaint = row.complaint
    InquiryVersion.objects.get_or_create(
        inquiry=row,
        revision=as_it_is.revision,
        defaults={
            "state": as_it_is.state, "text": as_it_is.words, "saved_at": as_it_is.changed_at,
            "saved_by": as_it_is.changed_by,
        },
    )  # fmt: skip


class HeldInquiry:
    """One record on its locked case, for one act. Raises a Refused before anything is written.

    `revision`: the one this person has before him.
    """

    def __init__(self, row: Inquiry, verb: str, *, revision: int, by: User, at: datetime) -> None:
        self.case = UnitOfWork(row.complaint, None, by=by, at=at)
        # The sweep holds records without their cases.
        locked = Inquiry.objects.select_for_update(no_key=True, of=("self",))
        self.row = with_all(locked).get(pk=row.pk)
        self.row.complaint = self.case.row
        self.by, self.at = by, at
        if fault := refusal(verb, self.row, self.case.row, self.case.roles):
            raise fault
        if revision != self.row.revision:
            raise SavedMeanwhile(
                _("%(who)s has saved this record meanwhile, %(moment)s. Compare both, then save again.")
                % {"who": self.row.changed_by, "moment": self._moment(self.row.changed_at)}
            )
        _keep_version(self.row)
        self.row.state = rules.ACTS[verb].to

    def _moment(self, at: datetime) -> str:
        return moment(at, self.case.row.estate.zone)

    def check_order(self, when: datetime, since: datetime, field: str, sentence: str) -> datetime:
        """A time that is not in the future and not before what it follows; a form says the minute."""
        check_year(when, field)
        if when > self.at:
            raise Refused(_("What was done cannot lie in the future."), field=field)
        if when < since.replace(second=0, microsecond=0):
            raise Refused(sentence % {"moment": self._moment(since)}, field=field)
        return max(when, since)

    def commit(self, kind: str, note: str = "", **params: Any) -> Inquiry:
        self.row.revision += 1
        self.row.changed_at, self.row.changed_by = self.at, self.by
        self.row.save()
        _keep_version(self.row)
        self.case.record(kind, note, record=self.row.number, **params)
        self.case.commit()
        return self.row


@transaction.atomic
def edit(row: Inquiry, talk: Talk, lines: Lines, *, revision: int, by: User, at: datetime) -> Inquiry:
    """The draft as a whole; what was read over has to be read over again."""
    held = HeldInquiry(row, "edit", revision=revision, by=by, at=at)
    for name, value in _said(talk, at).items():
        setattr(held.row, name, value)
    held.row.read_at, held.row.corrections = None, ""
    kept = _tidied(lines)
    _write(held.row, kept)
    return held.commit("inquiry_edited", count=len(kept))


@transaction.atomic
def read_over(
    row: Inquiry, *, read_at: datetime | None = None, corrections: str = "", revision: int, by: User,
    at: datetime,
) -> Inquiry:  # fmt: skip
    """读核: whoever answered has read it, or heard it read, and what he had corrected is noted."""
    held = HeldInquiry(row, "read_over", revision=revision, by=by, at=at)
    if fault := rules.missing(held.row.pairs):
        raise fault
    before = _("That lies before %(moment)s, when the talk was held.")
    held.row.read_at = held.check_order(read_at or at, held.row.held_at, "read_at", before)
    held.row.corrections = _worded("corrections", corrections, LONGEST_CORRECTIONS)
    return held.commit("inquiry_read_over")


@transaction.atomic
def sign(
    row: Inquiry, *, signed_at: datetime | None = None, files: Collection[Attachment] = (), revision: int,
    by: User, at: datetime,
) -> Inquiry:  # fmt: skip
    """Signed on every page: from now on its words stay, with their digest, and are evidence of the case.

    `files`: the scan, which may also be added to the evidence later.
    """
    held = HeldInquiry(row, "sign", revision=revision, by=by, at=at)
    now = held.row
    before = _("That lies before %(moment)s, when it was read over.")
    now.signed_at = held.check_order(signed_at or at, now.read_at or at, "signed_at", before)
    owe(now, at, has_scan=bool(files))
    now.text = now.words
    now.sha256, now.facts_sha256 = rules.digest(now.text), rules.digest(now.facts)
    said = Collected(
        kind=Kind.INQUIRY, what=_("Record no. %(n)s: %(about)s") % {"n": now.number, "about": now.subject},
        collected_at=now.held_at, place=now.place, first_scene=False, collector=Party.STAFF,
        collected_by=now.recorder,
    )  # fmt: skip
    now.evidence = add_evidence(
        held.case.row, said, statement="", to_be_signed=True, files=files, by=by, at=at
    )
    return held.commit(
        "inquiry_signed", item=now.evidence.number, sha256=now.sha256, facts=now.facts_sha256, row=now.pk,
        count=len(now.pairs),
    )  # fmt: skip


@transaction.atomic
def drop(row: Inquiry, *, note: str, revision: int, by: User, at: datetime) -> Inquiry:
    """A draft that comes to nothing, with the reason; it stays readable."""
    held = HeldInquiry(row, "drop", revision=revision, by=by, at=at)
    because = _worded("note", note, LONGEST_CORRECTIONS, _("Say why it is set aside."))
    held.row.because = because
    owe(held.row, at)
    held.row.read_at, held.row.corrections = None, ""
    return held.commit("inquiry_dropped", because)
