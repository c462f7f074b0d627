"""What was late, and what comes after the reply, on paper: overrun and follow-up sheet (domain.md 5, 8; F3).

As in `papers`: whoever calls has checked that the reader may see the case. Each raises ReportError.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from complaints.models import Complaint, FollowUp, Overrun
from reports.papers import limit_kept, paper


@dataclass(frozen=True)
class Followed:
    """One follow-up as the sheet tells it: `late` is how long after its due time it ended, or is open now."""

    row: FollowUp
    late: timedelta | None
    goes_on_in: int  # the number on this sheet of the one it was merged into; 0: none


def overrun_sheet(overrun: Overrun, now: datetime, language: str, *, shows_complainant: bool) -> bytes:
    """超时审批单: what was due when, every request for more time, the explanation and the decision on it."""
    with override(language):
        clock = overrun.clock
        asked = clock.extensions.select_related("requested_by", "decided_by", "reason")
        return paper(
            "overrun",
            pgettext("title of the paper", "Overrun sheet"),
            overrun.complaint,
            now,
            language,
            shows=shows_complainant,
            overrun=overrun,
            limit=limit_kept(clock.kind, clock.limit),
            cycle=clock.cycle,
            requests=asked.order_by("pk"),
            roles=[_("Applicant"), _("Approver")],
        )


def follow_up_sheet(case: Complaint, now: datetime, language: str, *, shows_complainant: bool) -> bytes:
    """跟进单: everything the customer brought up after the reply, one by one, and what became of each."""
    with override(language):
        people = ("department", "raised_by", "done_by", "told_by", "signed_by", "merged_into", "cycle")
        rows = list(case.follow_ups.select_related(*people).order_by("pk"))
        numbers = {row.pk: number for number, row in enumerate(rows, start=1)}
        return paper(
            "follow_up",
            pgettext("title of the paper", "Follow-up sheet"),
            case,
            now,
            language,
            shows=shows_complainant,
            lines=[
                Followed(row, lateness(row, now), numbers.get(row.merged_into_id or 0, 0)) for row in rows
            ],
            waiting=sum(row.is_open for row in rows),
            roles=[_("Followed up by"), _("Department head")],
        )


def lateness(row: FollowUp, now: datetime) -> timedelta | None:
    """How long after its due time it ended, or has been waiting; None in time and where dropped."""
    return (row.ended_at or now) - row.due_at if row.is_late(now) else None
