"""The case library 案例库: taken up, written, checked by another person, published, read (F14, G11)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import studies as rules
from complaints.actions.another_person import need_another
from complaints.actions.current_policy import current_policy
from complaints.actions.measure_rows import NOT_BEGUN
from complaints.actions.public_people import known_of
from complaints.actions.study_drafts import Drafts
from complaints.actions.study_rows import HeldStudy, refusal_of, save, without_access
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import others_as
from complaints.models import CaseStudy, Complaint, StudyEntry, StudyReading
from complaints.public_words import named_in
from complaints.statuses import DECIDERS, CaseRole, Outcome, WrongPerson
from complaints.studies import CHOSEN, LONGEST, TEXTS, Kind, Origin, Part, State
from complaints.thorough import days, first_reminder
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import MANAGERS, Role

#: Entries of whoever had a hand in what is checked.
WROTE = ("written", "sent")
#: Who takes up a case by hand.
FOUNDERS: frozenset[Role] = frozenset(MANAGERS) | {Role.DEPARTMENT_HEAD}


# Beginning ------------------------------------------------------------------------------------------------


def may_begin(case: Complaint, roles: Collection[Role | CaseRole]) -> bool:
    """Whether somebody in these roles takes a case up by hand: for its page, as the act itself would say."""
    return fault_in_case(case, roles) is None


def fault_in_case(case: Complaint, roles: Collection[Role | CaseRole]) -> Refused | None:
    """Why it is not taken up by hand."""
    if CaseRole.CONTRACTOR in roles or not FOUNDERS.intersection(roles):
        who = rules.in_words(FOUNDERS)
        return WrongPerson(_("A case is taken up by: %(who)s.") % {"who": who})
    if case.restricted and not DECIDERS.intersection(roles):
        return Refused(_("The case is restricted: a property manager lets it into the library first."))
    if case.outcome == Outcome.VOID:
        return Refused(_("The case is a wrong entry: do not take it up."))
    if case.cycle_number == 1 and case.status in NOT_BEGUN:
        return Refused(_("The work on it has not begun: it teaches nothing yet."))
    return None


@transaction.atomic
def begin(complaint: Complaint, *, by: User, at: datetime) -> CaseStudy:
    """Take a case up by hand: what stands in it is drafted, without names.

    A restricted one stays shut until it is let into the library (`allow`).
    """
    case = UnitOfWork(complaint, None, by=by, at=at)
    if fault := fault_in_case(case.row, case.roles):
        raise fault
    if there := CaseStudy.objects.filter(complaint=case.row).first():
        raise Refused(_("It is in the library already: %(number)s.") % {"number": there.number})
    drafts = Drafts([case.row])
    study = CaseStudy(
        complaint=case.row, estate=case.row.estate, category=case.row.category, cause=case.row.cause,
        origin=Origin.HAND, kind=drafts.kind(case.row), drafted_at=at, **drafts.texts(case.row),
    )  # fmt: skip
    owe(study, at)
    save(study, by, at)
    StudyEntry.objects.create(study=study, at=at, actor=by, kind="begun")
    case.record("study_begun", study=study.pk, al=study.number)
    case.commit()
    return study


def owe(study: CaseStudy, known_since: datetime) -> None:
    """Give the analysis of a major case its days, from its closing on; while it is open none are owed.

    Where the library learns of a case later than it was closed, the days count from then.
    """
    if study.analysed_in or not study.is_living:
        return
    closed_at = study.complaint.closed_at
    if study.kind != Kind.MAJOR or closed_at is None:
        study.due_at = study.remind_at = None
    elif study.due_at is None:
        data = current_policy().policy.data
        begins = max(closed_at, known_since)
        study.due_at = begins + days(data, "study_within")
        study.remind_at = first_reminder(begins, study.due_at, data["warning_share"])


# Writing --------------------------------------------------------------------------------------------------


@transaction.atomic
def write(
    study: CaseStudy, *, version: int, kind: str = "", by: User, at: datetime, **words: str
) -> CaseStudy:
    """Write it, in words that name nobody; `version`: the one that was read. What is not named stays."""
    held = HeldStudy(study, "write", by=by, at=at, version=version)
    row = held.row
    said = {name: " ".join(text.split()) if name == "title" else text.strip() for name, text in words.items()}
    for name, text in said.items():
        if len(text) > LONGEST[name]:
            raise Refused(_("At most %(n)s characters.") % {"n": LONGEST[name]}, field=name)
    _check_names(row, said)
    if kind and kind != row.kind:
        if kind not in CHOSEN or row.kind == Kind.MAJOR:
            raise Refused(_("A major case is one by its severity or notice grade."), field="kind")
        said["kind"] = kind
    changed = [name for name, text in said.items() if text != getattr(row, name)]
    if not changed and row.written_by_id:
        raise Refused(_("Nothing was changed."))
    held.set(**said, written_at=at, written_by=by, version=row.version + 1)
    held.record("written", parts=[name for name in changed if name in TEXTS])
    return held.commit()


def _check_names(row: CaseStudy, said: dict[str, str]) -> None:
    """Nobody is named: the rule of what owners read (`public_words`). Raises Refused at the field."""
    known = known_of([row.complaint_id])[row.complaint_id]
    for field, text in said.items():
        if name := named_in(text, known):
            raise Refused(
                _("“%(name)s” tells who it is. Write it without names, rooms and phones.") % {"name": name},
                field=field,
            )


@transaction.atomic
def send(study: CaseStudy, *, note: str = "", by: User, at: datetime) -> CaseStudy:
    """It is written: another person checks it."""
    held = HeldStudy(study, "send", by=by, at=at)
    row = held.row
    said = {name: getattr(row, name) for name in TEXTS}
    if row.written_by_id is None:
        raise Refused(_("Nobody has read through the draft yet: write it first."))
    if lacking := rules.lacking(row.kind, said):
        what = _(", ").join(str(TEXTS[name]) for name in lacking)
        raise Refused(_("Still to be written: %(what)s.") % {"what": what})
    _check_names(row, said)
    held.set(state=State.TO_CHECK, sent_by=by, checked_by=None, alone_because="")
    held.record("sent", note)
    checkers = [*held.reach(Role.SUPERVISOR), *held.reach(Role.PROPERTY_MANAGER)]
    held.notify([one for one in checkers if one.pk not in _had_a_hand(row)], "study_to_check")
    return held.commit()


def _had_a_hand(row: CaseStudy) -> set[int]:
    """Who wrote in this edition, or sent it."""
    entries = row.entries.order_by("-pk")
    last = entries.filter(kind="published").values_list("pk", flat=True).first() or 0
    wrote = entries.filter(kind__in=WROTE, pk__gt=last).values_list("actor", flat=True)
    return {pk for pk in (*wrote, row.written_by_id, row.sent_by_id) if pk}


@transaction.atomic
def check(
    study: CaseStudy,
    *,
    version: int,
    publish: bool,
    note: str = "",
    alone_because: str = "",
    by: User,
    at: datetime,
) -> CaseStudy:
    """Read by another person than wrote it: published, or sent back with what is missing."""
    held = HeldStudy(study, "check", by=by, at=at, version=version)
    row, but = held.row, _had_a_hand(held.row)
    if not publish:
        if not note.strip():
            raise Refused(_("Say what is missing."), field="note")
        held.set(state=State.DRAFT)
        held.record("returned", note)
        held.notify([row.written_by, row.sent_by], "study_returned")
        return held.commit()
    _check_names(row, {name: getattr(row, name) for name in TEXTS})
    alone = need_another(by, but, lambda: _checkers(held, but), alone_because).get("alone_because", "")
    _check_names(row, {"alone_because": alone})
    edition, first = row.edition + 1, row.kind == Kind.MAJOR and not row.analysed_in
    held.set(
        state=State.PUBLISHED, checked_by=by, alone_because=alone, edition=edition, published_at=at,
        remind_at=None, analysed_in=edition if first else row.analysed_in,
        rechecked_at=at if row.reopened_at else None,
    )  # fmt: skip
    late = bool(first and row.due_at and row.due_at < at)
    held.record("published", note, edition=edition, late=late, analysis=first)
    heads = held.reach(Role.DEPARTMENT_HEAD)
    held.notify([row.written_by, row.sent_by, *heads, *held.reach(Role.PROPERTY_MANAGER)], "study_published")
    return held.commit()


def _checkers(held: HeldStudy, but: set[int], verb: str = "check") -> list[User]:
    """Who else may check it: those who manage the estate, and the head of the case's own department."""
    row, at = held.row, held.at
    roles = [*sorted(MANAGERS, key=list(Role).index), Role.DEPARTMENT_HEAD]
    but = but | without_access(row, held.stand_ins)
    there = others_as(roles, held.stand_ins, row.estate_id, but)
    return [one for one in there if refusal_of(row, verb, permissions_of(one, at)) is None]


@transaction.atomic
def recheck(
    study: CaseStudy, *, version: int, note: str = "", alone_because: str = "", by: User, at: datetime
) -> CaseStudy:
    """Its case was reopened, and what it says is right all the same: it stands again, as it is.

    By another person than wrote it; what is wrong now is revised instead.
    """
    held = HeldStudy(study, "recheck", by=by, at=at, version=version)
    row = held.row
    but = {pk for pk in (row.written_by_id, row.sent_by_id) if pk}
    alone = need_another(by, but, lambda: _checkers(held, but, "recheck"), alone_because)
    alone_because = alone.get("alone_because", "")
    _check_names(row, {"alone_because": alone_because})
    held.set(rechecked_at=at, checked_by=by, alone_because=alone_because)
    held.record("rechecked", note)
    held.notify([row.written_by], "study_rechecked")
    return held.commit()


# Afterwards -----------------------------------------------------------------------------------------------


@transaction.atomic
def read(study: CaseStudy, *, by: User, at: datetime) -> CaseStudy:
    """He has read this edition 已阅; said twice it counts once, as of the first time."""
    held = HeldStudy(study, "read", by=by, at=at)
    StudyReading.objects.get_or_create(
        study=held.row, edition=held.row.edition, user=by, defaults={"read_at": at}
    )
    return held.row


@transaction.atomic
def allow(study: CaseStudy, *, note: str, by: User, at: datetime) -> CaseStudy:
    """A decider lets the study of a restricted case into the library: it names nobody."""
    held = HeldStudy(study, "allow", by=by, at=at)
    because = _worded(note, _("Say why everybody who works here may read it."))
    held.set(allowed_at=at, allowed_by=by)
    held.record("allowed", because)
    return held.commit()


@transaction.atomic
def revise(study: CaseStudy, *, note: str, by: User, at: datetime) -> CaseStudy:
    """Back to a draft, with the reason: the next edition is checked and read anew."""
    held = HeldStudy(study, "revise", by=by, at=at)
    because = _worded(note, _("Say what is to be revised."))
    held.set(state=State.DRAFT, version=held.row.version + 1, checked_by=None, alone_because="")
    held.record("revised", because)
    held.notify([held.row.written_by], "study_revised")
    return held.commit()


@transaction.atomic
def drop(study: CaseStudy, *, note: str, by: User, at: datetime) -> CaseStudy:
    """Not taken up, with the reason; it is not drafted again."""
    held = HeldStudy(study, "drop", by=by, at=at)
    because = _worded(note, _("Say why it is not taken up."))
    held.set(state=State.DROPPED, dropped_because=because, due_at=None, remind_at=None)
    held.record("dropped", because)
    return held.commit()


@transaction.atomic
def resume(study: CaseStudy, *, by: User, at: datetime) -> CaseStudy:
    """Taken up after all."""
    held = HeldStudy(study, "resume", by=by, at=at)
    held.set(state=State.DRAFT, dropped_because="")
    owe(held.row, at)
    held.record("resumed")
    return held.commit()


def _worded(note: str, sentence: str) -> str:
    if not note.strip():
        raise Refused(sentence, field="note")
    if len(note.strip()) > LONGEST["lesson"]:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST["lesson"]}, field="note")
    return note.strip()


def reads_receipts(parts: Collection[Role | Part]) -> bool:
    """Whether he sees who has read it: who answers for the estate; others see how many."""
    return bool({*MANAGERS, Role.AUDITOR, Part.HEAD}.intersection(parts))
