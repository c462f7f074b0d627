"""Clauses a case cites, and what happens in court with the reminders of its days (X2, X3)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints import law as rules
from complaints.actions import inquiries
from complaints.actions.unit_of_work import UnitOfWork
from complaints.law import ATTENDED, Stage, Use
from complaints.models import Citation, Clause, Complaint, CourtEntry
from complaints.statuses import WrongStatus
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

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
) -> Citation:
    """The clause as it is worded now, kept with the case; `although`: cited although not in force."""
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
    return row


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
) -> CourtEntry:
    """What the court has done or set; a hearing to come is reminded of. Raises Refused."""
    case = UnitOfWork(complaint, None, by=by, at=at)
    if fault := rules.refusal(case.roles, case.row.outcome):
        raise fault
    if not inquiries.fits(case.row):
        raise WrongStatus(_("Mark the case first: a lawsuit is threatened or started."))
    if stage not in Stage.values:
        raise Refused(_("Choose one."), field="stage")
    if not court.strip():
        raise Refused(_("Name the court."), field="court")
    if stage not in ATTENDED and on_at > at:
        raise Refused(_("What was done cannot lie in the future."), field="on_at")
    for field, text, most in (
        ("court", court, 100),
        ("case_no", case_no, 60),
        ("outcome", outcome, LONGEST_OUTCOME),
    ):
        if len(text.strip()) > most:
            raise Refused(_("At most %(n)s characters.") % {"n": most}, field=field)
    row = CourtEntry.objects.create(
        complaint=case.row, stage=stage, on_at=on_at, court=court.strip(), case_no=case_no.strip(),
        outcome=outcome.strip(), recorded_at=at, recorded_by=by,
        remind_at=rules.next_reminder(on_at, at) if stage in ATTENDED else None,
    )  # fmt: skip
    case.record("court_entered", outcome, court_stage=stage, on_at=on_at.isoformat())
    people = [case.row.first_receiver, case.row.handler, case.row.accountable, case.row.speaker]
    case.notify(
        [*people, *case.reach(Role.PROPERTY_MANAGER)],
        "court_entered",
        court_stage=stage,
        on_at=on_at.isoformat(),
    )
    case.commit()
    return row


@transaction.atomic
def call_off(row: CourtEntry, *, note: str, by: User, at: datetime) -> CourtEntry:
    """A hearing that does not take place on its day, with the reason; nobody is reminded of it any more."""
    case = UnitOfWork(row.complaint, None, by=by, at=at)
    row = CourtEntry.objects.select_for_update(no_key=True).get(pk=row.pk)
    if fault := rules.refusal(case.roles, case.row.outcome):
        raise fault
    if row.stage not in ATTENDED or row.called_off_at or row.on_at <= at:
        raise WrongStatus(_("Only a day in court that is still to come is called off."))
    if not note.strip():
        raise Refused(_("Say why, and what the court has said."), field="note")
    if len(note.strip()) > LONGEST_REMARK:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST_REMARK}, field="note")
    row.called_off_at, row.called_off_by, row.called_off_because = at, by, note.strip()
    row.remind_at = None
    row.save()
    case.record("court_called_off", note, court_stage=row.stage, on_at=row.on_at.isoformat())
    case.notify(
        case.reach(Role.PROPERTY_MANAGER),
        "court_called_off",
        court_stage=row.stage,
        on_at=row.on_at.isoformat(),
    )
    case.commit()
    return row
