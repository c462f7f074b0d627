"""The record of a meeting with owners on paper 会议纪要, its promises as they stand when printed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import override, pgettext

from reports import pdf
from reports.models import OwnerMeeting
from staff.models import Company


def minutes(row: OwnerMeeting, now: datetime, language: str) -> bytes:
    """Raises ReportError."""
    with override(language):
        name = pgettext("title of the paper", "Minutes")
        context = {
            "row": row,
            "name": name,
            "zone": row.estate.zone,
            "now": now,
            "promises": row.promises.select_related("keeper"),
            "supplements": row.supplements.select_related("by"),
            "company": Company.objects.first(),
        }
        title = f"{name} {row.estate} {row.held_on}"
        return pdf.render("reports/owner_minutes_pdf.html", context, language, title)
