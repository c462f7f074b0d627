"""Rows beside a case or a report that have an address of their own."""

from __future__ import annotations

from complaints.models import Complaint, Overrun
from reports.calendar_papers import keep_made
from reports.calendar_rules import current_rules
from reports.models import DueReport, IssuedReport, MeetingDecision, QuarterMeeting
from staff.models import User
from tests.cast import DAY, march


def overrun_of(case: Complaint) -> Overrun:
    """A duty to explain it, as if it had been handled late."""
    clock = case.clocks.get(kind="resolve")
    late = {"due_at": clock.due_at, "stopped_at": clock.due_at + DAY, "opened_at": clock.due_at + DAY}
    facts = {
        "complaint": case,
        "severity": "minor",
        "approver_role": "property_manager",
        "note": case.content,
    }
    return Overrun.objects.get_or_create(clock=clock, defaults=late | facts)[0]


def due_with(report: IssuedReport) -> DueReport:
    """The report of the calendar whose paper this one is."""
    if due := DueReport.objects.filter(scope=report.scope).first():
        return due
    due = DueReport.objects.create(
        kind="monthly", scope=report.scope, scope_name=report.scope_name, time_zone="Asia/Shanghai",
        starts_on="2026-03-01", ends_on="2026-04-01", due_at=march(31) + DAY, due_on="2026-04-01",
        rules=current_rules(), state="draft", opened_at=march(31),
    )  # fmt: skip
    due.paper = keep_made(due, report, march(31))
    due.save(update_fields=["paper"])
    return due


def decision_of(report: IssuedReport) -> MeetingDecision:
    """What the meeting on the report's quarter decided."""
    kept = {"recorded_at": march(9), "recorded_by": User.objects.get(username="zhoujun"), "place": "会议室"}
    meeting = QuarterMeeting.objects.get_or_create(
        scope=report.scope, starts_on="2026-01-01",
        defaults=kept | {"held_on": "2026-03-09", "present": "周军", "reported": "一季度"},
    )[0]  # fmt: skip
    said = {"what": "排查立管", "who": "工程部", "due_on": "2026-06-30", "recorded_at": march(9)}
    return MeetingDecision.objects.get_or_create(meeting=meeting, number=1, defaults=said)[0]
