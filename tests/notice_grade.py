"""The notice grade of a case, and an edit that may change it."""

from __future__ import annotations

from complaints import actions
from complaints.models import Clock, Complaint


def graded(case: Complaint) -> tuple[str, str]:
    case.refresh_from_db()
    return case.grade, case.severity


def edited(case: Complaint, by, at, **facts) -> Complaint:
    case.refresh_from_db()
    return actions.edit(case, facts, version=case.version, by=by, at=at)


def due(case: Complaint, kind: str):
    return Clock.objects.filter(complaint=case, kind=kind).order_by("pk").last().due_at
