"""Clauses a case cites, and what happens in court with the reminders of its days (X2, X3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints import law as rules
from complaints.actions import inquiries
from complaints.actions.arguments import check_year
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import reads_reasons, roles_on
from complaints.law import ATTENDED, Stage, Use
from complaints.models import Citation, Clause, Complaint, CourtEntry
from complaints.statuses import WrongStatus
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns

LONGEST_REMARK, LONGEST_OUTCOME = 300, 2000


def clauses_for(case: Complaint) -> QuerySet[Clause]:
    """Those in use of the company and of its estate, repealed ones too: an old matter has its old law."""
    return Clause.objects.filter(Q(estate=None) | Q(estate=case.estate_id), is_active=True)


def warning(clause: Clause, day: date) -> str:
    """What is to be thought of before it is cited on a day; "" where it is in force."""
    if clause.holds_on(day):
        return ""
    if day < clause.valid_from:
        return _("“%(clause)s” is not in force yet; it will be from %(day)s.") % {
            "clause": clause, "day": clause.valid_from.isoformat(),
        }  # fmt: skip
    return _("“%(clause)s” is no longer in force; its last day was %(day)s.") % {
        "clause": clause, "day": clause.valid_until.isoformat() if clause.valid_until else "",
    }  # fmt: skip


@transaction.atomic
def cite(
    complaint: Complaint,
    clause: Clause,
    *,
    use: str,
    remark: str = "",
    although: bool = False,
    by: User,
    at: datetime,
    key: str = "",
) -> Citation:
    """The clause as it is worded now, kept with the case; `although`: cited although not in force.

    The same `key` cites it once.
    """
    submit = None
    if key:
        submit, is_new = take_key(
            f"staff:{by.pk}", key, "cite", [complaint, clause, use, remark, although], at
        )
        if not is_new:
            return Citation.objects.get(pk=submit.object_id or 0)
    case = UnitOfWork(complaint, None, by=by, at=at)
    if fault := rules.refusal(case.roles, case.row.outcome):
        raise fault
    if use not in Use.values:
        raise Refused(_("Choose one."), field="use")
    if not clauses_for(case.row).filter(pk=clause.pk).exists():
        raise Refused(_("Choose from the list."), field="clause")
    said = remark.strip()
    if len(said) > LONGEST_REMARK:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST_REMARK}, field="remark")
    day = at.astimezone(case.row.estate.zone).date()
    if (warned := warning(clause, day)) and not although:
        raise Refused(
            warned + " " + _("Choose the one in force, or confirm that the old one is meant."),
            field="although",
        )
    row = Citation.objects.create(
        complaint=case.row, clause=clause, use=use, title=clause.title, title_en=clause.title_en,
        article=clause.article, zh=clause.zh, en=clause.en, valid_until=clause.valid_until,
        in_force=clause.holds_on(day), remark=said, cited_at=at, cited_by=by,
    )  # fmt: skip
    case.record("clause_cited", said, clause=str(clause.title), article=clause.article, cited_in=use)
    case.commit()
    if submit:
        keep_result(submit, row.pk)
    return row


@transaction.atomic
def mark_citation(row: Citation, *, note: str, by: User, at: datetime) -> Citation:
    """A clause that was cited by mistake: it stays, marked with the reason."""
    case = UnitOfWork(row.complaint, None, by=by, at=at)
    row = Citation.objects.select_for_update(no_key=True).get(pk=row.pk)
    said = _why_wrong(case, row, note)
    Citation.objects.filter(pk=row.pk).update(wrong_at=at, wrong_by=by, wrong_because=said)
    case.record("citation_wrong", said, clause=row.title, article=row.article)
    case.commit()
    row.refresh_from_db()
    return row


def _why_wrong(case: UnitOfWork, row: Citation | CourtEntry, note: str) -> str:
    """The reason an entry is marked with. Raises Refused."""
    if fault := rules.refusal(case.roles, case.row.outcome):
        raise fault
    if row.wrong_at:
        raise WrongStatus(_("The entry is marked as wrong already."))
    if not note.strip():
        raise Refused(_("Say what is wrong about it."), field="note")
    return _short("note", note, LONGEST_REMARK)


def _short(field: str, text: str, most: int) -> str:
    if len(text.strip()) > most:
        raise Refused(_("At most %(n)s characters.") % {"n": most}, field=field)
    return text.strip()


# Court --------------------------------------------------------------------------------------------------


@transaction.atomic
def enter_court(
    complaint: Complaint,
    *,
    stage: str,
    on_at: datetime,
    court: str,
    case_no: str = "",
    outcome: str = "",
    by: User,
    at: datetime,
    key: str = "",
) -> CourtEntry:
    """What the court has done or set; a hearing to come is reminded of. The same `key` enters it once.

    Raises Refused.
    """
    submit = None
    if key:
        sent = [complaint, stage, on_at, court, case_no, outcome]
        submit, is_new = take_key(f"staff:{by.pk}", key, "enter_court", sent, at)
        if not is_new:
            return CourtEntry.objects.get(pk=submit.object_id or 0)
    case = UnitOfWork(complaint, None, by=by, at=at)
    if fault := rules.refusal(case.roles, case.row.outcome):
        raise fault
    if not inquiries.fits(case.row):
        raise WrongStatus(_("Mark the case first: a lawsuit is threatened or started."))
    if stage not in Stage.values:
        raise Refused(_("Choose one."), field="stage")
    if not court.strip():
        raise Refused(_("Name the court."), field="court")
    check_year(on_at, "on_at")
    if stage not in ATTENDED and on_at > at:
        raise Refused(_("What was done cannot lie in the future."), field="on_at")
    said = _short("outcome", outcome, LONGEST_OUTCOME)
    row = CourtEntry.objects.create(
        complaint=case.row, stage=stage, on_at=on_at, court=_short("court", court, 100),
        case_no=_short("case_no", case_no, 60), outcome=said, recorded_at=at, recorded_by=by,
        remind_at=rules.next_reminder(on_at, at) if stage in ATTENDED else None,
    )  # fmt: skip
    _tell(case, "court_entered", row, said)
    case.commit()
    if submit:
        keep_result(submit, row.pk)
    return row


def _tell(case: UnitOfWork, kind: str, row: CourtEntry, note: str) -> None:
    """The entry in the timeline, and word to all of ours who are told of a day in court."""
    what: dict[str, Any] = {"court_stage": row.stage, "on_at": row.on_at.isoformat()}
    case.record(kind, note, **what)
    own = [case.row.first_receiver, case.row.handler, case.row.accountable, case.row.speaker]
    people = ours_only([one for one in own if one], case.row, case.stand_ins)
    case.notify([*people, *case.reach(Role.PROPERTY_MANAGER)], kind, **what)


def ours_only(people: Iterable[User], case: Complaint, stand_ins: StandIns) -> list[User]:
    """Without a contractor's people: what is said in court is not theirs to read."""
    return [one for one in people if reads_reasons(roles_on(case, stand_ins.permissions_of(one)))]


def _held(row: CourtEntry, *, by: User, at: datetime) -> tuple[UnitOfWork, CourtEntry]:
    case = UnitOfWork(row.complaint, None, by=by, at=at)
    row = CourtEntry.objects.select_for_update(no_key=True).get(pk=row.pk)
    if fault := rules.refusal(case.roles, case.row.outcome):
        raise fault
    return case, row


@transaction.atomic
def call_off(row: CourtEntry, *, note: str, by: User, at: datetime) -> CourtEntry:
    """A hearing that does not take place on its day, with the reason; nobody is reminded of it any more."""
    case, row = _held(row, by=by, at=at)
    if fault := rules.called_off_refusal(row.stage, row.on_at, at, over=row.is_over):
        raise fault
    if not note.strip():
        raise Refused(_("Say why, and what the court has said."), field="note")
    row.called_off_because = _short("note", note, LONGEST_REMARK)
    row.called_off_at, row.called_off_by, row.remind_at = at, by, None
    row.save()
    _tell(case, "court_called_off", row, note)
    case.commit()
    return row


@transaction.atomic
def enter_outcome(row: CourtEntry, *, outcome: str, by: User, at: datetime) -> CourtEntry:
    """What came of a day in court, once it has been."""
    case, row = _held(row, by=by, at=at)
    if fault := rules.outcome_refusal(row.stage, row.on_at, at, over=row.is_over, said=bool(row.outcome)):
        raise fault
    if not outcome.strip():
        raise Refused(_("Say what came of it."), field="outcome")
    row.outcome = _short("outcome", outcome, LONGEST_OUTCOME)
    row.outcome_at, row.outcome_by = at, by
    row.save()
    _tell(case, "court_outcome", row, row.outcome)
    case.commit()
    return row


@transaction.atomic
def mark_court(row: CourtEntry, *, note: str, by: User, at: datetime) -> CourtEntry:
    """An entry made by mistake: it stays, marked with the reason, and nobody is reminded of it."""
    case, row = _held(row, by=by, at=at)
    row.wrong_because = _why_wrong(case, row, note)
    row.wrong_at, row.wrong_by, row.remind_at = at, by, None
    row.save()
    _tell(case, "court_wrong", row, row.wrong_because)
    case.commit()
    return row
