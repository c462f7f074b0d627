"""The notice grade of a case that is just being taken: its start (domain.md 6)."""

from __future__ import annotations

from datetime import datetime

from complaints import notice_grade
from complaints.actions import bulletins, presence
from complaints.actions.notice_grade import facts_of, floor_of, raised, stored
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint
from complaints.notice_grade import Thresholds
from complaints.policy import NoticeGrade as G
from complaints.policy import Policy, Severity


def open_with(row: Complaint, policy: Policy, at: datetime) -> None:
    """Grade a case that is being taken, before its clocks begin: severity at least the floor."""
    limits = Thresholds(policy.notice, row.estate.zone)
    facts = facts_of(row, limits)
    reasons = notice_grade.holding(facts, limits, at)
    row.grade = notice_grade.grade_of(reasons)
    row.grade_reasons = {name: list(reason) for name, reason in reasons.items()}
    row.grade_due_at = notice_grade.next_moment(facts, limits, at, G(row.grade), {})
    floor = floor_of(row)
    if row.severity or floor != Severity.MINOR:
        row.severity = notice_grade.at_least(floor, row.effective_severity)


def announce(row: Complaint, *, asked: str, joins: bool, sure: bool, at: datetime) -> Complaint:
    """Say and tell what the grade of a case just taken is, and begin its duty.

    `asked`: the severity it would have without the grade. `joins`: it becomes a member, whose lead
    carries the bulletins and whose manager appears. `sure`: the desk classifies it next, and its bulletin
    waits for that.
    """
    if row.grade == G.GENERAL:
        return row
    case = UnitOfWork(row, None, by=None, at=at)
    raised(case, G.GENERAL, stored(case.row), asked, at, told=not joins)
    if not joins:
        presence.owe(case, row.own_people, start=row.received_at)
    bulletins.follow(case, before=G.GENERAL)
    if sure:
        case.bulletin = None
    return case.commit()


def issue_first_bulletin(row: Complaint, *, at: datetime) -> Complaint:
    """The first bulletin of a case that was taken, classified and delivered in one go."""
    if row.grade != G.MAJOR:
        return row
    case = UnitOfWork(row, None, by=None, at=at)
    bulletins.owe_first_bulletin(case)
    return case.commit()
