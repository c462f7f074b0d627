"""Bulletins 通报: who is told of a grave case, when, and who has read it (domain.md 6, T34, T35).

通报·重大 goes out by itself the moment the grade rises; then the bulletin clock runs: a week, or sooner
on an important change. 通报·热点 is written by the supervisor within one working day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from complaints.actions.clock_rows import calendar_of, start_clocks
from complaints.actions.unit_of_work import UnitOfWork
from complaints.bulletin_texts import Draft
from complaints.clocks import Timing, levels
from complaints.conditions import GRAVE
from complaints.models import Bulletin, BulletinCopy, Clock, Complaint, Event
from complaints.policy import ClockKind, NoticeGrade
from complaints.worktime import due
from staff.models import User
from staff.roles import Role

K, G = ClockKind.BULLETIN, NoticeGrade


#: Events after which a major case's next bulletin is due soon.
IMPORTANT = frozenset(
    {
        "grade_reason", "regraded", "handled", "invalid_confirmed", "cycle_started",
        "member_joined", "extension_approved", "extension_shortened", "extension_lengthened",
        "compensation_approved", "presence_recorded", "media_answered", "external_answered",
        "finding_recorded", "objection_filed",
    }
)  # fmt: skip


# The clock -----------------------------------------------------------------------------------------


def follow(case: UnitOfWork, *, before: NoticeGrade) -> None:
    """Make the bulletin clock fit the grade: none below hot, one for a hot notice, always one for major.

    What was major has been told at once: lowered to hot, it owes no notice any more.
    """
    row, grade = case.row, G(case.row.grade)
    if grade not in GRAVE or row.lead_id or not row.is_open or before.weight > grade.weight:
        case.apply_clocks("bulletin_over")
    elif grade == G.HOT and grade != before and not _is_another_cases_bulletin(row):
        _start(case, "hot")
    elif grade == G.MAJOR and K not in case.running and not case.bulletin:
        _start(case, "change")


def watch(case: UnitOfWork) -> None:
    """After an act: an important change brings a major case's bulletin forward; its end is told at once."""
    row = case.row
    if row.grade != G.MAJOR or row.lead_id or case.bulletin:
        return
    if row.is_open and case.recorded_kinds & IMPORTANT:
        when = _timing(case, "change")
        clock = case.running.get(K)
        if clock is None:
            _start(case, "change")
        elif when.due_at < clock.due_at:
            case.revise(clock, when)
    elif "closed" in case.recorded_kinds:
        case.bulletin = Draft(Bulletin.Why.CLOSED)


def _start(case: UnitOfWork, occasion: str) -> None:
    case.apply_clocks("bulletin_over")
    times = {K: _timing(case, occasion)}
    clocks = start_clocks(case.row, case.cycle, times, case.at, case.policy_version)
    case.begin("bulletin_due", *clocks.values())


def _timing(case: UnitOfWork, occasion: str) -> Timing:
    """From this moment, by the estate's own calendar: its holidays count."""
    limit = case.policy.bulletin_limit(occasion)
    calendar = calendar_of(case.row.estate, case.policy, holidays=True)
    due_at = due(case.at, limit, calendar)
    return Timing(due_at, limit, levels(limit, case.at, due_at, case.policy, calendar))


def _is_another_cases_bulletin(row: Complaint) -> bool:
    """Hot only because others complained of the same: one notice tells of the matter, not one for each."""
    grave = {name for name in row.grade_reasons if name not in ("second", "outside_help")}
    if grave != {"same"}:
        return False
    others = Complaint.objects.open().filter(matter=row.matter_id, grade__in=GRAVE).exclude(pk=row.pk)
    return Clock.objects.running().filter(complaint__in=others, kind=K).exists() or (
        Bulletin.objects.filter(complaint__in=others).exists()
    )


# The document --------------------------------------------------------------------------------------


def owe_first_bulletin(case: UnitOfWork) -> list[User]:
    """The first bulletin of 通报·重大, by rule, owed by the act that raises the grade. Its readers."""
    case.bulletin = Draft(Bulletin.Why.RAISED)
    return list(_readers(case))


@transaction.atomic
def issue_bulletin(
    complaint: Complaint, *, note: str, measures: str = "", help_needed: str = "", by: User, at: datetime
) -> Complaint:
    """The next issue, in the supervisor's words: where it stands (`note`), measures, help needed."""
    case = UnitOfWork(complaint, "issue_bulletin", by=by, at=at, note=note)
    words = {"state": note.strip(), "measures": measures.strip(), "help_needed": help_needed.strip()}
    case.bulletin = Draft(Bulletin.Why.WRITTEN, words)
    return case.commit()


def _readers(case: UnitOfWork, but: User | None = None) -> dict[User, Role]:
    """Whom a bulletin tells, and as which role."""
    roles: dict[User, Role] = {}
    for role in case.policy.notice["recipients"][case.row.grade]:
        for person in case.reach(Role(role)):
            if person != but:
                roles.setdefault(person, Role(role))
    return roles


def issue(case: UnitOfWork) -> None:
    """Write the bulletin an act owes, from the case as the act leaves it (`consequences`)."""
    if case.bulletin is None:
        return
    row, major, why = case.row, case.row.grade == G.MAJOR, case.bulletin.why
    written = why == Bulletin.Why.WRITTEN
    last = Bulletin.objects.filter(complaint=row).aggregate(last=Max("issue"))["last"] or 0
    bulletin = Bulletin(
        complaint=row,
        issue=last + 1,
        kind=Bulletin.Kind.MAJOR if major else Bulletin.Kind.HOT,
        why=why,
        issued_at=case.at,
        issued_by=case.by if written else None,
        facts=snapshot(case),
        **case.bulletin.words,
    )
    bulletin.save()
    roles = _readers(case, but=case.by if written else None)
    BulletinCopy.objects.bulk_create(
        BulletinCopy(bulletin=bulletin, user=person, role=role) for person, role in roles.items()
    )
    said: dict[str, Any] = {"bulletin": bulletin.pk, "issue": bulletin.issue, "bulletin_kind": bulletin.kind}
    case.record("bulletin_issued", by_rule=not written, told=[person.pk for person in roles], **said)
    case.notify(roles, "bulletin_issued", **said)
    if major and row.is_open:
        _start(case, "weekly")
    else:
        case.apply_clocks("bulletin_over")


def snapshot(case: UnitOfWork) -> dict[str, Any]:
    """How the case stands, by codes, ids and times."""
    row = case.row
    return {
        "grade": row.grade,
        "reasons": row.grade_reasons,
        "severity": row.severity,
        "status": row.status,
        "outcome": row.outcome,
        "cycle": row.cycle_number,
        "people": row.people,
        "signed": row.signed,
        "speaker": row.speaker_id,
        "met_at": _met_at(case),
        "first_receiver": row.first_receiver_id,
        "handler": row.handler_id,
        "accountable": row.accountable_id,
        "due": {kind: clock.due_at.isoformat() for kind, clock in case.running.items() if kind != K},
    }


def _met_at(case: UnitOfWork) -> str | None:
    """When a manager last met the customers in person, as far as it was written down before this act."""
    if not (case.row.is_collective or case.row.own_people > 1):
        return None
    met = Event.objects.filter(complaint=case.row, kind="presence_recorded")
    last = met.aggregate(last=Max("at"))["last"]
    return last.isoformat() if last else None


@transaction.atomic
def open_bulletin(bulletin: Bulletin, *, by: User, at: datetime) -> None:
    """A recipient has the bulletin before him: read, once."""
    BulletinCopy.objects.filter(bulletin=bulletin, user=by, read_at=None).update(read_at=at)
